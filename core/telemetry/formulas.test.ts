import * as fc from 'fast-check'
import { pino } from 'pino'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { newId } from '@tingzhou/db'
import { testDatabase, type TestDatabase } from '@tingzhou/db/testing'
import { assert, epochMs } from '@tingzhou/kernel'
import type { Formula } from './formula.ts'
import { createFormulaBook } from './formula-book.ts'
import { computeAgain } from './formula-late.ts'
import { minuteMs, sampleKind } from './kind.ts'
import { addNode, saveProfile } from './plant.ts'
import type { PointTemplate } from './profile-points.ts'
import { newReadings, packReadings, unpackReadings, type Readings } from './readings.ts'
import { addSample, quality, qualityIn, type Quality } from './sample.ts'
import { readMinutes } from './stored.ts'
import { openTelemetry, type Telemetry } from './telemetry.ts'

let test: TestDatabase
beforeAll(async () => {
  test = await testDatabase()
})
afterAll(() => test.database.close())

const noon = Date.UTC(2026, 10, 27, 4, 0)
const holdMs = 3_000
const template = (key: string, formula: Formula | null = null): PointTemplate => ({
  key,
  kind: 'analog',
  name: { zh: key, en: key },
  unit: 'A',
  resolution: 1,
  euLow: null,
  euHigh: null,
  sampleMs: holdMs / 3,
  staleAfterS: null,
  counterMax: null,
  formula,
})
const inputs = [
  { name: 'a', point: 'IA' },
  { name: 'b', point: 'IB' },
  { name: 'c', point: 'IC' },
]
const points = [
  template('IA'),
  template('IB'),
  template('IC'),
  template('F', { expression: 'a + 2 * b - c', inputs }),
  template('G', {
    expression: 'if f > 10 then f * a else null',
    inputs: [
      { name: 'f', point: 'F' },
      { name: 'a', point: 'IA' },
    ],
  }),
]

// Values that stand so long are often held from one minute into the next.
const slowHoldMs = 30_000
const slowPoints = points.map((one) => ({ ...one, sampleMs: slowHoldMs / 3 }))

/** A zone of its own with one motor; its clock only the test moves, and its process can be killed. */
async function newMotor(entries: readonly PointTemplate[] = points) {
  const zone = { id: newId(), now: noon, kept: 0 }
  const clock = () => epochMs(zone.now)
  const deps = { database: test.database, zoneId: zone.id, clock, log: pino({ level: 'silent' }), stream: 'test' }
  const nodeId = newId()
  await test.db.transaction().execute(async (tx) => {
    const profile = { key: 'motor', name: { zh: '电机', en: 'Motor' }, points: entries }
    const saved = await saveProfile(tx, zone.id, profile, clock())
    assert(saved.ok, `the type is saved: ${JSON.stringify(saved)}`)
    const added = await addNode(tx, zone.id, {
      id: nodeId,
      parentId: null,
      level: 'equipment',
      segment: 'M1',
      name: { zh: 'M1', en: 'M1' },
      profileKey: 'motor',
      partyId: null,
    })
    assert(added.ok, 'the motor is added')
  })
  const rows = await test.db
    .selectFrom('telemetry_point')
    .select(['id', 'template'])
    .where('zone_id', '=', zone.id)
    .execute()
  const id = (key: string): number => rows.find((row) => row.template === key)?.id ?? 0
  let telemetry = await openTelemetry(deps, false)

  /** Sends readings and waits until what came of them is durable too. */
  const send = async (...said: readonly Said[]): Promise<void> => {
    const readings = newReadings(sampleKind)
    for (const { key, time, value, q = 0, corrects = false } of said)
      addSample(readings, id(key), time, value, q, corrects)
    zone.kept = telemetry.store.load().seq
    await telemetry.ingest(readings)
    await telemetry.store.append(sentinel(zone.now))
  }
  const pass = async (): Promise<number> => {
    await telemetry.store.flush()
    await telemetry.last.save()
    const done = await telemetry.formulas.catchUp()
    // What was awaited is durable.
    zone.kept = telemetry.store.load().seq
    return done
  }
  /** Ends the process, perhaps before what was computed last was written, and begins another. */
  const kill = async (loses: boolean): Promise<void> => {
    if (loses)
      await forgetComputed(zone.id, zone.kept, new Set(entries.filter((one) => one.formula).map(({ key }) => id(key))))
    telemetry = await openTelemetry(deps, false)
  }
  /** Lets so much time pass that nothing is left to be done. */
  const finish = async (): Promise<void> => {
    zone.now += 60 * minuteMs
    for (let idle = 0; idle < 2;) {
      await telemetry.store.flush(true)
      await telemetry.last.save()
      idle = (await telemetry.formulas.catchUp()) === 0 ? idle + 1 : 0
    }
  }
  const kept = async (key: string): Promise<Row[]> => {
    const open = telemetry.store.openMinutes()
    const minutes = await readMinutes(test.db, zone.id, sampleKind, id(key), noon - 3_600_000, noon + 7_200_000, open)
    return minutes
      .flatMap(({ minute, rows: { data, count } }) =>
        Array.from({ length: count }, (_, index): Row => [
          minute * minuteMs + (data[index * 3] ?? 0) - noon,
          data[index * 3 + 1] ?? 0,
          qualityIn(data[index * 3 + 2] ?? 0),
        ]),
      )
      .filter(([, , q]) => q < quality.bad)
  }
  return { zone, id, send, pass, kill, finish, kept, nodeId, telemetry: (): Telemetry => telemetry }
}

