import { sql } from 'kysely'
import * as fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { epochMs } from '@tingzhou/kernel'
import { jsonb, newId } from '@tingzhou/db'
import { testDatabase, type TestDatabase } from '@tingzhou/db/testing'
import { sampleKind } from './kind.ts'
import { newReadings } from './readings.ts'
import { rollUp } from './rollup.ts'
import { addSample, quality } from './sample.ts'
import { openTelemetryStore } from './store.ts'
import { readTrend } from './trend.ts'
import { chooseLevel, stepStart } from './trend-level.ts'

let test: TestDatabase
beforeAll(async () => {
  test = await testDatabase()
})
afterAll(() => test.database.close())

const minuteMs = 60_000
const hourMs = 60 * minuteMs
const dayMs = 24 * hourMs
// Midnight in Beijing.
const midnight = Date.UTC(2026, 10, 26, 16, 0)
const resolution = { mantissa: 1, scale: 1 }

/** A zone with one point of the kind; `keep` stores samples of tenths. */
async function newZone(kind: 'analog' | 'counter', counterMax: number | null = null) {
  const zoneId = newId()
  const node = newId()
  const name = jsonb({ zh: '表', en: 'meter' })
  await sql`insert into telemetry_node (zone_id, id, level, code, name) values (${zoneId}, ${node}, 'site', 'S', ${name})`.execute(
    test.db,
  )
  const { rows } = await sql<{ id: number }>`
    insert into telemetry_point (zone_id, node_id, code, kind, name, resolution_scale, counter_max)
    values (${zoneId}, ${node}, 'S.E', ${kind}, ${name}, 1, ${counterMax}) returning id`.execute(test.db)
  const id = rows[0]?.id ?? 0
  const clock = { now: midnight }
  const deps = { database: test.database, db: test.db, zoneId, clock: () => epochMs(clock.now), stream: 'test' }
  const store = await openTelemetryStore({ ...deps, resolutionOf: () => resolution })
  const keep = async (samples: readonly (readonly [at: number, value: number])[]) => {
    const readings = newReadings(sampleKind)
    for (const [at, value] of samples) addSample(readings, id, at, Math.round(value * 10))
    await store.append(readings)
    await store.flush(true)
  }
  const hours = async () => {
    const found = await test.db
      .selectFrom('sample_hour')
      .select(['hour', 'n', 'min', 'max', 'integral', 'counter_delta', 'good_seconds'])
      .where('zone_id', '=', zoneId)
      .orderBy('hour')
      .execute()
    return found.map((row) => ({ ...row, hour: (row.hour - midnight) / hourMs }))
  }
  const days = () =>
    test.db
      .selectFrom('sample_day')
      .select(['day', 'n', 'max', 'counter_delta'])
      .where('zone_id', '=', zoneId)
      .orderBy('day')
      .execute()
  return { zoneId, id, clock, deps, store, keep, hours, days, point: { id, resolution, sampleMs: 1_000 } }
}

