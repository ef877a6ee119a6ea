import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { readHistory, verifyHistory } from '@tingzhou/audit'
import { instantOf } from '@tingzhou/calendar'
import type { Input } from '@tingzhou/bpmn'
import { flushBatch, newId } from '@tingzhou/db'
import { testDatabase, type TestDatabase } from '@tingzhou/db/testing'
import { assert, localDate } from '@tingzhou/kernel'
import type { Actor } from '@tingzhou/parties'
import { feed, makeVerb, processRuntime, type Verb } from '@tingzhou/process'
import { orphansIn } from '@tingzhou/process/testing'
import { openDossier } from './dossier.ts'
import { itemDeskOf } from './item-desk.ts'
import { itemHost } from './item-host.ts'
import { findItem } from './item-view.ts'
import {
  accepted,
  answers,
  decided,
  food,
  handedIn,
  itemOf,
  licence,
  restaurantZone,
  type Zone,
} from './restaurant.fixture.ts'
import { supplyList } from './supply.ts'

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

type Unsent<V = Verb> = V extends Verb ? Omit<V, 'taskId'> : never

async function deskOf(id: string) {
  const desk = await itemDeskOf(test.db, zone.services, { id })
  assert(desk, 'the item runs')
  return desk
}

/** Does a verb on the open task of an item, or on the one that is named. */
async function work(id: string, actor: Actor, verb: Unsent, taskId?: string) {
  const on = taskId ?? (await deskOf(id)).tasks[0]?.id
  assert(on, 'a task is open')
  const deps = { db: test.db, runtime: processRuntime(zone.deps), hosts: zone.hosts }
  const made = await makeVerb(deps, actor, newId(), { ...verb, taskId: on } as Verb)
  await zone.relay.settle()
  return made
}

async function done(id: string, actor: Actor, verb: Unsent, taskId?: string) {
  const made = await work(id, actor, verb, taskId)
  assert(made.ok, `${verb.verb}: ${JSON.stringify(made)}`)
  return made.value
}

/** The first item of an accepted application, in review, and the people of its department. */
async function inReview() {
  zone = await restaurantZone(test.database)
  const applicationId = await accepted(zone)
  const { id } = await itemOf(zone, applicationId, licence)
  return { id, applicationId, ...zone.staff('market_regulation') }
}

/** What administrators do to a case beside its tasks. */
async function administer(id: string, input: Input) {
  const { services } = zone
  const { instanceId } = await deskOf(id)
  await test.db.transaction().execute(async (tx) => {
    const dossier = await openDossier(tx, services, 'item_case', id, { by: 'event', type: 'process.administered' })
    assert(dossier, 'the item is there')
    const played = await feed(tx, processRuntime(zone.deps), itemHost(services), dossier, instanceId, () => input)
    assert(played.ok, JSON.stringify(played))
    await flushBatch(tx, dossier.batch)
  })
  await zone.relay.settle()
}

const row = (id: string) => zone.rowOf('item_case', id)
const passed = { opinion: '材料齐全' }
const offersOf = async (id: string, actor: Actor) => {
  const reader = { deps: zone.services, actor, now: zone.now(), lang: 'zh-CN' as const }
  const item = await findItem(reader, id)
  assert(item?.desk, 'officials see the desk')
  return Object.fromEntries(item.desk.verbs.map(({ verb, reason }) => [verb, reason]))
}

