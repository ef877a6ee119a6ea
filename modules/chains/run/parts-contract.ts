import * as z from 'zod'
import { Instant } from '@tingzhou/http/contract'
import { Id, Year } from '../contract-parts.ts'
import { bands, figureKinds, indicators, outcomes } from './words.ts'

export const Indicator = z.enum([...new Set(figureKinds.flatMap((kind) => indicators[kind]))])

/** A figure as it may be shown. */
export const Figure = z.object({
  name: Indicator,
  value: z.number().nullable().describe('Null where the formula has no meaning, or where it may not be shown.'),
  parts: z
    .record(z.string(), z.number().nullable())
    .describe('Every number of the formula; null where fewer firms stand behind it than may be shown.'),
  hidden: z.enum(['fewer_than']).nullable().describe('Why a number is not shown.'),
  isRounded: z.boolean().describe('The value is told in steps: few firms stand behind it.'),
  band: z.enum(bands).nullable(),
})

export const Run = z.object({
  id: Id,
  year: Year,
  version: z.string().describe('Of rows and settings: equal versions, equal figures.'),
  madeAt: Instant,
  madeBy: z.string(),
  checkedAt: Instant.describe('When the same input was last met again.'),
})

export const Turn = z.object({
  id: Id,
  year: Year,
  begunAt: Instant,
  begunBy: z.string(),
  endedAt: Instant.nullable(),
  outcome: z.enum(outcomes).nullable().describe('Null while it is made.'),
  runId: Id.nullable(),
  fault: z.object({ field: z.string(), value: z.string(), rule: z.string() }).nullable(),
})

export const kMinWords = 'Least number of firms behind a sum that is shown.'
