import { sql } from 'kysely'
import { localDateOf } from '@tingzhou/calendar'
import { at, newId, type Db } from '@tingzhou/db'
import type { EpochMs } from '@tingzhou/kernel'
import { clockwork } from '@tingzhou/parties'
import type { OnTimerError, TimerSource } from '@tingzhou/timers'
import { postJournal } from './journal.ts'
import './tables.ts'

const batch = 50

/**
 * Sets free what was set aside and is past its time. Each transfer in a transaction of its own: one that cannot be set free
 * keeps no other from it.
 * Source: own. Two statements each.
 */
export function expirySource({ db, zoneId }: { readonly db: Db; readonly zoneId: string }): TimerSource {
  const open = () =>
    db.selectFrom('ledger_hold as h').where('h.zone_id', '=', zoneId).where('h.expires_at', 'is not', null)
  return {
    name: 'ledger',
    nextDue: async () => {
      const row = await open().select('h.expires_at').orderBy('h.expires_at').limit(1).executeTakeFirst()
      return row?.expires_at ?? null
    },
    fireDue: async (now: EpochMs, onError: OnTimerError) => {
      const rows = await open()
        .innerJoin('ledger_transfer as t', (join) =>
          join
            .onRef('t.zone_id', '=', 'h.zone_id')
            .onRef('t.journal_id', '=', 'h.journal_id')
            .onRef('t.line', '=', 'h.line'),
        )
        .innerJoin('ledger_book as b', (join) =>
          join.onRef('b.zone_id', '=', 't.zone_id').onRef('b.id', '=', 't.book_id'),
        )
        .select(['h.journal_id', 'h.line', 'b.key'])
        .where(sql<boolean>`h.expires_at <= ${at(now)}`)
        .orderBy('h.expires_at')
        .limit(batch)
        .execute()
      const result = { fired: 0, failed: 0 }
      for (const { journal_id, line, key } of rows) {
        try {
          const booked = await db.transaction().execute((tx) =>
            postJournal(
              tx,
              zoneId,
              {
                id: newId(),
                book: key,
                day: localDateOf(now),
                kind: 'expiry',
                source: { kind: 'ledger_journal', id: journal_id },
                lines: [{ kind: 'expired', of: { journalId: journal_id, line } }],
              },
              clockwork,
              now,
            ),
          )
          // Another process was first, or it was settled meanwhile.
          if (booked.ok || booked.error.kind === 'pending_over') result.fired++
          else throw new Error(`what is past its time stays set aside: ${booked.error.kind}`)
        } catch (error) {
          result.failed++
          onError(error, journal_id)
        }
      }
      return result
    },
  }
}
