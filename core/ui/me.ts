import type { Role } from '@tingzhou/parties/contract'
import { createContext, useContext } from 'react'

export type { Role }

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
