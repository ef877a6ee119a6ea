import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { verifyHistory } from '@tingzhou/audit'
import { instantOf } from '@tingzhou/calendar'
import { newId } from '@tingzhou/db'
import { testDatabase, type TestDatabase } from '@tingzhou/db/testing'
import { assert, localDate } from '@tingzhou/kernel'
import type { Actor } from '@tingzhou/parties'
import { makeVerb, processRuntime, readDrawing } from '@tingzhou/process'
import { orphansIn } from '@tingzhou/process/testing'
import { builtInOneThings } from './built-in.ts'
import { drawingsOf } from './drawing-store.ts'
import { beginDraft, complaintsOf, diffOf, publishDraft, saveDraft, saveItemDrawing } from './editor.ts'
import { itemDeskOf } from './item-desk.ts'
import type { OneThing } from './one-thing.ts'
import { publishedOneThing } from './one-thing-store.ts'
import { servicesZone } from './testing.ts'
import { takenIn, utilitiesAccepted, utilitiesSubmitted } from './utilities.fixture.ts'

const start = instantOf(localDate('2025-09-29'), '10:30')
const joint = '108400001000'
const key = 'item-case.utilities.joint_survey'
const file = 'modules/services/data/drawings/joint-survey.bpmn'

type Zone = Awaited<ReturnType<typeof servicesZone>>
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

const row = (id: string) => zone.rowOf('item_case', id)
const desk = async (id: string) => {
  const found = await itemDeskOf(test.db, zone.services, { id })
  assert(found, 'the item runs')
  return found
}
const nodes = async (id: string) => (await desk(id)).tasks.map(({ nodeId }) => nodeId).toSorted()

async function work(id: string, actor: Actor, nodeId: string, verb: object) {
  const task = (await desk(id)).tasks.find((one) => one.nodeId === nodeId)
  assert(task, `a task is open at ${nodeId}`)
  const deps = { db: test.db, runtime: processRuntime(zone.deps), hosts: zone.hosts }
  const made = await makeVerb(deps, actor, newId(), { ...verb, taskId: task.id } as never)
  await zone.relay.settle()
  return made
}

/** The joint survey of an application that touches outside works, its review passed. */
async function surveying() {
  zone = await servicesZone(test.database, start)
  const { officer, head } = zone.staff('construction')
  const id = (await zone.itemsOf(await utilitiesAccepted(zone)))[joint]?.id ?? ''
  await zone.moveItem(id, officer, 'pass_review', { opinion: '资料齐全' })
  return { id, officer, head }
}

describe('an item with its own drawing: the joint survey of 水电气网联合报装', () => {
  it('goes through its steps side by side, each with its own clock, the clock of the item standing still', async () => {
    const { id, officer, head } = await surveying()
    expect(await row(id)).toMatchObject({ state: 'special', drawing: key, paused_at: start })
    expect(await nodes(id)).toEqual(['expert_review', 'survey'])
    expect((await row(id)).specials.map(({ kind, days, doneAt }) => [kind, days.days, doneAt])).toEqual(
      expect.arrayContaining([
        ['survey', 1, null],
        ['expert_review', 2, null],
      ]),
    )

    await zone.moveItem(id, officer, 'finish_special', { step: 'survey', outcome: 'ready', words: '具备接入条件' })
    expect(await row(id)).toMatchObject({ state: 'special', paused_at: start })
    await zone.moveItem(id, officer, 'finish_special', { step: 'expert_review', words: '方案可行' })

    const done = await row(id)
    expect(done).toMatchObject({ state: 'approval', paused_at: null })
    expect(Object.fromEntries(done.specials.map(({ kind, words }) => [kind, words]))).toEqual({
      survey: '具备接入条件',
      expert_review: '方案可行',
    })
    expect(await zone.moveItem(id, head, 'approve', { words: '' })).toBe('granted')
  })

  it('an outcome that the drawing does not know is refused; a site that is not ready goes back to the review', async () => {
    const { id, officer } = await surveying()
    expect(
      await zone.tryItem(id, officer, 'finish_special', { step: 'survey', outcome: 'maybe', words: '?' }),
    ).toMatchObject({ error: { kind: 'process_refused' } })
    await zone.moveItem(id, officer, 'finish_special', { step: 'survey', outcome: 'not_ready', words: '管沟未完工' })
    await zone.moveItem(id, officer, 'finish_special', { step: 'expert_review', words: '方案可行' })

    expect(await row(id)).toMatchObject({ state: 'review', paused_at: null })
    await zone.moveItem(id, officer, 'pass_review', { opinion: '已完工' })
    expect(await nodes(id)).toEqual(['expert_review', 'survey'])
  })

  it('past the days of a step its department and supervision hear of it; the step goes on', async () => {
    const { id } = await surveying()
    await zone.advance(instantOf(localDate('2025-09-30'), '23:00'))
    expect(await row(id)).toMatchObject({ state: 'special', supervised_at: null })
    const told = await test.db
      .selectFrom('notice')
      .select('account_id')
      .where('zone_id', '=', zone.zoneId)
      .where('title_key', '=', 'services:item_overdue')
      .execute()
    expect(told.map(({ account_id }) => account_id)).toContain(zone.people.supervisor.accountId)
  })

  it('a return cancels the siblings that the review led to, and the clock goes on', async () => {
    const { id, officer } = await surveying()
    const made = await work(id, officer, 'survey', { verb: 'return', toNodeId: 'review', reason: '材料有误' })

    assert(made.ok, JSON.stringify(made))
    expect(made.value.cancelled.map(({ nodeId }) => nodeId).toSorted()).toEqual(['expert_review', 'survey'])
    expect(await nodes(id)).toEqual(['review'])
    expect(await row(id)).toMatchObject({ state: 'review', paused_at: null, specials: [] })
  })
})

