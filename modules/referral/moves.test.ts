import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { newId } from '@tingzhou/db'
import { testDatabase, type TestDatabase } from '@tingzhou/db/testing'
import { instantOf } from '@tingzhou/calendar'
import { localDate } from '@tingzhou/kernel'
import { makeMove } from './moves.ts'
import type { Move } from './order-contract.ts'
import { changeRules, getRules } from './rules.ts'
import { testZone } from './testing.ts'

let test: TestDatabase
let zone: Awaited<ReturnType<typeof testZone>>
// A Monday at the opening of the office.
const start = instantOf(localDate('2026-03-02'), '10:00')
beforeAll(async () => {
  test = await testDatabase()
})
beforeEach(async () => {
  zone = await testZone(test.database, start)
})
afterAll(() => test.database.close())

const offersOf = (id: string) =>
  test.db
    .selectFrom('referral_offer')
    .select(['number', 'institution_id', 'answer', 'due_at', 'sent_at'])
    .where('zone_id', '=', zone.zoneId)
    .where('order_id', '=', id)
    .orderBy('number')
    .execute()

const minutes = 60

describe('the list of pairs', () => {
  it.each([
    ['emergency', '10:15'],
    ['urgent', '12:00'],
  ] as const)('gives an institution until its limit: %s', async (urgency, until) => {
    const id = await zone.create({ urgency })

    expect((await zone.orderOf(id)).due_at).toBe(instantOf(localDate('2026-03-02'), until))
  })

  it('gives a planned referral until the end of the next workday', async () => {
    const id = await zone.create({ urgency: 'planned' })

    // Office hours of the built-in calendar end at 19:30 in March.
    expect((await zone.orderOf(id)).due_at).toBe(instantOf(localDate('2026-03-03'), '19:30'))
  })

  it('asks the next one when the time is over, and the coordinator when nobody is left', async () => {
    const id = await zone.create({ urgency: 'emergency' })

    await zone.advance(15 * minutes)
    expect(await zone.orderOf(id)).toMatchObject({ state: 'offered', target_id: zone.institutions.second })
    await zone.move(id, zone.people.second, 'decline')

    expect(await zone.orderOf(id)).toMatchObject({ state: 'coordinating', target_id: null, due_at: null })
    expect((await offersOf(id)).map(({ answer }) => answer)).toEqual(['expired', 'declined'])
  })

  it('follows the priorities, and leaves out pairs that are not in force and institutions that are closed', async () => {
    const { home } = zone.institutions
    const [early, late, closed] = [
      await zone.institution('hospital', '合成丁医院'),
      await zone.institution('hospital', '合成戊医院'),
      await zone.institution('hospital', '合成己医院'),
    ]
    for (const [hospital, priority] of [
      [late, 3],
      [closed, 4],
      [early, 999],
    ] as const)
      await zone.agree(home, hospital, priority)
    const set = (id: string, values: object) =>
      test.db.updateTable('referral_agreement').set(values).where('hospital_id', '=', id).execute()
    await set(late, { valid_to: '2026-03-01' })
    await test.db.updateTable('referral_institution').set({ state: 'closed' }).where('id', '=', closed).execute()

    const id = await zone.create({ urgency: 'emergency' })
    await zone.advance(3 * 15 * minutes)

    expect((await offersOf(id)).map((offer) => offer.institution_id)).toEqual([
      zone.institutions.first,
      zone.institutions.second,
      early,
    ])
    expect((await zone.orderOf(id)).state).toBe('coordinating')
  })

  it('goes down by the hospital’s own order', async () => {
    const nurse = zone.clerkOf(zone.institutions.first)

    const id = await zone.create({ fromId: zone.institutions.first }, nurse)

    expect(await zone.orderOf(id)).toMatchObject({ direction: 'down', target_id: zone.institutions.home })
  })

  it('lets the coordinator name any open institution of the other side, and no other', async () => {
    const id = await zone.create({ urgency: 'emergency' })
    await zone.advance(30 * minutes)

    const wrong = await zone.tryMove(id, zone.people.coordinator, 'offer_to', { institutionId: zone.institutions.home })
    expect(wrong).toMatchObject({ ok: false, error: { kind: 'wrong_side', rule: 'hospital' } })
    const unknown = await zone.tryMove(id, zone.people.coordinator, 'offer_to', { institutionId: newId() })
    expect(unknown).toMatchObject({ ok: false, error: { kind: 'unknown_institution' } })
    await zone.move(id, zone.people.coordinator, 'offer_to', { institutionId: zone.institutions.first })

    expect(await zone.orderOf(id)).toMatchObject({ state: 'offered', target_id: zone.institutions.first })
  })
})

