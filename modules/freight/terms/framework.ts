import { sql } from 'kysely'
import { grantReach, mayReach } from '@tingzhou/access'
import { localDateOf } from '@tingzhou/calendar'
import { at, expectRevision, newId, type Tx } from '@tingzhou/db'
import { err, ok, type Result } from '@tingzhou/kernel'
import { findParty, hasRole, type Actor } from '@tingzhou/parties'
import { hasCode } from '../codes.ts'
import type { Fault, FreightError } from '../problems.ts'
import { changesBetween, note, type FreightDeps } from '../record.ts'
import { dealingRoles } from '../roles.ts'
import '../tables.ts'
import type { Measure, State } from '../words.ts'

export type ContractFields = {
  readonly number: string
  readonly termsId: string
  readonly termsVersion: number
  readonly signedOn: string
  readonly validTo: string
  readonly remark: string
}

const refused = (field: string, value: string, rule: string) =>
  err({ kind: 'field_refused', field, value, rule } as const)

/** Enters a framework contract of a shipper; the shipper's people reach it. */
export async function createContract(
  tx: Tx,
  deps: FreightDeps,
  actor: Actor,
  input: ContractFields & { readonly shipperId: string; readonly synthetic: boolean },
): Promise<Result<{ id: string; rev: number }, FreightError>> {
  if (!hasRole(actor, ...dealingRoles)) return err({ kind: 'not_allowed' })
  const { shipperId, synthetic } = input
  const shipper = await findParty(tx, deps.zoneId, shipperId)
  if (shipper?.kind !== 'enterprise' || shipper.state !== 'open') return refused('shipperId', shipperId, 'open_shipper')
  const fault = await faultOf(tx, deps, input)
  if (fault) return err({ kind: 'field_refused', ...fault })
  const id = newId()
  const now = at(deps.clock())
  const added = await tx
    .insertInto('freight_contract')
    .values({
      zone_id: deps.zoneId,
      id,
      number: input.number,
      shipper_id: shipperId,
      terms_id: input.termsId,
      terms_version: input.termsVersion,
      signed_on: input.signedOn,
      valid_to: input.validTo,
      remark: input.remark,
      synthetic,
      created_at: now,
      created_by: actor.name,
      updated_at: now,
      updated_by: actor.name,
    })
    .onConflict((conflict) => conflict.columns(['zone_id', 'number']).doNothing())
    .returning('id')
    .executeTakeFirst()
  if (!added) return err({ kind: 'taken', field: 'number', value: input.number, rule: 'each_once' })
  await grantReach(tx, deps.zoneId, [
    { objectKind: 'freight_contract', objectId: id, partyId: shipperId, relation: 'enterprise' },
  ])
  await note(tx, deps, actor, {
    objectKind: 'freight_contract',
    objectId: id,
    verb: 'create',
    data: { number: input.number, shipperId, termsId: input.termsId, termsVersion: input.termsVersion },
    to: [shipperId],
  })
  return ok({ id, rev: 1 })
}

async function faultOf(tx: Tx, { zoneId }: FreightDeps, fields: ContractFields): Promise<Fault | null> {
  const { termsId, termsVersion, signedOn, validTo } = fields
  if (validTo < signedOn) return { field: 'validTo', value: validTo, rule: 'not_before_begin' }
  const terms = await tx
    .selectFrom('freight_terms')
    .select('version')
    .where('zone_id', '=', zoneId)
    .where('id', '=', termsId)
    .where('version', '=', termsVersion)
    .executeTakeFirst()
  return terms ? null : { field: 'termsVersion', value: `${termsId} ${termsVersion}`, rule: 'known_terms' }
}