describe('whose an item is', () => {
  it('two officers who take it at once: one has it, the other is told who', async () => {
    const { id, officer, colleague } = await inReview()

    const both = await Promise.all([officer, colleague].map((actor) => work(id, actor, { verb: 'claim' })))

    const winner = both[0]?.ok ? officer : colleague
    const loser = both[0]?.ok ? colleague : officer
    expect(both.filter(({ ok }) => ok)).toHaveLength(1)
    expect(both.find(({ ok }) => !ok)).toMatchObject({ error: { kind: 'task_taken', by: winner.accountId } })
    expect(await row(id)).toMatchObject({ state: 'review', assignee_id: winner.accountId, rev: 2 })
    expect(await zone.tryItem(id, loser, 'pass_review', passed)).toMatchObject({
      error: { kind: 'not_allowed', reason: 'department_only' },
    })
    expect(await offersOf(id, loser)).toMatchObject({ claim: 'task_of_another', transfer: 'task_of_another' })
    expect(await offersOf(id, winner)).toMatchObject({ release: null, transfer: null, add_sign: null })
    expect(await zone.moveItem(id, winner, 'pass_review', passed)).toBe('approval')
  })

  it('is laid down again, and handed on for good only to somebody of the department', async () => {
    const { id, officer, colleague } = await inReview()
    const stranger = zone.staff('tax').officer
    await done(id, officer, { verb: 'claim' })
    await done(id, officer, { verb: 'release' })
    expect((await row(id)).assignee_id).toBeNull()
    await done(id, officer, { verb: 'claim' })

    expect(await work(id, officer, { verb: 'transfer', to: stranger.accountId, reason: '业务对口' })).toMatchObject({
      error: { kind: 'target_lacks_role' },
    })
    await done(id, officer, { verb: 'transfer', to: colleague.accountId, reason: '业务对口' })

    expect((await row(id)).assignee_id).toBe(colleague.accountId)
    const history = await readHistory(test.db, zone.zoneId, id, { after: 0, limit: 50, publicOnly: false })
    expect(history.at(-1)).toMatchObject({ verb: 'process.transfer', reason: '业务对口', actorId: officer.accountId })
  })

  it('a delegated one comes back with what the other says, and is not finished before', async () => {
    const { id, officer, colleague, head } = await inReview()
    await done(id, officer, { verb: 'claim' })
    await done(id, officer, { verb: 'delegate', to: colleague.accountId, reason: '请核对平面图' })
    expect((await row(id)).assignee_id).toBe(colleague.accountId)

    for (const actor of [colleague, head])
      expect(await zone.tryItem(id, actor, 'pass_review', passed)).toMatchObject({
        error: { kind: 'not_allowed', reason: 'waits_for_delegate' },
      })
    expect(await offersOf(id, officer)).toMatchObject({ give_back: null, transfer: 'waits_for_delegate' })
    await done(id, colleague, { verb: 'give_back', words: '平面图一致' })

    expect((await row(id)).assignee_id).toBe(officer.accountId)
    expect(await zone.moveItem(id, officer, 'pass_review', passed)).toBe('approval')
  })
})

describe('signatures 加签', () => {
  it('before a decision block it until they are there', async () => {
    const { id, officer, head } = await inReview()
    const { supervisor } = zone.people
    await zone.moveItem(id, officer, 'pass_review', passed)
    const { taskId } = await done(id, head, {
      verb: 'add_sign',
      when: 'before',
      to: supervisor.accountId,
      reason: '涉及争议',
    })
    assert(taskId, 'a signature is asked')

    expect(await zone.tryItem(id, head, 'approve', { words: '' })).toMatchObject({
      error: { kind: 'not_allowed', reason: 'waits_for_signature' },
    })
    expect(await offersOf(id, supervisor)).toEqual({ sign: null })
    await done(id, supervisor, { verb: 'sign', agrees: true, words: '同意' }, taskId)

    expect(await zone.moveItem(id, head, 'approve', { words: '' })).toBe('granted')
  })

  it('after a decision: it counts with the last of them, and is as if never given when one does not agree', async () => {
    const { id, officer, head } = await inReview()
    const { supervisor } = zone.people
    await zone.moveItem(id, officer, 'pass_review', passed)
    const { taskId } = await done(id, head, {
      verb: 'add_sign',
      when: 'after',
      to: supervisor.accountId,
      reason: '请会签',
    })
    assert(taskId, 'a signature is asked')
    expect(await zone.moveItem(id, head, 'refuse', { reason: '面积不符', basis: '示例条款' })).toBe('approval')
    expect(await zone.tryItem(id, head, 'approve', { words: '' })).toMatchObject({ error: { reason: 'being_signed' } })

    await done(id, supervisor, { verb: 'sign', agrees: false, words: '面积相符' }, taskId)

    expect(await row(id)).toMatchObject({ state: 'approval', decided_by: null, decision_reason: null, basis: null })
    expect(await zone.moveItem(id, head, 'approve', { words: '' })).toBe('approval')
    await done(id, supervisor, { verb: 'sign', agrees: true, words: '同意' }, taskId)
    expect(await row(id)).toMatchObject({ state: 'granted', decided_by: head.accountId, automatic: false })
  })

  it('is done without 减签, and what asks the applicant is not signed afterwards', async () => {
    const { id, officer, colleague } = await inReview()
    const { taskId } = await done(id, officer, {
      verb: 'add_sign',
      when: 'after',
      to: colleague.accountId,
      reason: '请复核',
    })
    assert(taskId, 'a signature is asked')
    const asks = [{ material: 'r_floor_plan', field: null, words: '请标注尺寸' }]
    expect(await zone.tryItem(id, officer, 'ask_supplement', { asks })).toMatchObject({
      error: { reason: 'signature_after' },
    })

    await done(id, officer, { verb: 'drop_sign', signId: taskId, reason: '不再需要' })

    expect(await zone.moveItem(id, officer, 'ask_supplement', { asks })).toBe('supplement')
  })
})

