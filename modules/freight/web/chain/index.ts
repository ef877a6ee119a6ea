import './chain.css'
import { NodeIndexOutlined } from '@ant-design/icons'
import type { NavEntry, PaletteVerb } from '@tingzhou/ui'
import type { RouteObject } from 'react-router'
import { readingRoles } from '../../roles.ts'

const console: readonly RouteObject[] = [
  { path: 'freight-chain-plans', lazy: { Component: async () => (await import('./plan-list.tsx')).PlanList } },
  { path: 'freight-chain-plans/:id', lazy: { Component: async () => (await import('./plan-page.tsx')).PlanPage } },
  { path: 'freight-next-loads', lazy: { Component: async () => (await import('./next-list.tsx')).NextList } },
  {
    path: 'freight-chain-settings',
    lazy: { Component: async () => (await import('./settings-page.tsx')).ChainSettingsPage },
  },
]

const nav: readonly NavEntry[] = [
  {
    key: 'freight-chain-plans',
    labelKey: 'nav.chains',
    icon: NodeIndexOutlined,
    path: '/freight-chain-plans',
    groupKey: 'nav.group',
    roles: readingRoles,
    order: 60.2,
  },
]

const verbs: readonly PaletteVerb[] = [
  { key: 'freight-chain-plans', labelKey: 'nav.chains', path: '/freight-chain-plans', roles: readingRoles },
  { key: 'freight-next-loads', labelKey: 'next.title', path: '/freight-next-loads', roles: readingRoles },
]

/** Loads chained into tours: plans, next loads of trucks on a trip, and what both reckon with. */
export const chainScreens = { console, nav, verbs } as const
