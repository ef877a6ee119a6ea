import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import * as fc from 'fast-check'
import { epochMs } from '@tingzhou/kernel'
import { newId } from '@tingzhou/db'
import { testDatabase, type TestDatabase } from '@tingzhou/db/testing'
import { StreamTaken } from './journal.ts'
import { addFix } from './fix.ts'
import { fixKind, minuteMs, sampleKind, widthOf } from './kind.ts'
import { newReadings, type Readings } from './readings.ts'
import { addSample } from './sample.ts'
import { openTelemetryStore, type TelemetryStore } from './store.ts'
import { readMinutes } from './stored.ts'

let test: TestDatabase
beforeAll(async () => {
  test = await testDatabase()
})
afterAll(() => test.database.close())

const noon = Date.UTC(2026, 10, 27, 4, 0)

/** A zone of its own, whose clock the test moves. */
function newZone() {
  const zone = { id: newId(), now: noon }
  const open = (stream = 'one'): Promise<TelemetryStore> =>
    openTelemetryStore({
      database: test.database,
      zoneId: zone.id,
      clock: () => epochMs(zone.now),
      stream,
      resolutionOf: () => ({ mantissa: 1, scale: 1 }),
    })
  return { zone, open }
}

function samples(...rows: readonly (readonly [point: number, at: number, steps: number])[]): Readings {
  const readings = newReadings(sampleKind)
  for (const [point, at, steps] of rows) addSample(readings, point, at, steps)
  return readings
}

async function stored(zoneId: string, point: number, store?: TelemetryStore): Promise<number[][]> {
  const width = widthOf(sampleKind)
  const day = 86_400_000
  const minutes = await readMinutes(
    test.db,
    zoneId,
    sampleKind,
    point,
    noon - day / 2,
    noon + day / 2,
    store?.openMinutes(),
  )
  return minutes.flatMap(({ minute, rows }) =>
    Array.from({ length: rows.count }, (_, index) => [
      minute * minuteMs + (rows.data[index * width] ?? 0),
      rows.data[index * width + 1] ?? 0,
    ]),
  )
}

const entries = async (zoneId: string): Promise<number> => {
  const found = await test.db.selectFrom('telemetry_journal').select('seq').where('zone_id', '=', zoneId).execute()
  return found.length
}

