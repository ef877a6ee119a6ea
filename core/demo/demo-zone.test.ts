import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { epochMs, type EpochMs } from '@tingzhou/kernel'
import { testDatabase, type TestDatabase } from '@tingzhou/db/testing'
import { openDemoZone } from './demo-zone.ts'

const now = epochMs(Date.UTC(2026, 10, 20, 4))
const day = 86_400_000
let test: TestDatabase
const open = () => openDemoZone({ db: test.db, zoneId: 'zone', realClock: () => now }, 10)
const nothingDue = { runDue: async () => 0 }

beforeAll(async () => {
  test = await testDatabase()
})
afterAll(() => test.database.close())

describe('the clock of the demo', () => {
  it('begins in the past and stands still until it is moved', async () => {
    const zone = await open()

    expect(zone.clock()).toBe(now - 10 * day)
    expect(zone.status()).toMatchObject({ live: false, percent: 0, phase: 'waiting', began: now - 10 * day })
  })

  it('stops on the way where timers may be due, and never goes back', async () => {
    const zone = await open()
    const seen: EpochMs[] = []
    const due = { runDue: async (at?: EpochMs) => (at === undefined ? 0 : seen.push(at) && 1) }

    const fired = await zone.move(epochMs(now - 10 * day + 2.5 * 3_600_000), due)
    const back = await zone.move(epochMs(now - 11 * day), due)

    expect(seen.map((at) => (at - now) / 3_600_000 + 240)).toEqual([1, 2, 2.5])
    expect([fired, back]).toEqual([3, 0])
    expect(zone.clock()).toBe(now - 10 * day + 2.5 * 3_600_000)
  })

  it('is found where it was after a restart', async () => {
    const before = await open()
    await before.report(40, 'history')

    const after = await open()

    expect(after.clock()).toBe(before.clock())
    expect(after.status()).toMatchObject({ percent: 40, phase: 'history' })
  })

  it('is real for ever once it has reached the real time', async () => {
    const zone = await open()

    await zone.move(epochMs(now + day), nothingDue)

    expect(zone.status()).toMatchObject({ live: true, liveSince: now, clock: now })
    expect((await open()).status().live).toBe(true)
    expect(await zone.move(epochMs(now + 2 * day), nothingDue)).toBe(0)
  })
})
