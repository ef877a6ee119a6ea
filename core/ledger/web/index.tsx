import { AccountBookOutlined, WalletOutlined } from '@ant-design/icons'
import type { ScreenModule } from '@tingzhou/ui'
import { bookRoles } from './api.ts'

const accounts = [
  { path: 'ledger-accounts', lazy: { Component: async () => (await import('./account-list.tsx')).AccountList } },
  { path: 'ledger-accounts/:id', lazy: { Component: async () => (await import('./account-page.tsx')).AccountPage } },
]

/** Books, accounts, statements, journals, and the end of a period. */
export const screens: ScreenModule = {
  name: 'ledger',
  routes: {
    console: [
      { path: 'ledger', lazy: { Component: async () => (await import('./book-page.tsx')).BookPage } },
      ...accounts,
    ],
    counter: accounts,
  },
  nav: [
    {
      key: 'books',
      labelKey: 'nav.books',
      icon: AccountBookOutlined,
      path: '/ledger',
      groupKey: 'nav.group',
      roles: bookRoles,
      order: 80,
    },
    {
      key: 'accounts',
      labelKey: 'nav.accounts',
      icon: WalletOutlined,
      path: '/ledger-accounts',
      groupKey: 'nav.group',
      roles: bookRoles,
      order: 81,
    },
    {
      key: 'own-accounts',
      labelKey: 'nav.own_accounts',
      icon: WalletOutlined,
      path: '/counter/ledger-accounts',
      surface: 'counter',
      roles: ['enterprise'],
      order: 95,
    },
  ],
  verbs: [{ key: 'trial', labelKey: 'nav.books', path: '/ledger', roles: bookRoles }],
  locales: { 'zh-CN': () => import('./locales/zh-CN.json'), en: () => import('./locales/en.json') },
}
