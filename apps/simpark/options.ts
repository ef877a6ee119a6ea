import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { z } from 'zod'
import type { Connection } from './api.ts'
import { fullSize, type ZoneSize } from './enterprise.ts'

/** How the zone is and how it lives. */
export type Options = {
  readonly connection: Connection
  /** Where the server keeps its data, and the simulator what it remembers of its trucks. */
  readonly dataDir: string
  readonly seed: string
  /** 1: real time in office hours; more: so many times faster, day and night. */
  readonly speed: number
  /** Share of the cases that is left for a visitor of the demo, 0 to 1. */
  readonly leave: number
  readonly size: ZoneSize
  /** Firms that act. */
  readonly firms: number
  /** Needs and visits on a working day, in the mean. */
  readonly needsPerDay: number
  readonly visitsPerDay: number
  /** Trucks on the roads. */
  readonly trucks: number
  /** Monitoring stations that measure. */
  readonly stations: number
  /** Where the monitoring system of network freight listens; null: there is none. */
  readonly regulatorPort: number | null
}

/** The sizes of the demo. */
export const usual = {
  size: fullSize,
  firms: 76,
  needsPerDay: 8,
  visitsPerDay: 2,
  leave: 0.25,
  speed: 1,
  seed: 'tingzhou',
  trucks: 300,
  stations: 3,
  regulatorPort: null,
}

const Environment = z.object({
  TINGZHOU_URL: z.url(),
  DATA_DIR: z.string().min(1),
  SIM_SEED: z.string().min(1).max(60).default(usual.seed),
  SIM_SPEED: z.coerce.number().min(0.1).max(600).default(usual.speed),
  SIM_LEAVE: z.coerce.number().min(0).max(1).default(usual.leave),
  FLEET: z.coerce.number().int().min(0).max(20_000).default(usual.trucks),
  STATIONS: z.coerce.number().int().min(0).max(usual.stations).default(usual.stations),
  REGULATOR_PORT: z.union([z.literal('off'), z.coerce.number().int().min(0).max(65_535)]).default(7_613),
})
const Card = z.object({ token: z.string() })

/**
 * Reads what the server hands over.
 * @throws Error when a setting cannot be used or no server holds the data folder
 */
export function readOptions(environment: Readonly<Record<string, string | undefined>>): Options {
  const given = Environment.parse(environment)
  const file = join(given.DATA_DIR, 'server.json')
  if (!existsSync(file)) throw new Error(`no server runs on ${given.DATA_DIR}`)
  const { token } = Card.parse(JSON.parse(readFileSync(file, 'utf8')))
  return {
    ...usual,
    connection: { url: given.TINGZHOU_URL, key: token },
    dataDir: given.DATA_DIR,
    seed: given.SIM_SEED,
    speed: given.SIM_SPEED,
    leave: given.SIM_LEAVE,
    trucks: given.FLEET,
    stations: given.STATIONS,
    regulatorPort: given.REGULATOR_PORT === 'off' ? null : given.REGULATOR_PORT,
  }
}
