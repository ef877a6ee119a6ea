import * as z from 'zod'
import { Day, Instant } from '@tingzhou/http/contract'
import { Words } from './words.ts'

/** Building blocks that several parts of the contract share; free of server code. */
export const Id = z.uuid()
/** The last day of something; sources write 9999-12-31 for what never ends. */
export const LastDay = z.iso.date()
export const line = (max: number) => z.string().trim().min(1).max(max)
export const prose = (max: number) => z.string().trim().min(1).max(max)
export const remark = (max: number) => z.string().trim().max(max).default('')
export const Files = z.array(Id).max(50).default([])
export const Party = z.object({ id: z.string(), name: z.string() })
/** A department of a one-thing: its code there, and the department of the zone that stands behind it, if any does. */
export const Department = z.object({ code: z.string(), id: z.string().nullable(), name: z.string() })

/** A place that decides items away from the lead's own 属地. */
export const Place = z.object({ area: z.string(), name: Words })

export const Paging = {
  cursor: z.string().max(1_000).optional(),
  limit: z.coerce.number().int().min(1).max(200).default(50),
}

/** What the applicant has to give or mend, one line of a list. */
export const Ask = z.object({
  material: z.string().max(60).nullable().default(null).describe('code of a material'),
  field: z.string().max(60).nullable().default(null).describe('code of a field'),
  words: prose(500),
})

/** What an officer says of one copy of a material 合格、不合格. */
export const Verdict = z.object({
  material: z.string().max(60).describe('code of a material'),
  mark: z.string().max(400).describe('the copy that was looked at, as the materials name it'),
  qualified: z.boolean(),
  reasonCode: z.string().max(60).nullable().default(null).describe('of the list of reasons'),
  reason: remark(500).describe('in own words'),
})

/** How a material stands, and the judgement of the copy that is there now. */
export const Judged = {
  mark: z.string().nullable().describe('names the present copy; null: nothing to look at'),
  standing: z.enum(['missing', 'promised', 'unjudged', 'qualified', 'unqualified']),
  judgement: z
    .object({
      qualified: z.boolean(),
      reason: z.object({ code: z.string(), name: Words }).nullable(),
      words: z.string(),
      at: Instant,
      by: z.string(),
      item: z.string().nullable().describe('code of the item whose department judged; null: the check'),
    })
    .nullable(),
}

/** A clock as the reader sees it. */
export const Clock = z.object({
  startedAt: Instant.nullable(),
  dueAt: Instant.nullable().describe('null while it stands still or beyond the calendar'),
  leftSeconds: z.int().nullable().describe('by the clock of the zone; negative when overdue, null while none runs'),
  days: z.int().describe('working days promised'),
  paused: z.boolean(),
  overdue: z.boolean(),
})

export const MoveView = z.object({
  move: z.string(),
  allowed: z.boolean(),
  reason: z.string().nullable().describe('key under services.reason. when not allowed'),
})

export const FileView = z.object({ id: Id, name: z.string(), mediaType: z.string(), size: z.int() })

export const TrailEntry = z.object({
  seq: z.int(),
  at: Instant,
  verb: z.string().describe('key under services.verb.'),
  actor: z.string(),
  onBehalfOf: z.string().nullable(),
  public: z.boolean(),
  from: z.string().nullable(),
  to: z.string().nullable(),
  reason: z.string().nullable(),
  data: z.record(z.string(), z.unknown()),
  hash: z.string(),
})

/** Numerator and base of a figure; the share is null when the base is nothing. */
export const Share = z.object({ numerator: z.number(), base: z.number(), share: z.number().nullable() })

/** Every move carries the id that makes a repeat harmless and the revision that the actor saw. */
export const ask = { commandId: Id, rev: z.int().min(1) }

export const Moved = z.object({ id: Id, no: z.string().nullable(), state: z.string(), rev: z.int() })

export { Day, Instant, Words }
