import { bucketOf, bucketS, bucketStartS, driftSlot, firstFree, releaseSlot, takeSlot } from '@tingzhou/dispatch'
import { bookOf, type Booked, type Dock } from './book.ts'
import type { DockNumbers, SlotLack } from './words.ts'

/** A booking whose truck is on its way; epoch seconds. */
export type Awaited = {
  readonly waybillId: string
  /** Null: it found none that was free. */
  readonly startS: number | null
  /** When the truck comes; null: not known. */
  readonly etaS: number | null
  /** Its slot begins from then on, and before then. */
  readonly opensS: number
  readonly beforeS: number
  readonly moves: number
}

/** Where a booking goes; no slot: why. */
export type Move<S> = { readonly slot: S } & (
  | { readonly startS: number; readonly lack: null }
  | { readonly startS: null; readonly lack: SlotLack }
)

/** Whether a truck comes so late that its slot must go: in a bucket after the next. Pure. O(1). */
export const isLate = ({ startS, etaS }: Pick<Awaited, 'startS' | 'etaS'>): boolean =>
  startS !== null && etaS !== null && Math.floor((etaS - startS) / bucketS) > 1

/**
 * Moves bookings of docks whose trucks come late to the first slot that is free when they come, and those beyond what there is to the
 * next one. What was moved too often, or finds none in time, loses its slot; what has none takes the first that has come free.
 * @param slots  what is looked at, those that begin first before the rest, those without a slot last
 * @param booked  all that is booked, that of these slots among it
 * Pure. Source: own over `driftSlot` (first fit). O(slots · buckets).
 */
export function moveSlots<S extends Awaited>(
  dock: Dock,
  slots: readonly S[],
  booked: Booked,
  nowS: number,
  { horizonHours, movesMax }: DockNumbers,
): readonly Move<S>[] {
  const firstS = Math.min(nowS, ...slots.map(({ startS }) => startS ?? nowS))
  const lastS = Math.max(nowS, ...slots.map(({ etaS }) => etaS ?? nowS)) + horizonHours * 3_600
  const book = bookOf(dock, firstS * 1_000, lastS * 1_000, booked)
  const lost = (slot: S, lack: SlotLack): Move<S> => ({ slot, startS: null, lack })
  const at = (slot: S, bucket: number): Move<S> => ({ slot, startS: bucketStartS(book, bucket), lack: null })
  const isInTime = ({ beforeS }: S, bucket: number) => bucketStartS(book, bucket) < beforeS
  const firstIn = (slot: S, fromS: number): number | null => {
    const free = firstFree(book, bucketOf(book, Math.max(nowS, slot.opensS, fromS)))
    return free !== null && isInTime(slot, free) ? free : null
  }
  return slots.flatMap((slot): readonly Move<S>[] => {
    if (slot.startS === null) {
      const free = slot.etaS === null ? null : firstIn(slot, slot.etaS)
      if (free === null) return []
      takeSlot(book, free)
      return [at(slot, free)]
    }
    const bucket = bucketOf(book, slot.startS)
    if (isLate(slot) && slot.moves >= movesMax) {
      releaseSlot(book, bucket)
      return [lost(slot, 'late')]
    }
    const drift = slot.etaS === null ? null : driftSlot(book, bucket, slot.etaS)
    if (drift?.kind === 'lost') return [lost(slot, 'full')]
    if (drift?.kind === 'moved') {
      if (isInTime(slot, drift.bucket)) return [at(slot, drift.bucket)]
      releaseSlot(book, drift.bucket)
      return [lost(slot, 'full')]
    }
    // Both are as long as the book.
    if (book.booked[bucket]! <= book.capacity[bucket]!) return []
    releaseSlot(book, bucket)
    const free = firstIn(slot, slot.startS)
    if (free === null) return [lost(slot, 'full')]
    takeSlot(book, free)
    return [at(slot, free)]
  })
}
