import { addDays, instantOf, localDateOf } from '@tingzhou/calendar'
import { bucketOf, bucketS, slotBook, type Opening, type SlotBook } from '@tingzhou/dispatch'
import { epochMs, type LocalDate } from '@tingzhou/kernel'
import type { PlaceEnd } from '../words.ts'

/** The docks of one end of a place. */
export type Dock = {
  readonly placeId: string
  readonly end: PlaceEnd
  readonly docks: number
  /** Seconds of one truck. */
  readonly serviceS: number
  /** How much of it may be booked. */
  readonly sharePct: number
  /** Each day in Beijing, `HH:MM`; an earlier end is that of the next day. */
  readonly opens: string
  readonly closes: string
}

/** How many slots are booked, by the second at which they begin. */
export type Booked = ReadonlyMap<number, number>

const dayBuckets = 86_400 / bucketS

/** When docks are open on a day, epoch seconds. Pure. O(1). */
function openingsOf({ opens, closes }: Dock, day: LocalDate): readonly Opening[] {
  const s = (time: string) => instantOf(day, time) / 1_000
  if (opens < closes) return [{ fromS: s(opens), toS: s(closes) }]
  return [
    { fromS: s('00:00'), toS: s(closes) },
    { fromS: s(opens), toS: s('24:00') },
  ]
}

/**
 * The slots of docks between two moments, with what is booked. Whole trucks are carried from bucket to bucket within a day, and each day
 * begins anew, so that a bucket has the same capacity whoever looks at it when.
 * @param fromMs, untilMs  epoch milliseconds; the first bucket is the one that `fromMs` lies in
 * Pure. O(days · buckets of a day).
 */
export function bookOf(dock: Dock, fromMs: number, untilMs: number, booked: Booked): SlotBook {
  const fromS = Math.floor(fromMs / 1_000 / bucketS) * bucketS
  const count = Math.max(1, Math.ceil((untilMs / 1_000 - fromS) / bucketS))
  const capacity = new Int32Array(count)
  for (let day = localDateOf(epochMs(fromS * 1_000)), at = 0; at < count; day = addDays(day, 1)) {
    const dayS = instantOf(day, '00:00') / 1_000
    const whole = slotBook(dock, dayS, dayBuckets, dock.sharePct / 100, openingsOf(dock, day)).capacity
    const first = (fromS + at * bucketS - dayS) / bucketS
    for (let bucket = first; bucket < dayBuckets && at < count; bucket++, at++) capacity[at] = whole[bucket]! // below a day
  }
  const book = { fromS, capacity, booked: new Int32Array(count) }
  for (const [startS, trucks] of booked) {
    const bucket = bucketOf(book, startS)
    if (bucket >= 0 && bucket < count) book.booked[bucket] = trucks
  }
  return book
}

/** How many slots of a book are free, and how many there are. Pure. O(buckets). */
export function sumOf({ capacity, booked }: SlotBook): { free: number; capacity: number; booked: number } {
  const sum = { free: 0, capacity: 0, booked: 0 }
  for (const [bucket, trucks] of capacity.entries()) {
    const taken = booked[bucket]! // as long as the capacity
    sum.capacity += trucks
    sum.booked += taken
    sum.free += Math.max(0, trucks - taken)
  }
  return sum
}
