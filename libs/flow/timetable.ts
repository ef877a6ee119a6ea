import { err, ok, type Result } from '@tingzhou/kernel'
import { invalid, tooLarge, type FlowRefusal } from './refusal.ts'
import { createSeating, placePair, type Seating } from './seating.ts'
import { tighten } from './tighten.ts'

/** Two firms that are to meet once. */
export type MeetingPair = {
  /** Firms by number, from 0. */
  readonly a: number
  readonly b: number
  /** How much the meeting is worth, from 0; the worthier are placed when not all fit. */
  readonly weight: number
  /** The slot in which the meeting stays, and null when it is to be found. */
  readonly fixed: number | null
}

export type TimetableProblem = {
  readonly pairs: readonly MeetingPair[]
  readonly firms: number
  /** Most meetings at once. */
  readonly tables: number
  /** Slots of the day, all of the same length. */
  readonly slots: number
  /** For each firm the slots in which it cannot come; a firm without an entry can always. */
  readonly unavailable: readonly (readonly number[])[]
}

/**
 * Why a pair has no slot. `firm_full`: the firm has as many meetings as slots in which it can; `never_together`: no slot in which both can;
 * `tables_full`: whenever both are free all tables are taken; `others_first`: they are never free at the same time, worthier meetings stand.
 */
export type LeftOut = {
  readonly pair: number
  readonly reason: 'firm_full' | 'never_together' | 'tables_full' | 'others_first'
  /** The firm that is full, else null. */
  readonly firm: number | null
}

export type Timetable = {
  /** The slot of each pair, -1 when it is left out. */
  readonly slot: Int32Array
  readonly leftOut: readonly LeftOut[]
  /** Slots up to the last one that is used. */
  readonly slotsUsed: number
  /** No timetable with all pairs ends before this slot; more than there are slots: not all can fit. */
  readonly slotsBound: number
  /** Slots in which firms wait between two of their meetings, over all firms. */
  readonly waits: number
}

/** What a timetable takes. */
export const timetableLimits = { firms: 2_000, pairs: 20_000, slots: 96, tables: 1_000 } as const

/**
 * A timetable of meetings: no firm in two places, at most so many tables at once, nobody when they cannot come, what is fixed stays.
 * Slots are colours of the edges of the pair graph. A pair takes a slot that both have free, else two slots change places along a path
 * (Kempe chain), else a table is made free the same way, else lighter pairs step aside for it. As few slots as possible are tried first;
 * then meetings of a firm are drawn together.
 * @param problem  firms and slots by number, from 0; weights from 0
 * @returns a slot for each pair, or why it has none; `slotsUsed` equals `slotsBound` for two-sided markets (each pair joins one of two groups)
 *   without absences and fixed meetings, and is seldom more than one above it otherwise
 * Source: D. König (1916) for two-sided pairs; V. Vizing (1964) for the bound of others; D. de Werra (1972) for equal classes; own for
 * absences and weights, for which the problem is NP-hard. O(tries * pairs * slots^2 * firms) at most, a try a number of slots.
 */
export function timetable(problem: TimetableProblem): Result<Timetable, FlowRefusal> {
  const refusal = refusalOf(problem)
  if (refusal) return err(refusal)
  const slotsBound = boundOf(problem)
  for (let slots = Math.min(slotsBound, problem.slots); ; slots++) {
    // Where the bound says that not all fit, the order by worth is the one that counts.
    const seating = seated(problem, slots, slotsBound > slots ? 1 : triesMax)
    if (slots < problem.slots && seating.slot.includes(-1)) continue
    tighten(seating)
    // What stepped aside, or was early, may fit now.
    for (const pair of orderOf(problem)) if (seating.slot[pair] === -1) placePair(seating, pair)
    const waits = tighten(seating)
    return ok({
      slot: seating.slot,
      leftOut: leftOutOf(seating),
      slotsUsed: seating.slot.reduce((last, slot) => Math.max(last, slot + 1), 0),
      slotsBound,
      waits,
    })
  }
}

/** A seating of so many slots; the first with all pairs, else the one in which the worthiest came first. */
function seated(problem: TimetableProblem, slots: number, triesAtMost: number): Seating {
  let order = orderOf(problem)
  let first: Seating | null = null
  for (let tries = problem.pairs.length > largePairs ? 1 : triesAtMost; tries > 0; tries--) {
    const seating = createSeating(problem, slots)
    for (const pair of order) placePair(seating, pair)
    const without = order.filter((pair) => seating.slot[pair] === -1)
    if (without.length === 0) return seating
    first ??= seating
    // What found no slot comes first the next time: the hard ones get to the front.
    order = [...without, ...order.filter((pair) => seating.slot[pair] !== -1)]
  }
  return first ?? createSeating(problem, slots)
}
/** How often an order is tried, and how many pairs are many. */
const triesMax = 16
const largePairs = 2_000

