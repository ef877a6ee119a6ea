import './tour.css'
import { DeploymentUnitOutlined } from '@ant-design/icons'
import type { NavEntry, PaletteVerb } from '@tingzhou/ui'
import type { RouteObject } from 'react-router'
import { readingRoles } from '../../roles.ts'

const console: readonly RouteObject[] = [
  { path: 'freight-tour-plans', lazy: { Component: async () => (await import('./plan-list.tsx')).TourPlanList } },
  { path: 'freight-tour-plans/new', lazy: { Component: async () => (await import('./make-page.tsx')).MakeTours } },
  { path: 'freight-tour-plans/:id', lazy: { Component: async () => (await import('./plan-page.tsx')).TourPlanPage } },
  {
    path: 'freight-tour-settings',
    lazy: { Component: async () => (await import('./settings-page.tsx')).TourSettings },
  },
]

const nav: readonly NavEntry[] = [
  {
    key: 'freight-tours',
    labelKey: 'nav.tours',
    icon: DeploymentUnitOutlined,
    path: '/freight-tour-plans',
    groupKey: 'nav.group',
    roles: readingRoles,
    order: 60.2,
  },
]

const verbs: readonly PaletteVerb[] = [
  { key: 'freight-tours', labelKey: 'nav.tours', path: '/freight-tour-plans', roles: readingRoles },
]

/** Tours: loads that share trucks, planned, sent, and what they are planned with. */
export const tourScreens = { console, nav, verbs } as const
