import * as z from 'zod'
import { Instant, Rev } from '@tingzhou/http/contract'
import { currencies, goodsClasses, states } from './words.ts'

export { Changed, edit, History, Id, line, one, Why, words } from '@tingzhou/records/contract'

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
export const Done = z.object({ id: z.string() })
export const base = { id: z.string(), state: State, synthetic: z.boolean(), rev: Rev, updatedAt: Instant }
export const tags = ['crossborder']
