import { readEconomy, type Economy } from './economy.ts'
import type { EconomyRows, FirmRow, LinkRow, PositionRow, ProductRow } from './rows.ts'

/** An economy of a few rows. */
export function economyOf(rows: Partial<EconomyRows>): Economy {
  const read = readEconomy({ ...emptyRows, ...rows })
  if (!read.ok) throw new Error(JSON.stringify(read.error))
  return read.value
}

/** Nothing. */
export const emptyRows: EconomyRows = {
  products: [],
  recipes: [],
  firms: [],
  positions: [],
  links: [],
  demands: [],
  chains: [],
}

/** A product by the tonne at 1,000 yuan. */
export const goods = (code: string, more: Partial<ProductRow> = {}): ProductRow => ({
  code,
  kgPerUnit: 1_000,
  priceFen: 100_000,
  ...more,
})

/** A local firm in the middle of the zone. */
export const local = (id: string, more: Partial<FirmRow> = {}): FirmRow => ({
  id,
  isLocal: true,
  lon: 87.3,
  lat: 44,
  ...more,
})

/** A firm far away. */
export const foreign = (id: string, more: Partial<FirmRow> = {}): FirmRow => ({
  id,
  isLocal: false,
  lon: 113,
  lat: 34,
  ...more,
})

/** Who makes how much of how much. */
export const maker = (firm: string, product: string, output: number, capacity = output): PositionRow => ({
  firm,
  product,
  role: 'produce',
  capacity,
  output,
})

/** A purchase at 1,000 yuan a unit from 100 km away. */
export const sale = (
  seller: string,
  buyer: string,
  product: string,
  volume: number,
  more: Partial<LinkRow> = {},
): LinkRow => ({
  seller,
  buyer,
  product,
  volume,
  priceFen: 100_000,
  distanceKm: 100,
  rateFen: 35,
  isContract: false,
  ...more,
})
