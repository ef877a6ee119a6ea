/** What a value can break. */
export type FaultRule =
  | 'missing' // a field that is needed has no value
  | 'unknown_field' // a field that nothing reads: a spelling, or a field of another variant
  | 'object' // no plain object
  | 'list' // no list
  | 'integer' // no safe integer: a fraction, a text, NaN, beyond 2^53 − 1
  | 'range' // an integer outside its limit
  | 'one_of' // none of the words that the limit lists
  | 'pattern' // a reference with other signs than letters, digits and . : / _ -, or longer than 64
  | 'too_many' // a list longer than the limit
  | 'duplicate' // the same kind and reference twice on one side
  | 'needs_weight_basis' // a weight cut, of loss or surplus, where no weight is paid for
  | 'over_maximum' // a minimum freight above the maximum
  | 'shares_over_whole' // shares of more than 10,000 bp together
  | 'weights_zero' // nothing to split by
  | 'below_zero' // reductions are more than freight and additions
  | 'split_over_paid' // a part asks for more than what is left of the payment
  | 'amount_too_large' // an amount beyond 2^53 − 1 fen
  | 'not_reproduced' // a stored sheet that its own rules and facts do not give

/** Why a value was refused: which field, what stood there, which rule, and the rule's limit where it has one. */
export type Fault = {
  /** Path of the field: `carrier.loss.tolerance.bp`, `split.parts[2]`, or a total by its name. */
  readonly field: string
  /** What stood there; a list or an object by that word, a number that JSON lacks as text. */
  readonly value: string | number | boolean | null
  readonly rule: FaultRule
  readonly limit: string | null
}

/**
 * Makes a fault.
 * @param value  anything; texts are cut after 100 characters
 */
export const fault = (field: string, value: unknown, rule: FaultRule, limit: string | null = null): Fault => ({
  field,
  value: shown(value),
  rule,
  limit,
})

function shown(value: unknown): Fault['value'] {
  if (value === null || value === undefined) return null
  if (typeof value === 'boolean') return value
  if (typeof value === 'number') return Number.isFinite(value) ? value + 0 : String(value)
  if (typeof value === 'string') return value.slice(0, 100)
  if (typeof value === 'bigint') return String(value)
  return Array.isArray(value) ? 'list' : typeof value
}
