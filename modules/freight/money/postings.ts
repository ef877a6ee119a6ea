import type { PayLine, Sheet } from '@tingzhou/settlement'
import type { AccountCode, Posting } from './accounts.ts'

/** Where a part of a payment goes that does not leave through the bank. */
const withheldIn = {
  fuel_card: 'fuel_wallet',
  etc: 'etc_wallet',
  court_freeze: 'withheld_court_freeze',
  tax: 'withheld_tax',
  advance_recovery: 'withheld_advance_recovery',
  loan: 'withheld_loan',
  insurance: 'withheld_insurance',
  deposit: 'deposit_held',
} as const satisfies Record<Exclude<PayLine['to'], 'advance' | 'balance'>, AccountCode>

/** How a line of a payment is called among the payments of a waybill. O(1). */
export const lineName = ({ to, ref }: Pick<PayLine, 'to' | 'ref'>): string => (ref === null ? to : `${to}:${ref}`)

/** A line that the bank still has to pay. */
export type BankLine = { readonly line: string; readonly amountFen: number }

/** What leaves through the bank, and what was paid before and is set off against it. */
export type PayPlan = { readonly setOffFen: number; readonly bank: readonly BankLine[] }

/**
 * What the bank pays of a sheet: advances and the balance, less what was paid before. Pure. O(lines).
 * @param paidBeforeFen  paid for this waybill and not yet set off
 */
export function planPayments({ pays }: Sheet, paidBeforeFen: number): PayPlan {
  let left = paidBeforeFen
  const bank: BankLine[] = []
  for (const pay of pays) {
    if (pay.to !== 'advance' && pay.to !== 'balance') continue
    const setOff = Math.min(left, pay.amountFen)
    left -= setOff
    if (pay.amountFen > setOff) bank.push({ line: lineName(pay), amountFen: pay.amountFen - setOff })
  }
  return { setOffFen: paidBeforeFen - left, bank }
}

/**
 * What a sheet books: cost against what the carrier gets, the bill against income and tax, and each part of the payment that
 * does not leave through the bank. What remains payable is what the bank pays. Pure. O(lines).
 * Source: double entry; specification of network freight, section 6, ledger.
 */
export function postingsOf({ totals, pays }: Sheet, setOffFen: number): readonly Posting[] {
  const parts = pays.flatMap((pay): readonly Posting[] =>
    pay.to === 'advance' || pay.to === 'balance'
      ? []
      : [{ debit: 'carrier_payable', credit: withheldIn[pay.to], amountFen: pay.amountFen }],
  )
  const postings: readonly Posting[] = [
    { debit: 'freight_cost', credit: 'carrier_payable', amountFen: totals.paidFen },
    // What reductions are above everything else, the carrier owes.
    { debit: 'carrier_debt', credit: 'freight_cost', amountFen: totals.carriedFen },
    { debit: 'shipper_receivable', credit: 'freight_income', amountFen: totals.netFen },
    { debit: 'shipper_receivable', credit: 'vat_output', amountFen: totals.taxFen },
    { debit: 'freight_income', credit: 'shipper_receivable', amountFen: totals.billCarriedFen },
    ...parts,
    { debit: 'carrier_payable', credit: 'carrier_advance', amountFen: setOffFen },
  ]
  return postings.filter(({ amountFen }) => amountFen > 0)
}
