import './freight.css'
import { CarOutlined, FileProtectOutlined, IdcardOutlined, ShopOutlined } from '@ant-design/icons'
import type { ScreenModule } from '@tingzhou/ui'
import { bridgeScreens } from './bridge/index.ts'
import { carriageScreens } from './carriage/index.ts'
import { chainScreens } from './chain/index.ts'
import { deskScreens } from './desk/index.ts'
import { dockScreens } from './dock/index.ts'
import { moneyScreens } from './money/index.ts'
import { opinionScreens } from './opinions/index.ts'
import { riskScreens } from './risk/index.ts'
import { ratioScreens } from './ratio/index.ts'
import { readers } from './roles.ts'
import { uploadScreens } from './uploads/index.ts'
import { tourScreens } from './tour/index.ts'
import { waveScreens } from './wave/index.ts'
import { waybillScreens } from './waybills/index.ts'

/** The screens of freight: the register, and what is carried. */
export const screens: ScreenModule = {
  name: 'freight',
  routes: {
    console: [
      { path: 'freight-carriers', lazy: { Component: async () => (await import('./carriers.tsx')).CarrierList } },
      { path: 'freight-carriers/new', lazy: { Component: async () => (await import('./carriers.tsx')).CarrierNew } },
      { path: 'freight-carriers/:id', lazy: { Component: async () => (await import('./carriers.tsx')).CarrierPage } },
      { path: 'freight-drivers', lazy: { Component: async () => (await import('./drivers.tsx')).DriverList } },
      { path: 'freight-drivers/new', lazy: { Component: async () => (await import('./drivers.tsx')).DriverNew } },
      { path: 'freight-drivers/:id', lazy: { Component: async () => (await import('./drivers.tsx')).DriverPage } },
      { path: 'freight-vehicles', lazy: { Component: async () => (await import('./vehicles.tsx')).VehicleList } },
      { path: 'freight-vehicles/new', lazy: { Component: async () => (await import('./vehicles.tsx')).VehicleNew } },
      { path: 'freight-vehicles/:id', lazy: { Component: async () => (await import('./vehicles.tsx')).VehiclePage } },
      { path: 'freight-import', lazy: { Component: async () => (await import('./import-page.tsx')).ImportPage } },
      { path: 'freight-rules', lazy: { Component: async () => (await import('./rules-page.tsx')).RulesPage } },
      ...carriageScreens.console,
      ...waybillScreens.console,
      ...moneyScreens.console,
      ...uploadScreens.console,
      ...riskScreens.console,
      ...opinionScreens.console,
      ...bridgeScreens.console,
      ...deskScreens.console,
      ...waveScreens.console,
      ...ratioScreens.console,
      ...tourScreens.console,
      ...chainScreens.console,
      ...dockScreens.console,
    ],
    counter: [
      ...bridgeScreens.counter,
      ...carriageScreens.counter,
      ...waybillScreens.counter,
      ...moneyScreens.counter,
      ...opinionScreens.counter,
      ...dockScreens.counter,
    ],
    public: [...waybillScreens.public],
    screen: [...deskScreens.screen],
  },
  nav: [
    ...carriageScreens.nav,
    ...waybillScreens.nav,
    ...moneyScreens.nav,
    ...uploadScreens.nav,
    ...riskScreens.nav,
    ...opinionScreens.nav,
    ...bridgeScreens.nav,
    ...deskScreens.nav,
    ...waveScreens.nav,
    ...ratioScreens.nav,
    ...tourScreens.nav,
    ...chainScreens.nav,
    ...dockScreens.nav,
    {
      key: 'freight-carriers',
      labelKey: 'nav.carriers',
      icon: ShopOutlined,
      path: '/freight-carriers',
      groupKey: 'nav.group',
      roles: readers,
      order: 65,
    },
    {
      key: 'freight-drivers',
      labelKey: 'nav.drivers',
      icon: IdcardOutlined,
      path: '/freight-drivers',
      groupKey: 'nav.group',
      roles: [...readers, 'driver'],
      order: 66,
    },
    {
      key: 'freight-vehicles',
      labelKey: 'nav.vehicles',
      icon: CarOutlined,
      path: '/freight-vehicles',
      groupKey: 'nav.group',
      roles: readers,
      order: 67,
    },
    {
      key: 'freight-rules',
      labelKey: 'nav.rules',
      icon: FileProtectOutlined,
      path: '/freight-rules',
      groupKey: 'nav.group',
      roles: ['admin', 'freight_audit', 'freight_dispatcher'],
      order: 68,
    },
  ],
  verbs: [
    ...deskScreens.verbs,
    ...waveScreens.verbs,
    ...ratioScreens.verbs,
    ...tourScreens.verbs,
    ...chainScreens.verbs,
    ...dockScreens.verbs,
    ...carriageScreens.verbs,
    ...moneyScreens.verbs,
  ],
  objects: [
    ...carriageScreens.objects,
    ...waybillScreens.objects,
    ...moneyScreens.objects,
    ...uploadScreens.objects,
    ...opinionScreens.objects,
    { kind: 'freight_chain', labelKey: 'chain.one', path: (id) => `/freight-chain-plans/${id}` },
    { kind: 'freight_tour_plan', labelKey: 'tour.one', path: (id) => `/freight-tour-plans/${id}` },
    { kind: 'freight_dispatch_day', labelKey: 'dispatch_day.one', path: (id) => `/freight-dispatch-days/${id}` },
    { kind: 'freight_wave', labelKey: 'wave.one', path: (id) => `/freight-waves/${id}` },
    { kind: 'freight_carrier', labelKey: 'carrier.title', path: (id) => `/freight-carriers/${id}` },
    { kind: 'freight_driver', labelKey: 'driver.title', path: (id) => `/freight-drivers/${id}` },
    { kind: 'freight_vehicle', labelKey: 'vehicle.title', path: (id) => `/freight-vehicles/${id}` },
  ],
  locales: { 'zh-CN': () => import('./locales/zh-CN.json'), en: () => import('./locales/en.json') },
}
