/** Ranges: what is in them, and how two of them lie. Source: DMN 1.5 clauses 10.3.2.7 and 10.3.4.7. */
import { compare, equal, holds } from './compare.ts'
import { writeValue } from './text.ts'
import { isRange, tagged, typeOf, type FeelRange, type Value } from './value.ts'

const ordered = new Set([
  'number',
  'string',
  'date',
  'time',
  'date and time',
  'years and months duration',
  'days and time duration',
])

/** Makes a range from its ends; null when they have no common order. */
export function makeRange(
  start: Value,
  end: Value,
  isStartIncluded: boolean,
  isEndIncluded: boolean,
): FeelRange | null {
  const types = [start, end].filter((value) => value !== null).map(typeOf)
  if (types.some((type) => type !== types[0] || !ordered.has(type))) return null
  if (start !== null && end !== null && compare(start, end) === null) return null
  const text = `${isStartIncluded ? '[' : '('}${writeValue(start)}..${writeValue(end)}${isEndIncluded ? ']' : ')'}`
  return tagged({ feel: 'range', text, start, end, isStartIncluded, isEndIncluded, operator: null })
}

/** The range that an operator before a value means: `< 10`. */
export function operatorRange(operator: '<' | '<=' | '>' | '>=' | '=' | '!=', value: Value): FeelRange | null {
  const isAny = operator === '=' || operator === '!='
  if (!isAny && (value === null || !ordered.has(typeOf(value)))) return null
  const hasStart = operator.startsWith('>') || operator === '='
  const hasEnd = operator.startsWith('<') || operator === '='
  return tagged({
    feel: 'range',
    text: `${operator} ${writeValue(value)}`,
    start: hasStart || operator === '!=' ? value : null,
    end: hasEnd || operator === '!=' ? value : null,
    isStartIncluded: operator === '>=' || operator === '=',
    isEndIncluded: operator === '<=' || operator === '=',
    operator,
  })
}

/** Whether a value is in a range; null when it cannot be said. */
export function contains(range: FeelRange, value: Value): boolean | null {
  if (range.operator === '=') return equal(value, range.start)
  if (range.operator === '!=') return negate(equal(value, range.start))
  if (range.operator !== null)
    return holds(value, range.operator, range.operator.startsWith('<') ? range.end : range.start)
  const isAfter = holds(value, range.isStartIncluded ? '>=' : '>', range.start)
  const isBefore = holds(value, range.isEndIncluded ? '<=' : '<', range.end)
  return isAfter === null || isBefore === null ? null : isAfter && isBefore
}

export function negate(value: boolean | null): boolean | null {
  return value === null ? null : !value
}

/** A point is a range that holds only itself; an end that is missing lies beyond everything. */
type Ends = {
  readonly start: Value
  readonly end: Value
  readonly startIn: boolean
  readonly endIn: boolean
  readonly isPoint: boolean
}

function endsOf(value: Value): Ends | null {
  if (isRange(value)) {
    if (value.operator === '!=') return null
    if (value.operator === null && (value.start === null || value.end === null)) return null
    const { start, end, isStartIncluded, isEndIncluded } = value
    return { start, end, startIn: isStartIncluded, endIn: isEndIncluded, isPoint: false }
  }
  if (value === null || !ordered.has(typeOf(value))) return null
  return { start: value, end: value, startIn: true, endIn: true, isPoint: true }
}

type Relation = (a: Ends, b: Ends) => boolean | null

/** Orders the start of one and the start of the other; a missing start comes first. */
function starts(a: Ends, b: Ends): number | null {
  if (a.start === null || b.start === null) return a.start === b.start ? 0 : a.start === null ? -1 : 1
  const order = compare(a.start, b.start)
  return order === null || order !== 0 || a.startIn === b.startIn ? order : a.startIn ? -1 : 1
}

