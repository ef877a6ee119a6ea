import type { DispatchRefusal } from '@tingzhou/dispatch'
import { epochMs, ok, type Result } from '@tingzhou/kernel'
import type { FreeTruck } from '../wave/crew.ts'
import { planWave, type Plan } from '../wave/plan.ts'
import type { OpenLoad, Snapshot } from '../wave/snapshot.ts'
import { fleetOf } from './fleet.ts'
import type { DayRecord, RecordLoad } from './record.ts'

/** What a way of dispatching makes of a record: the empty metres of each load, null for one that no truck was left for. */
export type Outcome = { readonly emptyM: readonly (number | null)[] }

/** What really happened, load after load. Pure. O(loads). */
export function replayReal(record: DayRecord): Outcome {
  const fleet = fleetOf(record)
  return { emptyM: record.loads.map((load) => fleet.send(load.truck, load, load.takenS)) }
}

/** Each load, when it was really taken, gets its nearest free truck. Pure. O(loads × trucks). */
export function replayNearest(record: DayRecord, shouldStop: () => boolean = () => false): Outcome {
  const fleet = fleetOf(record)
  return {
    emptyM: record.loads.map((load) => {
      const best = shouldStop() ? null : fleet.nearest(load)
      return best && fleet.send(best.truck, load, load.takenS)
    }),
  }
}

/** One wave of a record: what it looked at, and what it planned. */
export type ReplayedWave = { readonly snapshot: Snapshot; readonly plan: Plan }

/** Truckloads of one wave at most. */
const waveLoadsMax = 500

/**
 * What was taken within one window is matched at once, by `planWave`, at the moment of the last of it, with the trucks that are then free
 * where the waves before have left them. Waiting of trucks is worth nothing.
 * @param see  is told each wave
 * @returns the refusal of the solver where it says no
 * Pure. Source: own. As `planWave`, once a window.
 */
export function replayWaves(
  record: DayRecord,
  see: (wave: ReplayedWave) => void = () => undefined,
  shouldStop: () => boolean = () => false,
): Result<Outcome, DispatchRefusal> {
  const fleet = fleetOf(record)
  const numbers = { ...record.numbers, fairHourM: 0, tripsMax: waveLoadsMax }
  const emptyM: (number | null)[] = record.loads.map(() => null)
  for (const window of windowsOf(record)) {
    const atS = Math.max(...window.map((load) => record.loads[load]!.takenS)) // loads of the record
    const snapshot: Snapshot = {
      loads: window.map((load) => openLoad(record, load)),
      trucks: record.trucks.flatMap((_, truck) =>
        fleet.freeS[truck]! <= atS ? [freeTruck(record, fleet.spots[truck]!, truck)] : [],
      ), // as many
      marks: [],
      mindsBodies: record.mindsBodies,
      slots: [],
    }
    const planned = planWave(snapshot, numbers, null, atS * 1_000, shouldStop)
    if (!planned.ok) return planned
    for (const { load, ready } of planned.value.pairs) {
      const [at, truck] = [Number(load.id), Number(ready.truck?.id)]
      emptyM[at] = fleet.send(truck, record.loads[at]!, atS) // a load of the record
    }
    see({ snapshot, plan: planned.value })
  }
  return ok({ emptyM })
}

/** Numbers of loads that were taken within one window, in their order, at most `waveLoadsMax` together. */
function windowsOf({ loads, windowMinutes }: DayRecord): readonly (readonly number[])[] {
  const windows = new Map<string, number[]>()
  const counts = new Map<number, number>()
  loads.forEach(({ takenS }, load) => {
    const window = Math.floor(takenS / (windowMinutes * 60))
    const count = counts.get(window) ?? 0
    counts.set(window, count + 1)
    const key = `${window} ${Math.floor(count / waveLoadsMax)}`
    windows.set(key, [...(windows.get(key) ?? []), load])
  })
  return [...windows.values()]
}

function openLoad({ places, loads }: DayRecord, number: number): OpenLoad {
  const { from, kg, cargoClass, takenS }: RecordLoad = loads[number]! // a load of the record
  const { lon, lat } = places[from]! // a place of the record
  const size = kg ?? 1
  return {
    id: String(number),
    number: String(number).padStart(6, '0'),
    placeId: String(from),
    place: '',
    lon,
    lat,
    measure: kg === null ? 'truck' : 'ton',
    truckPlan: size,
    left: size,
    cargoClass,
    since: epochMs(takenS * 1_000),
    loadUntil: epochMs(takenS * 1_000),
  }
}

function freeTruck(
  { trucks }: DayRecord,
  { lon, lat }: { readonly lon: number; readonly lat: number },
  number: number,
): FreeTruck {
  const { ratedKg, typeCode } = trucks[number]! // a truck of the record
  return {
    id: String(number),
    plate: '',
    ratedKg,
    typeCode,
    carrierId: '',
    lon,
    lat,
    idleHours: 0,
    driverId: '',
    lack: null,
  }
}
