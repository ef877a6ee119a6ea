import './carriage.css'
import {
  ContainerOutlined,
  DeploymentUnitOutlined,
  EnvironmentOutlined,
  FileTextOutlined,
  PercentageOutlined,
  SafetyOutlined,
} from '@ant-design/icons'
import type { ObjectPlace, NavEntry, PaletteVerb, Role } from '@tingzhou/ui'
import type { RouteObject } from 'react-router'
import { keepingRoles, readingRoles } from '../../roles.ts'
import { readers } from '../roles.ts'

const loads = async () => import('./load-list.tsx')
const loadForm = async () => import('./load-form.tsx')
const loadPage = async () => import('./load-page.tsx')
const placeList = async () => import('./place-list.tsx')
const placePage = async () => import('./place-page.tsx')
const frameworkList = async () => import('./framework-list.tsx')
const frameworkPage = async () => import('./framework-page.tsx')
const policies = async () => import('./policies.tsx')

/** Shippers have these at the counter, everybody else in the console. */
const both: readonly RouteObject[] = [
  { path: 'freight-loads', lazy: { Component: async () => (await loads()).LoadList } },
  { path: 'freight-loads/new', lazy: { Component: async () => (await loadForm()).LoadNew } },
  { path: 'freight-loads/import', lazy: { Component: async () => (await import('./load-import.tsx')).LoadImportPage } },
  { path: 'freight-loads/:id', lazy: { Component: async () => (await loadPage()).LoadPage } },
  { path: 'freight-loads/:id/change', lazy: { Component: async () => (await loadForm()).LoadChange } },
  { path: 'freight-places', lazy: { Component: async () => (await placeList()).PlaceList } },
  { path: 'freight-places/new', lazy: { Component: async () => (await placeList()).PlaceNew } },
  { path: 'freight-places/:id', lazy: { Component: async () => (await placePage()).PlacePage } },
  { path: 'freight-contracts', lazy: { Component: async () => (await frameworkList()).ContractList } },
  { path: 'freight-contracts/:id', lazy: { Component: async () => (await frameworkPage()).ContractPage } },
  { path: 'freight-policies', lazy: { Component: async () => (await policies()).PolicyList } },
  { path: 'freight-policies/new', lazy: { Component: async () => (await policies()).PolicyNew } },
  { path: 'freight-policies/:id', lazy: { Component: async () => (await policies()).PolicyPage } },
]

const group = { groupKey: 'nav.group' } as const
const posting: readonly Role[] = keepingRoles
const nav: readonly NavEntry[] = [
  {
    key: 'freight-loads',
    labelKey: 'nav.loads',
    icon: ContainerOutlined,
    path: '/freight-loads',
    ...group,
    roles: readers,
    order: 60.1,
  },
  {
    key: 'freight-shares',
    labelKey: 'nav.shares',
    icon: DeploymentUnitOutlined,
    path: '/freight-shares',
    ...group,
    roles: readers,
    order: 60.2,
  },
  {
    key: 'freight-places',
    labelKey: 'nav.places',
    icon: EnvironmentOutlined,
    path: '/freight-places',
    ...group,
    roles: readingRoles,
    order: 60.3,
  },
  {
    key: 'freight-contracts',
    labelKey: 'nav.contracts',
    icon: FileTextOutlined,
    path: '/freight-contracts',
    ...group,
    roles: readingRoles,
    order: 60.4,
  },
  {
    key: 'freight-policies',
    labelKey: 'nav.policies',
    icon: SafetyOutlined,
    path: '/freight-policies',
    ...group,
    roles: readingRoles,
    order: 60.45,
  },
  {
    key: 'freight-terms',
    labelKey: 'nav.terms',
    icon: PercentageOutlined,
    path: '/freight-terms',
    ...group,
    roles: readingRoles,
    order: 60.5,
  },
  {
    key: 'freight',
    labelKey: 'nav.counter',
    icon: ContainerOutlined,
    path: '/counter/freight-loads',
    surface: 'counter',
    roles: ['enterprise'],
    order: 25,
  },
]

const verbs: readonly PaletteVerb[] = [
  { key: 'policies-counter', labelKey: 'nav.policies', path: '/counter/freight-policies', roles: ['enterprise'] },
  { key: 'post-load', labelKey: 'verb.post_load', path: '/freight-loads/new', roles: posting },
  { key: 'post-load-counter', labelKey: 'verb.post_load', path: '/counter/freight-loads/new', roles: ['enterprise'] },
]

const objects: readonly ObjectPlace[] = [
  {
    kind: 'freight_load',
    labelKey: 'load.title',
    path: (id, surface) => (surface === 'counter' ? `/counter/freight-loads/${id}` : `/freight-loads/${id}`),
  },
]

/** The screens of what is carried: places, loads, shares, contracts and the rules they are settled by. */
export const carriageScreens = {
  console: [
    ...both,
    { path: 'freight-shares', lazy: { Component: async () => (await import('./shares.tsx')).ShareList } },
    { path: 'freight-contracts/new', lazy: { Component: async () => (await frameworkList()).ContractNew } },
    { path: 'freight-terms', lazy: { Component: async () => (await import('./terms-list.tsx')).TermsList } },
    { path: 'freight-terms/new', lazy: { Component: async () => (await import('./terms-form.tsx')).TermsNew } },
    { path: 'freight-terms/:id', lazy: { Component: async () => (await import('./terms-page.tsx')).TermsPage } },
  ],
  counter: both,
  nav,
  verbs,
  objects,
} as const
