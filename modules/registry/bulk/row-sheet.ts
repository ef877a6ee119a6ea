import type { Lang } from '@tingzhou/parties'
import { writeXlsx, type BadCell, type ExportColumn, type Table } from '@tingzhou/sheets'
import type { columnWords } from '../column-words.ts'
import { textsOf } from '../texts.ts'
import type { BatchKind, MergePair } from './merge-batch-contract.ts'

type Words<Field extends string> = Pick<
  ReturnType<typeof columnWords<Field>>,
  'fields' | 'fieldOf' | 'headOf' | 'exampleOf'
>

/** A row whose cells cannot be taken: its first fault, and what it holds in a column, cut to what that may hold. */
export type UnreadRow<Field extends string> = {
  readonly row: number
  readonly rule: string
  readonly value: string
  readonly textOf: (field: Field) => string
}

/**
 * The rows with refused cells, each once. Pure. O(cells).
 * @param lengths  characters that a cell of each column may have
 */
export function unreadRows<Field extends string>(
  { fields, fieldOf }: Words<Field>,
  lengths: Readonly<Record<Field, number>>,
  table: Table,
  bad: readonly BadCell[],
): readonly UnreadRow<Field>[] {
  const places = new Map(fields.map((field) => [field, table.header.findIndex((head) => fieldOf(head) === field)]))
  const cells = new Map(table.rows.map((row) => [row.rowNumber, row.cells]))
  const first = new Map<number, UnreadRow<Field>>()
  for (const { row, column: head, value, rule } of bad) {
    if (first.has(row)) continue
    const textOf = (field: Field) => cells.get(row)?.[places.get(field) ?? -1]?.slice(0, lengths[field]) ?? ''
    first.set(row, { row, rule: ruleOf(rule, head), value: value.slice(0, 100), textOf })
  }
  return [...first.values()]
}

/** The rule of a cell, with the head of its column. */
function ruleOf(rule: string, head: string): string {
  if (rule === 'column_missing') return `missing_column ${head}`
  if (rule === 'column_repeated') return `repeated_column ${head}`
  return rule === 'required' ? `empty_cell ${head}` : rule
}

/** The empty workbook with its heads and one invented example. */
export function writeRowTemplate<Field extends string>(
  { fields, headOf, exampleOf }: Words<Field>,
  kind: BatchKind,
  rules: Readonly<Record<Field, string>>,
  lang: Lang,
): Promise<Buffer> {
  const { sheet, batch } = textsOf(lang)
  const columns = fields.map((field): ExportColumn<null> => ({
    header: headOf(field, lang),
    value: () => exampleOf(field),
    width: 30,
  }))
  const lines = fields.map((field) => [headOf(field, lang), rules[field]] as const)
  return writeXlsx(columns, [null], { sheetName: batch.sheet[kind], notesSheet: { name: sheet.notes, lines } })
}

/** The rows with what became of each; corrected, it can be uploaded as it is. */
export function writeRows(
  kind: BatchKind,
  own: readonly ExportColumn<MergePair>[],
  lang: Lang,
  rows: readonly MergePair[],
  fileName: string,
): Promise<Buffer> {
  const { head, sheet, batch } = textsOf(lang)
  const columns: ExportColumn<MergePair>[] = [
    { header: head.row, value: ({ row }) => row, width: 8 },
    { header: batch.head.state, value: ({ state }) => batch.state[state] },
    { header: head.fault, value: ({ message }) => message, width: 50 },
    ...own,
    { header: batch.head.fromName[kind], value: ({ from }) => from.name, width: 30 },
    { header: batch.head.intoName[kind], value: ({ into }) => into.name, width: 30 },
  ]
  const lines = [
    [sheet.file, fileName],
    [sheet.rows, String(rows.length)],
  ] as const
  return writeXlsx(columns, rows, { sheetName: batch.sheet[kind], notesSheet: { name: sheet.notes, lines } })
}
