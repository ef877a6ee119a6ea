import './process.css'
import { WarningOutlined } from '@ant-design/icons'
import type { ScreenModule } from '@tingzhou/ui'

const lists = () => import('./instance-list.tsx')

/** The administrator's screens of running processes: cases that stand still, all cases, one case with its drawing. */
export const screens: ScreenModule = {
  name: 'process',
  routes: {
    console: [
      { path: 'stuck-cases', lazy: { Component: async () => (await lists()).StuckCases } },
      { path: 'process-instances', lazy: { Component: async () => (await lists()).ProcessInstances } },
      {
        path: 'process-instances/:id',
        lazy: { Component: async () => (await import('./instance-page.tsx')).InstancePage },
      },
    ],
  },
  nav: [
    {
      key: 'stuck-cases',
      labelKey: 'nav.stuck',
      icon: WarningOutlined,
      path: '/stuck-cases',
      groupKey: 'nav.group',
      roles: ['admin', 'auditor'],
      order: 890,
    },
  ],
  verbs: [
    {
      key: 'cases',
      labelKey: 'nav.all',
      wordsKey: 'nav.words',
      path: '/process-instances',
      roles: ['admin', 'auditor'],
    },
  ],
  locales: { 'zh-CN': () => import('./locales/zh-CN.json'), en: () => import('./locales/en.json') },
}
