import { err, ok, type EpochMs, type Result } from '@tingzhou/kernel'
import type { Lang } from '@tingzhou/parties'
import { dateCell, numberCell, textCell, writeXlsx, type CellRefusal, type ExportColumn } from '@tingzhou/sheets'
import { columnWords } from '../column-words.ts'
import words from '../data/figure-words.json' with { type: 'json' }
import { textsOf } from '../texts.ts'
import { minuteOf } from '../workbook.ts'
import type { Confidence, Indicator, Qualifier } from './figure-contract.ts'
import type { FigureLine } from './figure-list.ts'

type Read<T> = (text: string) => Result<T, CellRefusal>
export type FigureSheetField = keyof typeof words.columns
const { fields, headOf, exampleOf, fieldOf, column } = columnWords(words.columns)

/** The head of a column as a table has it, or as the template writes it where the table has none. */
export const headIn =
  (header: readonly string[]) =>
  (field: FigureSheetField): string =>
    header.find((head) => fieldOf(head) === field) ?? headOf(field, 'zh-CN')

const plain = (text: string): string => text.normalize('NFKC').trim().toLowerCase()

/** The columns of a workbook of figures; heads and words are data: data/figure-words.json. */
export const figureColumns = (indicators: readonly Indicator[]) => ({
  uscc: column('uscc', textCell(40)),
  name: column('name', textCell(120)),
  indicator: { ...column('indicator', indicatorCell(indicators)), required: true as const },
  period: { ...column('period', periodCell), required: true as const },
  value: { ...column('value', numberCell({ min: -1e15, max: 1e15 })), required: true as const },
  unit: column('unit', textCell(30)),
  qualifier: column('qualifier', wordCell<Qualifier>('one_of_qualifier', words.qualifier)),
  basis: column('basis', textCell(300)),
  source: { ...column('source', textCell(200)), required: true as const },
  confidence: column('confidence', wordCell<Confidence>('one_of_confidence', words.confidence)),
  asOf: { ...column('asOf', dateCell), required: true as const },
})

function indicatorCell(indicators: readonly Indicator[]): Read<Indicator> {
  const known = new Map(indicators.flatMap((one) => [one.code, one.zh, one.en].map((word) => [plain(word), one])))
  return (text) => {
    const found = known.get(plain(text))
    return found ? ok(found) : err({ rule: 'unknown_indicator' })
  }
}

function wordCell<Key extends string>(rule: string, meanings: Readonly<Record<Key, readonly string[]>>): Read<Key> {
  const known = new Map(
    Object.entries<readonly string[]>(meanings).flatMap(([key, all]) =>
      // The keys of the record are the keys of its type.
      [key, ...all].map((word) => [plain(word), key as Key] as const),
    ),
  )
  return (text) => {
    const key = known.get(plain(text))
    return key === undefined ? err({ rule }) : ok(key)
  }
}

const quarters = Object.entries(words.quarters)

/** Reads a period however people write it: 2025, 2025Q1, 2025-06, 202506; between and behind the digits may stand a character. */
export const periodCell: Read<string> = (text) => {
  const [word, sign] = quarters.find(([written]) => text.includes(written)) ?? []
  const short = (word === undefined || sign === undefined ? text : text.replace(word, sign)).normalize('NFKC').trim()
  const [, year] = /^(\d{4})\p{Script=Han}?$/u.exec(short) ?? []
  const [, ofQuarter, quarter] = /^(\d{4})\p{Script=Han}?[-/. ]?q([1-4])$/iu.exec(short) ?? []
  const [, ofMonth, month] =
    /^(\d{4})(?:[-/.]|\p{Script=Han})(\d{1,2})\p{Script=Han}?$/u.exec(short) ?? /^(\d{4})(\d{2})$/.exec(short) ?? []
  const inYears = (digits: string) => digits >= '1950' && digits < '2200'
  if (year !== undefined && inYears(year)) return ok(year)
  if (ofQuarter !== undefined && inYears(ofQuarter)) return ok(`${ofQuarter}-Q${quarter}`)
  const isMonth = Number(month) >= 1 && Number(month) <= 12
  if (ofMonth !== undefined && month !== undefined && isMonth && inYears(ofMonth))
    return ok(`${ofMonth}-${month.padStart(2, '0')}`)
  return err({ rule: 'period' })
}

