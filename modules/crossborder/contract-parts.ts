import * as z from 'zod'
import { CommandId, Instant, Rev } from '@tingzhou/http/contract'
import { currencies, goodsClasses, states } from './words.ts'

export const Id = z.uuid()
export const line = (max: number) => z.string().trim().max(max)
export const words = (max: number) => line(max).min(1)
export const Why = words(500)
export const State = z.enum(states)
export const GoodsClass = z.enum(goodsClasses)
export const Currency = z.enum(currencies)
export const Country = z
  .string()
  .regex(/^[A-Z]{2}$/)
  .describe('ISO 3166-1, two letters.')
/** So few that the sum of any number of rows is exact. */
const piecesMax = 1_000_000_000
export const Pieces = z.int().min(1).max(piecesMax)
export const PiecesOrNone = z.int().min(0).max(piecesMax)
export const Minor = z
  .int()
  .min(0)
  .max(Number.MAX_SAFE_INTEGER)
  .describe('For one piece, in the smallest part of the currency.')
export const LonDeg = z.number().min(-180).max(180)
export const LatDeg = z.number().min(-90).max(90)
export const Ref = z.object({ id: z.string(), name: z.string() })
export const Changed = z.object({ id: z.string(), rev: Rev })
export const Done = z.object({ id: z.string() })
export const one = z.object({ id: Id })
export const edit = { id: Id, rev: Rev, commandId: CommandId, why: Why }
export const base = { id: z.string(), state: State, synthetic: z.boolean(), rev: Rev, updatedAt: Instant }
export const tags = ['crossborder']

const HistoryRow = z.object({
  seq: z.int(),
  at: Instant,
  verb: z.string(),
  actorName: z.string(),
  reason: z.string().nullable(),
  data: z.unknown(),
  hash: z.string(),
})
export const History = z.object({ rows: z.array(HistoryRow) })
