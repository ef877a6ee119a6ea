import type { LocalDate } from '@tingzhou/kernel'
import {
  normalise,
  readDue,
  readFigures,
  unitOf,
  type Amount,
  type Catalogue,
  type OfferIndex,
  type Price,
  type Product,
  type Resolution,
} from '@tingzhou/text'
import type { Fault } from '../problems.ts'
import type { PostingKind, Subject } from '../words.ts'
import { seatsOf, withSeats, type PostedPrice, type Quantity } from './amounts.ts'
import { masked, type PersonalKind } from './personal.ts'

/** What the platform understands of a text, before a person confirmed it. */
export type Reading = {
  /** Telephone and identity numbers starred out. */
  readonly text: string
  readonly masked: readonly PersonalKind[]
  /** As it was told, or as the text sounds. */
  readonly subject: Subject
  readonly product: string | null
  readonly certainty: Resolution['certainty']
  /** Other products that it may mean, the likeliest first. */
  readonly alternatives: readonly string[]
  readonly mentions: Resolution['mentions']
  readonly service: Resolution['service']
  readonly spec: readonly { readonly axis: string; readonly value: string }[]
  readonly quantity: Quantity | null
  readonly price: PostedPrice | null
  readonly due: LocalDate | null
  readonly unknown: readonly string[]
  /** What cannot be so: a quantity below zero, a day that no month has, a unit that the product is not counted in. */
  readonly faults: readonly Fault[]
}

const alternativesMax = 6
const mentionsMax = 20

/**
 * Reads a text. Stores nothing.
 * @param index  of the zone's catalogue
 * @param today  the day in the zone
 * Pure. O(length).
 */
export function readText(
  index: Pick<OfferIndex, 'read'>,
  catalogue: Catalogue,
  {
    text,
    kind,
    subject,
  }: { readonly text: string; readonly kind: PostingKind; readonly subject?: Subject | undefined },
  today: LocalDate,
): Reading {
  const shown = masked(text)
  const due = readDue(normalise(shown.text), today)
  const read = index.read({ id: '', text: shown.text }, kind === 'need')
  const none: Resolution = { text: '', product: null, certainty: 'none', mentions: [], service: null, unknown: [] }
  const { resolution, product, specs, quantity, price } = read.ok
    ? read.value
    : { resolution: none, product: null, specs: [], quantity: null, price: null }
  const isTalent = (subject ?? subjectOf(shown.text, product)) === 'talent'
  const amount = amountsOf(shown.text, isTalent ? null : product, quantity, isTalent)
  return {
    text: shown.text,
    masked: shown.found,
    subject: subject ?? subjectOf(shown.text, product),
    product: isTalent ? null : resolution.product,
    certainty: isTalent ? 'none' : resolution.certainty,
    alternatives: isTalent ? [] : alternativesOf(resolution, catalogue),
    mentions: resolution.mentions.slice(0, mentionsMax),
    service: isTalent ? null : resolution.service,
    spec: isTalent ? [] : specs.map(({ axis, text: value }) => ({ axis: axisOf(axis, product), value })),
    quantity: amount.quantity,
    price: price && { low: price.milliFen, high: highOf(shown.text, price), per: price.per },
    due: due.ok ? (due.value?.day ?? null) : null,
    unknown: resolution.unknown,
    faults: [...(due.ok ? [] : [{ ...due.error, field: 'neededBy' }]), ...amount.faults],
  }
}

/** What is stored of a reading with its posting: how the platform came to it. */
export const resolutionOf = ({ product, certainty, mentions, service, unknown }: Reading) => ({
  product,
  certainty,
  service,
  unknown: [...unknown],
  mentions: mentions.map(({ code, alias, weight, rules }) => ({ code, alias, weight, rules: [...rules] })),
})

/** The name of an axis as the product calls it. */
const axisOf = (axis: string, product: Product | null): string =>
  axis.startsWith('=') ? axis.slice(1) || (product?.spec?.axis ?? '') : axis

// The other products that are named, those taken out by a rule last; then what can stand in for the first.
function alternativesOf({ product, mentions }: Resolution, { products }: Catalogue): readonly string[] {
  const named = mentions.map(({ code }) => code)
  const first = products.get(product ?? named[0] ?? '')
  const family = first
    ? [...products.values()].filter((one) => one.family === first.family).map(({ code }) => code)
    : []
  return [...new Set([...named, ...family])].filter((code) => code !== product).slice(0, alternativesMax)
}

// Seats without a product are people who are sought.
const subjectOf = (text: string, product: Product | null): Subject =>
  product ? (product.service === undefined ? 'goods' : 'service') : hasSeats(text) ? 'talent' : 'goods'

const hasSeats = (text: string): boolean => withSeats(normalise(text)) !== normalise(text)

function amountsOf(text: string, product: Product | null, read: Amount | null, isTalent: boolean) {
  if (isTalent) {
    const counted = hasSeats(text) ? seatsOf(text, 'quantity') : null
    return { quantity: counted?.ok ? counted.value : null, faults: counted && !counted.ok ? [counted.error] : [] }
  }
  if (read) return heldAgainst(text, read, product)
  if (product) return belowZero(text)
  const measure = readFigures(normalise(text)).measures.find(({ dimension, low }) => ordered.has(dimension) && low > 0)
  const quantity = measure && {
    value: measure.low,
    dimension: measure.dimension,
    period: measure.period,
    unit: measure.unit,
  }
  return { quantity: quantity ?? null, faults: [] }
}

const belowZero = (text: string) => {
  const written = normalise(text)
  const below = readFigures(written).measures.find(({ low }) => low < 0)
  const fault = below && { field: 'quantity', value: written.slice(below.at, below.end), rule: 'not_negative' }
  return { quantity: null, faults: fault ? [fault] : [] }
}

// 200 方 of what is sold by the tonne is refused, and so is less than nothing.
function heldAgainst(text: string, read: Amount, product: Product | null) {
  const written = normalise(text)
  const measure = readFigures(written).measures.find(
    ({ low, dimension }) => low === read.value && dimension === read.dimension,
  )
  const value = measure ? written.slice(measure.at, measure.end) : String(read.value)
  const refused = (rule: string) => ({ quantity: null, faults: [{ field: 'quantity', value, rule }] })
  const unit = product?.unit ?? measure?.unit ?? ''
  if (product && unitOf(unit)?.dimension !== read.dimension) return refused(`unit_of_the_dimension ${unit}`)
  if (read.value <= 0) return refused(read.value < 0 ? 'not_negative' : 'not_zero')
  return { quantity: { ...read, unit }, faults: [] }
}

/** Dimensions in which a product could be ordered; a length or a share is what it is like. */
const ordered: ReadonlySet<string> = new Set([
  'mass',
  'volume',
  'area',
  'pieces',
  'sets',
  'heads',
  'bottles',
  'boxes',
  'bags',
  'drums',
])

function highOf(text: string, { milliFen, per }: { readonly milliFen: number; readonly per: string }): number | null {
  const price: Price | undefined = readFigures(normalise(text)).prices.find(
    (one) => one.low === milliFen && one.per === per,
  )
  return price && price.high > price.low ? price.high : null
}
