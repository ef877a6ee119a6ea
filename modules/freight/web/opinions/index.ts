import './opinions.css'
import { CommentOutlined } from '@ant-design/icons'
import type { NavEntry, ObjectPlace } from '@tingzhou/ui'
import type { RouteObject } from 'react-router'
import { complaintReaders } from './rights.ts'

/** Shippers have these at the counter, everybody else in the console. */
const both: readonly RouteObject[] = [
  {
    path: 'freight-complaints',
    lazy: { Component: async () => (await import('./complaint-list.tsx')).ComplaintList },
  },
  {
    path: 'freight-complaints/new',
    lazy: { Component: async () => (await import('./complaint-form.tsx')).ComplaintNew },
  },
  {
    path: 'freight-complaints/:id',
    lazy: { Component: async () => (await import('./complaint-page.tsx')).ComplaintPage },
  },
]

const nav: readonly NavEntry[] = [
  {
    key: 'freight-complaints',
    labelKey: 'nav.complaints',
    icon: CommentOutlined,
    path: '/freight-complaints',
    groupKey: 'nav.group',
    roles: complaintReaders,
    order: 60.17,
  },
]

const objects: readonly ObjectPlace[] = [
  {
    kind: 'freight_complaint',
    labelKey: 'complaint.title',
    path: (id, surface) => (surface === 'counter' ? `/counter/freight-complaints/${id}` : `/freight-complaints/${id}`),
  },
]

/** The screens of opinions: complaints; ratings stand on the pages of what is rated. */
export const opinionScreens = { console: both, counter: both, nav, objects } as const
