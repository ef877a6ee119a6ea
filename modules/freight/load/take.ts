import { sql, type Selectable } from 'kysely'
import { executeTogether, type Tables, type Tx } from '@tingzhou/db'
import { assert, err, ok, type EpochMs, type Result } from '@tingzhou/kernel'
import type { FreightError } from '../problems.ts'
import type { FreightDeps } from '../record.ts'
import '../tables.ts'

export type Load = Selectable<Tables['freight_load']>
export type Share = Selectable<Tables['freight_share']>
/** A load and, when it is taken from a share, that share; as they are after the step. */
export type Taken = { readonly load: Load; readonly share: Share | null; readonly plan: number }

type Held = Pick<Share, 'quantity' | 'taken' | 'state'>

/** What may be taken in all: the quantity and the load's tolerance over it, rounded down. O(1). */
const mostOf = (quantity: number, overBp: number): number =>
  Number((BigInt(quantity) * BigInt(10_000 + overBp)) / 10_000n)

/** What a share holds of its load: its quantity and what was taken over it; a closed one only what was taken. O(1). */
export const heldBy = ({ quantity, taken, state }: Held): number =>
  state === 'open' ? Math.max(quantity, taken) : taken

/**
 * Whether so much may be taken of a load, or of a share of it. Pure.
 * @param plan  in the load's measure: kg, dm³, trucks; null: what a truck usually takes, at most what is left
 * @returns what is taken, and how much is taken afterwards of the load and of the share
 */
export function decideTake(
  load: Load,
  share: Share | null,
  plan: number | null,
  now: EpochMs,
): Result<{ readonly plan: number; readonly taken: number; readonly shareTaken: number }, FreightError> {
  const closed = stateRefusal(load, now)
  if (closed) return err(closed)
  if (share && share.state !== 'open')
    return err({ kind: 'not_open', field: 'shareId', value: load.number, rule: 'still_open' })
  const from = share ?? load
  const left = from.quantity - from.taken
  const wanted = plan ?? Math.min(load.truck_plan, left)
  if (load.measure === 'truck' && plan !== null && plan !== 1)
    return err({ kind: 'field_refused', field: 'plan', value: String(plan), rule: 'one_truck' })
  const shareTaken = share ? share.taken + wanted : 0
  const more = share ? heldBy({ ...share, taken: shareTaken }) - heldBy(share) : wanted
  const fits =
    wanted >= 1 &&
    from.taken + wanted <= mostOf(from.quantity, load.over_bp) &&
    // What a share holds is taken already; what goes over it is taken of the load.
    (more === 0 || load.taken + more <= mostOf(load.quantity, load.over_bp))
  if (!fits) return err(noRoom(load, plan ?? load.truck_plan, left))
  return ok({ plan: wanted, taken: load.taken + more, shareTaken })
}

/** Why nothing may be taken of a load now, or null. Pure. */
export function stateRefusal({ state, load_until }: Pick<Load, 'state' | 'load_until'>, now: EpochMs) {
  if (state !== 'published')
    return { kind: 'load_state', field: 'state', value: state, rule: 'load_published' } as const
  if (now >= load_until) return { kind: 'load_state', field: 'state', value: 'over', rule: 'load_published' } as const
  return null
}

const noRoom = (load: Load, plan: number, left: number) =>
  ({
    kind: 'load_taken',
    field: 'plan',
    value: String(plan),
    rule: 'fits_left',
    left: Math.max(0, left),
    number: load.number,
  }) as const

/**
 * Takes a waybill's plan of a load, or of a share of it. Load and share stay locked until the transaction ends, load first, so that
 * whoever comes at the same time sees what is left.
 * @param wish.plan  as in `decideTake`
 * Source: own. Two round trips.
 */
