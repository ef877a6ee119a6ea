import type { Chain, Economy } from './economy.ts'
import { figureOf, type Figure } from './figure.ts'
import { createMarkets, type Markets } from './market.ts'
import { roundedFen } from './money.ts'
import type { Needs } from './need.ts'
import type { ProductFigures } from './products.ts'
import type { SupplyRisks } from './risk.ts'
import type { ChainSettings } from './settings.ts'

/** What asks for a link to be strengthened. */
export type Weakness = 'little_local' | 'concentrated' | 'idle' | 'no_strong_firm'

/** A line of the lists: worth so much a year, for these reasons. */
export type Target = {
  readonly chain: string
  readonly segment: string
  /** What is missing, made from it, or weak. */
  readonly product: number
  /** Fen a year, whole, null beyond a safe integer; its parts are every number of the formula. */
  readonly value: Figure
  readonly buyers: readonly LocalBuyer[]
} & (
  | { readonly list: 'fill' }
  | { readonly list: 'extend'; readonly from: number; readonly inputs: readonly FurtherInput[] }
  | { readonly list: 'strengthen'; readonly weaknesses: readonly Weakness[] }
)

/** A local firm that buys the product, units a year. */
export type LocalBuyer = { readonly firm: number; readonly volume: number }

/** What else an extension needs: units a year, what is needed already, and whether it is made here. */
export type FurtherInput = {
  readonly product: number
  readonly units: number
  readonly needed: number
  readonly isLocal: boolean
}

/** What the lists are made of. */
export type TargetInputs = {
  readonly economy: Economy
  readonly needs: Needs
  readonly products: readonly ProductFigures[]
  readonly risks: SupplyRisks
  readonly settings: ChainSettings
}

/**
 * The lists 延链 extend, 补链 fill and 强链 strengthen of every chain.
 * @returns most valuable first, then by chain, list and product. A product that stands in several chains has a line in each
 * Source: own. O(chains' products x inputs + links).
 */
export function chainTargets(inputs: TargetInputs): readonly Target[] {
  const { economy } = inputs
  const work: Work = { ...inputs, markets: createMarkets(economy, inputs.settings), riskFen: riskFenOf(inputs) }
  return economy.chains
    .flatMap((chain) => targetsOf(work, chain))
    .toSorted(
      (a, b) =>
        (b.value.value ?? 0) - (a.value.value ?? 0) ||
        compare(a.chain, b.chain) ||
        compare(a.list, b.list) ||
        a.product - b.product,
    )
}

const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0)

type Work = TargetInputs & {
  readonly markets: Markets
  /** By product: Σ risk·dependent output over local buyers, fen a year, and how many are flagged. */
  readonly riskFen: { readonly fen: Float64Array; readonly flagged: Int32Array }
}

// Products, buyers and rows come from the economy, so every read of an array below is in range.

function riskFenOf({ economy, risks, settings }: TargetInputs): Work['riskFen'] {
  const count = economy.products.code.length
  const [fen, flagged] = [new Float64Array(count), new Int32Array(count)]
  for (let row = 0; row < risks.buyer.length; row++) {
    // What cannot be followed has no risk to add.
    if (Number.isNaN(risks.risk[row])) continue
    fen[risks.product[row]!]! += risks.risk[row]! * risks.dependentFen[row]!
    if (risks.risk[row]! >= settings.riskAt) flagged[risks.product[row]!]!++
  }
  return { fen, flagged }
}

function targetsOf(work: Work, chain: Chain): readonly Target[] {
  const places = new Map<number, [Own, ...Own[]]>()
  for (const own of chain.products) {
    const others = places.get(own.product)
    if (others) others.push(own)
    else places.set(own.product, [own])
  }
  // A product may serve several segments; one line of a list is enough. It is filled where it is required and needed enough.
  return [...places.values()].flatMap((all) => {
    const fill = all.map((one) => fillOf(work, chain, one)).find((target) => target !== null)
    return [fill ?? null, extendOf(work, chain, all[0]), strengthenOf(work, chain, all[0])].filter(
      (target) => target !== null,
    )
  })
}

type Own = Chain['products'][number]

const sufficiencyOf = ({ products }: Work, product: number): number => products[product]!.sufficiency.value ?? 0

