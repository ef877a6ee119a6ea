import { sql } from 'kysely'
import { at, jsonb, newId, type CommandReused, type Tx } from '@tingzhou/db'
import type { RequestContext } from '@tingzhou/http'
import { err, ok, type Result } from '@tingzhou/kernel'
import { hasRole, type Actor } from '@tingzhou/parties'
import type { FreightError } from '../problems.ts'
import { note } from '../record.ts'
import { keepingRoles } from '../roles.ts'
import { answered, runFreight } from '../room.ts'
import type { Supposed } from './kept.ts'
import { waveJob, type Plan } from './plan.ts'
import { reckon } from './reckon.ts'
import { waveSettings, type WaveSettings } from './settings.ts'
import { readSnapshot } from './snapshot.ts'
import './tables.ts'
import { holdsTurn, inTurn, turnMs } from './turn.ts'

type Deps = RequestContext['deps']

export type WaveWish = {
  readonly commandId: string
  /** A what-if, of which nothing is sent; only a trial supposes anything. */
  readonly trial: boolean
  readonly supposed: Supposed | null
}

/** A plan, and what it was made of. */
export type Drafted = {
  readonly plan: Plan
  readonly settings: WaveSettings
  readonly readMs: number
  readonly solveMs: number
}

/**
 * Makes a wave: reads loads and trucks as they stand at one moment, matches them outside any transaction, and keeps what it proposes.
 * Nothing is offered to anybody. A trial waits for nobody and keeps nobody waiting.
 * @returns the wave; `wave_under_way` while another is made, `wave_refused` when the solver says no or comes to no answer
 */
export async function makeWave(
  deps: Deps,
  actor: Actor,
  wish: WaveWish,
): Promise<Result<{ id: string }, FreightError | CommandReused>> {
  if (!hasRole(actor, ...keepingRoles)) return err({ kind: 'not_allowed' })
  if (wish.supposed && !wish.trial)
    return err({ kind: 'field_refused', field: 'trial', value: 'false', rule: 'wave_trial_only' })
  const before = await answered<{ id: string }>(deps, actor, 'make_wave', wish)
  if (before) return before
  const make = async (holder: string | null): Promise<Result<{ id: string }, FreightError | CommandReused>> => {
    const drafted = await draftWave(deps, wish.supposed)
    return drafted.ok ? keepWave(deps, actor, drafted.value, wish, holder) : drafted
  }
  return wish.trial ? make(null) : inTurn(deps, make)
}

/** Reads and matches; nothing is written. */
export async function draftWave(deps: Deps, supposed: Supposed | null): Promise<Result<Drafted, FreightError>> {
  const settings = await waveSettings(deps.db, deps.zoneId)
  const begun = performance.now()
  const snapshot = await readSnapshot(deps, settings.numbers)
  const read = performance.now()
  const wish = { snapshot, numbers: settings.numbers, supposed, now: deps.clock() }
  const plan = await reckon(deps, waveJob, wish, turnMs / 2_000)
  if (!plan.ok) return err({ kind: 'wave_refused', ...plan.error })
  const solveMs = Math.round(performance.now() - read)
  return ok({ plan: plan.value, settings, readMs: Math.round(read - begun), solveMs })
}

/** Keeps a wave and its pairs. Six statements. */
export const keepWave = (
  deps: Deps,
  actor: Actor,
  drafted: Drafted,
  wish: WaveWish & { readonly auto?: boolean },
  holder: string | null,
): Promise<Result<{ id: string }, FreightError | CommandReused>> =>
  runFreight(deps, actor, 'make_wave', wish, async (tx) => {
    const holds = holder === null ? ok(undefined) : await holdsTurn(tx, deps.zoneId, holder)
    if (!holds.ok) return holds
    const { plan, settings, readMs, solveMs } = drafted
    const { trial, supposed, auto = false } = wish
    const id = newId()
    const { matched, emptyM, costM, loads, trips, trucks } = plan
    await tx
      .insertInto('freight_wave')
      .values({
        zone_id: deps.zoneId,
        id,
        trial,
        auto,
        made_at: at(deps.clock()),
        made_by: actor.accountId,
        made_name: actor.name,
        settings_rev: settings.rev,
        numbers: jsonb(settings.numbers),
        supposed: supposed && jsonb(supposed),
        loads,
        trips,
        trucks,
        matched,
        empty_m: emptyM,
        cost_m: costM,
        nearest_matched: plan.nearest.matched,
        nearest_empty_m: plan.nearest.emptyM,
        nearest_cost_m: plan.nearest.costM,
        is_optimal: plan.isOptimal,
        unproved: plan.unproved,
        arcs: plan.arcs,
        rounds: plan.rounds,
        basis: `great_circle × ${settings.numbers.bendPct} %`,
        read_ms: readMs,
        solve_ms: solveMs,
        unserved: jsonb(plan.unserved),
        worth: jsonb(plan.worth),
        idle_pins: jsonb(plan.idlePins),
      })
      .execute()
    await keepPairs(tx, deps.zoneId, id, plan)
    await note(tx, deps, actor, {
      objectKind: 'freight_wave',
      objectId: id,
      verb: trial ? 'try' : 'make',
      data: { loads, trips, trucks, matched, emptyM, nearestEmptyM: plan.nearest.emptyM },
    })
    return ok({ id })
  })

async function keepPairs(tx: Tx, zoneId: string, waveId: string, { pairs }: Plan): Promise<void> {
  if (pairs.length === 0) return
  const rows = pairs.map((pair, place) => ({
    id: newId(),
    seq: place + 1,
    load_id: pair.load.id,
    vehicle_id: pair.ready.truck?.id ?? null,
    driver_id: pair.ready.truck?.driverId ?? null,
    carrier_id: pair.ready.truck?.carrierId ?? null,
    supposed: pair.ready.supposed,
    plan: pair.plan,
    empty_m: pair.emptyM,
    cost_m: pair.costM,
    next_vehicle_id: pair.next?.ready?.truck?.id ?? null,
    next_cost_m: pair.next?.costM ?? null,
    next_more_m: pair.next?.moreM ?? null,
    load_worth_m: pair.loadWorthM,
    truck_worth_m: pair.truckWorthM,
    reasons: pair.reasons,
  }))
  await sql`insert into freight_wave_pair (zone_id, wave_id, id, seq, load_id, vehicle_id, driver_id, carrier_id, supposed, plan, empty_m,
      cost_m, next_vehicle_id, next_cost_m, next_more_m, load_worth_m, truck_worth_m, reasons)
    select ${zoneId}::text, ${waveId}::uuid, p.* from jsonb_to_recordset(${jsonb(rows)}::jsonb) as p (id uuid, seq integer, load_id uuid,
      vehicle_id text, driver_id text, carrier_id text, supposed integer, plan bigint, empty_m integer, cost_m integer,
      next_vehicle_id text, next_cost_m integer, next_more_m bigint, load_worth_m bigint, truck_worth_m bigint, reasons jsonb)`.execute(
    tx,
  )
}
