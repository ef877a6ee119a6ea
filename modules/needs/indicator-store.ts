import { sql, type RawBuilder, type SelectQueryBuilder, type SqlBool } from 'kysely'
import { addDays, localDateOf, workingSecondsBetween, type Calendar } from '@tingzhou/calendar'
import { expectRevision, type Db, type StaleRevision, type Tx } from '@tingzhou/db'
import { problem } from '@tingzhou/http'
import { err, localDate, ok, type EpochMs, type Result } from '@tingzhou/kernel'
import type { Actor } from '@tingzhou/parties'
import { lockSubject, recordDeeds, type ZoneDeps } from './deed.ts'
import { sourceRows, type Period, type Span } from './indicator-rows.ts'
import type { Figure, Weights } from './indicators-contract.ts'
import { computeFigures, findPart, partsOf, sources, type Counts, type Hours, type SourceId } from './indicators.ts'

export type GroupBy = 'zone' | 'department' | 'area'
/** Narrows to one area or one owner. */
export type Scope = { readonly areaId?: string | undefined; readonly ownerId?: string | undefined }

export type FigureRow = {
  readonly unitId: string
  readonly at: EpochMs | null
  readonly appealId: string | null
  readonly ownerId: string | null
  readonly areaId: string | null
  readonly partyId: string | null
  readonly timeFrom: EpochMs | null
  readonly timeTo: EpochMs | null
}

const sourceIds = Object.keys(sources).filter((id): id is SourceId => id in sources)

/**
 * Every figure of every group: the zone, each owner department, or each area. One statement a source.
 * @returns figures by the group's party; the key of the zone, and of what belongs to nobody, is ''
 */
export async function readFigures(
  db: Db,
  span: Span,
  by: GroupBy,
  scope: Scope,
  calendar: Calendar,
  weights: Weights,
): Promise<ReadonlyMap<string, readonly Figure[]>> {
  const counted = new Map<string, Map<SourceId, Record<string, number>>>()
  for (const source of sourceIds) await countSource(db, source, span, by, scope, counted)
  const hours = {
    contacted: await readHours(db, 'contacted', span, by, scope, calendar),
    replied: await readHours(db, 'replied', span, by, scope, calendar),
  }
  if (by === 'zone' && !counted.has('')) counted.set('', new Map())
  const figures = [...counted].map(([key, bySource]) => {
    const counts = Object.fromEntries(sourceIds.map((id) => [id, bySource.get(id) ?? {}]))
    const own: Hours = { contacted: hours.contacted.get(key) ?? [], replied: hours.replied.get(key) ?? [] }
    // Every source has an entry.
    return [key, computeFigures(counts as Counts, own, weights)] as const
  })
  return new Map(figures)
}

async function countSource(
  db: Db,
  source: SourceId,
  span: Span,
  by: GroupBy,
  scope: Scope,
  into: Map<string, Map<SourceId, Record<string, number>>>,
): Promise<void> {
  const columns = sources[source].parts.map(
    (flag) => sql`count(*) filter (where u.${sql.ref(flag)}) as ${sql.ref(flag)}`,
  )
  const answer = await sql<{ key: string } & Record<string, number>>`
    select ${keyOf(by)} as key, ${sql.join(columns)} from ${sourceRows(source, span)} u
    where ${within(scope)} group by 1`.execute(db)
  for (const { key, ...counts } of answer.rows) {
    const group = into.get(key) ?? new Map<SourceId, Record<string, number>>()
    group.set(source, counts)
    into.set(key, group)
  }
}

// More than a zone's orders of several years; a longer list would not change a median that anybody reads.
const hoursMax = 200_000

async function readHours(
  db: Db,
  source: 'contacted' | 'replied',
  span: Span,
  by: GroupBy,
  scope: Scope,
  calendar: Calendar,
): Promise<ReadonlyMap<string, readonly number[]>> {
  const answer = await sql<{ key: string; from: EpochMs; to: EpochMs }>`
    select ${keyOf(by)} as key, u.time_from as "from", u.time_to as "to" from ${sourceRows(source, span)} u
    where ${within(scope)} and u.time_from is not null limit ${hoursMax}`.execute(db)
  const hours = new Map<string, number[]>()
  for (const { key, from, to } of answer.rows) {
    const spent = workingHours(calendar, from, to)
    if (spent !== null) hours.set(key, [...(hours.get(key) ?? []), spent])
  }
  return hours
}

/** Office hours between two instants; null beyond the calendar. O(days between). */
export function workingHours(calendar: Calendar, from: EpochMs, to: EpochMs): number | null {
  const seconds = workingSecondsBetween(calendar, from, to)
  return seconds.ok ? seconds.value / 3_600 : null
}

const keyOf = (by: GroupBy): RawBuilder<unknown> => {
  switch (by) {
    case 'zone':
      return sql`''::text`
    case 'department':
      return sql`coalesce(u.owner_id, '')`
    case 'area':
      return sql`coalesce(u.area_id, '')`
  }
}

const within = ({ areaId, ownerId }: Scope): RawBuilder<unknown> =>
  sql`${areaId === undefined ? sql`true` : sql`u.area_id = ${areaId}`} and ${
    ownerId === undefined ? sql`true` : sql`u.owner_id = ${ownerId}`
  }`

export type FigureError =
  | { readonly kind: 'figure_unknown'; readonly value: string }
  | { readonly kind: 'part_unknown'; readonly figure: string; readonly value: string }

/** Whether a figure has such a part. O(figures). */
export function checkPart(figure: string, part: string): Result<void, FigureError> {
  if (partsOf(figure) === null) return err({ kind: 'figure_unknown', value: figure })
  return findPart(figure, part) ? ok(undefined) : err({ kind: 'part_unknown', figure, value: part })
}

