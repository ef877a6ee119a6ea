import { at, expectRevision, newId, type Tx } from '@tingzhou/db'
import { err, ok, type Result } from '@tingzhou/kernel'
import { hasRole, type Actor } from '@tingzhou/parties'
import type { CrossborderError, Fault } from '../problems.ts'
import { changesBetween, note, writtenBy, type CrossborderDeps, type Saved } from '../record.ts'
import { storingRoles } from '../roles.ts'
import '../tables.ts'
import type { State } from '../words.ts'

/** An overseas warehouse 海外仓 with the areas in which goods stand. */
export type WarehouseFields = {
  readonly name: string
  readonly country: string
  readonly city: string
  readonly address: string
  readonly lonDeg: number
  readonly latDeg: number
  readonly areas: readonly string[]
  readonly bonded: boolean
}

const toRow = (fields: WarehouseFields) => ({
  name: fields.name,
  country: fields.country,
  city: fields.city,
  address: fields.address,
  lon_deg: fields.lonDeg,
  lat_deg: fields.latDeg,
  areas: [...fields.areas],
  bonded: fields.bonded,
})

const faultOf = ({ areas }: WarehouseFields): Fault | null =>
  new Set(areas).size === areas.length ? null : { field: 'areas', value: areas.join(' '), rule: 'each_area_once' }

/** Enters a warehouse. */
export async function enterWarehouse(
  tx: Tx,
  deps: CrossborderDeps,
  actor: Actor,
  input: WarehouseFields & { readonly synthetic: boolean },
): Promise<Result<Saved, CrossborderError>> {
  if (!hasRole(actor, ...storingRoles)) return err({ kind: 'not_permitted' })
  const fault = faultOf(input)
  if (fault) return err({ kind: 'field_refused', ...fault })
  const taken = await nameTaken(tx, deps, input.name, null)
  if (taken) return err(taken)
  const id = newId()
  const row = { ...toRow(input), synthetic: input.synthetic }
  await tx
    .insertInto('overseas_warehouse')
    .values({ zone_id: deps.zoneId, id, ...row, ...writtenBy(actor, deps.clock()) })
    .execute()
  const data = changesBetween({}, row)
  await note(tx, deps, actor, { objectKind: 'overseas_warehouse', objectId: id, verb: 'enter', data })
  return ok({ id, rev: 1 })
}

async function nameTaken(
  tx: Tx,
  { zoneId }: CrossborderDeps,
  name: string,
  except: string | null,
): Promise<CrossborderError | null> {
  const row = await tx
    .selectFrom('overseas_warehouse')
    .select('id')
    .where('zone_id', '=', zoneId)
    .where('name', '=', name)
    .executeTakeFirst()
  return row && row.id !== except ? { kind: 'taken', field: 'name', value: name, rule: 'unique' } : null
}

/** Changes, closes or reopens a warehouse; an area in which there were goods stays among its areas. */
export async function changeWarehouse(
  tx: Tx,
  deps: CrossborderDeps,
  actor: Actor,
  input: WarehouseFields & { readonly id: string; readonly rev: number; readonly why: string; readonly state: State },
): Promise<Result<Saved, CrossborderError>> {
  if (!hasRole(actor, ...storingRoles)) return err({ kind: 'not_permitted' })
  const { id } = input
  const row = await tx
    .selectFrom('overseas_warehouse')
    .selectAll()
    .where('zone_id', '=', deps.zoneId)
    .where('id', '=', id)
    .forUpdate()
    .executeTakeFirst()
  if (!row) return err({ kind: 'not_found' })
  const fresh = expectRevision(row.rev, input.rev)
  if (!fresh.ok) return fresh
  const fault = faultOf(input) ?? (await usedArea(tx, deps, input))
  if (fault) return err({ kind: 'field_refused', ...fault })
  const taken = await nameTaken(tx, deps, input.name, id)
  if (taken) return err(taken)
  const after = { ...toRow(input), state: input.state }
  await tx
    .updateTable('overseas_warehouse')
    .set({ ...after, rev: row.rev + 1, updated_at: at(deps.clock()), updated_by: actor.name })
    .where('zone_id', '=', deps.zoneId)
    .where('id', '=', id)
    .execute()
  const data = changesBetween(row, after)
  await note(tx, deps, actor, { objectKind: 'overseas_warehouse', objectId: id, verb: 'change', why: input.why, data })
  return ok({ id, rev: row.rev + 1 })
}

async function usedArea(
  tx: Tx,
  { zoneId }: CrossborderDeps,
  { id, areas }: WarehouseFields & { readonly id: string },
): Promise<Fault | null> {
  const row = await tx
    .selectFrom('overseas_stock')
    .select('area')
    .where('zone_id', '=', zoneId)
    .where('warehouse_id', '=', id)
    .where('area', 'not in', [...areas])
    .limit(1)
    .executeTakeFirst()
  return row ? { field: 'areas', value: row.area, rule: 'area_in_use' } : null
}
