import type { Tx } from '@tingzhou/db'
import type { EpochMs } from '@tingzhou/kernel'
import { ensureBooks, openAccounts, type AccountWish, type Line } from '@tingzhou/ledger'
import file from '../data/accounts.json' with { type: 'json' }

/** The key of freight's book in the ledger. */
export const freightBook = 'freight'

export type AccountCode = keyof typeof file.accounts
type AccountRule = {
  readonly zh: string
  readonly en: string
  readonly side: 'debit' | 'credit'
  readonly least: number | null
  readonly holder: 'carrier' | 'shipper' | null
  readonly about: 'waybill' | 'carrier' | 'shipper' | null
}

// The file is written by hand in this shape; a wrong side or holder would not pass the ledger.
const rules = file.accounts as Readonly<Record<AccountCode, AccountRule>>

/** Between whom the money of a waybill moves. */
export type MoneyEnds = { readonly waybillId: string; readonly carrierId: string; readonly shipperId: string }

/** An amount that moves from one kind of account to another; fen above zero. */
export type Posting = { readonly debit: AccountCode; readonly credit: AccountCode; readonly amountFen: number }

/** Makes the book of freight known. One statement. */
export const keepFreightBook = (tx: Tx, zoneId: string): Promise<void> =>
  ensureBooks(tx, zoneId, { [freightBook]: file.book })

/** The same posting the other way. O(1). */
export const reversed = ({ debit, credit, amountFen }: Posting): Posting => ({
  debit: credit,
  credit: debit,
  amountFen,
})

function wishOf(code: AccountCode, ends: MoneyEnds): AccountWish {
  const { zh, en, side, least, holder, about } = rules[code]
  const ids = { waybill: ends.waybillId, carrier: ends.carrierId, shipper: ends.shipperId }
  return {
    code,
    name: { zh, en },
    unit: 'CNY',
    side,
    least,
    partyId: holder === null ? null : ids[holder],
    subject: about === null ? null : { kind: about === 'waybill' ? 'freight_waybill' : about, id: ids[about] },
  }
}

const keyOf = ({ code, partyId, subject }: AccountWish) => `${code} ${partyId ?? ''} ${subject?.id ?? ''}`

/**
 * Postings of waybills as lines of a journal, on accounts that are opened where they are not there yet; those of nothing are
 * left out.
 * @param moves  at most 250 postings
 * Source: own. Two statements.
 */
export async function linesOf(
  tx: Tx,
  zoneId: string,
  moves: readonly { readonly ends: MoneyEnds; readonly posting: Posting }[],
  now: EpochMs,
): Promise<readonly Line[]> {
  const some = moves.filter(({ posting }) => posting.amountFen > 0)
  const wishes = new Map<string, AccountWish>()
  const pairs = some.map(({ ends, posting }) => {
    const [debit, credit] = [wishOf(posting.debit, ends), wishOf(posting.credit, ends)]
    for (const wish of [debit, credit]) wishes.set(keyOf(wish), wish)
    return { debit: keyOf(debit), credit: keyOf(credit), amount: posting.amountFen }
  })
  const keys = [...wishes.keys()]
  const ids = await openAccounts(tx, zoneId, freightBook, [...wishes.values()], now)
  const idOf = new Map(keys.map((key, place) => [key, ids[place] ?? '']))
  return pairs.map(({ debit, credit, amount }) => ({
    kind: 'posted',
    debit: idOf.get(debit) ?? '',
    credit: idOf.get(credit) ?? '',
    amount,
  }))
}

/**
 * The accounts of one kind for waybills, in their order.
 * @param ends  at most 500
 * Two statements.
 */
export const accountsOf = (
  tx: Tx,
  zoneId: string,
  code: AccountCode,
  ends: readonly MoneyEnds[],
  now: EpochMs,
): Promise<readonly string[]> =>
  openAccounts(
    tx,
    zoneId,
    freightBook,
    ends.map((one) => wishOf(code, one)),
    now,
  )
