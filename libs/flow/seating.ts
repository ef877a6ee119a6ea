import type { TimetableProblem } from './timetable.ts'

// Firms, pairs and slots come from a problem that was checked, so every read below is in range.

/** Who sits where so far, in the first so many slots of a day. */
export type Seating = {
  readonly problem: TimetableProblem
  readonly slots: number
  /** The slot of each pair, -1: none. */
  readonly slot: Int32Array
  /** The pair of a firm in a slot, firm * slots + slot; -1: free. */
  readonly at: Int32Array
  /** Meetings of each slot. */
  readonly count: Int32Array
  /** 1 where a firm can come, firm * slots + slot. */
  readonly can: Uint8Array
  /** What was done since the beginning of a try: pair and slot before. */
  readonly done: number[]
}

/** A seating with what is fixed. O(firms * slots + pairs). */
export function createSeating(problem: TimetableProblem, slots: number): Seating {
  const { firms, pairs, unavailable } = problem
  const seating: Seating = {
    problem,
    slots,
    slot: new Int32Array(pairs.length).fill(-1),
    at: new Int32Array(firms * slots).fill(-1),
    count: new Int32Array(slots),
    can: new Uint8Array(firms * slots).fill(1),
    done: [],
  }
  for (const [firm, away] of unavailable.entries())
    for (const slot of away) if (slot < slots && firm < firms) seating.can[firm * slots + slot] = 0
  for (const [pair, { fixed }] of pairs.entries()) if (fixed !== null) set(seating, pair, fixed)
  return seating
}

/** Takes a pair out of its slot, and puts it into another one; -1: none. Nobody looks whether it fits. O(1). */
export function set(seating: Seating, pair: number, to: number): void {
  seating.done.push(pair, seating.slot[pair]!)
  put(seating, pair, to)
}

function put({ problem: { pairs }, slots, slot, at, count }: Seating, pair: number, to: number): void {
  const { a, b } = pairs[pair]!
  const from = slot[pair]!
  if (from >= 0) {
    at[a * slots + from] = -1
    at[b * slots + from] = -1
    count[from]!--
  }
  slot[pair] = to
  if (to < 0) return
  at[a * slots + to] = pair
  at[b * slots + to] = pair
  count[to]!++
}

/** Goes back to where a try began, by the steps it made, the last first. O(steps). */
function undo(seating: Seating, mark: number): void {
  const { done } = seating
  for (let step = done.length - 2; step >= mark; step -= 2) put(seating, done[step]!, done[step + 1]!)
  done.length = mark
}

/**
 * Finds a slot for a pair, moving others where need be; lighter ones may lose theirs.
 * @returns whether it has one now; when not, nothing has changed
 * Source: as of `timetable`. O(slots^2 * firms) at most.
 */
export function placePair(seating: Seating, pair: number): boolean {
  return settle(seating, pair) || oust(seating, pair)
}

/** Finds a slot without anybody losing theirs. */
function settle(seating: Seating, pair: number): boolean {
  const { problem, slots, at, count, can } = seating
  const { a, b } = problem.pairs[pair]!
  const mark = seating.done.length
  const isFree = (firm: number, slot: number): boolean =>
    can[firm * slots + slot] === 1 && at[firm * slots + slot] === -1
  const together = slotsWhere(slots, (slot) => isFree(a, slot) && isFree(b, slot))
  // The emptiest slot leaves most tables for those that come after.
  for (const slot of together.toSorted((x, y) => count[x]! - count[y]! || x - y)) {
    set(seating, pair, slot)
    if (relieve(seating, slot)) return true
    undo(seating, mark)
  }
  for (const [here, there] of [
    [a, b],
    [b, a],
  ] as const)
    for (const one of slotsWhere(slots, (slot) => isFree(here, slot) && can[there * slots + slot] === 1))
      for (const other of slotsWhere(slots, (slot) => isFree(there, slot))) {
        if (one === other || !swapPath(seating, there, one, other)) continue
        // A path that ended at the other firm has taken the slot that was free there.
        if (isFree(here, one) && isFree(there, one)) {
          set(seating, pair, one)
          if (relieve(seating, one) && relieve(seating, other)) return true
        }
        undo(seating, mark)
      }
  return false
}