/** The unit that a cell means, or the first one where it is blank; null: none of the indicator's. */
export function unitMeant({ units }: Indicator, text: string | null): string | null {
  if (text === null) return units[0]?.code ?? null
  const wanted = plain(text)
  return units.find(({ code, zh, en }) => [code, zh, en].some((word) => plain(word) === wanted))?.code ?? null
}

/** The empty workbook with its heads, one example, and which indicators and units there are. */
export function writeFigureTemplate(lang: Lang, indicators: readonly Indicator[]): Promise<Buffer> {
  const { sheet, figure } = textsOf(lang)
  const columns = fields.map((field): ExportColumn<null> => ({
    header: headOf(field, lang),
    value: () => exampleOf(field),
    width: 18,
  }))
  const open = indicators.filter(({ state }) => state === 'open')
  const lines = [
    ...fields.map((field) => [headOf(field, lang), figure.rule[field]] as const),
    ...open.map(({ zh, en, definitionZh, definitionEn, units }) => {
      const named = units.map((unit) => (lang === 'en' ? unit.en : unit.zh)).join(', ')
      return lang === 'en'
        ? ([en, `${definitionEn} (${named})`] as const)
        : ([zh, `${definitionZh}（${named}）`] as const)
    }),
  ]
  return writeXlsx(columns, [null], { sheetName: figure.sheet, notesSheet: { name: sheet.notes, lines } })
}

/** The list as a workbook, with heads by which it can be imported again. */
export function writeFigures(
  lang: Lang,
  rows: readonly FigureLine[],
  about: { readonly filters: readonly (readonly [string, string])[]; readonly by: string; readonly at: EpochMs },
): Promise<Buffer> {
  const { sheet, figure } = textsOf(lang)
  const inLang = (both: { readonly zh: string; readonly en: string }) => (lang === 'en' ? both.en : both.zh)
  const columns: ExportColumn<FigureLine>[] = [
    { header: headOf('uscc', lang), value: (row) => row.uscc, width: 22 },
    { header: headOf('name', lang), value: (row) => row.enterprise.name, width: 36 },
    { header: headOf('indicator', lang), value: (row) => inLang(row.indicatorName) },
    { header: headOf('period', lang), value: (row) => row.period },
    { header: headOf('value', lang), value: (row) => row.value, format: '#,##0.####' },
    { header: headOf('unit', lang), value: (row) => inLang(row.unitName) },
    { header: headOf('qualifier', lang), value: (row) => figure.qualifier[row.qualifier] },
    { header: headOf('basis', lang), value: (row) => row.basis, width: 36 },
    { header: headOf('source', lang), value: (row) => row.source, width: 30 },
    { header: headOf('confidence', lang), value: (row) => figure.confidence[row.confidence] },
    { header: headOf('asOf', lang), value: (row) => row.asOf },
    { header: figure.head.own, value: (row) => (row.own ? sheet.yes : null) },
    { header: figure.head.preferred, value: (row) => (row.preferred ? sheet.yes : null) },
    { header: figure.head.withdrawn, value: (row) => row.withdrawnWhy, width: 30 },
    { header: figure.head.synthetic, value: (row) => (row.synthetic ? sheet.yes : null) },
  ]
  const lines = [
    [sheet.exportedAt, minuteOf(about.at)],
    [sheet.exportedBy, about.by],
    [sheet.rows, String(rows.length)],
    ...(about.filters.length === 0 ? [[sheet.filter, sheet.none] as const] : []),
    ...about.filters.map(([name, value]) => [`${sheet.filter}: ${name}`, value] as const),
  ] as const
  return writeXlsx(columns, rows, { sheetName: figure.sheet, notesSheet: { name: sheet.notes, lines } })
}
