import { BorderOuterOutlined, SwapOutlined } from '@ant-design/icons'
import { addDeviceTab, addMapPart } from '@tingzhou/telemetry/web'
import type { ScreenModule } from '@tingzhou/ui'
import { lazy } from 'react'

const readers = ['admin', 'auditor', 'dispatcher', 'supervisor'] as const

addMapPart({
  key: 'fences',
  module: 'geography',
  labelKey: 'nav.fences',
  Panel: lazy(async () => ({ default: (await import('./fence-panel.tsx')).FencePanel })),
})
addMapPart({
  key: 'fence-events',
  module: 'geography',
  labelKey: 'panel.events',
  Panel: lazy(async () => ({ default: (await import('./crossing-panel.tsx')).CrossingPanel })),
})
addDeviceTab({
  key: 'fence-events',
  module: 'geography',
  labelKey: 'nav.events',
  Panel: lazy(async () => ({ default: (await import('./device-crossings.tsx')).DeviceCrossings })),
})

/** Fences, and what vehicles did to them; drawn on the live map. */
export const screens: ScreenModule = {
  name: 'geography',
  routes: {
    console: [
      { path: 'geofences', lazy: { Component: async () => (await import('./fence-list.tsx')).FenceList } },
      { path: 'geofence-events', lazy: { Component: async () => (await import('./crossing-list.tsx')).CrossingList } },
    ],
  },
  nav: [
    {
      key: 'geofences',
      labelKey: 'nav.fences',
      icon: BorderOuterOutlined,
      path: '/geofences',
      groupKey: 'nav.group',
      roles: readers,
      order: 73,
    },
    {
      key: 'geofence-events',
      labelKey: 'nav.events',
      icon: SwapOutlined,
      path: '/geofence-events',
      groupKey: 'nav.group',
      roles: readers,
      order: 74,
    },
  ],
  verbs: [
    { key: 'add-geofence', labelKey: 'verb.add', path: '/map?panel=fences&draw=new', roles: ['admin', 'dispatcher'] },
  ],
  locales: { 'zh-CN': () => import('./locales/zh-CN.json'), en: () => import('./locales/en.json') },
}
