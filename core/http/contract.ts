import * as z from 'zod'

/**
 * Building blocks of contracts; free of server code, so that the browser may import a module's `contract.ts`.
 * The id that makes a command safe to repeat.
 */
export const CommandId = z.uuid().describe('Made by the client; a repeat returns the first answer.')

/** The revision of the row that the writer looked at. */
export const Rev = z.int().min(1).describe('Revision of the row as last read.')

/** An instant, milliseconds since 1970-01-01T00:00:00Z. */
export const Instant = z
  .int()
  // The years 1 to 9999: what a form can show and every database keeps.
  .min(-62_135_596_800_000)
  .max(253_402_300_799_999)
  .describe('Milliseconds since the epoch, UTC.')

/** A calendar day of the zone, `YYYY-MM-DD`; far beyond these years nobody plans, and a day more would leave what databases keep. */
export const Day = z.iso.date().refine((day) => day >= '1900-01-01' && day <= '2999-12-31', 'day_range')

export const Lang = z.enum(['zh-CN', 'en'])

export const limitMax = 200
export const limitDefault = 50

const page = {
  cursor: z.string().max(1_000).optional().describe('`next` of the page before.'),
  limit: z.int().min(1).max(limitMax).default(limitDefault),
  sort: z.string().max(60).optional().describe('Column; a leading minus turns the order.'),
  q: z.string().trim().max(200).optional().describe('Words to find.'),
}

/**
 * Input of a list: paging, order, words and the list's own filters.
 * @param filters  zod schemas by name, all optional
 */
export const listInput = <Filters extends z.ZodRawShape>(filters: Filters) => z.object({ ...page, ...filters })

/**
 * Output of a list.
 * @param row  schema of one row
 */
export const listOutput = <Row extends z.ZodType>(row: Row) =>
  z.object({
    rows: z.array(row),
    next: z.string().nullable().describe('Cursor of the next page; null on the last.'),
    total: z.int().nullable().describe('Rows under the same filter; null when not counted.'),
  })

/** What a refused field says. */
export const ProblemField = z.object({
  field: z.string(),
  value: z.unknown().describe('As received, at most 100 characters; never a secret.'),
  rule: z.string(),
  message: z.string(),
})

/** RFC 9457 problem details, `application/problem+json`. */
export const Problem = z.object({
  type: z.string(),
  title: z.string(),
  status: z.int(),
  detail: z.string(),
  kind: z.string(),
  instance: z.string(),
  requestId: z.string(),
  errors: z.array(ProblemField),
  meta: z.record(z.string(), z.unknown()).optional(),
})
export type Problem = z.infer<typeof Problem>
