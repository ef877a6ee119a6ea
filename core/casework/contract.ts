import * as z from 'zod'
import { Instant } from '@tingzhou/http/contract'

/** What a case's history is asked by, as `readTrail` takes it; the first page without `after`. */
export const trailWish = z.object({
  id: z.uuid(),
  after: z.coerce.number().int().min(0).optional(),
  limit: z.int().min(1).max(200).optional(),
})

/** A page of a case's history, as `readTrail` gives it. */
export const TrailPage = z.object({
  rows: z.array(
    z.object({
      seq: z.int(),
      at: Instant,
      verb: z.string(),
      actor: z.string(),
      reason: z.string().nullable(),
      onBehalfOf: z.string().nullable(),
      public: z.boolean(),
      hash: z.string(),
      from: z.string().nullable(),
      to: z.string().nullable(),
    }),
  ),
  next: z.int().nullable(),
})

/** The drawing of a case with its tokens, as `drawingOf` gives it. */
export const Drawing = z.object({
  key: z.string(),
  version: z.int(),
  xml: z.string(),
  active: z.array(z.string()).describe('Nodes that hold a token.'),
  visited: z.array(z.string()).describe('Nodes that were passed.'),
})
