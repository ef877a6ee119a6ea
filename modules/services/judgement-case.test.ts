import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { verifyHistory } from '@tingzhou/audit'
import { newId } from '@tingzhou/db'
import { testDatabase, type TestDatabase } from '@tingzhou/db/testing'
import { assert } from '@tingzhou/kernel'
import type { Actor } from '@tingzhou/parties'
import { findApplication } from './application-view.ts'
import { listReasons, saveReason } from './judgement-reason.ts'
import { measuresOf, rowsBehind } from './measure-store.ts'
import { supplyList } from './supply.ts'
import {
  decided,
  draft,
  food,
  handedIn,
  itemOf,
  judgedGood,
  licence,
  restaurantZone,
  values,
  type Zone,
} from './restaurant.fixture.ts'

let test: TestDatabase
let zone: Zone
beforeAll(async () => {
  test = await testDatabase()
})
afterAll(() => test.database.close())
afterEach(async () => {
  expect(await verifyHistory(test.db, zone.zoneId)).toMatchObject({ faults: [] })
})

const readerOf = (actor: Actor) => ({ deps: zone.services, actor, now: zone.now(), lang: 'zh-CN' as const })

async function materialsOf(id: string) {
  const found = await findApplication(readerOf(zone.people.window), id)
  assert(found, 'the window sees the application')
  return new Map(found.materials.map((material) => [material.code, material]))
}

/** A verdict on every copy that is there; those that are named are bad. */
async function verdicts(id: string, bad: Readonly<Record<string, string>> = {}) {
  return [...(await materialsOf(id)).values()].flatMap(({ code, how, mark }) =>
    how === 'handed_in' && mark !== null
      ? [
          {
            material: code,
            mark,
            qualified: bad[code] === undefined,
            reasonCode: null,
            reason: bad[code] ?? '',
          },
        ]
      : [],
  )
}

async function submitted() {
  zone = await restaurantZone(test.database)
  const id = await draft(zone, zone.people.applicant)
  await zone.move(id, zone.people.applicant, 'submit')
  return id
}

describe('材料审查 at the check', () => {
  it('makes the correction list of exactly the unqualified materials; a copy given again is judged again', async () => {
    const id = await submitted()
    const { applicant, window } = zone.people
    const bad = { r_floor_plan: '未标注尺寸', r_sign_photo: '照片模糊' }
    const first = await verdicts(id, bad)
    await zone.move(id, window, 'judge_materials', { judgements: first.slice(0, 3) })
    expect(await zone.tryMove(id, window, 'ask_correction', { asks: [], headReason: null })).toMatchObject({
      error: { kind: 'judge_all_first' },
    })
    await zone.move(id, window, 'judge_materials', { judgements: first.slice(3) })
    expect(await zone.tryMove(id, window, 'accept', { words: '' })).toMatchObject({
      error: { kind: 'materials_not_qualified', materials: ['r_floor_plan', 'r_sign_photo'] },
    })
    const wrong = [{ material: 'r_food_rules', field: null, words: '再交' }]
    expect(await zone.tryMove(id, window, 'ask_correction', { asks: wrong, headReason: null })).toMatchObject({
      error: { kind: 'ask_not_judged', materials: ['r_food_rules'] },
    })

    expect(await zone.move(id, window, 'ask_correction', { asks: [], headReason: null })).toBe('correction')

    const list = await test.db
      .selectFrom('correction_list')
      .select('asks')
      .where('zone_id', '=', zone.zoneId)
      .where('application_id', '=', id)
      .executeTakeFirstOrThrow()
    expect(list.asks).toEqual([
      { material: 'r_floor_plan', field: null, words: '不合格：未标注尺寸' },
      { material: 'r_sign_photo', field: null, words: '不合格：照片模糊' },
    ])
    // What was found bad has to come again, also as paper at the window.
    expect(await zone.tryMove(id, applicant, 'corrected', { words: '' })).toMatchObject({
      error: {
        kind: 'draft_incomplete',
        problems: [{ rule: 'material_not_renewed' }, { rule: 'material_not_renewed' }],
      },
    })
    await zone.save(id, applicant, { materials: handedIn() })
    const after = await materialsOf(id)
    expect(after.get('r_floor_plan')).toMatchObject({ mark: 'copy:2', standing: 'unjudged', judgement: null })
    // What was good stays the copy that was judged.
    expect(after.get('r_food_rules')).toMatchObject({
      mark: 'copy:1',
      standing: 'qualified',
      judgement: { by: window.name },
    })
    await zone.move(id, applicant, 'corrected', { words: '' })
    const [again] = (await verdicts(id)).filter(({ material }) => material === 'r_floor_plan')
    expect(again).toMatchObject({ mark: 'copy:2' })
    expect(
      await zone.tryMove(id, window, 'judge_materials', { judgements: [{ ...again, mark: 'copy:1' }] }),
    ).toMatchObject({ error: { kind: 'material_changed', mark: 'copy:2', seen: 'copy:1' } })
    await zone.move(id, window, 'judge_materials', { judgements: await verdicts(id) })
    expect(await zone.move(id, window, 'accept', { words: '' })).toBe('running')
  })

  it('takes a reason from the list, not one that is closed, and only from whoever checks', async () => {
    const id = await submitted()
    const { applicant, window, admin } = zone.people
    const [one] = await verdicts(id)
    assert(one, 'there is a material')
    const blurred = { ...one, qualified: false, reasonCode: 'blurred' }
    expect(await zone.tryMove(id, applicant, 'judge_materials', { judgements: [blurred] })).toMatchObject({
      error: { kind: 'not_allowed', reason: 'window_only' },
    })
    await zone.move(id, window, 'judge_materials', { judgements: [blurred] })
    expect((await materialsOf(id)).get(one.material)).toMatchObject({
      standing: 'unqualified',
      judgement: { reason: { code: 'blurred', name: { zh: '影像不清晰，无法辨认' } } },
    })
    const [reason] = await listReasons(zone.services.db, zone.services)
    assert(reason?.code === 'blurred', 'the list begins with it')
    const saved = await saveReason(zone.services, admin, { ...reason, commandId: newId(), state: 'closed' })
    expect(saved).toMatchObject({ ok: true, value: { rev: 2, state: 'closed' } })
    expect(await saveReason(zone.services, admin, { ...reason, commandId: newId() })).toMatchObject({
      error: { kind: 'stale_revision' },
    })
    expect(await zone.tryMove(id, window, 'judge_materials', { judgements: [blurred] })).toMatchObject({
      error: { kind: 'unknown_reason', value: 'blurred' },
    })
    expect(
      await zone.tryMove(id, window, 'judge_materials', {
        judgements: [{ ...blurred, reasonCode: null, reason: ' ' }],
      }),
    ).toMatchObject({ error: { kind: 'reason_missing' } })
  })
})

