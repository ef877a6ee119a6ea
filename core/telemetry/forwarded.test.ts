import { pino } from 'pino'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { newId } from '@tingzhou/db'
import { testDatabase, type TestDatabase } from '@tingzhou/db/testing'
import { epochMs } from '@tingzhou/kernel'
import { openForwarding, type TelemetryEdge } from './forward.ts'
import { createTaker } from './forwarded.ts'
import { sampleKind } from './kind.ts'
import { newReadings, type Readings } from './readings.ts'
import { addSample } from './sample.ts'
import { openTelemetry, type Telemetry } from './telemetry.ts'

const now = Date.UTC(2026, 10, 28, 4, 0)
const clock = () => epochMs(now)
const log = pino({ level: 'silent' })
const point = 7

let test: TestDatabase
let zoneId: string
let telemetry: Telemetry
let edge: TelemetryEdge

beforeAll(async () => {
  test = await testDatabase()
})
afterAll(() => test.database.close())
beforeEach(async () => {
  zoneId = newId()
  telemetry = await openTelemetry({ ...deps(), stream: 'server' }, false)
  edge = await openGatewayEdge()
})
afterEach(async () => {
  await edge.close()
  await telemetry.close()
})

const deps = () => ({ database: test.database, zoneId, clock, log })
const openGatewayEdge = () => openForwarding({ ...deps(), stream: 'gateway-1', nats: null })
const take = (into: Pick<Telemetry, 'ingest'> = telemetry) =>
  createTaker({ db: test.db, zoneId, telemetry: into, log })()

function samples(...times: readonly number[]): Readings {
  const readings = newReadings(sampleKind)
  for (const time of times) addSample(readings, point, now + time, time)
  return readings
}

const waiting = async (): Promise<number> =>
  (await test.db.selectFrom('telemetry_journal').select('seq').where('zone_id', '=', zoneId).execute()).length

async function kept(): Promise<number> {
  await telemetry.store.flush(true)
  const rows = await test.db.selectFrom('sample_minute').select('n').where('zone_id', '=', zoneId).execute()
  return rows.reduce((sum, { n }) => sum + n, 0)
}

describe('readings of a gateway in another process', () => {
  it('are durable when the gateway is told so, and are heard by the server when it takes them', async () => {
    await edge.ingest(samples(0, 1))
    expect(await waiting()).toBe(1)
    expect(telemetry.last.sample(point)).toBeUndefined()

    expect(await take()).toBe(1)

    expect(telemetry.last.sample(point)).toMatchObject({ steps: 1 })
    expect(await kept()).toBe(2)
    expect(await waiting()).toBe(0)
    expect(await take()).toBe(0)
  })

  it('taken twice, because the server was killed before it could say so, are there once', async () => {
    await edge.ingest(samples(0, 1))
    const entries = await test.db.selectFrom('telemetry_journal').selectAll().where('zone_id', '=', zoneId).execute()
    await take()
    await test.db
      .insertInto('telemetry_journal')
      .values(
        entries.map((entry) => ({ ...entry, written_at: new Date(entry.written_at), body: Buffer.from(entry.body) })),
      )
      .execute()

    expect(await take()).toBe(1)
    expect(await kept()).toBe(2)
  })

  it('that cannot be kept stay, and so do those that nobody can read, which hold no others up', async () => {
    await edge.ingest(samples(0))
    await test.db
      .insertInto('telemetry_journal')
      .values({ zone_id: zoneId, stream: 'forward:a', seq: 1, written_at: new Date(now), body: Buffer.from([99]) })
      .execute()
    const broken = { ingest: () => Promise.reject(new Error('the disk is full')) }
    expect(await take(broken)).toBe(0)
    expect(await waiting()).toBe(2)

    expect(await take()).toBe(1)
    expect(await kept()).toBe(1)
    expect(await waiting()).toBe(1)
  })

  it('are taken a few bytes at a time, however many wait', async () => {
    for (const time of [0, 1, 2, 3, 4]) await edge.ingest(samples(time))
    const { body } = await test.db
      .selectFrom('telemetry_journal')
      .select('body')
      .where('zone_id', '=', zoneId)
      .executeTakeFirstOrThrow()
    let underWay = 0
    const most: number[] = []
    const ingest = async (readings: Readings) => {
      most.push(++underWay)
      await telemetry.ingest(readings)
      underWay--
    }
    const into = { db: test.db, zoneId, telemetry: { ingest }, log }

    expect(await createTaker(into, body.length + 1)()).toBe(5)
    expect(Math.max(...most)).toBe(2)
    expect(await kept()).toBe(5)

    await edge.ingest(samples(5))
    expect(await createTaker(into, 1)()).toBe(1)
  })

  it('are numbered on when the gateway starts again, however many were taken', async () => {
    await edge.ingest(samples(0))
    await take()
    await kept()
    await edge.close()
    edge = await openGatewayEdge()
    await edge.ingest(samples(1))

    const [entry] = await test.db
      .selectFrom('telemetry_journal')
      .select(['stream', 'seq'])
      .where('zone_id', '=', zoneId)
      .execute()
    expect(entry).toEqual({ stream: 'forward:gateway-1', seq: 2 })
  })
})