describe('drawings of a version', () => {
  it('are published with the one-thing; cases that run keep theirs', async () => {
    const { id: running } = await surveying()
    const { admin } = zone.people
    const submitted = await utilitiesSubmitted(zone)
    const begun = await beginDraft(zone.services, admin, { commandId: newId(), code: 'utilities' })
    assert(begun.ok, 'a draft begins')
    const { id } = begun.value
    expect((await drawingsOf(test.db, zone.services, id)).map((one) => [one.key, one.processVersion])).toEqual([
      [key, null],
    ])
    const xml = (await readDrawing(file)).replace('name="联合踏勘" tz:state', 'name="现场联合踏勘" tz:state')
    const saved = await saveItemDrawing(zone.services, admin, { id, commandId: newId(), rev: 1, key, xml })
    expect(saved).toEqual({ ok: true, value: { id, rev: 2 } })
    const draft = { id, code: 'utilities', body: utilities(), xml: null }
    expect((await diffOf(zone.services, draft)).changes.map(({ path }) => path)).toEqual([`drawings.${key}.sha256`])

    const published = await publishDraft(zone.services, admin, { id, commandId: newId(), rev: 2, why: '更名' })

    expect(published).toMatchObject({ ok: true, value: { version: 2 } })
    expect((await drawingsOf(test.db, zone.services, id)).map((one) => one.processVersion)).toEqual([2])
    // An application that was made on version 1 and opens its items only now runs on the drawing of version 1.
    await takenIn(zone, submitted)
    const later = (await zone.itemsOf(submitted))[joint]?.id ?? ''
    const fresh = (await zone.itemsOf(await utilitiesAccepted(zone)))[joint]?.id ?? ''
    const versions = await test.db
      .selectFrom('process_instance')
      .select(['business_id', 'key', 'version'])
      .where('zone_id', '=', zone.zoneId)
      .where('business_id', 'in', [running, later, fresh])
      .execute()
    expect(new Set(versions.map(({ key: drawing }) => drawing))).toEqual(new Set([key]))
    expect(Object.fromEntries(versions.map(({ business_id, version }) => [business_id, version]))).toEqual({
      [running]: 1,
      [later]: 1,
      [fresh]: 2,
    })
  })

  it('that do not answer the contract keep the draft from being published, by name and element', async () => {
    zone = await servicesZone(test.database, start)
    const { admin } = zone.people
    const stored = await publishedOneThing(test.db, zone.services, 'utilities')
    assert(stored, 'it is published')
    const begun = await beginDraft(zone.services, admin, { commandId: newId(), code: 'utilities' })
    assert(begun.ok, 'a draft begins')
    const { id } = begun.value
    const bad = (await readDrawing(file)).replace('tz:outcomes="approve,refuse,back"', 'tz:outcomes="approve,back"')
    await saveItemDrawing(zone.services, admin, { id, commandId: newId(), rev: 1, key, xml: bad })
    expect(
      await complaintsOf(test.db, zone.services, { id, code: 'utilities', body: utilities(), xml: null }),
    ).toMatchObject([{ part: 'drawing', kind: 'drawing_no_decision', at: `${key}#${key}` }])
    expect(await publishDraft(zone.services, admin, { id, commandId: newId(), rev: 2, why: '试' })).toMatchObject({
      error: { kind: 'one_thing_refused' },
    })

    await saveItemDrawing(zone.services, admin, { id, commandId: newId(), rev: 2, key, xml: '<not xml' })
    expect(
      await complaintsOf(test.db, zone.services, { id, code: 'utilities', body: utilities(), xml: null }),
    ).toMatchObject([{ part: 'drawing', kind: 'not_xml' }])

    await saveItemDrawing(zone.services, admin, { id, commandId: newId(), rev: 3, key, xml: null })
    expect(
      await complaintsOf(test.db, zone.services, { id, code: 'utilities', body: utilities(), xml: null }),
    ).toMatchObject([{ kind: 'unknown_code', value: { part: 'process', code: key, usedBy: joint } }])
    const foreign = 'item-case.restaurant.mine'
    expect(
      await saveItemDrawing(zone.services, admin, { id, commandId: newId(), rev: 4, key: foreign, xml: bad }),
    ).toMatchObject({ error: { kind: 'wrong_drawing_key', value: foreign } })
    expect(await saveDraft(zone.services, admin, { id, commandId: newId(), rev: 1 })).toMatchObject({
      error: { kind: 'stale_revision' },
    })
  })
})

const utilities = (): OneThing => {
  const found = builtInOneThings().find(({ code }) => code === 'utilities')
  assert(found, 'the fourth of the thirteen')
  return found
}
