import type * as z from 'zod'
import type { Reader } from './account-view.ts'
import type { ledgerContract } from './contract.ts'
import { endsOf } from './end-view.ts'
import { linesMax } from './line.ts'
import './tables.ts'

type Shown = z.output<NonNullable<(typeof ledgerContract)['journal']['~orpc']['outputSchema']>>

/** A journal with its lines of which an account is in reach; null when there is none. Three statements. */
export async function findJournal(reader: Reader, id: string): Promise<Shown | null> {
  const { db, zoneId } = reader
  const journal = await db
    .selectFrom('ledger_journal as j')
    .innerJoin('ledger_book as b', (join) => join.onRef('b.zone_id', '=', 'j.zone_id').onRef('b.id', '=', 'j.book_id'))
    .select(['j.id', 'b.key as book', 'b.name as bookName', 'j.on_day as day', 'j.at', 'j.kind', 'j.reason'])
    .select(['j.source_kind as sourceKind', 'j.source_id as sourceId', 'j.actor_name as actor'])
    .where('j.zone_id', '=', zoneId)
    .where('j.id', '=', id)
    .executeTakeFirst()
  if (!journal) return null
  const lines = await linesOf(reader, id)
  if (lines.length === 0) return null
  const { sourceKind, sourceId, ...rest } = journal
  const source = sourceKind === null || sourceId === null ? null : { kind: sourceKind, id: sourceId }
  return { ...rest, source, lines }
}

async function linesOf(reader: Reader, journalId: string): Promise<Shown['lines']> {
  const { db, zoneId } = reader
  const rows = await db
    .selectFrom('ledger_transfer as t')
    // Index ledger_transfer_of.
    .leftJoin('ledger_transfer as r', (join) =>
      join
        .onRef('r.zone_id', '=', 't.zone_id')
        .onRef('r.of_journal', '=', 't.journal_id')
        .onRef('r.of_line', '=', 't.line'),
    )
    .leftJoin('ledger_journal as k', (join) =>
      join.onRef('k.zone_id', '=', 'r.zone_id').onRef('k.id', '=', 'r.journal_id'),
    )
    .select(['t.line', 't.kind', 't.amount', 't.unit', 't.debit_id', 't.credit_id', 't.of_journal', 't.of_line'])
    .select(['t.expires_at as expiresAt', 'r.kind as endKind', 'r.amount as endAmount'])
    .select(['r.journal_id as endJournal', 'r.line as endLine', 'k.at as endAt'])
    .where('t.zone_id', '=', zoneId)
    .where('t.journal_id', '=', journalId)
    .orderBy('t.line')
    .limit(linesMax)
    .execute()
  const { end, isMine } = await endsOf(
    reader,
    rows.flatMap((row) => [row.debit_id, row.credit_id]),
  )
  return rows
    .filter((row) => isMine(row.debit_id) || isMine(row.credit_id))
    .map(({ debit_id, credit_id, of_journal, of_line, endKind, endAmount, endJournal, endLine, endAt, ...row }) => ({
      ...row,
      debit: end(debit_id),
      credit: end(credit_id),
      of: of_journal === null || of_line === null ? null : { journalId: of_journal, line: of_line },
      became:
        endKind === null || endAmount === null || endJournal === null || endLine === null || endAt === null
          ? null
          : { kind: endKind, amount: endAmount, journalId: endJournal, line: endLine, at: endAt },
    }))
}
