import { DashboardOutlined, DesktopOutlined } from '@ant-design/icons'
import type { NavEntry, PaletteVerb, Role } from '@tingzhou/ui'
import type { RouteObject } from 'react-router'
import { wallRoles } from '../../roles.ts'

const dispatching: readonly Role[] = ['freight_dispatcher', 'admin']

const console: readonly RouteObject[] = [
  { path: 'freight-desk', lazy: { Component: async () => (await import('./desk-page.tsx')).DeskPage } },
]
const screen: readonly RouteObject[] = [
  { path: 'freight', lazy: { Component: async () => (await import('../wall/wall.tsx')).FreightWall } },
]

const nav: readonly NavEntry[] = [
  {
    key: 'freight-desk',
    labelKey: 'nav.desk',
    icon: DashboardOutlined,
    path: '/freight-desk',
    groupKey: 'nav.group',
    roles: dispatching,
    order: 60,
  },
  {
    key: 'freight-wall',
    labelKey: 'nav.wall',
    icon: DesktopOutlined,
    path: '/screen/freight',
    groupKey: 'nav.group',
    roles: wallRoles,
    order: 69,
  },
]

const verbs: readonly PaletteVerb[] = [
  { key: 'freight-desk', labelKey: 'nav.desk', path: '/freight-desk', roles: dispatching },
  { key: 'freight-wall', labelKey: 'nav.wall', path: '/screen/freight', roles: wallRoles },
]

/** The dispatcher's desk, and the wall. */
export const deskScreens = { console, screen, nav, verbs } as const
