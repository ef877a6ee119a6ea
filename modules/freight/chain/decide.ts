import { caseDeps } from '@tingzhou/casework'
import { at, type Tx, type WriteBatch } from '@tingzhou/db'
import type { RequestContext } from '@tingzhou/http'
import { err, ok, type Result } from '@tingzhou/kernel'
import { hasRole, type Actor } from '@tingzhou/parties'
import type { FreightError } from '../problems.ts'
import { note } from '../record.ts'
import { keepingRoles } from '../roles.ts'
import { cancelOffered } from '../waybill/cancel-offered.ts'
import { drives, standOf } from '../waybill/stand.ts'
import { bookNext, fitNext, type Chosen } from './next.ts'
import './tables.ts'
import { tellNext, type Concerned } from './told.ts'
import type { NextState } from './words.ts'

type Deps = RequestContext['deps']

const wrongState = (value: NextState, rule: string) => ({ kind: 'next_state', field: 'state', value, rule }) as const

/** A dispatcher makes a wish true: what the driver wished for is taken and offered, if it still fits. */
export async function confirmNext(
  tx: Tx,
  deps: Deps,
  actor: Actor,
  { id }: { readonly id: string },
  batch: WriteBatch,
): Promise<Result<Chosen, FreightError>> {
  if (!hasRole(actor, ...keepingRoles)) return err({ kind: 'not_allowed' })
  const wish = await tx
    .selectFrom('freight_next')
    .select(['after_id', 'load_id'])
    .where('zone_id', '=', deps.zoneId)
    .where('id', '=', id)
    .executeTakeFirst()
  if (!wish) return err({ kind: 'not_found' })
  // The trip first, as whoever chooses locks it.
  const fit = await fitNext(tx, deps, actor, wish.after_id, wish.load_id, id)
  if (!fit.ok) return fit
  const { state } = await tx
    .selectFrom('freight_next')
    .select('state')
    .where('zone_id', '=', deps.zoneId)
    .where('id', '=', id)
    .forUpdate()
    .executeTakeFirstOrThrow()
  if (state !== 'wished') return err(wrongState(state, 'next_wished'))
  return bookNext(tx, deps, actor, fit.value, id, batch)
}

/**
 * Ends a next load before it is accepted: by the driver, the carrier, or dispatchers. What was offered is cancelled, which gives the load its
 * quantity back. Locks the offered waybill, then the load, as whoever follows next loads does.
 */
export async function endNext(
  tx: Tx,
  deps: Deps,
  actor: Actor,
  { id, why }: { readonly id: string; readonly why: string },
): Promise<Result<{ id: string }, FreightError>> {
  const next = await findNext(tx, deps.zoneId, id)
  if (!next || !drives(standOf(actor, next))) return err({ kind: 'not_found' })
  if (next.state !== 'wished' && next.state !== 'booked') return err(wrongState(next.state, 'next_open'))
  const { nextId: waybillId } = next
  if (waybillId !== null && !(await cancelOffered(tx, caseDeps(deps), actor, { waybillId, why })))
    return err(wrongState('taken', 'next_open'))
  const ended = await tx
    .updateTable('freight_next')
    .set({ state: 'ended', end_why: 'given_back', decided_at: at(deps.clock()), decided_by: actor.name })
    .where('zone_id', '=', deps.zoneId)
    .where('id', '=', id)
    // What a wish has become meanwhile, or that it is over, is asked anew.
    .where('state', '=', next.state)
    .returning('id')
    .executeTakeFirst()
  if (!ended) return err(wrongState('ended', 'next_open'))
  const to = [next.carrier_id, ...(next.driver_account_id === null ? [] : [next.driver_account_id])]
  const deed = { objectKind: 'freight_next', objectId: id, verb: 'end', why, to } as const
  await note(tx, deps, actor, { ...deed, data: { waybillId: next.nextId } })
  await tellNext(tx, deps, concernedOf(id, next), 'given_back', ['driver', 'carrier', 'dispatcher'], {
    doneBy: actor.accountId,
    needsMe: false,
  })
  return ok({ id })
}

type Found = NonNullable<Awaited<ReturnType<typeof findNext>>>

const concernedOf = (nextId: string, row: Found): Concerned => ({
  nextId,
  afterId: row.afterId,
  carrierId: row.carrier_id,
  driverAccountId: row.driver_account_id,
  plate: row.plate,
  trip: row.trip,
  load: row.load,
})

/** A next load with whom it concerns; by primary keys. */
const findNext = (tx: Tx, zoneId: string, id: string) =>
  tx
    .selectFrom('freight_next as n')
    .innerJoin('freight_waybill as w', (join) =>
      join.onRef('w.zone_id', '=', 'n.zone_id').onRef('w.id', '=', 'n.after_id'),
    )
    .innerJoin('freight_load as l', (join) => join.onRef('l.zone_id', '=', 'n.zone_id').onRef('l.id', '=', 'n.load_id'))
    .innerJoin('freight_vehicle as v', (join) =>
      join.onRef('v.zone_id', '=', 'n.zone_id').onRef('v.id', '=', 'n.vehicle_id'),
    )
    .select(['n.state', 'n.after_id as afterId', 'n.next_id as nextId', 'v.plate'])
    .select(['w.number as trip', 'l.number as load', 'n.carrier_id', 'w.driver_account_id', 'w.shipper_id'])
    .select(['w.consignee_id', 'w.sign_link_sha256'])
    .where('n.zone_id', '=', zoneId)
    .where('n.id', '=', id)
    .executeTakeFirst()
