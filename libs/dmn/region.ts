/** The values that a cell accepts, as parts of a line, where its tests are made of literals. Own. */
import { compile, type Code } from './feel/code.ts'
import { baseScope, emptySight } from './feel/feel.ts'
import { compare } from './feel/compare.ts'
import { dayNumber } from './feel/calendar.ts'
import { isDate, isList, isRange, typeOf, type Value } from './feel/value.ts'
import { writeValue } from './feel/text.ts'
import type { Expr, UnaryTests } from './feel/expr.ts'

/** A part of the line from one end to the other; a null end lies beyond everything. */
export type Part = {
  readonly start: Value
  readonly end: Value
  readonly isStartIncluded: boolean
  readonly isEndIncluded: boolean
}

/** Disjoint parts in order. */
export type Region = readonly Part[]

export const everything: Region = [{ start: null, end: null, isStartIncluded: false, isEndIncluded: false }]

/** The region of a cell; null when it depends on more than literals, or mixes types. */
export function regionOf(tests: UnaryTests): Region | null {
  if (tests.kind === 'any') return everything
  const parts: readonly (Part | null)[] = tests.tests.flatMap<Part | null>((test) => partsOf(test) ?? [null])
  const known = parts.filter((part) => part !== null)
  if (known.length < parts.length || !areAlike(known)) return null
  const region = joined(known)
  return tests.isNegated ? complement(region) : region
}

function partsOf(test: Expr): Region | null {
  if (!isFixed(test)) return null
  const code: Code = compile(test, emptySight)
  return partsOfValue(code(baseScope(null)))
}

function partsOfValue(value: Value): Region | null {
  if (isList(value)) {
    const parts = value.map(partsOfValue)
    return parts.includes(null) ? null : parts.flatMap((part) => part ?? [])
  }
  if (isRange(value)) {
    if (value.operator === '!=') return null
    if (value.operator === null && (value.start === null || value.end === null)) return null
    const { start, end, isStartIncluded, isEndIncluded } = value
    return isEmpty({ start, end, isStartIncluded, isEndIncluded })
      ? []
      : [{ start, end, isStartIncluded, isEndIncluded }]
  }
  const place = typeof value === 'boolean' ? Number(value) : value
  // A test for null says nothing about the line.
  if (place === null) return []
  return compare(place, place) === null ? null : [point(place)]
}

export const point = (value: Value): Part => ({ start: value, end: value, isStartIncluded: true, isEndIncluded: true })

/** Whether an expression is made of literals alone. */
function isFixed(expr: Expr): boolean {
  switch (expr.kind) {
    case 'literal':
    case 'at':
      return true
    case 'negative':
    case 'bound':
      return isFixed(expr.value)
    case 'range':
      return isFixed(expr.from) && isFixed(expr.to)
    case 'list':
      return expr.items.every(isFixed)
    case 'call':
      return (
        expr.target.kind === 'name' &&
        ['date', 'time', 'date and time', 'duration'].includes(expr.target.name) &&
        expr.args.every(isFixed)
      )
    default:
      return false
  }
}

function areAlike(parts: Region): boolean {
  const types = parts.flatMap(({ start, end }) => [start, end]).filter((end) => end !== null)
  return types.every((end) => typeOf(end) === typeOf(types[0] ?? end))
}

/** Orders two starts; beyond everything comes first, and at one place what is included. */
function byStart(a: Part, b: Part): number {
  if (a.start === null || b.start === null) return Number(b.start === null) - Number(a.start === null)
  return (compare(a.start, b.start) ?? 0) || Number(b.isStartIncluded) - Number(a.isStartIncluded)
}

function byEnd(a: Part, b: Part): number {
  if (a.end === null || b.end === null) return Number(a.end === null) - Number(b.end === null)
  return (compare(a.end, b.end) ?? 0) || Number(a.isEndIncluded) - Number(b.isEndIncluded)
}

function isEmpty({ start, end, isStartIncluded, isEndIncluded }: Part): boolean {
  if (start === null || end === null) return false
  const order = compare(start, end)
  return order === null || order > 0 || (order === 0 && !(isStartIncluded && isEndIncluded))
}