type Said = {
  readonly key: string
  readonly time: number
  readonly value: number
  readonly q?: Quality
  readonly corrects?: boolean
}
/** Time since noon, steps, quality. */
type Row = readonly [time: number, steps: number, quality: number]

/** A reading of nobody's point: what was handed over before it is durable when it is. */
function sentinel(now: number): Readings {
  const readings = newReadings(sampleKind, 1)
  addSample(readings, 9_999, now, 0)
  return readings
}

/** As if the process had ended before results were written. */
async function forgetComputed(zoneId: string, after: number, computed: ReadonlySet<number>): Promise<void> {
  const entries = await test.db
    .selectFrom('telemetry_journal')
    .select(['seq', 'body'])
    .where('zone_id', '=', zoneId)
    .where('seq', '>', after)
    .execute()
  for (const { seq, body } of entries) {
    const left = unpackReadings(body).filter(({ data }) => !computed.has(data[0] ?? 0))
    await test.db
      .updateTable('telemetry_journal')
      .set({ body: Buffer.from(packReadings(left)) })
      .where('zone_id', '=', zoneId)
      .where('seq', '=', seq)
      .execute()
  }
}

/** What a formula gives by all that was ever said, told the plain way. */
function modelOf(
  said: ReadonlyMap<string, readonly Row[]>,
  keys: readonly string[],
  compute: (values: number[]) => number | null,
) {
  const times = [...new Set(keys.flatMap((key) => (said.get(key) ?? []).map(([time]) => time)))].toSorted(
    (a, b) => a - b,
  )
  return times.flatMap((time): Row[] => {
    const held = keys.map((key) =>
      (said.get(key) ?? [])
        .filter(([when]) => when <= time)
        .reduce<Row | null>((last, row) => (!last || row[0] > last[0] ? row : last), null),
    )
    const values: number[] = []
    let worst = 0
    for (const row of held) {
      if (!row || row[2] >= quality.bad || time - row[0] > slowHoldMs) return []
      values.push(row[1])
      worst = Math.max(worst, row[2])
    }
    const value = compute(values)
    return value === null ? [] : [[time, value, worst]]
  })
}

const sumModel = ([a = 0, b = 0, c = 0]: number[]) => a + 2 * b - c
const productModel = ([f = 0, a = 0]: number[]) => (f > 10 ? f * a : null)

