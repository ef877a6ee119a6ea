import { sql } from 'kysely'
import { reaches } from '@tingzhou/access'
import { at, expectRevision, newId, type Tx } from '@tingzhou/db'
import { err, ok, type EpochMs, type Result } from '@tingzhou/kernel'
import type { Actor } from '@tingzhou/parties'
import { indexObjects } from '@tingzhou/search'
import { openCarrier, type Checked, type Saved } from './carrier.ts'
import { hasCode } from './codes.ts'
import { isLight } from './light.ts'
import { checkVin, isMainlandPlate, normalizeNumber, normalizePlate, plateKey } from './numbers.ts'
import type { Fault, FreightError } from './problems.ts'
import { keepsFor } from './reach.ts'
import { changesBetween, note, noteNew, type FreightDeps } from './record.ts'
import './tables.ts'
import type { State } from './words.ts'

export type VehicleFields = {
  readonly plate: string
  readonly plateColour: string
  readonly typeCode: string
  readonly energy: string
  readonly owner: string
  readonly useCharacter: string
  readonly vin: string
  readonly issuer: string
  readonly registeredOn: string | null
  readonly issuedOn: string | null
  readonly ratedLoadKg: number
  readonly grossKg: number
  readonly transportPermit: string
  readonly trailerPlate: string
  readonly remark: string
}

// What the regulator asks of light vehicles beside the rest. Source: access guide, WLHY_CL1001.
const lightNeeds = ['owner', 'useCharacter', 'vin', 'issuer', 'registeredOn', 'issuedOn'] as const
// 49 t: six-axle combination, GB 1589-2016.
const legalGrossMaxKg = 49_000

/** What the rules say of a vehicle; what looks unusual, as foreign plates do, only warns. Pure. */
export function checkVehicle(fields: VehicleFields): Checked {
  const faults: Fault[] = []
  const warnings: Fault[] = []
  const codes = [
    ['plateColour', 'plate-colour'],
    ['typeCode', 'vehicle-type'],
    ['energy', 'energy'],
  ] as const
  for (const [field, table] of codes)
    if (!hasCode(table, fields[field])) faults.push({ field, value: fields[field], rule: `known_code ${table}` })
  if (isLight(fields.grossKg)) {
    for (const field of lightNeeds)
      if (fields[field] === '' || fields[field] === null) faults.push({ field, value: '', rule: 'needed_light' })
  } else if (fields.transportPermit === '')
    faults.push({ field: 'transportPermit', value: '', rule: 'needed_over_light' })
  // A tractor tows more than its own gross mass.
  if (!fields.typeCode.startsWith('Q') && fields.ratedLoadKg >= fields.grossKg)
    faults.push({ field: 'ratedLoadKg', value: String(fields.ratedLoadKg), rule: 'below_gross' })
  const { registeredOn, issuedOn } = fields
  if (registeredOn !== null && issuedOn !== null && registeredOn > issuedOn)
    faults.push({ field: 'issuedOn', value: issuedOn, rule: 'not_before_begin' })
  if (fields.grossKg > legalGrossMaxKg)
    warnings.push({ field: 'grossKg', value: String(fields.grossKg), rule: `legal_gross ${legalGrossMaxKg}` })
  if (!isMainlandPlate(fields.plate)) warnings.push({ field: 'plate', value: fields.plate, rule: 'unusual_plate' })
  const vinFault = fields.vin === '' ? null : checkVin(fields.vin)
  if (vinFault) warnings.push({ field: 'vin', value: fields.vin, rule: `vin_${vinFault}` })
  return { faults, warnings }
}

/** Numbers as they are kept. */
export const tidyVehicle = <F extends VehicleFields>(fields: F): F => ({
  ...fields,
  plate: normalizePlate(fields.plate),
  trailerPlate: normalizePlate(fields.trailerPlate),
  vin: normalizeNumber(fields.vin),
  transportPermit: normalizeNumber(fields.transportPermit),
})

const toRow = (fields: VehicleFields) => ({
  plate: fields.plate,
  plate_key: plateKey(fields.plate),
  plate_colour: fields.plateColour,
  type_code: fields.typeCode,
  energy: fields.energy,
  owner: fields.owner,
  use_character: fields.useCharacter,
  vin: fields.vin,
  issuer: fields.issuer,
  registered_on: fields.registeredOn,
  issued_on: fields.issuedOn,
  rated_load_kg: fields.ratedLoadKg,
  gross_kg: fields.grossKg,
  transport_permit: fields.transportPermit,
  trailer_plate: fields.trailerPlate,
  remark: fields.remark,
})

/**
 * Adds vehicles of a carrier.
 * @param rows  checked; at most a thousand
 * @returns the id of each row, null where plate and colour are known and nothing was written
 */
