import { sql, type RawBuilder, type SqlBool } from 'kysely'
import { reaches } from '@tingzhou/access'
import { decodeCursor, encodeCursor } from '@tingzhou/http'
import type { EpochMs } from '@tingzhou/kernel'
import { measureNames, type MeasureName } from './measures-contract.ts'
import { institutionsOf } from './stand.ts'
import type { Reader } from './view.ts'
import type { Direction, Urgency } from './words.ts'
import './reach.ts'

export type Period = {
  readonly from: string
  readonly to: string
  readonly institutionId?: string | undefined
}

type Part = 'numerator' | 'base'

/** One line behind a measure: an offer or an order, and whether it counts in the numerator. */
export type MeasureRow = {
  readonly key: string
  readonly orderId: string | null
  readonly code: string
  readonly direction: Direction
  readonly urgency: Urgency
  readonly from_id: string
  readonly from_name: string
  readonly institution_id: string | null
  readonly institution_name: string | null
  readonly at: EpochMs
  readonly counted: boolean
  readonly minutes: number | null
}

/**
 * The lines that a measure is counted over. A figure is a count over them and its list is the lines themselves, so that
 * the two cannot differ. Offers also count for the institution that was asked and is out by now: its own answer is its own.
 */
function lines(reader: Reader, measure: MeasureName, period: Period): RawBuilder<MeasureRow> {
  const { deps, actor } = reader
  const { zoneId } = deps
  const reach = reaches(actor, 'referral', { zoneId, objectId: sql.ref('r.id') })
  const mine = [...institutionsOf(actor)]
  const within = (column: RawBuilder<unknown>): RawBuilder<SqlBool> =>
    sql<SqlBool>`${column} >= ${period.from}::date::timestamp at time zone 'Asia/Shanghai'
      and ${column} < (${period.to}::date + 1)::timestamp at time zone 'Asia/Shanghai'`
  const institution = (column: RawBuilder<unknown>): RawBuilder<SqlBool> =>
    period.institutionId === undefined ? sql<SqlBool>`true` : sql<SqlBool>`${column} = ${period.institutionId}`
  const line = (of: {
    readonly at: RawBuilder<unknown>
    readonly asked: RawBuilder<unknown>
    readonly counted: RawBuilder<unknown>
    readonly minutes?: RawBuilder<unknown>
    readonly key: RawBuilder<unknown>
  }) => sql`${of.key} as key, case when ${reach} then r.id end as "orderId", r.code, r.direction, r.urgency,
    r.from_id, (select i.name from referral_institution i where i.zone_id = r.zone_id and i.id = r.from_id) as from_name,
    ${of.asked} as institution_id,
    (select i.name from referral_institution i where i.zone_id = r.zone_id and i.id = ${of.asked}) as institution_name,
    ${of.at} as at, (${of.counted}) as counted, ${of.minutes ?? sql`null::float8`} as minutes`
  const offers = (counted: RawBuilder<unknown>, answers: readonly string[], minutes?: RawBuilder<unknown>) =>
    sql<MeasureRow>`select ${line({
      key: sql`r.id::text || ' ' || o.number`,
      at: sql`o.answered_at`,
      asked: sql`o.institution_id`,
      counted,
      ...(minutes ? { minutes } : {}),
    })}
    from referral_offer o join referral r on r.zone_id = o.zone_id and r.id = o.order_id
    where o.zone_id = ${zoneId} and o.answer = any(${[...answers]}::text[]) and ${within(sql`o.answered_at`)}
      and (${reach} or o.institution_id = any(${mine}::text[])) and ${institution(sql`o.institution_id`)}`
  const orders = (at: RawBuilder<unknown>, counted: RawBuilder<unknown>, also: RawBuilder<SqlBool>) =>
    sql<MeasureRow>`select ${line({ key: sql`r.id::text`, at, asked: sql`r.target_id`, counted })}
    from referral r
    where r.zone_id = ${zoneId} and ${within(at)} and ${also} and ${reach}
      and (${institution(sql`r.from_id`)} or ${institution(sql`r.target_id`)})`
  switch (measure) {
    case 'accept_rate':
      return offers(sql`o.answer = 'accepted'`, ['accepted', 'declined', 'expired'])
    case 'minutes_to_accept':
      return offers(sql`true`, ['accepted'], sql`(extract(epoch from (o.answered_at - o.sent_at)) / 60)::float8`)
    case 'up_down':
      return orders(sql`r.created_at`, sql`r.direction = 'up'`, sql<SqlBool>`r.return_of is null`)
    case 'returned_share':
      return orders(sql`r.care_ended_at`, sql`r.care_end = 'returned'`, sql<SqlBool>`r.return_of is null`)
    case 'complete_papers':
      return orders(
        sql`r.arrived_at`,
        sql`cardinality(r.papers_missing) = 0`,
        sql<SqlBool>`r.papers_missing is not null`,
      )
  }
}

