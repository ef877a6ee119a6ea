import * as fc from 'fast-check'
import { sql } from 'kysely'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { epochMs } from '@tingzhou/kernel'
import { newId, type Database } from '@tingzhou/db'
import { testDatabase, type TestDatabase } from '@tingzhou/db/testing'
import { packHour, unpackHour } from './hour-chunk.ts'
import { minuteMs, sampleKind, widthOf } from './kind.ts'
import { packOld } from './packing.ts'
import { dropOldDays } from './partition.ts'
import { newReadings } from './readings.ts'
import { findRetention, saveRetention } from './retention.ts'
import { addNode, saveProfile } from './plant.ts'
import { rollUp } from './rollup.ts'
import { addSample } from './sample.ts'
import { openTelemetryStore } from './store.ts'
import { readMinutes } from './stored.ts'
import { thinOld } from './thinning.ts'
import { readTrend } from './trend.ts'
import { dayMs, hourMs } from './trend-level.ts'

let test: TestDatabase
beforeAll(async () => {
  test = await testDatabase()
})
afterAll(() => test.database.close())

const start = Date.UTC(2026, 9, 1, 22, 0)
const resolution = { mantissa: 1, scale: 1 }
const who = { accountId: 'a', name: '甲' }

/** A zone of its own, whose clock the test moves. */
async function newZone() {
  const zone = { id: newId(), now: start }
  const deps = { db: test.db, zoneId: zone.id, clock: () => epochMs(zone.now) }
  const open = () =>
    openTelemetryStore({ ...deps, database: test.database, stream: 'one', resolutionOf: () => resolution })
  let store = await open()
  const append = async (...rows: readonly (readonly [point: number, at: number, steps: number])[]) => {
    const readings = newReadings(sampleKind)
    for (const [point, at, steps] of rows) addSample(readings, point, at, steps)
    await store.append(readings)
  }
  const stored = async (point: number) => {
    const width = widthOf(sampleKind)
    const minutes = await readMinutes(test.db, zone.id, sampleKind, point, start, start + dayMs, store.openMinutes())
    return minutes.flatMap(({ minute, rows }) =>
      Array.from({ length: rows.count }, (_, index) => [
        minute * minuteMs + (rows.data[index * width] ?? 0),
        rows.data[index * width + 1],
      ]),
    )
  }
  const pack = (database: Database = test.database) => packOld({ ...deps, database })
  const unpacked = async () => {
    const { rows } = await sql<{ n: number }>`
      select count(*)::integer as n from sample_minute where zone_id = ${zone.id} and raw <> ''::bytea`.execute(test.db)
    return rows[0]?.n
  }
  // The first time nothing is packed.
  await pack()
  const restart = async () => {
    store = await open()
  }
  return { zone, deps, append, stored, pack, unpacked, restart, store: () => store, roll: () => rollUp(deps) }
}

/** A database whose process ends at a transaction: its work is lost, or done and not answered. */
function killedAt(database: Database, transaction: number, isDone: boolean): Database {
  let count = 0
  const killed = new Error('killed')
  const execute = async (work: (tx: never) => Promise<unknown>) => {
    if (count++ !== transaction) return database.db.transaction().execute(work as never)
    const result = await database.db.transaction().execute(async (tx) => {
      await work(tx as never)
      if (!isDone) throw killed
    })
    throw Object.assign(killed, { result })
  }
  const db = new Proxy(database.db, {
    get: (target, key) => {
      if (key === 'transaction') return () => ({ execute })
      const value: unknown = Reflect.get(target, key, target)
      return typeof value === 'function' ? value.bind(target) : value
    },
  })
  return { ...database, db }
}

