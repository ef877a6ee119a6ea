import { sql } from 'kysely'
import { mayReach, reaches } from '@tingzhou/access'
import { at, expectRevision, newId, type Tx } from '@tingzhou/db'
import { err, ok, type Result } from '@tingzhou/kernel'
import type { Actor } from '@tingzhou/parties'
import type { Saved } from '../carrier.ts'
import { keepsForShipper } from '../place/place.ts'
import type { FreightError } from '../problems.ts'
import { changesBetween, note, type FreightDeps } from '../record.ts'
import '../tables.ts'
import type { State } from '../words.ts'
import './reach.ts'
import './tables.ts'

/** A weighbridge 地磅 as a form says it. */
type BridgeFields = {
  readonly name: string
  readonly divisionKg: number
  readonly maxKg: number
  readonly remark: string
}

const toRow = (fields: BridgeFields) => ({
  name: fields.name,
  division_kg: fields.divisionKg,
  max_kg: fields.maxKg,
  remark: fields.remark,
})

/** Enters a weighbridge at an open place: by the platform, or by whoever the place belongs to. Five statements. */
export async function enterBridge(
  tx: Tx,
  deps: FreightDeps,
  actor: Actor,
  input: BridgeFields & { readonly placeId: string; readonly synthetic: boolean },
): Promise<Result<Saved, FreightError>> {
  const { placeId, synthetic } = input
  const place = await tx
    .selectFrom('freight_place')
    .select(['shipper_id', 'name', 'state'])
    .where('zone_id', '=', deps.zoneId)
    .where('id', '=', placeId)
    .where(reaches(actor, 'freight_place', { zoneId: deps.zoneId, objectId: sql.ref('freight_place.id') }))
    .executeTakeFirst()
  if (!place) return err({ kind: 'field_refused', field: 'placeId', value: placeId, rule: 'within_reach' })
  if (!keepsForShipper(actor, place.shipper_id)) return err({ kind: 'not_allowed' })
  if (place.state !== 'open') return err({ kind: 'not_open', field: 'placeId', value: place.name, rule: 'still_open' })
  if (await isNamed(tx, deps, placeId, input.name)) return named(input.name)
  const id = newId()
  const now = at(deps.clock())
  const row = { ...toRow(input), place_id: placeId, synthetic }
  const by = { created_at: now, created_by: actor.name, updated_at: now, updated_by: actor.name }
  await tx
    .insertInto('freight_bridge')
    .values({ zone_id: deps.zoneId, id, ...row, ...by })
    .execute()
  await note(tx, deps, actor, {
    objectKind: 'freight_bridge',
    objectId: id,
    verb: 'enter',
    data: changesBetween({}, row),
    to: place.shipper_id === null ? [] : [place.shipper_id],
  })
  return ok({ id, rev: 1, warnings: [] })
}

const named = (name: string) => err({ kind: 'taken', field: 'name', value: name, rule: 'bridge_name' } as const)

/** Whether the place has another weighbridge of this name. By freight_bridge_name. */
async function isNamed(tx: Tx, { zoneId }: FreightDeps, placeId: string, name: string, except = ''): Promise<boolean> {
  const row = await tx
    .selectFrom('freight_bridge')
    .select('id')
    .where('zone_id', '=', zoneId)
    .where('place_id', '=', placeId)
    .where('name', '=', name)
    .executeTakeFirst()
  return row !== undefined && row.id !== except
}

/** A weighbridge, locked, with whose place it stands at; undefined when it does not exist. By primary keys. */
export const lockBridge = (tx: Tx, zoneId: string, id: string) =>
  tx
    .selectFrom('freight_bridge as b')
    .innerJoin('freight_place as p', (join) =>
      join.onRef('p.zone_id', '=', 'b.zone_id').onRef('p.id', '=', 'b.place_id'),
    )
    .selectAll('b')
    .select('p.shipper_id as owner_id')
    .where('b.zone_id', '=', zoneId)
    .where('b.id', '=', id)
    .forUpdate('b')
    .executeTakeFirst()

/** Changes, closes or reopens a weighbridge; its place stays. Five statements. */
export async function changeBridge(
  tx: Tx,
  deps: FreightDeps,
  actor: Actor,
  input: BridgeFields & { readonly id: string; readonly rev: number; readonly why: string; readonly state: State },
): Promise<Result<Saved, FreightError>> {
  const { id } = input
  const row = await lockBridge(tx, deps.zoneId, id)
  if (!row || !(await mayReach(tx, actor, deps.zoneId, 'freight_bridge', id))) return err({ kind: 'not_found' })
  if (!keepsForShipper(actor, row.owner_id)) return err({ kind: 'not_allowed' })
  const fresh = expectRevision(row.rev, input.rev)
  if (!fresh.ok) return fresh
  if (await isNamed(tx, deps, row.place_id, input.name, id)) return named(input.name)
  const after = { ...toRow(input), state: input.state }
  await tx
    .updateTable('freight_bridge')
    .set({ ...after, rev: row.rev + 1, updated_at: at(deps.clock()), updated_by: actor.name })
    .where('zone_id', '=', deps.zoneId)
    .where('id', '=', id)
    .execute()
  await note(tx, deps, actor, {
    objectKind: 'freight_bridge',
    objectId: id,
    verb: 'change',
    why: input.why,
    data: changesBetween(row, after),
    to: row.owner_id === null ? [] : [row.owner_id],
  })
  return ok({ id, rev: row.rev + 1, warnings: [] })
}
