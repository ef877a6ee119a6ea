import { implement } from '@orpc/server'
import { addDays } from '@tingzhou/calendar'
import type { CommandReused } from '@tingzhou/db'
import {
  decodeCursor,
  encodeCursor,
  problem,
  requireActor,
  requireRole,
  unwrap,
  type ProblemTable,
  type RequestContext,
} from '@tingzhou/http'
import { epochMs, localDate } from '@tingzhou/kernel'
import type { Actor } from '@tingzhou/parties'
import type { Span } from './indicator-rows.ts'
import {
  changeWeights,
  checkPart,
  readFigureRows,
  readFigures,
  readWeights,
  workingHours,
  type FigureError,
  type FigureRow,
  type WeightsError,
} from './indicator-store.ts'
import { indicatorContract } from './indicators-contract.ts'
import { findPart, rankByComposite, sources } from './indicators.ts'
import { readsFigures } from './kinds.ts'
import { command, commonProblems, refuse, rulingRoles } from './room.ts'
import { readNames, refOf } from './zone-map.ts'
import './texts.ts'

const problems = {
  ...commonProblems,
  figure_unknown: refuse(404, 'figure'),
  part_unknown: refuse(404, 'part'),
  weights_sum: refuse(422, 'response'),
} satisfies ProblemTable<FigureError | WeightsError | CommandReused>

// Three years and a day: long enough for every comparison, short enough for one query a source.
const daysMax = 1_097

const os = implement(indicatorContract).$context<RequestContext>()

export const indicatorHandlers = os.router({
  list: os.list.handler(async ({ context, input }) => {
    const span = spanOf(context, requireReader(context), input)
    const { db, zoneId, calendar } = context.deps
    const { rev: _, ...weights } = await readWeights(db, zoneId)
    const figures = await readFigures(db, span, input.by, input, await calendar.current(db), weights)
    const keys = [...figures.keys()].filter((key) => input.by === 'zone' || key !== '')
    const names = await readNames(db, zoneId, keys)
    const lists = keys.map((key) => [...(figures.get(key) ?? [])])
    const ranks = input.by === 'zone' ? keys.map(() => null) : rankByComposite(lists)
    const groups = keys.map((key, i) => ({
      party: input.by === 'zone' ? null : refOf(names, key),
      figures: lists[i] ?? [],
      rank: ranks[i] ?? null,
    }))
    return { from: input.from, to: input.to, asOf: span.period.now, by: input.by, weights, groups }
  }),
  rows: os.rows.handler(async ({ context, input }) => {
    const span = spanOf(context, requireReader(context), input)
    unwrap(checkPart(input.figure, input.part), problems)
    const after = input.cursor === undefined ? null : readCursor(input.cursor)
    const { rows, total } = await readFigureRows(context.deps.db, input, span, input, { after, limit: input.limit + 1 })
    const shown = rows.slice(0, input.limit)
    const last = shown.at(-1)
    const source = findPart(input.figure, input.part)?.source
    return {
      rows: await toViews(context, shown, source === undefined ? 'none' : sources[source].unit),
      next: rows.length > input.limit && last ? encodeCursor([last.at ?? 0, last.unitId]) : null,
      total,
    }
  }),
  weights: os.weights.handler(async ({ context }) => {
    requireReader(context)
    return readWeights(context.deps.db, context.deps.zoneId)
  }),
  setWeights: os.setWeights.handler(async ({ context, input }) => {
    const actor = requireRole(requireActor(context), ...rulingRoles)
    const changed = await command(context, actor, 'change_weights', input, (tx) =>
      changeWeights(tx, context.deps, actor, input),
    )
    return unwrap(changed, problems)
  }),
})

function requireReader(context: RequestContext): Actor {
  const actor = requireActor(context)
  if (readsFigures(actor)) return actor
  throw problem({
    kind: 'wrong_role',
    status: 403,
    meta: { roles: ['supervisor', 'leader', 'area_lead', 'dept_head'] },
  })
}

function spanOf(
  { deps }: RequestContext,
  reader: Actor,
  { from, to }: { readonly from: string; readonly to: string },
): Span {
  if (from > to)
    throw problem({ kind: 'period_reversed', status: 422, area: 'needs', field: 'to', value: to, meta: { from, to } })
  if (addDays(localDate(from), daysMax) < to)
    throw problem({
      kind: 'period_too_long',
      status: 422,
      area: 'needs',
      field: 'to',
      value: to,
      meta: { days: daysBetween(from, to), max: daysMax },
    })
  return { zoneId: deps.zoneId, period: { from, to, now: deps.clock() }, reader }
}

const daysBetween = (from: string, to: string): number =>
  Math.round((Date.parse(to) - Date.parse(from)) / 86_400_000) + 1

function readCursor(cursor: string) {
  const [at, unitId] = decodeCursor(cursor, ['number', 'string'])
  return { at: epochMs(Number(at)), unitId: String(unitId) }
}

async function toViews({ deps }: RequestContext, rows: readonly FigureRow[], unit: string) {
  const { db, zoneId } = deps
  const names = await readNames(
    db,
    zoneId,
    rows.flatMap((row) => [row.ownerId, row.areaId, row.partyId]),
  )
  const ids = [...new Set(rows.flatMap(({ appealId }) => appealId ?? []))]
  const appeals =
    ids.length === 0
      ? []
      : await db
          .selectFrom('appeal')
          .select(['id', 'no', 'title', 'state', 'class', 'category'])
          .where('zone_id', '=', zoneId)
          .where('id', 'in', ids)
          .execute()
  const byId = new Map(appeals.map((appeal) => [appeal.id, appeal]))
  const calendar = await deps.calendar.current(db)
  return rows.map((row) => ({
    id: row.unitId,
    unit,
    at: row.at,
    appeal: row.appealId === null ? null : (byId.get(row.appealId) ?? null),
    name: row.partyId === null ? null : refOf(names, row.partyId).name,
    owner: row.ownerId === null ? null : refOf(names, row.ownerId),
    area: row.areaId === null ? null : refOf(names, row.areaId),
    hours: hoursOf(calendar, row),
  }))
}

function hoursOf(calendar: Parameters<typeof workingHours>[0], { timeFrom, timeTo }: FigureRow): number | null {
  if (timeFrom === null || timeTo === null) return null
  const hours = workingHours(calendar, timeFrom, timeTo)
  return hours === null ? null : Math.round(hours * 100) / 100
}