describe('the chunk of an hour', () => {
  it('gives back the blocks of its minutes, and refuses what it did not write', () => {
    fc.assert(
      fc.property(
        fc.uniqueArray(fc.tuple(fc.nat(59), fc.uint8Array({ minLength: 1, maxLength: 300 })), {
          selector: ([minute]) => minute,
          minLength: 1,
        }),
        fc.nat(),
        (blocks, cut) => {
          const bytes = packHour(new Map(blocks))
          const back = [...unpackHour(bytes)].map(([minute, block]) => [minute, [...block]])
          expect(back).toEqual(blocks.toSorted(([a], [b]) => a - b).map(([minute, block]) => [minute, [...block]]))
          expect(() => unpackHour(bytes.subarray(0, cut % bytes.length))).toThrow('telemetry bytes')
        },
      ),
    )
  })
})

describe('old minutes', () => {
  it('are packed by the hour when they are old enough, and read as before', async () => {
    const { zone, append, stored, pack, unpacked, roll, store } = await newZone()
    await append(
      [1, start + 1_000, 10],
      [1, start + 61_000, 11],
      [2, start + 1_000, 20],
      [1, start + 90 * minuteMs, 12],
    )
    await store().flush(true)
    zone.now = start + 3 * hourMs
    await roll()
    const before = [await stored(1), await stored(2)]

    await pack()
    expect(await unpacked()).toBe(4)
    zone.now = start + 7 * dayMs + hourMs
    await pack()
    expect(await unpacked()).toBe(1)
    zone.now = start + 8 * dayMs + hourMs
    expect(await pack()).toEqual({ hours: 1, again: 0, days: 1 })
    expect(await unpacked()).toBe(0)
    expect(await pack()).toEqual({ hours: 0, again: 0, days: 0 })

    expect([await stored(1), await stored(2)]).toEqual(before)
    const window = { from: start, to: start + hourMs, widthPx: 1_200 }
    const { level, steps } = await readTrend(test.db, zone.id, { id: 1, resolution, sampleMs: 1_000 }, window)
    expect([level, ...steps.map(({ mean }) => mean)]).toEqual(['raw', 1, 1.1])
  })

  it('take what comes late, and are packed again', async () => {
    const { zone, append, stored, pack, unpacked, roll, store } = await newZone()
    await append([1, start + 1_000, 10], [1, start + 61_000, 11])
    await store().flush(true)
    zone.now = start + 9 * dayMs
    await roll()
    await pack()

    await append([1, start + 2_000, 12], [1, start + 1_000, 99], [1, start + 130_000, 13], [2, start + 1_000, 20])
    await store().flush(true)

    const whole = [
      [start + 1_000, 10],
      [start + 2_000, 12],
      [start + 61_000, 11],
      [start + 130_000, 13],
    ]
    expect(await stored(1)).toEqual(whole)
    expect(await unpacked()).toBe(3)
    expect(await pack()).toMatchObject({ again: 2 })
    expect(await unpacked()).toBe(0)
    expect(await stored(1)).toEqual(whole)
    expect(await stored(2)).toEqual([[start + 1_000, 20]])
  })

  it('keep what minutes come to when the readings are kept no longer; what comes then is counted as left out', async () => {
    const { zone, append, stored, pack, roll, store } = await newZone()
    await append([1, start + 1_000, 10])
    await store().flush(true)
    zone.now = start + 9 * dayMs
    await roll()
    await pack()
    await sql`delete from sample_chunk where zone_id = ${zone.id}`.execute(test.db)

    await append([1, start + 2_000, 500])
    await store().flush(true)

    expect(store().load().leftOut).toBe(1)
    expect(await stored(1)).toEqual([])
    const window = { from: start, to: start + hourMs, widthPx: 1_200 }
    const { level, steps } = await readTrend(test.db, zone.id, { id: 1, resolution, sampleMs: 1_000 }, window)
    expect([level, ...steps.map(({ max, count }) => [max, count])]).toEqual(['minute', [1, 1]])
  })

  it('are whole whenever the process ends while they are packed', async () => {
    for (const isDone of [false, true])
      for (let transaction = 0; transaction < 6; transaction++) {
        const { zone, append, stored, pack, unpacked, roll, store } = await newZone()
        for (let hour = 0; hour < 3; hour++)
          await append(...[1, 2].map((point) => [point, start + hour * hourMs + 1_000, 10 * hour + point] as const))
        await store().flush(true)
        zone.now = start + 9 * dayMs
        await roll()
        const before = [await stored(1), await stored(2)]

        await expect(pack(killedAt(test.database, transaction, isDone))).rejects.toThrow('killed')
        expect([await stored(1), await stored(2)]).toEqual(before)
        await pack()
        expect([await stored(1), await stored(2)]).toEqual(before)
        expect(await unpacked()).toBe(0)
      }
  })

  it('have every acknowledged reading once, however they are summed up, packed, repeated and killed', async () => {
    const step = fc.oneof(
      {
        weight: 6,
        arbitrary: fc.record({
          point: fc.integer({ min: 1, max: 3 }),
          minute: fc.nat(179),
          second: fc.nat(59),
        }),
      },
      { weight: 2, arbitrary: fc.constantFrom('flush' as const, 'flush everything' as const, 'roll up' as const) },
      { weight: 2, arbitrary: fc.constantFrom('pack' as const, 'restart' as const) },
      { weight: 1, arbitrary: fc.record({ kill: fc.nat(5), isDone: fc.boolean() }) },
      { weight: 2, arbitrary: fc.integer({ min: 1, max: 100 }) },
    )
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 5, maxLength: 30 }), async (plan) => {
        const { zone, append, stored, pack, unpacked, roll, restart, store } = await newZone()
        const acknowledged = new Map<number, Map<number, number>>([1, 2, 3].map((point) => [point, new Map()]))
        let value = 0
        for (const move of plan) {
          if (typeof move === 'number') zone.now += move * hourMs
          else if (move === 'flush') await store().flush()
          else if (move === 'flush everything') await store().flush(true)
          else if (move === 'roll up') await roll()
          else if (move === 'pack') await pack()
          else if (move === 'restart') await restart()
          else if ('kill' in move) await pack(killedAt(test.database, move.kill, move.isDone)).catch(() => {})
          else {
            const at = start + move.minute * minuteMs + move.second * 1_000
            await append([move.point, at, ++value])
            const known = acknowledged.get(move.point)
            if (known && !known.has(at)) known.set(at, value)
          }
        }
        const whole = async () => {
          for (const [point, readings] of acknowledged)
            expect(await stored(point)).toEqual([...readings].toSorted(([a], [b]) => a - b))
        }
        await whole()
        await store().flush(true)
        zone.now = Math.max(zone.now, start + 9 * dayMs)
        await roll()
        await roll()
        while ((await pack()).hours > 0);
        expect(await unpacked()).toBe(0)
        await whole()
      }),
      { numRuns: 20, endOnFailure: true },
    )
  })
})

