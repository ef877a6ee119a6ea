import { err, ok, type EpochMs, type Result } from '@tingzhou/kernel'
import type { Actor } from '@tingzhou/parties'
import { mapRows, type MappedValue, type Table } from '@tingzhou/sheets'
import type { ChainProduct, ZoneCatalogue } from '../catalogue/store.ts'
import type { Fault } from '../problems.ts'
import { keepsFor } from '../reach.ts'
import type { FirmNode } from './firm.ts'
import { linkColumns, positionColumns, type Amount } from './import-columns.ts'
import { endsFault, linkTable, tradeOf, type NewLink } from './link.ts'
import { oddities, positionTable, volumesOf, type NewPosition, type Warning } from './position.ts'
import { freightFault, timeFault } from './quantity.ts'
import { wayOf } from './way.ts'
import type { YearTable } from './year-table.ts'

/** What rows are looked at with. */
export type Books = {
  readonly actor: Actor
  readonly now: EpochMs
  readonly firms: ReadonlyMap<string, readonly FirmNode[]>
  readonly products: ReadonlyMap<string, readonly ChainProduct[]>
  readonly rateFen: number
  readonly synthetic: boolean
}

/** How the rows of one kind are looked at, and where they are written. */
export type Kind<Cells, New extends object> = {
  readonly read: (table: Table) => {
    readonly bad: ReturnType<typeof mapRows>['bad']
    readonly good: readonly { readonly rowNumber: number; readonly value: Cells }[]
  }
  readonly firmsOf: (cells: Cells) => readonly string[]
  readonly judge: (
    cells: Cells,
    books: Books,
  ) => Result<{ readonly fresh: New; readonly warnings: readonly Warning[] }, Fault>
  readonly into: YearTable<New>
  /** Where a row is told that another one is the same. */
  readonly keyColumn: string
}

const refused = (field: string, value: string, rule: string) => err({ field, value, rule })

/** The one firm that a cell names. */
function firmOf({ firms }: Books, field: string, word: string): Result<FirmNode, Fault> {
  const found = firms.get(word) ?? []
  const [firm] = found
  if (!firm) return refused(field, word, 'within_reach')
  if (found.length > 1) return refused(field, word, `ambiguous_name ${found.length}`)
  return firm.isOpen ? ok(firm) : refused(field, word, 'still_open')
}

/** The one open product that a cell names, by code or by any name in any language. */
function productOf({ products }: Books, word: string): Result<ChainProduct, Fault> {
  const found = products.get(nameKey(word)) ?? []
  const [product] = found
  if (!product) return refused('product', word, 'known_product')
  if (found.length > 1) return refused('product', word, `ambiguous_product ${found.map(({ code }) => code).join(', ')}`)
  return ok(product)
}

const nameKey = (word: string): string => word.normalize('NFKC').trim().toLowerCase()

/** Open products by each of their names; a code stands for its product alone. */
export function productsByName({ catalogue, products }: ZoneCatalogue): ReadonlyMap<string, readonly ChainProduct[]> {
  const named = new Map<string, Set<ChainProduct>>()
  for (const { code, zh, en } of catalogue.products.values()) {
    const product = products.get(code)
    if (!product) continue
    for (const name of [...zh, ...en].map(nameKey)) named.set(name, (named.get(name) ?? new Set()).add(product))
  }
  const byName = new Map([...named].map(([name, found]) => [name, [...found]]))
  for (const { code } of catalogue.products.values()) {
    const product = products.get(code)
    if (product) byName.set(nameKey(code), [product])
  }
  return byName
}

const told = (amount: Amount) => ('number' in amount ? { number: amount.number } : { text: amount.text })

type PositionCells = MappedValue<typeof positionColumns>
type LinkCells = MappedValue<typeof linkColumns>

export const positionSheet: Kind<PositionCells, NewPosition> = {
  read: (table) => mapRows(positionColumns, table),
  firmsOf: ({ firm }) => [firm],
  judge: (cells, books) => {
    const firm = firmOf(books, 'firm', cells.firm)
    if (!firm.ok) return firm
    if (!keepsFor(books.actor, firm.value.id)) return refused('firm', cells.firm, 'yours')
    const product = productOf(books, cells.product)
    if (!product.ok) return product
    const late = timeFault(books.now, cells)
    if (late) return err(late)
    const [can, does] = [told(cells.capacity), told(cells.output)]
    const { isQualified, evidence, asOf } = cells
    const words = { isQualified: isQualified ?? true, evidence: evidence ?? '', asOf }
    const volumes = volumesOf(
      { ...words, capacity: can.number, capacityText: can.text, output: does.number, outputText: does.text },
      product.value,
      null,
    )
    if (!volumes.ok) return volumes
    const fresh: NewPosition = {
      firm_id: firm.value.id,
      is_outside: firm.value.isOutside,
      product_code: product.value.code,
      role: cells.role,
      year: cells.year,
      ...volumes.value,
      is_qualified: words.isQualified,
      evidence: words.evidence,
      as_of: asOf,
      synthetic: books.synthetic,
    }
    return ok({ fresh, warnings: oddities(fresh) })
  },
  into: positionTable,
  keyColumn: 'product',
}

export const linkSheet: Kind<LinkCells, NewLink> = {
  read: (table) => mapRows(linkColumns, table),
  firmsOf: ({ seller, buyer }) => [seller, buyer],
  judge: (cells, books) => {
    const seller = firmOf(books, 'seller', cells.seller)
    if (!seller.ok) return seller
    const buyer = firmOf(books, 'buyer', cells.buyer)
    if (!buyer.ok) return buyer
    const ends = endsFault(seller.value, buyer.value)
    if (ends) return err(ends)
    if (!keepsFor(books.actor, seller.value.id) && !keepsFor(books.actor, buyer.value.id))
      return refused('buyer', cells.buyer, 'yours')
    const product = productOf(books, cells.product)
    if (!product.ok) return product
    const late = timeFault(books.now, cells)
    if (late) return err(late)
    const volume = told(cells.volume)
    const trade = tradeOf(
      { volume: volume.number, volumeText: volume.text, priceFen: cells.price },
      product.value,
      null,
    )
    if (!trade.ok) return trade
    const way = wayOf({ distanceKm: cells.distanceKm, source: cells.source ?? '' }, seller.value, buyer.value)
    if (!way.ok) return way
    const fresh: NewLink = {
      seller_id: seller.value.id,
      seller_outside: seller.value.isOutside,
      buyer_id: buyer.value.id,
      buyer_outside: buyer.value.isOutside,
      product_code: product.value.code,
      year: cells.year,
      ...trade.value,
      ...way.value,
      mode: cells.mode ?? 'road',
      rate_fen: cells.rate === null ? books.rateFen : cells.rate * 100,
      is_contract: cells.isContract ?? false,
      as_of: cells.asOf,
      synthetic: books.synthetic,
    }
    const dear = freightFault(fresh.rate_fen, fresh.distance_km)
    return dear ? err(dear) : ok({ fresh, warnings: [] })
  },
  into: linkTable,
  keyColumn: 'seller',
}