/** Whether one part ends before another starts, with something or nothing between them but no common value. */
function isApart(a: Part, b: Part): boolean {
  if (a.end === null || b.start === null) return false
  const order = compare(a.end, b.start)
  return order === null || order < 0 || (order === 0 && !a.isEndIncluded && !b.isStartIncluded)
}

/** The same values in disjoint parts. */
function joined(parts: Region): Region {
  const result: Part[] = []
  for (const part of parts.toSorted(byStart)) {
    const last = result.at(-1)
    if (last === undefined || isApart(last, part)) result.push(part)
    else if (byEnd(last, part) < 0) result.splice(-1, 1, { ...last, end: part.end, isEndIncluded: part.isEndIncluded })
  }
  return result
}

function complement(region: Region): Region {
  const result: Part[] = []
  let start: Value = null
  let isStartIncluded = false
  let isOpen = true
  for (const part of region) {
    const gap: Part = { start, isStartIncluded, end: part.start, isEndIncluded: !part.isStartIncluded }
    if (part.start !== null && !isEmpty(gap)) result.push(gap)
    isOpen = part.end !== null
    start = part.end
    isStartIncluded = !part.isEndIncluded
  }
  return isOpen ? [...result, { start, isStartIncluded, end: null, isEndIncluded: false }] : result
}

/** The values that two regions have in common; null when they cannot be compared. */
export function intersection(a: Region, b: Region): Region | null {
  if (!areAlike([...a, ...b])) return null
  return a.flatMap((left) =>
    b.flatMap((right) => {
      const [start, end] = [byStart(left, right) >= 0 ? left : right, byEnd(left, right) <= 0 ? left : right]
      const part: Part = {
        start: start.start,
        isStartIncluded: start.isStartIncluded,
        end: end.end,
        isEndIncluded: end.isEndIncluded,
      }
      return isEmpty(part) ? [] : [part]
    }),
  )
}

/** Cuts a domain at every end that the regions have, so that each piece is wholly in or out of each region. */
export function pieces(domain: Region, regions: readonly Region[]): Region {
  const ends = [domain, ...regions].flat().flatMap(({ start, end }) => [start, end])
  const cuts: Value[] = []
  for (const end of ends.filter((end) => end !== null)) if (!cuts.some((cut) => compare(cut, end) === 0)) cuts.push(end)
  const ordered = cuts.toSorted((a, b) => compare(a, b) ?? 0)
  const line: Part[] = []
  let start: Value = null
  for (const cut of ordered) {
    line.push({ start, isStartIncluded: false, end: cut, isEndIncluded: false }, point(cut))
    start = cut
  }
  line.push({ start, isStartIncluded: false, end: null, isEndIncluded: false })
  return line.filter((part) => !holdsNothing(part) && isWithin(part, domain))
}

/** There is no day between one day and the next. */
function holdsNothing({ start, end, isStartIncluded }: Part): boolean {
  if (isStartIncluded || !isDate(start) || !isDate(end)) return false
  return dayNumber(end.year, end.month, end.day) - dayNumber(start.year, start.month, start.day) === 1
}

/** Whether a piece lies within a region. */
export function isWithin(piece: Part, region: Region): boolean {
  return region.some((part) => byStart(part, piece) <= 0 && byEnd(part, piece) >= 0)
}

export function isSame(a: Part, b: Part | undefined): boolean {
  return b !== undefined && byStart(a, b) === 0 && byEnd(a, b) === 0
}

/** One part of two of which the first ends where the second starts, one of them with the point between; else null. */
export function united(a: Part, b: Part): Part | null {
  if (a.end === null || b.start === null || compare(a.end, b.start) !== 0) return null
  if (!a.isEndIncluded && !b.isStartIncluded) return null
  return { ...a, end: b.end, isEndIncluded: b.isEndIncluded }
}

/** A part as a person writes it in a cell. */
export function writePart({ start, end, isStartIncluded, isEndIncluded }: Part): string {
  if (start === null && end === null) return '-'
  if (start === null) return `${isEndIncluded ? '<=' : '<'} ${writeValue(end)}`
  if (end === null) return `${isStartIncluded ? '>=' : '>'} ${writeValue(start)}`
  if (compare(start, end) === 0) return writeValue(start)
  return `${isStartIncluded ? '[' : '('}${writeValue(start)}..${writeValue(end)}${isEndIncluded ? ']' : ')'}`
}
