import { sql } from 'kysely'
import { grantReach, partiesThatReach } from '@tingzhou/access'
import { openDossier, say, tellProcess, type CaseDeps } from '@tingzhou/casework'
import { at, flushBatch, type Tx } from '@tingzhou/db'
import { assert, err, ok, type Result } from '@tingzhou/kernel'
import type { Actor } from '@tingzhou/parties'
import { waybillKind, type WaybillDossier } from '../waybill/case.ts'
import type { MoveError } from '../waybill/move-spec.ts'
import { load, unload } from '../waybill/moves-weigh.ts'
import { waybillPlay } from '../waybill/process.ts'
import { standOf } from '../waybill/stand.ts'
import type { PlaceEnd } from '../words.ts'
import './tables.ts'
import { tellWeighing } from './told.ts'
import { weighedIn } from './words.ts'

/** Clocks of weighbridges and of phones may be this much apart. Own. */
export const clocksApartMs = 5 * 60_000

/** A record with the weighbridge that it came from, locked; undefined when it does not exist. By primary keys. */
export const lockWeighing = (tx: Tx, zoneId: string, id: string) =>
  tx
    .selectFrom('freight_weighing as r')
    .innerJoin('freight_bridge as b', (join) =>
      join.onRef('b.zone_id', '=', 'r.zone_id').onRef('b.id', '=', 'r.bridge_id'),
    )
    .innerJoin('freight_place as p', (join) =>
      join.onRef('p.zone_id', '=', 'b.zone_id').onRef('p.id', '=', 'b.place_id'),
    )
    .selectAll('r')
    .select(['b.name as bridge', 'b.place_id', 'p.shipper_id as owner_id'])
    .where('r.zone_id', '=', zoneId)
    .where('r.id', '=', id)
    .forUpdate('r')
    .executeTakeFirst()

/** A record 过磅记录, locked, with its weighbridge. */
export type Weighing = NonNullable<Awaited<ReturnType<typeof lockWeighing>>>

type Wish = { readonly waybillId: string; readonly end: PlaceEnd }

/**
 * Lets a record take the step `load` or `unload` of a waybill that waits for it: the move's own rules, the weights of the weighbridge.
 * The waybill and the record are written together; a refusal leaves both as they were.
 * @param record  complete, locked
 * @param actor   the weighbridge, or the clerk who says whose weighing it is
 * @param why     the clerk's reason
 */
export async function proveWeighing(
  tx: Tx,
  deps: CaseDeps,
  record: Weighing,
  { waybillId, end }: Wish,
  actor: Actor,
  why = '',
): Promise<Result<void, MoveError>> {
  const dossier = await openDossier(tx, deps, waybillKind, waybillId, { by: 'actor', actor, verb: end })
  if (!dossier) return err({ kind: 'not_found' })
  const refused = misplaced(dossier, record, end)
  if (refused) return err(refused)
  if (why !== '')
    say(dossier, { verb: 'assign_weighing', reason: why, data: { slip: record.number, plate: record.plate } })
  const told = await weigh(tx, dossier, record, end, actor)
  if (!told.ok) return told
  const done = await tellProcess(tx, waybillPlay, dossier, end, told.value)
  assert(done.ok, `the process of ${waybillId} waits to be weighed: ${JSON.stringify(done)}`)
  await flushBatch(tx, dossier.batch)
  await bind(tx, deps, record, { waybillId, end }, { by: actor.name, why })
  return ok(undefined)
}

/** Why a waybill takes no weighing here: it is elsewhere, was weighed, or its process stands still. */
function misplaced({ row, instance }: WaybillDossier, record: Weighing, end: PlaceEnd): MoveError | null {
  const state = weighedIn[end]
  const isHere = (end === 'load' ? row.from_id : row.to_id) === record.place_id
  if (isHere && row.state === state && instance?.state.status === 'active') return null
  const states = [state]
  const misses = { move: end, state: row.state, rule: state, states }
  return { kind: 'not_in_state', ...misses, waybillState: row.state, waybillStates: states }
}

async function weigh(tx: Tx, dossier: WaybillDossier, record: Weighing, end: PlaceEnd, actor: Actor) {
  const { gross_kg: grossKg, tare_kg: tareKg, number, operator, weighed_at: weighedAt } = record
  assert(grossKg !== null && tareKg !== null, 'a record that is matched has both weights')
  const slip = { number, grossKg, tareKg, source: 'device', photoId: null, operator } as const
  const said = { commandId: record.id, rev: dossier.row.rev, at: weighedAt, sentAt: null, position: null, slip }
  // The weights are the weighbridge's, whoever says whose they are.
  const stand = { ...standOf(actor, dossier.row), machine: true }
  return end === 'load'
    ? load.run({ tx, dossier, stand, input: { ...said, move: 'load' } })
    : unload.run({ tx, dossier, stand, input: { ...said, move: 'unload' } })
}

type By = { readonly by: string; readonly why: string }

/** Record and slip know each other; the photo is the slip's, and whoever reaches the waybill may look at it. Five statements at most. */
async function bind(tx: Tx, deps: CaseDeps, record: Weighing, { waybillId, end }: Wish, { by, why }: By) {
  const { zoneId } = deps
  const { photo_id: photo, photo_sha256: sha256 } = record
  // A picture that proves another weighing by now stays with the record alone.
  const isFree = sql<boolean>`${sha256}::text is not null and not exists (select from freight_slip o
    where o.zone_id = ${zoneId} and o.photo_sha256 = ${sha256} and o.voided_at is null)`
  const slip = await tx
    .updateTable('freight_slip')
    .set({
      photo_id: sql<string | null>`case when ${isFree} then ${photo}::text end`,
      photo_sha256: sql<string | null>`case when ${isFree} then ${sha256}::text end`,
    })
    .where('zone_id', '=', zoneId)
    .where('waybill_id', '=', waybillId)
    .where('place_end', '=', end)
    .where('voided_at', 'is', null)
    .returning('id')
    .executeTakeFirstOrThrow()
  await tx
    .updateTable('freight_weighing')
    .set({ state: 'matched', waybill_id: waybillId, place_end: end, slip_id: slip.id, refusal: null })
    .set({ why, decided_by: why === '' ? null : by, rev: record.rev + 1, updated_at: at(deps.clock()) })
    .where('zone_id', '=', zoneId)
    .where('id', '=', record.id)
    .execute()
  if (photo !== null) {
    const ways = await partiesThatReach(tx, zoneId, 'freight_waybill', waybillId)
    await grantReach(
      tx,
      zoneId,
      ways.map((way) => ({ ...way, objectKind: 'freight_weighing', objectId: record.id })),
    )
  }
  await tellWeighing(tx, deps, record)
}