describe('hours and days', () => {
  it('are summed up when they are over, once', async () => {
    const zone = await newZone('analog')
    await zone.keep([
      [midnight, 10],
      [midnight + 1_000, 20],
      [midnight + 30 * minuteMs, 40],
    ])

    zone.clock.now = midnight + hourMs + minuteMs
    expect(await rollUp(zone.deps)).toEqual({ hours: 0, mended: 0 })
    zone.clock.now = midnight + hourMs + 2 * minuteMs
    expect(await rollUp(zone.deps)).toEqual({ hours: 1, mended: 0 })
    expect(await rollUp(zone.deps)).toEqual({ hours: 0, mended: 0 })

    expect(await zone.hours()).toEqual([
      { hour: 0, n: 3, min: 10, max: 40, integral: (15 + 40) * 60, counter_delta: 0, good_seconds: 120 },
    ])
    expect(await zone.days()).toEqual([])
    zone.clock.now = midnight + dayMs + 2 * minuteMs
    expect(await rollUp(zone.deps)).toEqual({ hours: 1, mended: 0 })
    expect(await zone.days()).toEqual([{ day: '2026-11-27', n: 3, max: 40, counter_delta: 0 }])
  })

  it('are summed up again when readings come late', async () => {
    const zone = await newZone('analog')
    await zone.keep([[midnight, 10]])
    zone.clock.now = midnight + dayMs + 2 * minuteMs
    await rollUp(zone.deps)

    await zone.keep([[midnight + 5 * hourMs, 99]])

    expect(await rollUp(zone.deps)).toEqual({ hours: 0, mended: 1 })
    expect((await zone.hours()).map(({ hour, max }) => [hour, max])).toEqual([
      [0, 10],
      [5, 99],
    ])
    expect(await zone.days()).toMatchObject([{ n: 2, max: 99 }])
  })

  it('count what a counter went on, over hours and gaps, and nothing when it was reset', async () => {
    const zone = await newZone('counter')
    await zone.keep([
      [midnight, 100],
      [midnight + 59 * minuteMs, 106],
      [midnight + hourMs, 107],
      [midnight + 3 * hourMs, 117],
      [midnight + 3 * hourMs + minuteMs, 4],
      [midnight + 3 * hourMs + 2 * minuteMs, 5.5],
    ])
    zone.clock.now = midnight + 4 * hourMs + 2 * minuteMs

    await rollUp(zone.deps)

    expect((await zone.hours()).map(({ hour, counter_delta: delta }) => [hour, delta])).toEqual([
      [0, 6],
      [1, 1],
      [3, 11.5],
    ])
  })

  it('count on when a counter goes round where it is said to', async () => {
    const zone = await newZone('counter', 1_000)
    await zone.keep([
      [midnight, 998],
      [midnight + minuteMs, 3],
    ])
    zone.clock.now = midnight + hourMs + 2 * minuteMs

    await rollUp(zone.deps)

    expect(await zone.hours()).toMatchObject([{ counter_delta: 5 }])
  })

  it('give the same whole whatever came late: the step moves to the hour in which it was seen', async () => {
    const zone = await newZone('counter')
    await zone.keep([
      [midnight, 100],
      [midnight + 3 * hourMs, 130],
    ])
    zone.clock.now = midnight + 4 * hourMs + 2 * minuteMs
    await rollUp(zone.deps)
    await zone.keep([[midnight + hourMs, 110]])
    await rollUp(zone.deps)

    expect((await zone.hours()).map(({ hour, counter_delta: delta }) => [hour, delta])).toEqual([
      [0, 0],
      [1, 10],
      [3, 20],
    ])
  })
})

