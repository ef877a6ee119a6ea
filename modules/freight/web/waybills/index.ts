import { FileDoneOutlined } from '@ant-design/icons'
import type { NavEntry, ObjectPlace } from '@tingzhou/ui'
import type { RouteObject } from 'react-router'
import { readers } from '../roles.ts'

/** Shippers have these at the counter, everybody else in the console. */
const both: readonly RouteObject[] = [
  {
    path: 'freight-waybills',
    lazy: { Component: async () => (await import('./waybill-list.tsx')).WaybillList },
  },
  {
    path: 'freight-waybills/:id',
    lazy: { Component: async () => (await import('./waybill-page.tsx')).WaybillPage },
  },
]

const nav: readonly NavEntry[] = [
  {
    key: 'freight-waybills',
    labelKey: 'nav.waybills',
    icon: FileDoneOutlined,
    path: '/freight-waybills',
    groupKey: 'nav.group',
    roles: readers,
    order: 60.15,
  },
  {
    key: 'freight-waybills-counter',
    labelKey: 'nav.waybills',
    icon: FileDoneOutlined,
    path: '/counter/freight-waybills',
    surface: 'counter',
    roles: ['enterprise'],
    order: 26,
  },
]

const objects: readonly ObjectPlace[] = [
  {
    kind: 'freight_waybill',
    labelKey: 'waybill.title',
    path: (id, surface) => (surface === 'counter' ? `/counter/freight-waybills/${id}` : `/freight-waybills/${id}`),
  },
]

/** The screens of waybills: where each truck is, what must be done, and the page that a consignee signs by a link. */
export const waybillScreens = {
  console: both,
  counter: both,
  public: [
    { path: 'freight-sign/:secret', lazy: { Component: async () => (await import('./sign-page.tsx')).SignPage } },
  ],
  nav,
  objects,
} as const
