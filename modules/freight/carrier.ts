import { sql } from 'kysely'
import { findPersonAccount, reaches } from '@tingzhou/access'
import { at, expectRevision, type Tx } from '@tingzhou/db'
import { err, ok, type EpochMs, type Result } from '@tingzhou/kernel'
import { changeParty, createParty, grantRoles, hasRole, type Actor } from '@tingzhou/parties'
import { indexObjects } from '@tingzhou/search'
import { checkIdentityNumber, checkUscc } from '@tingzhou/uscc'
import { hasCode } from './codes.ts'
import { maskNumber, normalizeNumber } from './numbers.ts'
import type { Fault, FreightError } from './problems.ts'
import { keepsFor } from './reach.ts'
import { changesBetween, note, noteNew, type FreightDeps } from './record.ts'
import { grantingRoles, keepingRoles } from './roles.ts'
import './tables.ts'
import type { CarrierKind, State } from './words.ts'

export type CarrierFields = {
  readonly name: string
  readonly light: boolean
  readonly roadLicence: string
  readonly phone: string
  readonly divisionCode: string | null
  readonly remark: string
}
export type Checked = { readonly faults: readonly Fault[]; readonly warnings: readonly Fault[] }
export type Saved = { readonly id: string; readonly rev: number; readonly warnings: readonly Fault[] }

/**
 * What the rules say of a carrier. A unified social credit code that only fails its last character warns; pure.
 * @param idNumber  normalised
 */
export function checkCarrier(kind: CarrierKind, idNumber: string, fields: CarrierFields): Checked {
  const faults: Fault[] = []
  const warnings: Fault[] = []
  const number = { field: 'idNumber', value: maskNumber(idNumber) }
  if (kind === 'person') {
    const fault = checkIdentityNumber(idNumber)
    if (fault) faults.push({ ...number, rule: `identity_${fault}` })
  } else {
    const { kind: status } = checkUscc(idNumber)
    if (status === 'malformed') faults.push({ ...number, rule: 'uscc_shape' })
    if (status === 'legacy') warnings.push({ ...number, rule: 'uscc_check_digit' })
  }
  if (!fields.light && fields.roadLicence === '')
    faults.push({ field: 'roadLicence', value: '', rule: 'needed_over_light' })
  const { divisionCode } = fields
  if (divisionCode !== null && !hasCode('division', divisionCode))
    faults.push({ field: 'divisionCode', value: divisionCode, rule: 'known_code division' })
  return { faults, warnings }
}

const refused = (fault: Fault) => err({ kind: 'field_refused', ...fault } as const)
const toRow = (fields: CarrierFields) => ({
  name: fields.name,
  light: fields.light,
  road_licence: fields.roadLicence,
  phone: fields.phone,
  division_code: fields.divisionCode,
  remark: fields.remark,
})

/** Enters a carrier: a party of the zone, with what freight must know of it. */
export async function enterCarrier(
  tx: Tx,
  deps: FreightDeps,
  actor: Actor,
  input: CarrierFields & { readonly kind: CarrierKind; readonly idNumber: string; readonly synthetic: boolean },
): Promise<Result<Saved, FreightError>> {
  if (!hasRole(actor, ...keepingRoles)) return err({ kind: 'not_allowed' })
  const { kind, synthetic } = input
  const idNumber = normalizeNumber(input.idNumber)
  const { faults, warnings } = checkCarrier(kind, idNumber, input)
  if (faults[0]) return refused(faults[0])
  const now = deps.clock()
  const party = { kind: 'institution', name: input.name, synthetic } as const
  const id = await createParty(tx, deps.zoneId, party, now)
  const by = { created_at: at(now), created_by: actor.name, updated_at: at(now), updated_by: actor.name }
  const row = { ...toRow(input), kind, id_number: idNumber, synthetic }
  const added = await tx
    .insertInto('freight_carrier')
    .values({ zone_id: deps.zoneId, id, ...row, ...by })
    .onConflict((conflict) => conflict.columns(['zone_id', 'id_number']).doNothing())
    .returning('id')
    .executeTakeFirst()
  if (!added) return taken(idNumber)
  await noteNew(tx, deps, actor, id, [{ entry: entryOf(id, input.name, now), row }])
  return ok({ id, rev: 1, warnings })
}

const taken = (idNumber: string) =>
  err({ kind: 'taken', field: 'idNumber', value: maskNumber(idNumber), rule: 'each_once' } as const)

const entryOf = (id: string, name: string, updatedAt: EpochMs) =>
  ({ objectKind: 'freight_carrier', objectId: id, title: name, updatedAt }) as const

