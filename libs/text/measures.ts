import { err, ok, type Result } from '@tingzhou/kernel'
import numbers from './data/numbers.json' with { type: 'json' }
import { anyOf, isLatin } from './normalise.ts'
import { readNumber } from './numerals.ts'
import { inBase, readUnit, unitOf, type TextRefusal, type Unit } from './units.ts'

/** Once, or again each day, month or year. */
export type Period = 'once' | 'day' | 'month' | 'year'

/** Exactly so much, at least, at most, or about. */
export type Bound = 'exact' | 'min' | 'max' | 'about'

/** A number with its unit in a normalised text; `low` and `high` in whole base units, equal unless it is a range. */
export type Measure = {
  readonly at: number
  readonly end: number
  readonly low: number
  readonly high: number
  readonly unit: string
  readonly dimension: string
  readonly bound: Bound
  readonly period: Period | null
}

/** Money for one unit: 3,200 元/吨; `low` and `high` in milli-fen. */
export type Price = {
  readonly at: number
  readonly end: number
  readonly low: number
  readonly high: number
  readonly per: string
}

/** A number that has no unit: 553, or 817 per month. */
type BareNumber = {
  readonly at: number
  readonly end: number
  readonly value: number
  readonly period: Period | null
}

export type Figures = {
  readonly measures: readonly Measure[]
  readonly prices: readonly Price[]
  readonly bare: readonly BareNumber[]
}

const periodNames = ['day', 'month', 'year', 'once'] as const
const ending = (words: readonly string[]): RegExp => new RegExp(`${anyOf(words)}[: ]*$`)
const beginning = (words: readonly string[]): RegExp => new RegExp(` ?${anyOf(words)}`, 'y')
const boundsBefore = (['min', 'max', 'about'] as const).map((bound) => [bound, ending(numbers.before[bound])] as const)
const boundsAfter = (['min', 'max', 'about'] as const).map((bound) => [bound, beginning(numbers.after[bound])] as const)
const periodsBefore = periodNames.map((period) => [period, ending(numbers.periods[period].before)] as const)
const periodsAfter = periodNames.map((period) => [period, beginning(numbers.periods[period].after)] as const)
const between = new RegExp(`(?: ?[-~] ?|${anyOf(numbers.between)})(?=[\\d.])`, 'y')
const over = new RegExp(anyOf(numbers.over), 'y')
const per = new RegExp(` ?${anyOf(numbers.per)} ?`, 'y')
const perUnit = new RegExp(`${anyOf(numbers.per)}([^ :]{1,6})[: ]*$`)
const candidate = new RegExp(
  `\\d|${anyOf([...Object.keys(numbers.digits), ...Object.keys(numbers.tens), numbers.half])}`,
  'g',
)
const capacity = new RegExp(`${anyOf(numbers.capacity)}[: ]*(?:${anyOf(Object.values(numbers.before).flat())} ?)?$`)
const halfMore = new RegExp(`${numbers.half}(?!${anyOf(numbers.halfOf)})`, 'y')
const currencyBefore = /(?:[¥￥]|rmb|cny)[: ]*$/
const contextMax = 16

/** The figure says what a plant can make, not what is wanted: 年产10万吨. */
export const isCapacity = (text: string, at: number): boolean =>
  capacity.test(text.slice(Math.max(0, at - contextMax), at))

/** What stands after a figure or a grade: 以上, 以下. */
export const boundAfter = (text: string, end: number): Bound | null =>
  boundsAfter.find(([, pattern]) => matchesAt(pattern, text, end))?.[0] ?? null

/**
 * All figures of a normalised text: measures (28-30%, 20 万只, 三百吨, 2.5t/月, 不少于50吨), prices (3200元/吨) and numbers without a unit.
 * A figure inside a code (SG-5, P.O42.5, 3x95) is none.
 * Source: own. O(length).
 */
export function readFigures(text: string): Figures {
  const figures = { measures: [] as Measure[], prices: [] as Price[], bare: [] as BareNumber[] }
  for (let at = 0; at < text.length;) {
    candidate.lastIndex = at
    const found = candidate.exec(text)
    if (!found) break
    at = readFigure(text, found.index, figures)
  }
  return figures
}

type Found = { readonly measures: Measure[]; readonly prices: Price[]; readonly bare: BareNumber[] }

function readFigure(text: string, at: number, found: Found): number {
  const first = readNumber(text, at)
  if (!first) return at + 1
  if (!first.isWord && isInsideCode(text, at)) return first.end
  const range = first.isWord ? null : readRangeEnd(text, first.end)
  const last = range ?? first
  over.lastIndex = last.end
  const isOver = over.test(text) && readUnit(text, over.lastIndex) !== null
  const unit = readUnit(text, isOver ? over.lastIndex : last.end)
  const sign = isNegative(text, at) ? -1 : 1
  const before = text.slice(Math.max(0, at - contextMax), sign < 0 ? at - 1 : at)
  const written = {
    text,
    before,
    at,
    end: last.end,
    first: sign * first.value,
    last: sign * (range ?? first).high,
    isOver,
  }
  if (unit) {
    if (!range && first.high === first.value && matchesAt(halfMore, text, unit.end)) {
      const more = sign * (first.value + 0.5)
      return addFigure({ ...written, first: more, last: more, end: halfMore.lastIndex }, unit.unit, found)
    }
    // 10%-12% repeats its unit.
    const more = range ? null : readRangeEnd(text, unit.end)
    const again = more && readUnit(text, more.end)
    return more && again?.unit === unit.unit
      ? addFigure({ ...written, last: more.value, end: again.end }, unit.unit, found)
      : addFigure({ ...written, end: unit.end }, unit.unit, found)
  }
  // Of words only those with a unit are figures: 一 is in too many words.
  if (first.isWord) return first.end
  const yuan = currencyBefore.test(before) ? unitOf('yuan') : null
  if (yuan) return addFigure(written, yuan, found)
  if (!isLatin(text[last.end]))
    found.bare.push({ at, end: last.end, value: written.first, period: periodOf(before, text, last.end)[0] })
  return last.end
}

