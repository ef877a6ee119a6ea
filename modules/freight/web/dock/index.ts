import './dock.css'
import { ScheduleOutlined } from '@ant-design/icons'
import type { NavEntry, PaletteVerb } from '@tingzhou/ui'
import type { RouteObject } from 'react-router'
import { readingRoles } from '../../roles.ts'

/** Shippers have these at the counter, everybody else in the console. */
const both: readonly RouteObject[] = [
  { path: 'freight-docks', lazy: { Component: async () => (await import('./dock-list.tsx')).DockList } },
  { path: 'freight-docks/:id', lazy: { Component: async () => (await import('./board-page.tsx')).DockBoard } },
]

const console: readonly RouteObject[] = [
  ...both,
  {
    path: 'freight-dock-settings',
    lazy: { Component: async () => (await import('./settings-page.tsx')).DockSettingsPage },
  },
]

const nav: readonly NavEntry[] = [
  {
    key: 'freight-docks',
    labelKey: 'nav.docks',
    icon: ScheduleOutlined,
    path: '/freight-docks',
    groupKey: 'nav.group',
    roles: readingRoles,
    order: 60.2,
  },
]

const verbs: readonly PaletteVerb[] = [
  { key: 'freight-docks', labelKey: 'nav.docks', path: '/freight-docks', roles: readingRoles },
  { key: 'freight-docks-counter', labelKey: 'nav.docks', path: '/counter/freight-docks', roles: ['enterprise'] },
]

/** Docks of places: who waits, what is booked, and what they are. */
export const dockScreens = { console, counter: both, nav, verbs } as const
