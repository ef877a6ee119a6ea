import { holdsRole, NoRights, useMe, type Role } from '@tingzhou/ui'
import { Outlet, type RouteObject } from 'react-router'

/** Routes of those who read what stands there; everybody else is told that it is not for him, before anything is asked for. */
export function readersOnly(roles: readonly Role[], children: readonly RouteObject[]): RouteObject {
  const Gate = () => (holdsRole(useMe(), roles) ? <Outlet /> : <NoRights />)
  return { Component: Gate, children: [...children] }
}