describe('how long readings are kept', () => {
  const now = epochMs(start)
  const wish = { packAfterDays: 3, rawDays: 30, minuteDays: 60, trackDays: 20 }
  const save = (zoneId: string, rev: number, change: Partial<typeof wish> = {}) =>
    test.db.transaction().execute((tx) => saveRetention(tx, zoneId, { ...wish, ...change }, rev, who, now))

  it('is a setting that one writer at a time changes, in an order that makes sense', async () => {
    const zoneId = newId()
    expect(await findRetention(test.db, zoneId)).toMatchObject({ packAfterDays: 7, rawDays: 396, rev: 0 })

    expect(await save(zoneId, 0, { rawDays: 3 })).toMatchObject({ error: { field: 'rawDays', value: 3, rule: '>= 4' } })
    expect(await save(zoneId, 0, { minuteDays: 29 })).toMatchObject({ error: { field: 'minuteDays', rule: '>= 30' } })
    const both = await Promise.all([save(zoneId, 0), save(zoneId, 0, { trackDays: 99 })])
    expect(both.filter(({ ok }) => ok)).toHaveLength(1)
    expect(both.find(({ ok }) => !ok)).toMatchObject({ error: { kind: 'stale_revision', actual: 1 } })
    expect(await save(zoneId, 1)).toMatchObject({ value: { rev: 2 } })
    expect(await findRetention(test.db, zoneId)).toEqual({ ...wish, rev: 2 })
  })

  it('decides which days are dropped: the longest of all zones', async () => {
    // Zones of other tests keep theirs longer.
    await sql`delete from telemetry_stream`.execute(test.db)
    await sql`delete from telemetry_retention`.execute(test.db)
    const day = (ago: number) => new Date(start - ago * dayMs).toISOString().slice(0, 10)
    const name = `sample_minute_${day(50).replaceAll('-', '')}`
    await test.database.exec(
      `create table ${name} partition of sample_minute for values from ('${day(50)}') to ('${day(49)}')`,
    )

    expect(await dropOldDays(test.database, start)).toEqual([])
    await save(newId(), 0, { minuteDays: 40 })
    await sql`insert into telemetry_stream values ('another zone', 'one', 1)`.execute(test.db)
    expect(await dropOldDays(test.database, start)).toEqual([])
    await sql`delete from telemetry_stream`.execute(test.db)
    expect(await dropOldDays(test.database, start)).toEqual([name])
  })
})

