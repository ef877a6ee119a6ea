import { CodeOutlined, EnvironmentOutlined, WifiOutlined } from '@ant-design/icons'
import type { ScreenModule } from '@tingzhou/ui'

const readers = ['admin', 'auditor', 'dispatcher', 'supervisor'] as const

/** Devices and what they say, and the map of what moves. */
export const screens: ScreenModule = {
  name: 'telemetry',
  routes: {
    console: [
      { path: 'devices', lazy: { Component: async () => (await import('./device-list.tsx')).DeviceList } },
      { path: 'devices/:id', lazy: { Component: async () => (await import('./device-page.tsx')).DevicePage } },
      { path: 'map', lazy: { Component: async () => (await import('./map-page.tsx')).MapPage } },
      { path: 'frame-parser', lazy: { Component: async () => (await import('./frame-parser.tsx')).FrameParser } },
    ],
  },
  nav: [
    {
      key: 'map',
      labelKey: 'nav.map',
      icon: EnvironmentOutlined,
      path: '/map',
      groupKey: 'nav.group',
      roles: readers,
      order: 70,
    },
    {
      key: 'devices',
      labelKey: 'nav.devices',
      icon: WifiOutlined,
      path: '/devices',
      groupKey: 'nav.group',
      roles: readers,
      order: 71,
    },
    {
      key: 'frame-parser',
      labelKey: 'nav.parser',
      icon: CodeOutlined,
      path: '/frame-parser',
      groupKey: 'nav.group',
      roles: readers,
      order: 72,
    },
  ],
  verbs: [{ key: 'add-device', labelKey: 'verb.add', path: '/devices?do=add', roles: ['admin', 'dispatcher'] }],
  locales: { 'zh-CN': () => import('./locales/zh-CN.json'), en: () => import('./locales/en.json') },
}
