import { sql } from 'kysely'
import { at, jsonb, newId, type CommandReused, type Tx, type WriteBatch } from '@tingzhou/db'
import type { RequestContext } from '@tingzhou/http'
import { assert, epochMs, err, ok, type EpochMs, type Result } from '@tingzhou/kernel'
import { hasRole, type Actor } from '@tingzhou/parties'
import { assignTruck } from '../load/dispatch.ts'
import { lockLoad } from '../load/take.ts'
import type { FreightError } from '../problems.ts'
import { note } from '../record.ts'
import { keepingRoles } from '../roles.ts'
import { runFreight } from '../room.ts'
import { busyStates } from '../words.ts'
import type { StaleWhy } from './kept.ts'
import { withFile } from './settings.ts'
import './tables.ts'
import { sendMax, type StaleKind } from './words.ts'

type Deps = RequestContext['deps']
type SendWish = {
  /** The wave. */
  readonly id: string
  readonly commandId: string
  /** Null: all that are still proposed, `sendMax` at most. */
  readonly pairIds: readonly string[] | null
}

/** Which pairs the command decided, in the order of the wave, and how many are still proposed. */
export type SentPairs = { readonly pairIds: readonly string[]; readonly left: number }

/**
 * Offers pairs of a wave to their drivers, each in a transaction of its own through `assignTruck`, so that one that fails holds nobody up
 * and a process that dies leaves nothing half done. What changed since the wave was made is `stale`, with why.
 * The command again goes on where it was broken off, and changes nothing of what it has decided.
 * About twenty statements a pair.
 */
export async function sendPairs(
  deps: Deps,
  actor: Actor,
  wish: SendWish,
): Promise<Result<SentPairs, FreightError | CommandReused>> {
  if (!hasRole(actor, ...keepingRoles)) return err({ kind: 'not_allowed' })
  const wave = await findWave(deps, wish.id)
  if (!wave) return err({ kind: 'not_found' })
  if (wave.trial) return err({ kind: 'wave_trial', field: 'id', value: wish.id, rule: 'wave_real' })
  const pairIds = await chosen(deps, wish)
  const strange = wish.pairIds?.find((id) => !pairIds.includes(id))
  if (strange !== undefined)
    return err({ kind: 'field_refused', field: 'pairIds', value: strange, rule: 'within_reach' })
  for (const pairId of pairIds) {
    const sent = await sendPair(deps, actor, wave, pairId, wish.commandId)
    if (!sent.ok) return sent
  }
  return ok({ pairIds, left: await proposed(deps, wish.id) })
}

type Wave = { readonly id: string; readonly trial: boolean; readonly madeAt: EpochMs; readonly pairMinutes: number }

async function findWave({ db, zoneId }: Deps, id: string): Promise<Wave | null> {
  const row = await db
    .selectFrom('freight_wave')
    .select(['trial', 'made_at', 'numbers'])
    .where('zone_id', '=', zoneId)
    .where('id', '=', id)
    .executeTakeFirst()
  return row ? { id, trial: row.trial, madeAt: row.made_at, pairMinutes: withFile(row.numbers).pairMinutes } : null
}

/** The pairs that were asked for, or all that are proposed and what this command decided before. By freight_wave_pair_seq. */
async function chosen({ db, zoneId }: Deps, { id, commandId, pairIds }: SendWish): Promise<readonly string[]> {
  const rows = await db
    .selectFrom('freight_wave_pair')
    .select('id')
    .where('zone_id', '=', zoneId)
    .where('wave_id', '=', id)
    .where((eb) =>
      pairIds
        ? sql<boolean>`id = any(${pairIds}::uuid[])`
        : eb.or([eb('state', '=', 'proposed'), eb('command_id', '=', commandId)]),
    )
    .orderBy('seq')
    .limit(sendMax)
    .execute()
  return rows.map((row) => row.id)
}

async function proposed({ db, zoneId }: Deps, waveId: string): Promise<number> {
  const counted = await db
    .selectFrom('freight_wave_pair')
    .select(({ fn }) => fn.countAll<number>().as('n'))
    .where('zone_id', '=', zoneId)
    .where('wave_id', '=', waveId)
    .where('state', '=', 'proposed')
    .executeTakeFirst()
  return counted?.n ?? 0
}

async function sendPair(
  deps: Deps,
  actor: Actor,
  wave: Wave,
  pairId: string,
  commandId: string,
): Promise<Result<null, FreightError | CommandReused>> {
  const run = (body: (tx: Tx, batch: WriteBatch) => Promise<Result<null, FreightError>>) =>
    runFreight(deps, actor, 'send_wave_pair', { commandId: newId(), pairId, by: commandId }, body)
  const offered = await run((tx, batch) => offerPair(tx, batch, deps, actor, wave, pairId, commandId))
  if (offered.ok || offered.error.kind === 'not_allowed') return offered
  // What was refused is rolled back; that it was, and why, is kept by itself.
  const why = whyOf(offered.error)
  return run(async (tx) => {
    const pair = await lockPair(tx, deps, pairId)
    return pair.state === 'proposed' ? setStale(tx, deps, actor, pair, commandId, why) : ok(null)
  })
}

/**
 * Load, decide, save, tell, for one pair. Locks the pair, the load, the driver and the vehicle, in the order in which
 * a new waybill refers to them, so that nobody waits crosswise.
 */
