import { implement } from '@orpc/server'
import { problem, type RequestContext } from '@tingzhou/http'
import { writeCsv, writeXlsx } from '@tingzhou/sheets'
import { reader, visiblePoint, windowOf } from './asked.ts'
import { listPoints } from './point-view.ts'
import { readTrend } from './trend.ts'
import { trendContract } from './trend-contract.ts'
import { trendSheet, type SheetTrend } from './trend-sheet.ts'

const os = implement(trendContract).$context<RequestContext>()
const types = {
  xlsx: 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet',
  csv: 'text/csv; charset=utf-8',
} as const

/** A point that has a trend: what moves has a track instead. */
async function measuredPoint(context: RequestContext, id: number) {
  const point = await visiblePoint(context, id)
  if (point.kind !== 'position') return point
  throw problem({
    kind: 'point_moves',
    status: 422,
    area: 'telemetry',
    field: 'point',
    value: id,
    rule: 'analog, discrete, counter, setpoint',
  })
}

/** Points and their trends. */
export const trendHandlers = {
  points: os.points.handler(({ context, input }) => listPoints(context.deps, reader(context), input)),
  trend: os.trend.handler(async ({ context, input: { point: id, from, to, widthPx } }) => {
    windowOf(from, to, null)
    const { unit, ...point } = await measuredPoint(context, id)
    const { db, zoneId, telemetry } = context.deps
    const trend = await readTrend(db, zoneId, point, { from, to, widthPx }, telemetry.store.openMinutes())
    return { ...trend, unit, steps: [...trend.steps], flaws: [...trend.flaws] }
  }),
  exportTrend: os.exportTrend.handler(async ({ context, input: { points, from, to, rows, format } }) => {
    windowOf(from, to, null)
    const { db, zoneId, telemetry } = context.deps
    const window = { from, to, widthPx: Math.floor(rows / 2) }
    const trends: SheetTrend[] = []
    // One after the other: a file of eight points keeps no screen waiting for all of them.
    for (const id of new Set(points.split(',').map(Number))) {
      const point = await measuredPoint(context, id)
      trends.push({ point, trend: await readTrend(db, zoneId, point, window, telemetry.store.openMinutes()) })
    }
    const sheet = trendSheet(context.lang, trends, { from, to }, telemetry.clock())
    const bytes =
      format === 'csv'
        ? writeCsv(sheet.columns, sheet.rows)
        : await writeXlsx(sheet.columns, sheet.rows, { sheetName: sheet.name, notesSheet: sheet.notes })
    return new File([new Uint8Array(bytes)], `${sheet.name}.${format}`, { type: types[format] })
  }),
}
