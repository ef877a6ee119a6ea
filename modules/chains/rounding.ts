/** Two significant digits: of what few firms stand behind. Pure. O(1). */
export const twoDigits = (value: number): number => Number(value.toPrecision(2))
/** Three significant digits: of sums of what firms traded, that two runs do not tell one link by their difference. Pure. O(1). */
export const threeDigits = (value: number): number => Number(value.toPrecision(3))

/** Shares that may not be told exactly are told in steps of a twentieth. */
export const shareStep = 0.05
/** Pure. O(1). */
export const inSteps = (value: number, step: number): number => Math.round(Math.round(value / step) * step * 1e9) / 1e9
/** A share as it is told where it may not be told exactly. Pure. O(1). */
export const roundedShare = (value: number): number => inSteps(value, shareStep)
