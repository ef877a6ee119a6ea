import { sql } from 'kysely'
import { addDays, instantOf } from '@tingzhou/calendar'
import { at, containing, escapeLike, type Db } from '@tingzhou/db'
import { localDate } from '@tingzhou/kernel'
import { keysetPage } from '@tingzhou/http'
import type { Actor } from '@tingzhou/parties'
import type * as z from 'zod'
import type { AlarmFilters, AlarmQuery, AlarmRow, HistoryFilters, HistoryQuery } from './contract.ts'
import { waitingStates } from './life.ts'
import { reachesAlarm } from './reach.ts'
import type { AlarmRule, owners } from './rule.ts'

export type Reader = { readonly db: Db; readonly zoneId: string; readonly actor: Actor; readonly now: number }

/** Alarms in reach, with the names of where they are. */
const visible = ({ db, zoneId, actor }: Reader) =>
  db
    .selectFrom('alarm')
    .innerJoin('telemetry_point as p', (join) =>
      join.onRef('p.zone_id', '=', 'alarm.zone_id').onRef('p.id', '=', 'alarm.point_id'),
    )
    .innerJoin('telemetry_node as n', (join) =>
      join.onRef('n.zone_id', '=', 'alarm.zone_id').onRef('n.id', '=', 'alarm.node_id'),
    )
    .leftJoin('alarm_hold as h', (join) =>
      join
        .onRef('h.zone_id', '=', 'alarm.zone_id')
        .onRef('h.point_id', '=', 'alarm.point_id')
        .onRef('h.rule_key', '=', 'alarm.rule_key')
        .on(sql<boolean>`h.kind = alarm.hold`),
    )
    .leftJoin('alarm_case as c', (join) =>
      join.onRef('c.zone_id', '=', 'alarm.zone_id').onRef('c.id', '=', 'alarm.case_id'),
    )
    .select([
      'alarm.id',
      'alarm.point_id as point',
      'p.code',
      'p.name as pointName',
      'p.unit',
      'p.kind',
      'n.code as place',
      'n.name as placeName',
      'alarm.rule_key as ruleKey',
      'alarm.rule',
      'alarm.level',
      'alarm.owner',
      'alarm.state',
      'alarm.started_at as startedAt',
      'alarm.started_value as startedValue',
      'alarm.ended_at as endedAt',
      'alarm.ended_value as endedValue',
      'alarm.announced_at as announcedAt',
      'alarm.acked_at as ackedAt',
      'alarm.acked_name as ackedBy',
      'alarm.ack_comment as ackComment',
      'alarm.late',
      'alarm.repeats',
      'h.actor_name as heldBy',
      'h.reason as heldReason',
      'h.since as heldSince',
      'h.until as heldUntil',
      'c.id as caseId',
      'c.no as caseNo',
      'c.state as caseState',
    ])
    .select(
      sql<
        string | null
      >`(select d.id from telemetry_device d where d.zone_id = alarm.zone_id and d.node_id = alarm.node_id
        order by d.id limit 1)`.as('deviceId'),
    )
    .where('alarm.zone_id', '=', zoneId)
    .where(reachesAlarm(actor))

type Found = Awaited<ReturnType<ReturnType<typeof visible>['execute']>>[number]

function rowOf(found: Found): z.output<typeof AlarmRow> {
  const { kind, rule, owner, heldBy, heldReason, heldSince, heldUntil, caseId, caseNo, caseState, ...row } = found
  return {
    ...row,
    title: rule.name,
    // The column holds what a rule says.
    owner: owner as (typeof owners)[number],
    isMoving: kind === 'position',
    limit: limitOf(rule),
    latch: rule.latch,
    shelveMaxH: rule.shelveMaxH,
    hold:
      heldBy === null || heldReason === null || heldSince === null
        ? null
        : { by: heldBy, reason: heldReason, since: heldSince, until: heldUntil },
    case:
      caseId === null || caseNo === null || caseState === null ? null : { id: caseId, no: caseNo, state: caseState },
  }
}