describe('going back', () => {
  it('one takes an answer back while the next task is untouched, not after', async () => {
    const { id, officer, head } = await inReview()
    const review = (await deskOf(id)).tasks[0]?.id
    await zone.moveItem(id, officer, 'pass_review', passed)
    expect(await offersOf(id, officer)).toMatchObject({ take_back: null })

    await done(id, officer, { verb: 'take_back', reason: '漏看一页' }, review)

    expect(await row(id)).toMatchObject({ state: 'review', reviewed_by: null })
    const again = (await deskOf(id)).tasks[0]
    expect(again).toMatchObject({ nodeId: 'review', assignee: { id: officer.accountId } })
    await zone.moveItem(id, officer, 'pass_review', passed)
    await done(id, head, { verb: 'claim' })
    expect(await offersOf(id, officer)).toMatchObject({ take_back: 'take_back_touched' })
    expect(await work(id, officer, { verb: 'take_back', reason: '再看' }, again?.id)).toMatchObject({
      error: { kind: 'cannot_take_back', block: 'touched' },
    })
  })

  it('what the applicant was asked is not taken back', async () => {
    const { id, officer } = await inReview()
    const review = (await deskOf(id)).tasks[0]?.id
    await zone.moveItem(id, officer, 'ask_supplement', {
      asks: [{ material: 'r_floor_plan', field: null, words: '请标注尺寸' }],
    })

    expect(await work(id, officer, { verb: 'take_back', reason: '不用了' }, review)).toMatchObject({
      error: { kind: 'cannot_take_back', block: 'acted' },
    })
    expect(await row(id)).toMatchObject({ state: 'supplement', paused_at: zone.now() })
  })

  it('a decision is returned to the review, to whoever did it', async () => {
    const { id, officer, head } = await inReview()
    await zone.moveItem(id, officer, 'pass_review', passed)

    await done(id, head, { verb: 'return', toNodeId: 'review', reason: '意见不清' })

    expect(await row(id)).toMatchObject({ state: 'review', reviewed_by: null })
    expect((await deskOf(id)).tasks).toMatchObject([{ nodeId: 'review', assignee: { id: officer.accountId } }])
    expect(await work(id, officer, { verb: 'return', toNodeId: 'review', reason: '再退' })).toMatchObject({
      error: { kind: 'verb_not_allowed' },
    })
  })
})

