import { CloudUploadOutlined } from '@ant-design/icons'
import type { NavEntry, ObjectPlace } from '@tingzhou/ui'
import type { RouteObject } from 'react-router'
import { uploadReadingRoles } from '../../roles.ts'

const console: readonly RouteObject[] = [
  { path: 'freight-uploads', lazy: { Component: async () => (await import('./upload-list.tsx')).UploadList } },
  {
    path: 'freight-uploads/settings',
    lazy: { Component: async () => (await import('./settings-page.tsx')).RegulatorPage },
  },
  { path: 'freight-uploads/months', lazy: { Component: async () => (await import('./month-list.tsx')).MonthList } },
  { path: 'freight-uploads/months/:id', lazy: { Component: async () => (await import('./month-page.tsx')).MonthPage } },
  { path: 'freight-uploads/:id', lazy: { Component: async () => (await import('./upload-page.tsx')).UploadPage } },
]

const nav: readonly NavEntry[] = [
  {
    key: 'freight-uploads',
    labelKey: 'nav.uploads',
    icon: CloudUploadOutlined,
    path: '/freight-uploads',
    groupKey: 'nav.group',
    roles: uploadReadingRoles,
    order: 69,
  },
]

const objects: readonly ObjectPlace[] = [
  { kind: 'freight_upload', labelKey: 'upload.title', path: (id) => `/freight-uploads/${id}` },
  { kind: 'freight_upload_count', labelKey: 'month.title', path: (id) => `/freight-uploads/months/${id}` },
]

/** The screens of what goes to the regulator. */
export const uploadScreens = { console, nav, objects } as const
