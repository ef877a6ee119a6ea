/** One thing that is wrong: which field, what stands there, which rule it breaks. */
export type Fault = {
  /** Path of names as in the table of fields: `VehicleInfo.Driver.0.DrivingLicense`; empty: the whole. */
  readonly field: string
  /** What stands there, at most 100 characters of it. */
  readonly value: string
  /** A word, and the limit behind it: `length_max 30`. */
  readonly rule: string
}

/** Makes a fault with its value cut to what a log line holds. O(1). */
export const faultAt = (field: string, value: string, rule: string): Fault => ({
  field,
  value: value.length > 100 ? `${value.slice(0, 99)}…` : value,
  rule,
})
