import { zoneNow, type Content } from '@tingzhou/ui'
import type { LoadDetail, LoadInput, PriceRow } from './api.ts'
import { termsKey, termsOf } from './terms-key.ts'

/** What the form of a load holds: the contract's fields, with the rules of settlement by their key, and the lane of a contract. */
export type LoadValues = Omit<Content<LoadInput>, 'terms' | 'synthetic'> & {
  readonly terms?: string | null
  readonly lane?: string | null
  readonly why?: string
}

const hourMs = 3_600_000
/** A tractor and its semi-trailer of 49 t carry about this much, kg and dm³. */
const usualTruck = { ton: 32_000, m3: 40_000 } as const

/** What a truck takes when nobody said: the usual, at most all of it. */
export const truckPlanOf = ({ measure, quantity, truckPlan }: Pick<LoadValues, 'measure' | 'quantity' | 'truckPlan'>) =>
  measure === 'truck' ? 1 : (truckPlan ?? Math.min(usualTruck[measure], quantity))

/** Loading from the next whole hour, for three days. */
function loadingTime(now: number) {
  const loadFrom = Math.ceil(now / hourMs) * hourMs
  return { loadFrom, loadUntil: loadFrom + 72 * hourMs }
}

/** The beginning of a form. */
export const blankLoad = (now: number = zoneNow()): Partial<LoadValues> => ({
  measure: 'ton',
  mode: 'assign',
  overBp: 0,
  offerMinutes: 30,
  ...loadingTime(now),
})

/** Goods, places and measure of a price, as one text. */
export const laneKey = (lane: Pick<LoadValues, 'goods' | 'fromId' | 'toId' | 'measure'>): string =>
  [lane.fromId, lane.toId, lane.measure, lane.goods].join(' ')

/** The lanes that a contract has prices for on a day or later: of each the price that counts first. */
export function lanesOf(prices: readonly PriceRow[], day: string): readonly (PriceRow & { readonly key: string })[] {
  const lanes = new Map<string, PriceRow & { readonly key: string }>()
  for (const price of prices.toSorted((a, b) => a.startsOn.localeCompare(b.startsOn))) {
    const key = laneKey({ ...price, fromId: price.from.id, toId: price.to.id })
    if (price.endsOn >= day && !lanes.has(key)) lanes.set(key, { ...price, key })
  }
  return [...lanes.values()]
}

/** What a form shows of a load that is changed. */
export function valuesOf(load: LoadDetail): Partial<LoadValues> {
  const { from, to, shipper, terms, consigneePhone, bidUntil, bidKind, ...rest } = load
  const values = { ...rest, fromId: from.id, toId: to.id, shipperId: shipper.id }
  return {
    ...values,
    bidKind,
    bidUntil,
    consigneePhone: consigneePhone ?? '',
    terms: load.contractId === null ? termsKey(terms) : null,
    lane: load.contractId === null ? null : laneKey(values),
  }
}

/** An earlier load as a template: what, where and how, with a loading time of its own. */
export const copyOf = (load: LoadDetail): Partial<LoadValues> => ({
  ...valuesOf(load),
  ...loadingTime(zoneNow()),
  bidUntil: null,
})

/**
 * What is sent. Under a contract prices and rules are the contract's; what carriers get is the platform's to say.
 * @param isPlatform  whether the reader may say it
 */
export function loadInput(values: LoadValues, isPlatform: boolean): Content<LoadInput> {
  const { mode, contractId = null } = values
  const isOwn = contractId === null
  return {
    shipperId: values.shipperId,
    contractId,
    goods: values.goods,
    cargoClass: values.cargoClass,
    fromId: values.fromId,
    toId: values.toId,
    consigneeId: values.consigneeId ?? null,
    consignee: values.consignee,
    consigneePhone: values.consigneePhone ?? '',
    measure: values.measure,
    quantity: values.quantity,
    overBp: values.overBp ?? 0,
    truckPlan: truckPlanOf(values),
    mode,
    bidKind: mode === 'bid' ? (values.bidKind ?? null) : null,
    bidUntil: mode === 'bid' ? (values.bidUntil ?? null) : null,
    tripsADay: mode === 'standing' ? (values.tripsADay ?? null) : null,
    carrierMilliFen: isOwn && isPlatform ? (values.carrierMilliFen ?? null) : null,
    shipperMilliFen: isOwn ? (values.shipperMilliFen ?? null) : null,
    goodsMilliFen: isOwn ? (values.goodsMilliFen ?? null) : null,
    terms: isOwn && values.terms ? termsOf(values.terms) : null,
    loadFrom: values.loadFrom,
    loadUntil: values.loadUntil,
    offerMinutes: values.offerMinutes ?? 30,
    remark: values.remark ?? '',
  }
}