const slotsWhere = (slots: number, isWanted: (slot: number) => boolean): number[] => {
  const found: number[] = []
  for (let slot = 0; slot < slots; slot++) if (isWanted(slot)) found.push(slot)
  return found
}

/** The pairs of the path of two slots on which a firm is, or null when one of them may not change its slot. */
function pathFrom(
  { problem, slots, at, can, slot }: Seating,
  firm: number,
  one: number,
  other: number,
): number[] | null {
  const { pairs } = problem
  const path: number[] = []
  const seen = new Set<number>()
  for (const start of [one, other]) {
    let [here, now] = [firm, start]
    for (let pair = at[here * slots + now]!; pair >= 0 && !seen.has(pair); pair = at[here * slots + now]!) {
      const { a, b, fixed } = pairs[pair]!
      const to = slot[pair] === one ? other : one
      if (fixed !== null || can[a * slots + to] !== 1 || can[b * slots + to] !== 1) return null
      seen.add(pair)
      path.push(pair)
      here = a === here ? b : a
      now = to
    }
  }
  return path
}

/** Lets two slots change places along the path of a firm. @returns false, and nothing is changed, when somebody on it cannot */
function swapPath(seating: Seating, firm: number, one: number, other: number): boolean {
  const path = pathFrom(seating, firm, one, other)
  if (path === null) return false
  swap(seating, path, one, other)
  return true
}

/** Lets pairs of two slots change places; together they must be whole paths. */
export function swap(seating: Seating, path: readonly number[], one: number, other: number): void {
  const to = path.map((pair) => (seating.slot[pair] === one ? other : one))
  for (const pair of path) set(seating, pair, -1)
  for (const [index, pair] of path.entries()) set(seating, pair, to[index]!)
}

/** Makes a slot with too many meetings hold as many as there are tables, by one path that has more of them than of another slot. */
function relieve(seating: Seating, full: number): boolean {
  const { problem, slots, slot, at, count } = seating
  if (count[full]! <= problem.tables) return true
  const others = slotsWhere(slots, (other) => count[other]! < problem.tables)
  for (const other of others.toSorted((x, y) => count[x]! - count[y]!)) {
    const seen = new Set<number>()
    for (let firm = 0; firm < problem.firms; firm++) {
      const pair = at[firm * slots + full]!
      if (pair < 0 || seen.has(pair)) continue
      const path = pathFrom(seating, firm, full, other)
      if (path === null) continue
      for (const one of path) seen.add(one)
      const excess = path.reduce((sum, one) => sum + (slot[one] === full ? 1 : -1), 0)
      if (excess !== 1) continue
      swap(seating, path, full, other)
      return true
    }
  }
  return false
}

/** Puts a pair where lighter ones stand, if those that find no other slot are worth less together. */
function oust(seating: Seating, pair: number): boolean {
  const { problem, slots, at, count, can } = seating
  const { a, b, weight } = problem.pairs[pair]!
  for (const wanted of slotsWhere(slots, (one) => can[a * slots + one] === 1 && can[b * slots + one] === 1)) {
    const mark = seating.done.length
    const rivals = [...new Set([at[a * slots + wanted]!, at[b * slots + wanted]!])].filter((one) => one >= 0)
    if (rivals.length === 0 || count[wanted]! - rivals.length >= problem.tables)
      rivals.push(...lightest(seating, wanted))
    if (rivals.length === 0 || rivals.some((one) => problem.pairs[one]!.fixed !== null)) continue
    for (const rival of rivals) set(seating, rival, -1)
    set(seating, pair, wanted)
    let lost = 0
    for (const rival of rivals) if (!settle(seating, rival)) lost += problem.pairs[rival]!.weight
    // Never a pair for one that is worth as much: whoever came first stays.
    if (lost < weight && count[wanted]! <= problem.tables) return true
    undo(seating, mark)
  }
  return false
}

/** The lightest pair of a slot that is not fixed, if there is one. */
function lightest({ problem: { pairs }, slot }: Seating, wanted: number): number[] {
  let found = -1
  for (const [pair, { weight, fixed }] of pairs.entries())
    if (slot[pair] === wanted && fixed === null && (found < 0 || weight < pairs[found]!.weight)) found = pair
  return found < 0 ? [] : [found]
}
