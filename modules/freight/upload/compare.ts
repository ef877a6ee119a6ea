import type { MonthCounts } from '@tingzhou/wlhy'
import type { CountDifference, CountFigure } from './tables.ts'
import { differencesMax, uploadKinds, type UploadKind } from './words.ts'

/** How many documents, and what they come to; fen. */
export type Count = { readonly count: number; readonly sumFen: number }
/** Documents by their number, each with what it comes to; fen. */
export type Listed = ReadonlyMap<string, number>

/** Both sides of a month, kind by kind. Pure. O(kinds). */
export const figuresOf = (ours: Readonly<Record<UploadKind, Count>>, theirs: MonthCounts): readonly CountFigure[] =>
  uploadKinds.map((kind) => ({
    kind,
    ours: ours[kind].count,
    theirs: theirs.kinds[kind].count,
    oursFen: ours[kind].sumFen,
    theirsFen: theirs.kinds[kind].sumFen,
  }))

/** Whether both sides have the same of a kind. O(1). */
export const agrees = ({ ours, theirs, oursFen, theirsFen }: CountFigure): boolean =>
  ours === theirs && oursFen === theirsFen

export type Differences = { readonly listed: readonly CountDifference[]; readonly unlisted: number }

/**
 * What one side has and the other has not, or has with another sum, by number.
 * @param kinds  of each kind whose figures differ both lists
 * @returns the first 200, and how many there are beyond
 * Pure. O(documents).
 */
export function differencesOf(kinds: ReadonlyMap<UploadKind, readonly [ours: Listed, theirs: Listed]>): Differences {
  const all = [...kinds].flatMap(([kind, [ours, theirs]]) => differencesIn(kind, ours, theirs))
  return { listed: all.slice(0, differencesMax), unlisted: Math.max(0, all.length - differencesMax) }
}

function differencesIn(kind: UploadKind, ours: Listed, theirs: Listed): readonly CountDifference[] {
  const onlyTheirs = [...theirs].filter(([number]) => !ours.has(number))
  return [
    ...[...ours].flatMap(([number, oursFen]): readonly CountDifference[] => {
      const theirsFen = theirs.get(number)
      if (theirsFen === oursFen) return []
      const has = theirsFen === undefined ? 'platform' : 'both'
      return [{ kind, number, has, oursFen, theirsFen: theirsFen ?? null }]
    }),
    ...onlyTheirs.map(([number, theirsFen]) => ({
      kind,
      number,
      has: 'regulator' as const,
      oursFen: null,
      theirsFen,
    })),
  ].toSorted((a, b) => (a.number < b.number ? -1 : 1))
}
