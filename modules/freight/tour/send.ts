import { sql } from 'kysely'
import { caseDeps } from '@tingzhou/casework'
import { at, flushBatch, jsonb, newBatch, newId, type CommandReused, type Tx } from '@tingzhou/db'
import type { RequestContext } from '@tingzhou/http'
import { err, ok, type EpochMs, type Result } from '@tingzhou/kernel'
import { hasRole, type Actor } from '@tingzhou/parties'
import { lockDocks } from '../dock/slot.ts'
import { assignable } from '../load/share.ts'
import { takeOf } from '../load/take.ts'
import type { FreightError } from '../problems.ts'
import { note } from '../record.ts'
import { keepingRoles } from '../roles.ts'
import { runFreight } from '../room.ts'
import type { StaleWhy } from '../wave/kept.ts'
import { openTrip, whyOf } from '../wave/send.ts'
import { beginWaybill } from '../waybill/begin.ts'
import { isCombination } from './body.ts'
import type { Stop } from './kept.ts'
import { capacityOf } from './model.ts'
import './tables.ts'
import type { TourStaleKind, TourState } from './words.ts'

type Deps = RequestContext['deps']
type SendWish = { readonly id: string; readonly commandId: string }
type Outcome = { readonly id: string; readonly state: TourState }

/**
 * Offers a tour to its driver: a waybill for each of its loads, in the order of loading, all in one transaction. What changed since the plan
 * was made leaves none of them, and the tour `stale`, with why. A tour that was decided stays as it is.
 * About fifteen statements a load.
 */
export async function sendTour(
  deps: Deps,
  actor: Actor,
  { id, commandId }: SendWish,
): Promise<Result<Outcome, FreightError | CommandReused>> {
  if (!hasRole(actor, ...keepingRoles)) return err({ kind: 'not_allowed' })
  const run = (body: (tx: Tx) => Promise<Result<Outcome, FreightError>>) =>
    runFreight(deps, actor, 'send_tour', { commandId: newId(), id, by: commandId }, body)
  const offered = await run((tx) => offerTour(tx, deps, actor, id, commandId))
  if (offered.ok || offered.error.kind === 'not_found') return offered
  // What was refused is rolled back; that it was, and why, is kept by itself.
  const why = whyOf(offered.error)
  return run(async (tx) => {
    const tour = await lockTour(tx, deps, id)
    if (!tour) return err({ kind: 'not_found' })
    return tour.state === 'proposed' ? setStale(tx, deps, actor, tour, commandId, why) : ok({ id, state: tour.state })
  })
}

/** Locks the tour, its loads in the order of their ids, the driver, the vehicle and all docks, as waves do: nobody waits crosswise. */
async function offerTour(
  tx: Tx,
  deps: Deps,
  actor: Actor,
  id: string,
  commandId: string,
): Promise<Result<Outcome, FreightError>> {
  const tour = await lockTour(tx, deps, id)
  if (!tour) return err({ kind: 'not_found' })
  if (tour.state !== 'proposed') return ok({ id, state: tour.state })
  const picked = tour.stops.filter(({ kind }) => kind === 'load')
  const changed = await changedSince(tx, deps, tour, picked)
  if (changed) return setStale(tx, deps, actor, tour, commandId, changed)
  const trio = { carrier: tour.carrier_id, driver: tour.driver_id, vehicle: tour.vehicle_id }
  const docks = tour.stops.map(({ kind: end, placeId }) => ({ end, placeId }))
  await lockDocks(tx, deps.zoneId, docks)
  const numbers: string[] = []
  // As many as a truck loads in a day.
  for (const [index, { loadId, plan }] of picked.entries()) {
    const load = await assignable(tx, deps, actor, loadId, ['assign'])
    if (!load.ok) return load
    const taken = await takeOf(tx, deps, { load: load.value, share: null }, plan)
    if (!taken.ok) return taken
    // A statement writes each row once; each waybill has its own.
    const batch = newBatch()
    const begun = await beginWaybill(tx, batch, caseDeps(deps), actor, {
      ...taken.value,
      trio,
      how: 'offered',
      tour: { id, seq: index + 1 },
    })
    if (!begun.ok) return begun
    await flushBatch(tx, batch)
    numbers.push(begun.value.number)
  }
  await decide(tx, deps, actor, id, commandId, { state: 'sent' })
  await note(tx, deps, actor, {
    objectKind: 'freight_tour_plan',
    objectId: tour.plan_id,
    verb: 'send',
    data: { tourId: id, vehicleId: trio.vehicle, numbers },
  })
  return ok({ id, state: 'sent' })
}

type TourRow = NonNullable<Awaited<ReturnType<typeof lockTour>>>