export async function insertVehicles(
  tx: Tx,
  deps: FreightDeps,
  actor: Actor,
  carrierId: string,
  rows: readonly VehicleFields[],
  synthetic: boolean,
): Promise<readonly (string | null)[]> {
  if (rows.length === 0) return []
  const now = deps.clock()
  const by = { created_at: at(now), created_by: actor.name, updated_at: at(now), updated_by: actor.name }
  const own = { zone_id: deps.zoneId, carrier_id: carrierId, synthetic, ...by }
  const vehicles = rows.map((fields) => ({ id: newId(), fields }))
  const answer = await tx
    .insertInto('freight_vehicle')
    .values(vehicles.map(({ id, fields }) => ({ ...own, ...toRow(fields), id })))
    .onConflict((conflict) => conflict.columns(['zone_id', 'plate_key', 'plate_colour']).doNothing())
    .returning('id')
    .execute()
  const written = new Set(answer.map(({ id }) => id))
  const added = vehicles.filter(({ id }) => written.has(id))
  await noteNew(
    tx,
    deps,
    actor,
    carrierId,
    added.map(({ id, fields }) => ({ entry: entryOf(id, fields.plate, now), row: toRow(fields) })),
  )
  return vehicles.map(({ id }) => (written.has(id) ? id : null))
}

const entryOf = (id: string, plate: string, updatedAt: EpochMs) => ({
  objectKind: 'freight_vehicle' as const,
  objectId: id,
  title: plate,
  number: plateKey(plate),
  words: [plateKey(plate)],
  updatedAt,
})

const knownPlate = ({ plate }: VehicleFields) =>
  err({ kind: 'taken', field: 'plate', value: plate, rule: 'each_once' } as const)

/** Enters a vehicle of a carrier. */
export async function enterVehicle(
  tx: Tx,
  deps: FreightDeps,
  actor: Actor,
  input: VehicleFields & { readonly carrierId: string; readonly synthetic: boolean },
): Promise<Result<Saved, FreightError>> {
  const carrier = await openCarrier(tx, deps, actor, input.carrierId)
  if (!carrier.ok) return carrier
  const fields = tidyVehicle(input)
  const { faults, warnings } = checkVehicle(fields)
  if (faults[0]) return err({ kind: 'field_refused', ...faults[0] })
  const [id] = await insertVehicles(tx, deps, actor, input.carrierId, [fields], input.synthetic)
  return id ? ok({ id, rev: 1, warnings }) : knownPlate(fields)
}

/** Changes, closes or reopens a vehicle. */
export async function changeVehicle(
  tx: Tx,
  deps: FreightDeps,
  actor: Actor,
  input: VehicleFields & {
    readonly id: string
    readonly rev: number
    readonly why: string
    readonly state: State
  },
): Promise<Result<Saved, FreightError>> {
  const row = await lockVehicle(tx, deps, actor, input.id)
  if (!row) return err({ kind: 'not_found' })
  if (!keepsFor(actor, [row.carrier_id])) return err({ kind: 'not_allowed' })
  const fresh = expectRevision(row.rev, input.rev)
  if (!fresh.ok) return fresh
  const fields = tidyVehicle(input)
  const { faults, warnings } = checkVehicle(fields)
  if (faults[0]) return err({ kind: 'field_refused', ...faults[0] })
  const after = { ...toRow(fields), state: input.state }
  if (await plateTaken(tx, deps, input.id, after)) return knownPlate(fields)
  const now = deps.clock()
  await tx
    .updateTable('freight_vehicle')
    .set({ ...after, rev: row.rev + 1, updated_at: at(now), updated_by: actor.name })
    .where('zone_id', '=', deps.zoneId)
    .where('id', '=', input.id)
    .execute()
  await indexObjects(tx, deps.zoneId, [entryOf(input.id, fields.plate, now)])
  await note(tx, deps, actor, {
    objectKind: 'freight_vehicle',
    objectId: input.id,
    verb: 'change',
    why: input.why,
    data: changesBetween(row, after),
    to: [row.carrier_id],
  })
  return ok({ id: input.id, rev: row.rev + 1, warnings })
}

/** The vehicle's row, locked, if the actor reaches it. */
export const lockVehicle = (tx: Tx, { zoneId }: FreightDeps, actor: Actor, id: string) =>
  tx
    .selectFrom('freight_vehicle')
    .selectAll()
    .where('zone_id', '=', zoneId)
    .where('id', '=', id)
    .where(reaches(actor, 'freight_vehicle', { zoneId, objectId: sql.ref('freight_vehicle.id') }))
    .forUpdate()
    .executeTakeFirst()

/** Whether the vehicle stands in the register under the carrier. */
export async function isVehicleOf(tx: Tx, { zoneId }: FreightDeps, id: string, carrierId: string): Promise<boolean> {
  const found = await tx
    .selectFrom('freight_vehicle')
    .select('id')
    .where('zone_id', '=', zoneId)
    .where('id', '=', id)
    .where('carrier_id', '=', carrierId)
    .executeTakeFirst()
  return found !== undefined
}

async function plateTaken(
  tx: Tx,
  { zoneId }: FreightDeps,
  id: string,
  after: { readonly plate_key: string; readonly plate_colour: string },
): Promise<boolean> {
  const other = await tx
    .selectFrom('freight_vehicle')
    .select('id')
    .where('zone_id', '=', zoneId)
    .where('plate_key', '=', after.plate_key)
    .where('plate_colour', '=', after.plate_colour)
    .where('id', '<>', id)
    .executeTakeFirst()
  return other !== undefined
}
