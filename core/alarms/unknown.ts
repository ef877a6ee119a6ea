import { strideOf, type Readings } from '@tingzhou/telemetry'

/** Readings of points that nobody has looked at yet, until their rules are known. */
export type Unknown = {
  readonly keep: (kind: Readings['kind'], data: Float64Array, row: number) => void
  /** Looks them up; the readings are then taken. */
  readonly ask: () => void
  readonly settled: () => Promise<void>
  readonly dropped: () => number
}

const waitingMax = 50_000

/**
 * @param learn  looks points up, so that they are known afterwards, with rules or without
 * @param note  takes a reading of a point that is known
 * Source: own. O(readings that wait).
 */
export function createUnknown(
  learn: (ids: readonly number[]) => Promise<void>,
  note: (kind: Readings['kind'], data: Float64Array, row: number) => void,
  onError: (error: unknown) => void,
): Unknown {
  let waiting: { readonly kind: Readings['kind']; readonly row: Float64Array }[] = []
  let asking: Promise<void> | null = null
  let dropped = 0
  const askAll = async (): Promise<void> => {
    while (waiting.length > 0) {
      await learn([...new Set(waiting.map(({ row }) => row[0] as number))])
      const known = waiting
      waiting = []
      for (const { kind, row } of known) note(kind, row, 0)
    }
  }
  return {
    keep: (kind, data, row) => {
      if (waiting.length >= waitingMax) {
        dropped++
        return
      }
      waiting.push({ kind, row: data.slice(row, row + strideOf(kind)) })
    },
    ask: () => {
      if (waiting.length > 0)
        asking ??= askAll()
          .catch(onError)
          .finally(() => (asking = null))
    },
    settled: async () => {
      await asking
    },
    dropped: () => dropped,
  }
}
