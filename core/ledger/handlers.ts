import { implement } from '@orpc/server'
import { localDateOf } from '@tingzhou/calendar'
import { runCommand, type CommandReused } from '@tingzhou/db'
import {
  commandProblems,
  problem,
  requireActor,
  requireRole,
  unwrap,
  type ProblemTable,
  type RequestContext,
} from '@tingzhou/http'
import { err, localDate } from '@tingzhou/kernel'
import type { Role } from '@tingzhou/parties'
import { writeXlsx } from '@tingzhou/sheets'
import { findAccount, listAccounts, listBooks, type Reader } from './account-view.ts'
import { findBook, listPeriods, readTrial } from './book-view.ts'
import { ledgerContract } from './contract.ts'
import { allEntries, balanceAt, readStatement, spanOf, type SeenEntry, type Span } from './entry-view.ts'
import { findJournal } from './journal-view.ts'
import { closePeriod, type PeriodError } from './period.ts'
import { accountRoles, bookRoles, closerRoles, seesAllAccounts } from './reach.ts'
import { statementSheet } from './sheet.ts'
import './texts.ts'

const area = 'ledger'
const problems = {
  ...commandProblems,
  book_unknown: { status: 404, area, field: 'book' },
  day_not_over: { status: 422, area, field: 'until', valueIn: 'day', rule: '< today' },
  closed_already: { status: 409, area, field: 'until', valueIn: 'day', rule: '> closedUntil' },
} satisfies ProblemTable<PeriodError | CommandReused>

const os = implement(ledgerContract).$context<RequestContext>()
/** The most rows one export writes; more is asked for by fewer days. */
const exportRowsMax = 50_000

function readerOf(context: RequestContext, roles: readonly Role[]): Reader {
  const { db, zoneId } = context.deps
  return { db, zoneId, actor: requireRole(requireActor(context), ...roles) }
}

/** Whoever sees a book as a whole: a role for the whole zone, not for one party. */
function bookReader(context: RequestContext): Reader {
  const reader = readerOf(context, bookRoles)
  if (seesAllAccounts(reader.actor)) return reader
  throw problem({ kind: 'wrong_role', status: 403, meta: { roles: bookRoles } })
}

const nowhere = (): never => {
  throw problem({ kind: 'not_found', status: 404 })
}

async function accountOf(context: RequestContext, id: string) {
  const reader = readerOf(context, accountRoles)
  return { reader, account: (await findAccount(reader, id)) ?? nowhere() }
}

async function bookOf(context: RequestContext, key: string) {
  const reader = bookReader(context)
  const found = await findBook(reader, key)
  return { reader, book: found ?? unwrap(err({ kind: 'book_unknown', book: key } as const), problems) }
}

const today = ({ deps }: RequestContext) => localDateOf(deps.clock())

function spanAsked(context: RequestContext, asked: Parameters<typeof spanOf>[0]): Span {
  const span = spanOf(asked, today(context))
  if (span.from <= span.until) return span
  throw problem({ kind: 'span_empty', status: 422, area, field: 'until', value: span.until, rule: '>= from' })
}

/** The routes of books, accounts, statements, journals and periods. */
export const ledgerRouter = os.router({
  books: os.books.handler(async ({ context }) => ({ rows: await listBooks(readerOf(context, accountRoles)) })),
  accounts: os.accounts.handler(({ context, input }) => listAccounts(readerOf(context, accountRoles), input)),
  account: os.account.handler(async ({ context, input }) => (await accountOf(context, input.id)).account),
  entries: os.entries.handler(async ({ context, input }) => {
    const { reader, account } = await accountOf(context, input.id)
    return readStatement(reader, account, spanAsked(context, input), input)
  }),
  exportEntries: os.exportEntries.handler(async ({ context, input }) => {
    const { reader, account } = await accountOf(context, input.id)
    const span = spanAsked(context, input)
    const rows: SeenEntry[] = []
    for await (const part of allEntries(reader, account, span)) {
      rows.push(...part)
      if (rows.length > exportRowsMax)
        throw problem({
          kind: 'export_too_large',
          status: 422,
          area,
          field: 'from',
          value: span.from,
          rule: `at most ${exportRowsMax} rows`,
          meta: { max: exportRowsMax },
        })
    }
    const first = rows[0]
    const closing = rows.at(-1)?.after ?? (await balanceAt(reader, account, span.until))
    const opening = first ? first.after - (first.side === account.side ? first.amount : -first.amount) : closing
    const sheet = statementSheet(context.lang, { account, ...span, opening, closing, now: context.deps.clock() })
    const bytes = await writeXlsx(sheet.columns, rows, { sheetName: sheet.name, notesSheet: sheet.notes })
    return new File([new Uint8Array(bytes)], `${sheet.file}.xlsx`, {
      type: 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet',
    })
  }),
  journal: os.journal.handler(
    async ({ context, input }) => (await findJournal(readerOf(context, accountRoles), input.id)) ?? nowhere(),
  ),
  trialBalance: os.trialBalance.handler(async ({ context, input }) => {
    const { reader, book } = await bookOf(context, input.book)
    const day = input.day === undefined ? today(context) : localDate(input.day)
    return { book: input.book, day, closedUntil: book.closedUntil, ...(await readTrial(reader, book, day)) }
  }),
  periods: os.periods.handler(async ({ context, input }) => {
    const { reader, book } = await bookOf(context, input.book)
    return listPeriods(reader, book, input)
  }),
  closePeriod: os.closePeriod.handler(async ({ context, input }) => {
    const { actor } = bookReader(context)
    requireRole(actor, ...closerRoles)
    const { deps } = context
    const { commandId, book, until } = input
    const command = { commandId, actorId: actor.accountId, name: 'ledger.close_period', input: { book, until } }
    const closed = await runCommand(deps, command, (tx) =>
      closePeriod(tx, deps.zoneId, book, localDate(until), today(context), actor, deps.clock()),
    )
    return unwrap(closed, problems)
  }),
})
