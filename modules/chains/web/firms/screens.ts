import { CrownOutlined, GlobalOutlined, ShopOutlined, ShoppingOutlined, SwapOutlined } from '@ant-design/icons'
import type { NavEntry } from '@tingzhou/ui'
import type { ComponentType } from 'react'
import type { RouteObject } from 'react-router'
import { readingRoles } from '../../roles.ts'

/** A firm's own people have these at the counter, everybody else in the console. */
const both: readonly RouteObject[] = [
  { path: 'chain-firms/:id', lazy: { Component: async () => (await import('./firm-page.tsx')).FirmPage } },
  { path: 'chain-positions', lazy: { Component: async () => (await import('./positions.tsx')).PositionList } },
  { path: 'chain-links', lazy: { Component: async () => (await import('./links.tsx')).LinkList } },
  { path: 'chain-outside-firms', lazy: { Component: async () => (await import('./outside.tsx')).OutsideList } },
  { path: 'chain-leaders', lazy: { Component: async () => (await import('./leaders.tsx')).LeaderList } },
  { path: 'chain-imports', lazy: { Component: async () => (await import('./import-page.tsx')).ImportPage } },
]

/** The screens of firms in the chains. */
export const firmRoutes: { readonly console: readonly RouteObject[]; readonly counter: readonly RouteObject[] } = {
  console: [
    ...both,
    { path: 'chain-demands', lazy: { Component: async () => (await import('./demands.tsx')).DemandList } },
  ],
  counter: [...both, { path: 'chain-firms', lazy: { Component: async () => (await import('./own.tsx')).OwnFirms } }],
}

const entry = (key: string, labelKey: string, icon: ComponentType, order: number): NavEntry => ({
  key,
  labelKey,
  icon,
  path: `/${key}`,
  groupKey: 'nav.group',
  roles: readingRoles,
  order,
})

/** Their places in the menus. */
export const firmNav: readonly NavEntry[] = [
  entry('chain-positions', 'firms.positions', ShopOutlined, 73.1),
  entry('chain-links', 'firms.links', SwapOutlined, 73.2),
  entry('chain-outside-firms', 'firms.outside', GlobalOutlined, 73.3),
  entry('chain-leaders', 'firms.leaders', CrownOutlined, 73.4),
  entry('chain-demands', 'firms.demands', ShoppingOutlined, 73.5),
  {
    key: 'chain-firms-counter',
    labelKey: 'firms.mine',
    icon: ShopOutlined,
    path: '/counter/chain-firms',
    surface: 'counter',
    roles: ['enterprise'],
    order: 31,
  },
]
