import type { Dock } from './lane.ts'

/** Seconds of a bucket of slots. */
export const bucketS = 600

/** When docks are open, from and to in seconds of the plan. */
export type Opening = { readonly fromS: number; readonly toS: number }

/** Slots of one direction of one site, bucket by bucket from `fromS`. */
export type SlotBook = {
  readonly fromS: number
  /** Trucks that may be served in each bucket. */
  readonly capacity: Int32Array
  readonly booked: Int32Array
}

/**
 * The slots of docks over a time: whole trucks a bucket, what is left of one carried to the next.
 * @param dock  docks and seconds of one truck
 * @param fromS  where the first bucket begins, s
 * @param buckets  how many of `bucketS`
 * @param share  of the docks that may be booked, 0 to 1: the rest is for trucks without a slot
 * @param openings  when the docks work; none: always
 * @returns a book without bookings
 * Source: own. O(buckets · openings).
 */
export function slotBook(
  dock: Dock,
  fromS: number,
  buckets: number,
  share = 1,
  openings: readonly Opening[] | null = null,
): SlotBook {
  const capacity = new Int32Array(buckets)
  let openS = 0
  let given = 0
  for (let bucket = 0; bucket < buckets; bucket++) {
    openS += openIn(openings, fromS + bucket * bucketS)
    // Rounding of the share must not take a truck away: 0.9 · 60 / 9 is 6, not 5.
    const until = Math.floor((dock.docks * openS * share) / dock.serviceS + 1e-9)
    capacity[bucket] = until - given
    given = until
  }
  return { fromS, capacity, booked: new Int32Array(buckets) }
}

/** The bucket that a moment lies in; below 0 or beyond the book when it is not in it. */
export function bucketOf(book: SlotBook, atS: number): number {
  return Math.floor((atS - book.fromS) / bucketS)
}

/** When a bucket begins, s. */
export function bucketStartS(book: SlotBook, bucket: number): number {
  return book.fromS + bucket * bucketS
}

/**
 * The first bucket with a free slot.
 * @param from  where to begin; earlier than the book begins at its first
 * @returns the bucket, or null when none is free to the end of the book
 * Source: own. O(buckets).
 */
export function firstFree(book: SlotBook, from: number): number | null {
  const { capacity, booked } = book
  for (let bucket = Math.max(0, from); bucket < capacity.length; bucket++)
    if (booked[bucket]! < capacity[bucket]!) return bucket // both are as long as the book
  return null
}

/** What becomes of a booking when a truck will come at another time than it booked. */
export type Drift =
  | { readonly kind: 'kept' }
  /** It comes before its slot: it waits where it is, and is told when to leave. */
  | { readonly kind: 'early'; readonly waitS: number }
  | { readonly kind: 'moved'; readonly bucket: number }
  /** No slot is free to the end of the book: the booking is gone. */
  | { readonly kind: 'lost' }

/**
 * Moves a booking to where the truck will come: one bucket late is borne, more moves it to the next free slot. Changes the book.
 * @param bucket  that is booked
 * @param etaS  when the truck will come, s
 * Source: own (first fit). O(buckets).
 */
export function driftSlot(book: SlotBook, bucket: number, etaS: number): Drift {
  const startS = bucketStartS(book, bucket)
  if (etaS < startS) return { kind: 'early', waitS: startS - etaS }
  const comes = bucketOf(book, etaS)
  if (comes - bucket <= 1) return { kind: 'kept' }
  releaseSlot(book, bucket)
  const free = firstFree(book, comes)
  if (free === null) return { kind: 'lost' }
  takeSlot(book, free)
  return { kind: 'moved', bucket: free }
}

/** Books a slot. @throws RangeError when the bucket has none that is free: the caller asked `firstFree` */
export function takeSlot(book: SlotBook, bucket: number): void {
  if (!((book.booked[bucket] ?? 0) < (book.capacity[bucket] ?? 0)))
    throw new RangeError(`bucket ${bucket} has no free slot`)
  book.booked[bucket]!++ // it is in the book: its capacity is above 0
}

/** Gives a slot back. @throws RangeError when none is booked there */
export function releaseSlot(book: SlotBook, bucket: number): void {
  if (!((book.booked[bucket] ?? 0) > 0)) throw new RangeError(`bucket ${bucket} has no booking`)
  book.booked[bucket]!-- // it is in the book: something is booked there
}

function openIn(openings: readonly Opening[] | null, startS: number): number {
  if (!openings) return bucketS
  return openings.reduce(
    (sum, { fromS, toS }) => sum + Math.max(0, Math.min(toS, startS + bucketS) - Math.max(fromS, startS)),
    0,
  )
}