it('a point that keeps its readings for fewer days lets them go, others keep theirs, and what minutes come to stays', async () => {
  const { zone, append, stored, pack, roll, deps, store } = await newZone()
  const node = {
    id: newId(),
    parentId: null,
    level: 'equipment',
    segment: 'M1',
    name: { zh: '机', en: 'M' },
    partyId: null,
  } as const
  const entry = (key: string, rawDays: number | null) => ({
    key,
    kind: 'analog' as const,
    name: { zh: key, en: key },
    unit: null,
    resolution: 0.1,
    euLow: null,
    euHigh: null,
    sampleMs: null,
    staleAfterS: null,
    counterMax: null,
    rawDays,
  })
  await test.db.transaction().execute(async (tx) => {
    await saveProfile(
      tx,
      zone.id,
      { key: 'm', name: node.name, points: [entry('A', 10), entry('B', null)] },
      epochMs(start),
    )
    await addNode(tx, zone.id, { ...node, profileKey: 'm' })
  })
  const ids = await sql<{ id: number }>`
    select id from telemetry_point where zone_id = ${zone.id} order by code`.execute(test.db)
  const [a = 0, b = 0] = ids.rows.map(({ id }) => id)
  const thin = () => thinOld({ ...deps, database: test.database })
  const chunks = async () =>
    (await sql<{ point_id: number }>`select point_id from sample_chunk where zone_id = ${zone.id}`.execute(test.db))
      .rows
  await append([a, start, 1], [b, start, 2], [a, start + 3 * dayMs, 3])
  zone.now = start + 3 * dayMs + 2 * minuteMs
  await store().flush(true)

  zone.now = start + 10 * dayMs + hourMs
  await roll()
  for (let round = 0; round < 40; round++) await pack()
  expect(await chunks()).toHaveLength(3)
  expect(await thin()).toBe(1)
  expect(await stored(a)).toEqual([[start, 1]])

  zone.now = start + 11 * dayMs
  expect(await thin()).toBe(1)
  expect(await thin()).toBe(0)
  expect([await stored(a), await stored(b)]).toEqual([[], [[start, 2]]])
  expect((await chunks()).map(({ point_id }) => point_id).toSorted()).toEqual([a, b].toSorted())
  const window = { from: start - hourMs, to: start + hourMs, widthPx: 1_200 }
  const { level, steps } = await readTrend(test.db, zone.id, { id: a, resolution, sampleMs: 1_000 }, window)
  expect([level, steps.length]).toEqual(['minute', 1])

  // Fewer days from now on: of the other one too.
  await test.db
    .transaction()
    .execute((tx) =>
      saveProfile(
        tx,
        zone.id,
        { key: 'm', name: node.name, points: [entry('A', 3), entry('B', 3)] },
        epochMs(zone.now),
      ),
    )
  zone.now = start + 12 * dayMs
  expect(await thin()).toBe(2)
  expect(await chunks()).toEqual([])
})
