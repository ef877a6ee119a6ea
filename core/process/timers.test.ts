import { spawn } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openDatabase, repoRoot, type Db } from '@tingzhou/db'
import { prepareImage, testDatabase, type TestDatabase } from '@tingzhou/db/testing'
import { epochMs, type EpochMs } from '@tingzhou/kernel'
import type { Handler } from './host.ts'
import { chain, deployed, drawing, fed, started, testHost, testRuntime, timerAt, type Log } from './testing.ts'
import { fireDue, fireTimer, nextTimerAt } from './timers.ts'

let test: TestDatabase
beforeAll(async () => {
  test = await testDatabase()
})
afterAll(() => test.database.close())

const hour = 3_600_000
const begun = epochMs(Date.UTC(2026, 2, 2, 2))

const xml = drawing(
  'late',
  `<startEvent id="start"/><userTask id="work" tz:roles="clerk"/><endEvent id="end"/>
  <boundaryEvent id="due" attachedToRef="work" cancelActivity="false">${timerAt('dueAt')}</boundaryEvent>
  <serviceTask id="remind" tz:handler="remind"/><endEvent id="reminded"/>
  ${chain('start', 'work', 'end')}${chain('due', 'remind', 'reminded')}`,
)

/** One case whose reminder is due in an hour, and workers that fire it. */
async function lateCase(db: Db, remind: Handler<Log>) {
  const { zoneId, runtime, now, moveTo } = testRuntime(begun)
  const host = testHost(zoneId, 'late', { remind })
  await deployed(db, runtime, xml)
  const { id, instanceId } = await started(db, runtime, host, { dueAt: begun + hour })
  const errors: string[] = []
  const fire = () => fireDue(db, runtime, [host], now(), (error) => void errors.push(String(error)))
  const timers = () =>
    db
      .selectFrom('process_timer')
      .select(['due_at as dueAt', 'retry_at as retryAt', 'attempts', 'last_error as lastError'])
      .where('instance_id', '=', instanceId)
      .execute()
  const pause = (kind: 'suspend' | 'resume') =>
    fed(db, runtime, host, id, instanceId, () => ({ kind, reason: 'in court' }))
  /** As a worker does that saw the timer due before something else happened to the case. */
  const fireSeen = async () => {
    const seen = await db
      .selectFrom('process_timer')
      .select(['id', 'node_id as nodeId'])
      .where('instance_id', '=', instanceId)
      .executeTakeFirstOrThrow()
    const timer = { ...seen, instanceId, key: 'late', businessId: id }
    return db.transaction().execute((tx) => fireTimer(tx, runtime, [host], timer))
  }
  return { zoneId, moveTo, fire, fireSeen, timers, errors, pause, next: () => nextTimerAt(db, zoneId) }
}

