import { sql } from 'kysely'
import { instantOf, localDateOf } from '@tingzhou/calendar'
import { caseDeps } from '@tingzhou/casework'
import { at, type Tx, type WriteBatch } from '@tingzhou/db'
import type { RequestContext } from '@tingzhou/http'
import { err, ok, type EpochMs, type Result } from '@tingzhou/kernel'
import type { Actor } from '@tingzhou/parties'
import type { FreightError } from '../problems.ts'
import { beginWaybill, type Begun } from '../waybill/begin.ts'
import { assignable, lockShare } from './share.ts'
import { takeOf, type Share, type Taken } from './take.ts'

type Deps = RequestContext['deps']
/** The waybill that was made, and what it takes in the load's measure. */
export type Sent = Begun & { readonly plan: number }
/** Who shall drive what; plan null: what a truck usually takes. */
type Wish = {
  readonly id: string
  readonly driverId: string
  readonly vehicleId: string
  readonly plan: number | null
}

/** Makes the waybill of what was taken. The caller flushes the batch. */
export async function send(
  tx: Tx,
  batch: WriteBatch,
  deps: Deps,
  actor: Actor,
  { load, share, plan }: Taken,
  trio: { readonly carrierId: string; readonly driverId: string; readonly vehicleId: string },
  how: 'offered' | 'accepted',
  offerUntil?: EpochMs,
): Promise<Result<Sent, FreightError>> {
  const { carrierId: carrier, driverId: driver, vehicleId: vehicle } = trio
  const begun = await beginWaybill(tx, batch, caseDeps(deps), actor, {
    load,
    share,
    trio: { carrier, driver, vehicle },
    plan,
    how,
    offerUntil,
  })
  return begun.ok ? ok({ ...begun.value, plan }) : begun
}

/** Assigns a truck of a load to a driver: the waybill is offered. */
export async function assignTruck(
  tx: Tx,
  deps: Deps,
  actor: Actor,
  input: Wish,
  batch: WriteBatch,
): Promise<Result<Sent, FreightError>> {
  const load = await assignable(tx, deps, actor, input.id, ['assign'])
  if (!load.ok) return load
  const vehicle = await tx
    .selectFrom('freight_vehicle')
    .select('carrier_id')
    .where('zone_id', '=', deps.zoneId)
    .where('id', '=', input.vehicleId)
    .executeTakeFirst()
  if (!vehicle) return err({ kind: 'field_refused', field: 'vehicleId', value: input.vehicleId, rule: 'within_reach' })
  const taken = await takeOf(tx, deps, { load: load.value, share: null }, input.plan)
  if (!taken.ok) return taken
  return send(tx, batch, deps, actor, taken.value, { ...input, carrierId: vehicle.carrier_id }, 'offered')
}

/** A carrier sends one of its drivers from its share: the waybill is offered. */
export async function dispatchShare(
  tx: Tx,
  deps: Deps,
  actor: Actor,
  input: Wish,
  batch: WriteBatch,
): Promise<Result<Sent, FreightError>> {
  const found = await lockShare(tx, deps, actor, input.id)
  if (!found.ok) return found
  const { load, share } = found.value
  if (load.trips_a_day !== null && (await tripsToday(tx, deps, share)) >= load.trips_a_day)
    return err({ kind: 'trips_used', field: 'id', value: String(load.trips_a_day), rule: 'trips_a_day' })
  const taken = await takeOf(tx, deps, { load, share }, input.plan)
  if (!taken.ok) return taken
  return send(tx, batch, deps, actor, taken.value, { ...input, carrierId: share.carrier_id }, 'offered')
}

/** Waybills of a share that were made on the zone's day and not cancelled. One statement, by freight_waybill_load. */
async function tripsToday(tx: Tx, { zoneId, clock }: Pick<Deps, 'zoneId' | 'clock'>, share: Share): Promise<number> {
  const counted = await tx
    .selectFrom('freight_waybill')
    .select(({ fn }) => fn.countAll<number>().as('n'))
    .where('zone_id', '=', zoneId)
    .where('load_id', '=', share.load_id)
    .where('share_id', '=', share.id)
    .where(sql<boolean>`created_at >= ${at(instantOf(localDateOf(clock()), '00:00'))}::timestamptz`)
    .where('state', '<>', 'cancelled')
    .executeTakeFirst()
  return counted?.n ?? 0
}