/** A figure as it stands: from `first` to `last`, after `before`. */
type Written = {
  readonly text: string
  readonly before: string
  readonly at: number
  readonly end: number
  readonly first: number
  readonly last: number
  readonly isOver: boolean
}

function addFigure({ text, before, at, end, first, last, isOver }: Written, unit: Unit, found: Found): number {
  const [one, other] = [inBase(Math.min(first, last), unit), inBase(Math.max(first, last), unit)]
  if (!one.ok || !other.ok) return end
  const [low, high] = [one.value, other.value]
  const divided = unit.dimension === 'money' ? (unitAfterPer(text, end) ?? unitBefore(before, end)) : null
  if (divided) {
    found.prices.push({ at, end: divided.end, low, high, per: divided.unit.unit })
    return divided.end
  }
  const bound = isOver ? 'about' : boundOf(before, text, end)
  const [period, after] = periodOf(before, text, end)
  found.measures.push({ at, end, low, high, unit: unit.unit, dimension: unit.dimension, bound, period })
  return Math.max(end, after)
}

function unitAfterPer(text: string, at: number) {
  per.lastIndex = at
  return per.test(text) ? readUnit(text, per.lastIndex) : null
}

// 每吨3200元
function unitBefore(before: string, end: number) {
  const match = perUnit.exec(before)
  const unit = match?.[1] === undefined ? null : unitOf(match[1])
  return unit ? { unit, end } : null
}

function readRangeEnd(text: string, at: number) {
  between.lastIndex = at
  return between.test(text) ? readNumber(text, between.lastIndex) : null
}

// The 5 of SG-5, the 42 of P.O42.5, the 95 of 3x95, the 30 of 240/30.
function isInsideCode(text: string, at: number): boolean {
  const [last = '', one = ''] = [text[at - 1], text[at - 2]]
  return /[a-z]/.test(last) || (/[-./*x]/.test(last) && isLatin(one))
}

// -200 after nothing, a space or a sign; in 昌吉-30 it is a dash.
function isNegative(text: string, at: number): boolean {
  return text[at - 1] === '-' && !/[\p{L}\p{N}%]/u.test(text[at - 2] ?? '')
}

// 不超过 holds 超过: the longest word counts.
function boundOf(before: string, text: string, end: number): Bound {
  const after = boundAfter(text, end)
  if (after) return after
  const found = boundsBefore.map(([bound, pattern]) => ({
    bound,
    length: pattern.exec(before)?.[0].trim().length ?? 0,
  }))
  const longest = found.toSorted((one, other) => other.length - one.length)[0]
  return longest && longest.length > 0 ? longest.bound : 'exact'
}

function periodOf(before: string, text: string, end: number): readonly [Period | null, number] {
  for (const [period, pattern] of periodsAfter) if (matchesAt(pattern, text, end)) return [period, pattern.lastIndex]
  return [periodsBefore.find(([, pattern]) => pattern.test(before))?.[0] ?? null, end]
}

function matchesAt(pattern: RegExp, text: string, at: number): boolean {
  pattern.lastIndex = at
  return pattern.test(text)
}

/** So much of something, in whole base units of a dimension. */
export type Amount = { readonly value: number; readonly dimension: string; readonly period: Period | null }

/**
 * A quantity as a person writes it into a field of its own, held against the unit that its product is traded in.
 * @param text  200 吨, 3.5万 kg, 二十头, -5 t …
 * @param unit  of the product: t, kg, m3, pcs, set …
 * @returns whole base units; refusals name field, value and rule: `unit_known`, `unit_of_the_dimension`, `not_negative`, `not_zero`
 * Source: own. O(length).
 */
export function readQuantity(normalised: string, unit: string): Result<Amount, TextRefusal> {
  const wanted = unitOf(unit)
  if (!wanted) return err({ field: 'unit', value: unit, rule: 'unit_known' })
  const { measures, bare } = readFigures(normalised)
  const measure = measures[0] ?? (bare[0] && ofBare(bare[0], wanted))
  if (!measure) return err({ field: 'quantity', value: normalised, rule: 'unit_known' })
  if (measure.dimension !== wanted.dimension)
    return err({ field: 'quantity', value: normalised.slice(measure.at, measure.end), rule: 'unit_of_the_dimension' })
  if (measure.low < 0) return err({ field: 'quantity', value: normalised, rule: 'not_negative' })
  if (measure.low === 0) return err({ field: 'quantity', value: normalised, rule: 'not_zero' })
  return Number.isSafeInteger(measure.low)
    ? ok({ value: measure.low, dimension: measure.dimension, period: measure.period })
    : err({ field: 'quantity', value: normalised, rule: 'safe_integer' })
}

function ofBare({ at, end, value, period }: BareNumber, unit: Unit) {
  const dimension = unit.dimension
  return { at, end, low: Math.round(value * unit.base), dimension, period }
}
