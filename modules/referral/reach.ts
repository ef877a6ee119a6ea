import { grantReach, registerObjectKind, revokeReach, type ReachRow } from '@tingzhou/access'
import type { Tx } from '@tingzhou/db'
import type { Slip } from './slip.ts'

/**
 * Nobody in the zone reads referrals but the coordinator: not the administrator, not the auditor. The two institutions of
 * the moment reach an order through rows of reach; an offer that is over takes its row away.
 */
registerObjectKind('referral', { zoneWide: ['coordinator'] })

// Whoever acts for an institution, head or clerk, reads what lies in its pool.
const rowOf = (slip: Slip, partyId: string): ReachRow => ({
  objectKind: 'referral',
  objectId: slip.order.id,
  partyId,
  relation: 'pool',
})

/** Lets an institution reach the order. */
export const letIn = (tx: Tx, slip: Slip, institutionId: string): Promise<void> =>
  grantReach(tx, slip.deps.zoneId, [rowOf(slip, institutionId)])

/** Takes an institution's reach of the order away. */
export const letOut = (tx: Tx, slip: Slip, institutionId: string): Promise<void> =>
  revokeReach(tx, slip.deps.zoneId, rowOf(slip, institutionId))
