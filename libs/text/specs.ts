import type { AliasHit } from './aliases.ts'
import type { Product } from './catalogue.ts'
import { withoutDays } from './dates.ts'
import {
  boundAfter,
  isCapacity,
  readFigures,
  type Amount,
  type Bound,
  type Figures,
  type Measure,
  type Price,
} from './measures.ts'
import { anyOf, isLatin, normalise } from './normalise.ts'
import { readNumber } from './numerals.ts'
import { unitOf } from './units.ts'
import { defaultWords } from './words.ts'

/**
 * One statement of a specification. `axis` is the product's own axis, or a dimension (length, ratio …), `grade:级` and the like, or `code`.
 * A measure has its range in base units, a grade its number, the rest a word.
 */
export type SpecToken = {
  readonly axis: string
  readonly text: string
  readonly low: number | null
  readonly high: number | null
  readonly bound: Bound
}

/** What a short text says beside its product. */
export type Details = {
  readonly specs: readonly SpecToken[]
  readonly quantity: Amount | null
  readonly price: Price | null
}

export type SpecVerdict = 'equal' | 'tolerance' | 'unknown' | 'conflict'

/** A verdict on one axis, with both statements. */
export type AxisVerdict = {
  readonly axis: string
  readonly verdict: SpecVerdict
  readonly wanted: string
  readonly offered: string | null
}