describe('an answer', () => {
  it('comes too late once the time is over, whether or not the timer has run', async () => {
    const id = await zone.create({ urgency: 'emergency' })

    zone.wait(15 * minutes)
    const before = await zone.tryMove(id, zone.people.first, 'accept')
    await zone.advance(0)
    const after = await zone.tryMove(id, zone.people.first, 'accept')

    for (const late of [before, after])
      expect(late).toMatchObject({ ok: false, error: { kind: 'offer_over', state: 'offered', answer: 'expired' } })
    expect(await zone.move(id, zone.people.second, 'accept')).toBe('accepted')
  })

  it('is given once by two clerks of one institution, and once by two institutions', async () => {
    const id = await zone.create({ urgency: 'emergency' })
    await zone.advance(15 * minutes)

    const answers = await Promise.all([
      zone.tryMove(id, zone.people.second, 'accept'),
      zone.tryMove(id, zone.clerkOf(zone.institutions.second), 'accept'),
      zone.tryMove(id, zone.people.first, 'accept'),
    ])

    expect(answers.filter(({ ok }) => ok)).toHaveLength(1)
    expect(answers[2]).toMatchObject({ ok: false, error: { kind: 'offer_over', answer: 'expired' } })
    expect((await offersOf(id)).filter(({ answer }) => answer === 'accepted')).toHaveLength(1)
  })

  it('is the same for a repeat of its command id, and refused for another content', async () => {
    const id = await zone.create()
    const { rev } = await zone.orderOf(id)
    const accept = { commandId: newId(), rev, move: 'accept', bed: '1 床', readyAt: zone.now(), words: '' } as Move

    const first = await makeMove(zone.deps, zone.people.first, id, accept)
    const again = await makeMove(zone.deps, zone.people.first, id, accept)
    const other = await makeMove(zone.deps, zone.people.first, id, { ...accept, bed: '2 床' } as Move)

    expect(first).toMatchObject({ ok: true, value: { state: 'accepted' } })
    expect(again).toEqual(first)
    expect(other).toMatchObject({ ok: false, error: { kind: 'command_reused' } })
    expect((await zone.orderOf(id)).rev).toBe(rev + 1)
  })

  it('on an older revision is refused with the present state', async () => {
    const id = await zone.create()
    const decline = { commandId: newId(), rev: 99, move: 'decline', reason: 'no_bed', words: '' } as Move

    expect(await makeMove(zone.deps, zone.people.first, id, decline)).toMatchObject({
      ok: false,
      error: { kind: 'stale_revision', expected: 99, actual: 1, state: 'offered' },
    })
  })

  it('is nobody’s but the institution’s that is asked', async () => {
    const id = await zone.create()

    for (const actor of [zone.people.second, zone.people.stranger, zone.people.admin])
      expect(await zone.tryMove(id, actor, 'accept')).toEqual({ ok: false, error: { kind: 'not_found' } })
    for (const actor of [zone.people.nurse, zone.people.coordinator])
      expect(await zone.tryMove(id, actor, 'accept')).toMatchObject({
        ok: false,
        error: { kind: 'not_allowed', reason: 'receiver_only' },
      })
  })

  it('names a reason of the rules and a time that is not over', async () => {
    const id = await zone.create()

    expect(await zone.tryMove(id, zone.people.first, 'decline', { reason: 'mood' })).toMatchObject({
      ok: false,
      error: { kind: 'unknown_reason', value: 'mood' },
    })
    expect(
      await zone.tryMove(id, zone.people.first, 'accept', { readyAt: zone.now() - 6 * minutes * 1_000 }),
    ).toMatchObject({ ok: false, error: { kind: 'ready_in_past' } })
  })
})

