import type { PointKind } from './point.ts'

/** The end of the code of a point that holds the letter of a flag of HJ 212, of a moment or a period. */
export const flagCode = /-Flag(?:-\w+)?$/

/** Whether a point has a trend: a place has a track instead, and letters have neither mean nor highest. Pure. */
export const hasTrend = ({ kind, code }: { readonly kind: PointKind; readonly code: string }): boolean =>
  kind !== 'position' && !flagCode.test(code)