/** Changes, closes or reopens a contract. Loads and waybills keep the version of the rules that they were made under. */
export async function changeContract(
  tx: Tx,
  deps: FreightDeps,
  actor: Actor,
  input: ContractFields & { readonly id: string; readonly rev: number; readonly why: string; readonly state: State },
): Promise<Result<{ id: string; rev: number }, FreightError>> {
  const row = await lockContract(tx, deps, actor, input.id)
  if (!row) return err({ kind: 'not_found' })
  if (!hasRole(actor, ...dealingRoles)) return err({ kind: 'not_allowed' })
  const fresh = expectRevision(row.rev, input.rev)
  if (!fresh.ok) return fresh
  const fault = await faultOf(tx, deps, input)
  if (fault) return err({ kind: 'field_refused', ...fault })
  const outside = await priceOutside(tx, deps, input)
  if (outside) return refused('validTo', input.validTo, `prices_within ${outside}`)
  const after = {
    number: input.number,
    terms_id: input.termsId,
    terms_version: input.termsVersion,
    signed_on: input.signedOn,
    valid_to: input.validTo,
    remark: input.remark,
    state: input.state,
  }
  await tx
    .updateTable('freight_contract')
    .set({ ...after, updated_at: at(deps.clock()), updated_by: actor.name, rev: row.rev + 1 })
    .where('zone_id', '=', deps.zoneId)
    .where('id', '=', input.id)
    .execute()
  await note(tx, deps, actor, {
    objectKind: 'freight_contract',
    objectId: input.id,
    verb: 'change',
    why: input.why,
    data: changesBetween(row, after),
    to: [row.shipper_id],
  })
  return ok({ id: input.id, rev: row.rev + 1 })
}

/** The last day of a price that would stand outside the contract's days, or null. */
async function priceOutside(
  tx: Tx,
  { zoneId }: FreightDeps,
  { id, signedOn, validTo }: { readonly id: string; readonly signedOn: string; readonly validTo: string },
): Promise<string | null> {
  const row = await tx
    .selectFrom('freight_contract_price')
    .select('ends_on')
    .where('zone_id', '=', zoneId)
    .where('contract_id', '=', id)
    .where((where) => where.or([where('ends_on', '>', validTo), where('starts_on', '<', signedOn)]))
    .limit(1)
    .executeTakeFirst()
  return row?.ends_on ?? null
}

/** The contract under a lock, if the actor reaches it. */
async function lockContract(tx: Tx, { zoneId }: FreightDeps, actor: Actor, id: string) {
  if (!(await mayReach(tx, actor, zoneId, 'freight_contract', id))) return undefined
  return tx
    .selectFrom('freight_contract')
    .selectAll()
    .where('zone_id', '=', zoneId)
    .where('id', '=', id)
    .forUpdate()
    .executeTakeFirst()
}

export type NewPrice = {
  readonly id: string
  readonly goods: string
  readonly cargoClass: string
  readonly fromId: string
  readonly toId: string
  readonly measure: Measure
  /** Thousandths of a fen for a ton, cubic metre or truck; of the goods for a ton. */
  readonly carrierMilliFen: number
  readonly shipperMilliFen: number
  readonly goodsMilliFen: number
  readonly startsOn: string
  /** Null: as long as the contract. */
  readonly endsOn: string | null
}

