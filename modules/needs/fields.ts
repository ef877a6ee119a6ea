import * as z from 'zod'

export { Day } from '@tingzhou/http/contract'

/** Schemas that the contracts around the appeal share; free of server code. */
export const Id = z.uuid()
/** One line of text, possibly empty. */
export const line = (max: number) => z.string().trim().max(max)
/** Text that must say something. */
export const words = (max: number) => z.string().trim().min(1).max(max)
/** L1 or L2 code of the taxonomy. */
export const CategoryCode = z.string().regex(/^\d{2}(\d{2})?$/, 'two or four digits, e.g. 04 or 0402')
/** Someone by id and name. */
export const PartyRef = z.object({ id: z.string(), name: z.string() })
export type PartyRef = z.infer<typeof PartyRef>
/** What a command on a row answers. */
export const Changed = z.object({ id: Id, rev: z.int() })
export type Changed = z.infer<typeof Changed>
/** Version of a table of rules; what a row can count to. */
export const Version = z.int().min(1).max(2_147_483_647)
/** Why a change was made, for the history. */
export const Why = line(500).default('')
