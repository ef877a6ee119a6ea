import './wave.css'
import { BranchesOutlined } from '@ant-design/icons'
import type { NavEntry, PaletteVerb } from '@tingzhou/ui'
import type { RouteObject } from 'react-router'
import { readingRoles } from '../../roles.ts'

const console: readonly RouteObject[] = [
  { path: 'freight-waves', lazy: { Component: async () => (await import('./wave-list.tsx')).WaveList } },
  { path: 'freight-waves/:id', lazy: { Component: async () => (await import('./wave-page.tsx')).WavePage } },
  {
    path: 'freight-wave-settings',
    lazy: { Component: async () => (await import('./settings-page.tsx')).WaveSettings },
  },
  { path: 'freight-wave-marks', lazy: { Component: async () => (await import('./mark-list.tsx')).MarkList } },
]

const nav: readonly NavEntry[] = [
  {
    key: 'freight-waves',
    labelKey: 'nav.waves',
    icon: BranchesOutlined,
    path: '/freight-waves',
    groupKey: 'nav.group',
    roles: readingRoles,
    order: 60.1,
  },
]

const verbs: readonly PaletteVerb[] = [
  { key: 'freight-waves', labelKey: 'nav.waves', path: '/freight-waves', roles: readingRoles },
]

/** Waves of dispatch: open loads and free trucks matched, sent, and what they reckon with. */
export const waveScreens = { console, nav, verbs } as const
