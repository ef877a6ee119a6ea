import { fault } from './fault.ts'
import { fenMax, payPartsMax, wholeBp } from './limits.ts'
import { at, readInteger, readList, readObject, readOneOf, readRef, readVariant, type Faults } from './reader.ts'
import { payKinds, type PayPart } from './rules.ts'

/** Reads parts of a payment: each named once, shares together at most the whole. O(parts). */
export function readPayParts(faults: Faults, field: string, value: unknown): readonly PayPart[] {
  const parts = readList(faults, field, value, payPartsMax).map((part, i) =>
    readPayPart(faults, `${field}[${i}]`, part),
  )
  checkPayParts(faults, field, parts)
  return parts
}

/** What parts must keep together, of the rules alone and of rules and facts. O(parts). */
export function checkPayParts(faults: Faults, field: string, parts: readonly PayPart[]): void {
  const seen = new Set<string>()
  for (const part of parts) {
    const name = payName(part)
    if (seen.has(name)) faults.push(fault(field, name, 'duplicate'))
    seen.add(name)
  }
  const shares = parts.reduce((sum, { amount }) => sum + (amount.by === 'share' ? amount.bp : 0), 0)
  if (shares > wholeBp) faults.push(fault(field, shares, 'shares_over_whole', String(wholeBp)))
}

/** How a part is named in a fault: `loan`, or `loan:contract-7`. */
export const payName = ({ to, ref }: Pick<PayPart, 'to' | 'ref'>): string => (ref === null ? to : `${to}:${ref}`)

function readPayPart(faults: Faults, field: string, value: unknown): PayPart {
  const part = readObject(faults, field, value, ['to', 'ref', 'amount'])
  if (!part) return { to: 'advance', ref: field, amount: { by: 'sum', fen: 0 } }
  return {
    to: readOneOf(faults, at(field, 'to'), part.to, payKinds),
    ref: readRef(faults, at(field, 'ref'), part.ref),
    amount: readPayAmount(faults, at(field, 'amount'), part.amount),
  }
}

function readPayAmount(faults: Faults, field: string, value: unknown): PayPart['amount'] {
  const amount = readVariant(faults, field, value, 'by', { sum: ['fen'], share: ['bp'] })
  if (!amount) return { by: 'sum', fen: 0 }
  return amount.word === 'sum'
    ? { by: 'sum', fen: readInteger(faults, at(field, 'fen'), amount.fields.fen, 0, fenMax) }
    : { by: 'share', bp: readInteger(faults, at(field, 'bp'), amount.fields.bp, 0, wholeBp) }
}
