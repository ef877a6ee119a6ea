import { oc } from '@orpc/contract'
import { z } from 'zod'
import { Day, Instant } from '@tingzhou/http/contract'
import { directions, urgencies } from './words.ts'

export const measureNames = [
  'accept_rate',
  'minutes_to_accept',
  'up_down',
  'returned_share',
  'complete_papers',
] as const
export type MeasureName = (typeof measureNames)[number]

const period = { from: Day, to: Day, institutionId: z.uuid().optional() }
const Measure = z.enum(measureNames)

/** A number with what it is counted from; `value` is null when the base is 0. */
export const MeasureValue = z.object({
  measure: Measure,
  value: z.number().nullable(),
  numerator: z.int(),
  base: z.int(),
})

const tags = ['referral-measures']

export const measureContract = {
  board: oc
    .route({ method: 'GET', path: '/referral-measures', summary: '转诊指标 · Measures within reach', tags })
    .input(z.object(period))
    .output(z.object({ measures: z.array(MeasureValue), at: Instant })),
  rows: oc
    .route({
      method: 'GET',
      path: '/referral-measures/{measure}/rows',
      summary: '指标明细 · The list behind a measure',
      tags,
    })
    .input(
      z.object({
        ...period,
        measure: Measure,
        part: z.enum(['numerator', 'base']).default('base'),
        cursor: z.string().max(1_000).optional(),
        limit: z.int().min(1).max(200).default(50),
        q: z.string().optional(),
        sort: z.string().optional(),
      }),
    )
    .output(
      z.object({
        rows: z.array(
          z.object({
            key: z.string(),
            orderId: z.uuid().nullable().describe('Null when the order is out of reach.'),
            code: z.string(),
            direction: z.enum(directions),
            urgency: z.enum(urgencies),
            from: z.object({ id: z.string(), name: z.string() }),
            institution: z.object({ id: z.string(), name: z.string() }).nullable(),
            at: Instant,
            counted: z.boolean(),
            minutes: z.number().nullable(),
          }),
        ),
        next: z.string().nullable(),
        total: z.int(),
      }),
    ),
}
