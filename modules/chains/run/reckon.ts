import { defineJob } from '@tingzhou/compute'
import {
  betweenness,
  candidatesFor,
  chainTargets,
  checkSettings,
  hiddenSources,
  inputVersion,
  productFigures,
  readEconomy,
  supplyRisks,
  type ChainFault,
  type ChainSettings,
  type Economy,
  type SupplyRisks,
  type Target,
} from '@tingzhou/chain-model'
import { err, ok, type Result } from '@tingzhou/kernel'
import { boughtHere, firmsBehind, rankWeights, type ReckonedLine } from '../target/reckoned.ts'
import { chainRows, productRows, weaknessesOf, type FigureRow, type Weak } from './figures.ts'
import { chainFlows, type FlowRow } from './flows.ts'
import { networkOf, type NetworkBody } from './network.ts'
import { unpackEconomy, type PackedEconomy } from '../economy/packed.ts'
import { closedOf, thinFlows, type Closed } from './shown.ts'
import { criticalMax, type RunCounts } from './words.ts'

export type RunInput = {
  readonly packed: PackedEconomy
  readonly settings: ChainSettings
  /** How many firms must stand behind a sum that the lists tell. */
  readonly kMin: number
  /** The version of the last run, which is not reckoned again. */
  readonly known: string | null
}

export type RiskRow = {
  readonly buyer: string
  readonly product: string
  readonly supplier: string
  readonly risk: number
  readonly share: number
  readonly dependence: number
  readonly alternative: number
  readonly volume: number
  readonly dependentFen: number
}

export type HiddenRow = {
  readonly buyer: string
  readonly product: string
  readonly input: string
  readonly source: string
  readonly concentration: number
  readonly direct: number
  readonly followed: number
  readonly suppliers: number
  readonly sources: number
  readonly sourceShare: number
}

/** All that a run stores. */
export type Reckoned = {
  readonly version: string
  readonly counts: RunCounts
  readonly followed: number | null
  readonly pivots: number
  readonly isExact: boolean
  readonly figures: readonly FigureRow[]
  readonly flows: readonly FlowRow[]
  readonly risks: readonly RiskRow[]
  readonly hidden: readonly HiddenRow[]
  readonly critical: readonly { readonly firm: string; readonly value: number }[]
  readonly network: NetworkBody
  readonly lines: readonly ReckonedLine[]
}

export type RunAnswer = Result<{ readonly version: string; readonly reckoned: Reckoned | null }, ChainFault>

/** Everything that is known of a year, reckoned; nothing when the version is known already. */
export const runJob = defineJob('chains.run', (input: RunInput, shouldStop): RunAnswer => {
  const settings = checkSettings(input.settings)
  if (!settings.ok) return settings
  const read = readEconomy(unpackEconomy(input.packed))
  if (!read.ok) return read
  const version = inputVersion(read.value, input.settings)
  if (version === input.known) return ok({ version, reckoned: null })
  const reckoned = reckonAll(read.value, version, input, shouldStop)
  return reckoned
    ? ok({ version, reckoned })
    : err({ kind: 'too_large', field: 'seconds', value: 0, rule: 'run_unanswered' })
})

// Ways from a firm cost about as much as there are links: so many are followed that it takes minutes at most.
const wayStepsMax = 3e8

