/** FEEL as the models use it: texts compiled once, run often. */
import { ok, type Result } from '@tingzhou/kernel'
import { builtIn, signature } from './builtin.ts'
import { builtIns, clockFunctions } from './builtins.ts'
import { compile, testCode, inputName, type Code, type Names } from './code.ts'
import { scopeOf, type Scope } from './scope.ts'
import { readExpr, readUnaryTests, type Shape, type SyntaxMistake } from './syntax.ts'
import type { Expr, UnaryTests } from './expr.ts'
import type { FeelDateTime, FeelFunction, Value } from './value.ts'

export type Sight = Names & { readonly shapes: { readonly [name: string]: Shape } }

/** Nothing but the built-in functions. */
export const emptySight: Sight = { typeOf: () => null, shapes: {} }

/** The scope with which every evaluation begins. */
export function baseScope(now: FeelDateTime | null): Scope {
  return scopeOf(clockFunctions(now), scopeOf({ range: rangeFunction }, scopeOf(builtIns)))
}

/** The names of the built-in functions. */
export const builtInNames: readonly string[] = [...Object.keys(builtIns), 'range', 'now', 'today']

/** Compiles an expression. */
export function compileExpr(text: string, sight: Sight): Result<Code, SyntaxMistake> {
  const expr = readExpr(text, sight.shapes)
  return expr.ok ? ok(compile(expr.value, sight)) : expr
}

/** A cell as a test of a value. */
export type CellTest = (value: Value, scope: Scope) => boolean

/** Compiles the text of a cell. */
export function compileTests(text: string, sight: Sight): Result<CellTest, SyntaxMistake> {
  const tests = readUnaryTests(text, sight.shapes)
  return tests.ok ? ok(cellTest(tests.value, sight)) : tests
}

function cellTest(tests: UnaryTests, names: Names): CellTest {
  if (tests.kind === 'any') return () => true
  const compiled = tests.tests.map((test) => testCode(test, names))
  return (value, outer) => {
    const scope = scopeOf({ [inputName]: value }, outer)
    const isMet = compiled.some((test) => test(value, scope) === true)
    return tests.isNegated ? !isMet : isMet
  }
}

/** Evaluates a text with values for its names; a text that is no expression is worth null. */
export function evaluateText(text: string, values: { readonly [name: string]: Value }): Value {
  const names = Object.fromEntries(Object.entries(values).map(([name, value]) => [name, shapeOfValue(value)]))
  const code = compileExpr(text, { ...emptySight, shapes: names })
  return code.ok ? code.value(scopeOf(values, baseScope(null))) : null
}

/** The names within a value. */
export function shapeOfValue(value: Value): Shape {
  if (Array.isArray(value)) return value.slice(0, 1).map(shapeOfValue)
  if (value === null || typeof value !== 'object' || Object.getPrototypeOf(value) !== Object.prototype) return null
  if ('feel' in value) return null
  return Object.fromEntries(Object.entries(value).map(([name, entry]) => [name, shapeOfValue(entry)]))
}

const isLiteral = (expr: Expr): boolean =>
  expr.kind === 'literal' ||
  expr.kind === 'at' ||
  (expr.kind === 'call' &&
    expr.target.kind === 'name' &&
    ['date', 'time', 'date and time', 'duration'].includes(expr.target.name) &&
    expr.args.every(isLiteral))

/** range(from): reads a range whose ends are literals. Source: DMN 1.5 clause 10.3.4.1. */
const rangeFunction: FeelFunction = builtIn('range', [
  signature([['from', 'string']], ([from]) => (typeof from === 'string' ? readRange(from) : null)),
])

function readRange(text: string): Value {
  const [, open, start, end, close] = /^\s*([[\](])(.*)\.\.(.*)([[\])])\s*$/s.exec(text) ?? []
  if (start === undefined || end === undefined) return readBound(text)
  const [isFromMissing, isToMissing] = [start.trim() === '', end.trim() === '']
  if (!isFromMissing && !isToMissing) return readClosed(text)
  if (isFromMissing && isToMissing) return null
  if (isFromMissing) return open === '[' ? null : readBound(`${close === ']' ? '<=' : '<'}${end}`)
  return close === ']' ? null : readBound(`${open === '[' ? '>=' : '>'}${start}`)
}

function readClosed(text: string): Value {
  const expr = readExpr(text, {})
  if (!expr.ok || expr.value.kind !== 'range' || !isLiteral(expr.value.from) || !isLiteral(expr.value.to)) return null
  const { from, to } = expr.value
  if (from.kind === 'literal' && from.value === null) return null
  return to.kind === 'literal' && to.value === null ? null : compile(expr.value, emptySight)(baseScope(null))
}

function readBound(text: string): Value {
  const expr = readExpr(text, {})
  if (!expr.ok || expr.value.kind !== 'bound' || !isLiteral(expr.value.value)) return null
  return compile(expr.value, emptySight)(baseScope(null))
}
