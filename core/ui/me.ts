import { createContext, useContext } from 'react'

/** The roles of the platform; the server decides what each may do. */
export type Role =
  | 'admin'
  | 'enterprise'
  | 'area_lead'
  | 'dispatcher'
  | 'dept_head'
  | 'dept_officer'
  | 'supervisor'
  | 'callback_agent'
  | 'guide'
  | 'window_officer'
  | 'duty_officer'
  | 'visitor_officer'
  | 'leader'
  | 'auditor'
  | 'machine'

export type Membership = { readonly role: Role; readonly partyId: string | null; readonly partyName?: string | null }

/** Who is reading. */
export type Me = {
  readonly accountId: string
  readonly name: string
  readonly lang: 'zh-CN' | 'en'
  readonly memberships: readonly Membership[]
}

export const MeContext = createContext<Me | null>(null)

/** The signed-in reader, or null on public screens. */
export function useMe(): Me | null {
  return useContext(MeContext)
}

/** True when the reader holds one of the roles; an empty or missing list means everyone. */
export function holdsRole(me: Me | null, roles: readonly Role[] | undefined): boolean {
  if (!roles || roles.length === 0) return true
  return me !== null && me.memberships.some((membership) => roles.includes(membership.role))
}
