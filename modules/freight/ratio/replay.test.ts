import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { assert } from '@tingzhou/kernel'
import { roadMetres } from '../wave/model.ts'
import { withFile } from '../wave/settings.ts'
import { dearestChoices } from './choices.ts'
import recorded from './data/day.json' with { type: 'json' }
import { dayOutcome } from './outcome.ts'
import { replayNearest, replayReal, replayWaves, type ReplayedWave } from './replay.ts'
import type { DayRecord, RecordLoad, RecordTruck } from './record.ts'

const numbers = withFile({})
// A degree of longitude at the equator, for distances that are easy to see.
const kmDeg = 1 / 111.195
const places = Array.from({ length: 7 }, (_, at) => ({ lon: at * 10 * kmDeg, lat: 0 }))
const truckAt = (km: number, over: Partial<RecordTruck> = {}): RecordTruck => ({
  lon: km * kmDeg,
  lat: 0,
  ratedKg: 33_000,
  typeCode: 'H17',
  freeS: 0,
  ...over,
})
const load = (
  from: number,
  to: number,
  takenMin: number,
  truck: number,
  over: Partial<RecordLoad> = {},
): RecordLoad => ({
  from,
  to,
  kg: 32_000,
  cargoClass: '0100',
  takenS: takenMin * 60,
  busyS: 7_200,
  loadedM: 50_000,
  truck,
  ...over,
})
const day = (trucks: readonly RecordTruck[], loads: readonly RecordLoad[]): DayRecord => ({
  day: '2026-03-02',
  numbers,
  windowMinutes: 10,
  mindsBodies: true,
  places,
  trucks,
  loads,
})
const km = ({ emptyM }: { readonly emptyM: readonly (number | null)[] }) =>
  emptyM.map((metres) => (metres === null ? null : Math.round(metres / 1_000)))
const wavesOf = (record: DayRecord) => {
  const seen: ReplayedWave[] = []
  const outcome = replayWaves(record, (wave) => seen.push(wave))
  assert(outcome.ok, 'the record is replayed')
  return { outcome: outcome.value, seen }
}
const sumOf = (emptyM: readonly (number | null)[]) => emptyM.reduce<number>((sum, metres) => sum + (metres ?? 0), 0)

