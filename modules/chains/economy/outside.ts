import { at, expectRevision, newId, type Tx } from '@tingzhou/db'
import { err, ok, type Result } from '@tingzhou/kernel'
import { hasRole, partiesOf, type Actor } from '@tingzhou/parties'
import { changesBetween, writtenBy, type RecordDeps, type Saved } from '@tingzhou/records'
import { indexObjects } from '@tingzhou/search'
import type { ChainsError, Fault } from '../problems.ts'
import { note } from '../record.ts'
import { keepingRoles } from '../roles.ts'
import '../tables.ts'
import type { State } from '../words.ts'

/** A firm outside the zone 区外伙伴. */
export type OutsideFields = {
  readonly name: string
  readonly country: string
  readonly place: string
  readonly lonDeg: number | null
  readonly latDeg: number | null
  readonly industry: string | null
  readonly isStrong: boolean
  readonly expansion: number
  readonly source: string
  readonly remark: string
}

const toRow = (fields: OutsideFields) => ({
  name: fields.name,
  country: fields.country,
  place: fields.place,
  lon: fields.lonDeg,
  lat: fields.latDeg,
  industry: fields.industry,
  is_strong: fields.isStrong,
  expansion: fields.expansion,
  source: fields.source,
  remark: fields.remark,
})

const faultOf = ({ lonDeg, latDeg }: OutsideFields): Fault | null =>
  (lonDeg === null) === (latDeg === null)
    ? null
    : { field: lonDeg === null ? 'lonDeg' : 'latDeg', value: '', rule: 'both_degrees' }

/** Firms name those whom they buy from and sell to; what else is said of them officers keep. */
const mayEnterOutside = (actor: Actor): boolean =>
  hasRole(actor, ...keepingRoles) || partiesOf(actor, 'enterprise').length > 0

/** One name stands once in a country and place. */
async function nameTaken(
  tx: Tx,
  { zoneId }: RecordDeps,
  { name, country, place }: OutsideFields,
  except: string | null,
): Promise<ChainsError | null> {
  const row = await tx
    .selectFrom('chain_outside')
    .select('id')
    .where('zone_id', '=', zoneId)
    .where('name', '=', name)
    .where('country', '=', country)
    .where('place', '=', place)
    .executeTakeFirst()
  return row && row.id !== except ? { kind: 'taken', field: 'name', value: name, rule: 'outside_once' } : null
}

/** Puts a firm outside into the search, or renews it. */
const index = (tx: Tx, deps: RecordDeps, id: string, { name, country, place }: OutsideFields): Promise<void> =>
  indexObjects(tx, deps.zoneId, [
    {
      objectKind: 'chain_outside',
      objectId: id,
      title: name,
      subtitle: `${country} ${place}`.trim(),
      updatedAt: deps.clock(),
    },
  ])

/** Enters a firm outside. */
export async function enterOutside(
  tx: Tx,
  deps: RecordDeps,
  actor: Actor,
  input: OutsideFields & { readonly synthetic: boolean },
): Promise<Result<Saved, ChainsError>> {
  if (!mayEnterOutside(actor)) return err({ kind: 'not_permitted' })
  const fault = faultOf(input)
  if (fault) return err({ kind: 'field_refused', ...fault })
  const taken = await nameTaken(tx, deps, input, null)
  if (taken) return err(taken)
  const id = newId()
  const row = { ...toRow(input), synthetic: input.synthetic }
  await tx
    .insertInto('chain_outside')
    .values({ zone_id: deps.zoneId, id, ...row, ...writtenBy(actor, deps.clock()) })
    .execute()
  await index(tx, deps, id, input)
  const data = changesBetween({}, row)
  await note(tx, deps, actor, { objectKind: 'chain_outside', objectId: id, verb: 'enter', data })
  return ok({ id, rev: 1 })
}

/** Changes, closes or reopens a firm outside. */
export async function changeOutside(
  tx: Tx,
  deps: RecordDeps,
  actor: Actor,
  input: OutsideFields & { readonly id: string; readonly rev: number; readonly why: string; readonly state: State },
): Promise<Result<Saved, ChainsError>> {
  const { id } = input
  if (!hasRole(actor, ...keepingRoles)) return err({ kind: 'not_permitted' })
  const row = await tx
    .selectFrom('chain_outside')
    .selectAll()
    .where('zone_id', '=', deps.zoneId)
    .where('id', '=', id)
    .forUpdate()
    .executeTakeFirst()
  if (!row) return err({ kind: 'not_found' })
  const fresh = expectRevision(row.rev, input.rev)
  if (!fresh.ok) return fresh
  const fault = faultOf(input)
  if (fault) return err({ kind: 'field_refused', ...fault })
  const taken = await nameTaken(tx, deps, input, id)
  if (taken) return err(taken)
  const after = { ...toRow(input), state: input.state }
  await tx
    .updateTable('chain_outside')
    .set({ ...after, rev: row.rev + 1, updated_at: at(deps.clock()), updated_by: actor.name })
    .where('zone_id', '=', deps.zoneId)
    .where('id', '=', id)
    .execute()
  await index(tx, deps, id, input)
  const data = changesBetween(row, after)
  await note(tx, deps, actor, { objectKind: 'chain_outside', objectId: id, verb: 'change', why: input.why, data })
  return ok({ id, rev: row.rev + 1 })
}
