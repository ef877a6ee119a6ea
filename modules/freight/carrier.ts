import { sql } from 'kysely'
import { grantReach, reaches } from '@tingzhou/access'
import { at, expectRevision, newId, type Tx } from '@tingzhou/db'
import { assert, err, ok, type Result } from '@tingzhou/kernel'
import { changeParty, createParty, grantRoles, hasRole, type Actor } from '@tingzhou/parties'
import { indexObjects } from '@tingzhou/search'
import { checkIdentityNumber, checkUscc, normalizeUscc } from '@tingzhou/uscc'
import { findAccount } from './account.ts'
import { hasCode } from './codes.ts'
import { maskNumber, normalizeNumber } from './numbers.ts'
import type { Fault, FreightError } from './problems.ts'
import { grantingRoles, keepingRoles, keepsFor } from './reach.ts'
import { changesBetween, note, noteNew, type FreightDeps } from './record.ts'
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
  const idNumber = kind === 'company' ? normalizeUscc(input.idNumber) : normalizeNumber(input.idNumber)
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
  await grantReach(tx, deps.zoneId, [{ objectKind: 'freight_carrier', objectId: id, partyId: id, relation: 'owner' }])
  await index(tx, deps, id, input.name)
  await noteNew(tx, deps, actor, [
    { objectKind: 'freight_carrier', objectId: id, verb: 'enter', data: changesBetween({}, row), to: [id] },
  ])
  return ok({ id, rev: 1, warnings })
}

const taken = (idNumber: string) =>
  err({ kind: 'taken', field: 'idNumber', value: maskNumber(idNumber), rule: 'each_once' } as const)

const index = (tx: Tx, { zoneId, clock }: FreightDeps, id: string, name: string) =>
  indexObjects(tx, zoneId, [{ objectKind: 'freight_carrier', objectId: id, title: name, updatedAt: clock() }])

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
  const given = input.idNumber ?? row.id_number
  const idNumber = row.kind === 'company' ? normalizeUscc(given) : normalizeNumber(given)
  const { faults, warnings } = checkCarrier(row.kind, idNumber, input)
  if (faults[0]) return refused(faults[0])
  if (idNumber !== row.id_number && (await numberTaken(tx, deps, idNumber))) return taken(idNumber)
  const after = { ...toRow(input), id_number: idNumber, state: input.state }
  await tx
    .updateTable('freight_carrier')
    .set({ ...after, rev: row.rev + 1, updated_at: at(deps.clock()), updated_by: actor.name })
    .where('zone_id', '=', deps.zoneId)
    .where('id', '=', input.id)
    .execute()
  await changeParty(tx, deps.zoneId, input.id, { name: input.name, state: input.state }, deps.clock())
  await index(tx, deps, input.id, input.name)
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
  const found = await findAccount(tx, deps, input.username)
  if (!found.ok) return found
  const accountId = found.value
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

export type NewPayee = {
  readonly id: string
  readonly holder: string
  readonly bankCode: string
  readonly accountNumber: string
}

/** Adds an account for payment; from then on only its last four digits are shown to anybody. */
export async function addPayee(
  tx: Tx,
  deps: FreightDeps,
  actor: Actor,
  input: NewPayee,
  mayPay: boolean,
): Promise<Result<{ id: string }, FreightError>> {
  const carrier = await lockCarrier(tx, deps, actor, input.id)
  if (!carrier) return err({ kind: 'not_found' })
  if (!mayPay) return err({ kind: 'not_allowed' })
  const accountNumber = normalizeNumber(input.accountNumber)
  const shown = maskNumber(accountNumber)
  if (!/^\d{8,32}$/.test(accountNumber))
    return refused({ field: 'accountNumber', value: shown, rule: 'account_digits' })
  if (!hasCode('bank', input.bankCode))
    return refused({ field: 'bankCode', value: input.bankCode, rule: 'known_code bank' })
  const id = newId()
  const { holder, bankCode } = input
  const added = await tx
    .insertInto('freight_payee')
    .values({
      zone_id: deps.zoneId,
      id,
      carrier_id: input.id,
      holder,
      bank_code: bankCode,
      account_number: accountNumber,
      created_at: at(deps.clock()),
      created_by: actor.name,
    })
    .onConflict((conflict) =>
      conflict
        .columns(['zone_id', 'carrier_id', 'bank_code', 'account_number'])
        .where(sql<boolean>`state = 'open'`)
        .doNothing(),
    )
    .returning('id')
    .executeTakeFirst()
  if (!added) return err({ kind: 'taken', field: 'accountNumber', value: shown, rule: 'each_once' })
  await note(tx, deps, actor, {
    objectKind: 'freight_carrier',
    objectId: input.id,
    verb: 'add_payee',
    data: { holder, bankCode, account: shown },
    to: [input.id],
  })
  return ok({ id })
}

/** Closes an account for payment; the row stays for what was paid to it. */
export async function closePayee(
  tx: Tx,
  deps: FreightDeps,
  actor: Actor,
  input: { readonly id: string; readonly payeeId: string; readonly rev: number; readonly why: string },
  mayPay: boolean,
): Promise<Result<{ id: string }, FreightError>> {
  if (!(await lockCarrier(tx, deps, actor, input.id))) return err({ kind: 'not_found' })
  if (!mayPay) return err({ kind: 'not_allowed' })
  const payee = await tx
    .selectFrom('freight_payee')
    .select(['rev', 'state', 'account_number'])
    .where('zone_id', '=', deps.zoneId)
    .where('carrier_id', '=', input.id)
    .where('id', '=', input.payeeId)
    .executeTakeFirst()
  if (!payee) return err({ kind: 'not_found' })
  const fresh = expectRevision(payee.rev, input.rev)
  if (!fresh.ok) return fresh
  if (payee.state === 'closed')
    return err({ kind: 'not_open', field: 'payeeId', value: input.payeeId, rule: 'still_open' })
  const closed = await tx
    .updateTable('freight_payee')
    .set({ state: 'closed', rev: payee.rev + 1 })
    .where('zone_id', '=', deps.zoneId)
    .where('id', '=', input.payeeId)
    .executeTakeFirst()
  assert(closed.numUpdatedRows === 1n, 'the carrier is locked, so its accounts are')
  await note(tx, deps, actor, {
    objectKind: 'freight_carrier',
    objectId: input.id,
    verb: 'close_payee',
    why: input.why,
    data: { account: maskNumber(payee.account_number) },
    to: [input.id],
  })
  return ok({ id: input.payeeId })
}
