import { oc } from '@orpc/contract'
import * as z from 'zod'
import { CommandId, Instant, Rev } from '@tingzhou/http/contract'
import { AppealState, UrgencyClass } from './appeal-contract.ts'
import { Day, Id, PartyRef, Why } from './fields.ts'

/** One reported number, with everything needed to check it. */
export const Figure = z.object({
  id: z.string().describe('E.g. response_rate; key of its name and formula under needs.figure.'),
  unit: z.enum(['percent', 'points', 'hours', 'times', 'count']),
  value: z.number().nullable().describe('Percent and points with two decimals; null when nothing can be said.'),
  numerator: z.number().nullable(),
  denominator: z.number().nullable(),
  unitCounted: z.enum([
    'order',
    'callback',
    'reply',
    'appeal',
    'enterprise',
    'visit',
    'finding',
    'supervision',
    'none',
  ]),
  parts: z
    .array(z.object({ id: z.string(), count: z.int() }))
    .describe('Every part opens its list: GET /need-indicators/{figure}/rows?part=… has exactly `count` rows.'),
  formula: z.string().describe('Locale key of the formula in words.'),
  periodBy: z.enum([
    'contact_due',
    'result_due',
    'dispatched',
    'returned',
    'called_back',
    'replied',
    'closed',
    'received',
    'contacted',
    'visited',
    'opened',
    'now',
  ]),
  note: z.enum(['sample_too_small', 'nothing_counted']).nullable(),
})
export type Figure = z.infer<typeof Figure>

export const FigureGroup = z.object({
  party: PartyRef.nullable().describe('null: the whole zone.'),
  figures: z.array(Figure),
  rank: z.int().nullable().describe('By composite; null with fewer than ten callbacks.'),
})

export const Weights = z.object({
  response: z.number().min(0).max(1),
  resolution: z.number().min(0).max(1),
  satisfaction: z.number().min(0).max(1),
  partly: z.number().min(0).max(1).describe('w: how much "partly solved" counts.'),
  callbacksMin: z.int().min(1).max(1000),
})
export type Weights = z.infer<typeof Weights>

const period = { from: Day, to: Day.describe('Last day, included.') }
const scope = { areaId: Id.optional(), ownerId: Id.optional() }
const tags = ['needs-indicators']

export const indicatorContract = {
  list: oc
    .route({
      method: 'GET',
      path: '/need-indicators',
      summary: '指标 · Indicators of the needs loop, with their formulas',
      tags,
    })
    .input(z.object({ ...period, by: z.enum(['zone', 'department', 'area']).default('zone'), ...scope }))
    .output(
      z.object({
        from: Day,
        to: Day,
        asOf: Instant,
        by: z.enum(['zone', 'department', 'area']),
        weights: Weights,
        groups: z.array(FigureGroup),
      }),
    ),
  rows: oc
    .route({
      method: 'GET',
      path: '/need-indicators/{figure}/rows',
      summary: '指标背后的清单 · The list behind a figure',
      tags,
    })
    .input(
      z.object({
        figure: z.string().max(60),
        part: z.string().max(40).default('base'),
        ...period,
        ...scope,
        cursor: z.string().max(500).optional(),
        limit: z.coerce.number().int().min(1).max(200).default(50),
      }),
    )
    .output(
      z.object({
        rows: z.array(
          z.object({
            id: z.string().describe('The order, callback, reply, visit … that is counted.'),
            unit: z.string(),
            at: Instant.nullable(),
            appeal: z
              .object({
                id: Id,
                no: z.string().nullable(),
                title: z.string(),
                state: AppealState,
                class: UrgencyClass,
                category: z.string().nullable(),
              })
              .nullable(),
            name: z.string().nullable().describe('The enterprise counted, where no appeal is.'),
            owner: PartyRef.nullable(),
            area: PartyRef.nullable(),
            hours: z.number().nullable().describe('Working hours, for the figures that are times.'),
          }),
        ),
        next: z.string().nullable(),
        total: z.int(),
      }),
    ),
  weights: oc
    .route({ method: 'GET', path: '/need-indicator-weights', summary: '综合得分权重 · Weights of the composite', tags })
    .output(Weights.extend({ rev: Rev })),
  setWeights: oc
    .route({ method: 'PUT', path: '/need-indicator-weights', summary: '修改权重 · Change the weights', tags })
    .input(Weights.extend({ commandId: CommandId, rev: Rev, why: Why }))
    .output(Weights.extend({ rev: Rev })),
}