describe('the journey', () => {
  it('arrives when both sides have signed, in either order, each once', async () => {
    const id = await zone.create()
    await zone.move(id, zone.people.first, 'accept')
    await zone.move(id, zone.people.nurse, 'depart')

    expect(await zone.move(id, zone.people.first, 'take_over')).toBe('on_the_way')
    expect(await zone.tryMove(id, zone.people.first, 'take_over')).toMatchObject({
      ok: false,
      error: { kind: 'task_gone', state: 'on_the_way' },
    })
    expect(await zone.move(id, zone.people.nurse, 'hand_over')).toBe('in_care')
    expect(await zone.orderOf(id)).toMatchObject({ arrived_at: zone.now(), papers_missing: [] })
  })

  it('notes which papers the receiver did not find; belongings are no papers', async () => {
    const id = await zone.create()
    await zone.move(id, zone.people.first, 'accept')
    await zone.move(id, zone.people.nurse, 'depart')
    await zone.move(id, zone.people.nurse, 'hand_over')

    expect(await zone.tryMove(id, zone.people.first, 'take_over', { items: ['passport'] })).toMatchObject({
      ok: false,
      error: { kind: 'unknown_item', value: 'passport' },
    })
    await zone.move(id, zone.people.first, 'take_over', {
      items: ['referral_form', 'case_abstract', 'medication_list', 'test_results', 'consent_form'],
    })

    expect((await zone.orderOf(id)).papers_missing).toEqual(['ability_assessment'])
  })

  it('can be cancelled until both have signed, never after', async () => {
    const early = await zone.create()
    await zone.move(early, zone.people.first, 'accept')
    await zone.move(early, zone.people.nurse, 'depart')
    await zone.move(early, zone.people.first, 'take_over')
    expect(await zone.move(early, zone.people.coordinator, 'cancel')).toBe('cancelled')
    const arrived = await zone.create()
    await zone.bringIn(arrived)

    expect(await zone.tryMove(arrived, zone.people.nurse, 'cancel')).toMatchObject({
      ok: false,
      error: { kind: 'not_in_state', state: 'in_care' },
    })
  })

  it('takes no message once it is over', async () => {
    const id = await zone.create()
    await zone.move(id, zone.people.nurse, 'cancel')

    expect(await zone.tryMove(id, zone.people.nurse, 'cancel')).toMatchObject({
      ok: false,
      error: { kind: 'not_in_state', state: 'cancelled' },
    })
    // The institution that was asked hears that the offer was withdrawn.
    expect(await zone.tryMove(id, zone.people.first, 'accept')).toMatchObject({
      ok: false,
      error: { kind: 'offer_over', state: 'cancelled', answer: 'withdrawn' },
    })
  })
})

