import './services.css'
import {
  AppstoreOutlined,
  AuditOutlined,
  BarChartOutlined,
  DesktopOutlined,
  EditOutlined,
  FolderOpenOutlined,
  ProfileOutlined,
} from '@ant-design/icons'
import type { ScreenModule } from '@tingzhou/ui'
import { designers, officials, overseers, reviewers, settingReaders, windowStaff } from './roles.ts'

/** The screens of the integrated services: counter, window, reviewer's desk, designer, measures, public verification. */
export const screens: ScreenModule = {
  name: 'services',
  routes: {
    console: [
      { path: 'services', lazy: { Component: async () => (await import('./hall.tsx')).Hall } },
      { path: 'services/:code', lazy: { Component: async () => (await import('./guide.tsx')).Guide } },
      { path: 'services/:code/apply', lazy: { Component: async () => (await import('./apply.tsx')).Apply } },
      { path: 'window', lazy: { Component: async () => (await import('./window-board.tsx')).WindowBoard } },
      {
        path: 'applications',
        lazy: { Component: async () => (await import('./application-list.tsx')).ApplicationList },
      },
      {
        path: 'applications/:id',
        lazy: { Component: async () => (await import('./application-page.tsx')).ApplicationPage },
      },
      { path: 'item-cases', lazy: { Component: async () => (await import('./item-list.tsx')).ItemList } },
      { path: 'item-cases/:id', lazy: { Component: async () => (await import('./item-page.tsx')).ItemPage } },
      { path: 'packages', lazy: { Component: async () => (await import('./package-list.tsx')).PackageList } },
      { path: 'packages/:id', lazy: { Component: async () => (await import('./package-page.tsx')).PackagePage } },
      {
        path: 'certificates/:id',
        lazy: { Component: async () => (await import('./certificate-page.tsx')).CertificatePage },
      },
      {
        path: 'service-items',
        lazy: { Component: async () => (await import('./service-item-list.tsx')).ServiceItemList },
      },
      { path: 'one-thing-versions', lazy: { Component: async () => (await import('./version-list.tsx')).VersionList } },
      {
        path: 'one-thing-versions/:id',
        lazy: { Component: async () => (await import('./designer-page.tsx')).DesignerPage },
      },
      { path: 'service-measures', lazy: { Component: async () => (await import('./measure-board.tsx')).MeasureBoard } },
      {
        path: 'service-measures/:name',
        lazy: { Component: async () => (await import('./measure-rows.tsx')).MeasureRows },
      },
      {
        path: 'service-settings',
        lazy: { Component: async () => (await import('./setting-page.tsx')).SettingPage },
      },
      { path: 'data-sources', lazy: { Component: async () => (await import('./source-list.tsx')).SourceList } },
      {
        path: 'judgement-reasons',
        lazy: { Component: async () => (await import('./reason-list.tsx')).ReasonList },
      },
      { path: 'data-requests', lazy: { Component: async () => (await import('./request-list.tsx')).RequestList } },
    ],
    counter: [
      { path: 'services', lazy: { Component: async () => (await import('./hall.tsx')).Hall } },
      { path: 'services/:code', lazy: { Component: async () => (await import('./guide.tsx')).Guide } },
      { path: 'services/:code/apply', lazy: { Component: async () => (await import('./apply.tsx')).Apply } },
      { path: 'applications', lazy: { Component: async () => (await import('./counter-list.tsx')).CounterList } },
      {
        path: 'applications/:id',
        lazy: { Component: async () => (await import('./counter-application.tsx')).CounterApplication },
      },
      {
        path: 'certificates/:id',
        lazy: { Component: async () => (await import('./certificate-page.tsx')).CertificatePage },
      },
    ],
    public: [
      { path: 'verify', lazy: { Component: async () => (await import('./verify-page.tsx')).VerifyPage } },
      { path: 'verify/:no', lazy: { Component: async () => (await import('./verify-page.tsx')).VerifyPage } },
    ],
  },
  nav: [
    {
      key: 'window',
      labelKey: 'nav.window',
      icon: DesktopOutlined,
      path: '/window',
      groupKey: 'nav.group',
      roles: windowStaff,
      order: 16,
    },
    {
      key: 'items',
      labelKey: 'nav.items',
      icon: AuditOutlined,
      path: '/item-cases',
      groupKey: 'nav.group',
      roles: reviewers,
      order: 17,
    },
    {
      key: 'applications',
      labelKey: 'nav.applications',
      icon: FolderOpenOutlined,
      path: '/applications',
      groupKey: 'nav.group',
      roles: officials,
      order: 18,
    },
    {
      key: 'measures',
      labelKey: 'nav.measures',
      icon: BarChartOutlined,
      path: '/service-measures',
      groupKey: 'nav.group',
      roles: overseers,
      order: 19,
    },
    {
      key: 'hall',
      labelKey: 'nav.hall',
      icon: AppstoreOutlined,
      path: '/services',
      groupKey: 'nav.group',
      roles: officials,
      order: 19,
    },
    {
      key: 'designer',
      labelKey: 'nav.designer',
      icon: EditOutlined,
      path: '/one-thing-versions',
      groupKey: 'nav.group',
      roles: designers,
      order: 19,
    },
    {
      key: 'counter-hall',
      labelKey: 'nav.hall',
      icon: AppstoreOutlined,
      path: '/counter/services',
      surface: 'counter',
      order: 11,
    },
    {
      key: 'counter-mine',
      labelKey: 'nav.mine',
      icon: ProfileOutlined,
      path: '/counter/applications',
      surface: 'counter',
      order: 12,
    },
  ],
  verbs: [
    { key: 'take', labelKey: 'verb.take_in', wordsKey: 'words.take', path: '/services', roles: windowStaff },
    { key: 'catalogue', labelKey: 'catalogue.title', path: '/service-items', roles: officials },
    { key: 'packages', labelKey: 'package.list', path: '/packages', roles: officials },
    { key: 'settings', labelKey: 'settings.title', path: '/service-settings', roles: settingReaders },
    { key: 'requests', labelKey: 'requests.title', path: '/data-requests', roles: overseers },
    { key: 'sources', labelKey: 'sources.title', path: '/data-sources', roles: ['admin', 'supervisor', 'auditor'] },
    { key: 'reasons', labelKey: 'reasons.title', path: '/judgement-reasons', roles: officials },
    { key: 'verify', labelKey: 'verify.title', wordsKey: 'words.verify', path: '/verify' },
  ],
  objects: [
    {
      kind: 'application',
      labelKey: 'nav.applications',
      path: (id, surface) => (surface === 'counter' ? `/counter/applications/${id}` : `/applications/${id}`),
    },
  ],
  locales: { 'zh-CN': () => import('./locales/zh-CN.json'), en: () => import('./locales/en.json') },
}
