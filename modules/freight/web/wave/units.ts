import type { WaveNumber } from '../../wave/words.ts'

/** Units of the numbers by the end of their names: how many decimals they are written with, and the word for the unit. */
const units = [
  [/M$/, 3, 'km'],
  [/Pct$/, 0, 'pct'],
  [/Hours(Max)?$/, 0, 'hours'],
  [/Minutes$/, 0, 'minutes'],
  [/Days$/, 0, 'days'],
  [/Seconds$/, 0, 'seconds'],
] as const

export type WaveUnit = (typeof units)[number][2] | ''

/** How a number of the settings is written. O(1). */
export function unitOf(name: WaveNumber): { readonly scale: number; readonly unit: WaveUnit } {
  const found = units.find(([end]) => end.test(name))
  return found ? { scale: found[1], unit: found[2] } : { scale: 0, unit: '' }
}
