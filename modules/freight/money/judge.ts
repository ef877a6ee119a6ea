import type { BankEntry } from './bank-report.ts'
import type { EntryOutcome, PaymentState } from './words.ts'

/** A payment as the bank's word is held against it. */
export type Judged = {
  readonly id: string
  readonly state: PaymentState
  readonly amountFen: number
  readonly serial: string | null
  /** The state of the payment that was made in its stead, if there is one. */
  readonly retry: PaymentState | null
}

export type Verdict = {
  readonly outcome: EntryOutcome
  /** Why it is refused; may hold a limit behind a space. */
  readonly rule: string | null
  /** What the payment becomes; null: it stays. */
  readonly becomes: 'done' | 'failed' | 'returned' | null
}

const taken = (becomes: Verdict['becomes']): Verdict => ({ outcome: 'taken', rule: null, becomes })
const repeated: Verdict = { outcome: 'repeated', rule: null, becomes: null }
const refused = (rule: string): Verdict => ({ outcome: 'refused', rule, becomes: null })

/**
 * What a word of the bank does to a payment: said twice it changes nothing, late it is taken, of another sum, under another's
 * number or against what was booked it is refused and stays for a person. Pure. O(1).
 * @param serialOf  the other payment that has the bank's number already, or null
 */
export function judge(entry: BankEntry, payment: Judged | null, serialOf: string | null): Verdict {
  if (!payment) return refused('payment_unknown')
  if (!withBank.has(payment.state)) return refused(`with_bank ${payment.state}`)
  if (entry.amountFen !== null && entry.amountFen !== payment.amountFen) return refused(`same_sum ${payment.amountFen}`)
  switch (entry.says) {
    case 'accepted':
      return payment.state === 'sent' ? taken(null) : repeated
    case 'failed':
      if (payment.state === 'sent') return taken('failed')
      return payment.state === 'failed' ? repeated : refused('not_booked_before')
    case 'done':
      return judgeDone(entry, payment, serialOf)
    case 'returned':
      if (payment.state === 'returned') return repeated
      if (entry.amountFen === null) return refused('sum_named')
      return payment.state === 'done' ? taken('returned') : refused('booked_before')
  }
}

const withBank: ReadonlySet<PaymentState> = new Set(['sent', 'done', 'failed', 'returned'])

function judgeDone(entry: BankEntry, payment: Judged, serialOf: string | null): Verdict {
  if (entry.serial === null) return refused('serial_named')
  if (entry.amountFen === null) return refused('sum_named')
  if (payment.state === 'done' || payment.state === 'returned')
    return payment.serial === entry.serial ? repeated : refused('paid_once')
  if (serialOf !== null && serialOf !== payment.id) return refused('serial_once')
  // It was said to have failed, and was paid all the same: good unless it has been tried again since.
  if (payment.state === 'failed' && payment.retry !== 'due') return refused('not_tried_again')
  return taken('done')
}
