import { hasRole, type Actor } from '@tingzhou/parties'
import { keepingRoles, readingRoles } from '../roles.ts'
import type { TargetRow } from './case.ts'

/** What somebody is to one target. */
export type Stand = { readonly officer: boolean; readonly owner: boolean; readonly reader: boolean }

/** Pure. O(memberships). */
export const standOf = (actor: Actor, { owner_id: ownerId }: Pick<TargetRow, 'owner_id'>): Stand => ({
  officer: hasRole(actor, ...keepingRoles),
  owner: actor.accountId === ownerId,
  reader: hasRole(actor, ...readingRoles),
})

/** Whether the actor has anything to do with the target. O(1). */
export const isParty = (stand: Stand): boolean => Object.values(stand).some(Boolean)

/** Whoever brings it on. O(1). */
export const pursues = ({ officer, owner }: Stand): boolean => officer || owner