describe('a day anew', () => {
  it('drives less empty by waves than by each load’s nearest truck, where trucks are wanted twice', () => {
    // Truck 0 stands between both loads, truck 1 beyond the first; really each went to the wrong one.
    const record = day([truckAt(14), truckAt(-16)], [load(0, 3, 1, 0), load(3, 0, 2, 1)])

    expect(km(replayReal(record))).toEqual([18, 58])
    expect(km(replayNearest(record))).toEqual([18, 58])
    expect(km(wavesOf(record).outcome)).toEqual([20, 20])
  })

  it('frees a truck where it unloads, when the real one was unloaded, and no sooner', () => {
    const both = [load(0, 3, 0, 0), load(3, 0, 119, 1)]
    const trucks = [truckAt(0), truckAt(60)]
    const later = [both[0]!, { ...both[1]!, takenS: 7_200 }]

    expect(km(replayNearest(day(trucks, both)))).toEqual([0, 38])
    expect(km(replayNearest(day(trucks, later)))).toEqual([0, 0])
    expect(km(wavesOf(day(trucks, later)).outcome)).toEqual([0, 0])
  })

  it('sends no truck that may not bear it, and leaves out what none is left for', () => {
    const record = day([truckAt(0, { ratedKg: 31_999 }), truckAt(20, { typeCode: 'H14' })], [load(0, 3, 0, 1)])

    expect(km(replayNearest(record))).toEqual([null])
    expect(km(wavesOf(record).outcome)).toEqual([null])
  })

  it('names a choice that cost much with a truck that nobody else needed, each of them once', () => {
    const far = [load(0, 3, 30, 0), load(0, 3, 31, 1)]
    // Truck 2 stands beside the loads all day; truck 3 does, but goes elsewhere five minutes later.
    const record = day([truckAt(60), truckAt(58), truckAt(1), truckAt(0)], [...far, load(1, 3, 36, 3)])

    expect(dearestChoices(record)).toEqual([
      { load: 0, truck: 0, emptyM: 75_000, better: 2, betterM: 1_250, betterFreeS: 0, betterNextS: null },
    ])
  })

  it('takes a day without loads', () => {
    const outcome = dayOutcome(day([truckAt(0)], []))

    expect(outcome).toMatchObject({ ok: true, value: { loadedM: 0, boundM: 0, lanes: [], choices: [] } })
  })

  it('never goes below the bound, whatever the day', () => {
    const some = fc.array(
      fc.record({ from: fc.nat(6), way: fc.integer({ min: 1, max: 6 }), min: fc.nat(600), truck: fc.nat(3) }),
      {
        minLength: 1,
        maxLength: 15,
      },
    )
    fc.assert(
      fc.property(some, fc.array(fc.nat(60), { minLength: 4, maxLength: 4 }), (loads, stands) => {
        const taken = loads
          .toSorted((a, b) => a.min - b.min)
          .map(({ from, way, min, truck }) => load(from, (from + way) % 7, min, truck, { busyS: 600 }))
        const outcome = dayOutcome(
          day(
            stands.map((at) => truckAt(at)),
            taken,
          ),
        )
        assert(outcome.ok, 'the day is reckoned')
        const { real, nearest, waves, boundM, lanes } = outcome.value
        for (const { matched, emptyM } of [real, nearest, waves])
          if (matched === taken.length) expect(emptyM + matched).toBeGreaterThanOrEqual(boundM ?? Infinity)
        expect(lanes.reduce((sum, { emptyM }) => sum + emptyM, 0)).toBe(real.emptyM)
        expect(lanes.reduce((sum, lane) => sum + lane.waves.emptyM, 0)).toBe(waves.emptyM)
      }),
      { numRuns: 50 },
    )
  })
})

describe('the recorded day', () => {
  const { waves: kept, nearest } = recorded
  const record = { ...recorded.record, numbers: withFile(recorded.record.numbers) }
  const replayed = wavesOf(record)

  it('is replayed by waves of which each passes a check of its own', () => {
    expect(replayed.seen.length).toBeGreaterThan(20)
    for (const { snapshot, plan } of replayed.seen) {
      const used = plan.pairs.map(({ ready }) => ready.truck?.id)
      expect(new Set(used).size).toBe(used.length)
      const served = plan.pairs.map((pair) => pair.load.id)
      expect(new Set(served).size).toBe(served.length)
      for (const pair of plan.pairs) {
        const truck = snapshot.trucks.find(({ id }) => id === pair.ready.truck?.id)
        const wanted = snapshot.loads.find(({ id }) => id === pair.load.id)
        assert(truck && wanted, 'of this wave')
        expect(wanted.left).toBeLessThanOrEqual(truck.ratedKg)
        expect(pair.emptyM).toBe(roadMetres(truck, wanted, record.numbers))
        expect(pair.emptyM).toBeLessThanOrEqual(record.numbers.reachM)
      }
      expect(plan.isOptimal).toBe(true)
      // Never worse than each load's nearest truck, over the same candidates.
      expect(plan.costM).toBeLessThanOrEqual(plan.nearest.costM)
    }
  })

  it('costs no more than when it was recorded, and the same twice', () => {
    const costM = replayed.seen.reduce((sum, { plan }) => sum + plan.costM, 0)

    expect(replayed.outcome.emptyM.filter((metres) => metres !== null)).toHaveLength(kept.matched)
    expect(costM).toBeLessThanOrEqual(kept.costM)
    expect(sumOf(replayed.outcome.emptyM)).toBeLessThanOrEqual(kept.emptyM)
    expect(sumOf(replayNearest(record).emptyM)).toBe(nearest.emptyM)
    const again = wavesOf(record)
    expect(again.outcome).toEqual(replayed.outcome)
    expect(again.seen.map(({ plan }) => plan.costM)).toEqual(replayed.seen.map(({ plan }) => plan.costM))
  })
})
