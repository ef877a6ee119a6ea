import { sql } from 'kysely'
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest'
import { newId } from '@tingzhou/db'
import { testDatabase, type TestDatabase } from '@tingzhou/db/testing'
import { epochMs } from '@tingzhou/kernel'
import { dropOldFrames, keepFrame, type KeptWhy } from './kept-frame.ts'

let test: TestDatabase
let zoneId: string
const now = epochMs(Date.UTC(2026, 10, 28))
const identity = 'A1'

beforeAll(async () => {
  test = await testDatabase()
})
afterAll(() => test.database.close())
beforeEach(() => {
  zoneId = newId()
})

const keep = (why: KeptWhy) =>
  keepFrame(test.db, zoneId, { id: newId(), protocol: 'hj212', identity, why, body: Uint8Array.of(1) }, now)
const fill = (why: KeptWhy, count: number) =>
  sql`
  insert into telemetry_frame (zone_id, id, protocol, identity, why, received_at, keep_until, body)
  select ${zoneId}, gen_random_uuid(), 'hj212', ${identity}, ${why}, now(), now(), '\\x01'::bytea
  from generate_series(1, ${count}::integer)`.execute(test.db)

it('what was refused under the identity of a device takes no room from what it says itself', async () => {
  await fill('password', 1_000)
  await fill('stranger', 20_000)

  expect(await keep('password')).toBe(false)
  expect(await keep('stranger')).toBe(false)
  expect(await keep('text')).toBe(true)
})

it('a device that says more than 20 000 things loses its oldest', async () => {
  await fill('text', 20_001)

  expect(await keep('room')).toBe(true)
  expect(await keep('password')).toBe(true)
  expect(await dropOldFrames(test.db, zoneId, epochMs(0))).toBe(2)
  expect(await dropOldFrames(test.db, zoneId, epochMs(0))).toBe(0)
})
