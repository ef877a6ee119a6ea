import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { verifyHistory } from '@tingzhou/audit'
import { newId } from '@tingzhou/db'
import { testDatabase, type TestDatabase } from '@tingzhou/db/testing'
import { instantOf } from '@tingzhou/calendar'
import { localDate } from '@tingzhou/kernel'
import { makeMove } from './moves.ts'
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

const dispatchTo = async (id: string, assistantIds: string[] = []) =>
  zone.move(id, zone.people.dispatcher, 'dispatch', { ownerId: zone.departments.power, assistantIds, note: '' })

const workUp = async (id: string) => {
  await dispatchTo(id)
  await zone.move(id, zone.people.officer, 'sign')
  await zone.move(id, zone.people.officer, 'contact', { channel: 'phone', words: '已联系' })
}

const reply = (id: string, result = 'explained') =>
  zone.move(id, zone.people.officer, 'reply', { result, text: '已说明', measures: '', fileIds: [] })

const solve = async (id: string, solved = 'yes') => {
  await zone.move(id, zone.people.lead, 'pass_reply', { words: '' })
  return zone.move(id, zone.people.caller, 'callback', { reached: true, contacted: true, solved, rating: 5, words: '' })
}

describe('the loop of a need', () => {
  it('closes with a number after it went round again', async () => {
    const { people, departments } = zone
    const id = await zone.raise()
    expect(await zone.appealOf(id)).toMatchObject({
      state: 'registered',
      no: expect.stringMatching(/^SQ20260302\d{5}$/),
      clock_kind: 'dispatch',
      area_id: zone.area,
    })

    expect(await dispatchTo(id, [departments.fire])).toBe('dispatched')
    expect(await zone.move(id, people.officer, 'sign')).toBe('signed')
    expect(await zone.move(id, people.officer, 'contact', { channel: 'on_site', words: '到现场查看' })).toBe('handling')
    expect(
      await zone.tryMove(id, people.officer, 'reply', { result: 'explained', text: 'x', measures: '', fileIds: [] }),
    ).toMatchObject({ error: { kind: 'assists_open', departments: [departments.fire] } })
    const assist = await test.db.selectFrom('assist').select('id').where('appeal_id', '=', id).executeTakeFirstOrThrow()
    expect(
      await zone.move(id, people.helper, 'opinion', { assistId: assist.id, text: '无消防问题', fileIds: [] }),
    ).toBe('handling')
    expect(await reply(id)).toBe('replied')
    expect(await solve(id, 'no')).toBe('handling')
    expect(await zone.appealOf(id)).toMatchObject({ reopen_count: 1, round: 2, clock_kind: 'result' })

    expect(await reply(id)).toBe('replied')
    await zone.advance(5 * hour)
    expect(await solve(id)).toBe('callback')
    expect(await zone.move(id, people.lead, 'strike_off', { words: '' })).toBe('closed')
    expect(await zone.appealOf(id)).toMatchObject({
      closing_no: expect.stringMatching(/^XH20260302\d{5}$/),
      solved: 'yes',
      next_step: null,
    })

    await zone.advance(16 * day)
    expect(await zone.appealOf(id)).toMatchObject({ state: 'archived' })
    expect(await verifyHistory(test.db, zone.zoneId)).toMatchObject({ faults: [] })
  })

  it('gets half of what the class gives each time it goes round, not half of the last half', async () => {
    const id = await zone.raise()
    await workUp(id)

    for (let round = 0; round < 2; round++) {
      await reply(id)
      expect(await solve(id, 'no')).toBe('handling')
    }

    const orders = await test.db
      .selectFrom('work_order')
      .select(['dispatched_at', 'due_result_at'])
      .where('appeal_id', '=', id)
      .orderBy('round')
      .execute()
    const days = orders.map((order) => ((order.due_result_at ?? 0) - order.dispatched_at) / 86_400_000)
    expect(days).toEqual([7, 3.5, 3.5])
  })

  it('needs evidence to say resolved', async () => {
    const id = await zone.raise()
    await workUp(id)

    const refused = await zone.tryMove(id, zone.people.officer, 'reply', {
      result: 'resolved',
      text: 'x',
      measures: '',
      fileIds: [],
    })

    expect(refused).toMatchObject({ error: { kind: 'evidence_missing', field: 'fileIds' } })
  })

  it('leaves no token, task or timer behind when it ends', async () => {
    const id = await zone.raise()
    await dispatchTo(id, [zone.departments.fire])
    await zone.move(id, zone.people.officer, 'sign')
    await zone.move(id, zone.people.officer, 'contact', { channel: 'phone', words: 'x' })
    expect(await zone.move(id, zone.people.firm, 'withdraw', { reason: '已自行解决' })).toBe('withdrawn')

    const instance = (await zone.appealOf(id)).instance_id ?? ''
    for (const table of ['process_timer', 'process_subscription'] as const)
      expect({
        table,
        rows: await test.db.selectFrom(table).select('id').where('instance_id', '=', instance).execute(),
      }).toEqual({ table, rows: [] })
    const { marking } = await test.db
      .selectFrom('process_instance')
      .select('marking')
      .where('id', '=', instance)
      .executeTakeFirstOrThrow()
    expect(marking).toEqual({ scopes: [], tokens: [], tasks: [], timers: [], subscriptions: [] })
    const open = await test.db
      .selectFrom('process_task')
      .select('id')
      .where('instance_id', '=', instance)
      .where('state', '=', 'open')
      .execute()
    expect(open).toEqual([])
  })
})

