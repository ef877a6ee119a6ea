import { sql } from 'kysely'
import { findPersonAccount, grantReach, reaches } from '@tingzhou/access'
import { localDateOf } from '@tingzhou/calendar'
import { at, expectRevision, newId, type Tx } from '@tingzhou/db'
import { err, ok, type EpochMs, type Result } from '@tingzhou/kernel'
import { grantRoles, hasRole, type Actor } from '@tingzhou/parties'
import { indexObjects } from '@tingzhou/search'
import { checkIdentityNumber } from '@tingzhou/uscc'
import { openCarrier, type Saved } from './carrier.ts'
import { maskNumber, normalizeNumber } from './numbers.ts'
import type { Fault, FreightError } from './problems.ts'
import { keepsFor } from './reach.ts'
import { changesBetween, note, noteNew, type FreightDeps } from './record.ts'
import { grantingRoles } from './roles.ts'
import './tables.ts'
import { isVehicleOf } from './vehicle.ts'
import type { State } from './words.ts'

export type DriverFields = {
  readonly name: string
  readonly idNumber: string
  readonly light: boolean
  readonly phone: string
  readonly licenceClass: string
  readonly licenceIssuer: string
  readonly licenceFrom: string
  readonly licenceTo: string
  readonly qualification: string
  readonly remark: string
}

/** What the rules say of a driver; pure. */
export function checkDriver(fields: DriverFields): readonly Fault[] {
  const faults: Fault[] = []
  const fault = checkIdentityNumber(fields.idNumber)
  if (fault) faults.push({ field: 'idNumber', value: maskNumber(fields.idNumber), rule: `identity_${fault}` })
  if (!fields.light && fields.qualification === '')
    faults.push({ field: 'qualification', value: '', rule: 'needed_over_light' })
  if (fields.licenceFrom > fields.licenceTo)
    faults.push({ field: 'licenceTo', value: fields.licenceTo, rule: 'not_before_begin' })
  return faults
}

const toRow = (fields: DriverFields) => ({
  name: fields.name,
  id_number: fields.idNumber,
  light: fields.light,
  phone: fields.phone,
  licence_class: fields.licenceClass,
  licence_issuer: fields.licenceIssuer,
  licence_from: fields.licenceFrom,
  licence_to: fields.licenceTo,
  qualification: fields.qualification,
  remark: fields.remark,
})

export type NewDriver = { readonly fields: DriverFields; readonly vehicleId: string | null }

/**
 * Adds drivers of a carrier, who drive for it from today.
 * @param rows  checked; at most a thousand
 * @returns the id of each row, null where the number is known and nothing was written
 */
export async function insertDrivers(
  tx: Tx,
  deps: FreightDeps,
  actor: Actor,
  carrierId: string,
  rows: readonly NewDriver[],
  synthetic: boolean,
): Promise<readonly (string | null)[]> {
  if (rows.length === 0) return []
  const now = deps.clock()
  const made = { zone_id: deps.zoneId, created_at: at(now), created_by: actor.name }
  const changed = { updated_at: at(now), updated_by: actor.name }
  const drivers = rows.map((row) => ({ id: newId(), ...row }))
  const answer = await tx
    .insertInto('freight_driver')
    .values(drivers.map(({ id, fields }) => ({ ...made, ...changed, ...toRow(fields), id, synthetic })))
    .onConflict((conflict) => conflict.columns(['zone_id', 'id_number']).doNothing())
    .returning('id')
    .execute()
  const written = new Set(answer.map(({ id }) => id))
  const added = drivers.filter(({ id }) => written.has(id))
  if (added.length > 0) {
    const from = { ...made, carrier_id: carrierId, valid_from: localDateOf(now), valid_to: null }
    await tx
      .insertInto('freight_driving')
      .values(added.map(({ id, vehicleId }) => ({ ...from, id: newId(), driver_id: id, vehicle_id: vehicleId })))
      .execute()
  }
  await noteNew(
    tx,
    deps,
    actor,
    carrierId,
    added.map(({ id, fields }) => ({ entry: entryOf(id, fields.name, now), row: toRow(fields) })),
  )
  return drivers.map(({ id }) => (written.has(id) ? id : null))
}

const entryOf = (id: string, name: string, updatedAt: EpochMs) =>
  ({ objectKind: 'freight_driver', objectId: id, title: name, updatedAt }) as const

/** Numbers as they are kept. */
export const tidyDriver = <F extends DriverFields>(fields: F): F => ({
  ...fields,
  idNumber: normalizeNumber(fields.idNumber),
  qualification: normalizeNumber(fields.qualification),
})

const knownNumber = (fields: DriverFields) =>
  err({ kind: 'taken', field: 'idNumber', value: maskNumber(fields.idNumber), rule: 'each_once' } as const)

/** Enters a driver, who drives for the carrier from today. */
export async function enterDriver(
  tx: Tx,
  deps: FreightDeps,
  actor: Actor,
  input: DriverFields & { readonly carrierId: string; readonly vehicleId: string | null; readonly synthetic: boolean },
): Promise<Result<Saved, FreightError>> {
  const carrier = await openCarrier(tx, deps, actor, input.carrierId)
  if (!carrier.ok) return carrier
  const fields = tidyDriver(input)
  const [fault] = checkDriver(fields)
  if (fault) return err({ kind: 'field_refused', ...fault })
  const { carrierId, vehicleId, synthetic } = input
  if (vehicleId !== null && !(await isVehicleOf(tx, deps, vehicleId, carrierId)))
    return err({ kind: 'field_refused', field: 'vehicleId', value: vehicleId, rule: 'vehicle_of_carrier' })
  const [id] = await insertDrivers(tx, deps, actor, carrierId, [{ fields, vehicleId }], synthetic)
  return id ? ok({ id, rev: 1, warnings: [] }) : knownNumber(fields)
}

