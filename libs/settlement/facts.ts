import { err, ok, type Result } from '@tingzhou/kernel'
import { deepFreeze } from './canonical.ts'
import { fault, type Fault } from './fault.ts'
import {
  countMax,
  distanceMaxM,
  fenMax,
  itemsMax,
  taxMaxBp,
  timeMaxS,
  trucksMax,
  volumeMaxDm3,
  weightMaxKg,
} from './limits.ts'
import { checkPayParts, readPayParts } from './pay-part.ts'
import {
  at,
  readInteger,
  readIntegerOrNull,
  readList,
  readObject,
  readOneOf,
  readRef,
  readVariant,
  type Faults,
} from './reader.ts'
import type { PayPart, SettlementRules, Terms } from './rules.ts'

/** What adds to an amount. */
export const additionKinds = [
  'loading_fee',
  'unloading_fee',
  'detention',
  'extra_stop',
  'toll',
  'empty_run',
  'other_addition',
] as const
/** What takes from it. */
export const reductionKinds = ['information_fee', 'penalty', 'claim', 'other_reduction'] as const
export type AdditionKind = (typeof additionKinds)[number]
export type ReductionKind = (typeof reductionKinds)[number]

/** One addition or reduction; its kind says which. */
export type Item = {
  readonly kind: AdditionKind | ReductionKind
  /** The caller's name for it, where there are several of a kind. */
  readonly ref: string | null
  /** Whose amount it changes; `both` passes it through. */
  readonly side: 'carrier' | 'shipper' | 'both'
  readonly amount:
    | { readonly by: 'sum'; readonly fen: number }
    | { readonly by: 'count'; readonly count: number; readonly eachMilliFen: number }
    /** Time beyond the free time, in whole steps begun (3,600 for hours begun, 1 for seconds), at the price of an hour. */
    | {
        readonly by: 'time'
        readonly waitedS: number
        readonly freeS: number
        readonly stepS: number
        readonly hourMilliFen: number
      }
}

/** What happened on a waybill and what was agreed for it. What the rules do not ask for may be null. */
export type Facts = {
  /** Weighed net. */
  readonly loadKg: number | null
  readonly unloadKg: number | null
  readonly volumeDm3: number | null
  readonly distanceM: number | null
  readonly trucks: number
  readonly prices: {
    /** Thousandths of a fen for a unit of the basis. */
    readonly carrierMilliFen: number
    readonly shipperMilliFen: number | null
    /** Thousandths of a fen for a ton of the goods. */
    readonly goodsMilliFen: number | null
  }
  readonly items: readonly Item[]
  /** Parts of the payment besides those of the rules. */
  readonly parts: readonly PayPart[]
  /** Rate of value added tax that the bill holds. */
  readonly vatBp: number
}

const factFields = ['loadKg', 'unloadKg', 'volumeDm3', 'distanceM', 'trucks', 'prices', 'items', 'parts', 'vatBp']

/** Reads facts and checks that what the rules ask for is there. One truck and no items or parts where nothing is said. O(size). */
export function readFacts(rules: SettlementRules, value: unknown): Result<Facts, readonly Fault[]> {
  const faults: Fault[] = []
  const top = readObject(faults, '', value, factFields)
  if (!top) return err(faults)
  const facts: Facts = {
    loadKg: readIntegerOrNull(faults, 'loadKg', top.loadKg, 0, weightMaxKg),
    unloadKg: readIntegerOrNull(faults, 'unloadKg', top.unloadKg, 0, weightMaxKg),
    volumeDm3: readIntegerOrNull(faults, 'volumeDm3', top.volumeDm3, 0, volumeMaxDm3),
    distanceM: readIntegerOrNull(faults, 'distanceM', top.distanceM, 0, distanceMaxM),
    trucks: readInteger(faults, 'trucks', top.trucks, 1, trucksMax, 1),
    prices: readPrices(faults, top.prices),
    items: readItems(faults, top.items),
    parts: readPayParts(faults, 'parts', top.parts),
    vatBp: readInteger(faults, 'vatBp', top.vatBp, 0, taxMaxBp),
  }
  if (faults.length === 0) checkAgainst(faults, rules, facts)
  return faults.length > 0 ? err(faults) : ok(deepFreeze(facts))
}

