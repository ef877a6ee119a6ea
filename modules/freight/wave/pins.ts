import type { IdlePin } from './kept.ts'
import { bears, roadMetres, kgOf, planOfTrip, type Pair, type Ready, type Wanting } from './model.ts'
import type { Snapshot } from './snapshot.ts'
import { bodyRule } from './solve.ts'
import type { IdlePinKind, WaveNumbers } from './words.ts'

/** Pairs that were kept, pins that could not be, and who is left. */
type Pinned = {
  readonly pairs: readonly Pair[]
  readonly idle: readonly IdlePin[]
  readonly wanting: readonly Wanting[]
  readonly ready: readonly Ready[]
}

/** Takes pinned pairs out before anything is chosen: both are given away, whatever it costs. Pure. O(trucks + marks). */
export function keepPins(
  snapshot: Snapshot,
  wanting: readonly Wanting[],
  ready: readonly Ready[],
  numbers: WaveNumbers,
): Pinned {
  const left = new Map(wanting.map((one) => [one.load.id, one]))
  const free = new Map(ready.flatMap((one) => (one.truck ? [[one.truck.id, one] as const] : [])))
  const known = new Set(snapshot.trucks.map(({ id }) => id))
  const fits = bodyRule(snapshot.mindsBodies)
  const pairs: Pair[] = []
  const idle: IdlePin[] = []
  for (const { loadId, vehicleId, plate, kind } of snapshot.marks) {
    const one = left.get(loadId)
    // A pin of a load that is not in this wave waits for its own.
    if (kind !== 'pin' || !one) continue
    const truck = free.get(vehicleId)
    const why = pinFault(one, truck, known.has(vehicleId), fits)
    if (why !== null || !truck) {
      idle.push({ loadId, number: one.load.number, vehicleId, plate, why: why ?? 'not_free' })
      continue
    }
    free.delete(vehicleId)
    left.set(loadId, { ...one, trips: one.trips - 1, before: one.before + 1 })
    const emptyM = roadMetres(truck, one.load, numbers)
    pairs.push({
      load: one.load,
      ready: truck,
      plan: planOfTrip(one.load, one.before),
      emptyM,
      costM: emptyM - truck.bonusM,
      next: null,
      loadWorthM: 0,
      truckWorthM: 0,
      reasons: [{ kind: 'pinned', numbers: { emptyM }, names: {} }],
    })
  }
  const gone = new Set(pairs.map((pair) => pair.ready))
  return {
    pairs,
    idle,
    wanting: [...left.values()].filter(({ trips }) => trips > 0),
    ready: ready.filter((one) => !gone.has(one)),
  }
}

function pinFault(
  { load, trips }: Wanting,
  ready: Ready | undefined,
  isKnown: boolean,
  fits: ReturnType<typeof bodyRule>,
): IdlePinKind | null {
  if (trips === 0) return 'no_trip'
  if (!ready) return isKnown ? 'not_ready' : 'not_free'
  if (!bears(kgOf(load), ready.ratedKg)) return 'too_light'
  return fits(load.cargoClass, ready.typeCode) ? null : 'wrong_body'
}
