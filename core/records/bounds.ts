/** Numbers of a zone that are data: whole, with their unit in their names, each with the value to begin with and its bounds. */
export type Bounds<N extends string> = Readonly<
  Record<N, { readonly value: number; readonly min: number; readonly max: number }>
>

/** The names of numbers, in the order of their file. */
export const namesOf = <N extends string>(bounds: Bounds<N>): readonly N[] =>
  // Object.keys of a record gives its own names.
  Object.keys(bounds) as N[]

/** Numbers as they were kept; what is newer than the row is as in the file. Pure. O(numbers). */
export const withBounds = <N extends string>(
  bounds: Bounds<N>,
  kept: Partial<Readonly<Record<N, number>>>,
): Readonly<Record<N, number>> =>
  // Every number has a row in the file.
  Object.fromEntries(namesOf(bounds).map((name) => [name, kept[name] ?? bounds[name].value])) as Record<N, number>

/**
 * The first number out of its bounds, or null. Pure. O(numbers).
 * @param rule  what the texts call the rule of a number
 * @param path  where the numbers stand in the request
 */
export function boundsFault<N extends string>(
  bounds: Bounds<N>,
  numbers: Readonly<Record<N, number>>,
  rule: (name: N) => string,
  path = 'numbers.',
): { readonly field: string; readonly value: string; readonly rule: string } | null {
  const wrong = namesOf(bounds).find((name) => numbers[name] < bounds[name].min || numbers[name] > bounds[name].max)
  return wrong === undefined ? null : { field: `${path}${wrong}`, value: String(numbers[wrong]), rule: rule(wrong) }
}
