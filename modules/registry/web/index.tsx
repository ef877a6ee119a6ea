import './registry.css'
import {
  ApartmentOutlined,
  BankOutlined,
  EnvironmentOutlined,
  PartitionOutlined,
  ShopOutlined,
} from '@ant-design/icons'
import type { ScreenModule } from '@tingzhou/ui'
import { editors, officials, reviewers } from './roles.ts'

/** The screens of the registry: enterprises, areas, departments, duplicates, import; the counter's own enterprise. */
export const screens: ScreenModule = {
  name: 'registry',
  routes: {
    console: [
      { path: 'enterprises', lazy: { Component: async () => (await import('./enterprise-list.tsx')).EnterpriseList } },
      {
        path: 'enterprises/new',
        lazy: { Component: async () => (await import('./enterprise-form.tsx')).EnterpriseNew },
      },
      { path: 'enterprises/import', lazy: { Component: async () => (await import('./import-page.tsx')).ImportPage } },
      {
        path: 'enterprises/figures',
        lazy: { Component: async () => (await import('./figures.tsx')).FigureList },
      },
      {
        path: 'enterprises/figures/import',
        lazy: { Component: async () => (await import('./figure-import.tsx')).FigureImportPage },
      },
      {
        path: 'duplicates/batches',
        lazy: { Component: async () => (await import('./merge-batches.tsx')).MergeBatchList },
      },
      {
        path: 'duplicates/batches/new',
        lazy: { Component: async () => (await import('./merge-batches.tsx')).MergeBatchNew },
      },
      {
        path: 'duplicates/batches/:id',
        lazy: { Component: async () => (await import('./merge-batches.tsx')).MergeBatchPage },
      },
      {
        path: 'enterprises/:id',
        lazy: { Component: async () => (await import('./enterprise-page.tsx')).EnterprisePage },
      },
      {
        path: 'enterprises/:id/edit',
        lazy: { Component: async () => (await import('./enterprise-form.tsx')).EnterpriseEdit },
      },
      {
        path: 'enterprises/:id/merge/:otherId',
        lazy: { Component: async () => (await import('./merge-page.tsx')).MergePage },
      },
      {
        path: 'enterprises/:id/split',
        lazy: { Component: async () => (await import('./split-page.tsx')).SplitPage },
      },
      { path: 'duplicates', lazy: { Component: async () => (await import('./duplicates.tsx')).DuplicatePage } },
      { path: 'areas', lazy: { Component: async () => (await import('./areas.tsx')).AreaList } },
      { path: 'departments', lazy: { Component: async () => (await import('./departments.tsx')).DepartmentList } },
    ],
    counter: [
      { path: 'enterprise', lazy: { Component: async () => (await import('./counter-firm.tsx')).CounterFirm } },
    ],
  },
  nav: [
    {
      key: 'enterprises',
      labelKey: 'nav.enterprises',
      icon: ShopOutlined,
      path: '/enterprises',
      groupKey: 'nav.group',
      roles: officials,
      order: 40,
    },
    {
      key: 'duplicates',
      labelKey: 'nav.duplicates',
      icon: PartitionOutlined,
      path: '/duplicates',
      groupKey: 'nav.group',
      roles: reviewers,
      order: 41,
    },
    {
      key: 'areas',
      labelKey: 'nav.areas',
      icon: EnvironmentOutlined,
      path: '/areas',
      groupKey: 'nav.group',
      roles: officials,
      order: 42,
    },
    {
      key: 'departments',
      labelKey: 'nav.departments',
      icon: ApartmentOutlined,
      path: '/departments',
      groupKey: 'nav.group',
      roles: officials,
      order: 43,
    },
    {
      key: 'my-enterprise',
      labelKey: 'nav.mine',
      icon: BankOutlined,
      path: '/counter/enterprise',
      surface: 'counter',
      order: 29,
    },
  ],
  verbs: [
    {
      key: 'register',
      labelKey: 'verb.register',
      wordsKey: 'words.register',
      path: '/enterprises/new',
      roles: [...editors, 'area_lead'],
    },
    {
      key: 'merge-batch',
      labelKey: 'batch.new',
      wordsKey: 'words.merge_batch',
      path: '/duplicates/batches/new',
      roles: editors,
    },
    {
      key: 'figures',
      labelKey: 'figure.title',
      wordsKey: 'words.figures',
      path: '/enterprises/figures',
      roles: officials,
    },
    { key: 'import', labelKey: 'verb.import', wordsKey: 'words.import', path: '/enterprises/import', roles: editors },
  ],
  objects: [
    {
      kind: 'enterprise',
      labelKey: 'nav.enterprises',
      path: (id, surface) => (surface === 'counter' ? '/counter/enterprise' : `/enterprises/${id}`),
    },
  ],
  locales: { 'zh-CN': () => import('./locales/zh-CN.json'), en: () => import('./locales/en.json') },
}