describe('returns', () => {
  it('goes to a joint decision after two, then to an owner without right to return', async () => {
    const { people, departments } = zone
    const id = await zone.raise()
    await dispatchTo(id)
    const back = { reason: '不属本部门职责', basis: '三定方案第三条' }
    expect(await zone.move(id, people.head, 'return', back)).toBe('returned')
    expect(
      await zone.move(id, people.dispatcher, 'accept_return', {
        ownerId: departments.water,
        assistantIds: [],
        note: '',
      }),
    ).toBe('dispatched')
    expect(await zone.move(id, people.otherHead, 'return', back)).toBe('returned')
    expect(await zone.move(id, people.dispatcher, 'accept_return', { ownerId: null, assistantIds: [], note: '' })).toBe(
      'returned',
    )
    expect(
      await zone.move(id, people.supervisor, 'decide_jointly', { ownerId: departments.power, minutes: '会商确定' }),
    ).toBe('dispatched')

    expect(await zone.tryMove(id, people.head, 'return', back)).toMatchObject({ error: { kind: 'no_second_return' } })
  })

  it('a refused return stays with the owner and may not come again', async () => {
    const id = await zone.raise()
    await dispatchTo(id)
    await zone.move(id, zone.people.head, 'return', { reason: 'x', basis: 'y' })
    expect(await zone.move(id, zone.people.dispatcher, 'refuse_return', { reason: '属你部门职责' })).toBe('signed')

    expect(await zone.tryMove(id, zone.people.head, 'return', { reason: 'x', basis: 'y' })).toMatchObject({
      error: { kind: 'no_second_return' },
    })
  })

  it('is refused after the window', async () => {
    const id = await zone.raise()
    await dispatchTo(id)
    await zone.advance(3 * day)

    expect(await zone.tryMove(id, zone.people.head, 'return', { reason: 'x', basis: 'y' })).toMatchObject({
      error: { kind: 'return_window_over' },
    })
  })
})

