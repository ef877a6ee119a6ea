import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { instantOf } from '@tingzhou/calendar'
import { testDatabase, type TestDatabase } from '@tingzhou/db/testing'
import { localDate } from '@tingzhou/kernel'
import type { UrgencyClass } from './words.ts'
import { testZone } from './testing.ts'

const hour = 3_600
const day = 24 * hour
let test: TestDatabase
let zone: Awaited<ReturnType<typeof testZone>>

beforeAll(async () => {
  test = await testDatabase()
})
afterAll(() => test.database.close())
beforeEach(async () => {
  // A Monday at the opening of the office.
  zone = await testZone(test.database, instantOf(localDate('2026-03-02'), '10:00'))
})

const dispatchAs = (id: string, urgency: UrgencyClass) =>
  zone.move(id, zone.people.dispatcher, 'dispatch', {
    ownerId: zone.departments.power,
    assistantIds: [],
    note: '',
    class: urgency,
  })

const workUp = async (id: string, urgency: UrgencyClass = 'P2') => {
  await dispatchAs(id, urgency)
  await zone.move(id, zone.people.officer, 'sign')
  await zone.move(id, zone.people.officer, 'contact', { channel: 'phone', words: '已联系' })
}

const replyTo = (id: string, result = 'explained') =>
  zone.move(id, zone.people.officer, 'reply', { result, text: '已说明', measures: '', fileIds: [] })

const rows = (id: string) =>
  test.db
    .selectFrom('supervision')
    .select(['level', 'reason', 'auto', 'closed_reason'])
    .where('appeal_id', '=', id)
    .orderBy('opened_at')
    .execute()

describe('the first allowance of each class', () => {
  it.each([
    ['P0', 900, 1_800, 2 * hour, null],
    ['P1', hour, 2 * hour, 24 * hour, hour],
  ] as const)('%s counts day and night', async (urgency, sign, contact, result, window) => {
    const id = await zone.raise()
    await dispatchAs(id, urgency)
    const order = await test.db
      .selectFrom('work_order')
      .selectAll()
      .where('appeal_id', '=', id)
      .executeTakeFirstOrThrow()
    const after = (ms: number | null) => (ms === null ? null : (ms - order.dispatched_at) / 1_000)

    expect([order.due_sign_at, order.due_contact_at, order.due_result_at, order.return_until].map(after)).toEqual([
      sign,
      contact,
      result,
      window,
    ])
  })

  it('P4 counts office time and asks for no first contact', async () => {
    const id = await zone.raise({ nature: 'consult' })
    await dispatchAs(id, 'P4')
    const order = await test.db
      .selectFrom('work_order')
      .selectAll()
      .where('appeal_id', '=', id)
      .executeTakeFirstOrThrow()

    expect(order).toMatchObject({
      due_sign_at: instantOf(localDate('2026-03-02'), '14:00'),
      due_contact_at: null,
      due_result_at: instantOf(localDate('2026-03-05'), '19:30'),
      return_until: instantOf(localDate('2026-03-02'), '14:00'),
    })
  })
})

describe('an emergency', () => {
  it('is reminded once and goes at once to level 2, never higher by itself', async () => {
    const id = await zone.raise()
    await workUp(id, 'P0')
    await zone.advance(5 * day)

    expect(await rows(id)).toEqual([{ level: 2, reason: 'overdue', auto: true, closed_reason: null }])
    const reminders = await test.db
      .selectFrom('history')
      .select('data')
      .where('object_id', '=', id)
      .where('verb', '=', 'remind')
      .execute()
    expect(reminders.map(({ data }) => data)).toEqual([{ rung: 'at50' }])
  })

  it('cannot be returned', async () => {
    const id = await zone.raise()
    await dispatchAs(id, 'P0')

    expect(await zone.tryMove(id, zone.people.head, 'return', { reason: 'x', basis: 'y' })).toMatchObject({
      error: { kind: 'no_second_return' },
    })
  })
})

