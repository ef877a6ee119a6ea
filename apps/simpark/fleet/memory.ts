import { existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { z } from 'zod'
import type { Fleet } from './fleet.ts'

const Doing = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('driving'), drivenS: z.number() }),
  z.object({ kind: z.enum(['loading', 'unloading', 'resting']), leftS: z.number() }),
])
const KeptTruck = z.object({
  id: z.int(),
  seed: z.int(),
  trip: z.int(),
  lane: z.int(),
  isLoaded: z.boolean(),
  from: z.int(),
  to: z.int(),
  leg: z.int(),
  alongM: z.number(),
  speedMs: z.number(),
  odometerM: z.number(),
  fuelL: z.number(),
  doing: Doing,
})
const Memory = z.object({
  /** Roads and trucks belong together: others begin anew. */
  fleet: z.string(),
  codes: z.record(z.string(), z.string()),
  trucks: z.array(KeptTruck),
})
/** What a fleet remembers from one start to the next. */
export type Memory = z.infer<typeof Memory>

const fileName = 'simpark-fleet.json'

/**
 * Reads what the fleet of a data folder remembers; nothing when it is another fleet, or cannot be read: its terminals then
 * register again.
 */
export function readMemory(dataDir: string, fleet: string): Memory {
  const nothing = { fleet, codes: {}, trucks: [] }
  const file = join(dataDir, fileName)
  if (!existsSync(file)) return nothing
  try {
    const read = Memory.parse(JSON.parse(readFileSync(file, 'utf8')))
    return read.fleet === fleet ? read : nothing
  } catch (error) {
    if (error instanceof SyntaxError || error instanceof z.ZodError) return nothing
    throw error
  }
}

/** Writes it at one stroke: a process that is killed leaves the old or the new one. */
export function writeMemory(dataDir: string, fleet: string, { codes, terminals }: Fleet): void {
  const memory: Memory = {
    fleet,
    codes: Object.fromEntries(codes()),
    trucks: terminals.map((terminal) => terminal.truck()),
  }
  const file = join(dataDir, fileName)
  writeFileSync(`${file}.new`, JSON.stringify(memory), { mode: 0o600 })
  renameSync(`${file}.new`, file)
}
