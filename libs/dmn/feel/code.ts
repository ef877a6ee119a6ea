/** Tree → function. Source: DMN 1.5 clause 10.3.2. An expression that has no value is worth null; nothing raises. */
import { add, divide, multiply, negative, power, subtract } from './arithmetic.ts'
import { dayNumber, dayOf } from './calendar.ts'
import { equal, holds } from './compare.ts'
import { isNumber } from './number.ts'
import { propertyOf } from './property.ts'
import { contains, makeRange, negate, operatorRange } from './range.ts'
import { find, scopeOf, squeezed, type Scope } from './scope.ts'
import { makeDate, readTemporal } from './temporal.ts'
import { coerced, converted, isInstance, typeFrom } from './type.ts'
import {
  isContext,
  isDate,
  isFunction,
  isList,
  isRange,
  tagged,
  type Context,
  type FeelFunction,
  type FeelRange,
  type FeelType,
  type Parameter,
  type Value,
} from './value.ts'
import type { Comparison, Expr, Iterator, Operator } from './expr.ts'

export type Code = (scope: Scope) => Value

/** What the model knows and a text alone does not: the types that names stand for. */
export type Names = { readonly typeOf: (name: string) => FeelType | null }

/** A loop over more items than this ends with null: it is a mistake, and memory is finite. */
export const itemsMax = 1_000_000

/** The name under which a unary test finds the value it is about. */
export const inputName = '?'

/** Compiles an expression; what is made of literals alone is computed once. */
export function compile(expr: Expr, names: Names): Code {
  const code = codeOf(expr, names)
  if (expr.kind === 'literal' || expr.kind === 'at' || !isConstant(expr)) return code
  const value = code(scopeOf({}))
  return () => value
}

function isConstant(expr: Expr): boolean {
  switch (expr.kind) {
    case 'literal':
    case 'at':
      return true
    case 'range':
    case 'bound':
    case 'negative':
    case 'list':
      return innerOf(expr).every(isConstant)
    default:
      return false
  }
}

function codeOf(expr: Expr, names: Names): Code {
  const code = (inner: Expr): Code => compile(inner, names)
  switch (expr.kind) {
    case 'literal': {
      const { value } = expr
      return () => value
    }
    case 'at': {
      const value = readTemporal(expr.text)
      return () => value
    }
    case 'input':
      return (scope) => find(scope, inputName) ?? null
    case 'name': {
      const { name } = expr
      return (scope) => find(scope, name) ?? null
    }
    case 'list': {
      const items = expr.items.map(code)
      return (scope) => items.map((item) => item(scope))
    }
    case 'context':
      return contextCode(expr.entries.map(({ key, value }) => [key, code(value)] as const))
    case 'path': {
      const target = code(expr.target)
      const { name } = expr
      return (scope) => followed(target(scope), name)
    }
    case 'filter':
      return filterCode(code(expr.target), code(expr.test))
    case 'arithmetic':
      return pair(code(expr.left), code(expr.right), arithmetic[expr.operator])
    case 'negative': {
      const value = code(expr.value)
      return (scope) => negative(value(scope))
    }
    case 'comparison':
      return pair(code(expr.left), code(expr.right), comparisons[expr.operator])
    case 'and':
      return decisive(code(expr.left), code(expr.right), false)
    case 'or':
      return decisive(code(expr.left), code(expr.right), true)
    case 'between': {
      const [value, from, to] = [code(expr.value), code(expr.from), code(expr.to)]
      return (scope) => {
        const it = value(scope)
        const [isAfter, isBefore] = [holds(it, '>=', from(scope)), holds(it, '<=', to(scope))]
        return isAfter === null || isBefore === null ? null : isAfter && isBefore
      }
    }
    case 'in':
      return inCode(
        code(expr.value),
        expr.tests.map((test) => testCode(test, names)),
      )
    case 'if': {
      const [test, whenTrue, whenFalse] = [code(expr.test), code(expr.whenTrue), code(expr.whenFalse)]
      return (scope) => (test(scope) === true ? whenTrue(scope) : whenFalse(scope))
    }
    case 'for':
      return forCode(
        expr.iterators.map((iterator) => iteratorOf(iterator, names)),
        code(expr.body),
      )
    case 'some':
    case 'every':
      return quantifiedCode(
        expr.iterators.map((iterator) => iteratorOf(iterator, names)),
        code(expr.body),
        expr.kind === 'some',
      )
    case 'range': {
      const [from, to] = [code(expr.from), code(expr.to)]
      return (scope) => makeRange(from(scope), to(scope), expr.fromIn, expr.toIn)
    }
    case 'bound': {
      const value = code(expr.value)
      return (scope) => operatorRange(expr.operator, value(scope))
    }
    case 'call': {
      const target = code(expr.target)
      const args = expr.args.map(code)
      return (scope) => {
        const called = target(scope)
        return isFunction(called) ? called.call(args.map((arg) => arg(scope))) : null
      }
    }
    case 'named call': {
      const target = code(expr.target)
      const args = expr.args.map(({ name, value }) => [name, code(value)] as const)
      return (scope) => {
        const called = target(scope)
        return isFunction(called) ? called.callNamed(new Map(args.map(([name, arg]) => [name, arg(scope)]))) : null
      }
    }
    case 'function': {
      if (expr.isExternal) return () => null
      const parameters = expr.parameters.map(({ name, type }) => ({
        name,
        type: type === null ? null : typeFrom(type, names.typeOf),
      }))
      const body = code(expr.body)
      return (scope) => makeFunction(parameters, null, (args) => body(scopeOf(args, scope)))
    }
    case 'instance of': {
      const value = code(expr.value)
      const type = typeFrom(expr.type, names.typeOf)
      return type === null ? () => null : (scope) => isInstance(value(scope), type)
    }
  }
}

