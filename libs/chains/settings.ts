import { err, ok, type Result } from '@tingzhou/kernel'
import { Refused, refuse, type ChainFault } from './fault.ts'
import { bitsOf, createDigest } from './version.ts'

/** What a zone decides about its chains. Each has its bounds in `settingBounds`. */
export type ChainSettings = {
  /** Sufficiency from which a product counts as present. */
  readonly presentAt: number
  /** HHI from which suppliers are concentrated, and highly. */
  readonly concentratedAt: number
  readonly highlyConcentratedAt: number
  /** Single-source risk from which it is flagged. */
  readonly riskAt: number
  /** Sum of squared shares behind all suppliers from which the source is hidden. */
  readonly hiddenAt: number
  /** Straight-line way within which other suppliers count. */
  readonly radiusKm: number
  /** Loading and unloading, fen a tonne. */
  readonly handlingFen: number
  /** Where no link says it: fen a tonne and kilometre, and ways from outside and within the zone. */
  readonly rateFen: number
  readonly outsideKm: number
  readonly localKm: number
  /** Regional margin over the price where the product does not say it. */
  readonly marginShare: number
  /** Fill and extend: sufficiency below which a product is missing; fill: part of the minimum efficient scale that must be needed. */
  readonly missingBelow: number
  readonly mesShare: number
  /** Strengthen: gap between potential and actual local supply, and utilisation, that ask for it. */
  readonly gapAbove: number
  readonly utilisationBelow: number
  /** Weights of the ranking of candidates; they sum to 1. */
  readonly rankLink: number
  readonly rankProduct: number
  readonly rankSize: number
  readonly rankExpansion: number
  readonly rankInputs: number
  /** Way to its inputs at which a candidate gets nothing for being near. */
  readonly inputsKm: number
  /** Candidates and local buyers told with a line, at most. */
  readonly listMax: number
}

/** Least and most of each setting. */
export const settingBounds = {
  presentAt: [0, 1],
  concentratedAt: [0, 10_000],
  highlyConcentratedAt: [0, 10_000],
  riskAt: [0, 1],
  hiddenAt: [0, 1],
  radiusKm: [0, 5_000],
  handlingFen: [0, 1_000_000],
  rateFen: [0, 10_000],
  outsideKm: [0, 20_000],
  localKm: [0, 2_000],
  marginShare: [0, 1],
  missingBelow: [0, 1],
  mesShare: [0, 1],
  gapAbove: [0, 1],
  utilisationBelow: [0, 1],
  rankLink: [0, 1],
  rankProduct: [0, 1],
  rankSize: [0, 1],
  rankExpansion: [0, 1],
  rankInputs: [0, 1],
  inputsKm: [1, 20_000],
  listMax: [1, 200],
} as const satisfies Readonly<Record<keyof ChainSettings, readonly [number, number]>>

/**
 * Holds settings against their bounds.
 * @returns the settings, or the first field that breaks its rule
 * Source: own. O(settings).
 */
export function checkSettings(settings: ChainSettings): Result<ChainSettings, ChainFault> {
  try {
    for (const key of Object.keys(settingBounds) as (keyof ChainSettings)[]) {
      const [[least, most], value] = [settingBounds[key], settings[key]]
      if (!(value >= least && value <= most))
        refuse('invalid', `settings.${key}`, value, `is a number from ${least} to ${most}`)
    }
    const { rankLink, rankProduct, rankSize, rankExpansion, rankInputs } = settings
    const weights = rankLink + rankProduct + rankSize + rankExpansion + rankInputs
    if (Math.abs(weights - 1) > 1e-9) refuse('invalid', 'settings.rank', weights, 'is 1: the five weights sum to 1')
    return ok(settings)
  } catch (error) {
    if (error instanceof Refused) return err(error.fault)
    throw error
  }
}

/**
 * The version of all that figures are computed from: an economy's rows and the settings.
 * @param version  of the economy
 * @returns 32 hexadecimal digits
 * Source: own. O(settings).
 */
export function inputVersion({ version }: { readonly version: string }, settings: ChainSettings): string {
  const digest = createDigest()
  digest.text(version)
  digest.words(bitsOf(Float64Array.from(Object.keys(settingBounds), (key) => settings[key as keyof ChainSettings]))) // its keys
  return digest.end()
}
