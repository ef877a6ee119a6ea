import { NotificationOutlined } from '@ant-design/icons'
import type { ScreenModule } from '@tingzhou/ui'

const pages = [
  { path: 'webhooks', lazy: { Component: async () => (await import('./endpoint-list.tsx')).EndpointList } },
  { path: 'webhooks/:id', lazy: { Component: async () => (await import('./endpoint-page.tsx')).EndpointPage } },
]

/** What the systems of enterprises are told: their own at the counter, all of them for administrators. */
export const screens: ScreenModule = {
  name: 'webhooks',
  routes: { console: pages, counter: pages },
  nav: [
    {
      key: 'webhooks',
      labelKey: 'nav.webhooks',
      icon: NotificationOutlined,
      path: '/webhooks',
      groupKey: 'nav.group',
      roles: ['admin'],
      order: 912,
    },
    {
      key: 'own-webhooks',
      labelKey: 'nav.webhooks',
      icon: NotificationOutlined,
      path: '/counter/webhooks',
      surface: 'counter',
      roles: ['enterprise'],
      order: 912,
    },
  ],
  verbs: [
    {
      key: 'own-webhooks',
      labelKey: 'nav.webhooks',
      wordsKey: 'nav.words',
      path: '/counter/webhooks',
      roles: ['enterprise'],
    },
    { key: 'webhooks', labelKey: 'nav.webhooks', wordsKey: 'nav.words', path: '/webhooks', roles: ['admin'] },
  ],
  locales: { 'zh-CN': () => import('./locales/zh-CN.json'), en: () => import('./locales/en.json') },
}