const arithmetic: Readonly<Record<Operator, (a: Value, b: Value) => Value>> = {
  '+': add,
  '-': subtract,
  '*': multiply,
  '/': divide,
  '**': power,
}

const comparisons: Readonly<Record<Comparison, (a: Value, b: Value) => Value>> = {
  '=': equal,
  '!=': (a, b) => negate(equal(a, b)),
  '<': (a, b) => holds(a, '<', b),
  '<=': (a, b) => holds(a, '<=', b),
  '>': (a, b) => holds(a, '>', b),
  '>=': (a, b) => holds(a, '>=', b),
}

const pair =
  (left: Code, right: Code, combine: (a: Value, b: Value) => Value): Code =>
  (scope) =>
    combine(left(scope), right(scope))

/** `and` is decided by false, `or` by true; what is no boolean is unknown. */
const decisive =
  (left: Code, right: Code, by: boolean): Code =>
  (scope) => {
    const a = left(scope)
    if (a === by) return by
    const b = right(scope)
    if (b === by) return by
    return a === !by && b === !by ? !by : null
  }

/** Entries see those before them; a name that comes twice makes the context null. */
export function contextCode(entries: readonly (readonly [name: string, code: Code])[]): Code {
  const isTwice = new Set(entries.map(([name]) => name)).size < entries.length
  if (isTwice) return () => null
  return (scope) => {
    const own: Record<string, Value> = Object.create(null)
    const inner = scopeOf(own, scope)
    for (const [name, code] of entries) own[name] = code(inner)
    return Object.fromEntries(Object.entries(own))
  }
}

/** A property by its name, or by one that differs in the space around signs. */
function followed(target: Value, name: string): Value {
  if (isList(target)) return target.map((item) => followed(item, name))
  if (!isContext(target) || Object.hasOwn(target, name)) return propertyOf(target, name)
  const wanted = squeezed(name)
  const found = Object.keys(target).find((own) => squeezed(own) === wanted)
  return found === undefined ? null : propertyOf(target, found)
}

/** `list[3]`, `list[item > 3]`. What is no list is a list of itself. Source: DMN 1.5 clause 10.3.2.5. */
export function filterCode(target: Code, test: Code): Code {
  return (scope) => {
    const value = target(scope)
    const items = isList(value) ? value : value === null ? [] : [value]
    const first = test(itemScope(items[0] ?? null, scope))
    if (isNumber(first)) return itemAt(items, first)
    if (value === null) return null
    return items.filter((item, at) => (at === 0 ? first : test(itemScope(item, scope))) === true)
  }
}

