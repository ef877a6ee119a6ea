import * as z from 'zod'

export { Day } from '@tingzhou/http/contract'

/** Schemas that the contracts of the module share; free of server code. */
export const Id = z.uuid()
/** One line of text, possibly empty. */
export const line = (max: number) => z.string().trim().max(max)
/** Text that must say something. */
export const words = (max: number) => z.string().trim().min(1).max(max)
/** Someone by id and name. */
export const PartyRef = z.object({ id: z.string(), name: z.string() })
export type PartyRef = z.infer<typeof PartyRef>
