import { divideHalfUp } from './amount.ts'
import type { Basis, Counting, Terms, Tolerance } from './rules.ts'

/** Settlement weights (结算重量) in grams: the weighed net times p1 and p2, each half up once. */
export type Weights = { readonly loadG: number; readonly unloadG: number }

/** What terms make of the weights; all in grams. */
export type Weighing = {
  /** Loading less unloading; negative is a surplus. */
  readonly lossG: number
  /** What of a loss or surplus the rule counts. */
  readonly countedLossG: number
  readonly countedSurplusG: number
  /** Null where the rule has no tolerance, or the basis no weight. */
  readonly lossToleranceG: number | null
  readonly surplusToleranceG: number | null
  readonly basisOf: 'load' | 'unload' | null
  readonly basisG: number | null
  /** Taken off the basis, by loss or by surplus; the rest is paid for. */
  readonly cutG: number
}

/**
 * The settlement weight of a weighed net.
 * @param kg  0..99,999,999,999
 * @param bp  1..20,000
 * @returns grams, half up
 */
export const settlementG = (kg: number, bp: number): number => Number(divideHalfUp(BigInt(kg) * BigInt(bp), 10n))

/** What counts as loss and surplus, and which weight is paid for. O(1). */
export function weigh(terms: Terms, { loadG, unloadG }: Weights): Weighing {
  const { loss, surplus } = terms
  const basisOf = chosen(terms.basis, loadG, unloadG)
  const basisG = basisOf && (basisOf === 'load' ? loadG : unloadG)
  const countedLossG = counted(loss, Math.max(0, loadG - unloadG), loadG)
  const countedSurplusG = counted(surplus, Math.max(0, unloadG - loadG), loadG)
  return {
    lossG: loadG - unloadG,
    countedLossG,
    countedSurplusG,
    lossToleranceG: toleranceOf(loss, loadG),
    surplusToleranceG: toleranceOf(surplus, loadG),
    basisOf,
    basisG,
    cutG: basisG === null ? 0 : cut(terms, basisG, loadG, countedLossG, countedSurplusG),
  }
}

function chosen(basis: Basis, loadG: number, unloadG: number): 'load' | 'unload' | null {
  if (basis.unit === 'truck' || basis.unit === 'm3') return null
  switch (basis.weight) {
    case 'load':
    case 'unload':
      return basis.weight
    case 'min':
      return loadG < unloadG ? 'load' : 'unload'
    case 'max':
      return loadG > unloadG ? 'load' : 'unload'
  }
}

function counted(rule: Counting, differenceG: number, loadG: number): number {
  switch (rule.mode) {
    case 'none':
      return 0
    case 'real':
      return differenceG
    case 'excess':
      return Math.max(0, differenceG - toleranceG(rule.tolerance, loadG))
    case 'whole':
      return differenceG > toleranceG(rule.tolerance, loadG) ? differenceG : 0
  }
}

const toleranceOf = (rule: Counting, loadG: number): number | null =>
  'tolerance' in rule ? toleranceG(rule.tolerance, loadG) : null

const toleranceG = (tolerance: Tolerance, loadG: number): number =>
  tolerance.by === 'fixed' ? tolerance.kg * 1_000 : Number(divideHalfUp(BigInt(loadG) * BigInt(tolerance.bp), 10_000n))

/** A loss is taken off down to nothing; a surplus only where the basis holds it, down to the weight at loading. */
function cut(terms: Terms, basisG: number, loadG: number, countedLossG: number, countedSurplusG: number): number {
  const byLoss = terms.loss.mode !== 'none' && terms.loss.as === 'weight' ? Math.min(countedLossG, basisG) : 0
  return byLoss + Math.min(countedSurplusG, Math.max(0, basisG - loadG))
}