describe('the way back', () => {
  it('is an order of its own, made when the receiver is ready, that asks the origin first', async () => {
    const id = await zone.create()
    await zone.bringIn(id)

    await zone.move(id, zone.people.first, 'ready', { condition: '已退热', abilityLevel: 1, urgency: 'planned' })

    expect((await zone.orderOf(id)).state).toBe('returning')
    const back = await test.db
      .selectFrom('referral')
      .innerJoin('referral_clinical', 'order_id', 'id')
      .select(['direction', 'from_id', 'target_id', 'urgency', 'condition', 'ability_level', 'patient_code'])
      .where('return_of', '=', id)
      .executeTakeFirstOrThrow()
    expect(back).toEqual({
      direction: 'down',
      from_id: zone.institutions.first,
      target_id: zone.institutions.home,
      urgency: 'planned',
      condition: '已退热',
      ability_level: 1,
      patient_code: 'A-0417',
    })
  })

  it('has a summary within 24 hours and a follow-up within seven days, reminded once each', async () => {
    const id = await zone.create()
    await zone.bringIn(id)
    await zone.move(id, zone.people.first, 'conclude')
    const ended = zone.now()
    expect((await zone.orderOf(id)).due_at).toBe(ended + 24 * 3_600_000)
    await zone.advance(25 * 3_600)
    await zone.move(id, zone.people.first, 'summarise')
    expect((await zone.orderOf(id)).due_at).toBe(zone.now() + 7 * 24 * 3_600_000)
    await zone.advance(8 * 24 * 3_600)
    await zone.move(id, zone.people.nurse, 'follow_up')

    const reminders = await test.db
      .selectFrom('history')
      .select('node')
      .where('object_id', '=', id)
      .where('verb', '=', 'remind')
      .orderBy('seq')
      .execute()
    expect(reminders.map(({ node }) => node)).toEqual(['summary_late', 'follow_late'])
    expect(await zone.orderOf(id)).toMatchObject({ state: 'closed', care_end: 'concluded', closed_at: zone.now() })
  })
})

describe('what may travel', () => {
  it.each([
    ['urgent', false, []],
    ['planned', true, ['files']],
  ] as const)('needs consent for care unless it is an emergency: %s', async (urgency, consent, consentScope) => {
    expect(await zone.tryCreate({ urgency, consent, consentScope: [...consentScope] })).toMatchObject({
      ok: false,
      error: { kind: 'consent_missing' },
    })
    expect(await zone.tryCreate({ urgency: 'emergency', consent, consentScope: [...consentScope] })).toMatchObject({
      ok: true,
    })
  })

  it.each([
    ['condition', '身份证 650102 19410412 001X'],
    ['reason', '请致电 138-0013-8000'],
  ])('is no identity or telephone number: %s', async (field, text) => {
    const refused = await zone.tryCreate({ [field]: text })

    expect(refused).toMatchObject({ ok: false, error: { kind: 'identity_in_text', field } })
    expect(JSON.stringify(refused)).not.toContain(text.slice(-4))
  })

  it('is sent only by who acts for an open institution', async () => {
    expect(await zone.tryCreate({}, zone.people.first)).toMatchObject({
      ok: false,
      error: { kind: 'not_your_institution' },
    })
    const { stranger } = zone.people
    expect(await zone.tryCreate({ fromId: stranger.memberships[0]?.partyId ?? '' }, stranger)).toMatchObject({
      ok: false,
      error: { kind: 'not_your_institution' },
    })
  })

  it('is not sent when no due time can be told', async () => {
    zone.wait(400 * 24 * 3_600)

    expect(await zone.tryCreate()).toMatchObject({ ok: false, error: { kind: 'calendar_not_loaded' } })
  })
})

describe('the rules', () => {
  it('are versions: an order keeps the one that it began with', async () => {
    const before = await zone.create({ urgency: 'emergency' })
    const { version, rules } = await getRules(test.db, zone.zoneId)
    const shorter = {
      ...rules,
      offer: { ...rules.offer, emergency: { unit: 'calendar_seconds' as const, amount: 60 } },
    }
    const change = { rev: version, rules: shorter, why: '演练' }
    const changed = await test.db.transaction().execute((tx) => changeRules(tx, zone.deps, zone.people.admin, change))
    expect(changed).toEqual({ ok: true, value: { version: 2 } })
    const after = await zone.create({ urgency: 'emergency' })

    expect((await zone.orderOf(after)).due_at).toBe(start + 60_000)
    await zone.advance(15 * minutes)
    // The second institution is asked under the old rules: 15 minutes more.
    expect((await zone.orderOf(before)).due_at).toBe(start + 30 * 60_000)
  })
})
