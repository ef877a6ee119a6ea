/** What a FEEL expression can be worth. Source: DMN 1.5 clause 10.3.2.3. */

/** A calendar day in the proleptic Gregorian calendar, year in [-999999999, 999999999]. */
export type FeelDate = {
  readonly feel: 'date'
  readonly text: string
  readonly year: number
  readonly month: number
  readonly day: number
}

/** A fixed distance from UTC, or a zone of the IANA database; null is local time. */
export type Zone = { readonly offsetS: number } | { readonly name: string } | null

/** A time of day; nanos are those of the day, in [0, 86 400 000 000 000). */
export type FeelTime = { readonly feel: 'time'; readonly text: string; readonly nanos: number; readonly zone: Zone }

export type FeelDateTime = {
  readonly feel: 'date and time'
  readonly text: string
  readonly date: FeelDate
  readonly time: FeelTime
}

export type FeelMonths = { readonly feel: 'years and months duration'; readonly text: string; readonly months: number }

/** Whole seconds and nanoseconds, both of the same sign. */
export type FeelSpan = {
  readonly feel: 'days and time duration'
  readonly text: string
  readonly seconds: number
  readonly nanos: number
}

/**
 * A range. `isOpenEnded` marks one made by an operator, as `< 10`: it has no bound on one side, whereas a bound that is null makes a range
 * of which nothing can be said.
 */
export type FeelRange = {
  readonly feel: 'range'
  readonly text: string
  readonly start: Value
  readonly end: Value
  readonly isStartIncluded: boolean
  readonly isEndIncluded: boolean
  readonly operator: '<' | '<=' | '>' | '>=' | '=' | '!=' | null
}

/** A function. A call that does not fit its parameters is worth null. */
export type FeelFunction = {
  readonly feel: 'function'
  readonly text: string
  readonly parameters: readonly Parameter[]
  /** The type of what it returns, where it is declared. */
  readonly result: FeelType | null
  readonly call: (args: readonly Value[]) => Value
  readonly callNamed: (args: ReadonlyMap<string, Value>) => Value
}
export type Parameter = { readonly name: string; readonly type: FeelType | null }

export type Context = { readonly [name: string]: Value }
export type Temporal = FeelDate | FeelTime | FeelDateTime
export type Duration = FeelMonths | FeelSpan
export type Value =
  | null
  | boolean
  | number
  | string
  | Temporal
  | Duration
  | FeelRange
  | FeelFunction
  | readonly Value[]
  | Context

/** A type of FEEL. Source: DMN 1.5 clause 10.3.2.9. */
export type FeelType =
  | { readonly kind: 'Any' | 'Null' | SimpleType }
  | { readonly kind: 'list'; readonly element: FeelType }
  | { readonly kind: 'range'; readonly element: FeelType }
  | { readonly kind: 'context'; readonly entries: readonly Parameter[] }
  /** A parameter without a type asks nothing of those of a function. */
  | { readonly kind: 'function'; readonly parameters: readonly (FeelType | null)[]; readonly result: FeelType }
  /** A type that a name stands for; `allows` is its own rule on values. */
  | {
      readonly kind: 'constrained'
      readonly base: FeelType
      readonly allows: (value: Value) => boolean
    }

export type SimpleType =
  | 'number'
  | 'string'
  | 'boolean'
  | 'date'
  | 'time'
  | 'date and time'
  | 'years and months duration'
  | 'days and time duration'

const tag: unique symbol = Symbol('feel')

/** Marks a value as made here, so that a context with an entry named `feel` is still a context. */
export function tagged<const T extends { readonly feel: string }>(value: T): T {
  return Object.defineProperty(value, tag, { value: true })
}

/** Whether an object of unknown origin was made here. */
export function isMadeHere(value: object): value is Temporal | Duration | FeelRange | FeelFunction {
  return tag in value
}

function isTagged(value: Value): value is Temporal | Duration | FeelRange | FeelFunction {
  return typeof value === 'object' && value !== null && tag in value
}

export const isList = (value: Value | undefined): value is readonly Value[] => Array.isArray(value)

export function isContext(value: Value | undefined): value is Context {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && !(tag in value)
}

export type TypeName = 'null' | SimpleType | 'list' | 'context' | 'range' | 'function'

/** The name of a value's own type. O(1). */
export function typeOf(value: Value): TypeName {
  if (value === null) return 'null'
  if (typeof value === 'number') return 'number'
  if (typeof value === 'string') return 'string'
  if (typeof value === 'boolean') return 'boolean'
  if (isTagged(value)) return value.feel
  return isList(value) ? 'list' : 'context'
}

export const isDate = (value: Value | undefined): value is FeelDate => is(value, 'date')
export const isTime = (value: Value | undefined): value is FeelTime => is(value, 'time')
export const isDateTime = (value: Value | undefined): value is FeelDateTime => is(value, 'date and time')
export const isMonths = (value: Value | undefined): value is FeelMonths => is(value, 'years and months duration')
export const isSpan = (value: Value | undefined): value is FeelSpan => is(value, 'days and time duration')
export const isRange = (value: Value | undefined): value is FeelRange => is(value, 'range')
export const isFunction = (value: Value | undefined): value is FeelFunction => is(value, 'function')
export const isDuration = (value: Value | undefined): value is Duration => isMonths(value) || isSpan(value)

function is(value: Value | undefined, feel: string): boolean {
  return value !== undefined && isTagged(value) && value.feel === feel
}

/** An entry of a context, or undefined; inherited names are none. */
export function entryOf(context: Context, name: string): Value | undefined {
  return Object.hasOwn(context, name) ? context[name] : undefined
}
