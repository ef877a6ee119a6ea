import { sql } from 'kysely'
import { clearReach, reaches } from '@tingzhou/access'
import { at, expectRevision, type Tx } from '@tingzhou/db'
import { err, ok, type Result } from '@tingzhou/kernel'
import type { Actor } from '@tingzhou/parties'
import type { RecordDeps, Saved } from '@tingzhou/records'
import type { ChainProduct } from '../catalogue/store.ts'
import type { ChainsError, Fault } from '../problems.ts'
import { keepsFor } from '../reach.ts'
import { note } from '../record.ts'
import { chainSettings } from '../settings/settings.ts'
import '../tables.ts'
import type { Mode } from '../words.ts'
import { findFirm, openFirm } from './firm.ts'
import { freightFault, knownProduct, massFault, openProduct, timeFault, valueFault, volumeTold } from './quantity.ts'
import { maskedChanges, seesTrade } from './trade.ts'
import { wayOf } from './way.ts'
import { insertInto, type YearTable } from './year-table.ts'

/** What is told of a supply link 供应关系. */
export type LinkTold = {
  readonly volume?: number | undefined
  readonly volumeText?: string | undefined
  readonly priceFen?: number | undefined
  readonly distanceKm: number | null
  readonly mode: Mode
  readonly rateFen: number | null
  readonly isContract: boolean
  readonly source: string
  readonly asOf: string
}

/** A link on its way into the table. */
export type NewLink = {
  readonly seller_id: string
  readonly seller_outside: boolean
  readonly buyer_id: string
  readonly buyer_outside: boolean
  readonly product_code: string
  readonly year: number
  readonly volume: number
  readonly price_fen: number
  readonly distance_km: number
  readonly mode: Mode
  readonly rate_fen: number
  readonly is_contract: boolean
  readonly source: string
  readonly as_of: string
  readonly synthetic: boolean
}

/** Two firms, one of them here at least. Pure. */
export function endsFault(
  seller: { readonly id: string; readonly name: string; readonly isOutside: boolean },
  buyer: { readonly id: string; readonly name: string; readonly isOutside: boolean },
): Fault | null {
  if (seller.id === buyer.id) return { field: 'buyerId', value: buyer.name, rule: 'supplies_itself' }
  return seller.isOutside && buyer.isOutside ? { field: 'buyerId', value: buyer.name, rule: 'one_in_the_zone' } : null
}

/** Volume and price that a link had, where they stay. */
type Before = { readonly volume: number; readonly price_fen: number } | null

/**
 * Volume and price of a link as told, and whether all of it is a sane trade.
 * @param before  what stays where nothing is told; null: both must be told
 * @param sees    whether the teller sees what stays; who does not tells both or neither, or refusals would let him find out by guessing
 * Pure.
 */
export function tradeOf(
  told: Pick<LinkTold, 'volume' | 'volumeText' | 'priceFen'>,
  product: ChainProduct,
  before: Before,
  sees = true,
): Result<{ readonly volume: number; readonly price_fen: number }, Fault> {
  const read = volumeTold('volume', { number: told.volume, text: told.volumeText }, product)
  if (!read.ok) return read
  const isPriceTold = told.priceFen !== undefined
  if (before && read.value === null && !isPriceTold) return ok(before)
  if (!sees && (read.value === null || !isPriceTold))
    return err({ field: isPriceTold ? 'volume' : 'priceFen', value: '', rule: 'both_or_neither' })
  const [volume, priceFen] = [read.value ?? before?.volume, told.priceFen ?? before?.price_fen]
  if (volume === undefined) return err({ field: 'volume', value: '', rule: 'required' })
  if (priceFen === undefined) return err({ field: 'priceFen', value: '', rule: 'required' })
  if (volume === 0) return err({ field: 'volume', value: '0', rule: 'not_zero' })
  const absurd = valueFault('volume', volume, priceFen) ?? massFault('volume', volume, product)
  return absurd ? err(absurd) : ok({ volume, price_fen: priceFen })
}

/** Enters what a firm bought from another in a year; both reach it. */
export async function enterLink(
  tx: Tx,
  deps: RecordDeps,
  actor: Actor,
  input: LinkTold & {
    readonly sellerId: string
    readonly buyerId: string
    readonly productCode: string
    readonly year: number
    readonly synthetic: boolean
  },
): Promise<Result<Saved, ChainsError>> {
  const { zoneId } = deps
  const seller = await openFirm(tx, zoneId, 'sellerId', input.sellerId)
  if (!seller.ok) return seller
  const buyer = await openFirm(tx, zoneId, 'buyerId', input.buyerId)
  if (!buyer.ok) return buyer
  const ends = endsFault(seller.value, buyer.value)
  if (ends) return err({ kind: 'field_refused', ...ends })
  if (!keepsFor(actor, seller.value.id) && !keepsFor(actor, buyer.value.id)) return err({ kind: 'not_permitted' })
  const product = await openProduct(tx, zoneId, input.productCode)
  if (!product.ok) return product
  const late = timeFault(deps.clock(), input)
  if (late) return err({ kind: 'field_refused', ...late })
  const trade = tradeOf(input, product.value, null)
  if (!trade.ok) return err({ kind: 'field_refused', ...trade.error })
  const way = wayOf(input, seller.value, buyer.value)
  if (!way.ok) return err({ kind: 'field_refused', ...way.error })
  const row: NewLink = {
    seller_id: seller.value.id,
    seller_outside: seller.value.isOutside,
    buyer_id: buyer.value.id,
    buyer_outside: buyer.value.isOutside,
    product_code: input.productCode,
    year: input.year,
    ...trade.value,
    ...way.value,
    mode: input.mode,
    rate_fen: input.rateFen ?? (await chainSettings(tx, zoneId)).settings.rateFen,
    is_contract: input.isContract,
    as_of: input.asOf,
    synthetic: input.synthetic,
  }
  const dear = freightFault(row.rate_fen, row.distance_km)
  if (dear) return err({ kind: 'field_refused', ...dear })
  const [id = null] = await insertInto(tx, deps, actor, linkTable, [row])
  return id === null
    ? err({ kind: 'taken', field: 'sellerId', value: seller.value.name, rule: 'link_once' })
    : ok({ id, rev: 1 })
}

