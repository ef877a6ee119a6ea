import { sql } from 'kysely'
import { ComputeFailed } from '@tingzhou/compute'
import { at, jsonb, newId, type CommandReused, type Tx } from '@tingzhou/db'
import type { RequestContext } from '@tingzhou/http'
import { epochMs, err, ok, type Result } from '@tingzhou/kernel'
import { hasRole, type Actor } from '@tingzhou/parties'
import type { FreightError } from '../problems.ts'
import { note } from '../record.ts'
import { keepingRoles } from '../roles.ts'
import { answered, runFreight } from '../room.ts'
import { waveSettings } from '../wave/settings.ts'
import { planTours, tourJob, type TourPlan } from './plan.ts'
import { tourSettings, type TourSettings } from './settings.ts'
import { readTours, seedOf, type Chosen } from './snapshot.ts'
import './tables.ts'

type Deps = RequestContext['deps']
export type PlanWish = Chosen & { readonly commandId: string }

/** A plan, and what it was made of. */
type Drafted = {
  readonly plan: TourPlan
  readonly settings: TourSettings
  readonly bendPct: number
  readonly loads: number
  readonly trucks: number
  readonly readMs: number
  readonly solveMs: number
}

// The last changes of a search, on a machine that does other things too.
const slackSeconds = 10

/**
 * Plans tours: reads the chosen loads and trucks as they stand at one moment, plans outside any transaction, and keeps what is proposed.
 * Nothing is offered to anybody; who is broken off leaves nothing.
 * @returns the plan; refused by field where a load or truck is named twice, is not there or may not go, where there is none, and when the
 *   solver says no
 */
export async function makeTours(
  deps: Deps,
  actor: Actor,
  wish: PlanWish,
): Promise<Result<{ id: string }, FreightError | CommandReused>> {
  if (!hasRole(actor, ...keepingRoles)) return err({ kind: 'not_allowed' })
  const before = await answered<{ id: string }>(deps, actor, 'plan_tours', wish)
  if (before) return before
  const twice = faultOfChoice(wish)
  if (twice) return err(twice)
  const drafted = await draft(deps, wish)
  return drafted.ok ? keep(deps, actor, drafted.value, wish) : drafted
}

/** The first that is named twice. */
function faultOfChoice({ loads, vehicleIds }: Chosen): FreightError | null {
  const again = (ids: readonly string[]) => ids.findIndex((id, index) => ids.indexOf(id) < index)
  const no = (field: string, value: string | undefined): FreightError => ({
    kind: 'field_refused',
    field,
    value: value ?? '',
    rule: 'each_once',
  })
  const load = again(loads.map(({ id }) => id))
  if (load >= 0) return no(`loads[${load}].id`, loads[load]?.id)
  const truck = again(vehicleIds ?? [])
  return truck < 0 ? null : no(`vehicleIds[${truck}]`, vehicleIds?.[truck])
}

/** Reads and plans; nothing is written. */
async function draft(deps: Deps, wish: PlanWish): Promise<Result<Drafted, FreightError>> {
  const { db, zoneId } = deps
  const settings = await tourSettings(db, zoneId)
  const waves = await waveSettings(db, zoneId)
  const begun = performance.now()
  const read = await readTours(deps, wish, waves.numbers)
  if (!read.ok) return read
  const readMs = Math.round(performance.now() - begun)
  const { loads, trucks } = read.value
  if (trucks.length === 0)
    return err({ kind: 'tour_refused', field: 'vehicleIds', value: '0', rule: 'tour_some_truck' })
  const { numbers } = settings
  const { bendPct } = waves.numbers
  const { threads, run } = deps.compute
  const planned = { ...read.value, numbers, bendPct, now: deps.clock(), seed: seedOf(wish.commandId) }
  const unanswered = { field: 'solveSeconds', value: String(numbers.solveSeconds), rule: 'plan_unanswered' } as const
  const plan = await planTours(planned, {
    threads,
    // Waiting in line for a thread counts: the parts of a round take no longer than the whole plan may.
    solve: (part) => run(tourJob, part, { seconds: numbers.solveSeconds + slackSeconds }),
  }).catch((error: unknown) => {
    if (!(error instanceof ComputeFailed)) throw error
    deps.log.error({ err: error }, `${tourJob.name} came to no answer`)
    return err(unanswered)
  })
  if (!plan.ok) return err({ kind: 'tour_refused', ...plan.error })
  const solveMs = Math.round(performance.now() - begun) - readMs
  return ok({ plan: plan.value, settings, bendPct, loads: loads.length, trucks: trucks.length, readMs, solveMs })
}

/** Keeps a plan and its tours. Five statements. */
const keep = (deps: Deps, actor: Actor, drafted: Drafted, wish: PlanWish) =>
  runFreight(deps, actor, 'plan_tours', wish, async (tx) => {
    const { plan, settings, bendPct, loads, trucks, readMs, solveMs } = drafted
    const id = newId()
    const served = loads - plan.left.length
    await tx
      .insertInto('freight_tour_plan')
      .values({
        zone_id: deps.zoneId,
        id,
        made_at: at(deps.clock()),
        made_by: actor.accountId,
        made_name: actor.name,
        settings_rev: settings.rev,
        numbers: jsonb(settings.numbers),
        bend_pct: bendPct,
        seed: seedOf(wish.commandId),
        loads,
        trucks,
        served,
        way_m: plan.wayM,
        alone_m: plan.aloneM,
        basis: `great_circle × ${bendPct} %, ${settings.numbers.speedKmh} km/h`,
        parts: plan.parts,
        iterations: plan.iterations,
        read_ms: readMs,
        solve_ms: solveMs,
        left_out: jsonb(plan.left),
      })
      .execute()
    await keepTours(tx, deps.zoneId, id, plan)
    await note(tx, deps, actor, {
      objectKind: 'freight_tour_plan',
      objectId: id,
      verb: 'make',
      data: { loads, trucks, served, tours: plan.tours.length, wayM: plan.wayM, aloneM: plan.aloneM },
    })
    return ok({ id })
  })

async function keepTours(tx: Tx, zoneId: string, planId: string, { tours }: TourPlan): Promise<void> {
  if (tours.length === 0) return
  const rows = tours.map(({ truck, capacityKg, wayM, startAt, endAt, stops }, place) => ({
    id: newId(),
    seq: place + 1,
    vehicle_id: truck.id,
    driver_id: truck.driverId,
    carrier_id: truck.carrierId,
    capacity_kg: capacityKg,
    loads: stops.length / 2,
    way_m: wayM,
    starts_at: at(epochMs(startAt)),
    ends_at: at(epochMs(endAt)),
    stops,
  }))
  await sql`insert into freight_tour (zone_id, plan_id, id, seq, vehicle_id, driver_id, carrier_id, capacity_kg, loads, way_m, starts_at,
      ends_at, stops)
    select ${zoneId}::text, ${planId}::uuid, t.* from jsonb_to_recordset(${jsonb(rows)}::jsonb) as t (id uuid, seq integer,
      vehicle_id text, driver_id text, carrier_id text, capacity_kg integer, loads integer, way_m integer, starts_at timestamptz,
      ends_at timestamptz, stops jsonb)`.execute(tx)
}
