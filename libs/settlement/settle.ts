import { err, fen, ok, type Fen, type Result } from '@tingzhou/kernel'
import { deepFreeze } from './canonical.ts'
import { readFacts, type Facts } from './facts.ts'
import { fault, type Fault } from './fault.ts'
import { differenceLine, type Draft, type Line } from './line.ts'
import { fenMax } from './limits.ts'
import { parseRules } from './parse-rules.ts'
import { splitPaid, type DraftPart, type PayLine } from './pay.ts'
import { readObject } from './reader.ts'
import { roundAmount } from './rounding.ts'
import type { SettlementRules } from './rules.ts'
import type { Sheet, Totals } from './sheet.ts'
import { carrierSide, shipperSide, type Side } from './side.ts'
import { netOf } from './tax.ts'
import { settlementG, type Weights } from './weigh.ts'

/**
 * Settles a waybill: what the carrier is due and how it is paid, what the shipper is billed.
 * @param rules  of `parseRules`
 * @param facts  checked here; any value is refused by name, none gives a wrong sum
 * @returns a frozen sheet, the same for the same rules and facts; or what is wrong
 * Source: own, after the settlement rules of freight platforms. O(items + parts), about ten divisions of big integers.
 */
export function settle(rules: SettlementRules, facts: Facts): Result<Sheet, readonly Fault[]> {
  const read = readFacts(rules, facts)
  if (!read.ok) return read
  const drawn = draw(rules, read.value)
  return drawn.ok ? seal(rules, read.value, drawn.value) : err([drawn.error])
}

/**
 * Settles a stored sheet again and holds it against itself.
 * @param stored  what JSON.parse gave
 * @returns the sheet; or what is wrong with its rules or facts; or that it is not what they give (`not_reproduced`)
 * Source: own. O(size).
 */
export function reproduce(stored: unknown): Result<Sheet, readonly Fault[]> {
  const faults: Fault[] = []
  const sheet = readObject(faults, '', stored, ['edition', 'rules', 'facts', 'weighing', 'lines', 'pays', 'totals'])
  if (!sheet || faults.length > 0) return err(faults)
  if (sheet.edition !== edition) return err([fault('edition', sheet.edition, 'not_reproduced', String(edition))])
  const rules = parseRules(sheet.rules)
  if (!rules.ok) return rules
  const facts = readFacts(rules.value, sheet.facts)
  if (!facts.ok) return facts
  const again = settle(rules.value, facts.value)
  if (!again.ok) return again
  const other = Object.entries(again.value).find(([field, value]) => !isSame(value, sheet[field]))
  return other ? err([fault(other[0], sheet[other[0]], 'not_reproduced')]) : again
}

const edition = 1

/** Whether a stored value is ours; as deep as ours, whatever is stored. */
function isSame(own: unknown, stored: unknown): boolean {
  if (typeof own !== 'object' || own === null) return own === stored
  if (typeof stored !== 'object' || stored === null || Array.isArray(own) !== Array.isArray(stored)) return false
  const there = new Map<string, unknown>(Object.entries(stored))
  const here = Object.entries(own)
  return here.length === there.size && here.every(([key, value]) => there.has(key) && isSame(value, there.get(key)))
}

type Drawn = {
  readonly weighing: { readonly carrier: Side['weighing']; readonly shipper: Side['weighing'] }
  readonly lines: readonly (Draft & Pick<Line, 'side'>)[]
  readonly pays: readonly DraftPart[]
  readonly totals: Readonly<Record<keyof Totals, bigint>>
}