const gradeWords = anyOf(defaultWords.grades)
const grade = new RegExp(`(-?\\d+(?:\\.\\d+)?|[\\p{Script=Han}]|(?<![a-z])[a-z]{1,2})(${gradeWords})`, 'gu')
const isRank = (suffix: string): boolean => defaultWords.ranks.includes(suffix)
const wholeGrade = new RegExp(`^(-?\\d+(?:\\.\\d+)?|[\\p{Script=Han}]|[a-z]{1,2})(${gradeWords})$`, 'u')
const code = /(?<![a-z0-9])(?=[a-z0-9./*-]*[a-z])(?=[a-z0-9./*-]*\d)[a-z0-9]+(?:[-./*][a-z0-9]+)*/g

type Part = { readonly token: SpecToken; readonly written: string; readonly core: string | null }

const partsOf = new WeakMap<Product, readonly Part[]>()

/**
 * Specification, quantity and price of a text about a product.
 * A listed value is found as written, by what the trade calls it, or by its number alone where the list has it once (90 for 90号). Of the
 * measures in the product's own dimension the largest is the quantity. What a name itself says (一级灰) counts only when nothing else does;
 * a grade (12号, 30支) only where the product's list has such grades.
 * @param normalised  the text
 * @param names  the product's names in it
 * @param isNeed  what a needing plant can make (年产10万吨) is not what it needs
 * Source: own. O(length · listed values).
 */
export function readDetails(
  normalised: string,
  product: Product,
  names: readonly Pick<AliasHit, 'at' | 'end'>[],
  isNeed = false,
): Details {
  const text = withoutDays(unhyphened(normalised))
  const parts = listedParts(product)
  const grades = gradesOf(text, parts)
  const isOther = ({ at, end }: { readonly at: number; readonly end: number }): boolean =>
    !(isNeed && isCapacity(text, at)) && !grades.some((one) => one.at < end && at < one.end)
  const all = readFigures(text)
  const figures = { ...all, measures: all.measures.filter(isOther), bare: all.bare.filter(isOther) }
  const found: Placed[] = []
  for (const part of parts)
    for (const at of placesOf(text, part.written)) found.push(placed(part.token, at, part.written.length))
  for (const [spoken, values] of Object.entries(product.grades ?? {}))
    for (const at of placesOf(text, unhyphened(normalise(spoken))))
      for (const value of values)
        for (const token of specOfValue(value, product)) found.push(placed(token, at, normalise(spoken).length))
  const quantity = quantityOf(figures, product, parts)
  for (const measure of figures.measures)
    if (measure !== quantity && isSpec(measure, parts))
      found.push(placed(tokenOfMeasure(text, measure), measure.at, measure.end - measure.at))
  found.push(...grades)
  const codes = parts.some(({ token }) => token.axis === ownAxis(product))
  for (const match of text.matchAll(code))
    if (!figures.measures.some(({ at, end }) => at < match.index + match[0].length && match.index < end))
      found.push(
        placed(
          word(codes && isShaped(match[0], parts) ? ownAxis(product) : 'code', match[0]),
          match.index,
          match[0].length,
        ),
      )
  for (const part of parts)
    for (const at of coresOf(text, part, parts, figures, quantity))
      found.push(placed(part.token, at, (part.core ?? '').length))
  const amount = quantity && amountOf(quantity)
  return { specs: chosen(found, names), quantity: amount, price: figures.prices[0] ?? null }
}

// Of a product without such grades 12号 and 30支 are a day and pieces.
function gradesOf(text: string, parts: readonly Part[]): readonly Placed[] {
  return [...text.matchAll(grade)].flatMap((match) => {
    const [written, number = '', suffix = ''] = match
    const bound = boundAfter(text, match.index + written.length) ?? 'exact'
    const token = parts.some(({ token }) => token.axis === `grade:${suffix}`)
      ? tokenOfGrade(number, suffix, written, bound)
      : null
    return token ? [placed(token, match.index, written.length)] : []
  })
}

// five-ply is five ply; SG-5 stays.
const unhyphened = (text: string): string => text.replaceAll(/(?<=[a-z])-(?=[a-z])/g, ' ')

type Placed = { readonly token: SpecToken; readonly at: number; readonly end: number }
const placed = (token: SpecToken, at: number, length: number): Placed => ({ token, at, end: at + length })
const word = (axis: string, text: string): SpecToken => ({ axis, text, low: null, high: null, bound: 'exact' })
const ownAxis = (product: Product): string => `=${product.spec?.axis ?? ''}`

function listedParts(product: Product): readonly Part[] {
  const known = partsOf.get(product)
  if (known) return known
  const parts = (product.spec?.values ?? []).flatMap((value) =>
    normalise(value)
      .split(' ')
      .map((written) => ({ written, token: tokenOfPart(written, product), core: coreOf(written) })),
  )
  partsOf.set(product, parts)
  return parts
}

/** The statements of a value of the product's axis, as listed or as a person typed it. */
export function specOfValue(value: string, product: Product): readonly SpecToken[] {
  return normalise(value)
    .split(' ')
    .map((written) => tokenOfPart(written, product))
}

function tokenOfPart(written: string, product: Product): SpecToken {
  const [, number, suffix] = wholeGrade.exec(written) ?? []
  const token = number !== undefined && suffix !== undefined && tokenOfGrade(number, suffix, written, 'exact')
  if (token) return token
  const [measure] = readFigures(written).measures
  return measure && measure.at === 0 && measure.end === written.length
    ? tokenOfMeasure(written, measure)
    : word(ownAxis(product), written)
}

function tokenOfMeasure(text: string, { at, end, low, high, dimension, bound }: Measure): SpecToken {
  return { axis: dimension, text: text.slice(at, end), low, high, bound }
}

function tokenOfGrade(number: string, suffix: string, text: string, bound: Bound): SpecToken | null {
  const axis = `grade:${suffix}`
  if (/^[a-z]+$/.test(number)) return word(axis, text)
  const value = /^-?\d/.test(number) ? Number(number) : readNumber(number, 0)?.value
  if (value === undefined) return null
  // Of ranks the first is the best: 二级以上 is at most two.
  const turned = isRank(suffix) ? (bound === 'min' ? 'max' : bound === 'max' ? 'min' : bound) : bound
  return { axis, text, low: value, high: value, bound: turned }
}

// 90 of 90号, 32% of 32%液碱, 107 of 107胶, 2468 of 九圣禾2468, n of N型; 3x95 is all core.
function coreOf(written: string): string | null {
  const [measure] = readFigures(written).measures
  if (measure && measure.at === 0 && measure.end === written.length) return /^\d+(?:\.\d+)?/.exec(written)?.[0] ?? null
  const core = /(?<![a-z])(?:-?\d+(?:\.\d+)?%?|[a-z]{1,2})(?![a-z\d])/.exec(written)?.[0] ?? null
  return core === written || core === null ? null : core
}

function coresOf(
  text: string,
  { core, written }: Part,
  parts: readonly Part[],
  { measures, bare }: Figures,
  quantity: Measure | null,
): readonly number[] {
  if (core === null || parts.some((part) => part.core === core && part.written !== written)) return []
  if (/^[a-z]+$/.test(core)) return placesOf(text, core).filter((at) => isNamedLetter(text, at, core.length))
  if (core.endsWith('%'))
    return measures
      .filter((measure) => measure !== quantity && text.slice(measure.at, measure.end) === core)
      .map(({ at }) => at)
  const value = Number(core)
  return bare
    .filter(
      (number) =>
        number.period === null &&
        (number.value === value || (core.startsWith('-') && number.value === -value && text[number.at - 1] === '-')),
    )
    .map(({ at }) => at)
}

// A letter is a grade where it stands between commas, at the end, or before type, grade, size.
const isNamedLetter = (text: string, at: number, length: number): boolean =>
  (/^(?:,|$|[ -]?(?:type|grade|size|class))/.test(text.slice(at + length)) &&
    /(?:^|, ?|(?:type|grade|size|class) )$/.test(text.slice(Math.max(0, at - 6), at))) ||
  /^[ -](?:type|grade|size|class)/.test(text.slice(at + length))

function placesOf(text: string, written: string): readonly number[] {
  const places: number[] = []
  for (let at = text.indexOf(written); at >= 0 && places.length < 20; at = text.indexOf(written, at + 1)) {
    const isCut =
      (isLatin(written[0]) && (isLatin(text[at - 1]) || /\.$|\d-$/.test(text.slice(Math.max(0, at - 2), at)))) ||
      (isLatin(written.at(-1)) && isLatin(text[at + written.length]))
    if (!isCut) places.push(at)
  }
  return places
}

// hrb500e has the shape of hrb400e: another value of the same axis.
const shape = (text: string): string => text.replaceAll(/\d+/g, '#')
const isShaped = (text: string, parts: readonly Part[]): boolean =>
  parts.some(({ written }) => shape(written) === shape(text))

function quantityOf({ measures, bare }: Figures, product: Product, parts: readonly Part[]): Measure | null {
  const unit = unitOf(product.unit)
  if (!unit) return null
  const isListed = (measure: Measure): boolean =>
    parts.some(
      ({ token }) => token.axis === measure.dimension && token.low === measure.low && token.high === measure.high,
    )
  const own = measures.filter(({ dimension }) => dimension === unit.dimension)
  const repeated = own.find(({ period }) => period !== null)
  if (repeated) return repeated
  const largest = own.filter((measure) => !isListed(measure)).toSorted((a, b) => b.high - a.high)[0]
  if (largest)
    return isSpecDimension(parts, unit.dimension) && own.length === 1 && isNear(largest, parts) ? null : largest
  const number = bare.find(({ period }) => period !== null)
  // Two truckloads of what is traded by the tonne: a quantity that nothing is comparable with.
  if (!number) return measures.find((measure) => tradedIn.has(measure.dimension) && !isSpec(measure, parts)) ?? null
  const low = Math.round(number.value * unit.base)
  return {
    at: number.at,
    end: number.end,
    low,
    high: low,
    unit: unit.unit,
    dimension: unit.dimension,
    bound: 'exact',
    period: number.period,
  }
}

// Dimensions that goods are counted and weighed in; of these only what the product's own values say is a specification.
const tradedIn: ReadonlySet<string> = new Set([
  'mass',
  'volume',
  'area',
  'energy',
  'heat_energy',
  'pieces',
  'sets',
  'heads',
  'bottles',
  'boxes',
  'bags',
  'drums',
  'trips',
])

const isSpec = ({ dimension, period }: Measure, parts: readonly Part[]): boolean =>
  period === null &&
  !/^(?:money|time)/.test(dimension) &&
  (!tradedIn.has(dimension) || isSpecDimension(parts, dimension))

const isSpecDimension = (parts: readonly Part[], dimension: string): boolean =>
  parts.some(({ token }) => token.axis === dimension)

// 20kg beside listed sacks of 25kg is a sack; 5 t is a quantity.
const isNear = (measure: Measure, parts: readonly Part[]): boolean =>
  parts.some(
    ({ token }) =>
      token.axis === measure.dimension &&
      token.high !== null &&
      token.low !== null &&
      measure.high <= 3 * token.high &&
      measure.low * 3 >= token.low,
  )

function amountOf({ low, dimension, period }: Measure): Amount | null {
  return Number.isSafeInteger(low) && low > 0 ? { value: low, dimension, period } : null
}

// Within a name only what nothing outside says; of statements inside each other the longer, but a listed value rather than the code it
// is part of; each once.
function chosen(found: readonly Placed[], names: readonly Pick<AliasHit, 'at' | 'end'>[]): readonly SpecToken[] {
  const isInName = ({ at, end }: Placed): boolean => names.some((name) => name.at <= at && end <= name.end)
  const isWithin = (inner: Placed, outer: Placed): boolean =>
    outer.at <= inner.at && inner.end <= outer.end && outer.end - outer.at > inner.end - inner.at
  const isLess = (one: Placed, other: Placed): boolean =>
    one.token.axis === 'code' ? isWithin(other, one) : other.token.axis !== 'code' && isWithin(one, other)
  const longest = found.filter((one) => !found.some((other) => isLess(one, other)))
  const outside = longest.filter((one) => !isInName(one))
  const inside = longest.filter((one) => isInName(one) && outside.every(({ token }) => token.axis !== one.token.axis))
  const seen = new Map(
    [...outside, ...inside].map(({ token }) => [
      `${token.axis}|${token.low}|${token.high}|${token.low === null ? token.text : ''}`,
      token,
    ]),
  )
  return [...seen.values()].slice(0, specTokensMax)
}

/** Statements of a text that are kept. */
const specTokensMax = 24

/** How much of its own size a measure may differ and still be near: a twentieth. */
const measureTolerance = 0.05
/** 100 % in ppm. */
const whole = 1e6

/**
 * Holds what is offered against what is wanted, axis by axis of what is wanted.
 * @returns `equal`, `tolerance` (within a twentieth, of a ratio or of what it lacks of 100 %, or a grade written shorter), `conflict`, or `unknown` when the offer says nothing of it
 * Source: own. O(wanted · offered).
 */
export function judgeSpecs(
  wanted: readonly SpecToken[],
  offered: readonly SpecToken[],
  product: Product,
): readonly AxisVerdict[] {
  const axes = [...new Set(wanted.map(({ axis }) => axis))]
  const isOwn = (axis: string): boolean =>
    axis.startsWith('=') || listedParts(product).some(({ token }) => token.axis === axis)
  return axes.map((axis) => {
    const [asked, said] = [
      wanted.filter((token) => token.axis === axis),
      offered.filter((token) => token.axis === axis),
    ]
    const pairs = asked.flatMap((one) => said.map((other) => ({ verdict: judge(one, other), one, other })))
    const best = pairs.toSorted((a, b) => rank[a.verdict] - rank[b.verdict])[0]
    const isOther =
      !best && asked.some(({ text }) => isListed(text, product)) && offered.some(({ text }) => isListed(text, product))
    if (isOther && isSingle(product))
      return {
        axis: product.spec?.axis ?? axis,
        verdict: 'conflict',
        wanted: asked[0]?.text ?? '',
        offered: offered.find(({ text }) => isListed(text, product))?.text ?? null,
      }
    // A code that is no listed value may mean anything: other codes do not contradict it.
    const verdict = !best || (axis === 'code' && best.verdict === 'conflict') ? 'unknown' : best.verdict
    return {
      axis: isOwn(axis) ? (product.spec?.axis ?? axis) : axis,
      verdict,
      wanted: (best?.one ?? asked[0])?.text ?? '',
      offered: best?.other.text ?? null,
    }
  })
}

const isListed = (text: string, product: Product): boolean =>
  listedParts(product).some(({ written }) => written === text)

// Each value is one statement: whoever says another says no to this one, be one a grade and the other a word (一级, 压榨).
const isSingle = (product: Product): boolean => listedParts(product).length === (product.spec?.values.length ?? 0)

const rank: Readonly<Record<SpecVerdict, number>> = { equal: 0, tolerance: 1, unknown: 2, conflict: 3 }

function judge(one: SpecToken, other: SpecToken): SpecVerdict {
  if (one.low === null || other.low === null || one.high === null || other.high === null)
    return one.text === other.text ? 'equal' : isShortened(one.text, other.text) ? 'tolerance' : 'conflict'
  if (one.low === other.low && one.high === other.high) return 'equal'
  const [low, high] = [one.bound === 'max' ? -Infinity : one.low, one.bound === 'min' ? Infinity : one.high]
  // What satisfies a bound without being the figure asked for is accepted, not equal.
  if (other.low >= low && other.high <= high) return one.bound === 'exact' && one.low < one.high ? 'equal' : 'tolerance'
  if (one.axis.startsWith('grade:')) return 'conflict'
  const gap = Math.max(low - other.high, other.low - high)
  const size = Math.abs(one.bound === 'max' ? one.high : one.low)
  // Of a purity the rest counts: 95.5 % is far from 99.999 %.
  const room = one.axis === 'ratio' ? Math.min(size, Math.abs(whole - size)) : size
  return gap <= measureTolerance * room ? 'tolerance' : 'conflict'
}

// HRB400 and HRB400E, 6063 and 6063-T5.
const isShortened = (one: string, other: string): boolean =>
  one.length >= 2 && other.length >= 2 && (one.startsWith(other) || other.startsWith(one))
