import { Instant } from '@tingzhou/http/contract'
import { z } from 'zod'

/** Where a page of what was done to something begins; the newest first for a reader who wants to know what is new. */
export const trailInput = {
  after: z.coerce.number().int().min(0).default(0).describe('The last number seen; 0: none.'),
  order: z.enum(['asc', 'desc']).default('asc'),
}

/** What was done to something: a page, and after which the next one begins. */
export const TrailPage = z.object({
  rows: z.array(
    z.object({
      seq: z.int(),
      at: Instant,
      verb: z.string(),
      actor: z.string(),
      reason: z.string().nullable(),
      data: z.unknown(),
      hash: z.string(),
    }),
  ),
  next: z.int().nullable(),
})
