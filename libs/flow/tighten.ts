import { set, swap, type Seating } from './seating.ts'

// Firms, pairs and slots come from a problem that was checked, so every read below is in range.

const sweepsMax = 4

/**
 * Draws the meetings of each firm together: whole slots change places, single pairs go into slots that their firms have free.
 * @returns slots in which firms still wait between two of their meetings
 * Source: own, local search. O(sweeps * (slots^2 * firms * slots + pairs * slots^2)).
 */
export function tighten(seating: Seating): number {
  const { problem, slots } = seating
  const firms = Array.from({ length: problem.firms }, (_, firm) => firm)
  let waits = waitsOf(seating, firms)
  for (let sweep = 0; sweep < sweepsMax && waits > 0; sweep++) {
    const before = waits
    for (let one = 0; one < slots; one++)
      for (let other = one + 1; other < slots; other++) waits -= swapSlots(seating, one, other)
    for (let pair = 0; pair < problem.pairs.length; pair++) waits -= shift(seating, pair)
    if (waits === before) break
  }
  seating.done.length = 0
  return waits
}

function waitsOf({ slots, at }: Seating, firms: Iterable<number>): number {
  let waits = 0
  for (const firm of firms) {
    let [first, last, meetings] = [-1, -1, 0]
    for (let slot = 0; slot < slots; slot++) {
      if (at[firm * slots + slot] === -1) continue
      if (first < 0) first = slot
      last = slot
      meetings++
    }
    if (meetings > 0) waits += last - first + 1 - meetings
  }
  return waits
}

/** Lets two slots change places, if firms wait less then. @returns slots saved */
function swapSlots(seating: Seating, one: number, other: number): number {
  const { problem, slots, slot, can } = seating
  const pairs: number[] = []
  const firms = new Set<number>()
  for (let pair = 0; pair < problem.pairs.length; pair++) {
    if (slot[pair] !== one && slot[pair] !== other) continue
    const { a, b, fixed } = problem.pairs[pair]!
    const to = slot[pair] === one ? other : one
    if (fixed !== null || can[a * slots + to] !== 1 || can[b * slots + to] !== 1) return 0
    pairs.push(pair)
    firms.add(a).add(b)
  }
  const before = waitsOf(seating, firms)
  swap(seating, pairs, one, other)
  const saved = before - waitsOf(seating, firms)
  if (saved > 0) return saved
  swap(seating, pairs, one, other)
  return 0
}

/** Puts a pair into the free slot in which its firms wait least. @returns slots saved */
function shift(seating: Seating, pair: number): number {
  const { problem, slots, slot, at, can, count } = seating
  const { a, b, fixed } = problem.pairs[pair]!
  const from = slot[pair]!
  if (fixed !== null || from < 0) return 0
  const firms = [a, b]
  const before = waitsOf(seating, firms)
  let [best, least] = [from, before]
  const fits = (firm: number, to: number): boolean => can[firm * slots + to] === 1 && at[firm * slots + to] === -1
  for (let to = 0; to < slots; to++) {
    if (!fits(a, to) || !fits(b, to) || count[to]! >= problem.tables) continue
    set(seating, pair, to)
    const waits = waitsOf(seating, firms)
    if (waits < least) [best, least] = [to, waits]
    set(seating, pair, from)
  }
  if (best !== from) set(seating, pair, best)
  return before - least
}
