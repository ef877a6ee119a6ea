import type { Lang } from '@tingzhou/parties'
import { mapRows, textCell, type Table } from '@tingzhou/sheets'
import { columnWords } from '../column-words.ts'
import words from '../data/merge-words.json' with { type: 'json' }
import { textsOf } from '../texts.ts'
import type { MergePair } from './merge-batch-contract.ts'
import type { AskedPair } from './merge-plan.ts'
import { unreadRows, writeRows, writeRowTemplate } from './row-sheet.ts'

const pairWords = columnWords(words.columns)
const { headOf, column } = pairWords

/** Characters that a cell may have. */
const lengths = { from: 120, into: 120, why: 500 } as const

const required = (field: keyof typeof lengths) => ({
  ...column(field, textCell(lengths[field])),
  required: true as const,
})
const columns = { from: required('from'), into: required('into'), why: required('why') }

/** A row whose cells cannot be taken, with its first fault. */
export type UnreadPair = AskedPair & { readonly rule: string; readonly value: string }
export type ReadPairs = {
  readonly kind: 'merge'
  readonly good: readonly AskedPair[]
  readonly bad: readonly UnreadPair[]
}

/** The rows of a workbook of merges. Pure. O(cells). */
export function readPairs(table: Table): ReadPairs {
  const { good, bad } = mapRows(columns, table)
  return {
    kind: 'merge',
    good: good.map(({ rowNumber, value }) => ({ row: rowNumber, ...value })),
    bad: unreadRows(pairWords, lengths, table, bad).map(({ textOf, ...fault }) => ({
      ...fault,
      from: textOf('from'),
      into: textOf('into'),
      why: textOf('why'),
    })),
  }
}

/** The empty workbook with its heads and one invented example. */
export const writePairTemplate = (lang: Lang): Promise<Buffer> =>
  writeRowTemplate(pairWords, 'merge', textsOf(lang).batch.rule, lang)

/** The rows with what became of each. */
export const writePairs = (lang: Lang, rows: readonly MergePair[], fileName: string): Promise<Buffer> =>
  writeRows(
    'merge',
    [
      { header: headOf('from', lang), value: ({ from }) => from.text, width: 30 },
      { header: headOf('into', lang), value: ({ into }) => into.text, width: 30 },
      { header: headOf('why', lang), value: ({ why }) => why, width: 30 },
    ],
    lang,
    rows,
    fileName,
  )
