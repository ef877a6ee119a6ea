import './referral.css'
import {
  AuditOutlined,
  BarChartOutlined,
  ClockCircleOutlined,
  MedicineBoxOutlined,
  SwapOutlined,
} from '@ant-design/icons'
import type { ScreenModule } from '@tingzhou/ui'
import { useMineCount } from './mine-count.ts'
import { lookers, workers } from './roles.ts'

/** The screens of two-way referral. */
export const screens: ScreenModule = {
  name: 'referral',
  routes: {
    console: [
      { path: 'referrals', lazy: { Component: async () => (await import('./order-list.tsx')).OrderList } },
      { path: 'referrals/new', lazy: { Component: async () => (await import('./order-new.tsx')).OrderNew } },
      { path: 'referrals/:id', lazy: { Component: async () => (await import('./order-page.tsx')).OrderPage } },
      {
        path: 'referral-institutions',
        lazy: { Component: async () => (await import('./institutions.tsx')).InstitutionList },
      },
      {
        path: 'referral-institutions/new',
        lazy: { Component: async () => (await import('./institutions.tsx')).InstitutionNew },
      },
      {
        path: 'referral-institutions/:id',
        lazy: { Component: async () => (await import('./institutions.tsx')).InstitutionPage },
      },
      {
        path: 'referral-agreements',
        lazy: { Component: async () => (await import('./agreements.tsx')).AgreementList },
      },
      {
        path: 'referral-agreements/new',
        lazy: { Component: async () => (await import('./agreements.tsx')).AgreementNew },
      },
      { path: 'referral-rules', lazy: { Component: async () => (await import('./rules-page.tsx')).RulesPage } },
      { path: 'referral-measures', lazy: { Component: async () => (await import('./measures.tsx')).MeasureBoard } },
      {
        path: 'referral-measures/:measure',
        lazy: { Component: async () => (await import('./measures.tsx')).MeasureRows },
      },
    ],
  },
  nav: [
    {
      key: 'referrals',
      labelKey: 'nav.orders',
      icon: SwapOutlined,
      path: '/referrals',
      groupKey: 'nav.group',
      roles: workers,
      order: 50,
      useCount: useMineCount,
    },
    {
      key: 'institutions',
      labelKey: 'nav.institutions',
      icon: MedicineBoxOutlined,
      path: '/referral-institutions',
      groupKey: 'nav.group',
      roles: lookers,
      order: 51,
    },
    {
      key: 'agreements',
      labelKey: 'nav.agreements',
      icon: AuditOutlined,
      path: '/referral-agreements',
      groupKey: 'nav.group',
      roles: lookers,
      order: 52,
    },
    {
      key: 'measures',
      labelKey: 'nav.measures',
      icon: BarChartOutlined,
      path: '/referral-measures',
      groupKey: 'nav.group',
      roles: workers,
      order: 53,
    },
    {
      key: 'rules',
      labelKey: 'nav.rules',
      icon: ClockCircleOutlined,
      path: '/referral-rules',
      groupKey: 'nav.group',
      roles: lookers,
      order: 54,
    },
  ],
  verbs: [
    {
      key: 'refer',
      labelKey: 'order.create',
      wordsKey: 'words.refer',
      path: '/referrals/new',
      roles: ['dept_head', 'dept_officer'],
    },
  ],
  objects: [{ kind: 'referral', labelKey: 'nav.orders', path: (id) => `/referrals/${id}` }],
  locales: { 'zh-CN': () => import('./locales/zh-CN.json'), en: () => import('./locales/en.json') },
}
