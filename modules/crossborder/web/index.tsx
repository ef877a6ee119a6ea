import './crossborder.css'
import {
  ContainerOutlined,
  ExportOutlined,
  FileTextOutlined,
  NodeIndexOutlined,
  SafetyCertificateOutlined,
  ShopOutlined,
} from '@ant-design/icons'
import type { NavEntry, Role, ScreenModule } from '@tingzhou/ui'
import type { ComponentType } from 'react'
import type { RouteObject } from 'react-router'
import { readingRoles } from '../roles.ts'

/** Exporters have these at the counter, everybody else in the console. */
const both: readonly RouteObject[] = [
  { path: 'export-shipments', lazy: { Component: async () => (await import('./shipment-list.tsx')).ShipmentList } },
  { path: 'export-shipments/new', lazy: { Component: async () => (await import('./shipment-list.tsx')).ShipmentNew } },
  { path: 'export-shipments/:id', lazy: { Component: async () => (await import('./shipment-page.tsx')).ShipmentPage } },
  { path: 'export-contracts', lazy: { Component: async () => (await import('./sales.tsx')).SaleList } },
  { path: 'export-contracts/new', lazy: { Component: async () => (await import('./sales.tsx')).SaleNew } },
  { path: 'export-contracts/:id', lazy: { Component: async () => (await import('./sales.tsx')).SalePage } },
  { path: 'export-nurseries', lazy: { Component: async () => (await import('./nurseries.tsx')).NurseryList } },
  { path: 'export-nurseries/new', lazy: { Component: async () => (await import('./nurseries.tsx')).NurseryNew } },
  { path: 'export-nurseries/:id', lazy: { Component: async () => (await import('./nurseries.tsx')).NurseryPage } },
  { path: 'export-lots', lazy: { Component: async () => (await import('./lots.tsx')).LotList } },
  { path: 'export-lots/new', lazy: { Component: async () => (await import('./lots.tsx')).LotNew } },
  { path: 'export-lots/:id', lazy: { Component: async () => (await import('./lots.tsx')).LotPage } },
  { path: 'export-traces', lazy: { Component: async () => (await import('./trace-page.tsx')).TracePage } },
  { path: 'overseas-stock', lazy: { Component: async () => (await import('./stock.tsx')).StockList } },
  { path: 'overseas-stock/movements', lazy: { Component: async () => (await import('./stock.tsx')).MovementList } },
  { path: 'overseas-stock/:id', lazy: { Component: async () => (await import('./stock-page.tsx')).StockPage } },
  { path: 'overseas-warehouses', lazy: { Component: async () => (await import('./warehouses.tsx')).WarehouseList } },
  {
    path: 'overseas-warehouses/:id',
    lazy: { Component: async () => (await import('./warehouses.tsx')).WarehousePage },
  },
]

const staff: readonly RouteObject[] = [
  { path: 'overseas-warehouses/new', lazy: { Component: async () => (await import('./warehouses.tsx')).WarehouseNew } },
  { path: 'overseas-counts', lazy: { Component: async () => (await import('./counts.tsx')).CountList } },
  { path: 'overseas-counts/new', lazy: { Component: async () => (await import('./counts.tsx')).CountNew } },
  { path: 'overseas-counts/:id', lazy: { Component: async () => (await import('./counts.tsx')).CountPage } },
  { path: 'export-rules', lazy: { Component: async () => (await import('./rules-page.tsx')).RulesPage } },
]

const entry = (
  key: string,
  labelKey: string,
  icon: ComponentType,
  order: number,
  roles: readonly Role[] = readingRoles,
): NavEntry => ({ key, labelKey, icon, path: `/${key}`, groupKey: 'nav.group', roles, order })

/** The screens of crossborder: what is exported, and the stock abroad. */
export const screens: ScreenModule = {
  name: 'crossborder',
  routes: { console: [...staff, ...both], counter: both },
  nav: [
    entry('export-shipments', 'nav.shipments', ExportOutlined, 69.1),
    entry('export-contracts', 'nav.contracts', FileTextOutlined, 69.2),
    entry('export-nurseries', 'nav.nurseries', ShopOutlined, 69.3),
    entry('overseas-stock', 'nav.stock', ContainerOutlined, 69.4),
    entry('export-traces', 'nav.traces', NodeIndexOutlined, 69.5),
    entry('export-rules', 'nav.rules', SafetyCertificateOutlined, 69.6, [
      'admin',
      'freight_audit',
      'freight_dispatcher',
    ]),
    {
      key: 'export-shipments-counter',
      labelKey: 'nav.shipments',
      icon: ExportOutlined,
      path: '/counter/export-shipments',
      surface: 'counter',
      roles: ['enterprise'],
      order: 27,
    },
    {
      key: 'overseas-stock-counter',
      labelKey: 'nav.stock',
      icon: ContainerOutlined,
      path: '/counter/overseas-stock',
      surface: 'counter',
      roles: ['enterprise'],
      order: 28,
    },
  ],
  verbs: [
    { key: 'export-shipment-book', labelKey: 'shipment.book', path: '/export-shipments/new', roles: readingRoles },
  ],
  objects: [
    {
      kind: 'export_shipment',
      labelKey: 'shipment.title',
      path: (id, surface) => (surface === 'counter' ? `/counter/export-shipments/${id}` : `/export-shipments/${id}`),
    },
  ],
  locales: { 'zh-CN': () => import('./locales/zh-CN.json'), en: () => import('./locales/en.json') },
}
