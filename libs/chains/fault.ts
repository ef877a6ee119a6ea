/** Why an economy, a setting or a question is not taken. */
export type ChainFault = {
  /**
   * `invalid`: a value breaks its rule; `unknown`: a name that nothing carries; `duplicate`: told twice; `self_link`: a firm that supplies
   * itself; `cyclic`: products that need a whole unit of themselves; `too_large`: above a limit.
   */
  readonly kind: 'invalid' | 'unknown' | 'duplicate' | 'self_link' | 'cyclic' | 'too_large'
  /** The field with its position: `links[7].volume`. */
  readonly field: string
  readonly value: string | number
  readonly rule: string
}

/** Thrown inside a reader and turned into a result at its door. */
export class Refused extends Error {
  readonly fault: ChainFault

  constructor(fault: ChainFault) {
    super(`${fault.field} ${fault.value} ${fault.rule}`)
    this.fault = fault
  }
}

/** Refuses a value. @throws Refused always */
export function refuse(kind: ChainFault['kind'], field: string, value: string | number, rule: string): never {
  throw new Refused({ kind, field, value, rule })
}

/**
 * Holds a number against its bounds.
 * @throws Refused when it is no number or outside
 */
export function within(field: string, value: number, least: number, most: number): number {
  // Not a number fails both comparisons.
  return value >= least && value <= most
    ? value
    : refuse('invalid', field, value, `is a number from ${least} to ${most}`)
}

/**
 * Holds a whole number against its bounds, as money in fen is.
 * @throws Refused when it is no whole number or outside
 */
export function wholeWithin(field: string, value: number, least: number, most: number): number {
  return Number.isInteger(within(field, value, least, most))
    ? value
    : refuse('invalid', field, value, `is a whole number from ${least} to ${most}`)
}

/**
 * Adds amounts row by row.
 * @param what  what is added, for the rule
 * @returns a function that adds an amount, of a field, and refuses the one with which the sum of all exceeds `most`
 */
export function boundedSum(what: string, most: number): (field: string, amount: number) => void {
  let sum = 0
  return (field, amount) => {
    sum += amount
    if (!(sum <= most))
      refuse('too_large', field, amount, `keeps ${what} of all rows at ${most} fen or less: it is ${sum}`)
  }
}
