import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { verifyHistory } from '@tingzhou/audit'
import { instantOf, localDateOf } from '@tingzhou/calendar'
import { testDatabase, type TestDatabase } from '@tingzhou/db/testing'
import { assert, localDate } from '@tingzhou/kernel'
import { orphansIn } from '@tingzhou/process/testing'
import {
  accepted,
  answers,
  decided,
  draft,
  food,
  handedIn,
  itemOf,
  licence,
  restaurantZone,
  sign,
  withoutSign,
  type Zone,
} from './restaurant.fixture.ts'

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

const statesOf = async (id: string) =>
  Object.fromEntries(Object.entries(await zone.itemsOf(id)).map(([code, { state }]) => [code, state]))

const promised = ['r_food_manager']
const promise = { workingDays: 3, signedBy: '示例申请人', agreed: true as const }
/** A restaurant is no small shop: its food permit is left to a person. */
const tolerantFields = {
  answers: { ...answers, shop_kind: ['restaurant'], sign: ['no'] },
  materials: handedIn(promised, ['r_sign_design', 'r_sign_photo', 'r_sign_promise']),
  promise,
  values: withoutSign,
}

async function tolerant() {
  return accepted(zone, tolerantFields, 'accept_tolerant')
}

async function promiseOf(id: string) {
  const row = await test.db
    .selectFrom('tolerance_promise')
    .select('id')
    .where('application_id', '=', id)
    .executeTakeFirstOrThrow()
  return zone.rowOf('tolerance_promise', row.id)
}

describe('a restaurant opens in one visit', () => {
  it('items run by their dependencies, rules grant the food permit at once, the applicant rates', async () => {
    zone = await restaurantZone(test.database)
    const { applicant } = zone.people
    const id = await accepted(zone)

    expect(await statesOf(id)).toEqual({ [licence]: 'review', [food]: 'waiting', [sign]: 'waiting' })
    expect(await decided(zone, id, licence)).toBe('granted')
    expect(await itemOf(zone, id, food)).toMatchObject({ state: 'granted', automatic: true })
    await decided(zone, id, sign)

    expect(await zone.application(id)).toMatchObject({ state: 'delivered', result: 'granted', joint_days: 13 })
    expect(await zone.move(id, applicant, 'rate', { stars: 5, words: '' })).toBe('archived')
    const certificates = await test.db.selectFrom('certificate').select('no').where('application_id', '=', id).execute()
    expect(certificates).toHaveLength(3)
    const decision = await test.db
      .selectFrom('item_decision')
      .selectAll()
      .where('item_case_id', '=', (await itemOf(zone, id, food)).id)
      .executeTakeFirstOrThrow()
    expect(decision).toMatchObject({
      outcome: 'approve',
      decision_table: 'small_shop',
      inputs: { area_m2: 45, operator_barred: false },
    })
    const requests = await test.db
      .selectFrom('data_request')
      .select(['service_id', 'used'])
      .where('application_id', '=', id)
      .execute()
    expect(requests.filter(({ used }) => used).length).toBeGreaterThanOrEqual(4)
  })

  it('a bad rating opens a need once', async () => {
    zone = await restaurantZone(test.database)
    const id = await accepted(zone)
    await decided(zone, id, licence)
    await decided(zone, id, sign)

    await zone.move(id, zone.people.applicant, 'rate', { stars: 1, words: '等得太久' })

    const { follow_up_id } = await zone.application(id)
    const appeal = await test.db
      .selectFrom('appeal')
      .select(['category', 'state', 'body'])
      .where('id', '=', follow_up_id ?? '')
      .executeTakeFirstOrThrow()
    expect(appeal).toMatchObject({ category: '0607', state: 'registered' })
    expect(appeal.body).toContain('等得太久')
  })
})