describe('a trend', () => {
  it('takes the finest level of which the window holds at most 20 000 rows, in at most twice as many steps as pixels', () => {
    const window = (span: number, widthPx: number) => ({ from: 0, to: span, widthPx })

    expect(chooseLevel(window(hourMs, 1_200), 10_000)).toEqual({ level: 'raw', stepMs: 10_000 })
    expect(chooseLevel(window(hourMs, 1_200), 1_000)).toEqual({ level: 'raw', stepMs: 2_000 })
    expect(chooseLevel(window(hourMs, 1_200), 100)).toEqual({ level: 'minute', stepMs: minuteMs })
    expect(chooseLevel(window(dayMs, 1_200), 1_000)).toEqual({ level: 'minute', stepMs: minuteMs })
    expect(chooseLevel(window(13 * dayMs, 1_200), 1_000)).toEqual({ level: 'minute', stepMs: 8 * minuteMs })
    expect(chooseLevel(window(30 * dayMs, 1_200), 1_000)).toEqual({ level: 'hour', stepMs: hourMs })
    expect(chooseLevel(window(365 * dayMs, 1_200), 1_000)).toEqual({ level: 'hour', stepMs: 4 * hourMs })
    expect(chooseLevel(window(9_000 * dayMs, 1_200), 1_000)).toEqual({ level: 'day', stepMs: 4 * dayMs })
  })

  it('is never longer than twice its pixels, wherever the window begins', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 20_000 * dayMs }),
        fc.integer({ min: 0, max: 2_000_000_000_000 }),
        fc.integer({ min: 10, max: 8_192 }),
        fc.constantFrom(null, 100, 1_000, 60_000),
        (span, from, widthPx, sampleMs) => {
          const { stepMs } = chooseLevel({ from, to: from + span, widthPx }, sampleMs)
          const steps = (stepStart(from + span - 1, stepMs) - stepStart(from, stepMs)) / stepMs + 1
          expect(steps).toBeLessThanOrEqual(2 * widthPx)
        },
      ),
    )
  })

  it('never hides a spike, and leaves a gap where nothing was measured', async () => {
    const zone = await newZone('analog')
    await zone.keep([
      ...Array.from({ length: 120 }, (_, second) => [midnight + second * 1_000, 5] as const),
      [midnight + 90_500, 999],
      [midnight + 10 * minuteMs, 7],
    ])

    const fine = await readTrend(test.db, zone.zoneId, zone.point, {
      from: midnight,
      to: midnight + dayMs,
      widthPx: 1_200,
    })
    const coarse = await readTrend(test.db, zone.zoneId, zone.point, {
      from: midnight,
      to: midnight + dayMs,
      widthPx: 4,
    })

    expect(fine.level).toBe('minute')
    expect(fine.steps.map(({ at, max }) => [(at - midnight) / minuteMs, max])).toEqual([
      [0, 5],
      [1, 999],
      [10, 7],
    ])
    expect(coarse.steps).toHaveLength(1)
    expect(coarse.steps[0]).toMatchObject({ min: 5, max: 999, count: 122 })
  })

  it('shows what is not yet in a row', async () => {
    const zone = await newZone('analog')
    const readings = newReadings(sampleKind)
    addSample(readings, zone.id, midnight + 1_000, 15)
    await zone.store.append(readings)

    const at = (span: number) =>
      readTrend(
        test.db,
        zone.zoneId,
        zone.point,
        { from: midnight, to: midnight + span, widthPx: 400 },
        zone.store.openMinutes(),
      )

    const one = { min: 1.5, max: 1.5, mean: 1.5, count: 1 }
    expect(await at(minuteMs)).toMatchObject({ level: 'raw', stepMs: 1_000, steps: [{ at: midnight + 1_000, ...one }] })
    expect(await at(dayMs)).toMatchObject({ level: 'minute', steps: [{ at: midnight, ...one }] })
    expect(await at(30 * dayMs)).toMatchObject({ level: 'hour', steps: [{ at: midnight, ...one }] })
    expect(await at(3_000 * dayMs)).toMatchObject({ level: 'day', steps: [{ ...one }] })
  })

  it('shows the running hour and today at every level, once', async () => {
    const zone = await newZone('analog')
    const noon = midnight + 12 * hourMs
    await zone.keep([
      [midnight + hourMs, 1],
      [noon, 2],
    ])
    zone.clock.now = noon + 30 * minuteMs
    await rollUp(zone.deps)
    await zone.keep([[noon + 20 * minuteMs, 30]])
    const open = newReadings(sampleKind)
    // The first comes again, the second is new.
    addSample(open, zone.id, noon + 20 * minuteMs, 300)
    addSample(open, zone.id, noon + 20 * minuteMs + 1_000, 90)
    await zone.store.append(open)

    const steps = async (days: number, widthPx: number) => {
      const window = { from: midnight, to: midnight + days * dayMs, widthPx }
      const trend = await readTrend(test.db, zone.zoneId, zone.point, window, zone.store.openMinutes())
      return [
        trend.level,
        ...trend.steps.map(({ at, min, max, count, mean }) => [(at - midnight) / hourMs, min, max, count, mean]),
      ]
    }

    expect(await steps(20, 400)).toEqual(['hour', [1, 1, 1, 1, 1], [12, 2, 30, 3, 41 / 3]])
    expect(await steps(3_000, 8_000)).toEqual(['day', [0, 1, 30, 4, 42 / 4]])
  })

  it('shows a spike that came late before its hour is summed up again', async () => {
    const zone = await newZone('analog')
    await zone.keep([
      [midnight, 1],
      [midnight + 26 * hourMs, 1],
    ])
    zone.clock.now = midnight + 30 * hourMs
    await rollUp(zone.deps)
    await zone.keep([[midnight + 30 * minuteMs, 500]])

    const most = async (days: number) => {
      const window = { from: midnight, to: midnight + days * dayMs, widthPx: 8_000 }
      const { level, steps } = await readTrend(test.db, zone.zoneId, zone.point, window)
      return [level, ...steps.map(({ max, count }) => [max, count])]
    }

    const asSummedUp = [await most(20), await most(3_000)]
    expect(asSummedUp).toEqual([
      ['hour', [500, 2], [1, 1]],
      ['day', [500, 2], [1, 1]],
    ])
    await rollUp(zone.deps)
    expect([await most(20), await most(3_000)]).toEqual(asSummedUp)
  })

  it('cuts days, and hours gathered together, at midnight of the zone', async () => {
    const zone = await newZone('analog')
    await zone.keep([
      [midnight - 1, 1],
      [midnight, 2],
      [midnight + dayMs - 1, 3],
      [midnight + dayMs, 4],
    ])
    zone.clock.now = midnight + 3 * dayMs
    await rollUp(zone.deps)
    await rollUp(zone.deps)

    const read = async (days: number, widthPx: number) => {
      const window = { from: midnight - dayMs, to: midnight + days * dayMs, widthPx }
      const { level, steps } = await readTrend(test.db, zone.zoneId, zone.point, window)
      return [level, ...steps.map(({ at, min, max }) => [(at - midnight) / hourMs, min, max])]
    }

    expect(await read(3_000, 8_000)).toEqual(['day', [-24, 1, 1], [0, 2, 3], [24, 4, 4]])
    expect(await read(30, 17)).toEqual(['hour', [-24, 1, 1], [0, 2, 3], [24, 4, 4]])
  })

  it('says where something was less than good, also where nothing counts', async () => {
    const zone = await newZone('analog')
    const readings = newReadings(sampleKind)
    addSample(readings, zone.id, midnight, 10)
    addSample(readings, zone.id, midnight + 5 * minuteMs, 20, quality.uncertain)
    addSample(readings, zone.id, midnight + 6 * minuteMs, 30, quality.bad)
    addSample(readings, zone.id, midnight + 7 * minuteMs, 30, quality.bad)
    await zone.store.append(readings)
    await zone.store.flush(true)
    zone.clock.now = midnight + dayMs + 2 * minuteMs
    await rollUp(zone.deps)

    const read = async (days: number) => {
      const window = { from: midnight, to: midnight + days * dayMs, widthPx: 1_000 }
      const { steps, flaws } = await readTrend(test.db, zone.zoneId, zone.point, window)
      const minutes = ({ from, to, quality: worst }: (typeof flaws)[number]) =>
        [(from - midnight) / minuteMs, (to - midnight) / minuteMs, worst] as const
      return { max: steps.map(({ max }) => max), flaws: flaws.map(minutes) }
    }

    expect(await read(1)).toEqual({
      max: [1, 2],
      flaws: [
        [5, 6, 1],
        [6, 8, 3],
      ],
    })
    expect(await read(20)).toEqual({ max: [2], flaws: [[0, 60, 3]] })
  })

  it('equals what its readings say at every level, however they came and were summed up', async () => {
    const reading = fc.record({
      hour: fc.integer({ min: 0, max: 50 }),
      minute: fc.nat(59),
      second: fc.nat(59),
      value: fc.integer({ min: -50, max: 50 }),
    })
    const step = fc.oneof(
      { weight: 5, arbitrary: fc.array(reading, { minLength: 1, maxLength: 4 }) },
      { weight: 2, arbitrary: fc.constantFrom('flush' as const, 'flush everything' as const, 'roll up' as const) },
      { weight: 1, arbitrary: fc.integer({ min: 1, max: 30 }) },
    )
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 3, maxLength: 20 }), async (plan) => {
        const zone = await newZone('analog')
        const kept = new Map<number, number>()
        for (const move of plan) {
          if (typeof move === 'number') zone.clock.now += move * hourMs
          if (move === 'flush') await zone.store.flush()
          if (move === 'flush everything') await zone.store.flush(true)
          if (move === 'roll up') await rollUp(zone.deps)
          if (typeof move !== 'object') continue
          const readings = newReadings(sampleKind)
          for (const { hour, minute, second, value } of move) {
            const at = midnight + hour * hourMs + minute * minuteMs + second * 1_000
            addSample(readings, zone.id, at, value * 10)
            if (!kept.has(at)) kept.set(at, value)
          }
          await zone.store.append(readings)
        }
        for (const days of [3, 20, 3_000]) {
          const window = { from: midnight, to: midnight + days * dayMs, widthPx: 8_000 }
          const open = zone.store.openMinutes()
          const { stepMs, steps } = await readTrend(test.db, zone.zoneId, zone.point, window, open)
          const expected = new Map<number, number[]>()
          for (const [at, value] of [...kept].toSorted(([a], [b]) => a - b)) {
            const start = stepStart(at, stepMs)
            expected.set(start, [...(expected.get(start) ?? []), value])
          }
          expect(steps.map(({ at, min, max, count }) => ({ at, min, max, count }))).toEqual(
            [...expected].map(([at, values]) => ({
              at,
              min: Math.min(...values),
              max: Math.max(...values),
              count: values.length,
            })),
          )
        }
      }),
      { numRuns: 25 },
    )
  })
})