describe('the telemetry store', () => {
  it('keeps readings in the journal until the row of their minute is written', async () => {
    const { zone, open } = newZone()
    const store = await open()

    await store.append(samples([1, noon + 1_000, 10], [2, noon + 1_000, 20]))
    await store.append(samples([1, noon + 2_000, 11]))
    expect(await stored(zone.id, 1)).toEqual([])
    expect(await entries(zone.id)).toBe(2)
    expect(await store.flush()).toBe(0)

    zone.now = noon + minuteMs + 5_000
    expect(await store.flush()).toBe(2)
    expect(await stored(zone.id, 1)).toEqual([
      [noon + 1_000, 10],
      [noon + 2_000, 11],
    ])
    expect(await entries(zone.id)).toBe(0)
    const rows = await test.db.selectFrom('sample_minute').selectAll().where('zone_id', '=', zone.id).execute()
    expect(rows.map(({ point_id, n, min, max, sum }) => [point_id, n, min, max, sum])).toEqual([
      [1, 2, 1, 1.1, 2.1],
      [2, 1, 2, 2, 2],
    ])
  })

  it('takes up after a kill what the journal holds, and writes it once', async () => {
    const { zone, open } = newZone()
    const killed = await open()
    await killed.append(samples([1, noon + 1_000, 10]))
    await killed.flush(true)
    await killed.append(samples([1, noon + 2_000, 11], [1, noon + 1_000, 10]))

    const heard: number[] = []
    const store = await openTelemetryStore({
      database: test.database,
      zoneId: zone.id,
      clock: () => epochMs(zone.now),
      stream: 'one',
      resolutionOf: () => ({ mantissa: 1, scale: 1 }),
      onReplay: ({ count }) => heard.push(count),
    })
    await store.flush(true)

    expect(heard).toEqual([2])
    expect(await stored(zone.id, 1)).toEqual([
      [noon + 1_000, 10],
      [noon + 2_000, 11],
    ])
    expect(await entries(zone.id)).toBe(0)
  })

  it('merges what comes late with the row of its minute, whoever wrote it', async () => {
    const { zone, open } = newZone()
    const one = await open('one')
    const two = await open('two')
    zone.now = noon + 3 * minuteMs

    await one.append(samples([1, noon + 70_000, 10]))
    await one.flush()
    await two.append(samples([1, noon + 65_000, 9], [1, noon + 70_000, 99]))
    await two.flush()
    await one.append(samples([1, noon + 80_000, 11]))
    await one.flush(true)

    expect(await stored(zone.id, 1)).toEqual([
      [noon + 65_000, 9],
      [noon + 70_000, 10],
      [noon + 80_000, 11],
    ])
  })

  it('does not write under a name that another process uses', async () => {
    const { open } = newZone()
    const one = await open()
    const two = await open()
    await one.append(samples([1, noon, 1]))

    await expect(two.append(samples([1, noon, 2]))).rejects.toThrow(StreamTaken)
  })

  it('does not write under a used name either when the journal is empty', async () => {
    const { zone, open } = newZone()
    const one = await open()
    await one.append(samples([1, noon, 1]))
    await one.flush(true)
    const two = await open()
    await two.append(samples([1, noon + 1_000, 2]))

    await expect(one.append(samples([1, noon + 2_000, 3]))).rejects.toThrow(StreamTaken)
    await one.flush(true)
    const three = await open()
    await three.flush(true)
    expect(await stored(zone.id, 1)).toEqual([
      [noon, 1],
      [noon + 1_000, 2],
    ])
  })

  it('keeps no minute waiting for one that is too full to be written whole', async () => {
    const { zone, open } = newZone()
    const store = await open()
    const fixes = newReadings(fixKind, 60_100)
    const fix = {
      latDeg: 44,
      altitudeM: 1,
      speedKmh: 1,
      headingDeg: 1,
      status: 3,
      alarm: 0,
      odometerKm: null,
      flags: 0,
    }
    for (let index = 0; index < 60_050; index++) addFix(fixes, 9, { ...fix, at: noon, lonDeg: 80 + index * 1e-5 })
    await store.append(fixes)
    await store.append(samples([1, noon, 1]))

    expect(await store.flush(true)).toBe(2)
    expect(await entries(zone.id)).toBe(0)
    expect(await stored(zone.id, 1)).toEqual([[noon, 1]])
    const row = await test.db.selectFrom('track_minute').select('n').where('zone_id', '=', zone.id).executeTakeFirst()
    expect(row).toEqual({ n: 60_000 })
    expect(store.load().leftOut).toBe(50)
  })

  it('shows readings at every moment on their way into a row', async () => {
    const { zone, open } = newZone()
    const store = await open()
    const readings = Array.from({ length: 5 }, (_, minute) => [noon + minute * minuteMs, minute] as const)
    await store.append(samples(...readings.map(([at, steps]) => [1, at, steps] as const)))

    const writing = store.flush(true)
    for (let look = 0; look < 20; look++) expect(await stored(zone.id, 1, store)).toEqual(readings)
    await writing
    expect(await stored(zone.id, 1, store)).toEqual(readings)
  })

  it('does not let a clock that runs ahead hold the journal', async () => {
    const { zone, open } = newZone()
    const store = await open()
    await store.append(samples([1, noon + 9 * minuteMs, 1]))

    zone.now = noon + 89_000
    expect(await store.flush()).toBe(0)
    zone.now = noon + 90_000
    expect(await store.flush()).toBe(1)
    expect(await entries(zone.id)).toBe(0)
  })

  it('marks an hour that was summed up already when a reading comes late', async () => {
    const { zone, open } = newZone()
    const store = await open()
    await test.db
      .insertInto('sample_rolled')
      .values({ zone_id: zone.id, hour: new Date(noon) })
      .execute()

    await store.append(samples([1, noon - 1, 1], [1, noon, 2], [2, noon - 1, 3]))
    await store.flush(true)

    const dirty = await test.db.selectFrom('sample_dirty').selectAll().where('zone_id', '=', zone.id).execute()
    expect(dirty.map(({ point_id, hour }) => [point_id, hour])).toEqual([
      [1, noon - 3_600_000],
      [2, noon - 3_600_000],
    ])
  })

  it('refuses readings after it was closed', async () => {
    const { open } = newZone()
    const store = await open()
    await store.close()

    await expect(store.append(samples([1, noon, 1]))).rejects.toThrow('closed')
  })

  it('has every acknowledged reading once, however it is flushed, repeated and killed', async () => {
    const step = fc.oneof(
      {
        weight: 6,
        arbitrary: fc.record({
          kind: fc.constant('append'),
          point: fc.integer({ min: 1, max: 3 }),
          second: fc.nat(240),
        }),
      },
      { weight: 2, arbitrary: fc.record({ kind: fc.constant('flush'), everything: fc.boolean() }) },
      { weight: 1, arbitrary: fc.record({ kind: fc.constant('kill') }) },
      { weight: 1, arbitrary: fc.record({ kind: fc.constant('wait'), seconds: fc.integer({ min: 1, max: 90 }) }) },
    )
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 1, maxLength: 25 }), async (plan) => {
        const { zone, open } = newZone()
        const acknowledged = new Map<number, Map<number, number>>([1, 2, 3].map((point) => [point, new Map()]))
        let store = await open()
        let value = 0
        for (const move of plan) {
          if ('second' in move) {
            const time = noon + move.second * 1_000
            await store.append(samples([move.point, time, ++value]))
            const known = acknowledged.get(move.point)
            if (known && !known.has(time)) known.set(time, value)
          }
          if ('everything' in move) await store.flush(move.everything)
          if ('seconds' in move) zone.now += move.seconds * 1_000
          if (move.kind === 'kill') store = await open()
        }
        for (const [point, readings] of acknowledged)
          expect(await stored(zone.id, point, store)).toEqual([...readings].toSorted(([a], [b]) => a - b))
      }),
      { numRuns: 40 },
    )
  })
})