describe('what was promised 容缺', () => {
  it('is kept: supplied in time, verified, and the case goes on', async () => {
    zone = await restaurantZone(test.database)
    const { applicant, window } = zone.people
    const id = await tolerant()
    const { id: promiseId, due_on } = await promiseOf(id)
    // 30 September, 9 and 10 October (casework.md §14).
    expect(due_on).toBe('2025-10-10')
    expect((await promiseOf(id)).state).toBe('open')

    await zone.movePromise(promiseId, applicant, 'supply', { materials: [{ code: 'r_food_manager', fileIds: [] }] })
    await zone.movePromise(promiseId, window, 'verify', { words: '' })
    await decided(zone, id, licence)
    const item = await itemOf(zone, id, food)
    const { officer, head } = zone.staff('market_regulation')
    await zone.moveItem(item.id, officer, 'pass_review', { opinion: '需现场踏勘' })
    expect((await itemOf(zone, id, food)).state).toBe('special')
    await zone.moveItem(item.id, officer, 'finish_special', { words: '现场符合' })
    await zone.moveItem(item.id, head, 'approve')

    expect((await promiseOf(id)).state).toBe('kept')
    expect(await zone.application(id)).toMatchObject({ state: 'delivered', result: 'granted', acceptance: 'tolerant' })
  })

  it('is broken: undecided items end, and nothing more may be promised until it is repaired', async () => {
    zone = await restaurantZone(test.database)
    const { applicant, window, supervisor } = zone.people
    const id = await tolerant()
    await decided(zone, id, licence)
    const { id: promiseId } = await promiseOf(id)

    await zone.advance(instantOf(localDate('2025-10-10'), '23:00'))
    expect((await promiseOf(id)).state).toBe('open')
    expect((await promiseOf(id)).reminded_at.map(localDateOf)).toEqual(['2025-09-30', '2025-10-09'])
    await zone.advance(instantOf(localDate('2025-10-11'), '00:01'))

    expect((await promiseOf(id)).state).toBe('broken')
    expect(await statesOf(id)).toEqual({ [licence]: 'granted', [food]: 'ended' })
    expect(await zone.application(id)).toMatchObject({ state: 'delivered', result: 'partly_granted' })
    const late = await zone.tryPromise(promiseId, applicant, 'supply', {
      materials: [{ code: 'r_food_manager', fileIds: [] }],
    })
    expect(late).toMatchObject({ ok: false, error: { kind: 'not_in_state', state: 'broken' } })
    const next = await draft(zone, applicant, tolerantFields)
    await zone.move(next, applicant, 'submit')
    expect(await zone.tryMove(next, window, 'accept_tolerant', { words: '' })).toMatchObject({
      ok: false,
      error: { kind: 'tolerance_refused', reasons: ['dishonesty_record'] },
    })

    await zone.movePromise(promiseId, supervisor, 'repair', { reason: '已补交并说明' })
    expect(await zone.move(next, window, 'accept_tolerant', { words: '' })).toBe('running')
  })

  it('is broken after a decision: the applicant may be heard, the head revokes, the certificate is void', async () => {
    zone = await restaurantZone(test.database)
    const { applicant } = zone.people
    // The small shop's permit is granted by rule while the promise runs.
    const id = await accepted(zone, { materials: handedIn(promised), promise }, 'accept_tolerant')
    await decided(zone, id, licence)
    expect((await itemOf(zone, id, food)).state).toBe('granted')

    await zone.advance(instantOf(localDate('2025-10-11'), '00:01'))
    const revocation = await test.db
      .selectFrom('revocation')
      .select(['id', 'state'])
      .where('application_id', '=', id)
      .executeTakeFirstOrThrow()
    expect(revocation.state).toBe('notice')
    expect((await zone.application(id)).state).toBe('running')
    await zone.moveRevocation(revocation.id, applicant, 'ask_hearing', { words: '请听取说明' })
    const { head } = zone.staff('market_regulation')
    await zone.moveRevocation(revocation.id, head, 'hold_hearing', { minutes: '已听取' })
    expect(await zone.moveRevocation(revocation.id, head, 'revoke', { reason: '材料未补交' })).toBe('revoked')
    await decided(zone, id, sign)

    expect((await itemOf(zone, id, food)).state).toBe('revoked')
    const certificate = await test.db
      .selectFrom('certificate')
      .select('state')
      .where('item_case_id', '=', (await itemOf(zone, id, food)).id)
      .executeTakeFirstOrThrow()
    expect(certificate.state).toBe('revoked')
    expect(await zone.application(id)).toMatchObject({ state: 'delivered', result: 'partly_granted' })
  })

  it('is refused for a main material, a longer list or a longer time than the rules allow', async () => {
    zone = await restaurantZone(test.database)
    const { applicant, window } = zone.people
    const id = await draft(zone, applicant, {
      materials: handedIn(['r_floor_plan']),
      promise: { ...promise, workingDays: 11 },
    })
    await zone.move(id, applicant, 'submit')

    const refused = await zone.tryMove(id, window, 'accept_tolerant', { words: '' })

    assert(!refused.ok && refused.error.kind === 'tolerance_refused', 'a main material is never promised')
    expect(refused.error.reasons).toEqual(['main_missing', 'deadline_too_long'])
    expect((await zone.application(id)).state).toBe('check')
  })
})
