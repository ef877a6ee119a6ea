import {
  ApartmentOutlined,
  CodeOutlined,
  EnvironmentOutlined,
  LineChartOutlined,
  SettingOutlined,
  WifiOutlined,
} from '@ant-design/icons'
import type { ScreenModule } from '@tingzhou/ui'

export { addDeviceTab, addMapPart, type DeviceTab, type MapPart, type MapPartProps } from './slots.ts'

export { DeviceWhen } from './device-when.tsx'
export { addTrendMarks, type TrendMark, type TrendMarks } from './trend-marks.ts'

const readers = ['admin', 'auditor', 'dispatcher', 'supervisor'] as const

/** Devices and what they say, and the map of what moves. */
export const screens: ScreenModule = {
  name: 'telemetry',
  routes: {
    console: [
      { path: 'devices', lazy: { Component: async () => (await import('./device-list.tsx')).DeviceList } },
      { path: 'devices/:id', lazy: { Component: async () => (await import('./device-page.tsx')).DevicePage } },
      { path: 'plant', lazy: { Component: async () => (await import('./plant-page.tsx')).PlantPage } },
      {
        path: 'gateway-health',
        lazy: { Component: async () => (await import('./gateway-health.tsx')).GatewayHealth },
      },
      { path: 'map', lazy: { Component: async () => (await import('./map-page.tsx')).MapPage } },
      { path: 'trends', lazy: { Component: async () => (await import('./trend-page.tsx')).TrendPage } },
      {
        path: 'telemetry-settings',
        lazy: { Component: async () => (await import('./settings-page.tsx')).SettingsPage },
      },
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
      key: 'plant',
      labelKey: 'nav.plant',
      icon: ApartmentOutlined,
      path: '/plant',
      groupKey: 'nav.group',
      roles: [...readers, 'enterprise'],
      order: 71.5,
    },
    {
      key: 'trends',
      labelKey: 'nav.trends',
      icon: LineChartOutlined,
      path: '/trends',
      groupKey: 'nav.group',
      roles: [...readers, 'enterprise'],
      order: 72,
    },
    {
      key: 'frame-parser',
      labelKey: 'nav.parser',
      icon: CodeOutlined,
      path: '/frame-parser',
      groupKey: 'nav.group',
      roles: readers,
      order: 73,
    },
    {
      key: 'telemetry-settings',
      labelKey: 'nav.settings',
      icon: SettingOutlined,
      path: '/telemetry-settings',
      groupKey: 'nav.group',
      roles: readers,
      order: 74,
    },
  ],
  verbs: [
    { key: 'add-device', labelKey: 'verb.add', path: '/devices?do=add', roles: ['admin', 'dispatcher'] },
    { key: 'add-place', labelKey: 'plant.add', path: '/plant?do=add-node', roles: ['admin', 'dispatcher'] },
    {
      key: 'gateway-health',
      labelKey: 'nav.health',
      path: '/gateway-health',
      roles: ['admin', 'auditor', 'dispatcher'],
    },
  ],
  locales: { 'zh-CN': () => import('./locales/zh-CN.json'), en: () => import('./locales/en.json') },
}
