import type { Me, Role } from '@tingzhou/ui'

/** Who works with orders. */
export const workers: readonly Role[] = ['coordinator', 'dept_head', 'dept_officer']
/** Who looks at institutions, agreements and rules. */
export const lookers: readonly Role[] = [...workers, 'admin', 'supervisor', 'leader', 'auditor']

export const mayRule = (me: Me | null): boolean =>
  me?.memberships.some(({ role }) => role === 'admin' || role === 'machine') ?? false