export async function take(
  tx: Tx,
  deps: FreightDeps,
  wish: { readonly loadId: string; readonly shareId: string | null; readonly plan: number | null },
): Promise<Result<Taken, FreightError>> {
  const found = await lockLoad(tx, deps, wish.loadId, wish.shareId)
  return found ? takeOf(tx, deps, found, wish.plan) : err({ kind: 'not_found' })
}

/** The same of a load and a share that are locked already. One statement. */
export async function takeOf(
  tx: Tx,
  deps: FreightDeps,
  { load, share }: Pick<Taken, 'load' | 'share'>,
  wanted: number | null,
): Promise<Result<Taken, FreightError>> {
  const decision = decideTake(load, share, wanted, deps.clock())
  if (!decision.ok) return decision
  const { plan, taken, shareTaken } = decision.value
  const after = { load: { ...load, taken }, share: share && { ...share, taken: shareTaken } }
  await saveTaken(tx, after)
  return ok({ ...after, plan })
}

/** Gives back what a waybill held that was refused, timed out or cancelled. Two round trips. */
export const giveBack = (
  tx: Tx,
  deps: FreightDeps,
  held: { readonly loadId: string; readonly shareId: string | null; readonly quantity: number },
): Promise<void> => shift(tx, deps, held, -held.quantity)

/**
 * After the weighing, or when it is taken back: what a waybill holds changes from one quantity to another, whatever is left.
 * Only loads by the ton are weighed; others stay as they are.
 * @param held.from, held.to  kg
 * Two round trips.
 */
export async function correct(
  tx: Tx,
  deps: FreightDeps,
  held: { readonly loadId: string; readonly shareId: string | null; readonly from: number; readonly to: number },
): Promise<void> {
  await shift(tx, deps, held, held.to - held.from, 'ton')
}

async function shift(
  tx: Tx,
  deps: FreightDeps,
  { loadId, shareId }: { readonly loadId: string; readonly shareId: string | null },
  by: number,
  only?: Load['measure'],
): Promise<void> {
  const found = await lockLoad(tx, deps, loadId, shareId)
  assert(found, 'a waybill has its load and its share')
  const { load, share } = found
  if (only !== undefined && load.measure !== only) return
  const after = share && { ...share, taken: share.taken + by }
  const more = share && after ? heldBy(after) - heldBy(share) : by
  await saveTaken(tx, { load: { ...load, taken: load.taken + more }, share: after })
}

/** A load and a share of it, locked in this order; null when one is not there. One round trip. */
export async function lockLoad(
  tx: Tx,
  { zoneId }: FreightDeps,
  loadId: string,
  shareId: string | null = null,
): Promise<{ readonly load: Load; readonly share: Share | null } | null> {
  const loads = loadForUpdate(tx, zoneId, loadId)
  if (shareId === null) {
    const load = await loads.executeTakeFirst()
    return load ? { load, share: null } : null
  }
  const shares = tx
    .selectFrom('freight_share')
    .selectAll()
    .where('zone_id', '=', zoneId)
    .where('id', '=', shareId)
    .where('load_id', '=', loadId)
    .forUpdate()
  const [[load], [share]] = await executeTogether<[Load, Share]>(tx, loads, shares)
  return load && share ? { load, share } : null
}

/** The query that reads a load and locks it. */
export const loadForUpdate = (tx: Tx, zoneId: string, id: string) =>
  tx.selectFrom('freight_load').selectAll().where('zone_id', '=', zoneId).where('id', '=', id).forUpdate()

/** Writes what is taken of a load and of a share; both are locked. One statement. */
async function saveTaken(tx: Tx, { load, share }: Pick<Taken, 'load' | 'share'>): Promise<void> {
  const ofShare = share
    ? sql`with held as (update freight_share set taken = ${share.taken} where zone_id = ${share.zone_id} and id = ${share.id})`
    : sql``
  await sql`${ofShare} update freight_load set taken = ${load.taken} where zone_id = ${load.zone_id} and id = ${load.id}`.execute(
    tx,
  )
}