describe('a computed point', () => {
  it('is computed at the time of each reading with the others as they were said last', async () => {
    const motor = await newMotor()
    await motor.send({ key: 'IA', time: noon, value: 1 }, { key: 'IB', time: noon, value: 2 })
    expect(await motor.kept('F')).toEqual([])
    await motor.send({ key: 'IC', time: noon + 500, value: 3 })
    await motor.send({ key: 'IB', time: noon + 1_000, value: 5, q: quality.uncertain })

    expect(await motor.kept('F')).toEqual([
      [500, 2, quality.good],
      [1_000, 8, quality.uncertain],
    ])
    expect(motor.telemetry().last.sample(motor.id('F'))).toEqual({
      at: noon + 1_000,
      steps: 8,
      quality: quality.uncertain,
    })
  })

  it('has no reading while an input is bad, or said nothing for three of its periods', async () => {
    const motor = await newMotor()
    const all = (time: number) => ['IA', 'IB', 'IC'].map((key) => ({ key, time: noon + time, value: 4 }))
    await motor.send(...all(0))
    await motor.send({ key: 'IA', time: noon + 1_000, value: 4, q: quality.bad })
    await motor.send(...[2_000, 3_000, 3_001].map((time) => ({ key: 'IA', time: noon + time, value: 4 })))

    expect((await motor.kept('F')).map(([time]) => time)).toEqual([0, 2_000, 3_000])
  })

  it('stands on others that are computed, at the same time', async () => {
    const motor = await newMotor()
    await motor.send(...['IA', 'IB', 'IC'].map((key) => ({ key, time: noon, value: 6 })))

    expect(await motor.kept('F')).toEqual([[0, 12, 0]])
    expect(await motor.kept('G')).toEqual([[0, 72, 0]])
  })

  it('is corrected where another input of the same time, or a corrected one, comes by itself', async () => {
    const motor = await newMotor()
    await motor.send(...['IA', 'IB', 'IC'].map((key) => ({ key, time: noon, value: 6 })))
    await motor.send({ key: 'IA', time: noon + 1_000, value: 7 })
    await motor.send({ key: 'IB', time: noon + 1_000, value: 8 })
    await motor.send({ key: 'IB', time: noon + 1_000, value: 8 })
    expect(await motor.kept('F')).toEqual([
      [0, 12, 0],
      [1_000, 17, 0],
    ])
    await motor.send({ key: 'IB', time: noon + 1_000, value: 9, corrects: true })
    await motor.finish()
    expect((await motor.kept('F')).at(-1)).toEqual([1_000, 19, 0])
  })

  it('that stands on another forgets what was taken back of it', async () => {
    const held = points.map((one) => (one.key === 'F' ? { ...one, staleAfterS: 3_600 } : one))
    const motor = await newMotor(held)
    const { zone } = motor
    await motor.send(...['IA', 'IB', 'IC'].map((key) => ({ key, time: noon, value: 6 })))
    zone.now = noon + minuteMs
    await motor.send({ key: 'IC', time: noon + 59_000, value: 6 })
    await motor.send({ key: 'IA', time: noon + 61_000, value: 7 }, { key: 'IB', time: noon + 61_000, value: 6 })
    expect((await motor.kept('F')).at(-1)).toEqual([61_000, 13, 0])
    await motor.send({ key: 'IC', time: noon + 60_000, value: 6, q: quality.bad })
    zone.now = noon + 3 * minuteMs
    await motor.pass()
    await motor.pass()
    expect(await motor.kept('F')).toEqual([[0, 12, 0]])

    // Two of three currents are stale by now: there is no new sum, and the last that stands is the first.
    await motor.send({ key: 'IA', time: zone.now, value: 8 })
    await motor.finish()

    expect(await motor.kept('F')).toEqual([[0, 12, 0]])
    expect(await motor.kept('G')).toEqual([
      [0, 72, 0],
      [61_000, 84, 0],
      [180_000, 96, 0],
    ])
  })

  it('does not take a clock that is ahead for the time', async () => {
    const motor = await newMotor()
    await motor.send({ key: 'IA', time: noon + 10 * minuteMs, value: 1 })
    await motor.send(...['IA', 'IB', 'IC'].map((key) => ({ key, time: noon, value: 6 })))

    expect(await motor.kept('F')).toEqual([[0, 12, 0]])
  })

  it('counts a formula from when the point has it', async () => {
    const motor = await newMotor()
    await motor.send(...['IA', 'IB', 'IC'].map((key) => ({ key, time: noon, value: 6 })))
    motor.zone.now = noon + 5_000
    const changed = points.map((one) => (one.key === 'F' ? { ...one, formula: { expression: 'a', inputs } } : one))
    await test.db
      .transaction()
      .execute((tx) =>
        saveProfile(
          tx,
          motor.zone.id,
          { key: 'motor', name: { zh: '电机', en: 'Motor' }, points: changed },
          epochMs(noon + 5_000),
        ),
      )
    await motor.telemetry().catalog.refresh()
    await motor.send({ key: 'IB', time: noon + 100, value: 9 })
    await motor.send(...['IA', 'IB', 'IC'].map((key) => ({ key, time: noon + 5_000, value: 7 })))
    await motor.finish()

    expect(await motor.kept('F')).toEqual([
      [0, 12, 0],
      [5_000, 7, 0],
    ])
  })

  it('costs what no formula asks nothing', async () => {
    const motor = await newMotor([template('IA')])
    await motor.send({ key: 'IA', time: noon, value: 1 })
    await motor.finish()
    const marks = await test.db
      .selectFrom('sample_formula_dirty')
      .select('seq')
      .where('zone_id', '=', motor.zone.id)
      .execute()
    expect(marks).toEqual([])
  })

  it('whose minute cannot be read keeps no later minute waiting', async () => {
    const motor = await newMotor()
    const { zone } = motor
    const all = (time: number) => ['IA', 'IB', 'IC'].map((key) => ({ key, time, value: 6 }))
    zone.now = noon + 10 * minuteMs
    await motor.send(...all(zone.now))
    await motor.send(...all(noon), ...all(noon + 5 * minuteMs))
    await motor.telemetry().store.flush()
    await test.db
      .updateTable('sample_minute')
      .set({ raw: Buffer.from([255, 255]) })
      .where('zone_id', '=', zone.id)
      .where('point_id', '=', motor.id('IA'))
      .where('minute', '=', epochMs(noon))
      .execute()

    await expect(motor.telemetry().formulas.catchUp()).rejects.toThrow('1 minutes could not be computed again')

    expect((await motor.kept('F')).map(([time]) => time)).toEqual([5 * minuteMs, 10 * minuteMs])
    const left = await test.db
      .selectFrom('sample_formula_dirty')
      .select('point_id')
      .where('zone_id', '=', zone.id)
      .execute()
    expect(left.map((row) => row.point_id)).toEqual([motor.id('F'), motor.id('G')])
  })

  it('is computed once more where a reading comes while it is computed again', async () => {
    const motor = await newMotor()
    const { zone } = motor
    zone.now = noon + 5 * minuteMs
    const all = (time: number) => ['IA', 'IB', 'IC'].map((key) => ({ key, time, value: 6 }))
    const marks = () =>
      test.db.selectFrom('sample_formula_dirty').select('point_id').where('zone_id', '=', zone.id).execute()
    await motor.send(...all(zone.now))
    await motor.send(...all(noon))
    const { catalog, store, ingest } = motor.telemetry()
    await store.flush()
    expect((await marks()).map((row) => row.point_id)).toEqual([motor.id('F'), motor.id('G')])

    const book = createFormulaBook(catalog.find)
    for (const key of ['F', 'G']) {
      const point = catalog.find(motor.id(key))
      if (point) book.take(point)
    }
    let isLater = false
    const again = async (readings: Readings): Promise<void> => {
      await ingest(readings)
      if (isLater) return
      isLater = true
      await motor.send({ key: 'IB', time: noon + 1, value: 7 })
      await store.flush()
    }
    const deps = { db: test.db, zoneId: zone.id, clock: () => epochMs(zone.now), book, open: store.openMinutes }
    await computeAgain({ ...deps, ingest: again })
    await motor.finish()

    expect((await motor.kept('F')).slice(0, 2)).toEqual([
      [0, 12, 0],
      [1, 14, 0],
    ])
    expect(await marks()).toEqual([])
  })
})

