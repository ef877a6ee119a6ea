import './safety.css'
import { AuditOutlined, SafetyCertificateOutlined, TrophyOutlined } from '@ant-design/icons'
import type { Role, ScreenModule } from '@tingzhou/ui'

const officials: readonly Role[] = [
  'admin',
  'supervisor',
  'leader',
  'auditor',
  'area_lead',
  'dept_head',
  'dept_officer',
]

/** The screens of the safety review: console and counter. */
export const screens: ScreenModule = {
  name: 'safety',
  routes: {
    console: [
      { path: 'safety-campaigns', lazy: { Component: async () => (await import('./campaign-list.tsx')).CampaignList } },
      {
        path: 'safety-campaigns/new',
        lazy: { Component: async () => (await import('./campaign-form.tsx')).CampaignNew },
      },
      {
        path: 'safety-campaigns/:id',
        lazy: { Component: async () => (await import('./campaign-page.tsx')).CampaignPage },
      },
      {
        path: 'safety-campaigns/:id/rules',
        lazy: { Component: async () => (await import('./campaign-form.tsx')).CampaignRules },
      },
      {
        path: 'safety-campaigns/:id/panel',
        lazy: { Component: async () => (await import('./campaign-form.tsx')).CampaignPanel },
      },
      {
        path: 'safety-applications',
        lazy: { Component: async () => (await import('./application-list.tsx')).ApplicationList },
      },
      {
        path: 'safety-applications/:id',
        lazy: { Component: async () => (await import('./application-page.tsx')).ApplicationPage },
      },
      { path: 'safety-honours', lazy: { Component: async () => (await import('./honour-list.tsx')).HonourList } },
    ],
    counter: [
      { path: 'safety', lazy: { Component: async () => (await import('./counter-home.tsx')).CounterHome } },
      { path: 'safety/apply', lazy: { Component: async () => (await import('./apply-page.tsx')).ApplyPage } },
      {
        path: 'safety/campaigns/:id',
        lazy: { Component: async () => (await import('./campaign-page.tsx')).CampaignPage },
      },
      {
        path: 'safety/applications/:id',
        lazy: { Component: async () => (await import('./application-page.tsx')).ApplicationPage },
      },
      { path: 'safety/honours', lazy: { Component: async () => (await import('./honour-list.tsx')).HonourList } },
    ],
  },
  nav: [
    {
      key: 'safety-desk',
      labelKey: 'nav.desk',
      icon: AuditOutlined,
      path: '/safety-applications',
      groupKey: 'nav.group',
      roles: officials,
      order: 60,
    },
    {
      key: 'safety-campaigns',
      labelKey: 'nav.campaigns',
      icon: SafetyCertificateOutlined,
      path: '/safety-campaigns',
      groupKey: 'nav.group',
      roles: officials,
      order: 61,
    },
    {
      key: 'safety-honours',
      labelKey: 'nav.honours',
      icon: TrophyOutlined,
      path: '/safety-honours',
      groupKey: 'nav.group',
      roles: officials,
      order: 62,
    },
    {
      key: 'safety',
      labelKey: 'nav.counter',
      icon: SafetyCertificateOutlined,
      path: '/counter/safety',
      surface: 'counter',
      order: 36,
    },
  ],
  objects: [
    {
      kind: 'review_application',
      labelKey: 'application.title',
      path: (id, surface) =>
        surface === 'counter' ? `/counter/safety/applications/${id}` : `/safety-applications/${id}`,
    },
  ],
  locales: { 'zh-CN': () => import('./locales/zh-CN.json'), en: () => import('./locales/en.json') },
}