/** Pairs that are not fixed: the worthiest first, then those whose firms have most to do. */
function orderOf({ pairs, firms }: TimetableProblem): readonly number[] {
  const degree = new Int32Array(firms)
  for (const { a, b } of pairs) {
    degree[a]!++ // a firm of the problem
    degree[b]!++
  }
  const load = ({ a, b }: MeetingPair): number => Math.max(degree[a]!, degree[b]!)
  return pairs
    .map((pair, index) => ({ pair, index }))
    .filter(({ pair }) => pair.fixed === null)
    .toSorted((x, y) => y.pair.weight - x.pair.weight || load(y.pair) - load(x.pair) || x.index - y.index)
    .map(({ index }) => index)
}

/** The least number of slots: each firm needs as many as it has meetings, in which it can; the tables carry so many; what is fixed stays. */
function boundOf({ pairs, firms, tables, slots, unavailable }: TimetableProblem): number {
  const degree = new Int32Array(firms)
  let least = Math.max(1, Math.ceil(pairs.length / tables))
  for (const { a, b, fixed } of pairs) {
    degree[a]!++ // firms of the problem
    degree[b]!++
    least = Math.max(least, (fixed ?? -1) + 1)
  }
  for (const [firm, meetings] of degree.entries()) {
    const away = new Set(unavailable[firm])
    let open = 0
    let slot = 0
    while (open < meetings && slot < slots) if (!away.has(slot++)) open++
    least = Math.max(least, open < meetings ? slots + 1 : slot)
  }
  return least
}

function leftOutOf(seating: Seating): readonly LeftOut[] {
  return [...seating.slot.entries()].flatMap(([pair, slot]) => (slot < 0 ? [reasonOf(seating, pair)] : []))
}

function reasonOf({ problem: { pairs, tables }, slots, at, count, can }: Seating, pair: number): LeftOut {
  const { a, b } = pairs[pair]! // a pair of the problem
  const all = Array.from({ length: slots }, (_, slot) => slot)
  const isOpen = (firm: number, slot: number): boolean => can[firm * slots + slot] === 1
  const isFree = (firm: number, slot: number): boolean => isOpen(firm, slot) && at[firm * slots + slot] === -1
  if (!all.some((slot) => isOpen(a, slot) && isOpen(b, slot))) return { pair, reason: 'never_together', firm: null }
  for (const firm of [a, b]) if (!all.some((slot) => isFree(firm, slot))) return { pair, reason: 'firm_full', firm }
  const together = all.filter((slot) => isFree(a, slot) && isFree(b, slot))
  const isFull = together.length > 0 && together.every((slot) => count[slot]! >= tables)
  return { pair, reason: isFull ? 'tables_full' : 'others_first', firm: null }
}

function refusalOf({ pairs, firms, tables, slots, unavailable }: TimetableProblem): FlowRefusal | null {
  const sizes = { firms, pairs: pairs.length, tables, slots }
  for (const [field, value] of Object.entries(sizes)) {
    const least = field === 'tables' || field === 'slots' ? 1 : 0
    if (!Number.isSafeInteger(value) || value < least) return invalid(field, value, `is a whole number from ${least}`)
    const limit = timetableLimits[field as keyof typeof timetableLimits]
    if (value > limit) return tooLarge(field, value, limit)
  }
  const isSlot = (slot: number): boolean => Number.isInteger(slot) && slot >= 0 && slot < slots
  for (const [firm, away] of unavailable.entries())
    for (const slot of away) if (!isSlot(slot)) return invalid(`unavailable[${firm}]`, slot, 'is a slot of the day')
  const met = new Set<number>()
  const [busy, taken] = [new Set<number>(), new Int32Array(slots)]
  for (const [index, { a, b, weight, fixed }] of pairs.entries()) {
    for (const firm of [a, b])
      if (!Number.isInteger(firm) || firm < 0 || firm >= firms) return invalid(`pairs[${index}]`, firm, 'is a firm')
    if (a === b) return invalid(`pairs[${index}]`, a, 'is another firm')
    if (!(Number.isFinite(weight) && weight >= 0)) return invalid(`pairs[${index}].weight`, weight, 'is from 0')
    const key = Math.min(a, b) * firms + Math.max(a, b)
    if (met.has(key)) return invalid(`pairs[${index}]`, b, 'meets once')
    met.add(key)
    if (fixed === null) continue
    if (!isSlot(fixed)) return invalid(`pairs[${index}].fixed`, fixed, 'is a slot of the day')
    for (const firm of [a, b]) {
      const seat = firm * slots + fixed
      if (busy.has(seat)) return invalid(`pairs[${index}].fixed`, fixed, 'is free for both firms')
      if (unavailable[firm]?.includes(fixed))
        return invalid(`pairs[${index}].fixed`, fixed, 'is a slot in which both can')
      busy.add(seat)
    }
    if (++taken[fixed]! > tables) return invalid(`pairs[${index}].fixed`, fixed, `has ${tables} tables`)
  }
  return null
}
