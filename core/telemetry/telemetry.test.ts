import { pino } from 'pino'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { newId } from '@tingzhou/db'
import { testDatabase, type TestDatabase } from '@tingzhou/db/testing'
import { epochMs } from '@tingzhou/kernel'
import { sampleKind } from './kind.ts'
import { newReadings } from './readings.ts'
import { addSample } from './sample.ts'
import { openTelemetry } from './telemetry.ts'

const now = Date.UTC(2026, 10, 28, 4, 0)
const clock = () => epochMs(now)

let test: TestDatabase
beforeAll(async () => {
  test = await testDatabase()
})
afterAll(() => test.database.close())

it('a listener that cannot settle keeps the journal, which is counted, and no other listener from settling', async () => {
  const zoneId = newId()
  const deps = { database: test.database, zoneId, clock, log: pino({ level: 'silent' }), stream: 'test' }
  const telemetry = await openTelemetry(deps, false)
  let isBroken = true
  let settled = 0
  telemetry.hear({
    note: () => {},
    settle: () => (isBroken ? Promise.reject(new Error('refused')) : Promise.resolve()),
  })
  telemetry.hear({ note: () => {}, settle: async () => void settled++ })
  for (const time of [0, 1]) {
    const readings = newReadings(sampleKind)
    addSample(readings, 7, now + time, time)
    await telemetry.ingest(readings)
  }

  await expect(telemetry.store.flush(true)).rejects.toThrow('1 of 2 listeners cannot settle')

  expect(settled).toBe(1)
  expect(telemetry.store.load()).toMatchObject({ entries: 2, notTrimmed: 1 })
  isBroken = false
  await telemetry.store.flush(true)
  expect(telemetry.store.load()).toMatchObject({ entries: 0, notTrimmed: 1 })
  await telemetry.close()
  const again = await openTelemetry(deps, false)
  expect(again.store.load()).toMatchObject({ seq: 2, entries: 0, notTrimmed: 0 })
  await again.close()
})