/** Orders the end of one and the end of the other; a missing end comes last. */
function ends(a: Ends, b: Ends): number | null {
  if (a.end === null || b.end === null) return a.end === b.end ? 0 : a.end === null ? 1 : -1
  const order = compare(a.end, b.end)
  return order === null || order !== 0 || a.endIn === b.endIn ? order : a.endIn ? 1 : -1
}

const before: Relation = (a, b) => {
  if (a.end === null || b.start === null) return false
  const order = compare(a.end, b.start)
  return order === null ? null : order < 0 || (order === 0 && !(a.endIn && b.startIn))
}

const meets: Relation = (a, b) => {
  if (a.end === null || b.start === null) return false
  const order = compare(a.end, b.start)
  return order === null ? null : order === 0 && a.endIn && b.startIn
}

const and = (...tests: readonly (boolean | null)[]): boolean | null =>
  tests.includes(null) ? null : tests.every((test) => test === true)

const test = (order: number | null, accepts: (order: number) => boolean): boolean | null =>
  order === null ? null : accepts(order)

const includes: Relation = (a, b) =>
  and(
    test(starts(a, b), (order) => order <= 0),
    test(ends(a, b), (order) => order >= 0),
  )

const overlaps: Relation = (a, b) => and(negate(before(a, b)), negate(before(b, a)))

const overlapsBefore: Relation = (a, b) =>
  and(
    test(starts(a, b), (order) => order < 0),
    negate(before(a, b)),
    test(ends(a, b), (order) => order <= 0),
  )

const finishes: Relation = (a, b) =>
  and(
    test(ends(a, b), (order) => order === 0),
    test(starts(a, b), (order) => order >= 0),
  )

const begins: Relation = (a, b) =>
  and(
    test(starts(a, b), (order) => order === 0),
    test(ends(a, b), (order) => order <= 0),
  )

const coincides: Relation = (a, b) =>
  and(
    test(starts(a, b), (order) => order === 0),
    test(ends(a, b), (order) => order === 0),
  )

/** The inverse of a relation. */
const turned =
  (relation: Relation): Relation =>
  (a, b) =>
    relation(b, a)

/** What each relation accepts: R a range, P a point. */
type Kinds = 'any' | 'ranges' | 'range first' | 'range second' | 'alike'

export const relations: Readonly<Record<string, { readonly relation: Relation; readonly kinds: Kinds }>> = {
  before: { relation: before, kinds: 'any' },
  after: { relation: turned(before), kinds: 'any' },
  meets: { relation: meets, kinds: 'ranges' },
  'met by': { relation: turned(meets), kinds: 'ranges' },
  overlaps: { relation: overlaps, kinds: 'ranges' },
  'overlaps before': { relation: overlapsBefore, kinds: 'ranges' },
  'overlaps after': { relation: turned(overlapsBefore), kinds: 'ranges' },
  finishes: { relation: finishes, kinds: 'range second' },
  'finished by': { relation: turned(finishes), kinds: 'range first' },
  includes: { relation: includes, kinds: 'range first' },
  during: { relation: turned(includes), kinds: 'range second' },
  starts: { relation: begins, kinds: 'range second' },
  'started by': { relation: turned(begins), kinds: 'range first' },
  coincides: { relation: coincides, kinds: 'alike' },
}

/** Answers a relation between two values; null when it is not defined for them. */
export function relate(name: string, a: Value, b: Value): boolean | null {
  const found = relations[name]
  const [left, right] = [endsOf(a), endsOf(b)]
  if (found === undefined || left === null || right === null || !isAccepted(found.kinds, left, right)) return null
  return found.relation(left, right)
}

function isAccepted(kinds: Kinds, a: Ends, b: Ends): boolean {
  switch (kinds) {
    case 'any':
      return true
    case 'ranges':
      return !a.isPoint && !b.isPoint
    case 'range first':
      return !a.isPoint
    case 'range second':
      return !b.isPoint
    case 'alike':
      return a.isPoint === b.isPoint
  }
}
