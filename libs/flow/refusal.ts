/** Why a solver says no to what it is given. */
export type FlowRefusal = {
  /** `empty`: nothing to decide; `invalid`: a value breaks its rule; `too_large`: above a limit; `stopped`: the caller asked to stop. */
  readonly kind: 'empty' | 'invalid' | 'too_large' | 'stopped'
  /** The field, with its position where there is one: `cost[7]`. */
  readonly field: string
  readonly value: number | string
  readonly rule: string
}

/** A refusal of a value that breaks its rule. O(1). */
export const invalid = (field: string, value: number | string, rule: string): FlowRefusal => ({
  kind: 'invalid',
  field,
  value,
  rule,
})

/** A refusal of a number above its limit. O(1). */
export const tooLarge = (field: string, value: number, limit: number): FlowRefusal => ({
  kind: 'too_large',
  field,
  value,
  rule: `is at most ${limit}`,
})

/** A refusal because there is nothing to decide. O(1). */
export const empty = (field: string): FlowRefusal => ({ kind: 'empty', field, value: 0, rule: 'is at least 1' })

/** What a run answers that its caller stopped. O(1). */
export const stopped = (done: number, of: number): FlowRefusal => ({
  kind: 'stopped',
  field: 'shouldStop',
  value: done,
  rule: `${of} were to be done`,
})

/** Whether a number can be a cost: whole, from 0, exact in a double. O(1). */
export const isCost = (value: number): boolean => Number.isSafeInteger(value) && value >= 0

/** The rule that `isCost` checks, in words. */
export const costRule = 'is a whole number from 0 to 2^53 - 1'
