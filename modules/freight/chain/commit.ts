import { sql } from 'kysely'
import { at, jsonb, newId, type CommandReused, type Tx, type WriteBatch } from '@tingzhou/db'
import type { RequestContext } from '@tingzhou/http'
import { assert, epochMs, err, ok, type EpochMs, type Result } from '@tingzhou/kernel'
import { hasRole, type Actor } from '@tingzhou/parties'
import { withBounds } from '@tingzhou/records/bounds'
import { assignTruck } from '../load/dispatch.ts'
import type { FreightError } from '../problems.ts'
import { note } from '../record.ts'
import { keepingRoles } from '../roles.ts'
import { runFreight } from '../room.ts'
import type { StaleWhy } from '../wave/kept.ts'
import { changedSince, whyOf } from '../wave/send.ts'
import { bookNext, fitNext } from './next.ts'
import './tables.ts'
import { chainBounds, commitMax } from './words.ts'

type Deps = RequestContext['deps']
type CommitWish = {
  /** The plan. */
  readonly id: string
  readonly commandId: string
  /** Null: all whose first load must start soon, `commitMax` at most. */
  readonly tourIds: readonly string[] | null
}

/** Which tours the command decided, in the order of the plan, and how many must still start soon. */
export type Committed = { readonly tourIds: readonly string[]; readonly left: number }

const hourMs = 3_600_000

/**
 * Commits the first loads that must start soon, each in a transaction of its own: to free trucks they are offered through the door of
 * waves, to trucks on a trip they are booked as the next load. What changed since the plan was made is `stale`, with why; later loads
 * of the tours are left to later plans. The command again goes on where it was broken off.
 * About twenty statements a tour.
 */
export async function commitPlan(
  deps: Deps,
  actor: Actor,
  wish: CommitWish,
): Promise<Result<Committed, FreightError | CommandReused>> {
  if (!hasRole(actor, ...keepingRoles)) return err({ kind: 'not_allowed' })
  const plan = await findPlan(deps, wish.id)
  if (!plan) return err({ kind: 'not_found' })
  const dueBy = epochMs(deps.clock() + plan.commitHours * hourMs)
  const due = await dueTours(deps, wish, dueBy)
  const strange = wish.tourIds?.find((id) => !due.includes(id))
  if (strange !== undefined) return err({ kind: 'field_refused', field: 'tourIds', value: strange, rule: 'chain_due' })
  for (const tourId of due) {
    const sent = await commitTour(deps, actor, plan, tourId, wish.commandId)
    if (!sent.ok) return sent
  }
  return ok({ tourIds: due, left: await stillDue(deps, wish.id, dueBy) })
}

type Plan = {
  readonly id: string
  readonly madeAt: EpochMs
  readonly pairMinutes: number
  readonly commitHours: number
}

async function findPlan({ db, zoneId }: Deps, id: string): Promise<Plan | null> {
  const row = await db
    .selectFrom('freight_chain')
    .select(['made_at', 'numbers'])
    .where('zone_id', '=', zoneId)
    .where('id', '=', id)
    .executeTakeFirst()
  if (!row) return null
  const { planMinutes, commitHours } = withBounds(chainBounds, row.numbers)
  return { id, madeAt: row.made_at, pairMinutes: planMinutes, commitHours }
}

/** Tours that must start soon and are proposed or were decided by this command. By freight_chain_tour_seq. */
async function dueTours(
  { db, zoneId }: Deps,
  { id, commandId, tourIds }: CommitWish,
  dueBy: EpochMs,
): Promise<readonly string[]> {
  const rows = await db
    .selectFrom('freight_chain_tour')
    .select('id')
    .where('zone_id', '=', zoneId)
    .where('plan_id', '=', id)
    .where(sql<boolean>`start_at <= ${at(dueBy)}::timestamptz`)
    .where((eb) =>
      tourIds ? eb('id', 'in', [...tourIds]) : eb.or([eb('state', '=', 'proposed'), eb('command_id', '=', commandId)]),
    )
    .orderBy('seq')
    .limit(commitMax)
    .execute()
  return rows.map((row) => row.id)
}

async function stillDue({ db, zoneId }: Deps, planId: string, dueBy: EpochMs): Promise<number> {
  const counted = await db
    .selectFrom('freight_chain_tour')
    .select(({ fn }) => fn.countAll<number>().as('n'))
    .where('zone_id', '=', zoneId)
    .where('plan_id', '=', planId)
    .where(sql<boolean>`start_at <= ${at(dueBy)}::timestamptz`)
    .where('state', '=', 'proposed')
    .executeTakeFirst()
  return counted?.n ?? 0
}

async function commitTour(
  deps: Deps,
  actor: Actor,
  plan: Plan,
  tourId: string,
  commandId: string,
): Promise<Result<null, FreightError | CommandReused>> {
  const run = (body: (tx: Tx, batch: WriteBatch) => Promise<Result<null, FreightError>>) =>
    runFreight(deps, actor, 'commit_chain_tour', { commandId: newId(), tourId, by: commandId }, body)
  const committed = await run((tx, batch) => commitFirst(tx, batch, deps, actor, plan, tourId, commandId))
  if (committed.ok || committed.error.kind === 'not_allowed') return committed
  // What was refused is rolled back; that it was, and why, is kept by itself.
  const why = whyOf(committed.error)
  return run(async (tx) => {
    const tour = await lockTour(tx, deps, tourId)
    return tour.state === 'proposed' ? setStale(tx, deps, actor, tour, commandId, why) : ok(null)
  })
}

