import { caseDeps } from '@tingzhou/casework'
import type { Tx } from '@tingzhou/db'
import type { RequestContext } from '@tingzhou/http'
import { err, ok, type Result } from '@tingzhou/kernel'
import { hasRole, type Actor } from '@tingzhou/parties'
import type { FreightError } from '../problems.ts'
import { note } from '../record.ts'
import { keepingRoles } from '../roles.ts'
import { cancelOffered } from '../waybill/cancel-offered.ts'
import { decide, lockTour } from './send.ts'
import './tables.ts'

type Deps = RequestContext['deps']
type Wish = { readonly id: string; readonly commandId: string; readonly why: string }

/**
 * Takes a tour back: a proposal is not sent any more; the offers of one that was sent are cancelled, all in one transaction, as long as the
 * driver has accepted none.
 * @returns refused by name once a waybill of it was accepted, and when it is stale or withdrawn already
 * About ten statements a waybill.
 */
export async function withdrawTour(
  tx: Tx,
  deps: Deps,
  actor: Actor,
  { id, commandId, why }: Wish,
): Promise<Result<{ id: string }, FreightError>> {
  if (!hasRole(actor, ...keepingRoles)) return err({ kind: 'not_allowed' })
  const tour = await lockTour(tx, deps, id)
  if (!tour) return err({ kind: 'not_found' })
  if (tour.state === 'stale' || tour.state === 'withdrawn') return err(wrongState(tour.state))
  if (tour.state === 'sent') {
    const cancelled = await cancelOffers(tx, deps, actor, id, why)
    if (!cancelled.ok) return cancelled
  }
  await decide(tx, deps, actor, id, commandId, { state: 'withdrawn' })
  await note(tx, deps, actor, {
    objectKind: 'freight_tour_plan',
    objectId: tour.plan_id,
    verb: 'withdraw',
    why,
    data: { tourId: id },
  })
  return ok({ id })
}

/** All that are still offered; locked first, so that nobody accepts one while others are cancelled. By freight_waybill_tour. */
async function cancelOffers(
  tx: Tx,
  deps: Deps,
  actor: Actor,
  id: string,
  why: string,
): Promise<Result<void, FreightError>> {
  const waybills = await tx
    .selectFrom('freight_waybill')
    .select(['id', 'state'])
    .where('zone_id', '=', deps.zoneId)
    .where('tour_id', '=', id)
    .orderBy('tour_seq')
    .forUpdate()
    .execute()
  const gone = waybills.find(({ state }) => state !== 'offered' && state !== 'cancelled')
  if (gone) return err(wrongState(gone.state))
  for (const waybill of waybills)
    await cancelOffered(tx, caseDeps(deps), actor, { waybillId: waybill.id, why, data: { tourId: id } })
  return ok(undefined)
}

const wrongState = (value: string) => ({ kind: 'tour_state', field: 'state', value, rule: 'tour_unaccepted' }) as const