describe('clocks', () => {
  it('climbs the ladder once a rung, and supervision rises with it', async () => {
    const id = await zone.raise()
    await workUp(id)
    await zone.advance(11 * day)

    const levels = await test.db
      .selectFrom('supervision')
      .select(['level', 'auto'])
      .where('appeal_id', '=', id)
      .orderBy('opened_at')
      .execute()
    expect(levels).toEqual([1, 2, 3].map((level) => ({ level, auto: true })))
    const reminders = await test.db
      .selectFrom('history')
      .select('data')
      .where('object_id', '=', id)
      .where('verb', '=', 'remind')
      .orderBy('seq')
      .execute()
    expect(reminders.map(({ data }) => data)).toEqual([{ rung: 'at50' }, { rung: 'at80' }])
  })

  it('stands still while the applicant is asked, and gives back what was left', async () => {
    const id = await zone.raise()
    await workUp(id)
    const before = (await zone.appealOf(id)).due_at ?? 0
    expect(await zone.move(id, zone.people.officer, 'ask_applicant', { question: '请提供电表编号' })).toBe('waiting')
    await zone.advance(2 * day)
    expect(await zone.move(id, zone.people.firm, 'supplement', { text: '编号 12345', fileIds: [] })).toBe('handling')

    expect((await zone.appealOf(id)).due_at).toBe(before + 2 * day * 1_000)
  })

  it('resumes by itself after five working days', async () => {
    const id = await zone.raise()
    await workUp(id)
    await zone.move(id, zone.people.officer, 'ask_applicant', { question: '?' })
    await zone.advance(8 * day)

    expect(await zone.appealOf(id)).toMatchObject({ state: 'handling', paused_at: null, question: null })
  })

  it('passes a reply by itself after one working day', async () => {
    const id = await zone.raise()
    await workUp(id)
    await reply(id)
    await zone.advance(2 * day)

    expect(await zone.appealOf(id)).toMatchObject({ state: 'callback' })
  })

  it('refuses a dispatch whose due time lies beyond the calendar, and changes nothing', async () => {
    const late = await testZone(test.database, instantOf(localDate('2026-12-28'), '10:00'))
    const id = await late.raise()

    const refused = await late.tryMove(id, late.people.dispatcher, 'dispatch', {
      ownerId: late.departments.power,
      assistantIds: [],
      note: '',
    })

    expect(refused).toMatchObject({ error: { kind: 'calendar_not_loaded' } })
    expect(await late.appealOf(id)).toMatchObject({ state: 'registered', rev: 1 })
  })
})

describe('two at once', () => {
  it('eight people sign one order: one succeeds, seven are refused', async () => {
    const id = await zone.raise()
    await dispatchTo(id)
    const { rev } = await zone.appealOf(id)

    const answers = await Promise.all(
      Array.from({ length: 8 }, () =>
        makeMove(zone.deps, zone.people.officer, id, { move: 'sign', commandId: newId(), rev }),
      ),
    )

    expect(answers.filter((answer) => answer.ok)).toHaveLength(1)
    expect(answers.filter((answer) => !answer.ok && answer.error.kind === 'stale_revision')).toHaveLength(7)
  })

  it('a repeated command gets the first answer', async () => {
    const id = await zone.raise()
    await dispatchTo(id)
    const { rev } = await zone.appealOf(id)
    const move = { move: 'sign' as const, commandId: newId(), rev }

    const first = await makeMove(zone.deps, zone.people.officer, id, move)
    const second = await makeMove(zone.deps, zone.people.officer, id, move)

    expect(first.ok).toBe(true)
    expect(second).toEqual(first)
  })
})

describe('roles', () => {
  it('lets nobody do what belongs to another', async () => {
    const { people, departments } = zone
    const id = await zone.raise()
    expect(
      await zone.tryMove(id, people.lead, 'dispatch', { ownerId: departments.power, assistantIds: [], note: '' }),
    ).toMatchObject({ error: { kind: 'not_allowed', reason: 'dispatcher_only' } })
    await dispatchTo(id)
    expect(await zone.tryMove(id, people.helper, 'sign')).toMatchObject({ error: { kind: 'not_allowed' } })
    expect(await zone.tryMove(id, people.officer, 'return', { reason: 'x', basis: 'y' })).toMatchObject({
      error: { kind: 'not_allowed' },
    })
    expect(await zone.tryMove(id, people.dispatcher, 'withdraw', { reason: 'x' })).toMatchObject({
      error: { kind: 'not_allowed' },
    })
  })

  it('a caller from the owner cannot call back', async () => {
    const { people } = zone
    const id = await zone.raise()
    await workUp(id)
    await reply(id)
    await zone.move(id, people.lead, 'pass_reply', { words: '' })
    const insider = {
      ...people.officer,
      memberships: [...people.officer.memberships, { role: 'callback_agent' as const, partyId: null }],
    }

    expect(
      await zone.tryMove(id, insider, 'callback', {
        reached: true,
        contacted: true,
        solved: 'yes',
        rating: 5,
        words: '',
      }),
    ).toMatchObject({ error: { kind: 'not_allowed', reason: 'callback_outsider_only' } })
  })
})
