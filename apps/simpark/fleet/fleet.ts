import type { Position } from '@tingzhou/jt808'
import { createTally, type Counts } from './counts.ts'
import { identityOf, type Identity } from './identity.ts'
import { noise } from './noise.ts'
import { readRoads, type Roads } from './roads.ts'
import type { Surroundings } from './state.ts'
import { createTerminal, type Terminal } from './terminal.ts'
import { beginTruck, type Truck } from './truck.ts'
import { createWheel } from './wheel.ts'

/** How a fleet is. What is left out is as in the demo. */
export type FleetOptions = {
  readonly port: number
  readonly count: number
  readonly host?: string
  readonly reportEveryMs?: number
  /** Over how long the terminals connect for the first time. */
  readonly spreadMs?: number
  readonly seed?: number
  readonly roads?: Roads
  /** Stops beside those of the real world: 0.1 is ten times shorter. */
  readonly stopScale?: number
  readonly brokenShare?: number
  readonly sosPerDay?: number
  /** Reports that a terminal keeps while it cannot send. */
  readonly keptMax?: number
  readonly reconnectMs?: { readonly first: number; readonly most: number }
  /** Milliseconds since the epoch. */
  readonly now?: () => number
  /** Codes of terminals that registered before, by phone. */
  readonly codes?: ReadonlyMap<string, string>
  /** Trucks to take up where they stood, by number. */
  readonly trucks?: ReadonlyMap<number, Truck>
  readonly onReport?: (identity: Identity, position: Position) => void
}

/** Trucks with terminals, driven by one timer. */
export type Fleet = {
  readonly terminals: readonly Terminal[]
  readonly online: () => number
  readonly counts: () => Counts
  /** Codes of the terminals, by phone. */
  readonly codes: () => ReadonlyMap<string, string>
  readonly close: () => void
}

const slotMs = 50
const slots = 2_048
const demo = {
  host: '127.0.0.1',
  reportEveryMs: 10_000,
  spreadMs: 60_000,
  seed: 1,
  stopScale: 1,
  brokenShare: 0.0005,
  sosPerDay: 0.005,
  keptMax: 3_000,
  reconnectMs: { first: 5_000, most: 300_000 },
  now: Date.now,
} as const

/**
 * Makes a fleet and lets its terminals connect. The same seed gives the same trucks on the same ways.
 * Cost: a truck that reports every 10 s needs about a wake in 5 s; there is no timer but one.
 */
export function createFleet(options: FleetOptions): Fleet {
  const given = { ...demo, ...options }
  const { count, spreadMs, seed, now } = given
  const motion = { roads: options.roads ?? readRoads(), stopScale: given.stopScale }
  const tally = createTally()
  const codes = new Map(options.codes)
  const startMs = now()
  const wheel = createWheel(count, slotMs, slots, startMs)
  const around: Surroundings = {
    ...given,
    motion,
    tally,
    codeOf: (phone) => codes.get(phone),
    keepCode: (phone, code) => void (code === null ? codes.delete(phone) : codes.set(phone, code)),
    wakeAt: wheel.wakeAt,
    onReport: options.onReport ?? (() => {}),
  }
  const terminals = Array.from({ length: count }, (_, id) => {
    const truck = options.trucks?.get(id) ?? beginTruck(motion, seed, id)
    return createTerminal(around, identityOf(id), truck, startMs + spreadMs * noise(seed, 5, id))
  })
  const timer = setInterval(() => {
    for (const id of wheel.due(now())) terminals[id]?.wake()
  }, slotMs)
  return {
    terminals,
    online: () => terminals.filter((terminal) => terminal.isOnline()).length,
    counts: tally.read,
    codes: () => codes,
    close: () => {
      clearInterval(timer)
      for (const terminal of terminals) terminal.close()
    },
  }
}