describe('rungs', () => {
  it('are cancelled by the reply', async () => {
    const id = await zone.raise()
    await workUp(id)
    await replyTo(id)
    await zone.advance(14 * day)

    expect(await rows(id)).toEqual([])
  })

  it('are cancelled by a pause, and reached again at the new due time', async () => {
    const id = await zone.raise()
    await workUp(id)
    await zone.advance(3 * day)
    await zone.move(id, zone.people.officer, 'ask_applicant', { question: '?' })
    await zone.advance(4.5 * day)
    expect(await rows(id)).toEqual([])
    await zone.move(id, zone.people.firm, 'supplement', { text: '!', fileIds: [] })

    const { due_at } = await zone.appealOf(id)
    expect(due_at).toBe(instantOf(localDate('2026-03-13'), '22:00'))
    await zone.advance(4.5 * day)
    expect(await rows(id)).toMatchObject([{ level: 1 }])
  })

  it('of dispatching supervise the dispatcher, and end with the appeal', async () => {
    const [declined, merged, leader] = [await zone.raise(), await zone.raise(), await zone.raise()]
    await zone.advance(2 * day)
    expect(await rows(declined)).toEqual([{ level: 1, reason: 'dispatch_late', auto: true, closed_reason: null }])

    await zone.move(declined, zone.people.dispatcher, 'decline', { reasonCode: 'in_court', notice: '法院已受理' })
    await zone.move(merged, zone.people.dispatcher, 'merge', { leaderId: leader, reason: '同一事件' })

    expect(await rows(declined)).toMatchObject([{ closed_reason: 'declined' }])
    expect(await rows(merged)).toMatchObject([{ closed_reason: 'merged' }])
    expect(await rows(leader)).toMatchObject([{ closed_reason: null }])
    expect(await zone.appealOf(declined)).toMatchObject({ state: 'declined', supervision_level: 0 })
  })
})

describe('supervision', () => {
  it('is answered in writing by the head within four office hours, and lifted by the supervisor', async () => {
    const { people } = zone
    const id = await zone.raise()
    await workUp(id)
    await zone.move(id, people.supervisor, 'supervise', { level: 2, reason: '企业反映强烈' })
    const row = await test.db
      .selectFrom('supervision')
      .selectAll()
      .where('appeal_id', '=', id)
      .executeTakeFirstOrThrow()
    expect(row.answer_due_at).toBe(instantOf(localDate('2026-03-02'), '14:00'))

    const answer = { supervisionId: row.id, text: '今日派人' }
    expect(await zone.tryMove(id, people.officer, 'answer_supervision', answer)).toMatchObject({
      error: { kind: 'not_allowed' },
    })
    await zone.move(id, people.head, 'answer_supervision', answer)
    expect(await zone.tryMove(id, people.head, 'answer_supervision', answer)).toMatchObject({
      error: { kind: 'unknown_supervision' },
    })
    await zone.move(id, people.supervisor, 'lift_supervision', { supervisionId: row.id, reason: '已整改' })
    expect(await zone.appealOf(id)).toMatchObject({ supervision_level: 0 })
  })

  it('ends with a withdrawal, but of an emergency goes on ex officio', async () => {
    const { people } = zone
    const [usual, grave] = [await zone.raise(), await zone.raise()]
    await workUp(usual)
    await workUp(grave, 'P0')
    for (const id of [usual, grave]) {
      await zone.move(id, people.supervisor, 'supervise', { level: 2, reason: '关注' })
      await zone.move(id, people.firm, 'withdraw', { reason: '不想再提' })
    }

    expect(await rows(usual)).toMatchObject([{ closed_reason: 'withdrawn' }])
    expect(await rows(grave)).toMatchObject([{ closed_reason: null }])
    const { id: supervisionId } = await test.db
      .selectFrom('supervision')
      .select('id')
      .where('appeal_id', '=', grave)
      .executeTakeFirstOrThrow()
    await zone.move(grave, people.head, 'answer_supervision', { supervisionId, text: '隐患已消除' })
    await zone.move(grave, people.supervisor, 'lift_supervision', { supervisionId, reason: '核实无误' })
    expect(await rows(grave)).toMatchObject([{ closed_reason: '核实无误' }])
    expect(await zone.appealOf(grave)).toMatchObject({ state: 'withdrawn', supervision_level: 0 })
  })
})

