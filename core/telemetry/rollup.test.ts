import { sql } from 'kysely'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { epochMs } from '@tingzhou/kernel'
import { jsonb, newId } from '@tingzhou/db'
import { testDatabase, type TestDatabase } from '@tingzhou/db/testing'
import { sampleKind } from './kind.ts'
import { newReadings } from './readings.ts'
import { rollUp } from './rollup.ts'
import { addSample } from './sample.ts'
import { openTelemetryStore } from './store.ts'
import { chooseLevel, readTrend } from './trend.ts'

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
    expect(await rollUp(zone.deps)).toEqual({ hours: 23, mended: 0 })
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
  it('takes the finest level that the width can show', () => {
    const window = (span: number, widthPx: number) => ({ from: 0, to: span, widthPx })

    expect(chooseLevel(window(hourMs, 1_200), 10_000)).toEqual({ level: 'raw', stepMs: 10_000 })
    expect(chooseLevel(window(hourMs, 1_200), 1_000)).toEqual({ level: 'minute', stepMs: minuteMs })
    expect(chooseLevel(window(dayMs, 1_200), 1_000)).toEqual({ level: 'minute', stepMs: minuteMs })
    expect(chooseLevel(window(30 * dayMs, 1_200), 1_000)).toEqual({ level: 'minute', stepMs: 18 * minuteMs })
    expect(chooseLevel(window(365 * dayMs, 1_200), 1_000)).toEqual({ level: 'hour', stepMs: 4 * hourMs })
    expect(chooseLevel(window(9_000 * dayMs, 1_200), 1_000)).toEqual({ level: 'day', stepMs: 4 * dayMs })
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
      to: midnight + 15 * minuteMs,
      widthPx: 400,
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

    const window = { from: midnight, to: midnight + minuteMs, widthPx: 400 }
    const raw = await readTrend(test.db, zone.zoneId, zone.point, window, zone.store.openMinutes())
    const minutes = await readTrend(
      test.db,
      zone.zoneId,
      zone.point,
      { ...window, widthPx: 10 },
      zone.store.openMinutes(),
    )

    expect(raw).toEqual({
      level: 'raw',
      stepMs: 1_000,
      steps: [{ at: midnight + 1_000, min: 1.5, max: 1.5, mean: 1.5, count: 1 }],
    })
    expect(minutes.steps).toEqual([{ at: midnight, min: 1.5, max: 1.5, mean: 1.5, count: 1 }])
  })
})