function itemScope(item: Value, scope: Scope): Scope {
  const inner = scopeOf({ item }, scope)
  return isContext(item) ? scopeOf(item, inner) : inner
}

function itemAt(items: readonly Value[], position: number): Value {
  const at = Math.trunc(position)
  return items[at > 0 ? at - 1 : items.length + at] ?? null
}

/** Whether a value passes a test; the test sees it under its name as well. */
export type Test = (value: Value, scope: Scope) => boolean | null

/**
 * The test that an expression means in a cell or after `in`.
 * Source: DMN 1.5 clause 7.3.3, unary tests: true when it is true of `?`, or equal to the value, or a list or range that has it.
 */
export function testCode(expr: Expr, names: Names): Test {
  const code = compile(expr, names)
  const isAboutInput = mentionsInput(expr)
  return (value, scope) => {
    const answer = code(scope)
    if (isAboutInput && typeof answer === 'boolean' && typeof value !== 'boolean') return answer
    if (isAboutInput && answer === true) return true
    return passes(value, answer)
  }
}

function passes(value: Value, answer: Value): boolean | null {
  if (isRange(answer) && !isRange(value)) return contains(answer, value)
  if (isRange(answer)) return equal(value, answer) === true || coversRange(answer, value)
  if (isList(answer) && !isList(value)) return anyOf(answer.map((item) => passes(value, item)))
  if (isList(answer)) return equal(value, answer) === true || answer.some((item) => equal(value, item) === true)
  return equal(value, answer) === true
}

function coversRange(outer: FeelRange, inner: Value): boolean {
  return isRange(inner) && [inner.start, inner.end].every((end) => contains(outer, end) === true)
}

function anyOf(answers: readonly (boolean | null)[]): boolean | null {
  if (answers.includes(true)) return true
  return answers.includes(null) ? null : false
}

function inCode(value: Code, tests: readonly Test[]): Code {
  return (scope) => {
    const it = value(scope)
    return anyOf(tests.map((test) => test(it, scope)))
  }
}

/** Whether `?` occurs in an expression. */
export function mentionsInput(expr: Expr): boolean {
  return expr.kind === 'input' || innerOf(expr).some(mentionsInput)
}

/** The expressions directly within one. */
export function innerOf(expr: Expr): readonly Expr[] {
  switch (expr.kind) {
    case 'literal':
    case 'at':
    case 'name':
    case 'input':
      return []
    case 'list':
      return expr.items
    case 'context':
      return expr.entries.map((entry) => entry.value)
    case 'path':
      return [expr.target]
    case 'filter':
      return [expr.target, expr.test]
    case 'arithmetic':
    case 'comparison':
    case 'and':
    case 'or':
      return [expr.left, expr.right]
    case 'negative':
    case 'bound':
    case 'instance of':
      return [expr.value]
    case 'between':
      return [expr.value, expr.from, expr.to]
    case 'in':
      return [expr.value, ...expr.tests]
    case 'if':
      return [expr.test, expr.whenTrue, expr.whenFalse]
    case 'for':
    case 'some':
    case 'every':
      return [...expr.iterators.flatMap(({ from, to }) => (to === null ? [from] : [from, to])), expr.body]
    case 'range':
      return [expr.from, expr.to]
    case 'call':
      return [expr.target, ...expr.args]
    case 'named call':
      return [expr.target, ...expr.args.map((arg) => arg.value)]
    case 'function':
      return [expr.body]
  }
}

/** Where a loop gets its items; null when there is nothing to go through. */
export type Source = { readonly name: string; readonly items: (scope: Scope) => readonly Value[] | null }

function iteratorOf(iterator: Iterator, names: Names): Source {
  const from = compile(iterator.from, names)
  const to = iterator.to === null ? null : compile(iterator.to, names)
  return {
    name: iterator.name,
    items: (scope) => (to === null ? itemsOf(from(scope)) : steps(from(scope), to(scope))),
  }
}

