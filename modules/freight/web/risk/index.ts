import { SafetyCertificateOutlined } from '@ant-design/icons'
import type { NavEntry } from '@tingzhou/ui'
import type { RouteObject } from 'react-router'

const routes: readonly RouteObject[] = [
  {
    path: 'freight-risk-rules',
    lazy: { Component: async () => (await import('./rules-page.tsx')).RiskRulesPage },
  },
]

const nav: readonly NavEntry[] = [
  {
    key: 'freight-risk-rules',
    labelKey: 'nav.risk_rules',
    icon: SafetyCertificateOutlined,
    path: '/freight-risk-rules',
    groupKey: 'nav.group',
    roles: ['admin', 'freight_audit', 'freight_dispatcher', 'finance'],
    order: 68.5,
  },
]

/** The screen of the rules of risk. */
export const riskScreens = { console: routes, nav } as const
