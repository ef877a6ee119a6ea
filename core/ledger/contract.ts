import { oc } from '@orpc/contract'
import * as z from 'zod'
import { CommandId, Day, Instant, listInput, listOutput } from '@tingzhou/http/contract'
import { unitCodes } from './unit.ts'

const Key = z.string().regex(/^[a-z][a-z0-9_]{0,39}$/)
const Code = z.string().regex(/^[a-z0-9][a-z0-9_.-]{0,59}$/)
const Name = z.object({ zh: z.string(), en: z.string() })
const Side = z.enum(['debit', 'credit']).describe('On which it grows.')
const Amount = z.int().describe("A whole number of the smallest part of the account's unit, such as fen.")
const Ref = z.object({ kind: z.string(), id: z.string() })
const Kind = z.enum(['posted', 'pending', 'settled', 'voided', 'expired'])

export const Book = z.object({
  key: z.string(),
  name: Name,
  closedUntil: Day.nullable().describe('Nothing is booked on this day or before it.'),
  accounts: z.int().describe('Those in reach.'),
  units: z.array(z.string()),
})
export const Account = z.object({
  id: z.uuid(),
  book: z.string(),
  bookName: Name,
  code: z.string(),
  name: Name,
  unit: z.string(),
  side: Side,
  party: z.object({ id: z.string(), name: z.string().nullable() }).nullable().describe('Whose it is.'),
  subject: Ref.nullable().describe('What it is about, such as one waybill.'),
  balance: Amount.describe('On its own side; negative: on the other one.'),
  pendingIn: Amount.describe('Set aside for it.'),
  pendingOut: Amount.describe('Set aside of it.'),
  least: Amount.nullable().describe('The least that must stay available; null: it may go anywhere.'),
  available: Amount.describe('`balance` less `pendingOut`.'),
  openedAt: Instant,
  closedAt: Instant.nullable(),
})
const End = z
  .object({ id: z.uuid().nullable(), code: z.string(), name: Name.nullable(), party: z.string().nullable() })
  .describe('Beyond reach: the code only.')
const Entry = z.object({
  seq: z.int(),
  day: Day,
  at: Instant,
  journalId: z.uuid(),
  kind: z.string().describe('Of the journal.'),
  reason: z.string().nullable(),
  source: Ref.nullable(),
  actor: z.string(),
  side: Side.describe('On which the account was booked.'),
  amount: Amount,
  after: Amount.describe('Balance after it, on the account’s own side.'),
  other: End.describe('The account at the other end.'),
})
const Statement = z.object({
  from: Day,
  until: Day,
  opening: Amount.describe('Balance before the first row.'),
  closing: Amount.describe('Balance at the end of `until`.'),
  rows: z.array(Entry),
  next: z.string().nullable().describe('Cursor of the next page; null on the last.'),
})
const JournalLine = z.object({
  line: z.int(),
  kind: Kind,
  amount: Amount,
  unit: z.string(),
  debit: End,
  credit: End,
  of: z.object({ journalId: z.uuid(), line: z.int() }).nullable().describe('What was set aside and ends here.'),
  expiresAt: Instant.nullable(),
  became: z
    .object({ kind: Kind, amount: Amount, journalId: z.uuid(), line: z.int(), at: Instant })
    .nullable()
    .describe('What became of a line that was set aside; null: nothing yet, or it was not.'),
})
const Journal = z.object({
  id: z.uuid(),
  book: z.string(),
  bookName: Name,
  day: Day,
  at: Instant,
  kind: z.string(),
  source: Ref.nullable(),
  reason: z.string().nullable(),
  actor: z.string(),
  lines: z.array(JournalLine).describe('Those with an account in reach, at most 500.'),
})
const Trial = z.object({
  book: z.string(),
  day: Day,
  closedUntil: Day.nullable(),
  rows: z.array(
    z.object({
      code: z.string(),
      name: Name.describe('Of the first account of the code.'),
      unit: z.string(),
      side: Side,
      accounts: z.int(),
      debits: Amount,
      credits: Amount,
      balance: Amount.describe('On the side of the code.'),
    }),
  ),
  totals: z.array(
    z.object({
      unit: z.string(),
      debits: Amount,
      credits: Amount,
      difference: Amount.describe('Debits less credits; anything but 0 is a fault.'),
    }),
  ),
})
const Period = z.object({
  book: z.string(),
  until: Day,
  at: Instant,
  actor: z.string(),
  transfers: z.int(),
  sha256: z.string().describe('Of its transfers in their order, and of the period before.'),
})

export const AccountQuery = listInput({
  book: Key.optional(),
  code: Code.optional(),
  unit: z.enum(unitCodes).optional(),
  party: z.string().min(1).max(100).optional(),
  subjectKind: z.string().min(1).max(60).optional(),
  subjectId: z.string().min(1).max(100).optional(),
  show: z.enum(['nonzero', 'all']).default('all').describe('nonzero: with a balance, or something set aside.'),
})
const span = {
  from: Day.optional().describe('The first day of the month of `until` when left out.'),
  until: Day.optional().describe('Today when left out.'),
}
export const EntryQuery = z.object({
  ...span,
  cursor: z.string().max(1_000).optional(),
  limit: z.int().min(1).max(200).default(50),
})

const tags = ['ledger']

/** The routes of books, accounts, statements, journals and periods. */
export const ledgerContract = {
  books: oc
    .route({ method: 'GET', path: '/ledger-books', summary: '账簿清单 · Books', tags })
    .output(z.object({ rows: z.array(Book) })),
  accounts: oc
    .route({ method: 'GET', path: '/ledger-accounts', summary: '账户清单 · Accounts by book and code', tags })
    .input(AccountQuery)
    .output(listOutput(Account)),
  account: oc
    .route({ method: 'GET', path: '/ledger-accounts/{id}', summary: '账户 · One account', tags })
    .input(z.object({ id: z.uuid() }))
    .output(Account),
  entries: oc
    .route({
      method: 'GET',
      path: '/ledger-accounts/{id}/entries',
      summary: '对账单 · What was booked of an account, oldest first, with running balances',
      tags,
    })
    .input(EntryQuery.extend({ id: z.uuid() }))
    .output(Statement),
  exportEntries: oc
    .route({
      method: 'GET',
      path: '/ledger-accounts/{id}/entries/export.xlsx',
      summary: '导出对账单 · The statement as a workbook, at most 50,000 rows',
      tags,
    })
    .input(z.object({ id: z.uuid(), ...span }))
    .output(z.file()),
  journal: oc
    .route({ method: 'GET', path: '/ledger-journals/{id}', summary: '凭证 · One journal with its lines', tags })
    .input(z.object({ id: z.uuid() }))
    .output(Journal),
  trialBalance: oc
    .route({
      method: 'GET',
      path: '/ledger-trial-balance',
      summary: '试算平衡表 · What the codes of a book came to at the end of a day',
      tags,
    })
    .input(z.object({ book: Key, day: Day.optional().describe('Today when left out.') }))
    .output(Trial),
  periods: oc
    .route({ method: 'GET', path: '/ledger-periods', summary: '会计期间 · Closed periods, newest first', tags })
    .input(listInput({ book: Key }))
    .output(listOutput(Period)),
  closePeriod: oc
    .route({
      method: 'POST',
      path: '/ledger-periods',
      summary: '结账 · Closes a book up to and on a day, for good',
      tags,
      successStatus: 201,
    })
    .input(z.object({ commandId: CommandId, book: Key, until: Day.describe('A day that is over.') }))
    .output(Period.pick({ until: true, transfers: true, sha256: true })),
}
