import { produces, type ChainSettings, type Economy, type SupplyRisks, type Target } from '@tingzhou/chain-model'
import { threeDigits, twoDigits } from '../rounding.ts'
import { countFirm } from '../run/counting.ts'
import type { LineCandidate, LineInput } from './tables.ts'
import type { List, RankPart, Weakness } from './words.ts'

/** A line of the lists as a run reckoned it, in codes and ids. */
export type ReckonedLine = {
  readonly chain: string
  readonly segment: string
  readonly product: string
  readonly list: List
  /** Fen a year; null beyond a safe integer. */
  readonly valueFen: number | null
  readonly parts: Readonly<Record<string, number>>
  readonly weaknesses: readonly Weakness[]
  readonly from: string | null
  readonly inputs: readonly LineInput[]
  /** Local buyers that are told, the greatest first. */
  readonly buyers: readonly { readonly firm: string; readonly volume: number }[]
  /** What all local buyers bought of the product, also those that are not told. */
  readonly bought: Bought
  readonly candidates: readonly LineCandidate[]
  /** Of the parts of a candidate's rank: `rankWeights`. */
  readonly weights: Readonly<Record<RankPart, number>>
  /** Firms behind the numbers, side by side: `firmsBehind`. */
  readonly behind: readonly number[]
  /** Whether sums of a product that the numbers are of stay closed: `closedOf` of the run. */
  readonly isClosed: boolean
}

/** Units a year, and the different firms on each side of them. */
export type Bought = { readonly units: number; readonly sellers: number; readonly buyers: number }

/** Fewer firms than the least, yet some: what stands for them could be read back to one. Pure. O(sides). */
export const isTelling = (behind: readonly number[], kMin: number): boolean =>
  behind.some((firms) => firms > 0 && firms < kMin)

/** The weights of a candidate's rank. Pure. O(1). */
export const rankWeights = (settings: ChainSettings): Readonly<Record<RankPart, number>> => ({
  link: settings.rankLink,
  product: settings.rankProduct,
  size: settings.rankSize,
  expansion: settings.rankExpansion,
  inputs: settings.rankInputs,
})

// Numbers of targets, positions and recipes come from the economy, so every read below is in range.

/**
 * How many firms stand behind the numbers of a line.
 * @returns a function of a line of `chainTargets` on the same economy: local firms that make and that need, the sellers and the buyers of
 *   what was counted, and those at risk where their output is in its value; of an extension, of its surplus
 * Source: own. O(positions x inputs + risks), then O(links of the line).
 */
export function firmsBehind(economy: Economy, risks: SupplyRisks): (target: Target) => readonly number[] {
  const { links, products } = economy
  const { makers, users } = makersAndUsers(economy)
  const atRisk = products.code.map(() => new Set<number>())
  for (let row = 0; row < risks.buyer.length; row++)
    if (risks.risk[row]! > 0) countFirm(atRisk[risks.product[row]!]!, risks.buyer[row]!)
  return (target) => {
    const product = target.list === 'extend' ? target.from : target.product
    const [sellers, buyers] = [new Set<number>(), new Set<number>()]
    for (const link of target.value.links) {
      countFirm(sellers, links.seller[link]!)
      countFirm(buyers, links.buyer[link]!)
    }
    const own = target.list === 'strengthen' ? [atRisk[product]!.size] : []
    return [makers[product]!.size, users[product]!.size, sellers.size, buyers.size, ...own]
  }
}

/** What all local firms buy of each product, by its number. Source: own. O(links + products). */
export function boughtHere({ links, firms, products }: Economy): readonly Bought[] {
  const sums = products.code.map(() => ({ units: 0, sellers: new Set<number>(), buyers: new Set<number>() }))
  for (let link = 0; link < links.product.length; link++) {
    if (!firms.isLocal[links.buyer[link]!]) continue
    const sum = sums[links.product[link]!]!
    sum.units += links.volume[link]!
    countFirm(sum.sellers, links.seller[link]!)
    countFirm(sum.buyers, links.buyer[link]!)
  }
  return sums.map(({ units, sellers, buyers }) => ({ units, sellers: sellers.size, buyers: buyers.size }))
}

type Sides = { readonly makers: readonly Set<number>[]; readonly users: readonly Set<number>[] }

/** Local firms that can make each product, and those whose output needs it. */
function makersAndUsers({ positions, firms, recipes, products }: Economy): Sides {
  const none = () => products.code.map(() => new Set<number>())
  const [makers, users] = [none(), none()]
  for (let position = 0; position < positions.firm.length; position++) {
    const [firm, product] = [positions.firm[position]!, positions.product[position]!]
    if (positions.role[position] !== produces || !firms.isLocal[firm]) continue
    if (positions.capacity[position]! > 0) countFirm(makers[product]!, firm)
    if (positions.output[position]! > 0)
      for (let at = recipes.start[product]!; at < recipes.start[product + 1]!; at++)
        if (recipes.coefficient[at]! > 0) countFirm(users[recipes.input[at]!]!, firm)
  }
  return { makers, users }
}

/** Prices and coefficients, which give no firm away; every other number of a formula is rounded with its value. */
const plainParts: ReadonlySet<string> = new Set([
  'priceFen',
  'marginShare',
  'mes',
  'coefficient',
  'inputsFen',
  'addedFen',
])

/** Numbers that come from what firms make, need and are alone; the others come from what they traded. */
const ownParts: ReadonlySet<string> = new Set(['need', 'capacity', 'missing', 'utilisation', 'strongFirms'])

/** A line as it may be shown. Pure. O(parts). */
export function shownLine(line: ReckonedLine, kMin: number) {
  const { list, valueFen, parts, inputs, bought, isClosed } = line
  const isRounded = isClosed || isTelling(line.behind, kMin)
  const own = (value: number): number => (isRounded ? twoDigits(value) : value)
  const traded = (value: number): number => (isRounded ? twoDigits(value) : threeDigits(value))
  const shown = (name: string, value: number): number =>
    plainParts.has(name) ? value : ownParts.has(name) ? own(value) : traded(value)
  const units = unitsOf(line)
  return {
    isRounded,
    value: valueFen === null ? null : Math.round(traded(valueFen)),
    parts: Object.fromEntries(Object.entries(parts).map(([name, value]) => [name, shown(name, value)])),
    inputs: inputs.map((input) => ({ ...input, units: traded(input.units), needed: own(input.needed) })),
    units: list === 'fill' ? own(units) : traded(units),
    buyersVolume: isClosed || Math.min(bought.sellers, bought.buyers) < kMin ? null : twoDigits(bought.units),
  }
}

/** What a new plant could sell, units a year: what is missing, what the surplus becomes, what local firms could buy here and do not. */
function unitsOf({ list, parts }: ReckonedLine): number {
  if (list === 'fill') return parts.missing ?? 0
  if (list === 'extend') return parts.output ?? 0
  return Math.max(0, (parts.potential ?? 0) - (parts.actual ?? 0)) * (parts.need ?? 0)
}