/** A tour and what its plan was made with, locked; null when there is none. One statement. */
export async function lockTour(tx: Tx, { zoneId }: Pick<Deps, 'zoneId'>, id: string) {
  const row = await tx
    .selectFrom('freight_tour as t')
    .innerJoin('freight_tour_plan as p', (join) =>
      join.onRef('p.zone_id', '=', 't.zone_id').onRef('p.id', '=', 't.plan_id'),
    )
    .select(['t.id', 't.plan_id', 't.vehicle_id', 't.driver_id', 't.carrier_id', 't.stops', 't.state'])
    .select(['p.made_at', 'p.numbers'])
    .where('t.zone_id', '=', zoneId)
    .where('t.id', '=', id)
    .forUpdate('t')
    .executeTakeFirst()
  return row ?? null
}

const minuteMs = 60_000

/** What speaks against a tour beside what a waybill asks; the locks keep out whoever takes the same at the same moment. Five statements. */
async function changedSince(
  tx: Tx,
  { zoneId, clock }: Deps,
  { made_at, numbers, vehicle_id, driver_id, carrier_id, stops }: TourRow,
  picked: readonly Stop[],
): Promise<StaleWhy | null> {
  const now = clock()
  const no = (kind: TourStaleKind, value: string): StaleWhy => ({ kind, value, rule: '' })
  if (now > made_at + numbers.planMinutes * minuteMs) return no('too_old', String(numbers.planMinutes))
  const plans = new Map(picked.map(({ loadId, plan }) => [loadId, plan]))
  const loads = await tx
    .selectFrom('freight_load')
    .select(['id', 'number', 'quantity', 'taken'])
    .where('zone_id', '=', zoneId)
    .where(sql<boolean>`id = any(${[...plans.keys()]}::uuid[])`)
    .orderBy('id')
    .forUpdate()
    .execute()
  const changed = loads.find(({ id, quantity, taken }) => quantity - taken !== plans.get(id))
  if (changed) return no('load_changed', changed.number)
  await tx
    .selectFrom('freight_driver')
    .select('id')
    .where('zone_id', '=', zoneId)
    .where('id', '=', driver_id)
    .forUpdate()
    .execute()
  const vehicle = await tx
    .selectFrom('freight_vehicle')
    .select(['carrier_id', 'rated_load_kg as ratedKg', 'axles', 'drive_axles as driveAxles', 'tare_kg as tareKg'])
    .select(['type_code', 'trailer_plate', 'volume_dm3'])
    .where('zone_id', '=', zoneId)
    .where('id', '=', vehicle_id)
    .forUpdate()
    .executeTakeFirst()
  if (vehicle?.carrier_id !== carrier_id) return no('another_carrier', '')
  const mayKg = capacityOf({ ...vehicle, isCombination: isCombination(vehicle.type_code, vehicle.trailer_plate) })
  if (stops.some(({ onBoardKg }) => onBoardKg > mayKg)) return no('weaker', String(mayKg))
  const bedDm3 = vehicle.volume_dm3 ?? 0
  if (stops.some(({ onBoardDm3 }) => onBoardDm3 > bedDm3)) return no('smaller', String(bedDm3 / 1_000))
  const taken = await openTrip(tx, zoneId, { vehicle_id, driver_id })
  if (taken) return no(taken.isVehicle ? 'truck_taken' : 'driver_taken', taken.number)
  return forbiddenSince(tx, zoneId, vehicle_id, [...plans.keys()], now)
}

/** By freight_wave_mark_of. */
async function forbiddenSince(
  tx: Tx,
  zoneId: string,
  vehicleId: string,
  loadIds: readonly string[],
  now: EpochMs,
): Promise<StaleWhy | null> {
  const mark = await tx
    .selectFrom('freight_wave_mark')
    .select('why')
    .where('zone_id', '=', zoneId)
    .where(sql<boolean>`load_id = any(${loadIds}::uuid[])`)
    .where('vehicle_id', '=', vehicleId)
    .where('kind', '=', 'forbid')
    .where(sql<boolean>`ends_at > ${at(now)}::timestamptz`)
    .limit(1)
    .executeTakeFirst()
  return mark ? { kind: 'forbidden', value: mark.why, rule: '' } : null
}

async function setStale(
  tx: Tx,
  deps: Deps,
  actor: Actor,
  { id }: Pick<TourRow, 'id'>,
  commandId: string,
  why: StaleWhy,
): Promise<Result<Outcome, FreightError>> {
  await decide(tx, deps, actor, id, commandId, { state: 'stale', stale_why: jsonb(why) })
  return ok({ id, state: 'stale' })
}

/** Writes what became of a tour that is locked. One statement. */
export async function decide(
  tx: Tx,
  { zoneId, clock }: Pick<Deps, 'zoneId' | 'clock'>,
  actor: Actor,
  id: string,
  commandId: string,
  outcome: { readonly state: 'sent' | 'withdrawn' } | { readonly state: 'stale'; readonly stale_why: string },
): Promise<void> {
  await tx
    .updateTable('freight_tour')
    .set({ ...outcome, command_id: commandId, decided_at: at(clock()), decided_by: actor.name })
    .where('zone_id', '=', zoneId)
    .where('id', '=', id)
    .execute()
}