/**
 * A page of the list behind a part of a figure: exactly the rows that it counts, newest first.
 * @param after  the last row of the page before
 */
export async function readFigureRows(
  db: Db,
  wanted: { readonly figure: string; readonly part: string },
  span: Span,
  scope: Scope,
  page: { readonly after: { readonly at: EpochMs; readonly unitId: string } | null; readonly limit: number },
): Promise<{ readonly rows: readonly FigureRow[]; readonly total: number }> {
  const part = findPart(wanted.figure, wanted.part)
  if (!part) return { rows: [], total: 0 }
  const rows = sourceRows(part.source, span)
  const chosen = sql`u.${sql.ref(part.flag)} and ${within(scope)}`
  const total = await sql<{ n: number }>`select count(*) as n from ${rows} u where ${chosen}`.execute(db)
  const beyond = page.after
    ? sql`(u.at, u.unit_id) < (${new Date(page.after.at)}::timestamptz, ${page.after.unitId})`
    : sql`true`
  const answer = await sql<FigureRow>`
    select u.unit_id as "unitId", u.at, u.appeal_id as "appealId", u.owner_id as "ownerId", u.area_id as "areaId",
      u.party_id as "partyId", u.time_from as "timeFrom", u.time_to as "timeTo"
    from ${rows} u where ${chosen} and ${beyond} order by u.at desc, u.unit_id desc limit ${page.limit}`.execute(db)
  return { rows: answer.rows, total: total.rows[0]?.n ?? 0 }
}

const defaultDays = 30

/**
 * Narrows a query on `appeal as a` to the appeals behind a part of a figure (`response_rate` or `response_rate.late`). An appeal that
 * is counted several times, such as by two orders, is one row here; `readFigureRows` lists every unit that is counted.
 * @throws ProblemError when there is no such figure or part
 */
export function applyFigure<DB, TB extends keyof DB, O>(
  query: SelectQueryBuilder<DB, TB, O>,
  zoneId: string,
  filter: {
    readonly figure?: string | undefined
    readonly periodFrom?: string | undefined
    readonly periodTo?: string | undefined
  },
  now: EpochMs,
): SelectQueryBuilder<DB, TB, O> {
  if (filter.figure === undefined) return query
  const to = filter.periodTo ?? localDateOf(now)
  const from = filter.periodFrom ?? addDays(localDate(to), 1 - defaultDays)
  return query.where(figureFilter(filter.figure, { from, to, now }, zoneId))
}

/** The predicate on `appeal as a` behind a part of a figure. */
export function figureFilter(figureId: string, period: Period, zoneId: string): RawBuilder<SqlBool> {
  const [figure = '', partId = 'base'] = figureId.split('.')
  const part = findPart(figure, partId)
  if (!part)
    throw problem({
      kind: 'figure_unknown',
      status: 422,
      area: 'needs',
      field: 'figure',
      value: figureId,
      meta: { value: figureId },
    })
  const rows = sourceRows(part.source, { zoneId, period, reader: null })
  return sql<SqlBool>`a.id::text in (select u.appeal_id from ${rows} u where u.${sql.ref(part.flag)})`
}

export const defaultWeights: Weights = {
  response: 0.15,
  resolution: 0.45,
  satisfaction: 0.4,
  partly: 0,
  callbacksMin: 10,
}

/** The weights of the composite; the built-in ones until an administrator changed them. */
export async function readWeights(tx: Tx | Db, zoneId: string): Promise<Weights & { readonly rev: number }> {
  const row = await tx
    .selectFrom('indicator_weight')
    .select(['response', 'resolution', 'satisfaction', 'partly', 'callbacks_min', 'rev'])
    .where('zone_id', '=', zoneId)
    .executeTakeFirst()
  if (!row) return { ...defaultWeights, rev: 1 }
  return {
    response: Number(row.response),
    resolution: Number(row.resolution),
    satisfaction: Number(row.satisfaction),
    partly: Number(row.partly),
    callbacksMin: row.callbacks_min,
    rev: row.rev,
  }
}

export type WeightsError = { readonly kind: 'weights_sum'; readonly sum: number } | StaleRevision

export async function changeWeights(
  tx: Tx,
  deps: ZoneDeps,
  actor: Actor,
  input: Weights & { readonly rev: number; readonly why: string },
): Promise<Result<Weights & { readonly rev: number }, WeightsError>> {
  await lockSubject(tx, deps.zoneId, 'needs.weights')
  const before = await readWeights(tx, deps.zoneId)
  const fresh = expectRevision(before.rev, input.rev)
  if (!fresh.ok) return fresh
  const { response, resolution, satisfaction, partly, callbacksMin } = input
  const sum = Math.round((response + resolution + satisfaction) * 1e6) / 1e6
  if (sum !== 1) return err({ kind: 'weights_sum', sum })
  const after = { response, resolution, satisfaction, partly, callbacksMin, rev: before.rev + 1 }
  const columns = { response, resolution, satisfaction, partly, callbacks_min: callbacksMin, rev: after.rev }
  await tx
    .insertInto('indicator_weight')
    .values({ zone_id: deps.zoneId, ...columns })
    .onConflict((conflict) => conflict.column('zone_id').doUpdateSet(columns))
    .execute()
  await recordDeeds(tx, deps, actor, [
    {
      objectKind: 'indicator_weights',
      objectId: 'indicator_weights',
      verb: 'change',
      event: 'indicator_weights_changed',
      reason: input.why,
      data: { before, after },
    },
  ])
  return ok(after)
}
