import { haversineM } from '@tingzhou/geo'
import { rowsOf } from './columns.ts'
import { produces, type Economy } from './economy.ts'
import { figureOf, type Figure } from './figure.ts'
import type { ChainSettings } from './settings.ts'

/** An outside firm that might come, and why it stands where it stands. */
export type Candidate = {
  readonly firm: number
  /** 0 to 1: Σ weight·part of link, product, size, expansion and inputs. */
  readonly rank: Figure
}

/** What is wanted: a product, its minimum efficient scale, units a year, and the lead firms of the chain, here or outside. */
export type Wanted = { readonly product: number; readonly mes: number; readonly leaders: readonly number[] }

/**
 * Outside firms that could make a product here: those that sell it to a local buyer or a leader, make it, or are of its class.
 * @returns best first, equal ones by number; at most the settings' `listMax`
 * Source: own. O(outside firms + links of the product + local makers of its inputs).
 */
export function candidatesFor(
  economy: Economy,
  { product, mes, leaders }: Wanted,
  settings: ChainSettings,
): readonly Candidate[] {
  const { firms, links } = economy
  const isBuyer = (firm: number): boolean => firms.isLocal[firm] === 1 || leaders.includes(firm)
  const sellers = new Set<number>()
  // Links and firms come from the economy, so every read below is in range.
  for (const link of rowsOf(links.byProduct, product)) if (isBuyer(links.buyer[link]!)) sellers.add(links.seller[link]!)
  const sources = inputSources(economy, product)
  return [...known(economy, product, sellers)]
    .map((firm) => ({ firm, rank: rankOf(economy, firm, { product, mes, isBuyer, sellers, sources, settings }) }))
    .toSorted((a, b) => (b.rank.value ?? 0) - (a.rank.value ?? 0) || a.firm - b.firm)
    .slice(0, settings.listMax)
}

/** Outside firms with a reason to be asked. */
function known(
  { firms, positions, products }: Economy,
  product: number,
  sellers: ReadonlySet<number>,
): ReadonlySet<number> {
  const found = new Set<number>()
  for (const firm of sellers) if (!firms.isLocal[firm]) found.add(firm)
  for (const position of rowsOf(positions.byProduct, product))
    if (positions.role[position] === produces && !firms.isLocal[positions.firm[position]!])
      found.add(positions.firm[position]!)
  const industry = products.industry[product]!
  if (industry === '') return found
  for (const [firm, own] of firms.industry.entries()) if (own === industry && !firms.isLocal[firm]) found.add(firm)
  return found
}

type Question = {
  readonly product: number
  readonly mes: number
  readonly isBuyer: (firm: number) => boolean
  readonly sellers: ReadonlySet<number>
  readonly sources: readonly number[]
  readonly settings: ChainSettings
}

function rankOf(
  economy: Economy,
  firm: number,
  { product, mes, isBuyer, sellers, sources, settings }: Question,
): Figure {
  const { firms, links, positions, products } = economy
  const sold = rowsOf(links.bySeller, firm)
  const sellsHere = sold.filter((link) => isBuyer(links.buyer[link]!))
  const link = sellers.has(firm) ? 1 : sellsHere.length > 0 ? 0.5 : 0
  let [fit, capacity] = [
    firms.industry[firm] !== '' && firms.industry[firm] === products.industry[product] ? 0.25 : 0,
    0,
  ]
  for (const position of rowsOf(positions.byFirm, firm)) {
    if (positions.role[position] !== produces) continue
    const own = positions.product[position]!
    if (own === product) [fit, capacity] = [1, capacity + positions.capacity[position]!]
    else if (products.family[own] !== '' && products.family[own] === products.family[product]) fit = Math.max(fit, 0.5)
  }
  if (sold.some((one) => links.product[one] === product)) fit = 1
  const size = mes > 0 ? Math.min(1, capacity / mes) : capacity > 0 ? 1 : 0
  const expansion = firms.expansion[firm]!
  const km = kmTo(economy, firm, sources)
  const inputs = Number.isFinite(km) ? Math.max(0, 1 - km / settings.inputsKm) : 0
  const value =
    settings.rankLink * link +
    settings.rankProduct * fit +
    settings.rankSize * size +
    settings.rankExpansion * expansion +
    settings.rankInputs * inputs
  const parts = { link, product: fit, size, expansion, inputs, capacity, mes, ...(Number.isFinite(km) ? { km } : {}) }
  return figureOf(value, parts, sellsHere)
}

/** Local firms that make what the product is made of, and whose place is known, from south to north. */
function inputSources({ recipes, positions, firms }: Economy, product: number): readonly number[] {
  const sources = new Set<number>()
  for (let at = recipes.start[product]!; at < recipes.start[product + 1]!; at++) {
    if (recipes.coefficient[at]! <= 0) continue
    for (const position of rowsOf(positions.byProduct, recipes.input[at]!)) {
      const firm = positions.firm[position]!
      const isPlaced = Number.isFinite(firms.lon[firm]) && Number.isFinite(firms.lat[firm])
      if (positions.role[position] === produces && firms.isLocal[firm] && isPlaced) sources.add(firm)
    }
  }
  return [...sources].toSorted((a, b) => firms.lat[a]! - firms.lat[b]!)
}

// A degree of latitude is at least as long on the sphere of the exact way.
const kmPerDegree = 111

/** The straight way from a firm to the nearest of others, from south to north; not a number when no place is known. */
function kmTo({ firms }: Economy, firm: number, others: readonly number[]): number {
  const place = (one: number) => ({ lon: firms.lon[one]!, lat: firms.lat[one]! })
  const from = place(firm)
  if (others.length === 0 || !Number.isFinite(from.lon) || !Number.isFinite(from.lat)) return Number.NaN
  let [low, north] = [0, others.length]
  while (low < north) {
    const middle = (low + north) >> 1
    if (firms.lat[others[middle]!]! < from.lat) low = middle + 1
    else north = middle
  }
  let [south, least] = [north - 1, Infinity]
  const look = (at: number): boolean => {
    const other = others[at]
    if (other === undefined || Math.abs(firms.lat[other]! - from.lat) * kmPerDegree > least) return false
    least = Math.min(least, haversineM(from, place(other)) / 1_000)
    return true
  }
  while (look(north)) north++
  while (look(south)) south--
  return least
}
