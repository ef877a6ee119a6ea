import './bridge.css'
import { DashboardOutlined } from '@ant-design/icons'
import type { NavEntry } from '@tingzhou/ui'
import type { RouteObject } from 'react-router'

const page = async () => ({ Component: (await import('./bridge-page.tsx')).BridgePage })
const list = async () => ({ Component: (await import('./bridge-list.tsx')).BridgeList })

/** Owners of places have these at the counter, clerks and dispatchers in the console. */
const both: readonly RouteObject[] = [
  { path: 'freight-bridge/:id?', lazy: page },
  { path: 'freight-bridges', lazy: list },
]

const nav: readonly NavEntry[] = [
  {
    key: 'freight-bridge',
    labelKey: 'nav.bridges',
    icon: DashboardOutlined,
    path: '/freight-bridge',
    groupKey: 'nav.group',
    roles: ['weighbridge_clerk', 'freight_dispatcher', 'admin'],
    order: 60.25,
  },
  {
    key: 'freight-bridges-counter',
    labelKey: 'nav.bridges',
    icon: DashboardOutlined,
    path: '/counter/freight-bridges',
    surface: 'counter',
    roles: ['enterprise'],
    order: 27,
  },
]

/** The screens of weighbridges: what a clerk works with, and the list of them. */
export const bridgeScreens = { console: both, counter: both, nav } as const
