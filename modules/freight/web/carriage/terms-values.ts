import type { Basis, LossRule, Rounding, SettlementRules, Terms, WeightRule } from '@tingzhou/settlement'

/** How the shipper pays: by the same rules at its own price, at a share of the bill, or by other rules that stay as they were. */
export type ShipperWay = 'same' | 'service_rate' | 'own'

/** The common rules of settlement as a form holds them; rates in basis points. */
export type TermsValues = {
  readonly name: string
  readonly unit: Basis['unit']
  readonly weight: WeightRule
  readonly lossMode: LossRule['mode']
  readonly lossAs: 'money' | 'weight'
  readonly toleranceBy: 'fixed' | 'rate'
  readonly toleranceKg?: number | null
  readonly toleranceBp?: number | null
  readonly shipperWay: ShipperWay
  readonly serviceBp?: number | null
  readonly paidRounding: Rounding
  /** Held back until the receipt is there; null or 0: nothing. */
  readonly depositBp?: number | null
  readonly vatBp: number
  readonly why?: string
}

/** What a form begins with: coal, as it is mostly carried. */
export const blankTerms: Partial<TermsValues> = {
  unit: 'ton',
  weight: 'min',
  lossMode: 'excess',
  lossAs: 'money',
  toleranceBy: 'rate',
  toleranceBp: 20,
  shipperWay: 'same',
  paidRounding: 'yuan_truncated',
  vatBp: 900,
}

/** Whether the rules weigh, and so may count a loss. */
export const isWeighed = (unit: Basis['unit']): boolean => unit === 'ton' || unit === 'ton_km'

/** What a form shows of rules that are written anew. O(parts). */
export function termsValues(rules: SettlementRules): Omit<TermsValues, 'name' | 'vatBp'> {
  const { basis, loss } = rules.carrier
  const tolerance = 'tolerance' in loss ? loss.tolerance : null
  const deposit = rules.split.parts.find(({ to, amount }) => to === 'deposit' && amount.by === 'share')
  return {
    unit: basis.unit,
    weight: 'weight' in basis ? basis.weight : 'min',
    lossMode: loss.mode,
    lossAs: 'as' in loss ? loss.as : 'money',
    toleranceBy: tolerance?.by ?? 'rate',
    toleranceKg: tolerance?.by === 'fixed' ? tolerance.kg : null,
    toleranceBp: tolerance?.by === 'rate' ? tolerance.bp : null,
    shipperWay: shipperWayOf(rules),
    serviceBp: rules.shipper.by === 'service_rate' ? rules.shipper.rateBp : null,
    paidRounding: rules.paidRounding,
    depositBp: deposit?.amount.by === 'share' ? deposit.amount.bp : null,
  }
}

/** How the shipper pays by these rules. O(1). */
export function shipperWayOf({ carrier, shipper }: SettlementRules): ShipperWay {
  if (shipper.by === 'service_rate') return 'service_rate'
  const { by: _by, ...terms } = shipper
  return JSON.stringify(inOrder(terms)) === JSON.stringify(inOrder(carrier)) ? 'same' : 'own'
}

const inOrder = ({ basis, loss, surplus, minimumFen, maximumFen, rounding }: Terms) => [
  basis,
  loss,
  surplus,
  minimumFen,
  maximumFen,
  rounding,
]

/**
 * The rules that a form makes, as the server reads them; what the form does not show stays as it was.
 * @param base  the version that is written anew; null: none
 * O(parts).
 */
export function termsRules(values: TermsValues, base: SettlementRules | null): Record<string, unknown> {
  const weighed = isWeighed(values.unit)
  const carrier = {
    ...base?.carrier,
    basis: weighed ? { unit: values.unit, weight: values.weight } : { unit: values.unit },
    loss: weighed ? lossOf(values) : { mode: 'none' },
    // What is not weighed has no surplus.
    ...(weighed ? {} : { surplus: { mode: 'none' } }),
  }
  const others = base?.split.parts.filter(({ to, amount }) => to !== 'deposit' || amount.by !== 'share') ?? []
  const deposit = values.depositBp ? [{ to: 'deposit', amount: { by: 'share', bp: values.depositBp } }] : []
  return {
    ...base,
    carrier,
    shipper: shipperOf(values, carrier, base),
    paidRounding: values.paidRounding,
    whenNegative: base?.whenNegative ?? 'carry',
    split: { parts: [...others, ...deposit], whenOver: base?.split.whenOver ?? 'cap' },
  }
}

function lossOf({ lossMode: mode, lossAs: as, toleranceBy, toleranceKg, toleranceBp }: TermsValues) {
  if (mode === 'none') return { mode }
  if (mode === 'real') return { mode, as }
  const tolerance =
    toleranceBy === 'fixed' ? { by: 'fixed', kg: toleranceKg ?? 0 } : { by: 'rate', bp: toleranceBp ?? 0 }
  return { mode, as, tolerance }
}

function shipperOf({ shipperWay, serviceBp }: TermsValues, carrier: object, base: SettlementRules | null) {
  if (shipperWay === 'service_rate')
    return { ...(base?.shipper.by === 'service_rate' ? base.shipper : {}), by: 'service_rate', rateBp: serviceBp ?? 0 }
  return shipperWay === 'own' && base ? base.shipper : { by: 'price', ...carrier }
}

/** Where a field of the rules stands in the form. */
export const termsFields: Readonly<Record<string, string>> = {
  'rules.carrier.basis.unit': 'unit',
  'rules.carrier.basis.weight': 'weight',
  'rules.carrier.loss.mode': 'lossMode',
  'rules.carrier.loss.as': 'lossAs',
  'rules.carrier.loss.tolerance.kg': 'toleranceKg',
  'rules.carrier.loss.tolerance.bp': 'toleranceBp',
  'rules.shipper.loss.as': 'shipperWay',
  'rules.shipper.basis.unit': 'shipperWay',
  'rules.shipper.rateBp': 'serviceBp',
  'rules.paidRounding': 'paidRounding',
}
