import { sql } from 'kysely'
import type { CaseDeps } from '@tingzhou/casework'
import { mayReach } from '@tingzhou/access'
import { at, expectRevision, type StaleRevision, type Tx } from '@tingzhou/db'
import { err, ok, type EpochMs, type Result } from '@tingzhou/kernel'
import type { Actor } from '@tingzhou/parties'
import type { FreightError } from '../problems.ts'
import { note, type FreightDeps } from '../record.ts'
import '../tables.ts'
import type { MoveError } from '../waybill/move-spec.ts'
import type { PlaceEnd } from '../words.ts'
import { waitMaxMs } from './match.ts'
import { clocksApartMs, lockWeighing, proveWeighing, type Weighing } from './prove.ts'
import { weighsAt } from './reach.ts'
import { assignableStates, todoStates, type WeighingState } from './words.ts'

type Decision = { readonly id: string; readonly rev: number; readonly why: string }
type Decided = { readonly id: string; readonly state: WeighingState }

/** Says whose weighing a record is whose plate was misread: the waybill must wait here to be weighed, and its truck be sent before. */
export async function assignWeighing(
  tx: Tx,
  deps: CaseDeps,
  actor: Actor,
  input: Decision & { readonly waybillId: string },
): Promise<Result<Decided, FreightError | MoveError>> {
  const found = await decidable(tx, deps, actor, input, assignableStates)
  if (!found.ok) return found
  const record = found.value
  const refused = (field: string, value: string, rule: string) =>
    err({ kind: 'field_refused', field, value, rule } as const)
  if (await isProofOfAnother(tx, deps, record)) return refused('id', record.number, 'bridge_record_typed')
  const here = await endHere(tx, deps, record, input.waybillId)
  if (here === null) return refused('waybillId', input.waybillId, 'bridge_waits_here')
  const { end, sentAt } = here
  if (record.weighed_at < sentAt - clocksApartMs) return refused('id', record.number, 'bridge_before_trip')
  const proved = await proveWeighing(tx, deps, record, { waybillId: input.waybillId, end }, actor, input.why)
  if (!proved.ok) return proved
  await note(tx, deps, actor, { ...about(record), verb: 'assign', why: input.why, data: { waybill: input.waybillId } })
  return ok({ id: record.id, state: 'matched' })
}

/** Sets a record aside of which nothing comes: a car of the house, a trial, a slip that was weighed anew. */
export async function setAsideWeighing(
  tx: Tx,
  deps: FreightDeps,
  actor: Actor,
  input: Decision,
): Promise<Result<Decided, FreightError>> {
  const found = await decidable(tx, deps, actor, input, todoStates)
  if (!found.ok) return found
  const record = found.value
  await tx
    .updateTable('freight_weighing')
    .set({ state: 'set_aside', waybill_id: null, place_end: null, refusal: null, why: input.why })
    .set({ decided_by: actor.name, rev: record.rev + 1, updated_at: at(deps.clock()) })
    .where('zone_id', '=', deps.zoneId)
    .where('id', '=', record.id)
    .execute()
  await note(tx, deps, actor, { ...about(record), verb: 'set_aside', why: input.why, data: { from: record.state } })
  return ok({ id: record.id, state: 'set_aside' })
}

const about = ({ id, owner_id: owner }: Weighing) =>
  ({ objectKind: 'freight_weighing', objectId: id, to: owner === null ? [] : [owner] }) as const

/** A record, locked, on which the actor may decide now. */
async function decidable(
  tx: Tx,
  { zoneId }: FreightDeps,
  actor: Actor,
  { id, rev }: Decision,
  states: readonly WeighingState[],
): Promise<Result<Weighing, FreightError | StaleRevision>> {
  const record = await lockWeighing(tx, zoneId, id)
  if (!record || !(await mayReach(tx, actor, zoneId, 'freight_bridge', record.bridge_id)))
    return err({ kind: 'not_found' })
  if (!weighsAt(actor, record.owner_id)) return err({ kind: 'not_allowed' })
  const fresh = expectRevision(record.rev, rev)
  if (!fresh.ok) return fresh
  if (states.includes(record.state) && (states !== assignableStates || isComplete(record))) return ok(record)
  return err({ kind: 'field_refused', field: 'id', value: record.number, rule: `bridge_record_${record.state}` })
}

const isComplete = ({ gross_kg: gross, tare_kg: tare }: Weighing): boolean => gross !== null && tare !== null

/** Whether this very slip was typed for a waybill of the record's plate, which it still proves. By freight_waybill_plate. */
async function isProofOfAnother(tx: Tx, { zoneId }: FreightDeps, record: Weighing): Promise<boolean> {
  const around = sql`${waitMaxMs}::float8 * interval '1 millisecond'`
  const weighed = sql`${at(record.weighed_at)}::timestamptz`
  const { rows } = await sql`
    select from freight_waybill w
    join freight_slip s on s.zone_id = w.zone_id and s.waybill_id = w.id and s.voided_at is null
    where w.zone_id = ${zoneId} and w.plate_key = ${record.plate_key} and s.number = ${record.number}
      and case s.place_end when 'load' then w.from_id else w.to_id end = ${record.place_id}
      and s.weighed_at between ${weighed} - ${around} and ${weighed} + ${around}
    limit 1`.execute(tx)
  return rows.length > 0
}

type Here = { readonly end: PlaceEnd; readonly sentAt: EpochMs }

/** Which end of a waybill the record's place is, and when its truck was sent there; null: neither. By primary key. */
async function endHere(
  tx: Tx,
  { zoneId }: FreightDeps,
  { place_id: place }: Weighing,
  waybillId: string,
): Promise<Here | null> {
  const row = await tx
    .selectFrom('freight_waybill')
    .select(['from_id', 'to_id', 'created_at', 'accepted_at', 'departed_at'])
    .where('zone_id', '=', zoneId)
    .where('id', '=', waybillId)
    .executeTakeFirst()
  if (row?.from_id === place) return { end: 'load', sentAt: row.accepted_at ?? row.created_at }
  return row?.to_id === place ? { end: 'unload', sentAt: row.departed_at ?? row.created_at } : null
}