describe('fireDue', () => {
  it('lets the timers of a suspended case be until it resumes, and wakes nobody for them', async () => {
    let reminders = 0
    const { moveTo, fire, pause, timers, next } = await lateCase(test.db, async () => (reminders++, {}))
    await pause('suspend')
    moveTo(begun + hour)

    expect({ next: await next(), fired: await fire() }).toEqual({ next: null, fired: { fired: 0, failed: 0 } })
    expect(await timers()).toMatchObject([{ attempts: 0 }])
    await pause('resume')

    expect(await next()).toBe(begun + hour)
    expect(await fire()).toEqual({ fired: 1, failed: 0 })
    expect(reminders).toBe(1)
  })

  it('does not count a timer as failing whose case was suspended after the worker saw it', async () => {
    const { moveTo, pause, timers, fireSeen } = await lateCase(test.db, async () => ({}))
    moveTo(begun + hour)

    await pause('suspend')

    expect(await fireSeen()).toBe(false)
    expect(await timers()).toMatchObject([{ attempts: 0 }])
  })

  it('fires nothing before its time, and once at its time', async () => {
    let reminders = 0
    const { moveTo, fire, next } = await lateCase(test.db, async () => (reminders++, {}))
    expect(await next()).toBe(begun + hour)
    expect(await fire()).toEqual({ fired: 0, failed: 0 })

    moveTo(begun + hour)

    expect(await fire()).toEqual({ fired: 1, failed: 0 })
    expect(await fire()).toEqual({ fired: 0, failed: 0 })
    expect({ reminders, next: await next() }).toEqual({ reminders: 1, next: null })
  })

  it('fires a timer once when eight workers find it', async () => {
    let reminders = 0
    const { moveTo, fire } = await lateCase(test.db, async () => (reminders++, {}))
    moveTo(begun + hour)

    const reports = await Promise.all(Array.from({ length: 8 }, fire))

    expect(reports.reduce((fired, report) => fired + report.fired, 0)).toBe(1)
    expect(reports.every((report) => report.failed === 0)).toBe(true)
    expect(reminders).toBe(1)
  })

  it('puts a timer off whose firing fails, ever longer, and says why; the case stays as it was', async () => {
    let broken = true
    const { moveTo, fire, timers, errors } = await lateCase(test.db, async () => {
      if (broken) throw new Error('the mail room is on fire')
      return {}
    })
    moveTo(begun + hour)

    expect(await fire()).toEqual({ fired: 0, failed: 1 })
    expect(await timers()).toEqual([
      { dueAt: begun + hour, retryAt: begun + hour + 60_000, attempts: 1, lastError: 'the mail room is on fire' },
    ])
    expect(await fire()).toEqual({ fired: 0, failed: 0 })
    moveTo(begun + hour + 60_000)
    expect(await fire()).toEqual({ fired: 0, failed: 1 })
    expect(await timers()).toMatchObject([{ retryAt: begun + hour + 180_000, attempts: 2 }])
    expect(errors).toHaveLength(2)

    broken = false
    moveTo(begun + hour + 180_000)
    expect(await fire()).toEqual({ fired: 1, failed: 0 })
    expect(await timers()).toEqual([])
  })

  it('lets one failing timer stop no other', async () => {
    const { zoneId, runtime, now, moveTo } = testRuntime(begun)
    const reminded: string[] = []
    const remind: Handler<Log> = async (_tx, { businessId }) => {
      if (businessId === ill.id) throw new Error('ill')
      reminded.push(businessId)
      return {}
    }
    const host = testHost(zoneId, 'late', { remind })
    await deployed(test.db, runtime, xml)
    const ill = await started(test.db, runtime, host, { dueAt: begun + 1 })
    const well = await started(test.db, runtime, host, { dueAt: begun + 2 })
    moveTo(begun + hour)

    expect(await fireDue(test.db, runtime, [host], now(), () => {})).toEqual({ fired: 1, failed: 1 })
    expect(reminded).toEqual([well.id])
  })
})

describe('a killed worker', () => {
  it('leaves the timer as it was; the next worker fires it once', async () => {
    const dataDir = mkdtempSync(join(tmpdir(), 'tingzhou-killed-'))
    const script = join(repoRoot(), 'core/process/testing-killed.ts')
    const worker = spawn(process.execPath, ['--import', 'tsx', script, dataDir, await prepareImage(), String(begun)], {
      cwd: repoRoot(),
      stdio: ['ignore', 'pipe', 'inherit'],
    })
    const said = await new Promise<string>((resolve) => {
      worker.stdout.once('data', (chunk: Buffer) => resolve(chunk.toString()))
      worker.once('exit', () => resolve('nothing'))
    })
    // It is inside the handler: the step has been played, nothing is committed.
    worker.kill('SIGKILL')
    const { zoneId, firedAt } = JSON.parse(said) as { zoneId: string; firedAt: EpochMs }

    const database = await openDatabase({ dataDir })
    let reminders = 0
    const host = testHost(zoneId, 'late', { remind: async () => (reminders++, {}) })
    const { runtime } = testRuntime(firedAt, undefined, zoneId)
    const fire = () => fireDue(database.db, runtime, [host], firedAt, () => {})
    expect(await fire()).toEqual({ fired: 1, failed: 0 })
    expect(await fire()).toEqual({ fired: 0, failed: 0 })
    expect(reminders).toBe(1)
    const { marking } = await database.db.selectFrom('process_instance').select('marking').executeTakeFirstOrThrow()
    expect(marking.tokens.map((token) => token.nodeId)).toEqual(['work'])
    await database.close()
    rmSync(dataDir, { recursive: true, force: true })
  }, 60_000)
})
