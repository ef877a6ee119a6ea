import { refuse, within } from './fault.ts'
import type { RecipeRow } from './rows.ts'

/** Units of input a unit of output, routes weighted by their shares; by-products negative. */
export type Recipes = {
  /** The inputs of product j are `start[j] .. start[j + 1] - 1`, by number of the input. */
  readonly start: Int32Array
  readonly input: Int32Array
  readonly coefficient: Float64Array
  /** Groups of products that need each other, and how much of a unit of itself a unit needs in all, at most; below 1. */
  readonly loops: readonly RecipeLoop[]
}

/** Products that need each other: coal for power, power for coal. */
export type RecipeLoop = { readonly products: readonly number[]; readonly gainAtMost: number }

/**
 * Reads recipes. Products may need each other as long as a unit needs less than a unit of itself in all.
 * @throws Refused for unknown products, coefficients that are none, shares that do not sum to 1, and loops that need a whole unit or more
 * Source: own; W. Leontief (1936), productive when the spectral radius is below 1. O(coefficients) beside the loops.
 */
export function readRecipes(
  rows: readonly RecipeRow[],
  productOf: ReadonlyMap<string, number>,
  codes: readonly string[],
): Recipes {
  const inputsOf = new Map<number, Map<number, number>>()
  const shares = new Map<number, number>()
  for (const [row, { output, share = 1, inputs }] of rows.entries()) {
    const number = productOf.get(output) ?? refuse('unknown', `recipes[${row}].output`, output, 'is one of products')
    const part = within(`recipes[${row}].share`, share, 1e-9, 1)
    shares.set(number, (shares.get(number) ?? 0) + part)
    const own = inputsOf.get(number) ?? new Map<number, number>()
    inputsOf.set(number, own)
    const seen = new Set<number>()
    for (const [place, { product, coefficient }] of inputs.entries()) {
      const at = `recipes[${row}].inputs[${place}]`
      const input = productOf.get(product) ?? refuse('unknown', `${at}.product`, product, 'is one of products')
      if (seen.has(input)) refuse('duplicate', `${at}.product`, product, 'stands once in a recipe')
      seen.add(input)
      if (coefficient === 0) refuse('invalid', `${at}.coefficient`, coefficient, 'is not 0')
      own.set(input, (own.get(input) ?? 0) + part * within(`${at}.coefficient`, coefficient, -1e9, 1e9))
    }
  }
  for (const [number, sum] of shares)
    if (Math.abs(sum - 1) > 1e-6)
      refuse('invalid', `recipes of ${codes[number]}`, sum, 'is 1: the shares of its routes sum to 1')
  const columns = toColumns(inputsOf, codes.length)
  return { ...columns, loops: loopsOf(columns, codes) }
}

type Columns = Omit<Recipes, 'loops'>

// Products come from the recipes themselves from here on, so every read is in range.

function toColumns(inputsOf: ReadonlyMap<number, ReadonlyMap<number, number>>, count: number): Columns {
  const start = new Int32Array(count + 1)
  const [input, coefficient]: [number[], number[]] = [[], []]
  for (let product = 0; product < count; product++) {
    for (const [one, units] of [...(inputsOf.get(product) ?? [])].toSorted(([a], [b]) => a - b)) {
      input.push(one)
      coefficient.push(units)
    }
    start[product + 1] = input.length
  }
  return { start, input: Int32Array.from(input), coefficient: Float64Array.from(coefficient) }
}

function loopsOf(recipes: Columns, codes: readonly string[]): readonly RecipeLoop[] {
  return groupsThatNeedEachOther(recipes).map((products) => {
    const [least, most] = gainWithin(recipes, products)
    if (most < 1) return { products, gainAtMost: most }
    const names = products.map((product) => codes[product]!)
    return refuse(
      'cyclic',
      'recipes',
      [...names, names[0]].join(' → '),
      `need less than a unit of themselves in all; it is ${least.toPrecision(4)} to ${most.toPrecision(4)}`,
    )
  })
}

/** Strongly connected products with an arc among them. R. Tarjan (1972), without recursion. */
function groupsThatNeedEachOther({ start, input, coefficient }: Columns): readonly (readonly number[])[] {
  const count = start.length - 1
  const [index, low] = [new Int32Array(count).fill(-1), new Int32Array(count)]
  const onStack = new Uint8Array(count)
  const [stack, found]: [number[], number[][]] = [[], []]
  let next = 0
  for (let root = 0; root < count; root++) {
    if (index[root]! >= 0) continue
    const path: { product: number; at: number }[] = [{ product: root, at: start[root]! }]
    for (let top = path.at(-1); top; top = path.at(-1)) {
      const { product } = top
      if (index[product]! < 0) {
        index[product] = low[product] = next++
        onStack[product] = 1
        stack.push(product)
      }
      if (top.at < start[product + 1]!) {
        const [one, units] = [input[top.at]!, coefficient[top.at]!]
        top.at++
        if (units <= 0) continue
        if (index[one]! < 0) path.push({ product: one, at: start[one]! })
        else if (onStack[one]) low[product] = Math.min(low[product]!, index[one]!)
        continue
      }
      path.pop()
      const above = path.at(-1)?.product
      if (above !== undefined) low[above] = Math.min(low[above]!, low[product]!)
      if (low[product] !== index[product]) continue
      const group = stack.splice(stack.lastIndexOf(product))
      for (const one of group) onStack[one] = 0
      const needsItself = group.some((one) =>
        input
          .subarray(start[one], start[one + 1])
          .some((other, i) => other === one && coefficient[start[one]! + i]! > 0),
      )
      if (group.length > 1 || needsItself) found.push(group.toSorted((a, b) => a - b))
    }
  }
  return found.toSorted((a, b) => a[0]! - b[0]!)
}

const roundsMax = 2_000

/** Bounds of the largest eigenvalue of what products of a group need of each other. L. Collatz (1942), H. Wielandt (1950), on A + I. */
function gainWithin({ start, input, coefficient }: Columns, products: readonly number[]): readonly [number, number] {
  const place = new Map(products.map((product, i) => [product, i]))
  let x = new Float64Array(products.length).fill(1)
  let [least, most] = [0, Infinity]
  for (let round = 0; round < roundsMax && !(most < 1 || least >= 1); round++) {
    const y = x.slice()
    for (const [i, product] of products.entries())
      for (let at = start[product]!; at < start[product + 1]!; at++) {
        const j = place.get(input[at]!)
        if (j !== undefined && coefficient[at]! > 0) y[i]! += coefficient[at]! * x[j]!
      }
    const ratios = y.map((value, i) => value / x[i]!)
    least = Math.max(least, Math.min(...ratios) - 1)
    most = Math.min(most, Math.max(...ratios) - 1)
    const largest = Math.max(...y)
    x = y.map((value) => value / largest)
  }
  return [least, most]
}
