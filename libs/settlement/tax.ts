import { err, fen, ok, type Fen, type Result } from '@tingzhou/kernel'
import { divideHalfUp } from './amount.ts'
import { fault, type Fault } from './fault.ts'
import { fenMax, serviceMaxBp, taxMaxBp, wholeBp } from './limits.ts'

/**
 * Splits an amount that holds its tax: net = gross / (1 + rate), half up; tax = gross − net.
 * @param grossFen  fen, a safe integer; negative for a credit
 * @param rateBp    0..10,000: 9 % is 900
 * @returns net and tax in fen, which sum to the gross; or the fault of either
 * Source: price without tax = price with tax / (1 + rate), 增值税暂行条例实施细则 article 14. O(1).
 */
export function vatSplit(
  grossFen: number,
  rateBp: number,
): Result<{ readonly netFen: Fen; readonly taxFen: Fen }, Fault> {
  const wrong = wrongAmount('grossFen', grossFen) ?? wrongRate(rateBp, taxMaxBp)
  if (wrong) return err(wrong)
  const net = netOf(BigInt(grossFen), rateBp)
  return ok({ netFen: fen(Number(net)), taxFen: fen(Number(BigInt(grossFen) - net)) })
}

/**
 * The bill of a service-rate contract, whose rate is a share of the bill itself: bill = due / (1 − rate), half up.
 * @param dueFen  fen, a safe integer
 * @param rateBp  0..9,999: 6 % is 600
 * @returns fen; or the fault of either, or of a bill beyond the range
 * Source: contracts that name a service rate on the tax-inclusive total. O(1).
 */
export function grossUp(dueFen: number, rateBp: number): Result<Fen, Fault> {
  const wrong = wrongAmount('dueFen', dueFen) ?? wrongRate(rateBp, serviceMaxBp)
  if (wrong) return err(wrong)
  const bill = Number(billOf(BigInt(dueFen), rateBp))
  return Number.isSafeInteger(bill) ? ok(fen(bill)) : err(fault('billFen', bill, 'amount_too_large', String(fenMax)))
}

export const netOf = (gross: bigint, rateBp: number): bigint =>
  divideHalfUp(gross * BigInt(wholeBp), BigInt(wholeBp + rateBp))

export const billOf = (due: bigint, rateBp: number): bigint =>
  divideHalfUp(due * BigInt(wholeBp), BigInt(wholeBp - rateBp))

const wrongAmount = (field: string, amount: number): Fault | null =>
  Number.isSafeInteger(amount) ? null : fault(field, amount, 'integer')

const wrongRate = (rateBp: number, max: number): Fault | null =>
  Number.isSafeInteger(rateBp) && rateBp >= 0 && rateBp <= max ? null : fault('rateBp', rateBp, 'range', `0..${max}`)
