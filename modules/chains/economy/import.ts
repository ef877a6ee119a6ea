import type { Tx } from '@tingzhou/db'
import type { Actor, Lang } from '@tingzhou/parties'
import type { RecordDeps } from '@tingzhou/records'
import { writeXlsx, type Table } from '@tingzhou/sheets'
import { chainCatalogue } from '../catalogue/store.ts'
import { chainSettings } from '../settings/settings.ts'
import { textsOf } from '../texts.ts'
import { findNamed } from './firm.ts'
import { linkColumns, positionColumns } from './import-columns.ts'
import type { ImportKind } from './import-contract.ts'
import { linkSheet, positionSheet, productsByName, type Books, type Kind } from './import-rows.ts'
import type { Warning } from './position.ts'
import { insertInto, keyOf, knownKeys, type YearTable } from './year-table.ts'

/** What is said of a row: a column by its key, what stood there, the rule. */
type RowWord = { readonly row: number; readonly key: string; readonly value: string; readonly rule: string }
type Numbered<New> = { readonly row: number; readonly fresh: New; readonly warnings: readonly Warning[] }
type Report = {
  readonly rows: number
  readonly good: number
  readonly there: number
  readonly written: boolean
  readonly faults: { row: number; column: string; value: string; message: string }[]
  readonly faultsTotal: number
  readonly warnings: { row: number; column: string; message: string }[]
}

type Wish = {
  readonly kind: ImportKind
  /** True: nothing is written, only foreseen. */
  readonly preview: boolean
  readonly synthetic: boolean
  readonly table: Table
  /** Of the report. */
  readonly lang: Lang
}

/** Imports positions or links: good rows are written, rows that are there stay, each fault names row and column. */
export const importSheet = (tx: Tx, deps: RecordDeps, actor: Actor, wish: Wish): Promise<Report> =>
  wish.kind === 'position'
    ? importRows(tx, deps, actor, wish, positionSheet)
    : importRows(tx, deps, actor, wish, linkSheet)

const shownMax = 500

async function importRows<Cells, New extends object>(
  tx: Tx,
  deps: RecordDeps,
  actor: Actor,
  { preview, synthetic, table, lang }: Wish,
  kind: Kind<Cells, New>,
): Promise<Report> {
  const { bad, good } = kind.read(table)
  const books: Books = {
    actor,
    now: deps.clock(),
    firms: await findNamed(
      tx,
      deps.zoneId,
      good.flatMap(({ value }) => kind.firmsOf(value)),
    ),
    products: productsByName(await chainCatalogue(tx, deps.zoneId)),
    rateFen: (await chainSettings(tx, deps.zoneId)).settings.rateFen,
    synthetic,
  }
  const { sound, faults } = judgeAll(kind, good, books)
  const rows = sound.map(({ fresh }) => fresh)
  const there = await thereAlready(tx, deps, actor, kind.into, rows, preview)
  const all = [...bad.map(({ row, key, value, rule }) => ({ row, key, value, rule })), ...faults]
  const warned = sound.flatMap(({ row, warnings }) => warnings.map(({ field, rule }) => ({ row, field, rule })))
  return {
    rows: table.rows.length,
    good: rows.length - there,
    there,
    written: !preview,
    faultsTotal: all.length,
    faults: all
      .toSorted((a, b) => a.row - b.row)
      .slice(0, shownMax)
      .map(({ row, key, value, rule }) => ({
        row,
        column: headOf(lang, key),
        value: value.slice(0, 100),
        message: ruleWords(lang, rule),
      })),
    warnings: warned
      .slice(0, shownMax)
      .map(({ row, field, rule }) => ({ row, column: headOf(lang, field), message: ruleWords(lang, rule) })),
  }
}

/** How many of the rows the zone has already; the others are written unless they are only foreseen. */
async function thereAlready<New extends object>(
  tx: Tx,
  deps: RecordDeps,
  actor: Actor,
  into: YearTable<New>,
  rows: readonly New[],
  preview: boolean,
): Promise<number> {
  if (rows.length === 0) return 0
  if (!preview) return (await insertInto(tx, deps, actor, into, rows)).filter((id) => id === null).length
  const known = await knownKeys(tx, deps.zoneId, into, rows)
  return rows.filter((row) => known.has(keyOf(into, row))).length
}

/** The rows that may be written; of those that are the same the first. */
function judgeAll<Cells, New extends object>(
  kind: Kind<Cells, New>,
  rows: readonly { readonly rowNumber: number; readonly value: Cells }[],
  books: Books,
): { readonly sound: readonly Numbered<New>[]; readonly faults: readonly RowWord[] } {
  const [sound, faults]: [Numbered<New>[], RowWord[]] = [[], []]
  const seen = new Map<string, number>()
  for (const { rowNumber: row, value } of rows) {
    const judged = kind.judge(value, books)
    if (!judged.ok) {
      const { field: key, value: word, rule } = judged.error
      faults.push({ row, key: columnOf(key), value: word, rule })
      continue
    }
    const key = keyOf(kind.into, judged.value.fresh)
    const first = seen.get(key)
    seen.set(key, first ?? row)
    if (first === undefined) sound.push({ row, ...judged.value })
    else faults.push({ row, key: kind.keyColumn, value: '', rule: `same_as_row ${first}` })
  }
  return { sound, faults }
}

/** The column of a field as the rules name it. */
const columnOf = (field: string): string =>
  ({ buyerId: 'buyer', sellerId: 'seller', rateFen: 'rate', priceFen: 'price' })[field] ?? field.replace(/Text$/, '')

function headOf(lang: Lang, key: string): string {
  const heads: Readonly<Record<string, string>> = textsOf(lang).economy.column
  return heads[key] ?? key
}

/** What a rule says of a cell: a key and, after a space, its limit. */
function ruleWords(lang: Lang, rule: string): string {
  const [key = '', ...limit] = rule.split(' ')
  const texts = textsOf(lang)
  const words: Readonly<Record<string, string>> = { ...texts.rule, ...texts.economy.rule }
  return (words[key] ?? rule).replaceAll('{limit}', limit.join(' ').replace(/^of /, ''))
}

/** An empty sheet with its heads and one invented example. */
export async function importTemplate(lang: Lang, kind: ImportKind) {
  const { sheet, example } = textsOf(lang).economy
  const specs = kind === 'position' ? positionColumns : linkColumns
  const examples: Readonly<Record<string, string>> = example
  const columns = Object.keys(specs).map((key) => ({
    header: headOf(lang, key),
    value: () => examples[key] ?? null,
    width: 20,
  }))
  const lines = Object.entries(specs).map(
    ([key, spec]) => [headOf(lang, key), spec.required ? sheet.required : ''] as const,
  )
  const notesSheet = { name: sheet.notes, lines }
  const bytes = await writeXlsx(columns, [null], { sheetName: sheet[kind], notesSheet })
  return { bytes, name: `${sheet.template} ${sheet[kind]}` }
}
