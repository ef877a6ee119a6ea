import { err, ok, type Result } from '@tingzhou/kernel'
import { normalise, readFigures, readQuantity, unitOf, type Amount } from '@tingzhou/text'
import type { Fault } from '../problems.ts'
import seats from './data/seats.json' with { type: 'json' }

/** So much of something: whole base units of a dimension, shown in a unit of it. */
export type Quantity = Amount & { readonly unit: string }
/** Milli-fen for one `per`; `high` where a range was told. */
export type PostedPrice = { readonly low: number; readonly high: number | null; readonly per: string }

/** Base units in one unit. Pure. */
export const baseOf = (unit: string): number => unitOf(unit)?.base ?? 1

/** Seats of a trade are pieces. */
const seatUnit = 'pcs'
const seat = new RegExp(
  `(?<=[\\d${seats.numerals}]) ?(?:${seats.after.join('|')}|(?:${seats.words.join('|')})(?![a-z]))`,
  'g',
)

/** 焊工 5 名, 5 welders' seats: counted in pieces. Pure. O(length). */
export const withSeats = (normalised: string): string => normalised.replaceAll(seat, ` ${seatUnit} `)

/**
 * A quantity as it was typed, in the unit of its product, or in its own where the product has none.
 * @param unit  of the product; null: of no product of the catalogue
 * @returns refusals by field: `unit_known`, `unit_of_the_dimension`, `not_negative`, `not_zero`, `safe_integer`
 * Pure. O(length).
 */
export function quantityOf(text: string, unit: string | null, field: string): Result<Quantity, Fault> {
  const written = normalise(text)
  const wanted = unit ?? readFigures(written).measures[0]?.unit
  if (wanted === undefined) return err({ field, value: text, rule: 'unit_known' })
  const read = readQuantity(written, wanted)
  return read.ok
    ? ok({ ...read.value, unit: wanted })
    : err({ field, value: read.error.value, rule: limited(read.error.rule, wanted) })
}

/** Seats, as they were typed. Pure. O(length). */
export const seatsOf = (text: string, field: string): Result<Quantity, Fault> =>
  quantityOf(withSeats(normalise(text)), seatUnit, field)

const limited = (rule: string, unit: string): string => (rule === 'unit_of_the_dimension' ? `${rule} ${unit}` : rule)

/**
 * A price as it was typed: 3200元/吨, 3200-3300 yuan per t, or a figure of yuan for one unit of the product.
 * @param unit  of the product, of whose dimension the price must be; null: of no product
 * @returns refusals by field: `price_form`, `yuan_only`, `unit_of_the_dimension`, `not_negative`, `safe_integer`
 * Pure. O(length).
 */
export function priceOf(text: string, unit: string | null, field: string): Result<PostedPrice, Fault> {
  const refused = (rule: string) => err({ field, value: text, rule } as const)
  const { prices, measures, bare } = readFigures(normalise(text))
  const yuan = unitOf('yuan')?.base ?? 1
  const measure = measures[0]
  const plain = bare[0]
  if (prices[0] === undefined && measure !== undefined && measure.dimension !== 'money')
    return refused(measure.dimension === 'money_usd' ? 'yuan_only' : 'price_form')
  const bareMilliFen = plain && Math.round(plain.value * yuan)
  const price =
    prices[0] ??
    (unit === null
      ? undefined
      : (measure ?? (bareMilliFen === undefined ? undefined : { low: bareMilliFen, high: bareMilliFen })))
  if (!price) return refused('price_form')
  const per = 'per' in price ? price.per : (unit ?? '')
  if (unit !== null && unitOf(per)?.dimension !== unitOf(unit)?.dimension)
    return refused(`unit_of_the_dimension ${unit}`)
  if (price.low < 0) return refused('not_negative')
  if (!Number.isSafeInteger(price.high)) return refused('safe_integer')
  return ok({ low: price.low, high: price.high > price.low ? price.high : null, per })
}
