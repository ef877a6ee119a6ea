import { loadedRatio } from '@tingzhou/dispatch'
import { sumsOf, type Leg, type Sums } from './flows.ts'

/** What one lane added to the difference between two ratios. */
type Change = {
  readonly fromId: string
  readonly toId: string
  /** Percentage points; over all lanes they are the difference. */
  readonly points: number
  readonly now: Sums
  readonly before: Sums
}

const keyOf = ({ fromId, toId }: Pick<Leg, 'fromId' | 'toId'>): string => `${fromId} ${toId}`

/**
 * What each lane added to the difference of the loaded ratio between two times, what added most first; nothing where one of them has no
 * trips to compare with.
 * With R the middle of both ratios, a lane's loaded metres less R times all its metres, over the metres of all lanes, now less before:
 * what a lane drives better than R and how much it drives of all count together, and over all lanes it is the difference.
 * Pure. Source: own; a shift-share decomposition around the middle. O(legs + lanes log lanes).
 */
export function changesBetween(now: readonly Leg[], before: readonly Leg[]): readonly Change[] {
  const [allNow, allBefore] = [sumsOf(now), sumsOf(before)]
  const [metresNow, metresBefore] = [metresOf(allNow), metresOf(allBefore)]
  if (metresNow === 0 || metresBefore === 0) return []
  const middle = (ratioOf(allNow) + ratioOf(allBefore)) / 2
  const over = (sums: Sums): number => sums.loadedM - middle * metresOf(sums)
  const [lanesNow, lanesBefore] = [byLane(now), byLane(before)]
  const known = [...now, ...before].filter(({ emptyM }) => emptyM !== null)
  return [...new Map(known.map((leg) => [keyOf(leg), leg]))]
    .map(([key, { fromId, toId }]) => {
      const sums = { now: sumsOf(lanesNow.get(key) ?? []), before: sumsOf(lanesBefore.get(key) ?? []) }
      return { fromId, toId, points: 100 * (over(sums.now) / metresNow - over(sums.before) / metresBefore), ...sums }
    })
    .toSorted((a, b) => Math.abs(b.points) - Math.abs(a.points) || (keyOf(a) < keyOf(b) ? -1 : 1))
}

const metresOf = ({ loadedM, emptyM }: Sums): number => loadedM + emptyM
const ratioOf = ({ loadedM, emptyM }: Sums): number => loadedRatio(emptyM, loadedM)

function byLane(legs: readonly Leg[]): ReadonlyMap<string, readonly Leg[]> {
  const lanes = new Map<string, Leg[]>()
  for (const leg of legs) {
    const lane = lanes.get(keyOf(leg))
    if (lane) lane.push(leg)
    else lanes.set(keyOf(leg), [leg])
  }
  return lanes
}
