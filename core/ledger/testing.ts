import { newId, type Database, type Tx } from '@tingzhou/db'
import { assert, epochMs, localDate } from '@tingzhou/kernel'
import { ensureBooks, openAccounts, type AccountWish } from './account.ts'
import { postJournal, type Journal } from './journal.ts'
import type { Line } from './line.ts'

export const today = localDate('2026-11-28')
export const now = epochMs(Date.UTC(2026, 10, 28, 4))
export const booker = { accountId: 'test', name: 'test' }

/** A zone with a book and accounts in it, and a way to book. */
export async function ledgerZone(database: Database, zoneId = `zone-${newId().slice(-8)}`) {
  const { db } = database
  const within = <T>(body: (tx: Tx) => Promise<T>) => db.transaction().execute(body)
  await within((tx) =>
    ensureBooks(tx, zoneId, { freight: { zh: '货运', en: 'Freight' }, stock: { zh: '库存', en: 'Stock' } }),
  )
  const open = async (wishes: readonly (Partial<AccountWish> & Pick<AccountWish, 'code'>)[], book = 'freight') =>
    within((tx) =>
      openAccounts(
        tx,
        zoneId,
        book,
        wishes.map((wish) => ({ name: { zh: wish.code, en: wish.code }, unit: 'CNY', side: 'debit', ...wish })),
        now,
      ),
    )
  const journal = (lines: readonly Line[], over: Partial<Journal> = {}): Journal => ({
    id: newId(),
    book: 'freight',
    day: today,
    kind: 'test',
    lines,
    ...over,
  })
  const post = (lines: readonly Line[], over: Partial<Journal> = {}, at = now) =>
    within((tx) => postJournal(tx, zoneId, journal(lines, over), booker, at))
  /** Books, and gives the id under which it was booked. */
  const booked = async (lines: readonly Line[], over: Partial<Journal> = {}, at = now) => {
    const id = over.id ?? newId()
    const done = await post(lines, { ...over, id }, at)
    assert(done.ok, `it is booked: ${JSON.stringify(done)}`)
    return id
  }
  const show = async (id: string) => {
    const { debits, credits, debits_pending, credits_pending } = await db
      .selectFrom('ledger_account')
      .select(['debits', 'credits', 'debits_pending', 'credits_pending'])
      .where('zone_id', '=', zoneId)
      .where('id', '=', id)
      .executeTakeFirstOrThrow()
    return [debits, credits, debits_pending, credits_pending]
  }
  return { db, zoneId, within, open, journal, post, booked, show }
}
