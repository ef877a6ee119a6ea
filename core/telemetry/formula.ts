/** A value that a formula asks for, and the point that has it. */
export type FormulaInput = {
  /** What the expression calls it. */
  readonly name: string
  /** The last part of the code of a point of the same equipment, or a whole code. */
  readonly point: string
}

/** What a point is computed by. */
export type Formula = {
  /** FEEL, as far as `formula-text.ts` lets it. */
  readonly expression: string
  readonly inputs: readonly FormulaInput[]
}

export const formulaRule = {
  lengthMax: 1_000,
  inputsMax: 20,
  /** Formulas that stand on one another. */
  depthMax: 5,
  name: /^[A-Za-z]\w{0,39}$/,
} as const

/** Whether two formulas say the same. Pure. O(inputs). */
export function isSameFormula(a: Formula | null, b: Formula | null): boolean {
  if (a === null || b === null) return a === b
  return (
    a.expression === b.expression &&
    a.inputs.length === b.inputs.length &&
    a.inputs.every(({ name, point }, index) => b.inputs[index]?.name === name && b.inputs[index].point === point)
  )
}

/** What stands on what: the formulas that each formula asks. */
export type FormulaGraph<K> = ReadonlyMap<K, readonly K[]>

export type ChainFault<K> =
  /** From the formula back to itself. */
  | { readonly kind: 'circle'; readonly way: readonly K[] }
  | { readonly kind: 'deep'; readonly of: K; readonly depth: number }

/**
 * Looks for a formula that stands on itself, or on too many others.
 * @param graph  formulas by name, each with all that it asks; what has no entry is no formula
 * @param depthOf  how deep what has no entry is; 0 when absent
 * @returns null when there is none
 * Source: depth-first search with three colours, own. O(formulas + inputs).
 */
export function findChainFault<K>(graph: FormulaGraph<K>, depthOf: (key: K) => number = () => 0): ChainFault<K> | null {
  const depths = new Map<K, number>()
  const way: K[] = []
  const visit = (key: K): ChainFault<K> | number => {
    const inputs = graph.get(key)
    if (!inputs) return depthOf(key)
    const known = depths.get(key)
    if (known !== undefined) return known
    const begin = way.indexOf(key)
    if (begin >= 0) return { kind: 'circle', way: [...way.slice(begin), key] }
    way.push(key)
    let depth = 1
    for (const input of inputs) {
      const found = visit(input)
      if (typeof found !== 'number') return found
      depth = Math.max(depth, found + 1)
    }
    way.pop()
    depths.set(key, depth)
    return depth > formulaRule.depthMax ? { kind: 'deep', of: key, depth } : depth
  }
  for (const key of graph.keys()) {
    const found = visit(key)
    if (typeof found !== 'number') return found
  }
  return null
}