/** The number that a condition is measured against; null where it has none. O(1). */
function limitOf({ condition }: Pick<AlarmRule, 'condition'>): number | null {
  if (condition.kind === 'limit' || condition.kind === 'deviation' || condition.kind === 'forecast')
    return condition.limit
  return condition.kind === 'rate' ? condition.perMinute : null
}

const dayMs = 86_400_000

function wherePlace(
  query: ReturnType<typeof visible>,
  { place, point, q }: { place?: string | undefined; point?: number | undefined; q?: string | undefined },
) {
  let narrowed = query
  if (place) narrowed = narrowed.where('n.code', 'like', `${escapeLike(place)}%`)
  if (point !== undefined) narrowed = narrowed.where('alarm.point_id', '=', point)
  if (q) {
    const words = containing(q)
    narrowed = narrowed.where(
      sql<boolean>`(p.code ilike ${words} or n.name ->> 'zh' ilike ${words} or n.name ->> 'en' ilike ${words}
        or alarm.rule -> 'name' ->> 'zh' ilike ${words} or alarm.rule -> 'name' ->> 'en' ilike ${words})`,
    )
  }
  return narrowed
}

/** What alarms that stand are looked at for, as a condition on rows of `alarm`. O(1). */
export const shownOf = (now: number) => ({
  all: sql<boolean>`true`,
  open: sql<boolean>`alarm.hold is null`,
  unacknowledged: sql<boolean>`alarm.state = any(${[...waitingStates]}::text[])`,
  quiet: sql<boolean>`alarm.hold is not null`,
  stale: sql<boolean>`alarm.hold is null and alarm.ended_at is null and alarm.started_at < ${new Date(now - dayMs)}::timestamptz`,
})

type Page = Parameters<typeof keysetPage>[2]

function standingOf(reader: Reader, filters: z.output<typeof AlarmFilters>) {
  let query = wherePlace(visible(reader), filters).where('alarm.state', '<>', 'normal')
  const { state, show = state ? 'all' : 'open', level, owner } = filters
  query = query.where(shownOf(reader.now)[show])
  if (state) query = query.where('alarm.state', '=', state)
  if (level !== undefined) query = query.where('alarm.level', '=', level)
  if (owner) query = query.where('alarm.owner', '=', owner)
  return query
}

const newestFirst = [
  { ref: sql.ref('alarm.started_at'), order: 'desc', kind: 'instant', read: (row: Found) => row.startedAt },
  { ref: sql.ref('alarm.id'), order: 'desc', kind: 'string', read: (row: Found) => row.id },
] as const
const gravestFirst = [
  { ref: sql.ref('alarm.level'), order: 'asc', kind: 'number', read: (row: Found) => row.level },
  ...newestFirst,
] as const

function historyOf(reader: Reader, filters: z.output<typeof HistoryFilters>) {
  const { since, until, level, ruleKey, person, late } = filters
  let query = wherePlace(visible(reader), filters)
  if (since !== undefined)
    query = query.where(sql<boolean>`alarm.started_at >= ${at(instantOf(localDate(since), '00:00'))}::timestamptz`)
  if (until !== undefined)
    query = query.where(
      sql<boolean>`alarm.started_at < ${at(instantOf(addDays(localDate(until), 1), '00:00'))}::timestamptz`,
    )
  if (level !== undefined) query = query.where('alarm.level', '=', level)
  if (ruleKey) query = query.where('alarm.rule_key', '=', ruleKey)
  if (person) query = query.where('alarm.acked_name', 'ilike', containing(person))
  if (late) query = query.where('alarm.late', '=', late === 'only')
  return query
}

const standingPage = async (reader: Reader, filters: z.output<typeof AlarmFilters>, page: Page) => {
  const { rows, next } = await keysetPage(standingOf(reader, filters), gravestFirst, page)
  return { rows: rows.map(rowOf), next, total: null }
}
const historyPage = async (reader: Reader, filters: z.output<typeof HistoryFilters>, page: Page) => {
  const { rows, next } = await keysetPage(historyOf(reader, filters), newestFirst, page)
  return { rows: rows.map(rowOf), next, total: null }
}