/** What a loop goes through: a list, a range of whole numbers or days; anything else once. */
export function itemsOf(value: Value): readonly Value[] | null {
  if (isList(value)) return value
  if (value === null) return null
  if (!isRange(value)) return [value]
  if (value.operator !== null) return null
  const items = steps(value.start, value.end)
  if (items === null || (equalOrAfter(value.start, value.end) && items.length > 1)) return null
  return items.slice(value.isStartIncluded ? 0 : 1, value.isEndIncluded ? undefined : -1)
}

const equalOrAfter = (start: Value, end: Value): boolean => holds(start, '>=', end) === true

/** Whole numbers or days from one to another, up or down. */
function steps(from: Value, to: Value): readonly Value[] | null {
  if (isNumber(from) && isNumber(to)) {
    if (!Number.isInteger(from) || Math.abs(to - from) > itemsMax) return null
    const step = from <= to ? 1 : -1
    return Array.from({ length: Math.floor(Math.abs(to - from)) + 1 }, (_, at) => from + at * step)
  }
  if (!isDate(from) || !isDate(to)) return null
  const [first, last] = [from, to].map((date) => dayNumber(date.year, date.month, date.day))
  const days = steps(first ?? null, last ?? null)
  return (
    days?.map((number) => {
      const day = dayOf(isNumber(number) ? number : 0)
      return makeDate(day.year, day.month, day.day)
    }) ?? null
  )
}

/** Goes through all combinations, the last source fastest; false when one has no items or there are too many. */
function walk(sources: readonly Source[], scope: Scope, visit: (scope: Scope) => boolean): boolean {
  let count = 0
  const descend = (at: number, inner: Scope): 'on' | 'stop' | 'broken' => {
    const source = sources[at]
    if (source === undefined) {
      count++
      if (count > itemsMax) return 'broken'
      return visit(inner) ? 'on' : 'stop'
    }
    const items = source.items(inner)
    if (items === null) return 'broken'
    for (const item of items) {
      const next = descend(at + 1, scopeOf({ [source.name]: item }, inner))
      if (next !== 'on') return next
    }
    return 'on'
  }
  return descend(0, scope) !== 'broken'
}

/** `for … return …`; the body sees what was returned so far as `partial`. */
export function forCode(sources: readonly Source[], body: Code): Code {
  return (scope) => {
    const partial: Value[] = []
    const isWhole = walk(sources, scopeOf({ partial }, scope), (inner) => {
      partial.push(body(inner))
      return true
    })
    return isWhole ? partial : null
  }
}

/** `some … satisfies …` is decided by true, `every` by false; else anything unknown makes it null. */
export function quantifiedCode(sources: readonly Source[], body: Code, isSome: boolean): Code {
  return (scope) => {
    let result: boolean | null = !isSome
    const isWhole = walk(sources, scope, (inner) => {
      const answer = body(inner)
      if (answer === isSome) result = isSome
      else if (answer !== !isSome) result = null
      return answer !== isSome
    })
    return isWhole ? result : null
  }
}

/** Makes a function of a model. An argument that does not fit its parameter's type keeps the body from running. */
export function makeFunction(
  parameters: readonly Parameter[],
  result: FeelType | null,
  run: (args: Context) => Value,
): FeelFunction {
  const invoke = (args: readonly Value[]): Value => {
    const own: Record<string, Value> = {}
    for (const [at, { name, type }] of parameters.entries()) {
      const value = converted(args[at] ?? null, type)
      if (value === undefined) return null
      own[name] = value
    }
    return coerced(run(own), result)
  }
  return tagged({
    feel: 'function',
    text: `function(${parameters.map(({ name }) => name).join(', ')})`,
    parameters,
    result,
    call: (args) => (args.length === parameters.length ? invoke(args) : null),
    callNamed: (args) =>
      args.size === parameters.length && parameters.every(({ name }) => args.has(name))
        ? invoke(parameters.map(({ name }) => args.get(name) ?? null))
        : null,
  })
}
