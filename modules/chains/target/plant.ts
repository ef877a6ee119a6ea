import { at, expectRevision, newId, type Tx } from '@tingzhou/db'
import { err, ok, type Result } from '@tingzhou/kernel'
import { hasRole, type Actor } from '@tingzhou/parties'
import { changesBetween, writtenBy, type RecordDeps, type Saved } from '@tingzhou/records'
import type { ChainsError, Fault } from '../problems.ts'
import { note } from '../record.ts'
import { keepingRoles } from '../roles.ts'
import { firmsById } from './firm-names.ts'
import './tables.ts'

/** An idle plant 闲置厂房 as somebody enters it. */
export type PlantFields = {
  readonly name: string
  readonly place: string
  readonly lon: number | null
  readonly lat: number | null
  readonly areaM2: number
  readonly heightM: number | null
  readonly powerKw: number | null
  readonly waterM3Day: number | null
  readonly priceFen: number | null
  readonly ownerId: string | null
  readonly remark: string
}

const toRow = (fields: PlantFields) => ({
  name: fields.name,
  place: fields.place,
  lon: fields.lon,
  lat: fields.lat,
  area_m2: fields.areaM2,
  height_m: fields.heightM,
  power_kw: fields.powerKw,
  water_m3_day: fields.waterM3Day,
  price_fen: fields.priceFen,
  owner_id: fields.ownerId,
  remark: fields.remark,
})

/** Enters a plant. */
export async function enterPlant(
  tx: Tx,
  deps: RecordDeps,
  actor: Actor,
  input: PlantFields & { readonly synthetic: boolean },
): Promise<Result<Saved, ChainsError>> {
  if (!hasRole(actor, ...keepingRoles)) return err({ kind: 'not_permitted' })
  const fault = (await faultOf(tx, deps.zoneId, input)) ?? (await nameTaken(tx, deps.zoneId, input.name, null))
  if (fault) return err(fault)
  const id = newId()
  const row = { ...toRow(input), synthetic: input.synthetic }
  await tx
    .insertInto('chain_plant')
    .values({ zone_id: deps.zoneId, id, ...row, target_id: null, ...writtenBy(actor, deps.clock()) })
    .execute()
  await note(tx, deps, actor, { objectKind: 'chain_plant', objectId: id, verb: 'enter', data: changesBetween({}, row) })
  return ok({ id, rev: 1 })
}

/** Changes, closes or reopens a plant; one that a target has stays open to it. */
export async function changePlant(
  tx: Tx,
  deps: RecordDeps,
  actor: Actor,
  input: PlantFields & {
    readonly id: string
    readonly rev: number
    readonly why: string
    readonly state?: 'open' | 'closed' | undefined
  },
): Promise<Result<Saved, ChainsError>> {
  if (!hasRole(actor, ...keepingRoles)) return err({ kind: 'not_permitted' })
  const { id, why } = input
  const row = await lockPlant(tx, deps.zoneId, id)
  if (!row) return err({ kind: 'not_found' })
  const fresh = expectRevision(row.rev, input.rev)
  if (!fresh.ok) return fresh
  if (row.state === 'taken' && input.state === 'closed')
    return err({ kind: 'plant_taken', field: 'state', value: row.name, rule: 'free_first' })
  const state = row.state === 'taken' ? row.state : (input.state ?? row.state)
  const taken = state === 'closed' ? null : await nameTaken(tx, deps.zoneId, input.name, id)
  const fault = (await faultOf(tx, deps.zoneId, input)) ?? taken
  if (fault) return err(fault)
  const after = { ...toRow(input), state }
  await tx
    .updateTable('chain_plant')
    .set({ ...after, rev: row.rev + 1, updated_at: at(deps.clock()), updated_by: actor.name })
    .where('zone_id', '=', deps.zoneId)
    .where('id', '=', id)
    .execute()
  const data = changesBetween(row, after)
  await note(tx, deps, actor, { objectKind: 'chain_plant', objectId: id, verb: 'change', why, data })
  return ok({ id, rev: row.rev + 1 })
}

/** The plant, locked. One statement, by its key. */
export const lockPlant = (tx: Tx, zoneId: string, id: string) =>
  tx
    .selectFrom('chain_plant')
    .selectAll()
    .where('zone_id', '=', zoneId)
    .where('id', '=', id)
    .forUpdate()
    .executeTakeFirst()

async function faultOf(tx: Tx, zoneId: string, { lon, lat, ownerId }: PlantFields): Promise<ChainsError | null> {
  const refused = (fault: Fault): ChainsError => ({ kind: 'field_refused', ...fault })
  if ((lon === null) !== (lat === null)) return refused({ field: 'lat', value: `${lat ?? ''}`, rule: 'both_degrees' })
  if (ownerId === null) return null
  const owner = (await firmsById(tx, zoneId, [ownerId])).get(ownerId)
  return owner && !owner.isOutside ? null : refused({ field: 'ownerId', value: ownerId, rule: 'within_reach' })
}

async function nameTaken(tx: Tx, zoneId: string, name: string, except: string | null): Promise<ChainsError | null> {
  const row = await tx
    .selectFrom('chain_plant')
    .select('id')
    .where('zone_id', '=', zoneId)
    .where('name', '=', name)
    .where('state', '<>', 'closed')
    .executeTakeFirst()
  return row && row.id !== except ? { kind: 'taken', field: 'name', value: name, rule: 'unique' } : null
}