/** Alarms that stand: what must be done first comes first, then what is newest. One statement. */
export const listAlarms = (reader: Reader, input: z.output<typeof AlarmQuery>) => standingPage(reader, input, input)

/** Every alarm that ever was, newest first. One statement. */
export const listHistory = (reader: Reader, input: z.output<typeof HistoryQuery>) => historyPage(reader, input, input)

/** All that stands under a filter, as the list has it. */
export const allAlarms = (reader: Reader, filters: z.output<typeof AlarmFilters>) =>
  whole(reader, standingOf(reader, filters), (page) => standingPage(reader, filters, page))

/** The whole history under a filter. */
export const allHistory = (reader: Reader, filters: z.output<typeof HistoryFilters>) =>
  whole(reader, historyOf(reader, filters), (page) => historyPage(reader, filters, page))

// Each page looks at all that is left under the filter: few large ones.
const exportPageRows = 10_000

/** All alarms of a query, 10 000 a statement, and whether they are more than some number, one statement. */
function whole(
  { db }: Reader,
  query: ReturnType<typeof visible>,
  read: (page: Page) => ReturnType<typeof historyPage>,
) {
  return {
    isMoreThan: async (max: number): Promise<boolean> => {
      const some = query
        .clearSelect()
        .select('alarm.id')
        .limit(max + 1)
      const { count } = await db
        .selectFrom(some.as('some'))
        .select(sql<number>`count(*)::integer`.as('count'))
        .executeTakeFirstOrThrow()
      return count > max
    },
    pages: async function* () {
      for (let cursor: string | undefined; ;) {
        const page = await read({ limit: exportPageRows, cursor })
        yield page.rows
        if (page.next === null) return
        cursor = page.next
      }
    },
  }
}

/** One alarm with all that happened to it; null when there is none in reach. Two statements. */
export async function findAlarm(reader: Reader, id: string) {
  const found = await visible(reader).where('alarm.id', '=', id).executeTakeFirst()
  if (!found) return null
  const events = await reader.db
    .selectFrom('alarm_event')
    .select([
      'id',
      'at',
      'verb',
      'from_state as from',
      'to_state as to',
      'value',
      'actor_name as actor',
      'comment',
      'until',
    ])
    .where('zone_id', '=', reader.zoneId)
    .where('alarm_id', '=', id)
    .orderBy('id')
    .limit(200)
    .execute()
  return { ...rowOf(found), rule: found.rule, events }
}

/** Alarms of a case, newest first. One statement. */
export async function alarmsOfCase(reader: Reader, caseId: string) {
  const rows = await visible(reader)
    .where('alarm.case_id', '=', caseId)
    .orderBy('alarm.started_at', 'desc')
    .limit(50)
    .execute()
  return rows.map(rowOf)
}

/** How many alarms stand. One statement. */
export async function countAlarms({ db, zoneId, actor, now }: Reader) {
  const shown = shownOf(now)
  const rows = await db
    .selectFrom('alarm')
    .select('alarm.level')
    .select([
      sql<number>`count(*) filter (where ${shown.open})::int`.as('n'),
      sql<number>`count(*) filter (where ${shown.unacknowledged})::int`.as('unacknowledged'),
      sql<number>`count(*) filter (where ${shown.quiet})::int`.as('quiet'),
    ])
    .where('alarm.zone_id', '=', zoneId)
    .where('alarm.state', '<>', 'normal')
    .where(reachesAlarm(actor))
    .groupBy('alarm.level')
    .orderBy('alarm.level')
    .execute()
  const sum = (column: 'n' | 'unacknowledged' | 'quiet') => rows.reduce((all, row) => all + row[column], 0)
  return {
    open: sum('n'),
    unacknowledged: sum('unacknowledged'),
    quiet: sum('quiet'),
    levels: rows.map(({ level, n, unacknowledged }) => ({ level, n, unacknowledged })),
  }
}
