import * as z from 'zod'
import { endCommand, openCommands } from '@tingzhou/telemetry'
import { parseJson } from '../json-readings.ts'
import type { Platform } from './platform.ts'

const bytesMax = 65_536
const text = z
  .string()
  .max(1_000)
  .refine((said) => !/\p{Surrogate}/u.test(said), 'well-formed text')
const scalar = z.union([text, z.number(), z.boolean(), z.null()])

/** What a device says about a command: flat, so that nothing deep or huge is stored. */
const Answer = z.object({
  id: z.uuid(),
  result: z.enum(['ok', 'failed']),
  message: text.optional(),
  values: z
    .record(text, scalar)
    .refine((values) => Object.keys(values).length <= 50, 'at most 50 values')
    .optional(),
})

/**
 * Ends a command with what its device says about it; about one that it was never asked for a device says nothing.
 * @returns the command that ended, or what is wrong with the answer
 * @throws what the database says: the device is not answered then
 */
export async function takeAnswer(
  platform: Platform,
  deviceId: string,
  payload: Uint8Array,
): Promise<{ readonly ended: string } | { readonly fault: string }> {
  const { db, zoneId, clock, counters } = platform
  const read = Answer.safeParse(payload.length > bytesMax ? undefined : parseJson(payload))
  if (!read.success)
    return refuse(
      platform,
      read.error.issues.map(({ path, message }) => `${path.join('.')}: ${message}`),
    )
  const { id, result, ...said } = read.data
  const open = await openCommands(db, zoneId, [deviceId], clock())
  if (!open.some((order) => order.id === id)) return refuse(platform, [`id ${id}: an open command of this device`])
  const state = result === 'ok' ? 'acknowledged' : 'failed'
  const { message, values } = said
  const answer = { result, ...(message === undefined ? {} : { message }), ...(values ? { values } : {}) }
  await endCommand(db, zoneId, id, { state, answer }, clock())
  counters.add('mqtt.answers')
  return { ended: id }
}

function refuse({ counters }: Platform, faults: readonly string[]): { readonly fault: string } {
  counters.add('mqtt.answers_refused')
  return { fault: faults.slice(0, 5).join('; ') }
}
