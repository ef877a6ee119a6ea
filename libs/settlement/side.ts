import { assert, err, ok, type Result } from '@tingzhou/kernel'
import type { Measured } from './amount.ts'
import { additionKinds, asksForWeights, type Facts, type Item } from './facts.ts'
import { fault, type Fault } from './fault.ts'
import { differenceLine, measuredLine, plainLine, sumOf, type Draft } from './line.ts'
import { roundAmount, type Rounding } from './rounding.ts'
import type { SettlementRules, Terms } from './rules.ts'
import { billOf } from './tax.ts'
import { weigh, type Weighing, type Weights } from './weigh.ts'

/** One side's lines and what they come to, in fen. */
export type Side = {
  readonly weighing: Weighing | null
  readonly lines: readonly Draft[]
  /** Before anything is carried over or rounded; may be negative. */
  readonly computed: bigint
  /** What is owed on because the computed amount is negative. */
  readonly carried: bigint
  /** Never negative. */
  readonly due: bigint
}

/** What the carrier is due. */
export function carrierSide(rules: SettlementRules, facts: Facts, weights: Weights | null): Result<Side, Fault> {
  const { weighing, lines } = priced('carrier', rules.carrier, facts, facts.prices.carrierMilliFen, weights)
  return close('carrier', rules, rules.carrier.rounding, weighing, lines)
}

/** What the shipper is billed: by a price of its own, or by what the carrier is due and the service rate. */
export function shipperSide(
  rules: SettlementRules,
  facts: Facts,
  weights: Weights | null,
  due: bigint,
): Result<Side, Fault> {
  const { shipper } = rules
  if (shipper.by === 'price') {
    assert(facts.prices.shipperMilliFen !== null, 'facts of a bill by price have the price')
    const { weighing, lines } = priced('shipper', shipper, facts, facts.prices.shipperMilliFen, weights)
    return close('shipper', rules, shipper.rounding, weighing, lines)
  }
  // What is passed through is in what the carrier is due.
  const own = facts.items.filter(({ side }) => side === 'shipper')
  const lines = [
    plainLine('carriage', due),
    plainLine('service_fee', billOf(due, shipper.rateBp) - due),
    ...own.map(itemLine),
  ]
  return close('shipper', rules, shipper.rounding, null, lines)
}

function priced(
  side: 'carrier' | 'shipper',
  terms: Terms,
  facts: Facts,
  priceMilliFen: number,
  weights: Weights | null,
) {
  const weighing = asksForWeights(terms) && weights ? weigh(terms, weights) : null
  const freight = measuredLine('freight', 1, freightOf(terms, facts, priceMilliFen, weighing), null, weighing?.basisOf)
  const lines = [
    freight,
    ...limitLines(terms, freight.amount),
    ...facts.items.filter((item) => item.side === side || item.side === 'both').map(itemLine),
    ...lossLines(terms, facts, weighing),
  ]
  return { weighing, lines }
}

function freightOf({ basis }: Terms, facts: Facts, priceMilliFen: number, weighing: Weighing | null): Measured {
  switch (basis.unit) {
    case 'truck':
      return { unit: 'truck', quantity: facts.trucks, priceMilliFen }
    case 'm3':
      return { unit: 'dm3', quantity: known(facts.volumeDm3), priceMilliFen }
    case 'ton':
      return { unit: 'g', quantity: paidG(weighing), priceMilliFen }
    case 'ton_km':
      return { unit: 'g_m', quantity: paidG(weighing), distanceM: known(facts.distanceM), priceMilliFen }
  }
}

const paidG = (weighing: Weighing | null): number => known(weighing?.basisG) - known(weighing?.cutG)

function known(value: number | null | undefined): number {
  assert(value !== null && value !== undefined, 'facts have what the rules ask for')
  return value
}

function limitLines({ minimumFen, maximumFen }: Terms, freight: bigint): readonly Draft[] {
  if (minimumFen !== null && freight < BigInt(minimumFen)) return [plainLine('minimum', BigInt(minimumFen) - freight)]
  if (maximumFen !== null && freight > BigInt(maximumFen)) return [plainLine('maximum', BigInt(maximumFen) - freight)]
  return []
}

function lossLines({ loss }: Terms, facts: Facts, weighing: Weighing | null): readonly Draft[] {
  if (loss.mode === 'none' || loss.as === 'weight' || !weighing || weighing.countedLossG === 0) return []
  const priceMilliFen = known(facts.prices.goodsMilliFen)
  return [measuredLine('loss', -1, { unit: 'g', quantity: weighing.countedLossG, priceMilliFen })]
}

function itemLine({ kind, ref, amount }: Item): Draft {
  const sign = additionKinds.some((addition) => addition === kind) ? 1 : -1
  switch (amount.by) {
    case 'sum':
      return { ...plainLine(kind, BigInt(amount.fen), ref), sign }
    case 'count':
      return measuredLine(kind, sign, { unit: 'each', quantity: amount.count, priceMilliFen: amount.eachMilliFen }, ref)
    case 'time':
      return measuredLine(
        kind,
        sign,
        { unit: 's', quantity: chargeableS(amount), priceMilliFen: amount.hourMilliFen },
        ref,
      )
  }
}

/** Whole steps begun after the free time, in seconds. */
function chargeableS({ waitedS, freeS, stepS }: Extract<Item['amount'], { by: 'time' }>): number {
  const over = Math.max(0, waitedS - freeS)
  return over + ((stepS - (over % stepS)) % stepS)
}

function close(
  side: 'carrier' | 'shipper',
  rules: SettlementRules,
  rounding: Rounding,
  weighing: Weighing | null,
  lines: readonly Draft[],
): Result<Side, Fault> {
  const computed = sumOf(lines)
  if (computed < 0n && rules.whenNegative === 'refuse') return err(fault(`${side}.computed`, computed, 'below_zero'))
  const carried = computed < 0n ? -computed : 0n
  const due = roundAmount(computed + carried, rounding)
  const closing = [...differenceLine('carried', carried), ...differenceLine('m0_computed', due - computed - carried)]
  return ok({ weighing, lines: [...lines, ...closing], computed, carried, due })
}
