import * as z from 'zod'

/** Schemas that several contracts of this module share. */
export const Id = z.uuid()
/** A calendar day, `YYYY-MM-DD`. */
export const Day = z.iso.date()
/** One line of text. */
export const line = (max: number) => z.string().trim().max(max)
/** One line of text that must say something. */
export const requiredLine = (max: number) => z.string().trim().min(1).max(max)
/** A short code, such as an area's or a chain's. */
export const Code = requiredLine(40)

/** WGS-84 degrees. */
export const Point = z.object({ lon: z.number().min(-180).max(180), lat: z.number().min(-90).max(90) })
export type Point = z.infer<typeof Point>

/** What every command on a row answers. */
export const Changed = z.object({ id: Id, rev: z.int() })
export type Changed = z.infer<typeof Changed>

/** Why a change was made, for the history. */
export const Why = line(500).optional()

/** A workbook to keep. */
export const Workbook = z.object({
  headers: z.record(z.string(), z.string()).optional(),
  body: z.file().describe('application/vnd.openxmlformats-officedocument.spreadsheetml.sheet'),
})