const step = fc.oneof(
  {
    weight: 10,
    arbitrary: fc.record({
      op: fc.constant('send' as const),
      rows: fc.array(
        fc.record({
          key: fc.constantFrom('IA', 'IB', 'IC'),
          // Mostly a little later than what was said last, sometimes earlier.
          ahead: fc.oneof(
            { weight: 8, arbitrary: fc.integer({ min: 0, max: 6_000 }) },
            { weight: 2, arbitrary: fc.constant(0) },
            { weight: 1, arbitrary: fc.integer({ min: -20_000, max: 0 }) },
            { weight: 1, arbitrary: fc.integer({ min: -150_000, max: 0 }) },
            { weight: 1, arbitrary: fc.integer({ min: 0, max: 90_000 }) },
          ),
          value: fc.integer({ min: -20, max: 20 }),
          q: fc.constantFrom<Quality>(0, 0, 0, 0, 1, 3),
        }),
        { minLength: 1, maxLength: 8 },
      ),
    }),
  },
  { weight: 2, arbitrary: fc.record({ op: fc.constant('repeat' as const), back: fc.integer({ min: 1, max: 5 }) }) },
  { weight: 2, arbitrary: fc.record({ op: fc.constant('pass' as const), ms: fc.integer({ min: 0, max: 90_000 }) }) },
  { weight: 2, arbitrary: fc.record({ op: fc.constant('kill' as const), loses: fc.boolean() }) },
)

