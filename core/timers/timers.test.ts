import { sql } from 'kysely'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { testDatabase, type TestDatabase } from '@tingzhou/db/testing'
import { epochMs, type EpochMs } from '@tingzhou/kernel'
import { cancel, createTimerRunner, jobSource, keepRecurring, listFailingJobs, nextTime, schedule } from './index.ts'
import type { JobHandler } from './index.ts'

let test: TestDatabase
let now: EpochMs
const zoneId = 'zone'
const errors: string[] = []
const deps = () => ({
  db: test.db,
  zoneId,
  clock: () => now,
  log: { error: (fields: Record<string, unknown>) => void errors.push(String(fields.err)) },
})
const later = (seconds: number) => epochMs(now + seconds * 1_000)
const runner = (...handlers: JobHandler[]) => createTimerRunner(deps(), [jobSource(deps(), handlers)])
const note: JobHandler = {
  kind: 'test.note',
  run: async (tx, job) => void (await sql`insert into fired (id) values (${job.id})`.execute(tx)),
}
const fired = async () =>
  (await sql<{ id: string }>`select id from fired order by n`.execute(test.db)).rows.map((row) => row.id)
const put = (id: string, seconds: number, kind = 'test.note') =>
  schedule(test.db, zoneId, { id, kind, dueAt: later(seconds), payload: { id } })

beforeAll(async () => {
  test = await testDatabase()
  await test.database.exec('create table fired (n bigint generated always as identity, id text)')
})
afterAll(() => test.database.close())
beforeEach(async () => {
  now = epochMs(Date.UTC(2026, 10, 22, 4, 26))
  errors.length = 0
  await test.database.exec('delete from fired; delete from scheduled_job')
})

describe('jobs', () => {
  it('fire when due, oldest first, once', async () => {
    await put('b', 20)
    await put('a', 10)
    await put('c', 30)
    const timers = runner(note)

    expect(await timers.runDue()).toBe(0)
    expect(await timers.runDue(later(20))).toBe(2)
    expect(await timers.runDue(later(20))).toBe(0)

    expect(await fired()).toEqual(['a', 'b'])
  })

  it('move when scheduled again, and vanish when cancelled', async () => {
    await put('a', 10)
    await put('a', 50)
    await put('b', 10)

    expect(await cancel(test.db, zoneId, 'b')).toBe(true)
    expect(await cancel(test.db, zoneId, 'b')).toBe(false)
    await runner(note).runDue(later(20))
    expect(await fired()).toEqual([])
    await runner(note).runDue(later(50))

    expect(await fired()).toEqual(['a'])
  })

  it('stay for the process that has their handler', async () => {
    await put('a', 0, 'test.other')

    expect(await runner(note).runDue()).toBe(0)
    expect(await runner({ ...note, kind: 'test.other' }).runDue()).toBe(1)
  })

  it('may schedule themselves anew', async () => {
    const again: JobHandler = {
      kind: 'test.again',
      run: async (tx, job) => {
        await note.run(tx, job)
        await schedule(tx, zoneId, { id: job.id, kind: 'test.again', dueAt: epochMs(job.dueAt + 60_000) })
      },
    }
    await put('a', 0, 'test.again')

    expect(await runner(again).runDue(later(150))).toBe(3)
    expect(await fired()).toEqual(['a', 'a', 'a'])
  })

  it('do the rest after the commit', async () => {
    const seen: string[] = []
    const outside: JobHandler = {
      kind: 'test.outside',
      run: async () => async () => {
        const left = await test.db.selectFrom('scheduled_job').select('id').execute()
        seen.push(`${left.length} left`)
      },
    }
    await put('a', 0, 'test.outside')

    await runner(outside).runDue()

    expect(seen).toEqual(['0 left'])
  })
})

describe('a failing job', () => {
  it('is put off longer each time, visibly, without half work, and does not stop the others', async () => {
    let broken = true
    const failing: JobHandler = {
      kind: 'test.failing',
      run: async (tx, job) => {
        await note.run(tx, job)
        if (broken) throw new Error('no answer')
      },
    }
    const timers = runner(failing, note)
    await put('bad', 0, 'test.failing')
    await put('good', 0)

    await timers.runDue()
    expect(await fired()).toEqual(['good'])
    await timers.runDue(later(1))
    expect(await timers.runDue(later(2))).toBe(0)
    expect(await listFailingJobs(test.db, zoneId)).toMatchObject([
      { id: 'bad', attempts: 2, lastError: 'no answer', dueAt: now, tryAt: later(3) },
    ])
    expect(errors).toEqual(['Error: no answer', 'Error: no answer'])

    broken = false
    await timers.runDue(later(3))
    expect(await fired()).toEqual(['good', 'bad'])
    expect(await listFailingJobs(test.db, zoneId)).toEqual([])
  })
})

describe('recurring jobs', () => {
  it('keep one row, run once after a long sleep, and do not drift', async () => {
    const every: JobHandler = { ...note, kind: 'test.every', recurs: { everySeconds: 60 } }
    await keepRecurring(deps(), [every])
    await keepRecurring(deps(), [every])

    expect(await runner(every).runDue(later(59))).toBe(0)
    expect(await runner(every).runDue(later(61))).toBe(1)
    expect(await runner(every).runDue(later(1_000))).toBe(1)

    const rows = await test.db.selectFrom('scheduled_job').select(['id', 'due_at']).execute()
    expect(rows).toEqual([{ id: 'test.every', due_at: later(1_020) }])
  })

  it('of a day keep the wall clock of the zone', () => {
    const at = (text: string) => epochMs(Date.parse(text))
    const daily = { dailyAt: '03:10' }

    expect(nextTime(daily, now, at('2026-11-22T03:09:59+08:00'))).toBe(at('2026-11-22T03:10:00+08:00'))
    expect(nextTime(daily, now, at('2026-11-22T03:10:00+08:00'))).toBe(at('2026-11-23T03:10:00+08:00'))
    expect(nextTime(daily, now, at('2026-12-31T23:00:00+08:00'))).toBe(at('2027-01-01T03:10:00+08:00'))
  })
})

describe('the runner', () => {
  it('fires 2,000 due rows from three processes at once, each exactly once', async () => {
    await sql`insert into scheduled_job (zone_id, id, kind, due_at, try_at, payload)
      select ${zoneId}, 'j' || i, 'test.note', now(), now(), '{}' from generate_series(1, 2000) i`.execute(test.db)
    const all = await Promise.all([1, 2, 3].map(() => runner(note).runDue(epochMs(now + 400 * 86_400_000))))

    expect(all.reduce((sum, n) => sum + n, 0)).toBe(2_000)
    expect(new Set(await fired()).size).toBe(2_000)
    expect(await fired()).toHaveLength(2_000)
  })

  it('sleeps until the next is due and stops cleanly', async () => {
    let heard = () => {}
    const done = new Promise<void>((resolve) => (heard = resolve))
    const timers = runner({ kind: 'test.note', run: async () => async () => heard() })
    await put('a', 60)
    timers.start()
    now = later(60)

    await done
    await timers.stop()
    await put('b', 0)
    expect(await test.db.selectFrom('scheduled_job').select('id').execute()).toEqual([{ id: 'b' }])
  })
})
