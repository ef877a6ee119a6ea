import { oc } from '@orpc/contract'
import * as z from 'zod'
import { Instant, listInput, listOutput } from '@tingzhou/http/contract'
import { pointKinds } from './point.ts'

const tags = ['telemetry']
const Name = z.object({ zh: z.string(), en: z.string() })
export const PointId = z.coerce.number().int().min(1).max(16_777_215).describe('Number of a point.')
/** An instant in an address. */
export const Moment = z.coerce.number().int().min(0).max(253_402_300_799_999)
const Level = z.enum(['raw', 'minute', 'hour', 'day'])

/** Points that are drawn, or written into a file, together. */
export const pointsMax = 8
const PointIds = z
  .string()
  .regex(/^\d{1,8}(?:,\d{1,8}){0,7}$/)
  .describe('One to eight numbers of points with commas.')

/** A point with the place where it is. */
export const PointRow = z.object({
  id: z.int(),
  code: z.string(),
  name: Name,
  kind: z.enum(pointKinds),
  unit: z.string().nullable(),
  sampleMs: z.int().nullable(),
  equipment: z.object({ code: z.string(), name: Name }),
  place: z.object({ code: z.string(), name: Name }).nullable().describe('What the equipment stands in.'),
  last: z.object({ at: Instant, value: z.number(), quality: z.int() }).nullable(),
})

/** Points by code; those that have a trend. */
export const PointQuery = listInput({
  ids: PointIds.optional(),
  under: z.string().trim().max(200).optional().describe('Code of a place: only what is in it.'),
})

const TrendStep = z.object({
  at: z.number().describe('When the step begins; of single readings their time.'),
  min: z.number(),
  max: z.number(),
  mean: z.number(),
  count: z.int(),
})
const Flaw = z.object({ from: z.number(), to: z.number(), quality: z.int().describe('1 uncertain … 4 stale.') })

/** The routes of points and their trends. */
export const trendContract = {
  points: oc
    .route({ method: 'GET', path: '/points', summary: '测点查询 · Points by place, equipment or name', tags })
    .input(PointQuery)
    .output(listOutput(PointRow)),
  trend: oc
    .route({
      method: 'GET',
      path: '/trends/{point}',
      summary: '趋势',
      description:
        'At the finest level that the window allows; lowest, highest and mean of each step. Missing is a gap.',
      tags,
    })
    .input(
      z.object({
        point: PointId,
        from: Moment,
        to: Moment,
        widthPx: z.coerce.number().int().min(10).max(8_192).default(1_200),
      }),
    )
    .output(
      z.object({
        level: Level,
        stepMs: z.int(),
        gapMs: z.number().describe('Steps that begin further apart have a gap between them.'),
        unit: z.string().nullable(),
        steps: z.array(TrendStep),
        flaws: z.array(Flaw),
      }),
    ),
  exportTrend: oc
    .route({ method: 'GET', path: '/trends/export', summary: '导出趋势 · One row a time, three columns a point', tags })
    .input(
      z.object({
        points: PointIds,
        from: Moment,
        to: Moment,
        rows: z.coerce.number().int().min(20).max(16_000).default(4_000).describe('At most so many steps.'),
        format: z.enum(['xlsx', 'csv']).default('xlsx'),
      }),
    )
    .output(z.file()),
}
