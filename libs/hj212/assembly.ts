import type { EpochMs } from '@tingzhou/kernel'
import { findText, type Segment } from './segment.ts'

/** What became of a packet. Each packet is stored and answered on its own; this only tells when a set is complete. */
export type Assembled =
  /** A message of one packet. */
  | { readonly kind: 'single'; readonly segment: Segment }
  /** One of several; others are missing. */
  | { readonly kind: 'part'; readonly key: string; readonly missing: readonly number[] }
  /** The last one: the merged message, without packet numbers, with the QN of packet 1. */
  | { readonly kind: 'whole'; readonly key: string; readonly segment: Segment }
  /** Seen before with the same content: answer again, store nothing. */
  | { readonly kind: 'repeat'; readonly key: string }
  /** Seen before with other content: the later one counts. `segment` is the merged message when the set is complete. */
  | { readonly kind: 'revised'; readonly key: string; readonly before: Segment; readonly segment: Segment | null }
  /** Not taken: the number of packets differs from the one the set began with, or is above the limit. */
  | { readonly kind: 'refused'; readonly key: string; readonly why: 'count_differs' | 'count_limit' }

/** A set that was given up, and what it lacks. */
export type Abandoned = {
  readonly key: string
  readonly why: 'time' | 'memory'
  readonly missing: readonly number[]
  readonly parts: readonly Segment[]
}

/** Collects the packets of messages that were split: a resource of one server. */
export type Assembler = {
  /**
   * Takes a packet.
   * @param now  the instant of its arrival
   */
  readonly add: (segment: Segment, now: EpochMs) => Assembled
  /** Gives up the incomplete sets that are older than `waitMs`, and forgets the complete ones. O(sets given up). */
  readonly expire: (now: EpochMs) => readonly Abandoned[]
  /** Sets given up for memory since this was last asked; at most as many as `setsMax`. */
  readonly crowdedOut: () => readonly Abandoned[]
  readonly size: () => { readonly sets: number; readonly characters: number }
}

export type AssemblerOptions = {
  /** Time from the first packet until a set is given up, ms; 5 minutes by default. */
  readonly waitMs?: number
  /** Sets held at once; 10,000 by default. */
  readonly setsMax?: number
  /** Packets of one message; 64 by default. */
  readonly countMax?: number
  /** Characters of all data areas held; 16,000,000 by default. */
  readonly charactersMax?: number
}

type PacketSet = {
  readonly key: string
  readonly count: number
  readonly since: EpochMs
  readonly parts: Map<number, Segment>
  characters: number
}

/**
 * The key under which packets belong together. In the standard's examples every packet has its own QN, so QN is no part of it.
 * @returns MN, ST, CN and DataTime; QN instead of DataTime when there is none
 * Source: HJ 212-2017 examples C.49 and C.50. O(items).
 */
export function messageKey(segment: Segment): string {
  const time = findText(segment.area, 'DataTime') ?? `QN ${segment.qn ?? ''}`
  return [segment.mn, segment.st, segment.cn, time].join('|')
}

/**
 * The key under which an upload is stored once, however often it is sent.
 * @returns `messageKey` and the packet number
 * Source: own, after HJ 212-2017 annex C. O(items).
 */
export const uploadKey = (segment: Segment): string => `${messageKey(segment)}|${segment.packet?.index ?? 1}`

/**
 * Makes a collector of packets, bounded in sets, characters and time.
 * A complete set is remembered until `waitMs` have passed since its first packet, so that a repeat is known as one.
 * When a bound is reached the oldest set goes first.
 * @throws RangeError when an option is not above 0
 * Source: own, after HJ 212-2017 examples C.49 and C.50. add O(items), O(packets) when a set is complete.
 */
export function createAssembler({
  waitMs = 300_000,
  setsMax = 10_000,
  countMax = 64,
  charactersMax = 16_000_000,
}: AssemblerOptions = {}): Assembler {
  for (const [name, value] of Object.entries({ waitMs, setsMax, countMax, charactersMax }))
    if (!(value > 0)) throw new RangeError(`${name} must be above 0, got ${value}`)
  // A Map keeps the order of insertion: the oldest set is the first.
  const sets = new Map<string, PacketSet>()
  let characters = 0
  let crowded: Abandoned[] = []

  const forget = (set: PacketSet): void => {
    sets.delete(set.key)
    characters -= set.characters
  }

  const makeRoom = (keep: string): void => {
    for (const set of sets.values()) {
      if (sets.size <= setsMax && characters <= charactersMax) return
      if (set.key === keep && sets.size > 1) continue
      forget(set)
      if (set.parts.size < set.count) crowded.push(abandon(set, 'memory'))
      if (crowded.length > setsMax) crowded.shift()
    }
  }

  const begin = (key: string, count: number, now: EpochMs): PacketSet => {
    const set: PacketSet = { key, count, since: now, parts: new Map(), characters: 0 }
    sets.set(key, set)
    return set
  }

  const add = (segment: Segment, now: EpochMs): Assembled => {
    const { packet } = segment
    if (!packet || packet.count === 1) return { kind: 'single', segment }
    const key = messageKey(segment)
    if (packet.count > countMax) return { kind: 'refused', key, why: 'count_limit' }
    const known = sets.get(key)
    if (known && known.count !== packet.count) return { kind: 'refused', key, why: 'count_differs' }
    const set = known ?? begin(key, packet.count, now)
    const before = set.parts.get(packet.index)
    if (before && isSame(before, segment)) return { kind: 'repeat', key }
    const change = sizeOf(segment) - (before ? sizeOf(before) : 0)
    set.parts.set(packet.index, segment)
    set.characters += change
    characters += change
    const missing = missingOf(set)
    const merged = missing.length === 0 ? merge(set) : null
    makeRoom(key)
    if (before) return { kind: 'revised', key, before, segment: merged }
    return merged ? { kind: 'whole', key, segment: merged } : { kind: 'part', key, missing }
  }

  const expire = (now: EpochMs): readonly Abandoned[] => {
    const given: Abandoned[] = []
    for (const set of sets.values()) {
      if (now - set.since < waitMs) continue
      forget(set)
      if (set.parts.size < set.count) given.push(abandon(set, 'time'))
    }
    return given
  }

  const crowdedOut = (): readonly Abandoned[] => {
    const given = crowded
    crowded = []
    return given
  }

  return { add, expire, crowdedOut, size: () => ({ sets: sets.size, characters }) }
}

const abandon = (set: PacketSet, why: Abandoned['why']): Abandoned => ({
  key: set.key,
  why,
  missing: missingOf(set),
  parts: [...set.parts.values()],
})

const missingOf = ({ count, parts }: PacketSet): readonly number[] =>
  Array.from({ length: count }, (_, i) => i + 1).filter((index) => !parts.has(index))

const sizeOf = ({ area }: Segment): number =>
  area.flat().reduce((sum, { name, text }) => sum + name.length + text.length, 0)

function isSame(a: Segment, b: Segment): boolean {
  const [one, other] = [a.area.flat(), b.area.flat()]
  return (
    one.length === other.length && one.every(({ name, text }, i) => other[i]?.name === name && other[i].text === text)
  )
}

/** The groups of all packets in their order; DataTime once. */
function merge({ count, parts }: PacketSet): Segment | null {
  const ordered = Array.from({ length: count }, (_, i) => parts.get(i + 1)).filter((part) => part !== undefined)
  const [first, ...others] = ordered
  if (!first) return null
  const more = others.flatMap(({ area }) => area.filter((group) => group[0]?.name !== 'DataTime'))
  return { ...first, packet: null, area: [...first.area, ...more] }
}
