import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { verifyHistory } from '@tingzhou/audit'
import { instantOf, localDateOf } from '@tingzhou/calendar'
import { testDatabase, type TestDatabase } from '@tingzhou/db/testing'
import { assert, localDate } from '@tingzhou/kernel'
import { orphansIn } from '@tingzhou/process/testing'
import { decided, draft, food, handedIn, itemOf, licence, restaurantZone, type Zone } from './restaurant.fixture.ts'

// 29 September plus five working days, the holidays between, is 13 October.
const silent = instantOf(localDate('2025-10-13'), '23:00')

let test: TestDatabase
let zone: Zone
beforeAll(async () => {
  test = await testDatabase()
})
afterAll(() => test.database.close())
afterEach(async () => {
  expect(await orphansIn(test.db, zone.zoneId)).toEqual([])
  expect(await verifyHistory(test.db, zone.zoneId)).toMatchObject({ faults: [] })
})

const promise = { workingDays: 3, signedBy: '示例申请人', agreed: true } as const
const promised = { materials: handedIn(['r_food_manager']), promise }

async function promiseOf(applicationId: string) {
  return test.db
    .selectFrom('tolerance_promise')
    .selectAll()
    .where('zone_id', '=', zone.zoneId)
    .where('application_id', '=', applicationId)
    .executeTakeFirst()
}

const noticesOf = async (accountId: string) =>
  (
    await test.db
      .selectFrom('notice')
      .select('title_key')
      .where('zone_id', '=', zone.zoneId)
      .where('account_id', '=', accountId)
      .execute()
  ).map(({ title_key }) => title_key)

describe('an application that nobody answers 逾期视为受理', () => {
  it('is accepted from its receipt; the applicant is told, items and joint clock count from that day', async () => {
    zone = await restaurantZone(test.database)
    const { applicant } = zone.people
    const id = await draft(zone, applicant)
    await zone.move(id, applicant, 'submit')

    await zone.advance(silent)

    const row = await zone.application(id)
    expect(row).toMatchObject({ state: 'running', acceptance: 'by_silence', accepted_at: row.received_at })
    expect(await noticesOf(applicant.accountId)).toContain('services:accepted_by_silence')
    const item = await itemOf(zone, id, licence)
    expect(item.started_at).toBe(row.received_at)
    // One working day from Monday 29 September is long over: the supervisor knows at once.
    expect(localDateOf(item.due_at ?? silent)).toBe('2025-09-30')
    expect(item.supervised_at).not.toBe(null)
    expect(await promiseOf(id)).toBe(undefined)
    await decided(zone, id, licence)
    const permit = await itemOf(zone, id, food)
    // What waited for another item begins when that one is granted.
    expect(permit.started_at).toBe(zone.now())
  })

  it('has its promise in force, counted from the day on which silence accepted it', async () => {
    zone = await restaurantZone(test.database)
    const { applicant, window } = zone.people
    const id = await draft(zone, applicant, promised)
    await zone.move(id, applicant, 'submit')
    expect(await zone.tryMove(id, window, 'accept', { words: '' })).toMatchObject({
      error: { kind: 'materials_missing', materials: ['r_food_manager'] },
    })

    await zone.advance(silent)

    const open = await promiseOf(id)
    assert(open, 'the promise is in force')
    expect(open).toMatchObject({ state: 'open', materials: ['r_food_manager'], working_days: 3, due_on: '2025-10-16' })
    await zone.advance(instantOf(localDate('2025-10-17'), '01:00'))
    expect(await promiseOf(id)).toMatchObject({ state: 'broken' })
    expect((await itemOf(zone, id, food)).state).toBe('ended')
    expect((await itemOf(zone, id, licence)).state).toBe('review')
  })

  it('is accepted without the promise of somebody whose earlier one was broken', async () => {
    zone = await restaurantZone(test.database)
    const { applicant } = zone.people
    const first = await draft(zone, applicant, promised)
    await zone.move(first, applicant, 'submit')
    await zone.advance(instantOf(localDate('2025-10-17'), '01:00'))
    expect(await promiseOf(first)).toMatchObject({ state: 'broken' })
    const second = await draft(zone, applicant, promised)
    await zone.move(second, applicant, 'submit')

    await zone.advance(instantOf(localDate('2025-10-27'), '23:00'))

    expect(await zone.application(second)).toMatchObject({ state: 'running', acceptance: 'by_silence' })
    expect(await promiseOf(second)).toBe(undefined)
    const said = await test.db
      .selectFrom('history')
      .select('data')
      .where('zone_id', '=', zone.zoneId)
      .where('object_id', '=', second)
      .where('verb', '=', 'accepted_by_silence')
      .executeTakeFirst()
    expect(said?.data).toMatchObject({ promise: { state: 'void', reasons: ['dishonesty_record'] } })
  })

  it('counts from the day on which a correction was answered', async () => {
    zone = await restaurantZone(test.database)
    const { applicant, window } = zone.people
    const id = await draft(zone, applicant)
    await zone.move(id, applicant, 'submit')
    const asks = [{ material: 'r_floor_plan', field: null, words: '请标注尺寸' }]
    await zone.move(id, window, 'ask_correction', { asks, headReason: null })
    await zone.advance(instantOf(localDate('2025-10-10'), '11:00'))
    await zone.save(id, applicant, { materials: handedIn() })
    await zone.move(id, applicant, 'corrected', { words: '' })

    await zone.advance(instantOf(localDate('2025-10-20'), '23:00'))

    const row = await zone.application(id)
    expect(row).toMatchObject({ state: 'running', acceptance: 'by_silence' })
    expect(localDateOf(row.accepted_at ?? silent)).toBe('2025-10-10')
    expect((await itemOf(zone, id, licence)).started_at).toBe(row.accepted_at)
  })
})
