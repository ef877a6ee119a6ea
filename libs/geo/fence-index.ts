import { err, ok, type Result } from '@tingzhou/kernel'
import { createBoxIndex } from './box-index.ts'
import { distanceToFenceM, isInPiece, readyFence, type Fence, type FenceFault, type ReadyFence } from './fence.ts'
import type { LonLat } from './point.ts'

/** What the state machine asks of fences. */
export type FenceLookup = {
  /** The ids of the fences that hold a place, in no order. */
  readonly at: (place: LonLat) => readonly string[]
  /** Metres from a fence's border, negative inside; null for an unknown id. */
  readonly distanceM: (id: string, place: LonLat) => number | null
}

/** Fences by id, findable by place: no map, no order, changed while it is in use. */
export type FenceIndex = FenceLookup & {
  /** Adds a fence, or replaces the one of this id; a fence with a fault changes nothing. */
  readonly insert: (id: string, fence: Fence) => Result<null, FenceFault>
  /** Removes a fence; whether there was one. */
  readonly remove: (id: string) => boolean
  readonly size: () => number
}

type Held = { readonly id: string; readonly ready: ReadyFence; readonly entries: readonly number[]; asked: number }

/**
 * Makes an index of fences. A corridor is indexed segment by segment, so that a road across the country costs no more than a yard.
 * Source: own, on `createBoxIndex`. insert, remove O(places); at O(cells + places of the polygons whose box holds the place).
 */
export function createFenceIndex(): FenceIndex {
  const fences = new Map<string, Held>()
  const boxes = createBoxIndex()
  // By entry: the fence and which of its pieces.
  const held: (Held | undefined)[] = []
  const pieces: number[] = []
  let question = 0

  const remove = (id: string): boolean => {
    const fence = fences.get(id)
    if (!fence) return false
    for (const entry of fence.entries) {
      boxes.remove(entry)
      held[entry] = undefined
    }
    return fences.delete(id)
  }

  const insert = (id: string, fence: Fence): Result<null, FenceFault> => {
    const ready = readyFence(fence)
    if (!ready.ok) return err(ready.error)
    remove(id)
    const entries = ready.value.boxes.map(boxes.insert)
    const added: Held = { id, ready: ready.value, entries, asked: 0 }
    for (const [piece, entry] of entries.entries()) {
      held[entry] = added
      pieces[entry] = piece
    }
    fences.set(id, added)
    return ok(null)
  }

  const at = ({ lon, lat }: LonLat): readonly string[] => {
    const found: string[] = []
    question++
    boxes.at(lon, lat, (entry) => {
      const fence = held[entry]
      // A fence of several pieces is answered once.
      if (!fence || fence.asked === question || !isInPiece(lon, lat, fence.ready, pieces[entry] ?? 0)) return
      fence.asked = question
      found.push(fence.id)
    })
    return found
  }

  const distanceM = (id: string, place: LonLat): number | null => {
    const fence = fences.get(id)
    return fence ? distanceToFenceM(place, fence.ready) : null
  }

  return { insert, remove, size: () => fences.size, at, distanceM }
}
