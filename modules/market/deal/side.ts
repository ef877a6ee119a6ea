import { hasRole, partiesOf, type Actor } from '@tingzhou/parties'
import type { FirmRef } from '../firm.ts'
import { keepingRoles } from '../roles.ts'
import type { Side } from './words.ts'

/** The firms of a deal, and which of them nobody of the zone belongs to. */
export type Sides = Readonly<Record<Side, FirmRef>>

/**
 * Whether the actor answers for a firm: its own people, and chain officers for a firm outside, which has none here. O(memberships).
 */
export const speaksFor = (actor: Actor, firmId: string, isOutside: boolean): boolean =>
  isOutside ? hasRole(actor, ...keepingRoles) : partiesOf(actor, 'enterprise').includes(firmId)

/** The sides for which the actor answers. O(memberships). */
export const sidesOf = (actor: Actor, { buyer, seller }: Sides): readonly Side[] => [
  ...(speaksFor(actor, buyer.id, buyer.isOutside) ? (['buyer'] as const) : []),
  ...(speaksFor(actor, seller.id, seller.isOutside) ? (['seller'] as const) : []),
]
