import type { ScreenModule, Surface } from '@tingzhou/ui'
import { NotFound } from '@tingzhou/ui'
import { createBrowserRouter, type RouteObject } from 'react-router'
import { ConsoleShell } from './shell/console-shell.tsx'
import { CounterShell } from './shell/counter-shell.tsx'
import { ErrorPage } from './shell/error-page.tsx'
import { Home } from './shell/home.tsx'
import { PublicShell } from './shell/public-shell.tsx'
import { ScreenShell } from './shell/screen-shell.tsx'

/** Four surfaces, each with the routes that modules put on it. */
export function createRouter(modules: readonly ScreenModule[]) {
  const on = (surface: Surface): RouteObject[] => modules.flatMap((module) => [...(module.routes[surface] ?? [])])
  const end: RouteObject = { path: '*', Component: NotFound }
  // A broken screen shows its error inside the shell, so that the way out stays.
  const guarded = (routes: RouteObject[]): RouteObject[] => [{ ErrorBoundary: ErrorPage, children: routes }]
  return createBrowserRouter([
    {
      ErrorBoundary: ErrorPage,
      HydrateFallback: () => null,
      children: [
        { Component: PublicShell, children: guarded(on('public')) },
        { path: 'screen', Component: ScreenShell, children: guarded([...on('screen'), end]) },
        {
          path: 'counter',
          Component: CounterShell,
          children: guarded([{ index: true, Component: Home }, ...on('counter'), end]),
        },
        { Component: ConsoleShell, children: guarded([{ index: true, Component: Home }, ...on('console'), end]) },
      ],
    },
  ])
}
