import { ApiOutlined, TeamOutlined } from '@ant-design/icons'
import type { ScreenModule } from '@tingzhou/ui'

const account = {
  path: 'account',
  lazy: { Component: async () => (await import('../access/account-page.tsx')).AccountPage },
}

const oneTime = () => import('../access/one-time-pages.tsx')

const notices = {
  path: 'notices',
  lazy: { Component: async () => (await import('../notices/notices-page.tsx')).NoticesPage },
}

/** The shell's own screens, mounted like any module's. */
export const shellScreens: ScreenModule = {
  name: 'shell',
  routes: {
    public: [
      { path: 'login', lazy: { Component: async () => (await import('../access/login-page.tsx')).LoginPage } },
      { path: 'setup', lazy: { Component: async () => (await oneTime()).SetupPage } },
      { path: 'reset', lazy: { Component: async () => (await oneTime()).PasswordResetPage } },
      { path: 'invitation', lazy: { Component: async () => (await oneTime()).InvitationPage } },
    ],
    console: [
      account,
      notices,
      { path: 'accounts', lazy: { Component: async () => (await import('../access/accounts-page.tsx')).AccountsPage } },
      {
        path: 'accounts/new',
        lazy: { Component: async () => (await import('../access/new-account-page.tsx')).NewAccountPage },
      },
      {
        path: 'accounts/:id',
        lazy: { Component: async () => (await import('../access/account-admin-page.tsx')).AccountAdminPage },
      },
      { path: 'api-keys', lazy: { Component: async () => (await import('../access/api-keys-page.tsx')).ApiKeysPage } },
    ],
    counter: [
      account,
      notices,
      {
        path: 'api-keys',
        lazy: { Component: async () => (await import('../access/firm-keys-page.tsx')).FirmKeysPage },
      },
    ],
  },
  nav: [
    {
      key: 'accounts',
      labelKey: 'nav.accounts',
      icon: TeamOutlined,
      path: '/accounts',
      groupKey: 'nav.system',
      roles: ['admin'],
      order: 900,
    },
    {
      key: 'api-keys',
      labelKey: 'nav.api_keys',
      icon: ApiOutlined,
      path: '/api-keys',
      groupKey: 'nav.system',
      roles: ['admin'],
      order: 910,
    },
    {
      key: 'firm-keys',
      labelKey: 'nav.firm_keys',
      icon: ApiOutlined,
      path: '/counter/api-keys',
      surface: 'counter',
      roles: ['enterprise'],
      order: 910,
    },
  ],
  verbs: [
    { key: 'account', labelKey: 'nav.account', path: '/account' },
    { key: 'notices', labelKey: 'nav.notices', path: '/notices' },
    { key: 'new-account', labelKey: 'accounts.new', path: '/accounts/new', roles: ['admin'] },
    { key: 'counter', labelKey: 'nav.counter', path: '/counter', roles: ['enterprise', 'guide', 'admin'] },
  ],
  locales: { 'zh-CN': () => import('../locales/zh-CN.json'), en: () => import('../locales/en.json') },
}
