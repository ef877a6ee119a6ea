import { oc } from '@orpc/contract'
import * as z from 'zod'
import { CommandId, Instant, Rev } from '@tingzhou/http/contract'
import { Id } from '@tingzhou/records/contract'
import { dealSources, dealStates, postingKinds, postingStates, subjects, visibilities } from './words.ts'

export { Changed, edit, History, Id, line, one, Why, words } from '@tingzhou/records/contract'

/** An enterprise of the register, or a firm outside the zone. */
export const FirmId = z.string().min(1).max(60)
export const Day = z.iso.date()
export const ProductCode = z.string().regex(/^[A-Z][A-Z0-9]{1,19}$/)
export const PostingKind = z.enum(postingKinds)
export const Subject = z.enum(subjects)
export const PostingState = z.enum(postingStates)
export const Visibility = z.enum(visibilities)
export const DealState = z.enum(dealStates)
export const DealSource = z.enum(dealSources)
export const Quantity = z
  .int()
  .min(1)
  .max(Number.MAX_SAFE_INTEGER)
  .describe('Whole base units of its dimension: grams, millimetres, pieces, as of libs/text.')
export const MilliFen = z.int().min(0).max(Number.MAX_SAFE_INTEGER).describe('Thousandths of a fen for one unit.')
export const LonDeg = z.number().min(-180).max(180)
export const LatDeg = z.number().min(-90).max(90)
export const Firm = z.object({ id: z.string(), name: z.string(), isOutside: z.boolean() })
export const step = { id: Id, rev: Rev, commandId: CommandId }
export const base = { id: z.string(), synthetic: z.boolean(), rev: Rev, updatedAt: Instant }
export const tags = ['market']
/** A step that is made with an object. */
export const command = (path: `/${string}`, summary: string) => oc.route({ method: 'POST', path, summary, tags })
