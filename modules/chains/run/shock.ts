import { defineJob } from '@tingzhou/compute'
import { readEconomy, simulateShock, type ChainFault } from '@tingzhou/chain-model'
import { err, ok, type Result } from '@tingzhou/kernel'
import { shareStep } from '../rounding.ts'
import { unpackEconomy, type PackedEconomy } from '../economy/packed.ts'

export type ShockInput = {
  readonly packed: PackedEconomy
  readonly removed: readonly string[]
  readonly days: number
  readonly stockDays: number
  /** Hits that are told. */
  readonly hitsMax: number
}

export type ShockAnswer = {
  readonly lostFen: number
  readonly followed: number | null
  readonly isConverged: boolean
  readonly hitFirms: number
  /** Of those, firms that fail themselves. */
  readonly stoppedFirms: number
  readonly chains: readonly { readonly chain: string; readonly lostFen: number; readonly firms: number }[]
  readonly hits: readonly {
    readonly firm: string
    readonly product: string
    readonly remaining: number
    /** The input that binds; null when the firm itself failed. */
    readonly input: string | null
    readonly lostFen: number
  }[]
}

/** No answer in the time there was. */
export const unanswered: ChainFault = { kind: 'too_large', field: 'firms', value: '', rule: 'shock_unanswered' }

/**
 * What fails when firms fail; a name that is no firm of the year is refused. Everything is reckoned from shares in steps of a twentieth: an
 * exact one could be measured by asking again with other stocks and days.
 */
export const shockJob = defineJob('chains.shock', (input: ShockInput, shouldStop): Result<ShockAnswer, ChainFault> => {
  const read = readEconomy(unpackEconomy(input.packed))
  if (!read.ok) return read
  if (shouldStop()) return err(unanswered)
  const economy = read.value
  const { firms, products } = economy
  const numbers = new Map(firms.id.map((id, number) => [id, number]))
  const unknown = input.removed.find((id) => !numbers.has(id))
  if (unknown !== undefined) return err({ kind: 'unknown', field: 'firms', value: unknown, rule: 'firm_of_year' })
  const removed = input.removed.map((id) => numbers.get(id)!) // looked up above
  const shock = simulateShock(economy, { removed, days: input.days, stockDays: () => input.stockDays, shareStep })
  if (!shock.ok) return shock
  const { lost, followed, hits, chains, isConverged } = shock.value
  return ok({
    lostFen: lost.value ?? 0,
    followed: followed.value,
    isConverged,
    hitFirms: new Set(hits.map(({ firm }) => firm)).size,
    stoppedFirms: new Set(hits.map(({ firm }) => firm).filter((firm) => removed.includes(firm))).size,
    chains,
    hits: hits.slice(0, input.hitsMax).map(({ firm, product, remaining, input: binding, lostFen }) => ({
      firm: firms.id[firm]!, // firms and products of the economy
      product: products.code[product]!,
      remaining: remaining.value ?? 0,
      input: binding < 0 ? null : products.code[binding]!,
      lostFen,
    })),
  })
})
