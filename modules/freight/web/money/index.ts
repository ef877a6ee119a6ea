import { AuditOutlined, MoneyCollectOutlined, ProfileOutlined } from '@ant-design/icons'
import type { NavEntry, ObjectPlace, PaletteVerb } from '@tingzhou/ui'
import type { RouteObject } from 'react-router'
import { dealingRoles, moneyRoles, readingRoles } from '../../roles.ts'

const statementPages = {
  list: async () => (await import('./statement-list.tsx')).StatementList,
  one: async () => (await import('./statement-page.tsx')).StatementPage,
}

/** Shippers have these at the counter, everybody else in the console. */
const both: readonly RouteObject[] = [
  { path: 'freight-statements', lazy: { Component: statementPages.list } },
  { path: 'freight-statements/:id', lazy: { Component: statementPages.one } },
]

const console: readonly RouteObject[] = [
  ...both,
  { path: 'freight-money', lazy: { Component: async () => (await import('./desk-page.tsx')).MoneyDesk } },
  { path: 'freight-payments', lazy: { Component: async () => (await import('./payment-list.tsx')).PaymentList } },
  { path: 'freight-payment-batches', lazy: { Component: async () => (await import('./batch-list.tsx')).BatchList } },
  {
    path: 'freight-payment-batches/:id',
    lazy: { Component: async () => (await import('./batch-page.tsx')).BatchPage },
  },
  { path: 'freight-bank-reports', lazy: { Component: async () => (await import('./report-list.tsx')).ReportList } },
  { path: 'freight-bank-reports/:id', lazy: { Component: async () => (await import('./report-page.tsx')).ReportPage } },
  { path: 'freight-payer', lazy: { Component: async () => (await import('./payer-page.tsx')).PayerPage } },
  { path: 'freight-incomes', lazy: { Component: async () => (await import('./income-list.tsx')).IncomeList } },
]

const group = { groupKey: 'nav.group' } as const
const nav: readonly NavEntry[] = [
  {
    key: 'freight-money',
    labelKey: 'nav.money',
    icon: MoneyCollectOutlined,
    path: '/freight-money',
    ...group,
    roles: moneyRoles,
    order: 60.25,
  },
  {
    key: 'freight-statements',
    labelKey: 'nav.statements',
    icon: AuditOutlined,
    path: '/freight-statements',
    ...group,
    roles: readingRoles,
    order: 60.26,
  },
  {
    key: 'freight-incomes',
    labelKey: 'nav.incomes',
    icon: ProfileOutlined,
    path: '/freight-incomes',
    ...group,
    roles: [...moneyRoles, 'carrier', 'driver'],
    order: 60.27,
  },
]

const verbs: readonly PaletteVerb[] = [
  { key: 'pay-carriers', labelKey: 'nav.money', path: '/freight-money', roles: moneyRoles },
  { key: 'payment-batches', labelKey: 'batch.title', path: '/freight-payment-batches', roles: moneyRoles },
  { key: 'bank-reports', labelKey: 'bank_report.title', path: '/freight-bank-reports', roles: moneyRoles },
  {
    key: 'statements-counter',
    labelKey: 'nav.statements',
    path: '/counter/freight-statements',
    roles: ['enterprise'],
  },
  { key: 'issue-statement', labelKey: 'statement.issue', path: '/freight-statements?do=issue', roles: dealingRoles },
]

const objects: readonly ObjectPlace[] = [
  { kind: 'freight_payment_batch', labelKey: 'batch.one', path: (id) => `/freight-payment-batches/${id}` },
  { kind: 'freight_bank_report', labelKey: 'bank_report.one', path: (id) => `/freight-bank-reports/${id}` },
  {
    kind: 'freight_statement',
    labelKey: 'statement.one',
    path: (id, surface) => (surface === 'counter' ? `/counter/freight-statements/${id}` : `/freight-statements/${id}`),
  },
]

/** The screens of money: what is due, batches and their bank files, the bank's words, statements, incomes. */
export const moneyScreens = { console, counter: both, nav, verbs, objects } as const