function readPrices(faults: Faults, value: unknown): Facts['prices'] {
  const prices = readObject(faults, 'prices', value, ['carrierMilliFen', 'shipperMilliFen', 'goodsMilliFen'])
  if (!prices) return { carrierMilliFen: 0, shipperMilliFen: null, goodsMilliFen: null }
  const { carrierMilliFen, shipperMilliFen, goodsMilliFen } = prices
  return {
    carrierMilliFen: readInteger(faults, 'prices.carrierMilliFen', carrierMilliFen, 0, fenMax),
    shipperMilliFen: readIntegerOrNull(faults, 'prices.shipperMilliFen', shipperMilliFen, 0, fenMax),
    goodsMilliFen: readIntegerOrNull(faults, 'prices.goodsMilliFen', goodsMilliFen, 0, fenMax),
  }
}

function readItems(faults: Faults, value: unknown): readonly Item[] {
  const items = readList(faults, 'items', value, itemsMax).map((item, i) => readItem(faults, `items[${i}]`, item))
  const seen = new Set<string>()
  for (const [i, { kind, ref, side }] of items.entries()) {
    const names = (side === 'both' ? ['carrier', 'shipper'] : [side]).map((one) => `${one} ${kind} ${ref ?? ''}`)
    if (names.some((name) => seen.has(name))) faults.push(fault(`items[${i}]`, ref ?? kind, 'duplicate'))
    for (const name of names) seen.add(name)
  }
  return items
}

function readItem(faults: Faults, field: string, value: unknown): Item {
  const item = readObject(faults, field, value, ['kind', 'ref', 'side', 'amount'])
  if (!item) return { kind: 'other_addition', ref: field, side: 'carrier', amount: { by: 'sum', fen: 0 } }
  return {
    kind: readOneOf(faults, at(field, 'kind'), item.kind, [...additionKinds, ...reductionKinds]),
    ref: readRef(faults, at(field, 'ref'), item.ref),
    side: readOneOf(faults, at(field, 'side'), item.side, ['carrier', 'shipper', 'both']),
    amount: readItemAmount(faults, at(field, 'amount'), item.amount),
  }
}

function readItemAmount(faults: Faults, field: string, value: unknown): Item['amount'] {
  const amount = readVariant(faults, field, value, 'by', {
    sum: ['fen'],
    count: ['count', 'eachMilliFen'],
    time: ['waitedS', 'freeS', 'stepS', 'hourMilliFen'],
  })
  if (!amount) return { by: 'sum', fen: 0 }
  const integer = (name: string, min: number, max: number) =>
    readInteger(faults, at(field, name), amount.fields[name], min, max)
  if (amount.word === 'sum') return { by: 'sum', fen: integer('fen', 0, fenMax) }
  if (amount.word === 'count')
    return { by: 'count', count: integer('count', 0, countMax), eachMilliFen: integer('eachMilliFen', 0, fenMax) }
  return {
    by: 'time',
    waitedS: integer('waitedS', 0, timeMaxS),
    freeS: integer('freeS', 0, timeMaxS),
    stepS: integer('stepS', 1, timeMaxS),
    hourMilliFen: integer('hourMilliFen', 0, fenMax),
  }
}

/** What is needed for these rules, and what rules and facts must keep together. */
function checkAgainst(faults: Faults, rules: SettlementRules, facts: Facts): void {
  const sides: readonly Terms[] = rules.shipper.by === 'price' ? [rules.carrier, rules.shipper] : [rules.carrier]
  const anySide = (asks: (terms: Terms) => boolean): boolean => sides.some(asks)
  const need = (field: string, value: number | null): void => {
    if (value === null) faults.push(fault(field, value, 'missing'))
  }
  if (anySide(asksForWeights)) {
    need('loadKg', facts.loadKg)
    need('unloadKg', facts.unloadKg)
  }
  if (anySide(({ basis }) => basis.unit === 'm3')) need('volumeDm3', facts.volumeDm3)
  if (anySide(({ basis }) => basis.unit === 'ton_km')) need('distanceM', facts.distanceM)
  if (rules.shipper.by === 'price') need('prices.shipperMilliFen', facts.prices.shipperMilliFen)
  if (anySide(({ loss }) => loss.mode !== 'none' && loss.as === 'money'))
    need('prices.goodsMilliFen', facts.prices.goodsMilliFen)
  checkPayParts(faults, 'parts', [...rules.split.parts, ...facts.parts])
}

/** Whether terms need both weights: for what is paid, or for what is lost. */
export const asksForWeights = ({ basis, loss }: Terms): boolean =>
  basis.unit === 'ton' || basis.unit === 'ton_km' || loss.mode !== 'none'
