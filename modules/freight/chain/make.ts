import { sql } from 'kysely'
import { at, jsonb, newId, type CommandReused, type Tx } from '@tingzhou/db'
import type { RequestContext } from '@tingzhou/http'
import { epochMs, err, ok, type EpochMs, type Result } from '@tingzhou/kernel'
import { hasRole, type Actor } from '@tingzhou/parties'
import type { FreightError } from '../problems.ts'
import { note } from '../record.ts'
import { keepingRoles } from '../roles.ts'
import { answered, runFreight } from '../room.ts'
import { reckon } from '../wave/reckon.ts'
import { waveSettings } from '../wave/settings.ts'
import { chainJob, type ChainPlan } from './plan.ts'
import type { PlanNumbers } from './problem.ts'
import { chainSettings } from './settings.ts'
import { readChains } from './snapshot.ts'
import './tables.ts'

type Deps = RequestContext['deps']

export type PlanWish = {
  readonly commandId: string
  /** How far it looks ahead; null: as far as the settings say. */
  readonly horizonHours: number | null
}

/** No solver works longer. */
const secondsMax = 60

/**
 * Makes a plan of tours: reads loads and trucks as they stand at one moment, chains them outside any transaction, and keeps what comes of
 * it. Nothing is offered to anybody.
 * @returns the plan; `chain_refused` when the solver says no or comes to no answer
 */
export async function makePlan(
  deps: Deps,
  actor: Actor,
  wish: PlanWish,
): Promise<Result<{ id: string }, FreightError | CommandReused>> {
  if (!hasRole(actor, ...keepingRoles)) return err({ kind: 'not_allowed' })
  const before = await answered<{ id: string }>(deps, actor, 'make_chain_plan', wish)
  if (before) return before
  const { db, zoneId, clock } = deps
  const { numbers: chain, rev } = await chainSettings(db, zoneId)
  const wave = (await waveSettings(db, zoneId)).numbers
  const numbers = { chain, wave, horizonHours: wish.horizonHours ?? chain.horizonHours }
  const begun = performance.now()
  const now = clock()
  const snapshot = await readChains(deps, numbers)
  const read = performance.now()
  const plan = await reckon(deps, chainJob, { snapshot, numbers, now }, secondsMax)
  if (!plan.ok) return err({ kind: 'chain_refused', ...plan.error })
  const took = { readMs: Math.round(read - begun), solveMs: Math.round(performance.now() - read) }
  return runFreight(deps, actor, 'make_chain_plan', wish, (tx) =>
    keepPlan(tx, deps, actor, { plan: plan.value, numbers, rev, now, ...took }),
  )
}

type Made = {
  readonly plan: ChainPlan
  readonly numbers: PlanNumbers
  readonly rev: number
  readonly now: EpochMs
  readonly readMs: number
  readonly solveMs: number
}

/** Keeps a plan and its tours. Four statements. */
async function keepPlan(tx: Tx, deps: Deps, actor: Actor, { plan, numbers, rev, now, readMs, solveMs }: Made) {
  const id = newId()
  const { hand } = plan
  await tx
    .insertInto('freight_chain')
    .values({
      zone_id: deps.zoneId,
      id,
      made_at: at(now),
      made_by: actor.accountId,
      made_name: actor.name,
      horizon_hours: numbers.horizonHours,
      settings_rev: rev,
      numbers: jsonb(numbers.chain),
      wave_numbers: jsonb(numbers.wave),
      loads: plan.loads,
      trips: plan.trips,
      free_trucks: plan.freeTrucks,
      busy_trucks: plan.busyTrucks,
      served: plan.served,
      used: plan.used,
      empty_m: plan.emptyM,
      loaded_m: plan.loadedM,
      hand_served: hand.served,
      hand_used: hand.used,
      hand_empty_m: hand.emptyM,
      hand_loaded_m: hand.loadedM,
      bound_empty_m: plan.boundEmptyM,
      way: plan.way,
      unserved: jsonb(plan.unserved),
      basis: `great_circle × ${numbers.wave.bendPct} %`,
      read_ms: readMs,
      solve_ms: solveMs,
    })
    .execute()
  await keepTours(tx, deps.zoneId, id, plan)
  const { loads, trips, served, used, emptyM } = plan
  await note(tx, deps, actor, {
    objectKind: 'freight_chain',
    objectId: id,
    verb: 'make',
    data: { loads, trips, served, used, emptyM, handEmptyM: hand.emptyM },
  })
  return ok({ id })
}

async function keepTours(tx: Tx, zoneId: string, planId: string, { tours }: ChainPlan): Promise<void> {
  if (tours.length === 0) return
  const instant = (ms: number) => at(epochMs(ms)).toISOString()
  const rows = tours.map(({ truck, startAt, endAt, emptyM, loadedM, legs, home }, place) => ({
    id: newId(),
    seq: place + 1,
    vehicle_id: truck.id,
    driver_id: truck.driverId,
    carrier_id: truck.carrierId,
    after_id: truck.afterId,
    free_at: instant(truck.freeAtMs),
    start_at: instant(startAt),
    end_at: instant(endAt),
    empty_m: emptyM,
    loaded_m: loadedM,
    legs,
    home,
  }))
  await sql`insert into freight_chain_tour (zone_id, plan_id, id, seq, vehicle_id, driver_id, carrier_id, after_id, free_at, start_at,
      end_at, empty_m, loaded_m, legs, home)
    select ${zoneId}::text, ${planId}::uuid, t.* from jsonb_to_recordset(${jsonb(rows)}::jsonb) as t (id uuid, seq integer,
      vehicle_id text, driver_id text, carrier_id text, after_id uuid, free_at timestamptz, start_at timestamptz, end_at timestamptz,
      empty_m integer, loaded_m integer, legs jsonb, home jsonb)`.execute(tx)
}
