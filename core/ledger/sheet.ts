import type { EpochMs } from '@tingzhou/kernel'
import type { Lang } from '@tingzhou/parties'
import type { ExportColumn, NotesSheet } from '@tingzhou/sheets'
import type * as z from 'zod'
import type { Account } from './contract.ts'
import type { SeenEntry } from './entry-view.ts'
import en from './locales/en.json' with { type: 'json' }
import zhCN from './locales/zh-CN.json' with { type: 'json' }
import { decimalOf, scaleOf } from './unit.ts'

const shown = new Intl.DateTimeFormat('sv-SE', { timeZone: 'Asia/Shanghai', dateStyle: 'short', timeStyle: 'medium' })

/** What a statement is of. Amounts in whole numbers of the unit's smallest part. */
export type StatementHead = {
  readonly account: z.output<typeof Account>
  readonly from: string
  readonly until: string
  readonly opening: number
  readonly closing: number
  readonly now: EpochMs
}

/** The columns of an exported statement, and its second sheet with account, days, balances and the time. */
export function statementSheet(
  lang: Lang,
  { account, from, until, opening, closing, now }: StatementHead,
): {
  readonly name: string
  readonly file: string
  readonly columns: readonly ExportColumn<SeenEntry>[]
  readonly notes: NotesSheet
} {
  const text = (lang === 'en' ? en : zhCN).sheet
  const nameOf = (name: { readonly zh: string; readonly en: string }) => (lang === 'en' ? name.en : name.zh)
  const scale = scaleOf(account.unit)
  // A cell is a double: the nearest to the decimal, which shows every digit that a sheet can.
  const amount = (n: number) => Number(decimalOf(n, account.unit))
  const format = scale === 0 ? '#,##0' : `#,##0.${'0'.repeat(scale)}`
  return {
    name: text.name,
    file: `${text.name} ${account.code} ${from} ${until}`,
    columns: [
      { header: text.day, value: ({ day }) => day, width: 12 },
      { header: text.kind, value: ({ kind }) => kind },
      { header: text.reason, value: ({ reason }) => reason ?? '', width: 30 },
      { header: text.source, value: ({ source }) => (source ? `${source.kind} ${source.id}` : ''), width: 30 },
      { header: text.otherCode, value: ({ other }) => other.code, width: 20 },
      { header: text.otherName, value: ({ other }) => (other.name ? nameOf(other.name) : ''), width: 20 },
      { header: text.otherParty, value: ({ other }) => other.party ?? '', width: 24 },
      { header: text.debit, value: (row) => (row.side === 'debit' ? amount(row.amount) : null), format },
      { header: text.credit, value: (row) => (row.side === 'credit' ? amount(row.amount) : null), format },
      { header: text.after, value: ({ after }) => amount(after), format },
      { header: text.actor, value: ({ actor }) => actor },
      { header: text.at, value: ({ at }) => shown.format(at), width: 20 },
      { header: text.journal, value: ({ journalId }) => journalId, width: 38 },
    ],
    notes: {
      name: text.notes,
      lines: [
        [text.account, `${account.code} ${nameOf(account.name)} ${account.party?.name ?? ''}`.trim()],
        [text.unit, account.unit],
        [text.side, text.sides[account.side]],
        [text.days, `${from} – ${until}`],
        [text.opening, decimalOf(opening, account.unit)],
        [text.closing, decimalOf(closing, account.unit)],
        [text.made, `${shown.format(now)} (Asia/Shanghai)`],
      ],
    },
  }
}
