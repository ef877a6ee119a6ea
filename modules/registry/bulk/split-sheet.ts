import type { Lang } from '@tingzhou/parties'
import { mapRows, textCell, type Table } from '@tingzhou/sheets'
import { columnWords } from '../column-words.ts'
import words from '../data/split-words.json' with { type: 'json' }
import { textsOf } from '../texts.ts'
import type { MergePair } from './merge-batch-contract.ts'
import { unreadRows, writeRows, writeRowTemplate } from './row-sheet.ts'
import type { AskedSplit } from './split-plan.ts'

const splitWords = columnWords(words.columns)
const { headOf, column } = splitWords

/** Characters that a cell may have. */
const lengths = { firm: 120, name: 120, uscc: 40, takes: 2_000, why: 500 } as const

const optional = (field: keyof typeof lengths) => column(field, textCell(lengths[field]))
const required = (field: keyof typeof lengths) => ({ ...optional(field), required: true as const })
const columns = {
  firm: required('firm'),
  name: required('name'),
  uscc: optional('uscc'),
  takes: optional('takes'),
  why: required('why'),
}

/** A row whose cells cannot be taken, with its first fault. */
export type UnreadSplit = AskedSplit & { readonly rule: string; readonly value: string }
export type ReadSplits = {
  readonly kind: 'split'
  readonly good: readonly AskedSplit[]
  readonly bad: readonly UnreadSplit[]
}

/** The rows of a workbook of splits. Pure. O(cells). */
export function readSplits(table: Table): ReadSplits {
  const { good, bad } = mapRows(columns, table)
  return {
    kind: 'split',
    good: good.map(({ rowNumber, value }) => ({ row: rowNumber, ...value, takes: value.takes ?? '' })),
    bad: unreadRows(splitWords, lengths, table, bad).map(({ textOf, ...fault }) => ({
      ...fault,
      firm: textOf('firm'),
      name: textOf('name'),
      uscc: textOf('uscc'),
      takes: textOf('takes'),
      why: textOf('why'),
    })),
  }
}

/** The empty workbook with its heads and one invented example. */
export const writeSplitTemplate = (lang: Lang): Promise<Buffer> =>
  writeRowTemplate(splitWords, 'split', textsOf(lang).batch.split_rule, lang)

/** The rows with what became of each. */
export const writeSplits = (lang: Lang, rows: readonly MergePair[], fileName: string): Promise<Buffer> =>
  writeRows(
    'split',
    [
      { header: headOf('firm', lang), value: ({ from }) => from.text, width: 30 },
      { header: headOf('name', lang), value: ({ into }) => into.text, width: 30 },
      { header: headOf('uscc', lang), value: ({ uscc }) => uscc, width: 22 },
      { header: headOf('takes', lang), value: ({ takes }) => takes, width: 40 },
      { header: headOf('why', lang), value: ({ why }) => why, width: 30 },
    ],
    lang,
    rows,
    fileName,
  )