export type MeasureFigure = {
  readonly measure: MeasureName
  readonly value: number | null
  readonly numerator: number
  readonly base: number
}

/** Every measure of a period within the reader's reach, with numerator and base. One statement a measure. */
export async function readMeasures(reader: Reader, period: Period): Promise<readonly MeasureFigure[]> {
  const figures: MeasureFigure[] = []
  for (const measure of measureNames) figures.push(await readMeasure(reader, measure, period))
  return figures
}

async function readMeasure(reader: Reader, measure: MeasureName, period: Period): Promise<MeasureFigure> {
  const answer = await sql<{ numerator: number; base: number; median: number | null }>`
    select count(*) filter (where counted) as numerator, count(*) as base,
      percentile_cont(0.5) within group (order by minutes) as median
    from (${lines(reader, measure, period)}) as l`.execute(reader.deps.db)
  const { numerator = 0, base = 0, median = null } = answer.rows[0] ?? {}
  return { measure, numerator, base, value: valueOf(measure, numerator, base, median) }
}

/**
 * The number itself: a share in percent, minutes, or how many go up for one that goes down.
 * @returns null when there is nothing to divide by
 * Source: own. O(1); one rounding, to one decimal.
 */
export function valueOf(measure: MeasureName, numerator: number, base: number, median: number | null): number | null {
  const round = (value: number) => Math.round(value * 10) / 10
  if (measure === 'minutes_to_accept') return median === null ? null : round(median)
  if (measure === 'up_down') return base - numerator === 0 ? null : round(numerator / (base - numerator))
  return base === 0 ? null : round((numerator / base) * 100)
}

/** One page of the lines behind a measure, newest first, with how many there are. Two statements. */
export async function readMeasureRows(
  reader: Reader,
  measure: MeasureName,
  period: Period,
  page: { readonly part: Part; readonly cursor?: string | undefined; readonly limit: number },
) {
  const part = page.part === 'numerator' ? sql<SqlBool>`counted` : sql<SqlBool>`true`
  const after = page.cursor === undefined ? null : decodeCursor(page.cursor, ['number', 'string'])
  const seek = after
    ? sql<SqlBool>`(at, key) < (${new Date(Number(after[0]))}::timestamptz, ${String(after[1])})`
    : sql<SqlBool>`true`
  const found = await sql<MeasureRow>`select * from (${lines(reader, measure, period)}) as l
    where ${part} and ${seek} order by at desc, key desc limit ${page.limit + 1}`.execute(reader.deps.db)
  const counted = await sql<{ n: number }>`select count(*) as n from (${lines(reader, measure, period)}) as l
    where ${part}`.execute(reader.deps.db)
  const rows = found.rows.slice(0, page.limit)
  const last = rows.at(-1)
  return {
    rows,
    next: found.rows.length > page.limit && last ? encodeCursor([last.at, last.key]) : null,
    total: counted.rows[0]?.n ?? 0,
  }
}