/** The driver's row, locked, if the actor reaches it. */
export const lockDriver = (tx: Tx, { zoneId }: FreightDeps, actor: Actor, id: string) =>
  tx
    .selectFrom('freight_driver')
    .selectAll()
    .where('zone_id', '=', zoneId)
    .where('id', '=', id)
    .where(reaches(actor, 'freight_driver', { zoneId, objectId: sql.ref('freight_driver.id') }))
    .forUpdate()
    .executeTakeFirst()

/** The carriers for whom a driver drives today or later. */
export async function carriersOf(tx: Tx, { zoneId, clock }: FreightDeps, driverId: string): Promise<readonly string[]> {
  const today = localDateOf(clock())
  const rows = await tx
    .selectFrom('freight_driving')
    .select('carrier_id')
    .distinct()
    .where('zone_id', '=', zoneId)
    .where('driver_id', '=', driverId)
    .where((eb) => eb.or([eb('valid_to', 'is', null), eb('valid_to', '>=', today)]))
    .limit(200)
    .execute()
  return rows.map((row) => row.carrier_id)
}

/** Changes, closes or reopens a driver. */
export async function changeDriver(
  tx: Tx,
  deps: FreightDeps,
  actor: Actor,
  input: Omit<DriverFields, 'idNumber' | 'qualification'> & {
    readonly id: string
    readonly rev: number
    readonly why: string
    readonly state: State
    readonly idNumber?: string | undefined
    readonly qualification?: string | undefined
  },
): Promise<Result<Saved, FreightError>> {
  const row = await lockDriver(tx, deps, actor, input.id)
  if (!row) return err({ kind: 'not_found' })
  const carriers = await carriersOf(tx, deps, input.id)
  if (!keepsFor(actor, carriers)) return err({ kind: 'not_allowed' })
  const fresh = expectRevision(row.rev, input.rev)
  if (!fresh.ok) return fresh
  const { idNumber = row.id_number, qualification = row.qualification } = input
  const fields = tidyDriver({ ...input, idNumber, qualification })
  const [fault] = checkDriver(fields)
  if (fault) return err({ kind: 'field_refused', ...fault })
  if (fields.idNumber !== row.id_number && (await numberTaken(tx, deps, fields.idNumber))) return knownNumber(fields)
  const after = { ...toRow(fields), state: input.state }
  const now = deps.clock()
  await tx
    .updateTable('freight_driver')
    .set({ ...after, rev: row.rev + 1, updated_at: at(now), updated_by: actor.name })
    .where('zone_id', '=', deps.zoneId)
    .where('id', '=', input.id)
    .execute()
  await indexObjects(tx, deps.zoneId, [entryOf(input.id, fields.name, now)])
  await note(tx, deps, actor, {
    objectKind: 'freight_driver',
    objectId: input.id,
    verb: 'change',
    why: input.why,
    data: changesBetween(row, after),
    to: carriers,
  })
  return ok({ id: input.id, rev: row.rev + 1, warnings: [] })
}

async function numberTaken(tx: Tx, { zoneId }: FreightDeps, idNumber: string): Promise<boolean> {
  const other = await tx
    .selectFrom('freight_driver')
    .select('id')
    .where('zone_id', '=', zoneId)
    .where('id_number', '=', idNumber)
    .executeTakeFirst()
  return other !== undefined
}

/** Gives a driver an account, through which the driver reaches the own row and nothing else. */
export async function linkAccount(
  tx: Tx,
  deps: FreightDeps,
  actor: Actor,
  input: { readonly id: string; readonly username: string },
): Promise<Result<{ id: string; accountId: string }, FreightError>> {
  if (!hasRole(actor, ...grantingRoles)) return err({ kind: 'not_allowed' })
  const row = await lockDriver(tx, deps, actor, input.id)
  if (!row) return err({ kind: 'not_found' })
  const accountId = await findPersonAccount(tx, deps.zoneId, input.username)
  if (accountId === null)
    return err({ kind: 'account_unknown', field: 'username', value: input.username, rule: 'open_account' })
  const other = await tx
    .selectFrom('freight_driver')
    .select('id')
    .where('zone_id', '=', deps.zoneId)
    .where('account_id', '=', accountId)
    .executeTakeFirst()
  if (row.account_id !== null || other)
    return err({ kind: 'taken', field: 'username', value: input.username, rule: 'one_account_one_driver' })
  await tx
    .updateTable('freight_driver')
    .set({ account_id: accountId, rev: row.rev + 1 })
    .where('zone_id', '=', deps.zoneId)
    .where('id', '=', input.id)
    .execute()
  await grantRoles(tx, deps.zoneId, accountId, [{ role: 'driver', partyId: null }], actor.accountId, deps.clock())
  await grantReach(tx, deps.zoneId, [
    { objectKind: 'freight_driver', objectId: input.id, partyId: accountId, relation: 'person' },
  ])
  await note(tx, deps, actor, {
    objectKind: 'freight_driver',
    objectId: input.id,
    verb: 'link_account',
    data: { accountId },
    to: [accountId],
  })
  return ok({ id: input.id, accountId })
}
