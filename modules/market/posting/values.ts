import { addDays } from '@tingzhou/calendar'
import type { ZoneCatalogue } from '@tingzhou/chains'
import { err, localDate, ok, type Result } from '@tingzhou/kernel'
import type { Fault } from '../problems.ts'
import type { PostingKind, Subject, Visibility } from '../words.ts'
import { priceOf, quantityOf, seatsOf, type Quantity } from './amounts.ts'
import { masked, type PersonalKind } from './personal.ts'
import { validDays, validDaysMax, type periods } from './words.ts'

/** What a posting says, as it was typed; figures with their units. */
export type PostingInput = {
  readonly text: string
  readonly subject: Subject
  /** As a person confirmed it; null: none of the catalogue; undefined: not confirmed. */
  readonly productCode?: string | null | undefined
  readonly spec: readonly string[]
  readonly quantity: string
  readonly period?: (typeof periods)[number] | null | undefined
  readonly minQuantity: string
  readonly price: string
  readonly place: string
  readonly lonDeg: number | null
  readonly latDeg: number | null
  readonly leadDays: number | null
  readonly neededBy: string | null
  readonly validTo?: string | undefined
  readonly isSingle: boolean
  readonly visibility: Visibility
  readonly invitedIds: readonly string[]
}

/** The same as columns of its row. */
export type PostingValues = {
  readonly text: string
  readonly subject: Subject
  readonly product_code: string | null
  readonly spec: string[]
  readonly unit: string
  readonly dimension: string | null
  readonly period: string | null
  readonly quantity: number | null
  readonly min_quantity: number | null
  readonly price_milli_fen: number | null
  readonly price_high_milli_fen: number | null
  readonly price_per: string | null
  readonly place: string
  readonly lon: number | null
  readonly lat: number | null
  readonly lead_days: number | null
  readonly needed_by: string | null
  readonly valid_to: string
  readonly is_single: boolean
  readonly visibility: Visibility
}

/**
 * The columns of what was typed.
 * @param today  the day in the zone
 * @returns refusals by field, value and rule; what of persons was starred out
 * Pure. O(length).
 */
export function valuesOf(
  kind: PostingKind,
  input: PostingInput,
  { catalogue }: ZoneCatalogue,
  today: string,
): Result<{ readonly values: PostingValues; readonly masked: readonly PersonalKind[] }, Fault> {
  const words = cleaned(input)
  const isTalent = input.subject === 'talent'
  const found = [...new Set([words.text, words.place, ...words.spec].flatMap((text) => masked(text).found))]
  // Of people only a trade and seats are posted: whoever is meant is nobody's business here.
  if (isTalent && found.length > 0) return err({ field: 'text', value: found.join(', '), rule: 'no_personal_record' })
  const text = masked(words.text).text
  if (text === '') return err({ field: 'text', value: '', rule: 'some_words' })
  const code = isTalent ? null : (input.productCode ?? null)
  const product = code === null ? null : catalogue.products.get(code)
  if (product === undefined) return err({ field: 'productCode', value: code ?? '', rule: 'product_known' })
  const fault = dayFault(kind, input, today) ?? placeFault(input)
  if (fault) return err(fault)
  const unit = product?.unit ?? null
  const quantity = amountOf(input.quantity, unit, isTalent, 'quantity')
  if (!quantity.ok) return quantity
  const least = amountOf(input.minQuantity, quantity.value?.unit ?? unit, isTalent, 'minQuantity')
  if (!least.ok) return least
  if (quantity.value && least.value && least.value.value > quantity.value.value)
    return err({ field: 'minQuantity', value: input.minQuantity, rule: 'at_most_the_quantity' })
  const price = input.price === '' ? ok(null) : priceOf(input.price, unit, 'price')
  if (!price.ok) return price
  const values = {
    text,
    subject: input.subject,
    product_code: code,
    spec: words.spec.map((value) => masked(value).text),
    unit: quantity.value?.unit ?? unit ?? '',
    dimension: quantity.value?.dimension ?? null,
    period: quantity.value ? (input.period === undefined ? quantity.value.period : input.period) : null,
    quantity: quantity.value?.value ?? null,
    min_quantity: least.value?.value ?? null,
    price_milli_fen: price.value?.low ?? null,
    price_high_milli_fen: price.value?.high ?? null,
    price_per: price.value?.per ?? null,
    place: masked(words.place).text,
    lon: input.lonDeg,
    lat: input.latDeg,
    lead_days: input.leadDays,
    needed_by: kind === 'need' ? input.neededBy : null,
    valid_to: input.validTo ?? addDays(localDate(today), validDays),
    is_single: input.isSingle,
    visibility: input.visibility,
  }
  return ok({ values, masked: found })
}

// What a database keeps: no lone half of a character, no control character but the end of a line.
const kept = (text: string): string => text.replaceAll(/[^\P{Cc}\n\t]|\p{Surrogate}/gu, ' ').trim()

const cleaned = ({ text, place, spec }: PostingInput) => ({
  text: kept(text),
  place: kept(place),
  spec: [...new Set(spec.map(kept).filter((value) => value !== ''))],
})

const amountOf = (
  text: string,
  unit: string | null,
  isTalent: boolean,
  field: string,
): Result<Quantity | null, Fault> =>
  text === '' ? ok(null) : isTalent ? seatsOf(text, field) : quantityOf(text, unit, field)

/** Days that a posting may name. Pure. O(1). */
export function dayFault(
  kind: PostingKind,
  { neededBy, validTo }: { readonly neededBy: string | null; readonly validTo?: string | undefined },
  today: string,
): Fault | null {
  const last = addDays(localDate(today), validDaysMax)
  if (validTo !== undefined && validTo < today) return { field: 'validTo', value: validTo, rule: `not_before ${today}` }
  if (validTo !== undefined && validTo > last) return { field: 'validTo', value: validTo, rule: `not_after ${last}` }
  return kind === 'need' && neededBy !== null && neededBy < today
    ? { field: 'neededBy', value: neededBy, rule: `not_before ${today}` }
    : null
}

function placeFault({ lonDeg, latDeg, visibility, invitedIds }: PostingInput): Fault | null {
  if ((lonDeg === null) !== (latDeg === null))
    return { field: lonDeg === null ? 'lonDeg' : 'latDeg', value: '', rule: 'both_degrees' }
  return visibility === 'invited' && invitedIds.length === 0
    ? { field: 'invitedIds', value: '', rule: 'somebody_asked' }
    : null
}
