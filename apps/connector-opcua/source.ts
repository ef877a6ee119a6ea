import * as z from 'zod'
import { err, ok, type Result } from '@tingzhou/kernel'

/** Of what the gateway sends, which has checked it, that which is needed here. */
const Source = z.object({
  url: z.string(),
  security: z.enum(['none', 'sign', 'sign_and_encrypt']),
  username: z.string().nullable(),
  password: z.string().optional(),
  everyMs: z.number().positive(),
  points: z.array(
    z.object({
      key: z.string(),
      nodeId: z.string(),
      write: z.object({ low: z.number(), high: z.number() }).nullable(),
    }),
  ),
})
/** Where an OPC UA server is, who asks, and what is read of it. */
export type Source = z.infer<typeof Source>
export type SourcePoint = Source['points'][number]

/** @returns the source, or why no server can be called with it */
export function readSource(given: unknown): Result<Source, string> {
  const read = Source.safeParse(given)
  if (!read.success)
    return err(`the source cannot be read: ${read.error.issues[0]?.path.join('.')} ${read.error.issues[0]?.message}`)
  const source = read.data
  if (!URL.canParse(source.url) || new URL(source.url).protocol !== 'opc.tcp:')
    return err(`${source.url} is no opc.tcp:// address`)
  if (source.username === null) return ok(source)
  // Over a channel without security the password could be read on its way, and anybody could pose as the server.
  if (source.security === 'none') return err('a user name needs security: sign or sign_and_encrypt')
  return source.password === undefined ? err(`no password is known of the user ${source.username}`) : ok(source)
}

/** Host and port of a server: 4840 is the port of OPC UA. */
export function addressOf(url: string): string {
  const { hostname, port } = new URL(url)
  return `${hostname}:${port || 4840}`
}
