import { defineJob } from '@tingzhou/compute'
import type { DispatchRefusal } from '@tingzhou/dispatch'
import { err, ok, type Result } from '@tingzhou/kernel'
import { leastEmptyM, type Flows } from './bound.ts'
import { dearestChoices, type Choice } from './choices.ts'
import type { DayRecord } from './record.ts'
import { replayNearest, replayReal, replayWaves, type Outcome } from './replay.ts'
import { lanesMax } from './words.ts'

/** How many loads a way of dispatching serves, and over which empty way. */
export type Served = { readonly matched: number; readonly emptyM: number }

/** A lane of a day, what it drove empty and what it would have. */
export type Lane = {
  /** Numbers of places of the record. */
  readonly from: number
  readonly to: number
  readonly trips: number
  readonly loadedM: number
  readonly emptyM: number
  readonly nearest: Served
  readonly waves: Served
}

/** What a day was and would have been. */
export type DayOutcome = {
  readonly loadedM: number
  readonly real: Served
  readonly nearest: Served
  readonly waves: Served
  /** Empty metres that no dispatch of the same loads and trucks goes below; null: not known. */
  readonly boundM: number | null
  /** Those with most trips first. */
  readonly lanes: readonly Lane[]
  readonly choices: readonly Choice[]
}

/** Dispatches a record anew: as it was, nearest-first, by waves; with its bound. As what it calls. Pure. */
export function dayOutcome(
  record: DayRecord,
  shouldStop: () => boolean = () => false,
): Result<DayOutcome, DispatchRefusal> {
  const waves = replayWaves(record, undefined, shouldStop)
  if (!waves.ok) return waves
  const [real, nearest] = [replayReal(record), replayNearest(record, shouldStop)]
  const all = record.loads.map((_, load) => load)
  const boundM = leastEmptyM(flowsOfRecord(record), record.numbers, shouldStop)
  if (shouldStop()) return err({ kind: 'stopped', field: 'shouldStop', value: record.day, rule: 'it took too long' })
  return ok({
    loadedM: record.loads.reduce((sum, { loadedM }) => sum + loadedM, 0),
    real: servedOf(real, all),
    nearest: servedOf(nearest, all),
    waves: servedOf(waves.value, all),
    boundM: record.loads.length === 0 ? 0 : boundM,
    lanes: lanesOf(record, real, nearest, waves.value),
    choices: dearestChoices(record),
  })
}

/** `dayOutcome` by the server's threads. */
export const dayJob = defineJob('freight.dispatch_day', (record: DayRecord, shouldStop) =>
  dayOutcome(record, shouldStop),
)

function servedOf({ emptyM }: Outcome, loads: readonly number[]): Served {
  const served = loads.flatMap((load) => emptyM[load] ?? [])
  return { matched: served.length, emptyM: served.reduce((sum, metres) => sum + metres, 0) }
}

/** Every place and every truck is a spot; trucks become free where they stood and where loads are unloaded. */
function flowsOfRecord({ places, trucks, loads }: DayRecord): Flows {
  const spots = [...places, ...trucks]
  return {
    lon: Float64Array.from(spots, ({ lon }) => lon),
    lat: Float64Array.from(spots, ({ lat }) => lat),
    pickups: Int32Array.from(loads, ({ from }) => from),
    frees: Int32Array.from([...loads.map(({ to }) => to), ...trucks.map((_, truck) => places.length + truck)]),
  }
}

function lanesOf({ loads }: DayRecord, real: Outcome, nearest: Outcome, waves: Outcome): readonly Lane[] {
  const lanes = new Map<string, number[]>()
  loads.forEach(({ from, to }, load) => lanes.set(`${from} ${to}`, [...(lanes.get(`${from} ${to}`) ?? []), load]))
  return [...lanes.values()]
    .map((some) => {
      const { from, to } = loads[some[0]!]! // no lane is empty
      return {
        from,
        to,
        trips: some.length,
        loadedM: some.reduce((sum, load) => sum + loads[load]!.loadedM, 0), // loads of the record
        emptyM: servedOf(real, some).emptyM,
        nearest: servedOf(nearest, some),
        waves: servedOf(waves, some),
      }
    })
    .toSorted((a, b) => b.trips - a.trips || a.from - b.from || a.to - b.to)
    .slice(0, lanesMax)
}
