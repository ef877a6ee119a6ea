import { holdsRole, type Me, type Role } from '@tingzhou/ui'

/** Who sees which part of the menu; what each may do is the server's answer. */
export const officials: readonly Role[] = [
  'admin',
  'window_officer',
  'dept_head',
  'dept_officer',
  'supervisor',
  'dispatcher',
  'leader',
  'auditor',
]
export const windowStaff: readonly Role[] = ['window_officer', 'admin']
export const reviewers: readonly Role[] = ['dept_officer', 'dept_head', 'supervisor', 'admin', 'leader', 'auditor']
export const designers: readonly Role[] = ['admin', 'dispatcher']
export const settingReaders: readonly Role[] = ['admin', 'dispatcher', 'supervisor', 'auditor', 'leader']
export const overseers: readonly Role[] = ['admin', 'supervisor', 'leader', 'auditor', 'dept_head']

export const atWindow = (me: Me | null): boolean => holdsRole(me, ['window_officer'])
export const mayDesign = (me: Me | null): boolean => holdsRole(me, designers)