describe('an extension', () => {
  const until = (days: number) => instantOf(localDate('2026-03-02'), '10:00') + days * day * 1_000
  const ask = (id: string, days: number) =>
    zone.tryMove(id, zone.people.officer, 'ask_extension', { until: until(days), reason: '等待备件' })
  const decide = (id: string, approve: boolean) =>
    zone.tryMove(id, zone.people.supervisor, 'decide_extension', { approve, reason: '同意' })

  it('moves the due time once approved; the first one stays for first-time on-time', async () => {
    const id = await zone.raise()
    await workUp(id)
    expect(await ask(id, 10)).toMatchObject({ ok: true })
    expect((await zone.appealOf(id)).due_at).toBe(until(7))
    expect(
      await zone.tryMove(id, zone.people.dispatcher, 'decide_extension', { approve: true, reason: '' }),
    ).toMatchObject({
      error: { kind: 'not_allowed', reason: 'supervisor_only' },
    })
    expect(await decide(id, true)).toMatchObject({ ok: true })

    expect((await zone.appealOf(id)).due_at).toBe(until(10))
    const order = await test.db
      .selectFrom('work_order')
      .selectAll()
      .where('appeal_id', '=', id)
      .executeTakeFirstOrThrow()
    expect(order).toMatchObject({ due_result_at: until(10), original_due_result_at: until(7) })
    expect(await ask(id, 11)).toMatchObject({ error: { rule: 'one extension an order' } })
    await zone.advance(8 * day)
    expect(await rows(id)).toEqual([])
  })

  it.each([
    [7, 'later than the present due time'],
    [15, 'at most as long again as the first allowance'],
  ])('of %i days is refused: %s', async (days, rule) => {
    const id = await zone.raise()
    await workUp(id)

    expect(await ask(id, days)).toMatchObject({ error: { kind: 'extension_refused_by_rule', field: 'until', rule } })
    expect(await ask(id, 14)).toMatchObject({ ok: true })
  })

  it('is not asked after the due time', async () => {
    const id = await zone.raise()
    await workUp(id)
    await zone.advance(8 * day)

    expect(await ask(id, 12)).toMatchObject({ error: { rule: 'asked before the due time' } })
  })

  it('without an answer within one working day is refused', async () => {
    const id = await zone.raise()
    await workUp(id)
    await ask(id, 10)
    await zone.advance(2 * day)

    expect(await decide(id, true)).toMatchObject({ error: { kind: 'extension_refused_by_rule', field: 'approve' } })
    expect((await zone.appealOf(id)).due_at).toBe(until(7))
  })

  it('into a year without a calendar is refused, naming the day', async () => {
    const late = await testZone(test.database, instantOf(localDate('2026-12-22'), '10:00'))
    const id = await late.raise()
    await late.move(id, late.people.dispatcher, 'dispatch', {
      ownerId: late.departments.power,
      assistantIds: [],
      note: '',
    })
    await late.move(id, late.people.officer, 'sign')
    await late.move(id, late.people.officer, 'contact', { channel: 'phone', words: 'x' })

    expect(
      await late.tryMove(id, late.people.officer, 'ask_extension', {
        until: instantOf(localDate('2027-01-04'), '10:00'),
        reason: '等待备件',
      }),
    ).toMatchObject({ error: { kind: 'calendar_not_loaded', date: '2027-01-04' } })
  })
})

describe('a change of class', () => {
  it('counts from the dispatch and keeps the pauses, the receipt and the first category', async () => {
    const id = await zone.raise()
    const received = (await zone.appealOf(id)).received_at
    await workUp(id)
    await zone.move(id, zone.people.officer, 'ask_applicant', { question: '?' })
    await zone.advance(2 * day)
    await zone.move(id, zone.people.firm, 'supplement', { text: '!', fileIds: [] })
    await zone.move(id, zone.people.dispatcher, 'classify', {
      category: '0401',
      nature: 'help',
      class: 'P3',
      areaId: null,
      sensitive: false,
      reason: '需增容',
    })

    expect(await zone.appealOf(id)).toMatchObject({
      received_at: received,
      category: '0401',
      first_category: '0402',
      due_at: instantOf(localDate('2026-03-19'), '10:00'),
    })
  })
})

describe('the callback', () => {
  const call = (id: string, answer: object) =>
    zone.tryMove(id, zone.people.caller, 'callback', {
      contacted: null,
      solved: null,
      rating: null,
      words: '',
      ...answer,
    })
  const toCallback = async () => {
    const id = await zone.raise()
    await workUp(id)
    await replyTo(id)
    await zone.move(id, zone.people.lead, 'pass_reply', { words: '' })
    return id
  }

  it('is tried three times in different half-days, then the area lead confirms', async () => {
    const id = await toCallback()
    expect(await call(id, { reached: false })).toMatchObject({ ok: true })
    expect(await call(id, { reached: false })).toMatchObject({
      error: { kind: 'same_half_day', value: '2026-03-02 am' },
    })
    await zone.advance(6 * hour)
    expect(await call(id, { reached: false })).toMatchObject({ ok: true })
    expect(await zone.tryMove(id, zone.people.lead, 'strike_off', { words: '' })).toMatchObject({ ok: false })
    await zone.advance(day)
    expect(await call(id, { reached: false })).toMatchObject({ ok: true })
    await zone.advance(day)
    expect(await call(id, { reached: true, solved: 'yes' })).toMatchObject({ ok: false })

    expect(await zone.move(id, zone.people.lead, 'strike_off', { words: '三次未接通' })).toBe('closed')
    expect(await zone.appealOf(id)).toMatchObject({ callback_attempts: 3, solved: null, rating: null })
  })

  it('of someone who was reached needs the answer', async () => {
    const id = await toCallback()

    expect(await call(id, { reached: true })).toMatchObject({
      error: { kind: 'callback_answer_missing', field: 'solved' },
    })
  })

  it('that says "not solved" a third time brings supervision level 2 and a meeting', async () => {
    const { people } = zone
    const id = await toCallback()
    for (const round of [1, 2, 3]) {
      expect(await call(id, { reached: true, contacted: true, solved: 'no', rating: 1 })).toMatchObject({ ok: true })
      expect(await zone.appealOf(id)).toMatchObject({ state: 'handling', reopen_count: round })
      if (round === 3) break
      await zone.advance(hour)
      await replyTo(id)
      await zone.move(id, people.lead, 'pass_reply', { words: '' })
      await zone.advance(day)
    }

    expect(await rows(id)).toMatchObject([{ level: 2, reason: 'reopened_three_times' }])
    expect(
      await zone.tryMove(id, people.officer, 'reply', { result: 'explained', text: 'x', measures: '', fileIds: [] }),
    ).toMatchObject({
      ok: false,
    })
    expect(await zone.move(id, people.supervisor, 'hold_meeting', { minutes: '会商纪要' })).toBe('handling')
    expect(await replyTo(id)).toBe('replied')
  })
})

