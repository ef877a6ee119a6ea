import * as z from 'zod'
import { Instant, Rev } from '@tingzhou/http/contract'
import { words } from '@tingzhou/records/contract'
import { bases, modes, positionRoles, siteNeeds, stages, states } from './words.ts'

export { Changed, edit, History, Id, line, one, Why, words, Workbook } from '@tingzhou/records/contract'

/** An enterprise of the register, or a firm outside the zone. */
export const FirmId = z.string().min(1).max(60)
export const Day = z.iso.date()
export const Year = z.int().min(2000).max(2200)
export const ChainCode = z.string().regex(/^[A-Z0-9]{1,10}$/)
export const ProductCode = z.string().regex(/^[A-Z][A-Z0-9]{1,19}$/)
export const Industry = z
  .string()
  .regex(/^\d{4}$/)
  .describe('Class of GB/T 4754-2017.')
export const Basis = z.enum(bases).describe('Where it comes from; assumed and inv are unverified.')
export const Stage = z.enum(stages)
export const State = z.enum(states)
export const PositionRole = z.enum(positionRoles)
export const Mode = z.enum(modes)
export const Units = z.number().min(0).max(1e12).describe('Units of the product a year.')
export const Fen = z.int().min(0).max(1e12)
export const LonDeg = z.number().min(-180).max(180)
export const LatDeg = z.number().min(-90).max(90)
export const Site = z.object(
  // Every need has its number.
  Object.fromEntries(siteNeeds.map((need) => [need, z.number().min(0).max(1e9).optional()])) as Record<
    (typeof siteNeeds)[number],
    z.ZodOptional<z.ZodNumber>
  >,
)
/** A name in both languages. */
export const Named = { zh: words(60), en: words(120) }
export const Firm = z.object({ id: z.string(), name: z.string(), isOutside: z.boolean() })
export const base = { rev: Rev, updatedAt: Instant, updatedBy: z.string() }
export const tags = ['chains']
