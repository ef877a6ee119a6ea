import { sql } from 'kysely'
import { addDays, instantOf, localDateOf } from '@tingzhou/calendar'
import { at } from '@tingzhou/db'
import { problem, sendWorkbook } from '@tingzhou/http'
import { localDate } from '@tingzhou/kernel'
import type { Lang } from '@tingzhou/parties'
import { writeXlsx, type ExportColumn } from '@tingzhou/sheets'
import { yuanText } from '../money/amount.ts'
import '../money/tables.ts'
import type { Reader } from '../papers-view.ts'
import { note } from '../record.ts'
import { textsOf } from '../texts.ts'
import type { CarrierKind } from '../words.ts'
import { uploadTexts } from './texts.ts'

type Income = {
  readonly id: string
  readonly name: string
  readonly kind: CarrierKind
  readonly idNumber: string
  readonly phone: string
  readonly trips: number
  readonly payments: number
  readonly fen: number
}

const carriersMax = 20_000

/** First day of a quarter, and of the next one. Pure. */
function daysOf(quarter: string) {
  const first = localDate(`${quarter.slice(0, 4)}-${String(Number(quarter.at(-1)) * 3 - 2).padStart(2, '0')}-01`)
  return { first, next: localDate(`${addDays(first, 93).slice(0, 7)}-01`) }
}

/**
 * What each carrier and operator got in a quarter, with identity numbers whole, as the tax office wants it; whoever takes it stands in the
 * history. The caller has asked who may. What was paid and came back does not count.
 */
export async function exportIncomeReport(reader: Reader, lang: Lang, quarter: string) {
  const { deps, actor } = reader
  const { first, next } = daysOf(quarter)
  const today = localDateOf(deps.clock())
  if (first > today)
    throw problem({
      kind: 'field_refused',
      status: 422,
      area: 'freight',
      field: 'quarter',
      value: quarter,
      rule: 'quarter_begun',
    })
  const { rows } =
    await sql<Income>`select c.id, c.name, c.kind, c.id_number as "idNumber", c.phone, p.trips, p.payments, p.fen
    from (
      select p.carrier_id, count(distinct p.waybill_id)::integer as trips, count(*)::integer as payments,
        sum(p.amount_fen)::bigint as fen
      from freight_payment p
      where p.zone_id = ${deps.zoneId} and p.state = 'done' and p.done_at >= ${at(instantOf(first, '00:00'))}
        and p.done_at < ${at(instantOf(next, '00:00'))}
      group by p.carrier_id
    ) p join freight_carrier c on c.zone_id = ${deps.zoneId} and c.id = p.carrier_id
    order by c.name, c.id limit ${carriersMax + 1}`.execute(deps.db)
  if (rows.length > carriersMax)
    throw problem({
      kind: 'export_too_large',
      status: 422,
      area: 'freight',
      meta: { total: rows.length, max: carriersMax },
    })
  await deps.db.transaction().execute((tx) =>
    note(tx, deps, actor, {
      objectKind: 'freight_income_report',
      objectId: quarter,
      verb: 'export',
      data: { quarter, carriers: rows.length },
    }),
  )
  return sendWorkbook(
    await workbook(reader, lang, quarter, rows, today),
    `${uploadTexts(lang).sheet.income} ${quarter}`,
  )
}

function workbook({ actor }: Reader, lang: Lang, quarter: string, rows: readonly Income[], today: string) {
  const { sheet } = uploadTexts(lang)
  const words: Readonly<Record<string, string>> = textsOf(lang).word
  const values = {
    name: ({ name }) => name,
    kind: ({ kind }) => words[`kind.${kind}`] ?? kind,
    idNumber: ({ idNumber }) => idNumber,
    phone: ({ phone }) => phone,
    trips: ({ trips }) => trips,
    payments: ({ payments }) => payments,
    // A reader adds them up, so that they are numbers.
    incomeYuan: ({ fen }) => Number(yuanText(fen)),
  } satisfies Record<string, ExportColumn<Income>['value']>
  const columns = Object.entries(values).map(([key, value]) => ({
    header: sheet[key as keyof typeof values],
    value,
    width: 22,
  }))
  const lines = [
    [sheet.quarter, quarter],
    [sheet.until, today],
    [sheet.incomeYuan, yuanText(rows.reduce((sum, { fen }) => sum + fen, 0))],
    [sheet.law, sheet.law_text],
    [sheet.exportedBy, actor.name],
  ] as const
  return writeXlsx(columns, rows, { sheetName: sheet.income, notesSheet: { name: sheet.notes, lines } })
}