describe('the planned list', () => {
  const plan = async () => {
    const id = await zone.raise()
    await workUp(id)
    await replyTo(id, 'planned')
    await zone.move(id, zone.people.lead, 'pass_reply', { words: '' })
    return id
  }
  const entry = (reviewDate: string) => ({ plan: '列入改造计划', ownerId: zone.departments.power, reviewDate })

  it('takes a case with owner and review date, which is renewed or opened again', async () => {
    const { people } = zone
    const id = await plan()
    await zone.move(id, people.supervisor, 'supervise', { level: 2, reason: '领导关注' })
    expect(await zone.tryMove(id, people.supervisor, 'list_planned', entry('2026-03-02'))).toMatchObject({
      error: { kind: 'past_date', field: 'reviewDate' },
    })
    expect(await zone.move(id, people.supervisor, 'list_planned', entry('2026-06-01'))).toBe('closed')
    expect(await zone.appealOf(id)).toMatchObject({ closing_no: null, supervision_level: 0 })
    await zone.advance(20 * day)
    expect(await zone.appealOf(id)).toMatchObject({ state: 'closed' })

    expect(
      await zone.move(id, people.supervisor, 'review_planned', { renewUntil: '2026-09-01', reason: '资金未到' }),
    ).toBe('closed')
    expect(await zone.move(id, people.supervisor, 'review_planned', { renewUntil: null, reason: '资金已到' })).toBe(
      'handling',
    )
    expect(await zone.appealOf(id)).toMatchObject({ round: 2, owner_id: zone.departments.power })
  })

  it('may be refused: then the applicant says whether it is solved', async () => {
    const { people } = zone
    const id = await plan()

    expect(await zone.move(id, people.supervisor, 'refuse_planned', { reason: '今年可以解决' })).toBe('callback')

    expect(await zone.appealOf(id)).toMatchObject({ clock_kind: null, closing_no: null, next_step: 'callback' })
    expect(await test.db.selectFrom('planned_item').select('id').where('appeal_id', '=', id).execute()).toEqual([])
  })

  it('is the supervisor’s alone', async () => {
    const id = await plan()

    expect(await zone.tryMove(id, zone.people.head, 'list_planned', entry('2026-06-01'))).toMatchObject({
      error: { kind: 'not_allowed', reason: 'supervisor_only' },
    })
  })
})

describe('the review that the applicant may ask for', () => {
  it('comes once, within fifteen days', async () => {
    const { people } = zone
    const id = await zone.raise()
    const decline = { reasonCode: 'not_ours', notice: '不属园区受理范围' }
    await zone.move(id, people.dispatcher, 'decline', decline)
    expect(await zone.move(id, people.firm, 'review', { facts: '属园区管理', fileIds: [] })).toBe('registered')
    await zone.move(id, people.dispatcher, 'decline', decline)

    expect(await zone.tryMove(id, people.firm, 'review', { facts: '再看看', fileIds: [] })).toMatchObject({
      error: { kind: 'review_used' },
    })
    const late = await zone.raise()
    await zone.move(late, people.dispatcher, 'decline', decline)
    await zone.advance(16 * day)
    expect(await zone.tryMove(late, people.firm, 'review', { facts: '太晚了', fileIds: [] })).toMatchObject({
      ok: false,
    })
  })
})
