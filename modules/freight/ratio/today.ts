import { instantOf, localDateOf } from '@tingzhou/calendar'
import { ComputeFailed } from '@tingzhou/compute'
import { loadedRatio } from '@tingzhou/dispatch'
import type { RequestContext } from '@tingzhou/http'
import { epochMs, type EpochMs } from '@tingzhou/kernel'
import { waveSettings } from '../wave/settings.ts'
import { boundJob, flowsOf } from './bound.ts'
import { changesBetween } from './changes.ts'
import { legsOf, sumsOf, type Bend, type Leg, type Sums } from './flows.ts'
import { unloadedTrips } from './rows.ts'
import { changesShown } from './words.ts'

type Ports = Pick<RequestContext['deps'], 'db' | 'zoneId' | 'clock' | 'compute'>

/** Loaded metres of all metres, and the most that any dispatch of the same trips could have reached; null where that is not known. */
type Ratio = Sums & { readonly ratio: number | null; readonly bound: number | null }

const dayMs = 86_400_000
/** A bound that takes longer is not told. */
const boundSeconds = 20

/**
 * The loaded ratio of what was unloaded today, and yesterday until the same hour, each beside its bound, with the lanes that changed it
 * most. Six statements, by freight_waybill_unloaded and keys; O(trips), and the bounds by the server's threads.
 */
export async function findRatio(ports: Ports, now: EpochMs) {
  const { db, zoneId } = ports
  const dayStart = instantOf(localDateOf(now), '00:00')
  const bend = (await waveSettings(db, zoneId)).numbers
  const { trips, places } = await unloadedTrips(db, zoneId, [
    { since: dayStart, until: epochMs(now + 1) },
    { since: epochMs(dayStart - dayMs), until: epochMs(now + 1 - dayMs) },
  ])
  const [today = [], yesterday = []] = trips.map((some) => legsOf(some, bend))
  const [least, leastBefore] = await boundsOf(ports, [today, yesterday], bend)
  const changes = changesBetween(today, yesterday)
  const nameOf = (id: string): string => places.get(id)?.name ?? ''
  const shown = changes.slice(0, changesShown)
  return {
    at: now,
    today: ratioOf(sumsOf(today), least ?? null),
    yesterday: ratioOf(sumsOf(yesterday), leastBefore ?? null),
    bendPct: bend.bendPct,
    changes: shown.map(({ fromId, toId, points, ...sums }) => ({
      from: nameOf(fromId),
      to: nameOf(toId),
      points,
      today: sums.now,
      yesterday: sums.before,
    })),
    lanes: changes.length,
    otherPoints: changes.slice(changesShown).reduce((sum, { points }) => sum + points, 0),
  }
}

function ratioOf(sums: Sums, leastM: number | null): Ratio {
  if (sums.trips === 0) return { ...sums, ratio: null, bound: null }
  return {
    ...sums,
    ratio: loadedRatio(sums.emptyM, sums.loadedM),
    bound: leastM === null ? null : loadedRatio(leastM, sums.loadedM),
  }
}

/** Fewest empty metres of several sets of trips; null where there are none, or it took too long. */
async function boundsOf(
  { compute }: Ports,
  sets: readonly (readonly Leg[])[],
  { bendPct }: Bend,
): Promise<readonly (number | null)[]> {
  if (sets.every((legs) => legs.length === 0)) return sets.map(() => null)
  try {
    return await compute.run(boundJob, { flows: sets.map(flowsOf), bend: { bendPct } }, { seconds: boundSeconds })
  } catch (error) {
    if (!(error instanceof ComputeFailed)) throw error
    return sets.map(() => null)
  }
}