function draw(rules: SettlementRules, facts: Facts): Result<Drawn, Fault> {
  const weights = weightsOf(rules, facts)
  const carrier = carrierSide(rules, facts, weights)
  if (!carrier.ok) return carrier
  const shipper = shipperSide(rules, facts, weights, carrier.value.due)
  if (!shipper.ok) return shipper
  const paid = roundAmount(carrier.value.due, rules.paidRounding)
  const pays = splitPaid(paid, [...rules.split.parts, ...facts.parts], rules.split.whenOver)
  if (!pays.ok) return pays
  const carrierLines = [...carrier.value.lines, ...differenceLine('m0_paid', paid - carrier.value.due)]
  return ok({
    weighing: { carrier: carrier.value.weighing, shipper: shipper.value.weighing },
    lines: [
      ...carrierLines.map((line) => ({ ...line, side: 'carrier' as const })),
      ...shipper.value.lines.map((line) => ({ ...line, side: 'shipper' as const })),
    ],
    pays: pays.value,
    totals: totalsOf(facts, carrier.value, shipper.value, paid, pays.value),
  })
}

function weightsOf(rules: SettlementRules, { loadKg, unloadKg }: Facts): Weights | null {
  if (loadKg === null || unloadKg === null) return null
  return { loadG: settlementG(loadKg, rules.loadBp), unloadG: settlementG(unloadKg, rules.unloadBp) }
}

function totalsOf(facts: Facts, carrier: Side, shipper: Side, paid: bigint, pays: readonly DraftPart[]) {
  const inGroup = (group: PayLine['group']): bigint =>
    pays.reduce((sum, pay) => (pay.group === group ? sum + pay.amount : sum), 0n)
  const net = netOf(shipper.due, facts.vatBp)
  return {
    computedFen: carrier.computed,
    carriedFen: carrier.carried,
    dueFen: carrier.due,
    paidFen: paid,
    outFen: inGroup('paid'),
    heldFen: inGroup('held'),
    withheldFen: inGroup('withheld'),
    shortFen: pays.reduce((sum, { asked, amount }) => sum + asked - amount, 0n),
    billFen: shipper.due,
    billCarriedFen: shipper.carried,
    netFen: net,
    taxFen: shipper.due - net,
    incomeFen: shipper.due - carrier.due,
  }
}

/** Amounts become numbers here and nowhere else: none that a number cannot hold exactly gets through. */
function seal(rules: SettlementRules, facts: Facts, drawn: Drawn): Result<Sheet, readonly Fault[]> {
  const amounts = [
    ...drawn.lines.map(({ side, key, amount }) => ({ name: `${side}.${key}`, amount })),
    ...Object.entries(drawn.totals).map(([name, amount]) => ({ name, amount })),
  ]
  const tooLarge = amounts.find(({ amount }) => amount > fenMax || amount < -fenMax)
  if (tooLarge) return err([fault(tooLarge.name, tooLarge.amount, 'amount_too_large', String(fenMax))])
  const lines = drawn.lines.map(({ side, key, ref, sign, amount, measured, basis }) => ({
    side,
    key,
    ref,
    sign,
    amountFen: toFen(amount),
    measured,
    basis,
  }))
  const pays = drawn.pays.map(({ to, ref, group, asked, amount }) => ({
    to,
    ref,
    askedFen: toFen(asked),
    amountFen: toFen(amount),
    group,
  }))
  const { weighing, totals } = drawn
  return ok(deepFreeze({ edition, rules, facts, weighing, lines, pays, totals: toTotals(totals) }))
}

const toFen = (amount: bigint): Fen => fen(Number(amount))

const toTotals = (totals: Drawn['totals']): Totals => ({
  computedFen: toFen(totals.computedFen),
  carriedFen: toFen(totals.carriedFen),
  dueFen: toFen(totals.dueFen),
  paidFen: toFen(totals.paidFen),
  outFen: toFen(totals.outFen),
  heldFen: toFen(totals.heldFen),
  withheldFen: toFen(totals.withheldFen),
  shortFen: toFen(totals.shortFen),
  billFen: toFen(totals.billFen),
  billCarriedFen: toFen(totals.billCarriedFen),
  netFen: toFen(totals.netFen),
  taxFen: toFen(totals.taxFen),
  incomeFen: toFen(totals.incomeFen),
})