/** Changes, closes or reopens a carrier. */
export async function changeCarrier(
  tx: Tx,
  deps: FreightDeps,
  actor: Actor,
  input: CarrierFields & {
    readonly id: string
    readonly rev: number
    readonly why: string
    readonly state: State
    readonly idNumber?: string | undefined
  },
): Promise<Result<Saved, FreightError>> {
  const row = await lockCarrier(tx, deps, actor, input.id)
  if (!row) return err({ kind: 'not_found' })
  // Its own people may correct it, but neither close nor reopen it, nor become somebody else.
  const isStaff = hasRole(actor, ...keepingRoles)
  if (!isStaff && (!keepsFor(actor, [input.id]) || input.state !== row.state || input.idNumber !== undefined))
    return err({ kind: 'not_allowed' })
  const fresh = expectRevision(row.rev, input.rev)
  if (!fresh.ok) return fresh
  const idNumber = normalizeNumber(input.idNumber ?? row.id_number)
  const { faults, warnings } = checkCarrier(row.kind, idNumber, input)
  if (faults[0]) return refused(faults[0])
  if (idNumber !== row.id_number && (await numberTaken(tx, deps, idNumber))) return taken(idNumber)
  const after = { ...toRow(input), id_number: idNumber, state: input.state }
  const now = deps.clock()
  await tx
    .updateTable('freight_carrier')
    .set({ ...after, rev: row.rev + 1, updated_at: at(now), updated_by: actor.name })
    .where('zone_id', '=', deps.zoneId)
    .where('id', '=', input.id)
    .execute()
  await changeParty(tx, deps.zoneId, input.id, { name: input.name, state: input.state }, now)
  await indexObjects(tx, deps.zoneId, [entryOf(input.id, input.name, now)])
  await note(tx, deps, actor, {
    objectKind: 'freight_carrier',
    objectId: input.id,
    verb: 'change',
    why: input.why,
    data: changesBetween(row, after),
    to: [input.id],
  })
  return ok({ id: input.id, rev: row.rev + 1, warnings })
}

async function numberTaken(tx: Tx, { zoneId }: FreightDeps, idNumber: string): Promise<boolean> {
  const other = await tx
    .selectFrom('freight_carrier')
    .select('id')
    .where('zone_id', '=', zoneId)
    .where('id_number', '=', idNumber)
    .executeTakeFirst()
  return other !== undefined
}

/** The carrier's row, locked, if the actor reaches it. */
export const lockCarrier = (tx: Tx, { zoneId }: FreightDeps, actor: Actor, id: string) =>
  tx
    .selectFrom('freight_carrier')
    .selectAll()
    .where('zone_id', '=', zoneId)
    .where('id', '=', id)
    .where(reaches(actor, 'freight_carrier', { zoneId, objectId: sql.ref('freight_carrier.id') }))
    .forUpdate()
    .executeTakeFirst()

/** The carrier, if it is open and the actor keeps what it has; a refusal otherwise. */
export async function openCarrier(
  tx: Tx,
  deps: FreightDeps,
  actor: Actor,
  id: string,
): Promise<Result<{ readonly id: string; readonly name: string }, FreightError>> {
  const row = await lockCarrier(tx, deps, actor, id)
  if (!row) return err({ kind: 'field_refused', field: 'carrierId', value: id, rule: 'within_reach' })
  if (!keepsFor(actor, [id])) return err({ kind: 'not_allowed' })
  if (row.state === 'closed') return err({ kind: 'not_open', field: 'carrierId', value: row.name, rule: 'still_open' })
  return ok({ id, name: row.name })
}

/** Lets an account act for the carrier, as its boss. */
export async function addCarrierMember(
  tx: Tx,
  deps: FreightDeps,
  actor: Actor,
  input: { readonly id: string; readonly username: string },
): Promise<Result<{ id: string; accountId: string }, FreightError>> {
  if (!hasRole(actor, ...grantingRoles)) return err({ kind: 'not_allowed' })
  if (!(await lockCarrier(tx, deps, actor, input.id))) return err({ kind: 'not_found' })
  const accountId = await findPersonAccount(tx, deps.zoneId, input.username)
  if (accountId === null)
    return err({ kind: 'account_unknown', field: 'username', value: input.username, rule: 'open_account' })
  const grant = { role: 'carrier', partyId: input.id } as const
  await grantRoles(tx, deps.zoneId, accountId, [grant], actor.accountId, deps.clock())
  await note(tx, deps, actor, {
    objectKind: 'freight_carrier',
    objectId: input.id,
    verb: 'add_member',
    data: { accountId },
  })
  return ok({ id: input.id, accountId })
}
