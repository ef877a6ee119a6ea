import { CalendarOutlined, FieldTimeOutlined } from '@ant-design/icons'
import type { NavEntry, ObjectPlace } from '@tingzhou/ui'
import type { RouteObject } from 'react-router'
import { readingRoles } from '../../roles.ts'

/** Firms have these at the counter, everybody else in the console. */
const both: readonly RouteObject[] = [
  { path: 'market-events', lazy: { Component: async () => (await import('./event-list.tsx')).EventList } },
  { path: 'market-events/:id', lazy: { Component: async () => (await import('./event-page.tsx')).EventPage } },
  { path: 'market-follow-ups', lazy: { Component: async () => (await import('./follow-list.tsx')).FollowList } },
]
const desk: readonly RouteObject[] = [
  { path: 'market-events/new', lazy: { Component: async () => (await import('./event-list.tsx')).EventNew } },
]

export const eventRoutes = { console: [...desk, ...both], counter: both }

export const eventNav: readonly NavEntry[] = [
  {
    key: 'market-events',
    labelKey: 'event.title',
    icon: CalendarOutlined,
    path: '/market-events',
    groupKey: 'nav.group',
    roles: readingRoles,
    order: 71.6,
  },
  {
    key: 'market-follow-ups',
    labelKey: 'event.follow_title',
    icon: FieldTimeOutlined,
    path: '/market-follow-ups',
    groupKey: 'nav.group',
    roles: readingRoles,
    order: 71.7,
  },
  {
    key: 'market-events-counter',
    labelKey: 'event.title',
    icon: CalendarOutlined,
    path: '/counter/market-events',
    surface: 'counter',
    roles: ['enterprise'],
    order: 31.6,
  },
]

export const eventObjects: readonly ObjectPlace[] = [
  {
    kind: 'market_event',
    labelKey: 'event.one',
    path: (id, surface) => `${surface === 'counter' ? '/counter' : ''}/market-events/${id}`,
  },
]