describe('computed points', () => {
  it(
    'equal a plain model of what was said, whatever came late, again, and was killed',
    { timeout: 600_000 },
    async () => {
      await fc.assert(
        fc.asyncProperty(fc.array(step, { minLength: 4, maxLength: 40 }), async (plan) => {
          const motor = await newMotor(slowPoints)
          const said = new Map<string, Row[]>()
          const sent: Said[][] = []
          let cursor = noon
          const send = async (rows: readonly Said[]): Promise<void> => {
            for (const { key, time, value, q = 0 } of rows) {
              const known = said.get(key) ?? []
              if (!known.some(([when]) => when === time - noon)) known.push([time - noon, value, q])
              said.set(key, known)
            }
            motor.zone.now = Math.max(motor.zone.now, ...rows.map(({ time }) => time))
            await motor.send(...rows)
          }
          for (const one of plan)
            if (one.op === 'send') {
              const rows = one.rows.map(({ key, ahead, value, q }): Said => {
                const time = Math.max(noon, cursor + ahead)
                cursor = Math.max(cursor, time)
                return { key, time, value, q }
              })
              sent.push(rows)
              await send(rows)
            } else if (one.op === 'repeat') {
              const rows = sent.at(-one.back)
              if (rows) await send(rows)
            } else if (one.op === 'pass') {
              motor.zone.now += one.ms
              cursor = Math.max(cursor, motor.zone.now - 1_000)
              await motor.pass()
            } else await motor.kill(one.loses)
          await motor.finish()

          const ofSum = modelOf(said, ['IA', 'IB', 'IC'], sumModel)
          expect(await motor.kept('F')).toEqual(ofSum)
          expect(await motor.kept('G')).toEqual(modelOf(new Map([...said, ['F', ofSum]]), ['F', 'IA'], productModel))
        }),
        { numRuns: 15 },
      )
    },
  )
})