describe('材料审查 of an item', () => {
  it('refuses to approve while a main material is unjudged or unqualified', async () => {
    zone = await restaurantZone(test.database)
    const { applicant, window } = zone.people
    const id = await draft(zone, applicant, { values: { ...values, area_m2: 450 } })
    await zone.move(id, applicant, 'submit')
    await zone.move(id, window, 'accept', { words: '' })
    await judgedGood(zone, id, licence)
    await decided(zone, id, licence)
    const permit = await itemOf(zone, id, food)
    const { officer, head } = zone.staff('market_regulation')
    await zone.moveItem(permit.id, officer, 'pass_review', { opinion: '齐全' })

    expect(await zone.tryItem(permit.id, head, 'approve')).toMatchObject({ error: { kind: 'materials_not_qualified' } })
    await judgedGood(zone, id, food, ['r_floor_plan'])
    expect(await zone.tryItem(permit.id, head, 'approve')).toMatchObject({
      error: { kind: 'materials_not_qualified', materials: ['r_floor_plan'] },
    })
    await zone.moveItem(permit.id, head, 'send_back', { reason: '图纸不合格' })
    await zone.moveItem(permit.id, officer, 'ask_supplement', { asks: [] })
    const list = await test.db
      .selectFrom('service_supplement as s')
      .innerJoin('supplement_ask as k', 'k.supplement_id', 's.id')
      .select(['s.id', 's.rev', 'k.material', 'k.words'])
      .where('s.application_id', '=', id)
      .execute()
    expect(list).toMatchObject([{ material: 'r_floor_plan', words: '不合格：影像不清晰，无法辨认' }])
    const supplied = await supplyList(zone.services, zone.people.applicant, {
      id: list[0]?.id ?? '',
      commandId: newId(),
      rev: list[0]?.rev ?? 0,
      materials: [{ code: 'r_floor_plan', how: 'handed_in', fileIds: [] }],
      words: '',
    })
    assert(supplied.ok, JSON.stringify(supplied))
    await zone.relay.settle()
    expect((await materialsOf(id)).get('r_floor_plan')).toMatchObject({ mark: 'copy:2' })
    await zone.moveItem(permit.id, officer, 'pass_review', { opinion: '已补正' })
    // The new copy is not yet judged.
    expect(await zone.tryItem(permit.id, head, 'approve')).toMatchObject({
      error: { kind: 'materials_not_qualified', materials: ['r_floor_plan'] },
    })
    await judgedGood(zone, id, food)
    expect(await zone.moveItem(permit.id, head, 'approve')).toBe('granted')

    const period = { from: '2025-09-01', to: '2025-12-31' }
    const { shares } = await measuresOf(readerOf(zone.people.supervisor), period)
    const share = shares.find(({ name }) => name === 'material_first_pass')
    const { rows } = await rowsBehind(readerOf(zone.people.supervisor), 'material_first_pass', {
      ...period,
      limit: 200,
    })
    expect(rows).toHaveLength(share?.base ?? -1)
    expect(rows.filter(({ counted }) => !counted)).toMatchObject([{ label: 'r_floor_plan' }])
    expect(share).toMatchObject({ numerator: rows.length - 1 })
  })
})