function fillOf(work: Work, { code }: Chain, { product, segment, isRequired, mes }: Own): Target | null {
  const { settings, markets, needs, economy } = work
  const [need, capacity] = [needs.need[product]!, needs.capacity[product]!]
  if (!isRequired || need === 0 || sufficiencyOf(work, product) >= settings.missingBelow) return null
  if (need < settings.mesShare * mes) return null
  const { outsideFen, localFen, inward } = markets.freight(product)
  const priceFen = economy.products.priceFen[product]!
  const told = economy.products.marginShare[product]!
  const marginShare = told < 0 ? settings.marginShare : told
  const missing = need - capacity
  const value = roundedFen(missing * (outsideFen - localFen) + missing * priceFen * marginShare)
  const parts = { need, capacity, missing, outsideFen, localFen, priceFen, marginShare, mes }
  return {
    list: 'fill',
    chain: code,
    segment,
    product,
    value: figureOf(value, parts, inward),
    buyers: markets.buyers(product),
  }
}

/** A product of the chain that is missing and could be made from a surplus: of several surpluses, from the one that is worth most. */
function extendOf(work: Work, { code }: Chain, { product, segment }: Own): Target | null {
  const { economy, needs, products, settings, markets } = work
  const { recipes } = economy
  if (sufficiencyOf(work, product) >= settings.missingBelow) return null
  const { priceFen } = economy.products
  let inputsFen = 0
  for (let at = recipes.start[product]!; at < recipes.start[product + 1]!; at++)
    inputsFen += recipes.coefficient[at]! * priceFen[recipes.input[at]!]!
  const addedFen = priceFen[product]! - inputsFen
  let best: { from: number; value: number; surplus: number; coefficient: number; output: number } | null = null
  for (let at = recipes.start[product]!; at < recipes.start[product + 1]!; at++) {
    const [from, coefficient] = [recipes.input[at]!, recipes.coefficient[at]!]
    if (coefficient <= 0 || from === product) continue
    // Sold outside unprocessed: no more than is left here, and no more than was sold there.
    const surplus = Math.min(Math.max(0, needs.output[from]! - needs.need[from]!), markets.soldOutside(from).units)
    const value = roundedFen((surplus / coefficient) * addedFen)
    if (value > (best?.value ?? 0)) best = { from, value, surplus, coefficient, output: surplus / coefficient }
  }
  if (best === null) return null
  const { from, value, surplus, coefficient, output } = best
  const inputs: FurtherInput[] = []
  for (let at = recipes.start[product]!; at < recipes.start[product + 1]!; at++) {
    const [input, units] = [recipes.input[at]!, recipes.coefficient[at]!]
    if (input === from || units <= 0) continue
    const isLocal = (products[input]!.sufficiency.value ?? 0) >= settings.missingBelow
    inputs.push({ product: input, units: units * output, needed: needs.need[input]!, isLocal })
  }
  const parts = { surplus, coefficient, output, priceFen: priceFen[product]!, inputsFen, addedFen }
  return {
    list: 'extend',
    chain: code,
    segment,
    product,
    from,
    inputs,
    value: figureOf(value, parts, markets.soldOutside(from).links),
    buyers: markets.buyers(product),
  }
}

function strengthenOf(work: Work, { code }: Chain, { product, segment }: Own): Target | null {
  const { settings, markets, riskFen, products } = work
  const { capacity, output, need, potentialLocal, actualLocal, concentration } = products[product]!
  if (capacity === 0) return null
  const [potential, hhi] = [potentialLocal.value ?? 0, concentration.value ?? 0]
  // Where local firms buy nothing there is no local supply to be missed.
  const actual = actualLocal.value ?? potential
  const utilisation = output / capacity
  const strongFirms = markets.strongMakers(product)
  const weaknesses: Weakness[] = []
  if (actual < potential - settings.gapAbove) weaknesses.push('little_local')
  if (hhi > settings.highlyConcentratedAt) weaknesses.push('concentrated')
  if (utilisation < settings.utilisationBelow) weaknesses.push('idle')
  if (strongFirms === 0) weaknesses.push('no_strong_firm')
  if (weaknesses.length === 0) return null
  const { outsideFen, localFen, inward } = markets.freight(product)
  const gap = Math.max(0, potential - actual)
  const lostFen = riskFen.fen[product]!
  const value = roundedFen(gap * need * (outsideFen - localFen) + lostFen)
  const parts = {
    potential,
    actual,
    need,
    outsideFen,
    localFen,
    riskFen: lostFen,
    buyersAtRisk: riskFen.flagged[product]!,
    hhi,
    utilisation,
    strongFirms,
  }
  return {
    list: 'strengthen',
    chain: code,
    segment,
    product,
    weaknesses,
    value: figureOf(value, parts, inward),
    buyers: markets.buyers(product),
  }
}
