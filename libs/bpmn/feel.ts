/** FEEL as this engine uses it: one evaluation over plain JSON, with the clock passed in. */
import {
  dateAndTime,
  evaluate,
  FeelDate,
  FeelDateTime,
  FeelDuration,
  FeelTime,
  parseDate,
  parseExpression,
} from 'feelin'
import type { EpochMs } from '@tingzhou/kernel'
import { instantText } from './timer.ts'
import type { Feel, Json, Value, Vars } from './model.ts'

/** What `now()` and `today()` answer; offsetMin is local time's distance from UTC in minutes. */
export type FeelClock = { readonly now: EpochMs; readonly offsetMin: number }

/** Removes the leading `=` that marks an expression. O(n). */
export function feelText(text: string): Feel {
  const trimmed = text.trim()
  return trimmed.startsWith('=') ? trimmed.slice(1).trim() : trimmed
}

/** Reads a value that is an expression when it begins with `=`, else a literal. O(n). */
export function readValue(text: string): Value {
  return text.trim().startsWith('=') ? { kind: 'feel', text: feelText(text) } : { kind: 'literal', text: text.trim() }
}

/**
 * Looks for a mistake in an expression without evaluating it.
 * @returns null when it is well formed, else a message with the column (from 1)
 */
export function feelMistake(text: Feel): string | null {
  if (text === '') return 'the expression is empty'
  let mistake: string | null = null
  parseExpression(text, {}, undefined).iterate({
    enter: (node) => {
      if (!node.type.isError || mistake !== null) return
      const rest = text.slice(node.from, node.from + 20)
      mistake = rest === '' ? 'the expression is incomplete' : `column ${node.from + 1}: unexpected "${rest}"`
    },
  })
  return mistake
}

/**
 * Evaluates an expression.
 * @param vars  the variables in sight; absent ones are null
 * @returns plain JSON; null when the expression has no value (FEEL never raises)
 * Source: DMN 1.5 chapter 10, by feelin. Paths and `path = literal` are answered directly: they are what models mostly
 * ask, and parsing costs 0.3 ms.
 */
export function evaluateFeel(text: Feel, vars: Vars, clock: FeelClock): Json {
  const direct = evaluateDirectly(text, vars)
  if (direct !== undefined) return direct
  try {
    return toJson(evaluate(text, contextFor(text, vars, clock)).value)
  } catch {
    // feelin raises on text that does not parse among these variable names; FEEL's answer to a failure is null.
    return null
  }
}

/** Whether a condition holds: true only for the boolean true. */
export function holds(condition: Feel, vars: Vars, clock: FeelClock): boolean {
  return evaluateFeel(condition, vars, clock) === true
}

/** Evaluates a literal or computed value. */
export function evaluateValue(value: Value, vars: Vars, clock: FeelClock): Json {
  return value.kind === 'literal' ? value.text : evaluateFeel(value.text, vars, clock)
}

const path = /^[A-Za-z_]\w*(?:\.[A-Za-z_]\w*)*$/
const comparison = /^([A-Za-z_]\w*(?:\.[A-Za-z_]\w*)*)\s*=\s*(?:"([^"\\]*)"|(true|false)|(-?\d+(?:\.\d+)?))$/

/** The answer for a bare path or `path = literal`; undefined = let feelin decide. */
function evaluateDirectly(text: Feel, vars: Vars): Json | undefined {
  if (path.test(text)) return follow(text, vars)
  const [, left, string, boolean, number] = comparison.exec(text) ?? []
  if (left === undefined) return undefined
  const value = follow(left, vars)
  const right = string ?? (boolean === undefined ? Number(number) : boolean === 'true')
  return typeof value === typeof right ? value === right : undefined
}

function follow(text: string, vars: Vars): Json | undefined {
  if (text === 'true' || text === 'false' || text === 'null') return undefined
  let value: Json = vars
  for (const name of text.split('.')) {
    if (!isContext(value) || !Object.hasOwn(value, name)) return undefined
    value = value[name] ?? null
  }
  return value
}

/** Only the variables the text can name: a large context makes feelin's parser slow. */
function contextFor(text: Feel, vars: Vars, clock: FeelClock): Record<string, unknown> {
  const named = Object.entries(vars).filter(([name]) => text.includes(name))
  const local = instantText(clock.now, clock.offsetMin)
  // feelin's own now() and today() read the machine's clock.
  return { now: () => dateAndTime(local), today: () => parseDate(local.slice(0, 10)), ...Object.fromEntries(named) }
}

/** Whether a value is a context: an object, not a list. */
export function isContext(value: Json): value is { readonly [name: string]: Json } {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** Turns a FEEL value into JSON: temporal values become ISO text, functions and ranges null. */
export function toJson(value: unknown): Json {
  if (typeof value === 'string' || typeof value === 'boolean') return value
  if (typeof value === 'number') return Number.isFinite(value) ? value : null
  if (Array.isArray(value)) return value.map(toJson)
  if (value instanceof FeelDateTime) return dateTimeText(value)
  if (value instanceof FeelDate || value instanceof FeelTime || value instanceof FeelDuration) return value.toString()
  if (typeof value !== 'object' || value === null || Object.getPrototypeOf(value) !== Object.prototype) return null
  return Object.fromEntries(Object.entries(value).map(([name, entry]) => [name, toJson(entry)]))
}

/** A zoned date and time becomes an instant in UTC, a local one stays as it is. */
function dateTimeText(value: FeelDateTime): string {
  if (value.zone === null) return value.toString()
  return value.unwrap().toZonedDateTime(value.zone).toInstant().toString()
}
