import type { Tx } from '@tingzhou/db'
import { localDateOf } from '@tingzhou/calendar'
import { err, ok, type EpochMs, type Result } from '@tingzhou/kernel'
import { normalise, readQuantity, unitOf } from '@tingzhou/text'
import { chainCatalogue, type ChainProduct } from '../catalogue/store.ts'
import type { ChainsError, Fault } from '../problems.ts'

/** 1,000 亿 yuan: what no row of one firm comes to, and far below what the sums of the arithmetic hold. */
const valueFenMax = 1e13
const volumeMax = 1e12
// 100 million tonnes a year between two firms, and 10,000 yuan for carrying a tonne.
const massKgMax = 1e11
const freightFenMax = 1e6

/**
 * How many units a year a person told, as a number or in words: 3.5万公斤 of a product by the tonne is 35.
 * @param field  of the number; that of the words ends in `Text`
 * @returns null when neither was told; refusals `number_or_text`, `per_year`, `unit_fits from → to`, `not_negative` …
 * Source: own. O(length).
 */
export function volumeTold(
  field: string,
  told: { readonly number?: number | undefined; readonly text?: string | undefined },
  { unit }: Pick<ChainProduct, 'unit'>,
): Result<number | null, Fault> {
  const { number, text = '' } = told
  if (text === '') return ok(number ?? null)
  const refused = (rule: string, value = text) => err({ field: `${field}Text`, value, rule })
  if (number !== undefined) return refused('number_or_text')
  const read = readQuantity(normalise(text), unit)
  if (!read.ok) {
    // Nothing made is something told.
    const { rule, value } = read.error
    if (rule === 'not_zero') return ok(0)
    return refused(rule === 'unit_of_the_dimension' ? `unit_fits ${value} → ${unit}` : rule)
  }
  const { value, period } = read.value
  if (period === 'day' || period === 'month') return refused('per_year')
  const volume = value / (unitOf(unit)?.base ?? 1)
  return volume <= volumeMax ? ok(volume) : refused(`at_most ${volumeMax}`)
}

/** A value in fen that no row has; sums over millions of rows stay exact below it. */
export const valueFault = (field: string, volume: number, priceFen: number): Fault | null =>
  volume * priceFen <= valueFenMax ? null : { field, value: String(volume), rule: 'absurd_value' }

/** A mass that no firm buys of another in a year. */
export const massFault = (
  field: string,
  volume: number,
  { kgPerUnit }: Pick<ChainProduct, 'kgPerUnit'>,
): Fault | null => (volume * kgPerUnit <= massKgMax ? null : { field, value: String(volume), rule: 'absurd_value' })

/** A freight for one tonne that nobody pays. Volumes have no part in it: what only two firms see would show in who is refused. */
export const freightFault = (rateFen: number, distanceKm: number): Fault | null =>
  rateFen * distanceKm <= freightFenMax ? null : { field: 'rateFen', value: String(rateFen), rule: 'absurd_value' }

/** A year after the next is nobody's to tell, nor is a day that has not come. */
export function timeFault(
  now: EpochMs,
  { year, asOf }: { readonly year: number; readonly asOf: string },
): Fault | null {
  const today = localDateOf(now)
  const next = Number(today.slice(0, 4)) + 1
  if (year > next) return { field: 'year', value: String(year), rule: `at_most ${next}` }
  return asOf > today ? { field: 'asOf', value: asOf, rule: `not_after ${today}` } : null
}

/** A product of the catalogue, closed or not: what was told of a closed one may still be put right. */
export async function knownProduct(tx: Tx, zoneId: string, code: string): Promise<Result<ChainProduct, ChainsError>> {
  const product = (await chainCatalogue(tx, zoneId)).products.get(code)
  return product
    ? ok(product)
    : err({ kind: 'field_refused', field: 'productCode', value: code, rule: 'known_product' })
}

/** The same when it is open, or why it cannot be named. */
export async function openProduct(tx: Tx, zoneId: string, code: string): Promise<Result<ChainProduct, ChainsError>> {
  const product = await knownProduct(tx, zoneId, code)
  if (!product.ok || product.value.state === 'open') return product
  return err({ kind: 'field_refused', field: 'productCode', value: code, rule: 'still_open' })
}
