import { sql } from 'kysely'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { newId } from '@tingzhou/db'
import { testDatabase, type TestDatabase } from '@tingzhou/db/testing'
import { dayOf, dropOldDays, ensureDays } from './partition.ts'
import { defaultRetention } from './retention.ts'
import { roomUsed } from './room.ts'

const now = Date.UTC(2026, 10, 28, 9)
const today = dayOf(now)
const ages = [0, 10, 30, 31, 60] as const

describe('room that is used', () => {
  let test: TestDatabase
  beforeAll(async () => {
    test = await testDatabase()
    const days = ages.map((age) => today - age)
    for (const table of ['sample_chunk', 'sample_minute', 'track_minute'] as const)
      await ensureDays(test.database, new Set(), table, days)
  })
  afterAll(() => test.database.close())

  const roomOf = async (zoneId: string, kind: string, wish: Partial<typeof defaultRetention>) => {
    const rooms = await roomUsed(test.db, zoneId, { ...defaultRetention, ...wish }, now)
    return rooms.find((room) => room.kind === kind)
  }

  it('says what shorter settings drop: the same days that the rounds then drop', async () => {
    const zoneId = newId()

    const readings = await roomOf(zoneId, 'readings', { rawDays: 30 })

    expect(readings).toMatchObject({ days: 5, oldest: '2026-09-29' })
    expect(readings?.goes).toMatchObject({ days: 2, before: '2026-10-29', keptDays: 30 })
    expect(readings?.bytes).toBeGreaterThan(readings?.goes?.bytes ?? Infinity)
    expect((await roomOf(zoneId, 'tracks', { trackDays: 9 }))?.goes).toMatchObject({ days: 4 })
    expect((await roomOf(zoneId, 'hours', {}))?.goes).toBeNull()
  })

  it('another zone of the database that keeps them longer keeps them for all', async () => {
    const [zoneId, other] = [newId(), newId()]
    await sql`
      insert into telemetry_retention (zone_id, pack_after_days, raw_days, minute_days, track_days, rev, changed_at)
      values (${other}, 7, 45, 45, 45, 1, now())`.execute(test.db)

    expect((await roomOf(zoneId, 'readings', { rawDays: 8 }))?.goes).toMatchObject({ days: 1, keptDays: 45 })

    await sql`
      insert into telemetry_retention (zone_id, pack_after_days, raw_days, minute_days, track_days, rev, changed_at)
      values (${zoneId}, 7, 8, 8, 8, 1, now())`.execute(test.db)
    const dropped = await dropOldDays(test.database, now)
    expect(dropped.toSorted()).toEqual(['sample_chunk_20260929', 'sample_minute_20260929', 'track_minute_20260929'])
    expect((await roomOf(zoneId, 'readings', { rawDays: 8 }))?.goes).toMatchObject({ days: 0, bytes: 0 })
  })
})
