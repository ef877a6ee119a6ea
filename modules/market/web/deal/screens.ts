import { AuditOutlined, FileSyncOutlined, InboxOutlined, PartitionOutlined } from '@ant-design/icons'
import type { NavEntry, ScreenModule } from '@tingzhou/ui'
import type { RouteObject } from 'react-router'
import { readingRoles } from '../../roles.ts'

/** Firms have these at the counter, everybody else in the console. */
export const dealRoutes: readonly RouteObject[] = [
  { path: 'market-deals', lazy: { Component: async () => (await import('./list.tsx')).DealList } },
  { path: 'market-deals/:id', lazy: { Component: async () => (await import('./page.tsx')).DealPage } },
  { path: 'market-appeals', lazy: { Component: async () => (await import('./appeals.tsx')).AppealList } },
  { path: 'market-rfqs', lazy: { Component: async () => (await import('../rfq/list.tsx')).RfqList } },
  { path: 'market-rfqs/new', lazy: { Component: async () => (await import('../rfq/new.tsx')).RfqNew } },
  { path: 'market-rfqs/:id', lazy: { Component: async () => (await import('../rfq/page.tsx')).RfqPage } },
]

/** Of officers. */
export const proposalRoutes: readonly RouteObject[] = [
  { path: 'market-proposals', lazy: { Component: async () => (await import('./proposals.tsx')).ProposalList } },
  { path: 'market-proposals/:id', lazy: { Component: async () => (await import('./proposals.tsx')).ProposalPage } },
]

const entry = (key: string, labelKey: string, icon: NavEntry['icon'], order: number): readonly NavEntry[] => [
  { key, labelKey, icon, path: `/${key}`, groupKey: 'nav.group', roles: readingRoles, order },
  {
    key: `${key}-counter`,
    labelKey,
    icon,
    path: `/counter/${key}`,
    surface: 'counter',
    roles: ['enterprise'],
    order: order - 48,
  },
]

export const dealNav: readonly NavEntry[] = [
  ...entry('market-deals', 'deal.title', AuditOutlined, 73.3),
  ...entry('market-rfqs', 'rfq.title', FileSyncOutlined, 73.4),
  ...entry('market-appeals', 'appeal.title', InboxOutlined, 73.6),
  {
    key: 'market-proposals',
    labelKey: 'proposal.title',
    icon: PartitionOutlined,
    path: '/market-proposals',
    groupKey: 'nav.group',
    roles: readingRoles,
    order: 73.5,
  },
]

const at = (key: string) => (id: string, surface: string) => `${surface === 'counter' ? '/counter' : ''}/${key}/${id}`

export const dealObjects: NonNullable<ScreenModule['objects']> = [
  { kind: 'market_deal', labelKey: 'deal.one', path: at('market-deals') },
  { kind: 'market_rfq', labelKey: 'rfq.one', path: at('market-rfqs') },
]
