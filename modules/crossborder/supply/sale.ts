import { sql } from 'kysely'
import { grantReach, reaches } from '@tingzhou/access'
import { expectRevision, newId, type Tx } from '@tingzhou/db'
import { err, ok, type Result } from '@tingzhou/kernel'
import { findParty, type Actor } from '@tingzhou/parties'
import type { CrossborderError, Fault } from '../problems.ts'
import { keepsFor } from '../reach.ts'
import { changesBetween, note, writtenBy, type CrossborderDeps, type Saved } from '../record.ts'
import '../tables.ts'
import type { Currency, GoodsClass, State } from '../words.ts'

/** What a sale 外销合同 to a buyer abroad says. */
export type SaleFields = {
  readonly number: string
  readonly buyer: string
  readonly country: string
  readonly goodsClass: GoodsClass
  readonly goods: string
  readonly species: string
  readonly sku: string
  readonly pieces: number
  readonly currency: Currency
  readonly priceMinor: number
  readonly signedOn: string
  readonly validTo: string
  readonly remark: string
}

const toRow = (fields: SaleFields) => ({
  number: fields.number,
  buyer: fields.buyer,
  country: fields.country,
  goods_class: fields.goodsClass,
  goods: fields.goods,
  species: fields.species,
  sku: fields.sku,
  pieces: fields.pieces,
  currency: fields.currency,
  price_minor: fields.priceMinor,
  signed_on: fields.signedOn,
  valid_to: fields.validTo,
  remark: fields.remark,
})

/** Days in their order. Pure. O(1). */
const faultOf = ({ signedOn, validTo }: SaleFields): Fault | null =>
  signedOn <= validTo ? null : { field: 'validTo', value: validTo, rule: `not_before ${signedOn}` }

/** An enterprise that is open. One statement. */
export async function openEnterprise(
  tx: Tx,
  { zoneId }: CrossborderDeps,
  field: string,
  id: string,
): Promise<Result<{ readonly name: string }, CrossborderError>> {
  const party = await findParty(tx, zoneId, id)
  if (party?.kind !== 'enterprise') return err({ kind: 'field_refused', field, value: id, rule: 'within_reach' })
  if (party.state === 'closed') return err({ kind: 'not_open', field, value: party.name, rule: 'still_open' })
  return ok({ name: party.name })
}

/** Enters an export contract; the exporter reaches it. */
export async function enterSale(
  tx: Tx,
  deps: CrossborderDeps,
  actor: Actor,
  input: SaleFields & { readonly exporterId: string; readonly synthetic: boolean },
): Promise<Result<Saved, CrossborderError>> {
  const { exporterId, synthetic } = input
  if (!keepsFor(actor, exporterId)) return err({ kind: 'not_permitted' })
  const fault = faultOf(input)
  if (fault) return err({ kind: 'field_refused', ...fault })
  const exporter = await openEnterprise(tx, deps, 'exporterId', exporterId)
  if (!exporter.ok) return exporter
  const taken = await numberTaken(tx, deps, input.number, null)
  if (taken) return err(taken)
  const id = newId()
  const row = { ...toRow(input), exporter_id: exporterId, synthetic }
  await tx
    .insertInto('export_contract')
    .values({ zone_id: deps.zoneId, id, ...row, ...writtenBy(actor, deps.clock()) })
    .execute()
  await grantReach(tx, deps.zoneId, [
    { objectKind: 'export_contract', objectId: id, partyId: exporterId, relation: 'enterprise' },
  ])
  await note(tx, deps, actor, {
    objectKind: 'export_contract',
    objectId: id,
    verb: 'enter',
    data: changesBetween({}, row),
    to: [exporterId],
  })
  return ok({ id, rev: 1 })
}

async function numberTaken(
  tx: Tx,
  { zoneId }: CrossborderDeps,
  number: string,
  except: string | null,
): Promise<CrossborderError | null> {
  const row = await tx
    .selectFrom('export_contract')
    .select('id')
    .where('zone_id', '=', zoneId)
    .where('number', '=', number)
    .executeTakeFirst()
  return row && row.id !== except ? { kind: 'taken', field: 'number', value: number, rule: 'unique' } : null
}

/** Changes, closes or reopens an export contract; whose it is stays, and never below what shipments took. */
export async function changeSale(
  tx: Tx,
  deps: CrossborderDeps,
  actor: Actor,
  input: SaleFields & { readonly id: string; readonly rev: number; readonly why: string; readonly state: State },
): Promise<Result<Saved, CrossborderError>> {
  const { id } = input
  const row = await tx
    .selectFrom('export_contract')
    .selectAll()
    .where('zone_id', '=', deps.zoneId)
    .where('id', '=', id)
    .where(reaches(actor, 'export_contract', { zoneId: deps.zoneId, objectId: sql.ref('export_contract.id') }))
    .forUpdate()
    .executeTakeFirst()
  if (!row) return err({ kind: 'not_found' })
  if (!keepsFor(actor, row.exporter_id)) return err({ kind: 'not_permitted' })
  const fresh = expectRevision(row.rev, input.rev)
  if (!fresh.ok) return fresh
  const fault = faultOf(input) ?? fixedFault(input, row)
  if (fault) return err({ kind: 'field_refused', ...fault })
  if (input.pieces < row.drawn)
    return err({ kind: 'below_taken', field: 'pieces', value: input.pieces, rule: 'at_least', taken: row.drawn })
  const taken = await numberTaken(tx, deps, input.number, id)
  if (taken) return err(taken)
  const after = { ...toRow(input), state: input.state }
  await tx
    .updateTable('export_contract')
    .set({ ...after, rev: row.rev + 1, updated_at: new Date(deps.clock()), updated_by: actor.name })
    .where('zone_id', '=', deps.zoneId)
    .where('id', '=', id)
    .execute()
  await note(tx, deps, actor, {
    objectKind: 'export_contract',
    objectId: id,
    verb: 'change',
    why: input.why,
    data: changesBetween(row, after),
    to: [row.exporter_id],
  })
  return ok({ id, rev: row.rev + 1 })
}

/** What shipments were made of stays what it is. Pure. O(1). */
function fixedFault(
  { goodsClass, sku }: SaleFields,
  row: { readonly drawn: number; readonly goods_class: GoodsClass; readonly sku: string },
): Fault | null {
  if (row.drawn === 0) return null
  if (goodsClass !== row.goods_class) return { field: 'goodsClass', value: goodsClass, rule: 'drawn_already' }
  return sku === row.sku ? null : { field: 'sku', value: sku, rule: 'drawn_already' }
}