async function offerPair(
  tx: Tx,
  batch: WriteBatch,
  deps: Deps,
  actor: Actor,
  wave: Wave,
  pairId: string,
  commandId: string,
): Promise<Result<null, FreightError>> {
  const pair = await lockPair(tx, deps, pairId)
  if (pair.state !== 'proposed') return ok(null)
  const { driver_id: driverId, vehicle_id: vehicleId, load_id: loadId, plan } = pair
  assert(driverId !== null && vehicleId !== null, 'a wave that is no trial has drivers and vehicles')
  const changed = await changedSince(tx, deps, wave, { ...pair, driver_id: driverId, vehicle_id: vehicleId })
  if (changed) return setStale(tx, deps, actor, pair, commandId, changed)
  const sent = await assignTruck(tx, deps, actor, { id: loadId, driverId, vehicleId, plan }, batch)
  if (!sent.ok) return sent
  await decide(tx, deps, actor, pair, commandId, { state: 'sent', waybill_id: sent.value.id })
  await note(tx, deps, actor, {
    objectKind: 'freight_wave',
    objectId: wave.id,
    verb: 'send',
    data: { pairId, loadId, vehicleId, waybillId: sent.value.id, number: sent.value.number },
  })
  return ok(null)
}

type PairRow = Awaited<ReturnType<typeof lockPair>>

async function lockPair(tx: Tx, { zoneId }: Pick<Deps, 'zoneId'>, id: string) {
  const pair = await tx
    .selectFrom('freight_wave_pair')
    .select(['id', 'wave_id', 'load_id', 'vehicle_id', 'driver_id', 'carrier_id', 'plan', 'state'])
    .where('zone_id', '=', zoneId)
    .where('id', '=', id)
    .forUpdate()
    .executeTakeFirst()
  assert(pair, 'a pair stays while its wave is sent')
  return pair
}

const minuteMs = 60_000

/**
 * What speaks against a proposal beside what assigning asks. The locks on driver and vehicle keep out whoever makes a waybill of them at
 * the same moment: its row refers to both. Five statements.
 */
export async function changedSince(
  tx: Tx,
  deps: Pick<Deps, 'zoneId' | 'clock'>,
  { madeAt, pairMinutes }: Pick<Wave, 'madeAt' | 'pairMinutes'>,
  pair: {
    readonly load_id: string
    readonly driver_id: string
    readonly vehicle_id: string
    readonly carrier_id: string | null
  },
): Promise<StaleWhy | null> {
  const { zoneId, clock } = deps
  const now = clock()
  const no = (kind: StaleKind, value: string) => ({ kind, value, rule: '' })
  if (now > madeAt + pairMinutes * minuteMs) return no('too_old', String(pairMinutes))
  await lockLoad(tx, deps, pair.load_id)
  await tx
    .selectFrom('freight_driver')
    .select('id')
    .where('zone_id', '=', zoneId)
    .where('id', '=', pair.driver_id)
    .forUpdate()
    .execute()
  const vehicle = await tx
    .selectFrom('freight_vehicle')
    .select('carrier_id')
    .where('zone_id', '=', zoneId)
    .where('id', '=', pair.vehicle_id)
    .forUpdate()
    .executeTakeFirst()
  if (vehicle?.carrier_id !== pair.carrier_id) return no('another_carrier', '')
  const taken = await openTrip(tx, zoneId, pair)
  if (taken) return no(taken.isVehicle ? 'truck_taken' : 'driver_taken', taken.number)
  const forbidden = await tx
    .selectFrom('freight_wave_mark')
    .select('why')
    .where('zone_id', '=', zoneId)
    .where('load_id', '=', pair.load_id)
    .where('vehicle_id', '=', pair.vehicle_id)
    .where('kind', '=', 'forbid')
    .where(sql<boolean>`ends_at > ${at(now)}::timestamptz`)
    .executeTakeFirst()
  return forbidden ? no('forbidden', forbidden.why) : null
}

/** A waybill that the vehicle or the driver is on or asked for. By freight_waybill_state and the indexes of busy ones. */
export async function openTrip(
  tx: Tx,
  zoneId: string,
  { vehicle_id, driver_id }: { readonly vehicle_id: string; readonly driver_id: string },
) {
  const row = await tx
    .selectFrom('freight_waybill')
    .select(['number', 'vehicle_id'])
    .where('zone_id', '=', zoneId)
    .where((eb) => eb.or([eb('vehicle_id', '=', vehicle_id), eb('driver_id', '=', driver_id)]))
    .where('state', 'in', ['offered', ...busyStates])
    .orderBy((eb) => eb('vehicle_id', '<>', vehicle_id))
    .limit(1)
    .executeTakeFirst()
  return row ? { number: row.number, isVehicle: row.vehicle_id === vehicle_id } : null
}

async function setStale(
  tx: Tx,
  deps: Deps,
  actor: Actor,
  pair: PairRow,
  commandId: string,
  why: StaleWhy,
): Promise<Result<null, FreightError>> {
  await decide(tx, deps, actor, pair, commandId, { state: 'stale', stale_why: jsonb(why) })
  return ok(null)
}

/** Writes what became of a pair that is locked. One statement. */
async function decide(
  tx: Tx,
  { zoneId, clock }: Pick<Deps, 'zoneId' | 'clock'>,
  actor: Actor,
  { id }: Pick<PairRow, 'id'>,
  commandId: string,
  outcome:
    | { readonly state: 'sent'; readonly waybill_id: string }
    | { readonly state: 'stale'; readonly stale_why: string },
): Promise<void> {
  await tx
    .updateTable('freight_wave_pair')
    .set({ ...outcome, command_id: commandId, decided_at: at(epochMs(clock())), decided_by: actor.name })
    .where('zone_id', '=', zoneId)
    .where('id', '=', id)
    .execute()
}

/** A refusal as the pair keeps it. */
export function whyOf(error: FreightError | CommandReused): StaleWhy {
  const value = 'value' in error ? error.value : ''
  const rule = 'rule' in error ? error.rule : ''
  return { kind: error.kind, value: String(value), rule: String(rule) }
}
