/** Types: whether a value has one, and the conversions that DMN makes silently. Source: DMN 1.5 clause 10.3.2.9. */
import { atMidnight } from './temporal.ts'
import type { TypeExpr } from './expr.ts'
import {
  entryOf,
  isContext,
  isDate,
  isFunction,
  isList,
  isRange,
  typeOf,
  type FeelFunction,
  type FeelType,
  type SimpleType,
  type Value,
} from './value.ts'

export const anyType: FeelType = { kind: 'Any' }

const simple: Readonly<Record<string, SimpleType>> = {
  number: 'number',
  string: 'string',
  boolean: 'boolean',
  date: 'date',
  time: 'time',
  'date and time': 'date and time',
  dateTime: 'date and time',
  'years and months duration': 'years and months duration',
  yearMonthDuration: 'years and months duration',
  'days and time duration': 'days and time duration',
  dayTimeDuration: 'days and time duration',
}

/** A type of FEEL by its name; null when there is none. */
export function builtInType(name: string): FeelType | null {
  const found = Object.hasOwn(simple, name) ? simple[name] : undefined
  if (found !== undefined) return { kind: found }
  switch (name) {
    case 'Any':
    case 'Null':
      return { kind: name }
    case 'list':
      return { kind: 'list', element: anyType }
    case 'context':
      return { kind: 'context', entries: [] }
    case 'range':
      return { kind: 'range', element: anyType }
    default:
      return null
  }
}

/** The type that a text means; null when a name in it stands for none. */
export function typeFrom(expr: TypeExpr, named: (name: string) => FeelType | null): FeelType | null {
  switch (expr.kind) {
    case 'named':
      return builtInType(expr.name) ?? named(expr.name)
    case 'list':
    case 'range': {
      const element = typeFrom(expr.element, named)
      return element === null ? null : { kind: expr.kind, element }
    }
    case 'context': {
      const entries = expr.entries.map((entry) => ({ name: entry.name, type: typeFrom(entry.type, named) }))
      return entries.some((entry) => entry.type === null) ? null : { kind: 'context', entries }
    }
    case 'function': {
      const parameters = expr.parameters.map((parameter) => typeFrom(parameter, named))
      const result = typeFrom(expr.result, named)
      const known = parameters.filter((parameter) => parameter !== null)
      return result === null || known.length < parameters.length
        ? null
        : { kind: 'function', parameters: known, result }
    }
  }
}

/** `value instance of type`: rules on allowed values do not count, null is an instance of Null only. */
export function isInstance(value: Value, type: FeelType): boolean {
  return value === null ? unconstrained(type).kind === 'Null' : conforms(value, type, false)
}

function unconstrained(type: FeelType): FeelType {
  return type.kind === 'constrained' ? unconstrained(type.base) : type
}

/**
 * Whether a value may stand where a type is asked for. Null may everywhere.
 * @param areRulesKept  whether allowed values count
 */
export function conforms(value: Value, type: FeelType, areRulesKept: boolean): boolean {
  if (value === null) return true
  switch (type.kind) {
    case 'Any':
      return true
    case 'Null':
      return false
    case 'list':
      return isList(value) && value.every((item) => conforms(item, type.element, areRulesKept))
    case 'range':
      return isRange(value) && [value.start, value.end].every((end) => conforms(end, type.element, areRulesKept))
    case 'context':
      return (
        isContext(value) &&
        type.entries.every(({ name, type }) => {
          const entry = entryOf(value, name)
          return entry !== undefined && conforms(entry, type ?? anyType, areRulesKept)
        })
      )
    case 'function':
      return isFunction(value) && functionConforms(value, type)
    case 'constrained':
      return conforms(value, type.base, areRulesKept) && (!areRulesKept || type.allows(value))
    default:
      return typeOf(value) === type.kind
  }
}

/** Parameters against the grain, the result with it. Source: DMN 1.5 clause 10.3.2.9, conformance of types. */
function functionConforms(value: FeelFunction, type: FeelType & { readonly kind: 'function' }): boolean {
  return (
    value.parameters.length === type.parameters.length &&
    value.parameters.every((parameter, at) => {
      const given = type.parameters[at] ?? null
      return given === null || isWithin(given, parameter.type ?? anyType)
    }) &&
    (value.result === null || isWithin(value.result, type.result))
  )
}

/** Whether every value of one type has the other. */
function isWithin(inner: FeelType, outer: FeelType): boolean {
  const [a, b] = [unconstrained(inner), unconstrained(outer)]
  if (b.kind === 'Any' || a.kind === 'Null') return true
  if (a.kind === 'list' && b.kind === 'list') return isWithin(a.element, b.element)
  if (a.kind === 'range' && b.kind === 'range') return isWithin(a.element, b.element)
  if (a.kind === 'context' && b.kind === 'context')
    return b.entries.every(({ name, type }) => {
      const entry = a.entries.find((other) => other.name === name)
      return entry !== undefined && isWithin(entry.type ?? anyType, type ?? anyType)
    })
  return a.kind === b.kind
}

/**
 * Makes a value fit a type by the silent conversions: a singleton list and its item, a date and its midnight in UTC.
 * @returns undefined when it does not fit
 * Source: DMN 1.5 clause 10.3.2.9.4.
 */
export function converted(value: Value, type: FeelType | null): Value | undefined {
  if (type === null || conforms(value, type, true)) return value
  const asked = unconstrained(type)
  if (isList(value) && value.length === 1 && asked.kind !== 'list') {
    const item = value[0] ?? null
    return conforms(item, type, true) ? item : undefined
  }
  if (asked.kind === 'list' && !isList(value)) return conforms([value], type, true) ? [value] : undefined
  if (asked.kind === 'date and time' && isDate(value)) {
    const start = atMidnight(value)
    return conforms(start, type, true) ? start : undefined
  }
  return undefined
}

/** Makes a value fit a type; null when it does not. */
export function coerced(value: Value, type: FeelType | null): Value {
  return converted(value, type) ?? null
}
