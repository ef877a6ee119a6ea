import { timetable, type MeetingPair } from '@tingzhou/flow'
import { assert } from '@tingzhou/kernel'
import type { LeftOutReason } from './words.ts'

/** A firm of the day, and the slots in which it cannot come. */
export type Coming = { readonly firmId: string; readonly away: readonly number[] }
/** A meeting that stays where it is. */
export type Standing = {
  readonly buyerId: string
  readonly sellerId: string
  readonly slot: number
  readonly table: number
}
export type Wanted = { readonly buyerId: string; readonly sellerId: string; readonly weight: number }

/** Where a wanted meeting is, or why it has no slot. */
export type Place =
  | { readonly slot: number; readonly table: number }
  | { readonly leftOut: LeftOutReason; readonly firmId: string | null }

/**
 * Places meetings around those that stand: slots by `timetable`, tables so that firms change theirs as seldom as may be.
 * @returns a place for each wanted meeting, and the slot before which no timetable of all of them ends
 * Pure. Cost of `timetable`.
 */
export function arrange(
  day: { readonly slots: number; readonly tables: number },
  firms: readonly Coming[],
  standing: readonly Standing[],
  wanted: readonly Wanted[],
): { readonly places: readonly Place[]; readonly slotsBound: number } {
  const numberOf = new Map(firms.map(({ firmId }, index) => [firmId, index]))
  const number = (firmId: string): number => {
    const found = numberOf.get(firmId)
    assert(found !== undefined, 'every meeting is between firms of the day')
    return found
  }
  const pairOf = (pair: Omit<Wanted, 'weight'>, weight: number, fixed: number | null): MeetingPair => ({
    a: number(pair.buyerId),
    b: number(pair.sellerId),
    weight,
    fixed,
  })
  const busy = new Set(standing.flatMap(({ buyerId, sellerId, slot }) => [`${buyerId} ${slot}`, `${sellerId} ${slot}`]))
  const made = timetable({
    pairs: [
      ...standing.map((pair) => pairOf(pair, 0, pair.slot)),
      ...wanted.map((pair) => pairOf(pair, pair.weight, null)),
    ],
    firms: firms.length,
    tables: day.tables,
    slots: day.slots,
    // A meeting that stands is where a person put it, whatever the firm said before.
    unavailable: firms.map(({ firmId, away }) =>
      away.filter((slot) => slot < day.slots && !busy.has(`${firmId} ${slot}`)),
    ),
  })
  assert(made.ok, 'a day that was checked has a timetable')
  const { slot, leftOut, slotsBound } = made.value
  const why = new Map(leftOut.map((one) => [one.pair, one]))
  const slots = wanted.map((_, index) => slot[standing.length + index] ?? -1)
  const tables = seatTables(day.tables, standing, wanted, slots)
  const places = wanted.map((_, index): Place => {
    const at = slots[index] ?? -1
    if (at >= 0) return { slot: at, table: tables[index] ?? 1 }
    const { reason = 'others_first', firm = null } = why.get(standing.length + index) ?? {}
    return { leftOut: reason, firmId: firm === null ? null : (firms[firm]?.firmId ?? null) }
  })
  return { places, slotsBound }
}

/** A table for each meeting: where one of its firms sat last, if that is free, else the lowest. */
function seatTables(
  count: number,
  standing: readonly Standing[],
  wanted: readonly Wanted[],
  slots: readonly number[],
): readonly number[] {
  const taken = new Set(standing.map(({ slot, table }) => `${slot} ${table}`))
  const last = new Map<string, number>()
  const tables = wanted.map(() => 0)
  for (const index of wanted.map((_, i) => i).toSorted((i, j) => (slots[i] ?? 0) - (slots[j] ?? 0) || i - j)) {
    const [at, pair] = [slots[index] ?? -1, wanted[index]]
    if (at < 0 || !pair) continue
    const liked = [last.get(pair.sellerId), last.get(pair.buyerId)].filter((table) => table !== undefined)
    const all = Array.from({ length: count }, (_, i) => i + 1)
    const table = [...liked, ...all].find((one) => !taken.has(`${at} ${one}`))
    assert(table !== undefined, 'a slot has no more meetings than tables')
    taken.add(`${at} ${table}`)
    last.set(pair.sellerId, table)
    last.set(pair.buyerId, table)
    tables[index] = table
  }
  return tables
}
