import { localDateOf } from '@tingzhou/calendar'
import { problem, sendWorkbook } from '@tingzhou/http'
import { epochMs } from '@tingzhou/kernel'
import type { Lang } from '@tingzhou/parties'
import { writeXlsx, type ExportColumn } from '@tingzhou/sheets'
import type { Reader } from '../papers-view.ts'
import { labelOf, textsOf } from '../texts.ts'
import { yuanText } from './amount.ts'
import { findStatement, listIncomes } from './statement-view.ts'

/** Yuan as a sheet shows them; a reader adds them up, so that they are numbers. */
const yuan = (fen: number): number => Number(fen < 0 ? `-${yuanText(-fen)}` : yuanText(fen))

const columnsOf = <Row>(
  lang: Lang,
  columns: Readonly<Record<string, ExportColumn<Row>['value']>>,
): ExportColumn<Row>[] =>
  Object.entries(columns).map(([key, value]) => ({ header: labelOf(lang, key), value, width: 20 }))

const linesMax = 5_000

/** A statement as a workbook, its figures on the second sheet; null: there is none within reach. */
export async function exportStatement(reader: Reader, lang: Lang, id: string) {
  const statement = await findStatement(reader, { id, after: 0, limit: linesMax })
  if (!statement) return null
  const { sheet, word } = textsOf(lang)
  const words: Readonly<Record<string, string>> = word
  const columns = columnsOf<(typeof statement.rows)[number]>(lang, {
    day: ({ day }) => day,
    waybillNumber: ({ waybill }) => `${waybill.number}-${waybill.serial}`,
    lineKind: ({ kind }) => words[`lineKind.${kind}`] ?? kind,
    netYuan: ({ netFen }) => yuan(netFen),
    taxYuan: ({ taxFen }) => yuan(taxFen),
    amountYuan: ({ amountFen }) => yuan(amountFen),
  })
  const lines = (
    [
      ['statementNumber', statement.number],
      ['shipper', statement.shipper.name],
      ['fromDay', statement.fromDay],
      ['untilDay', statement.untilDay],
      ['openingYuan', String(yuan(statement.openingFen))],
      ['billedYuan', String(yuan(statement.billedFen))],
      ['closingYuan', String(yuan(statement.closingFen))],
      ['sha256', statement.sha256],
    ] as const
  ).map(([key, value]) => [labelOf(lang, key), value] as const)
  const bytes = await writeXlsx(columns, statement.rows, {
    sheetName: sheet.statement,
    notesSheet: { name: sheet.notes, lines },
  })
  return sendWorkbook(bytes, `${sheet.statement} ${statement.number}`)
}

const incomesMax = 20_000

type Incomes = Awaited<ReturnType<typeof listIncomes>>

/** What was paid in a month within reach, as a workbook. */
export async function exportIncomes(
  reader: Reader,
  lang: Lang,
  wish: { readonly month: string; readonly carrierId?: string | undefined },
) {
  const rows: Incomes['rows'][number][] = []
  let sumFen = 0
  for (let cursor: string | null | undefined; cursor !== null;) {
    const page: Incomes = await listIncomes(reader, {
      ...wish,
      limit: 200,
      ...(cursor === undefined ? {} : { cursor }),
    })
    if (page.total > incomesMax)
      throw problem({
        kind: 'export_too_large',
        status: 422,
        area: 'freight',
        meta: { total: page.total, max: incomesMax },
      })
    rows.push(...page.rows)
    sumFen = page.sumFen
    cursor = page.next
  }
  const { sheet } = textsOf(lang)
  const columns = columnsOf<Incomes['rows'][number]>(lang, {
    day: ({ doneAt }) => localDateOf(epochMs(doneAt)),
    carrier: ({ carrier }) => carrier.name,
    waybillNumber: ({ waybill }) => `${waybill.number}-${waybill.serial}`,
    payLine: ({ line }) => line,
    amountYuan: ({ amountFen }) => yuan(amountFen),
    bankSerial: ({ bankSerial }) => bankSerial,
  })
  const lines = [
    [labelOf(lang, 'month'), wish.month],
    [labelOf(lang, 'amountYuan'), String(yuan(sumFen))],
    [sheet.exportedOn, localDateOf(reader.deps.clock())],
    [sheet.exportedBy, reader.actor.name],
  ] as const
  const bytes = await writeXlsx(columns, rows, { sheetName: sheet.income, notesSheet: { name: sheet.notes, lines } })
  return sendWorkbook(bytes, `${sheet.income} ${wish.month}`)
}
