import { localDateOf } from '@tingzhou/calendar'
import { sendWorkbook, unwrap } from '@tingzhou/http'
import { err } from '@tingzhou/kernel'
import type { Lang } from '@tingzhou/parties'
import { writeXlsx } from '@tingzhou/sheets'
import { chainsProblems } from '../problems.ts'
import type { Reader } from '../room.ts'
import { textsOf, worded } from '../texts.ts'
import { listLinks, type LinkWish } from './link-view.ts'

const rowsMax = 20_000

/** The whole list under its filters as a workbook: the rows of the screen, and of volume and price what the screen shows. */
export async function exportLinks(reader: Reader, lang: Lang, wish: LinkWish) {
  const { cursor: _cursor, ...filters } = wish
  const { rows } = await listLinks(reader, { ...filters, limit: rowsMax + 1 })
  if (rows.length > rowsMax) {
    const many = { kind: 'field_refused', field: 'limit', value: '', rule: `rows_at_most ${rowsMax}` } as const
    return unwrap(err(worded(lang, many)), chainsProblems)
  }
  const { column, sheet, mode, yes, no, hidden } = textsOf(lang).economy
  type Row = (typeof rows)[number]
  const name = (row: Row) => (lang === 'en' ? row.product.en : row.product.zh)
  const yuan = (fen: number | null) => (fen === null ? hidden : fen / 100)
  const columns = [
    { header: column.seller, value: (row: Row) => row.seller.name, width: 28 },
    { header: column.buyer, value: (row: Row) => row.buyer.name, width: 28 },
    { header: column.product, value: name },
    { header: column.year, value: (row: Row) => row.year },
    { header: column.volume, value: (row: Row) => row.volume ?? hidden },
    { header: column.unit, value: (row: Row) => row.product.unit },
    { header: column.price, value: (row: Row) => yuan(row.priceFen) },
    { header: column.value, value: (row: Row) => yuan(row.valueFen) },
    { header: column.distanceKm, value: (row: Row) => row.distanceKm },
    { header: column.isEstimate, value: (row: Row) => (row.isEstimate ? yes : no) },
    { header: column.mode, value: (row: Row) => mode[row.mode] },
    { header: column.rate, value: (row: Row) => row.rateFen / 100 },
    { header: column.isContract, value: (row: Row) => (row.isContract ? yes : no) },
    { header: column.source, value: (row: Row) => row.source, width: 30 },
    { header: column.asOf, value: (row: Row) => row.asOf },
    { header: column.synthetic, value: (row: Row) => (row.synthetic ? yes : no) },
  ]
  const now = reader.deps.clock()
  const lines = [
    ...Object.entries(filters).flatMap(([key, value]) =>
      value === undefined || key === 'limit' ? [] : [[`${sheet.filter} ${key}`, String(value)] as const],
    ),
    [sheet.by, reader.actor.name] as const,
    [sheet.at, localDateOf(now)] as const,
  ]
  const bytes = await writeXlsx(columns, rows, { sheetName: sheet.link, notesSheet: { name: sheet.notes, lines } })
  return sendWorkbook(bytes, sheet.link)
}
