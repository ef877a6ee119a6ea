import { err, fen, ok, type Fen, type Result } from '@tingzhou/kernel'
import { boundedSum, Refused, refuse, wholeWithin, within, type ChainFault } from './fault.ts'
import { freightFen } from './freight.ts'

/** From where and at what price something comes. */
export type Source = {
  readonly distanceKm: number
  /** Fen a tonne and kilometre. */
  readonly rateFen: number
  /** Whole fen a tonne of goods. */
  readonly priceFen: number
}

/** An inbound link: what is carried, from where, and from where instead; null when nothing changes. */
export type Inbound = {
  readonly key: string
  readonly kg: number
  readonly before: Source
  readonly after: Source | null
}

/** What a change of sources does to one link, whole fen. */
export type LinkSaving = {
  readonly key: string
  readonly beforeFen: Fen
  readonly afterFen: Fen
  readonly savingFen: Fen
  /** How much dearer the goods are from the new source; below 0 when they are cheaper. */
  readonly dearerFen: Fen
  readonly netFen: Fen
}

/** What it does to all. */
export type Saving = Omit<LinkSaving, 'key'> & {
  /** Saving over freight before, 0 to 1; null when nothing was carried. */
  readonly share: number | null
  readonly links: readonly LinkSaving[]
}

const linksMax = 1_000_000

/**
 * The freight that local sources save: f = q·(h + rate·d), saving = (Σ f before − Σ f after) / Σ f before, net of what the goods cost more.
 * @param inbound      all inbound links of the firm, basket or chain; what does not change counts in the base
 * @param handlingFen  h, loading and unloading, fen a tonne
 * @returns sums and links; each link's freight is rounded once, to a fen
 * Source: own. O(links).
 */
export function freightSaving(inbound: readonly Inbound[], handlingFen: number): Result<Saving, ChainFault> {
  try {
    if (inbound.length > linksMax) refuse('too_large', 'inbound.length', inbound.length, `is at most ${linksMax}`)
    within('handlingFen', handlingFen, 0, 1_000_000)
    const add = boundedSum('freight and price difference', Number.MAX_SAFE_INTEGER - 3 * linksMax)
    const links = inbound.map((one, at) => savingOf(one, at, handlingFen, add))
    const sum = (key: 'beforeFen' | 'afterFen' | 'savingFen' | 'dearerFen' | 'netFen'): Fen =>
      fen(links.reduce((all, one) => all + one[key], 0))
    const [beforeFen, savingFen] = [sum('beforeFen'), sum('savingFen')]
    return ok({
      beforeFen,
      afterFen: sum('afterFen'),
      savingFen,
      share: beforeFen > 0 ? savingFen / beforeFen : null,
      dearerFen: sum('dearerFen'),
      netFen: sum('netFen'),
      links,
    })
  } catch (error) {
    if (error instanceof Refused) return err(error.fault)
    throw error
  }
}

function savingOf(
  { key, kg, before, after }: Inbound,
  at: number,
  handlingFen: number,
  add: (field: string, amount: number) => void,
): LinkSaving {
  const field = `inbound[${at}].kg`
  within(field, kg, 0, 1e12)
  const freight = (source: Source, name: string): Fen => {
    within(`inbound[${at}].${name}.distanceKm`, source.distanceKm, 0, 20_000)
    within(`inbound[${at}].${name}.rateFen`, source.rateFen, 0, 10_000)
    wholeWithin(`inbound[${at}].${name}.priceFen`, source.priceFen, 0, 1e12)
    const amount = freightFen(kg, handlingFen, source.rateFen, source.distanceKm)
    add(field, amount)
    return fen(Math.round(amount))
  }
  const beforeFen = freight(before, 'before')
  const afterFen = freight(after ?? before, after ? 'after' : 'before')
  const dearer = after ? (kg * (after.priceFen - before.priceFen)) / 1_000 : 0
  add(field, Math.abs(dearer))
  const [savingFen, dearerFen] = [fen(beforeFen - afterFen), fen(Math.round(dearer))]
  return { key, beforeFen, afterFen, savingFen, dearerFen, netFen: fen(savingFen - dearerFen) }
}
