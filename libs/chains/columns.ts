/** A typed array that grows. */
export type Column<Numbers extends Float64Array | Int32Array | Uint8Array> = { values: Numbers; length: number }

/** An empty column. */
export const column = <Numbers extends Float64Array | Int32Array | Uint8Array>(
  make: new (length: number) => Numbers,
): Column<Numbers> => ({ values: new make(1_024), length: 0 })

/** Puts a value at the end. O(1) amortised. */
export function append<Numbers extends Float64Array | Int32Array | Uint8Array>(
  to: Column<Numbers>,
  value: number,
): void {
  if (to.length === to.values.length) {
    const larger = new (to.values.constructor as new (length: number) => Numbers)(2 * to.length) // the same kind
    larger.set(to.values)
    to.values = larger
  }
  to.values[to.length++] = value
}

/** The values of a column and no more. */
export const closed = <Numbers extends Float64Array | Int32Array | Uint8Array>({ values, length }: Column<Numbers>) =>
  values.slice(0, length) as Numbers // the same kind

/** Rows grouped by a key: those of key k are `order[start[k]] .. order[start[k + 1] - 1]`. */
export type Groups = { readonly start: Int32Array; readonly order: Int32Array }

/**
 * Groups rows by key.
 * @param keys   one a row, from 0 to `count - 1`
 * @param among  the rows in the order that groups keep; all rows, ascending, when it is not told
 * Source: counting sort, stable. O(rows + keys).
 */
export function groupBy(keys: Int32Array | Uint8Array, count: number, among?: Int32Array): Groups {
  // Keys are below count and rows come from the arrays themselves, so every read is in range.
  const start = new Int32Array(count + 1)
  for (const key of keys) start[key + 1]!++
  for (let key = 0; key < count; key++) start[key + 1]! += start[key]!
  const [next, order] = [start.slice(), new Int32Array(keys.length)]
  for (let i = 0; i < keys.length; i++) {
    const row = among ? among[i]! : i
    order[next[keys[row]!]!++] = row
  }
  return { start, order }
}

/** The rows of a key. O(1). */
export const rowsOf = ({ start, order }: Groups, key: number): Int32Array => order.subarray(start[key], start[key + 1])
