import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { verifyHistory } from '@tingzhou/audit'
import { instantOf } from '@tingzhou/calendar'
import { newId } from '@tingzhou/db'
import { testDatabase, type TestDatabase } from '@tingzhou/db/testing'
import { assert, localDate } from '@tingzhou/kernel'
import { orphansIn } from '@tingzhou/process/testing'
import { createApplication } from './application-draft.ts'
import { makeMove } from './move.ts'
import { itemMovable } from './item-moves.ts'
import { openPackage } from './package-moves.ts'
import { supplyList } from './supply.ts'
import { checkManifest } from './manifest.ts'
import { formOf } from './package-host.ts'
import { sha256 } from './canonical.ts'
import {
  accepted,
  decided,
  draft,
  food,
  handedIn,
  itemOf,
  licence,
  restaurantZone,
  sign,
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

describe('acceptance', () => {
  it('refuses an incomplete draft by field, and nothing is half done', async () => {
    zone = await restaurantZone(test.database)
    const { applicant } = zone.people
    const id = await draft(zone, applicant, {
      values: { shop_name: '示例' },
      materials: handedIn([], ['r_floor_plan']),
    })

    const refused = await zone.tryMove(id, applicant, 'submit')

    assert(!refused.ok && refused.error.kind === 'draft_incomplete', 'the draft is not complete')
    expect(refused.error.problems).toContainEqual({
      field: 'materials.r_floor_plan',
      value: null,
      rule: 'material_missing',
    })
    expect(await zone.application(id)).toMatchObject({ state: 'draft', no: null, instance_id: null })
  })

  it('comes by silence after five working days, from the day of receipt', async () => {
    zone = await restaurantZone(test.database)
    const { applicant } = zone.people
    const id = await draft(zone, applicant)
    await zone.move(id, applicant, 'submit')

    // 29 September plus five working days, the holidays between, is 13 October.
    await zone.advance(instantOf(localDate('2025-10-13'), '23:00'))

    const row = await zone.application(id)
    expect(row).toMatchObject({ state: 'running', acceptance: 'by_silence' })
    expect(row.accepted_at).toBe(row.received_at)
  })

  it('asks once for everything; a second list needs the head and a reason', async () => {
    zone = await restaurantZone(test.database)
    const { applicant, window } = zone.people
    const { head } = zone.staff('market_regulation')
    const id = await draft(zone, applicant)
    await zone.move(id, applicant, 'submit')
    const asks = [{ material: 'r_floor_plan', field: null, words: '请标注尺寸' }]
    expect(await zone.move(id, window, 'ask_correction', { asks, headReason: null })).toBe('correction')
    await zone.save(id, applicant, { materials: handedIn() })
    expect(await zone.move(id, applicant, 'corrected', { words: '' })).toBe('check')

    expect(await zone.tryMove(id, window, 'ask_correction', { asks, headReason: null })).toMatchObject({
      error: { kind: 'second_correction_needs_reason' },
    })
    expect(await zone.tryMove(id, window, 'ask_correction', { asks, headReason: '仍不清楚' })).toMatchObject({
      error: { kind: 'not_allowed', reason: 'head_of_lead_only' },
    })
    expect(await zone.move(id, head, 'ask_correction', { asks, headReason: '图纸与现场不符' })).toBe('correction')
  })

  it('is refused with reason and basis', async () => {
    zone = await restaurantZone(test.database)
    const { applicant, window } = zone.people
    const id = await draft(zone, applicant)
    await zone.move(id, applicant, 'submit')
    expect(await zone.move(id, window, 'refuse', { reason: '不属受理范围', basis: '示例条款' })).toBe('not_accepted')
  })
})

describe('items of an application', () => {
  it('a refusal cancels what depends on it with the reason, the rest goes on', async () => {
    zone = await restaurantZone(test.database)
    const id = await accepted(zone, {
      answers: {
        ...(await zone.application(await draft(zone, zone.people.applicant))).answers,
        staff_certificates: ['some_missing'],
      },
      materials: [
        ...handedIn([], ['r_health_certificates']),
        ...['r_staff_list', 'r_staff_photos'].map((code) => ({ code, how: 'handed_in' as const, fileIds: [] })),
      ],
    })
    const health = '112200001000'

    await decided(zone, id, licence, 'refuse')

    expect(await statesOf(id)).toEqual({
      [licence]: 'refused',
      [food]: 'cancelled',
      [sign]: 'cancelled',
      [health]: 'review',
    })
    expect((await itemOf(zone, id, food)).decision_reason).toBe(licence)
    await decided(zone, id, health)
    expect(await zone.application(id)).toMatchObject({ state: 'delivered', result: 'partly_granted' })
  })

  it('what departments ask on one day is one list; only the clocks of those that asked stand still', async () => {
    zone = await restaurantZone(test.database)
    const { applicant } = zone.people
    const id = await accepted(zone, {
      values: { ...(await zone.application(await draft(zone, applicant))).field_values, area_m2: 450 },
    })
    await decided(zone, id, licence)
    const [permit, board] = [await itemOf(zone, id, food), await itemOf(zone, id, sign)]
    const before = board.due_at
    const ask = (words: string) => ({ asks: [{ material: null, field: null, words }] })
    await zone.moveItem(permit.id, zone.staff('market_regulation').officer, 'ask_supplement', ask('补充设备清单'))
    await zone.moveItem(board.id, zone.staff('urban_management').officer, 'ask_supplement', ask('补充效果图'))

    const lists = await test.db
      .selectFrom('service_supplement')
      .select(['id', 'rev'])
      .where('application_id', '=', id)
      .execute()
    expect(lists).toHaveLength(1)
    const [list] = lists
    assert(list, 'there is one list')
    expect((await itemOf(zone, id, sign)).paused_at).toBe(zone.now())
    await zone.advance(instantOf(localDate('2025-09-30'), '10:30'))
    const supplied = await supplyList(zone.services, applicant, {
      id: list.id,
      commandId: newId(),
      rev: list.rev,
      materials: [],
      words: '见附件',
    })
    assert(supplied.ok, JSON.stringify(supplied))
    await zone.relay.settle()

    expect(await statesOf(id)).toMatchObject({ [food]: 'review', [sign]: 'review' })
    const after = await itemOf(zone, id, sign)
    expect(after.paused_at).toBe(null)
    // A working day was lost to waiting, so the due time moved by one.
    expect(Number(after.due_at) - Number(before)).toBeGreaterThanOrEqual(86_400_000)
    const again = await supplyList(zone.services, applicant, {
      id: list.id,
      commandId: newId(),
      rev: list.rev + 1,
      materials: [],
      words: '',
    })
    expect(again).toMatchObject({ ok: false, error: { kind: 'supplement_over' } })
  })

  it('past its promised day an item is supervised and goes on', async () => {
    zone = await restaurantZone(test.database)
    const id = await accepted(zone)
    await zone.advance(instantOf(localDate('2025-10-09'), '23:00'))
    const late = await itemOf(zone, id, licence)
    expect(late).toMatchObject({ state: 'review' })
    expect(late.supervised_at).not.toBe(null)
  })

  it('withdrawing ends every item of the application', async () => {
    zone = await restaurantZone(test.database)
    const id = await accepted(zone)
    expect(await zone.move(id, zone.people.applicant, 'withdraw', { reason: '不再开店' })).toBe('withdrawn')
    expect(await statesOf(id)).toEqual({ [licence]: 'cancelled', [food]: 'cancelled', [sign]: 'cancelled' })
  })

  it('a decision by rule that a person finds wrong is looked at again', async () => {
    zone = await restaurantZone(test.database)
    await test.db.updateTable('service_setting').set({ sampled_share: 1 }).where('zone_id', '=', zone.zoneId).execute()
    const id = await accepted(zone)
    await decided(zone, id, licence)
    const permit = await itemOf(zone, id, food)
    const { head } = zone.staff('market_regulation')

    await zone.moveItem(permit.id, head, 'judge_sample', { right: false, reason: '面积填报有误' })

    const revocation = await test.db
      .selectFrom('revocation')
      .select(['id', 'cause', 'state'])
      .where('item_case_id', '=', permit.id)
      .execute()
    expect(revocation).toMatchObject([{ cause: 'sample_wrong', state: 'notice' }])
    expect(await zone.tryItem(permit.id, head, 'judge_sample', { right: true, reason: '再看' })).toMatchObject({
      error: { kind: 'not_sampled' },
    })
    await zone.advance(instantOf(localDate('2025-10-11'), '23:00'))
    expect(await zone.moveRevocation(revocation[0]?.id ?? '', head, 'uphold', { reason: '不影响结论' })).toBe('upheld')
  })
})

describe('whoever must not, cannot', () => {
  it('an officer of another department, a stranger, the reviewer as approver', async () => {
    zone = await restaurantZone(test.database)
    const id = await accepted(zone)
    const item = await itemOf(zone, id, licence)
    const refusal = async (...[actor, move, input]: [Parameters<typeof zone.tryItem>[1], string, object?]) => {
      const made = await zone.tryItem(item.id, actor, move, input)
      return made.ok ? 'done' : made.error.kind === 'not_allowed' ? made.error.reason : made.error.kind
    }
    expect(await refusal(zone.staff('fire_rescue').officer, 'pass_review', { opinion: '越权' })).toBe('department_only')
    expect(await refusal(zone.people.stranger, 'pass_review', { opinion: '越权' })).toBe('department_only')
    const { head, officer } = zone.staff('market_regulation')
    expect(await refusal(officer, 'approve')).toBe('head_only')
    await zone.moveItem(item.id, head, 'pass_review', { opinion: '齐全' })
    expect(await refusal(head, 'approve')).toBe('reviewer_may_not_approve')
  })

  it('somebody who applies for a firm that is not the own', async () => {
    zone = await restaurantZone(test.database)
    const { stranger, firm } = zone.people
    const input = {
      oneThing: 'restaurant',
      applicant: { kind: 'enterprise' as const, enterpriseId: zone.enterprise, name: '合成示例餐饮有限公司' },
      mode: 'online' as const,
      visitId: null,
      fields: {},
    }
    expect(await createApplication(zone.services, stranger, newId(), input)).toMatchObject({
      error: { kind: 'not_for_applicant' },
    })
    const own = await createApplication(zone.services, firm, newId(), input)
    assert(own.ok, 'the firm applies for itself')
    expect(await zone.application(own.value.id)).toMatchObject({ enterprise_id: zone.enterprise, synthetic: true })
    expect(await createApplication(zone.services, firm, newId(), { ...input, oneThing: 'newborn' })).toMatchObject({
      error: { kind: 'wrong_target' },
    })
    expect(await createApplication(zone.services, firm, newId(), { ...input, oneThing: 'nothing' })).toMatchObject({
      error: { kind: 'unknown_one_thing' },
    })
  })

  it('two reviewers at once are one review', async () => {
    zone = await restaurantZone(test.database)
    const id = await accepted(zone)
    const item = await itemOf(zone, id, licence)
    const { officer, colleague } = zone.staff('market_regulation')
    const pass = (actor: typeof officer) =>
      makeMove(zone.services, actor, itemMovable, item.id, {
        commandId: newId(),
        rev: item.rev,
        move: 'pass_review',
        opinion: '齐全',
      })

    const made = await Promise.all([pass(officer), pass(colleague)])

    expect(made.filter(({ ok }) => ok)).toHaveLength(1)
    expect(made.find(({ ok }) => !ok)).toMatchObject({ error: { kind: 'stale_revision', state: 'approval' } })
  })

  it('a repeated command gives the first answer and changes nothing; its id for something else is refused', async () => {
    zone = await restaurantZone(test.database)
    const id = await accepted(zone)
    const item = await itemOf(zone, id, licence)
    const { officer } = zone.staff('market_regulation')
    const move = { commandId: newId(), rev: item.rev, move: 'pass_review', opinion: '齐全' } as const

    const first = await makeMove(zone.services, officer, itemMovable, item.id, move)
    const again = await makeMove(zone.services, officer, itemMovable, item.id, move)
    const other = await makeMove(zone.services, officer, itemMovable, item.id, { ...move, opinion: '另一个' })

    expect(again).toEqual(first)
    expect(other).toMatchObject({ error: { kind: 'command_reused' } })
    expect((await itemOf(zone, id, licence)).rev).toBe(item.rev + 1)
  })

  it('a case that is over takes no move and no message', async () => {
    zone = await restaurantZone(test.database)
    const { applicant } = zone.people
    const id = await accepted(zone)
    await zone.move(id, applicant, 'withdraw', { reason: '不再开店' })
    const item = await itemOf(zone, id, licence)

    expect(await zone.tryMove(id, applicant, 'withdraw', { reason: '再次' })).toMatchObject({
      error: { kind: 'not_in_state' },
    })
    expect(
      await zone.tryItem(item.id, zone.staff('market_regulation').officer, 'pass_review', { opinion: '晚了' }),
    ).toMatchObject({
      error: { kind: 'not_in_state', state: 'cancelled' },
    })
  })
})

describe('across regions 异地代收代办', () => {
  it('is packed with hashes, both supervisors hear of silence, and the clock begins at receipt', async () => {
    zone = await restaurantZone(test.database)
    const { applicant, window, otherWindow } = zone.people
    const id = await draft(zone, applicant, {}, 'cross_region')
    expect(await zone.tryMove(id, applicant, 'submit')).toMatchObject({
      error: { reason: 'through_the_receiving_window' },
    })
    const opened = await openPackage(zone.services, window, newId(), {
      applicationId: id,
      receiving: '示例县窗口',
      deciding: '示例园区',
    })
    assert(opened.ok, JSON.stringify(opened))
    const packageId = opened.value.id
    await zone.movePackage(packageId, window, 'pass', { identityBy: '身份证原件', words: '' })
    const { manifest } = await zone.rowOf('cross_region_package', packageId)
    assert(manifest, 'the package has a manifest')
    const application = await zone.application(id)
    expect(checkManifest(manifest, [{ name: 'application.json', content: formOf(application) }])).toEqual([])
    expect(manifest.files[0]?.sha256).toBe(sha256(formOf(application)))
    expect(await zone.tryPackage(packageId, window, 'accept', { words: '' })).toMatchObject({
      error: { reason: 'deciding_side_only' },
    })

    await zone.advance(instantOf(localDate('2025-09-30'), '23:00'))
    expect((await zone.rowOf('cross_region_package', packageId)).told_at).not.toBe(null)
    await zone.movePackage(packageId, otherWindow, 'accept', { words: '' })

    const { received_at } = await zone.rowOf('cross_region_package', packageId)
    expect(await zone.application(id)).toMatchObject({ state: 'check', received_at })
    await zone.move(id, otherWindow, 'accept', { words: '' })
    await decided(zone, id, licence)
    await decided(zone, id, sign)
    expect((await zone.rowOf('cross_region_package', packageId)).state).toBe('deliver')
    expect(await zone.movePackage(packageId, window, 'deliver', { how: 'window', words: '' })).toBe('delivered')
  })
})