/** Load, decide, save, tell, for the first load of one tour. Locks the tour, then what a wave's offer or a next load locks. */
async function commitFirst(
  tx: Tx,
  batch: WriteBatch,
  deps: Deps,
  actor: Actor,
  plan: Plan,
  tourId: string,
  commandId: string,
): Promise<Result<null, FreightError>> {
  const tour = await lockTour(tx, deps, tourId)
  if (tour.state !== 'proposed') return ok(null)
  const [first] = tour.legs
  assert(first, 'a tour has a first load')
  const done =
    tour.after_id === null
      ? await offerFirst(tx, batch, deps, actor, plan, tour, first)
      : await bookFirst(tx, batch, deps, actor, plan, { ...tour, after_id: tour.after_id }, first)
  if (!done.ok) return done
  if ('stale' in done.value) return setStale(tx, deps, actor, tour, commandId, done.value.stale)
  const { state, waybill } = done.value
  await decide(tx, deps, actor, tour, commandId, { state, waybill_id: waybill.id })
  await note(tx, deps, actor, {
    objectKind: 'freight_chain',
    objectId: plan.id,
    verb: state === 'sent' ? 'send' : 'book',
    data: { tourId, loadId: first.load.id, vehicleId: tour.vehicle_id, waybillId: waybill.id, number: waybill.number },
  })
  return ok(null)
}

type Outcome =
  | { readonly state: 'sent' | 'booked'; readonly waybill: { readonly id: string; readonly number: string } }
  | { readonly stale: StaleWhy }
type First = TourRow['legs'][number]

/** To a free truck, as a wave offers its pairs. */
async function offerFirst(
  tx: Tx,
  batch: WriteBatch,
  deps: Deps,
  actor: Actor,
  plan: Plan,
  tour: TourRow,
  first: First,
): Promise<Result<Outcome, FreightError>> {
  const stale = await changedSince(tx, deps, plan, { ...tour, load_id: first.load.id })
  if (stale) return ok({ stale })
  const trio = { driverId: tour.driver_id, vehicleId: tour.vehicle_id }
  const sent = await assignTruck(tx, deps, actor, { id: first.load.id, ...trio, plan: first.plan }, batch)
  return sent.ok ? ok({ state: 'sent', waybill: sent.value }) : sent
}

/** To a truck on a trip, as a dispatcher books its next load. */
async function bookFirst(
  tx: Tx,
  batch: WriteBatch,
  deps: Deps,
  actor: Actor,
  { madeAt, pairMinutes }: Plan,
  tour: TourRow & { readonly after_id: string },
  first: First,
): Promise<Result<Outcome, FreightError>> {
  if (deps.clock() > madeAt + pairMinutes * 60_000)
    return ok({ stale: { kind: 'too_old', value: String(pairMinutes), rule: '' } })
  const fit = await fitNext(tx, deps, actor, tour.after_id, first.load.id)
  if (!fit.ok) return fit
  const booked = await bookNext(tx, deps, actor, fit.value, null, batch)
  if (!booked.ok) return booked
  assert(booked.value.waybill, 'what is booked has a waybill')
  return ok({ state: 'booked', waybill: booked.value.waybill })
}

type TourRow = Awaited<ReturnType<typeof lockTour>>

async function lockTour(tx: Tx, { zoneId }: Pick<Deps, 'zoneId'>, id: string) {
  const tour = await tx
    .selectFrom('freight_chain_tour')
    .select(['id', 'vehicle_id', 'driver_id', 'carrier_id', 'after_id', 'legs', 'state'])
    .where('zone_id', '=', zoneId)
    .where('id', '=', id)
    .forUpdate()
    .executeTakeFirst()
  assert(tour, 'a tour stays while its plan is committed')
  return tour
}

async function setStale(
  tx: Tx,
  deps: Deps,
  actor: Actor,
  tour: TourRow,
  commandId: string,
  why: StaleWhy,
): Promise<Result<null, FreightError>> {
  await decide(tx, deps, actor, tour, commandId, { state: 'stale', stale_why: jsonb(why) })
  return ok(null)
}

/** Writes what became of a tour that is locked. One statement. */
async function decide(
  tx: Tx,
  { zoneId, clock }: Pick<Deps, 'zoneId' | 'clock'>,
  actor: Actor,
  { id }: Pick<TourRow, 'id'>,
  commandId: string,
  outcome:
    | { readonly state: 'sent' | 'booked'; readonly waybill_id: string }
    | { readonly state: 'stale'; readonly stale_why: string },
): Promise<void> {
  await tx
    .updateTable('freight_chain_tour')
    .set({ ...outcome, command_id: commandId, decided_at: at(clock()), decided_by: actor.name })
    .where('zone_id', '=', zoneId)
    .where('id', '=', id)
    .execute()
}
