import { baseScope, builtInNames, compile, emptySight, readExpr, scopeOf, type Expr } from '@tingzhou/dmn'
import { err, ok, type Result } from '@tingzhou/kernel'
import type { Formula } from './formula.ts'

export type FormulaMistake =
  | { readonly kind: 'formula_unreadable'; readonly value: string; readonly rule: string }
  | { readonly kind: 'formula_forbidden'; readonly value: string; readonly rule: string }
  | { readonly kind: 'formula_name_unknown'; readonly value: string; readonly rule: string }
  | { readonly kind: 'formula_name_taken'; readonly value: string; readonly rule: string }

/**
 * Computes a formula.
 * @param values  those of the inputs, in their order
 * @returns null where it has no value; what holds is 1, what does not 0
 */
export type Compute = (values: ArrayLike<number>) => number | null

/** Functions of FEEL that take numbers and cost as much as their arguments. */
export const formulaFunctions = [
  'min',
  'max',
  'mean',
  'sum',
  'abs',
  'floor',
  'ceiling',
  'decimal',
  'round up',
  'round down',
  'round half up',
  'round half down',
  'sqrt',
  'log',
  'exp',
  'not',
] as const

const keywords =
  'if then else and or true false null for in return some every satisfies between instance of function external'.split(
    ' ',
  )
// FEEL means something else by them.
const taken: ReadonlySet<string> = new Set([...keywords, ...builtInNames])

const shownMax = 60
const allowed: ReadonlySet<string> = new Set(formulaFunctions)
const forbiddenRule = `+ - * / **, = != < <= > >=, if then else, and, or, ${formulaFunctions.join(', ')}`

/** How FEEL calls what a formula may not hold. */
const wordOf = {
  at: '@',
  input: '?',
  list: '[ ]',
  context: '{ }',
  path: '.',
  filter: '[ ]',
  between: 'between',
  in: 'in',
  for: 'for',
  some: 'some',
  every: 'every',
  range: '..',
  bound: '< >',
  'named call': '( : )',
  function: 'function',
  'instance of': 'instance of',
} as const satisfies Partial<Record<Expr['kind'], string>>

/**
 * Reads a formula once, to be computed often.
 * @returns refused where it is no expression, holds what could take long or be no number, names what is no input, or calls an input
 *   as FEEL calls something
 * Source: DMN 1.5 chapter 10, by `@tingzhou/dmn`. O(text); computing is O(text) and raises nothing.
 */
export function readFormula({ expression, inputs }: Formula): Result<Compute, FormulaMistake> {
  const names = inputs.map(({ name }) => name)
  const word = names.find((name) => taken.has(name))
  if (word !== undefined) return err({ kind: 'formula_name_taken', value: word, rule: 'no word of FEEL' })
  const read = readExpr(expression, Object.fromEntries(names.map((name) => [name, null])))
  if (!read.ok)
    return err({ kind: 'formula_unreadable', value: read.error.message, rule: `FEEL, column ${read.error.at + 1}` })
  const mistake = mistakeIn(read.value, new Set(names))
  if (mistake) return err(mistake)
  const code = compile(read.value, emptySight)
  const own: Record<string, number> = {}
  const scope = scopeOf(own, baseScope(null))
  return ok((values) => {
    for (const [index, name] of names.entries()) own[name] = values[index] as number
    const value = code(scope)
    if (typeof value === 'boolean') return value ? 1 : 0
    return typeof value === 'number' && Number.isFinite(value) ? value : null
  })
}

const forbidden = (value: string): FormulaMistake => ({ kind: 'formula_forbidden', value, rule: forbiddenRule })

/** The first thing in a tree that a formula may not hold. */
function mistakeIn(expr: Expr, names: ReadonlySet<string>): FormulaMistake | null {
  const first = (...parts: readonly Expr[]): FormulaMistake | null => {
    for (const part of parts) {
      const found = mistakeIn(part, names)
      if (found) return found
    }
    return null
  }
  switch (expr.kind) {
    case 'literal':
      return typeof expr.value === 'string' ? forbidden('" "') : null
    case 'name':
      if (names.has(expr.name)) return null
      return { kind: 'formula_name_unknown', value: expr.name.slice(0, shownMax), rule: [...names].join(', ') }
    case 'negative':
      return first(expr.value)
    case 'arithmetic':
    case 'comparison':
    case 'and':
    case 'or':
      return first(expr.left, expr.right)
    case 'if':
      return first(expr.test, expr.whenTrue, expr.whenFalse)
    case 'call':
      if (expr.target.kind !== 'name') return forbidden('( )')
      return allowed.has(expr.target.name)
        ? first(...expr.args)
        : forbidden(`${expr.target.name.slice(0, shownMax)}( )`)
    default:
      return forbidden(wordOf[expr.kind])
  }
}
