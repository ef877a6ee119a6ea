import * as z from 'zod'
import { CommandId, Instant, Rev } from '@tingzhou/http/contract'

export const Id = z.uuid()
/** A text without spaces around it; `words` are one that is not empty. */
export const line = (max: number) => z.string().trim().max(max)
export const words = (max: number) => line(max).min(1)
/** Why something is changed, in the reader's words. */
export const Why = words(500)

/** What a command answers that saved a row. */
export const Changed = z.object({ id: z.string(), rev: Rev })
export const one = z.object({ id: Id })
/** What every change of a row says beside its fields. */
export const edit = { id: Id, rev: Rev, commandId: CommandId, why: Why }

export const HistoryRow = z.object({
  seq: z.int(),
  at: Instant,
  verb: z.string(),
  actorName: z.string(),
  reason: z.string().nullable(),
  data: z.unknown(),
  hash: z.string(),
})
export const History = z.object({ rows: z.array(HistoryRow) })

/** An answer that is a workbook, for `outputStructure: 'detailed'`. */
export const Workbook = z.object({
  headers: z.record(z.string(), z.string()).optional(),
  body: z.file().describe('application/vnd.openxmlformats-officedocument.spreadsheetml.sheet'),
})