function reckonAll(
  economy: Economy,
  version: string,
  { settings, kMin }: RunInput,
  shouldStop: () => boolean,
): Reckoned | null {
  const { firms, products: goods, positions, links, chains } = economy
  const { needs, products } = productFigures(economy, settings)
  const risks = supplyRisks(economy, settings)
  // Rows, firms and products come from the economy, so every read of an array below is in range.
  const [firm, good] = [(number: number): string => firms.id[number]!, (number: number): string => goods.code[number]!]
  const riskRows = [...risks.risk.keys()]
    .filter((row) => risks.risk[row]! >= settings.riskAt)
    .map((row) => ({
      buyer: firm(risks.buyer[row]!),
      product: good(risks.product[row]!),
      supplier: firm(risks.supplier[row]!),
      risk: risks.risk[row]!,
      share: risks.share[row]!,
      dependence: risks.dependence[row]!,
      alternative: risks.alternative[row]!,
      volume: risks.volume[row]!,
      dependentFen: Math.round(risks.dependentFen[row]!),
    }))
  const hidden = hiddenSources(economy, settings).map(
    ({ buyer, product, input, source, sourceShare, concentration }): HiddenRow => ({
      buyer: firm(buyer),
      product: good(product),
      input: good(input),
      source: firm(source),
      concentration: concentration.value ?? 0,
      direct: concentration.parts['directSquares'] ?? 0,
      followed: concentration.parts['followed'] ?? 0,
      suppliers: concentration.parts['suppliers'] ?? 0,
      sources: concentration.parts['sources'] ?? 0,
      sourceShare,
    }),
  )
  const pivotsMax = Math.max(32, Math.min(firms.id.length, Math.floor(wayStepsMax / Math.max(1, links.seller.length))))
  const ways = betweenness(economy, { pivotsMax, shouldStop })
  if (!ways) return null
  const critical = [...ways.value.keys()]
    .filter((number) => ways.value[number]! > 0)
    .toSorted((a, b) => ways.value[b]! - ways.value[a]! || a - b)
    .slice(0, criticalMax)
  if (shouldStop()) return null
  const figures = productRows(economy, products, settings)
  const targets = chainTargets({ economy, needs, products, risks, settings })
  const flows = chainFlows(economy)
  const places = chains.flatMap((chain) =>
    chain.products.map(({ product, segment }) => ({ chain: chain.code, segment, product: good(product) })),
  )
  const closed = closedOf(figures, places, thinFlows(flows, kMin), kMin)
  const weak = weakOf(riskRows, hidden)
  const everywhere = chains.flatMap((chain) => chain.products)
  return {
    version,
    counts: {
      products: goods.code.length,
      firms: firms.id.length,
      localFirms: firms.isLocal.reduce((sum, is) => sum + is, 0),
      positions: positions.firm.length,
      links: links.seller.length,
      chains: chains.length,
      ...weaknessesOf(economy, everywhere, products, weak, settings),
    },
    followed: risks.followed.value,
    pivots: ways.pivots,
    isExact: ways.isExact,
    figures: [...figures, ...chainRows(economy, products, figures, weak, settings)],
    flows,
    risks: riskRows,
    hidden,
    critical: critical.map((number) => ({ firm: firm(number), value: ways.value[number]! })),
    network: networkOf(economy, critical),
    lines: targets.map(liner(economy, risks, closed, settings)),
  }
}

function weakOf(risks: readonly RiskRow[], hidden: readonly HiddenRow[]): ReadonlyMap<string, Weak> {
  const weak = new Map<string, { risks: number; hidden: number }>()
  const of = (product: string) => {
    const own = weak.get(product) ?? { risks: 0, hidden: 0 }
    weak.set(product, own)
    return own
  }
  for (const { product } of risks) of(product).risks++
  for (const { product } of hidden) of(product).hidden++
  return weak
}

/** A line as the lists keep it: with codes and ids, and outside firms that might come. */
function liner(
  economy: Economy,
  risks: SupplyRisks,
  closed: Closed,
  settings: ChainSettings,
): (target: Target) => ReckonedLine {
  const { firms, products, chains } = economy
  const [behind, bought, weights] = [firmsBehind(economy, risks), boughtHere(economy), rankWeights(settings)]
  const ofCode = new Map(chains.map((chain) => [chain.code, chain]))
  // Firms and products come from the economy.
  const firm = (number: number): string => firms.id[number]!
  const good = (number: number): string => products.code[number]!
  return (target) => {
    const chain = ofCode.get(target.chain)
    const own = chain?.products.find(({ product, segment }) => product === target.product && segment === target.segment)
    const wanted = { product: target.product, mes: own?.mes ?? 0, leaders: chain?.leaders ?? [] }
    const isExtend = target.list === 'extend'
    return {
      chain: target.chain,
      segment: target.segment,
      product: good(target.product),
      list: target.list,
      valueFen: target.value.value,
      parts: target.value.parts,
      weaknesses: target.list === 'strengthen' ? target.weaknesses : [],
      from: isExtend ? good(target.from) : null,
      inputs: isExtend ? target.inputs.map((input) => ({ ...input, product: good(input.product) })) : [],
      buyers: target.buyers.map((buyer) => ({ firm: firm(buyer.firm), volume: buyer.volume })),
      bought: bought[target.product]!,
      candidates: candidatesFor(economy, wanted, settings).map(({ firm: number, rank }) => ({
        firm: firm(number),
        rank: rank.value ?? 0,
        parts: rank.parts,
      })),
      weights,
      behind: behind(target),
      isClosed: closed.products.has(good(target.product)) || (isExtend && closed.products.has(good(target.from))),
    }
  }
}