describe('suspending 中止', () => {
  it('stops the clock, tells the applicant why, and gives the time back', async () => {
    const { id, officer, head } = await inReview()
    const due = (await row(id)).due_at
    assert(due, 'the clock runs')
    await done(id, head, { verb: 'suspend', reason: '等待法院裁定' })
    expect(await row(id)).toMatchObject({ state: 'review', suspended_at: zone.now(), paused_at: zone.now() })
    expect(await zone.tryItem(id, officer, 'pass_review', passed)).toMatchObject({ error: { reason: 'suspended' } })
    expect(await offersOf(id, head)).toMatchObject({ resume: null, claim: 'suspended' })

    await zone.advance(instantOf(localDate('2025-10-24'), '10:30'))

    expect((await row(id)).supervised_at).toBeNull()
    await done(id, head, { verb: 'resume', reason: '裁定已下' })
    const after = await row(id)
    expect(after).toMatchObject({ suspended_at: null, paused_at: null })
    assert(after.due_at && after.due_at > due, 'the due time moved')
    await zone.advance(after.due_at)
    expect((await row(id)).supervised_at).toBe(after.due_at)
    const told = await readHistory(test.db, zone.zoneId, id, { after: 0, limit: 50, publicOnly: true })
    expect(told.filter(({ verb }) => verb === 'suspend' || verb === 'resume').map(({ reason }) => reason)).toEqual([
      '等待法院裁定',
      '裁定已下',
    ])
  })

  it('what came meanwhile reaches the case when it goes on', async () => {
    const { id, officer } = await inReview()
    await zone.moveItem(id, officer, 'ask_supplement', {
      asks: [{ material: 'r_floor_plan', field: null, words: '请标注尺寸' }],
    })
    // Nobody of the department has a task while the applicant is asked: only an administrator suspends such a case.
    await administer(id, { kind: 'suspend', reason: '系统检查' })
    const { supplement_id: list } = await row(id)
    const answer = { id: list ?? '', commandId: newId(), rev: 1, materials: [], words: '已标注' }
    expect(await supplyList(zone.services, zone.people.applicant, answer)).toMatchObject({ ok: true })
    await zone.relay.settle()
    expect((await row(id)).state).toBe('supplement')

    await administer(id, { kind: 'resume', reason: '检查完毕' })

    expect(await row(id)).toMatchObject({ state: 'review', paused_at: null, suspended_at: null })
  })
})

describe('what one case tells another that is suspended', () => {
  it('an item that waits begins when it goes on', async () => {
    const { id, applicationId } = await inReview()
    const waiting = await itemOf(zone, applicationId, food)
    expect(waiting.state).toBe('waiting')
    await administer(waiting.id, { kind: 'suspend', reason: '系统检查' })
    await decided(zone, applicationId, licence)
    expect((await row(id)).state).toBe('granted')
    expect((await row(waiting.id)).state).toBe('waiting')

    await administer(waiting.id, { kind: 'resume', reason: '检查完毕' })

    // The table of a small shop grants it at once.
    expect((await row(waiting.id)).state).toBe('granted')
  })

  it('an item whose dependency failed is cancelled when it goes on, and the application concludes', async () => {
    const { applicationId } = await inReview()
    const waiting = await itemOf(zone, applicationId, food)
    await administer(waiting.id, { kind: 'suspend', reason: '系统检查' })
    await decided(zone, applicationId, licence, 'refuse')
    expect((await zone.application(applicationId)).state).toBe('running')

    await administer(waiting.id, { kind: 'resume', reason: '检查完毕' })

    expect(await row(waiting.id)).toMatchObject({ state: 'cancelled', decision_reason: licence })
    expect(await zone.application(applicationId)).toMatchObject({ result: 'not_granted' })
  })
})

describe('the history of an application', () => {
  it('says of every item that ended which it was, how and why, before what followed', async () => {
    const { applicationId } = await inReview()
    await decided(zone, applicationId, licence, 'refuse')

    const told = await readHistory(test.db, zone.zoneId, applicationId, { after: 0, limit: 50, publicOnly: true })

    const after = told.slice(told.findIndex(({ verb }) => verb === 'accept') + 1)
    expect(after.map(({ verb }) => verb)).not.toContain('event')
    expect(after[0]).toMatchObject({
      verb: 'item_ended',
      reason: '不符合条件',
      data: { code: licence, name: { zh: '经营主体设立登记（营业执照）' }, outcome: 'refused' },
    })
    expect(after.find(({ data }) => (data as { code?: string }).code === food)).toMatchObject({
      verb: 'item_ended',
      data: { outcome: 'cancelled', because: { code: licence, name: { zh: '经营主体设立登记（营业执照）' } } },
    })
    expect(after.findIndex(({ verb }) => verb === 'conclude')).toBe(after.length - 2)
  })
})

