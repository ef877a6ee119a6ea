import type { ScreenModule } from '@tingzhou/ui'
import { keepingRoles } from '../roles.ts'
import { dealNav, dealObjects, dealRoutes, proposalRoutes } from './deal/screens.ts'
import { eventNav, eventObjects, eventRoutes } from './event/index.ts'
import { deskRoutes, postingNav, postingRoutes } from './posting/screens.ts'

/** The screens of market. */
export const screens: ScreenModule = {
  name: 'market',
  routes: {
    console: [...eventRoutes.console, ...postingRoutes, ...deskRoutes, ...dealRoutes, ...proposalRoutes],
    counter: [...eventRoutes.counter, ...postingRoutes, ...dealRoutes],
    screen: [],
  },
  nav: [...eventNav, ...postingNav, ...dealNav],
  verbs: [{ key: 'market-post', labelKey: 'posting.post', path: '/market-postings/new', roles: keepingRoles }],
  objects: [
    ...eventObjects,
    ...dealObjects,
    {
      kind: 'market_posting',
      labelKey: 'posting.one',
      path: (id, surface) => (surface === 'counter' ? `/counter/market-postings/${id}` : `/market-postings/${id}`),
    },
  ],
  locales: { 'zh-CN': () => import('./locales/zh-CN.json'), en: () => import('./locales/en.json') },
}