/** Adds a price; a change of a price is another one that starts on a day, after the old one was ended. */
export async function addPrice(
  tx: Tx,
  deps: FreightDeps,
  actor: Actor,
  input: NewPrice,
): Promise<Result<{ id: string }, FreightError>> {
  const contract = await lockContract(tx, deps, actor, input.id)
  if (!contract) return err({ kind: 'not_found' })
  if (!hasRole(actor, ...dealingRoles)) return err({ kind: 'not_allowed' })
  if (contract.state === 'closed')
    return err({ kind: 'not_open', field: 'id', value: contract.number, rule: 'still_open' })
  const { goods, cargoClass, fromId, toId, measure, startsOn } = input
  const endsOn = input.endsOn ?? contract.valid_to
  if (!hasCode('cargo-class', cargoClass)) return refused('cargoClass', cargoClass, 'known_code cargo-class')
  if (fromId === toId) return refused('toId', toId, 'other_place')
  if (startsOn < contract.signed_on) return refused('startsOn', startsOn, `min ${contract.signed_on}`)
  if (endsOn > contract.valid_to) return refused('endsOn', endsOn, `max ${contract.valid_to}`)
  if (endsOn < startsOn) return refused('endsOn', endsOn, 'not_before_begin')
  const strange = await strangePlace(tx, deps, contract.shipper_id, [fromId, toId])
  if (strange) return refused(strange === fromId ? 'fromId' : 'toId', strange, 'open_place')
  const other = await tx
    .selectFrom('freight_contract_price')
    .select(['starts_on', 'ends_on'])
    .where('zone_id', '=', deps.zoneId)
    .where('contract_id', '=', input.id)
    .where('goods', '=', goods)
    .where('from_id', '=', fromId)
    .where('to_id', '=', toId)
    .where('starts_on', '<=', endsOn)
    .where('ends_on', '>=', startsOn)
    .limit(1)
    .executeTakeFirst()
  if (other)
    return err({
      kind: 'taken',
      field: 'startsOn',
      value: startsOn,
      rule: `price_stands ${other.starts_on}…${other.ends_on}`,
    })
  const id = newId()
  await tx
    .insertInto('freight_contract_price')
    .values({
      zone_id: deps.zoneId,
      id,
      contract_id: input.id,
      goods,
      cargo_class: cargoClass,
      from_id: fromId,
      to_id: toId,
      measure,
      carrier_milli_fen: input.carrierMilliFen,
      shipper_milli_fen: input.shipperMilliFen,
      goods_milli_fen: input.goodsMilliFen,
      starts_on: startsOn,
      ends_on: endsOn,
      created_at: at(deps.clock()),
      created_by: actor.name,
    })
    .execute()
  // The shipper reads the history: what carriers get is not in it.
  await note(tx, deps, actor, {
    objectKind: 'freight_contract',
    objectId: input.id,
    verb: 'add_price',
    data: { priceId: id, goods, fromId, toId, measure, shipperMilliFen: input.shipperMilliFen, startsOn, endsOn },
    to: [contract.shipper_id],
  })
  return ok({ id })
}

/** The place that is not there, is closed or belongs to another shipper, or null. */
async function strangePlace(
  tx: Tx,
  { zoneId }: FreightDeps,
  shipperId: string,
  ids: readonly string[],
): Promise<string | null> {
  const rows = await tx
    .selectFrom('freight_place')
    .select('id')
    .where('zone_id', '=', zoneId)
    .where('id', 'in', ids)
    .where('state', '=', 'open')
    .where((where) => where.or([where('shipper_id', 'is', null), where('shipper_id', '=', shipperId)]))
    .execute()
  const known = new Set(rows.map(({ id }) => id))
  return ids.find((id) => !known.has(id)) ?? null
}

/** Ends a price with a last day that is not over: what counted on past days stays as it was. */
export async function endPrice(
  tx: Tx,
  deps: FreightDeps,
  actor: Actor,
  input: { readonly id: string; readonly priceId: string; readonly endsOn: string; readonly why: string },
): Promise<Result<{ id: string }, FreightError>> {
  const contract = await lockContract(tx, deps, actor, input.id)
  if (!contract) return err({ kind: 'not_found' })
  if (!hasRole(actor, ...dealingRoles)) return err({ kind: 'not_allowed' })
  const { priceId, endsOn } = input
  const price = await tx
    .selectFrom('freight_contract_price')
    .select(['starts_on', 'ends_on'])
    .where('zone_id', '=', deps.zoneId)
    .where('contract_id', '=', input.id)
    .where('id', '=', priceId)
    .executeTakeFirst()
  if (!price) return err({ kind: 'not_found' })
  const today = localDateOf(deps.clock())
  const earliest = price.starts_on > today ? price.starts_on : today
  if (endsOn < earliest) return refused('endsOn', endsOn, `min ${earliest}`)
  if (endsOn > price.ends_on) return refused('endsOn', endsOn, `max ${price.ends_on}`)
  await tx
    .updateTable('freight_contract_price')
    .set({ ends_on: sql`${endsOn}::date` })
    .where('zone_id', '=', deps.zoneId)
    .where('id', '=', priceId)
    .execute()
  await note(tx, deps, actor, {
    objectKind: 'freight_contract',
    objectId: input.id,
    verb: 'end_price',
    why: input.why,
    data: { priceId, endsOn },
    to: [contract.shipper_id],
  })
  return ok({ id: priceId })
}
