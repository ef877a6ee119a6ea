import type { CaseDeps } from '@tingzhou/casework'
import { mayReach } from '@tingzhou/access'
import { at, expectRevision, type StaleRevision, type Tx } from '@tingzhou/db'
import { err, ok, type Result } from '@tingzhou/kernel'
import type { Actor } from '@tingzhou/parties'
import type { FreightError } from '../problems.ts'
import { note, type FreightDeps } from '../record.ts'
import '../tables.ts'
import type { MoveError } from '../waybill/move-spec.ts'
import type { PlaceEnd } from '../words.ts'
import { lockWeighing, proveWeighing, type Weighing } from './prove.ts'
import { weighsAt } from './reach.ts'
import { assignableStates, todoStates, type WeighingState } from './words.ts'

type Decision = { readonly id: string; readonly rev: number; readonly why: string }
type Decided = { readonly id: string; readonly state: WeighingState }

/** Says whose weighing a record is whose plate was misread: the waybill must wait here to be weighed. */
export async function assignWeighing(
  tx: Tx,
  deps: CaseDeps,
  actor: Actor,
  input: Decision & { readonly waybillId: string },
): Promise<Result<Decided, FreightError | MoveError>> {
  const found = await decidable(tx, deps, actor, input, assignableStates)
  if (!found.ok) return found
  const record = found.value
  const end = await endHere(tx, deps, record, input.waybillId)
  if (end === null)
    return err({ kind: 'field_refused', field: 'waybillId', value: input.waybillId, rule: 'bridge_waits_here' })
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

/** Which end of a waybill the record's place is; null: neither. By primary key. */
async function endHere(
  tx: Tx,
  { zoneId }: FreightDeps,
  { place_id: place }: Weighing,
  waybillId: string,
): Promise<PlaceEnd | null> {
  const row = await tx
    .selectFrom('freight_waybill')
    .select(['from_id', 'to_id'])
    .where('zone_id', '=', zoneId)
    .where('id', '=', waybillId)
    .executeTakeFirst()
  if (row?.from_id === place) return 'load'
  return row?.to_id === place ? 'unload' : null
}
