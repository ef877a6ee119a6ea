import { err, ok, type Result } from '@tingzhou/kernel'
import { limits } from '../limits.ts'
import type { WaybillError } from './errors.ts'

/** What a weighbridge slip 磅单 says, kg. */
export type Weights = { readonly grossKg: number; readonly tareKg: number }

/**
 * Whether a slip can be true of a truck.
 * @param ratedLoadKg  what the vehicle may carry
 * @param besideKg  what it carries besides, of other waybills of its tour
 * @returns the net weight, kg: above zero, with the rest not above the rated load; the gross weight not above what the law allows
 * Pure. O(1).
 */
export function netOf({ grossKg, tareKg }: Weights, ratedLoadKg: number, besideKg = 0): Result<number, WaybillError> {
  const netKg = grossKg - tareKg
  if (netKg < 0)
    return err({
      kind: 'weights_swapped',
      field: 'slip.tareKg',
      value: tareKg,
      rule: `below the gross weight ${grossKg}`,
    })
  if (netKg === 0)
    return err({
      kind: 'net_not_positive',
      field: 'slip.grossKg',
      value: grossKg,
      rule: `above the tare weight ${tareKg}`,
    })
  const legalKg = limits.grossMaxKg
  if (grossKg > legalKg)
    return err({ kind: 'over_legal_gross', field: 'slip.grossKg', value: grossKg, rule: `at most ${legalKg}`, legalKg })
  if (netKg + besideKg > ratedLoadKg)
    return err({
      kind: 'over_rated_load',
      field: 'slip.grossKg',
      value: netKg + besideKg,
      rule: `at most ${ratedLoadKg} kg, the rated load`,
      ratedKg: ratedLoadKg,
    })
  return ok(netKg)
}
