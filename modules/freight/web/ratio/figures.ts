import { formatNumber } from '@tingzhou/ui'
import { km } from '../wave/km.ts'

/** A share of one, as percent; a dash where it is not known. */
export const pct = (share: number | null): string => (share === null ? '–' : `${formatNumber(100 * share, 1)}%`)

/** Loaded metres of all metres; null where nothing was driven, or the empty ones are not known. */
export const ratioOf = (loadedM: number, emptyM: number | null): number | null =>
  emptyM === null || loadedM + emptyM === 0 ? null : loadedM / (loadedM + emptyM)

/** Empty kilometres of each truckload that was served; a dash where none was. */
export const kmALoad = ({ emptyM, matched }: { readonly emptyM: number; readonly matched: number }): string =>
  matched === 0 ? '–' : km(emptyM / matched)

/** A difference in percentage points, with its sign. */
export const points = (value: number): string =>
  `${value > 0 ? '+' : value < 0 ? '−' : '±'}${formatNumber(Math.abs(value), 1)}`

type Bounded = { readonly trips: number; readonly ratio: number | null; readonly bound: number | null }

/** The text beside a bound, with what fills it: how much of it is reached, or why it is not known. */
export function boundNote({ trips, ratio, bound }: Bounded): readonly [string, Readonly<Record<string, string>>] {
  if (trips === 0 || ratio === null) return ['wall_ratio.no_bound', {}]
  if (bound === null) return ['wall_ratio.late_bound', {}]
  return ['wall_ratio.reached', { pct: formatNumber((100 * ratio) / bound, 1) }]
}
