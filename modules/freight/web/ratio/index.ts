import { HistoryOutlined } from '@ant-design/icons'
import type { NavEntry, PaletteVerb } from '@tingzhou/ui'
import type { RouteObject } from 'react-router'
import { readingRoles } from '../../roles.ts'
import { placeOf } from './api.ts'

const console: readonly RouteObject[] = [
  { path: 'freight-dispatch-days', lazy: { Component: async () => (await import('./day-list.tsx')).DayList } },
  { path: 'freight-dispatch-days/:day', lazy: { Component: async () => (await import('./day-page.tsx')).DayPage } },
]

const nav: readonly NavEntry[] = [
  {
    key: 'freight-dispatch-days',
    labelKey: 'nav.dispatch_days',
    icon: HistoryOutlined,
    path: placeOf.list,
    groupKey: 'nav.group',
    roles: readingRoles,
    order: 60.12,
  },
]

const verbs: readonly PaletteVerb[] = [
  { key: 'freight-dispatch-days', labelKey: 'nav.dispatch_days', path: placeOf.list, roles: readingRoles },
]

/** Days of dispatch: what they were, what they would have been, and what nothing could have been better than. */
export const ratioScreens = { console, nav, verbs } as const
