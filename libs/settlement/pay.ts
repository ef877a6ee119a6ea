import { err, ok, type Fen, type Result } from '@tingzhou/kernel'
import { largestRemainder } from './apportion.ts'
import { fault, type Fault } from './fault.ts'
import { wholeBp } from './limits.ts'
import { payName } from './pay-part.ts'
import { payKinds, type PayKind, type PayPart, type SettlementRules } from './rules.ts'

/** A line of a payment. */
export type PayLine = {
  readonly to: PayKind | 'balance'
  readonly ref: string | null
  /** What was asked for; more than `amountFen` only where the rules cap. */
  readonly askedFen: Fen
  readonly amountFen: Fen
  /** Paid to the carrier, held for it, or withheld from it. */
  readonly group: 'paid' | 'held' | 'withheld'
}

const groups = {
  advance: 'paid',
  fuel_card: 'paid',
  etc: 'paid',
  court_freeze: 'withheld',
  tax: 'withheld',
  advance_recovery: 'withheld',
  loan: 'withheld',
  insurance: 'withheld',
  deposit: 'held',
  balance: 'paid',
} as const satisfies Record<PayLine['to'], PayLine['group']>

/** A part before it is known to be in range. */
export type DraftPart = Omit<PayLine, 'askedFen' | 'amountFen'> & { readonly asked: bigint; readonly amount: bigint }

/**
 * Splits a payment. Shares are apportioned against each other and the rest by the largest remainder; sums are as they are; parts
 * are served in the order of `payKinds`, those of a kind as they are listed; the balance takes what is left, and may be nothing.
 * @param paid   fen, not negative
 * @param parts  shares of at most 10,000 bp together
 * @returns parts and the balance, which sum to `paid`; or the first part that asks for more than is left, where the rules refuse
 */
export function splitPaid(
  paid: bigint,
  parts: readonly PayPart[],
  whenOver: SettlementRules['split']['whenOver'],
): Result<readonly DraftPart[], Fault> {
  const asked = askedOf(paid, parts)
  const lines: DraftPart[] = []
  let left = paid
  for (const kind of payKinds)
    for (const [i, { to, ref }] of parts.entries()) {
      if (to !== kind) continue
      const wish = asked[i] ?? 0n
      if (wish > left && whenOver === 'refuse')
        return err(fault(`parts.${payName({ to, ref })}`, wish, 'split_over_paid', String(left)))
      const amount = wish > left ? left : wish
      left -= amount
      lines.push({ to, ref, group: groups[to], asked: wish, amount })
    }
  return ok([...lines, { to: 'balance', ref: null, group: groups.balance, asked: left, amount: left }])
}

function askedOf(paid: bigint, parts: readonly PayPart[]): readonly bigint[] {
  const shares = parts.map(({ amount }) => (amount.by === 'share' ? BigInt(amount.bp) : 0n))
  const rest = BigInt(wholeBp) - shares.reduce((sum, share) => sum + share, 0n)
  const shared = largestRemainder(paid, [...shares, rest])
  return parts.map(({ amount }, i) => (amount.by === 'sum' ? BigInt(amount.fen) : (shared[i] ?? 0n)))
}