type Ends = Pick<NewLink, 'seller_id' | 'seller_outside' | 'buyer_id' | 'buyer_outside'>

/** The enterprises of the register that a link is of. */
const firmsHere = (link: Ends): readonly string[] => [
  ...(link.seller_outside ? [] : [link.seller_id]),
  ...(link.buyer_outside ? [] : [link.buyer_id]),
]

export const linkTable: YearTable<NewLink> = {
  table: 'chain_link',
  columns: {
    seller_id: 'text',
    seller_outside: 'boolean',
    buyer_id: 'text',
    buyer_outside: 'boolean',
    product_code: 'text',
    year: 'integer',
    volume: 'double precision',
    price_fen: 'bigint',
    distance_km: 'double precision',
    mode: 'text',
    rate_fen: 'double precision',
    is_contract: 'boolean',
    source: 'text',
    as_of: 'date',
    synthetic: 'boolean',
  },
  once: ['buyer_id', 'year', 'product_code', 'seller_id'],
  firmsHere,
  shown: (row) => maskedChanges({}, row, ['volume', 'price_fen']),
}

/** The link, locked and at the revision that was read, if the actor keeps it. */
async function keptLink(tx: Tx, { zoneId }: RecordDeps, actor: Actor, { id, rev }: Saved) {
  const row = await tx
    .selectFrom('chain_link')
    .selectAll()
    .where('zone_id', '=', zoneId)
    .where('id', '=', id)
    .where(reaches(actor, 'chain_link', { zoneId, objectId: sql.ref('chain_link.id') }))
    .forUpdate()
    .executeTakeFirst()
  if (!row) return err({ kind: 'not_found' } as const)
  if (!keepsFor(actor, row.seller_id) && !keepsFor(actor, row.buyer_id)) return err({ kind: 'not_permitted' } as const)
  const fresh = expectRevision(row.rev, rev)
  return fresh.ok ? ok(row) : fresh
}

/** Changes a link; who sold what to whom in which year stays. Who does not see volume and price leaves them as they are, or tells them anew. */
export async function changeLink(
  tx: Tx,
  deps: RecordDeps,
  actor: Actor,
  input: LinkTold & { readonly id: string; readonly rev: number; readonly why: string },
): Promise<Result<Saved, ChainsError>> {
  const { zoneId } = deps
  const { id } = input
  const kept = await keptLink(tx, deps, actor, input)
  if (!kept.ok) return kept
  const row = kept.value
  const late = timeFault(deps.clock(), { year: row.year, asOf: input.asOf })
  if (late) return err({ kind: 'field_refused', ...late })
  const product = await knownProduct(tx, zoneId, row.product_code)
  if (!product.ok) return product
  const stays = { volume: row.volume, price_fen: row.price_fen }
  const trade = tradeOf(input, product.value, stays, seesTrade(actor, row))
  if (!trade.ok) return err({ kind: 'field_refused', ...trade.error })
  const [seller, buyer] = [await findFirm(tx, zoneId, row.seller_id), await findFirm(tx, zoneId, row.buyer_id)]
  const way = wayOf(input, seller ?? { point: null }, buyer ?? { point: null })
  if (!way.ok) return err({ kind: 'field_refused', ...way.error })
  const after = {
    ...trade.value,
    ...way.value,
    mode: input.mode,
    rate_fen: input.rateFen ?? (await chainSettings(tx, zoneId)).settings.rateFen,
    is_contract: input.isContract,
    as_of: input.asOf,
  }
  const dear = freightFault(after.rate_fen, after.distance_km)
  if (dear) return err({ kind: 'field_refused', ...dear })
  await tx
    .updateTable('chain_link')
    .set({ ...after, rev: row.rev + 1, updated_at: at(deps.clock()), updated_by: actor.name })
    .where('zone_id', '=', zoneId)
    .where('id', '=', id)
    .execute()
  const isVolumeTold = input.volume !== undefined || (input.volumeText ?? '') !== ''
  await note(tx, deps, actor, {
    objectKind: 'chain_link',
    objectId: id,
    verb: 'change',
    why: input.why,
    data: maskedChanges(row, after, [
      ...(isVolumeTold ? (['volume'] as const) : []),
      ...(input.priceFen === undefined ? [] : (['price_fen'] as const)),
    ]),
    to: firmsHere(row),
  })
  return ok({ id, rev: row.rev + 1 })
}

/** Removes a link that was entered by mistake; its masked history stays. */
export async function removeLink(
  tx: Tx,
  deps: RecordDeps,
  actor: Actor,
  input: { readonly id: string; readonly rev: number; readonly why: string },
): Promise<Result<Saved, ChainsError>> {
  const { id } = input
  const kept = await keptLink(tx, deps, actor, input)
  if (!kept.ok) return kept
  const row = kept.value
  await tx.deleteFrom('chain_link').where('zone_id', '=', deps.zoneId).where('id', '=', id).execute()
  await note(tx, deps, actor, {
    objectKind: 'chain_link',
    objectId: id,
    verb: 'remove',
    why: input.why,
    data: maskedChanges(row, {}, ['volume', 'price_fen']),
    to: firmsHere(row),
  })
  await clearReach(tx, deps.zoneId, 'chain_link', id)
  return ok({ id, rev: row.rev + 1 })
}
