import { FileSearchOutlined, ShopOutlined } from '@ant-design/icons'
import type { NavEntry } from '@tingzhou/ui'
import type { RouteObject } from 'react-router'
import { keepingRoles, readingRoles } from '../../roles.ts'

/** Firms have these at the counter, everybody else in the console. */
export const postingRoutes: readonly RouteObject[] = [
  { path: 'market-postings', lazy: { Component: async () => (await import('./hall.tsx')).MarketHall } },
  { path: 'market-postings/new', lazy: { Component: async () => (await import('./new.tsx')).PostingNew } },
  { path: 'market-postings/:id', lazy: { Component: async () => (await import('./page.tsx')).PostingPage } },
]

/** Of officers. */
export const deskRoutes: readonly RouteObject[] = [
  { path: 'market-desk', lazy: { Component: async () => (await import('./desk.tsx')).MatchingDesk } },
  {
    path: 'market-match-settings',
    lazy: { Component: async () => (await import('./match-settings.tsx')).MatchSettings },
  },
]

export const postingNav: readonly NavEntry[] = [
  {
    key: 'market-postings',
    labelKey: 'posting.nav_hall',
    icon: ShopOutlined,
    path: '/market-postings',
    groupKey: 'nav.group',
    roles: readingRoles,
    order: 73.1,
  },
  {
    key: 'market-desk',
    labelKey: 'posting.nav_desk',
    icon: FileSearchOutlined,
    path: '/market-desk',
    groupKey: 'nav.group',
    roles: keepingRoles,
    order: 73.2,
  },
  {
    key: 'market-postings-counter',
    labelKey: 'posting.nav_hall',
    icon: ShopOutlined,
    path: '/counter/market-postings',
    surface: 'counter',
    roles: ['enterprise'],
    order: 13,
  },
]
