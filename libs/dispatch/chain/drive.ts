import type { ChainRules } from './model.ts'

/** The clock of a driver. */
export type DriverClock = { readonly atS: number; readonly drivenS: number }

/**
 * Drives a leg, resting as late as the rule allows.
 * @param clock   seconds, and seconds driven since the last rest
 * @param driveS  driving seconds, from 0
 * @returns the clock at the leg's end
 * Source: 道路交通安全法实施条例 Art. 62(7): at most 4 h of driving, then at least 20 min. O(1).
 */
export function drive(
  { atS, drivenS }: DriverClock,
  driveS: number,
  { driveMaxS, restS }: Pick<ChainRules, 'driveMaxS' | 'restS'>,
): DriverClock {
  const wholeS = drivenS + driveS
  if (wholeS <= driveMaxS) return { atS: atS + driveS, drivenS: wholeS }
  const rests = Math.ceil(wholeS / driveMaxS) - 1
  return { atS: atS + driveS + rests * restS, drivenS: wholeS - rests * driveMaxS }
}
