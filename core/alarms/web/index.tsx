import { AlertOutlined, BarChartOutlined, ControlOutlined, FileDoneOutlined, HistoryOutlined } from '@ant-design/icons'
import type { ScreenModule } from '@tingzhou/ui'
import { readRoles, ruleRoles } from './api.ts'

const entry = (key: string, icon: ScreenModule['nav'][number]['icon'], path: string, order: number) => ({
  key,
  labelKey: `nav.${key}`,
  icon,
  path,
  groupKey: 'nav.group',
  roles: readRoles,
  order,
})

/** Alarms: what stands, what was, what watches, how well it works, what must be done. */
export const screens: ScreenModule = {
  name: 'alarms',
  routes: {
    console: [
      { path: 'alarms', lazy: { Component: async () => (await import('./alarm-list.tsx')).AlarmList } },
      { path: 'alarms/:id', lazy: { Component: async () => (await import('./alarm-page.tsx')).AlarmPage } },
      { path: 'alarm-history', lazy: { Component: async () => (await import('./history-list.tsx')).HistoryList } },
      { path: 'alarm-rules', lazy: { Component: async () => (await import('./rule-list.tsx')).RuleList } },
      { path: 'alarm-rules/:point', lazy: { Component: async () => (await import('./rule-page.tsx')).RulePage } },
      { path: 'alarm-types', lazy: { Component: async () => (await import('./type-list.tsx')).TypeList } },
      {
        path: 'alarm-types/:profileKey/:template',
        lazy: { Component: async () => (await import('./type-page.tsx')).TypePage },
      },
      {
        path: 'alarm-performance',
        lazy: { Component: async () => (await import('./performance-page.tsx')).PerformancePage },
      },
      { path: 'alarm-cases', lazy: { Component: async () => (await import('./case-list.tsx')).CaseList } },
      { path: 'alarm-cases/:id', lazy: { Component: async () => (await import('./case-page.tsx')).CasePage } },
    ],
  },
  nav: [
    entry('alarms', AlertOutlined, '/alarms', 60),
    entry('cases', FileDoneOutlined, '/alarm-cases', 61),
    entry('history', HistoryOutlined, '/alarm-history', 62),
    entry('performance', BarChartOutlined, '/alarm-performance', 63),
    { ...entry('rules', ControlOutlined, '/alarm-rules', 64), roles: ruleRoles },
  ],
  verbs: [{ key: 'alarms', labelKey: 'nav.alarms', path: '/alarms', roles: readRoles }],
  objects: [{ kind: 'alarm_case', labelKey: 'nav.cases', path: (id) => `/alarm-cases/${id}` }],
  locales: { 'zh-CN': () => import('./locales/zh-CN.json'), en: () => import('./locales/en.json') },
}