describe('urging 催办', () => {
  it('is let once a working day for each side, and tells whoever has the case', async () => {
    const { id, officer } = await inReview()
    const { applicant, stranger, supervisor } = zone.people
    await done(id, officer, { verb: 'claim' })
    await zone.moveItem(id, applicant, 'urge', { words: '急等开业' })

    expect(await zone.tryItem(id, applicant, 'urge', { words: '再催' })).toMatchObject({
      error: { kind: 'not_allowed', reason: 'urged_lately' },
    })
    expect(await zone.tryItem(id, stranger, 'urge', { words: '看热闹' })).toMatchObject({
      error: { kind: 'not_allowed', reason: 'not_waiting_for_it' },
    })
    await zone.moveItem(id, supervisor, 'urge', { words: '请按时办结' })
    // 29 September is a Monday; 1 to 8 October is the holiday.
    await zone.advance(instantOf(localDate('2025-09-30'), '09:30'))
    await zone.moveItem(id, applicant, 'urge', { words: '再催' })
    await zone.advance(instantOf(localDate('2025-10-08'), '10:00'))
    expect(await zone.tryItem(id, applicant, 'urge', { words: '节日里' })).toMatchObject({
      error: { reason: 'urged_lately' },
    })

    const told = await test.db
      .selectFrom('notice')
      .select(['account_id', 'title_key'])
      .where('zone_id', '=', zone.zoneId)
      .where('title_key', '=', 'services:item_urged')
      .execute()
    expect(told.map(({ account_id }) => account_id)).toEqual(
      [officer, officer, officer].map(({ accountId }) => accountId),
    )
    expect((await row(id)).urged_at).not.toBeNull()
  })

  it('the interval is data, and the leading department urges the others', async () => {
    zone = await restaurantZone(test.database)
    const applicationId = await accepted(zone, {
      answers: { ...answers, staff_certificates: ['some_missing'] },
      materials: [
        ...handedIn([], ['r_health_certificates']),
        ...['r_staff_list', 'r_staff_photos'].map((code) => ({ code, how: 'handed_in' as const, fileIds: [] })),
      ],
    })
    const { id } = await itemOf(zone, applicationId, '112200001000')
    const own = await itemOf(zone, applicationId, licence)
    const { head } = zone.staff('market_regulation')
    expect(await zone.tryItem(own.id, head, 'urge', { words: '催自己' })).toMatchObject({
      error: { reason: 'not_waiting_for_it' },
    })
    await test.db.updateTable('service_setting').set({ urge_days: 2 }).where('zone_id', '=', zone.zoneId).execute()
    await zone.moveItem(id, head, 'urge', { words: '请今日办结' })

    await zone.advance(instantOf(localDate('2025-09-30'), '09:30'))

    expect(await zone.tryItem(id, head, 'urge', { words: '再催' })).toMatchObject({ error: { reason: 'urged_lately' } })
  })
})

describe('stopping 终止', () => {
  it('ends an item with its reason, cancels what depends on it, and the application goes on', async () => {
    const { id, applicationId, officer, head } = await inReview()
    expect(await zone.tryItem(id, officer, 'stop', { reason: '主体注销', basis: '示例条款' })).toMatchObject({
      error: { reason: 'head_only' },
    })

    expect(await zone.moveItem(id, head, 'stop', { reason: '主体注销', basis: '示例条款' })).toBe('ended')

    expect(await row(id)).toMatchObject({ decision_reason: '主体注销', basis: '示例条款', next_step: null })
    const states = Object.values(await zone.itemsOf(applicationId)).map(({ state }) => state)
    expect(new Set(states)).toEqual(new Set(['ended', 'cancelled']))
    expect(await zone.application(applicationId)).toMatchObject({ result: 'not_granted' })
  })
})
