import { Buffer } from 'node:buffer'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { verifyHistory } from '@tingzhou/audit'
import { instantOf, localDateOf } from '@tingzhou/calendar'
import { at, newId } from '@tingzhou/db'
import { testDatabase, type TestDatabase } from '@tingzhou/db/testing'
import { assert, localDate } from '@tingzhou/kernel'
import type { Actor } from '@tingzhou/parties'
import { orphansIn } from '@tingzhou/process/testing'
import { findApplication } from './application-view.ts'
import { canonicalJson, sha256 } from './canonical.ts'
import { createApplication, type MaterialLine } from './application-draft.ts'
import { formFor } from './package-host.ts'
import { findPackage, listPackages } from './package-view.ts'
import { publishedOneThing, seedOneThings } from './one-thing-store.ts'
import { OneThing } from './one-thing.ts'
import { supplyList } from './supply.ts'
import {
  answers,
  decided,
  food,
  goodVerdicts,
  handedIn,
  itemOf,
  licence,
  restaurantZone,
  sign,
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
  expect(await orphansIn(test.db, zone.zoneId)).toEqual([])
  expect(await verifyHistory(test.db, zone.zoneId)).toMatchObject({ faults: [] })
})

const readerOf = (actor: Actor) => ({ deps: zone.services, actor, now: zone.now(), lang: 'zh-CN' as const })

/** A restaurant whose sign a county decides; the departments of the county have codes of the zone's own. */
async function publishJoint(by: string): Promise<void> {
  const stored = await publishedOneThing(test.db, zone.services, 'restaurant')
  assert(stored, 'the restaurant is published')
  const joint = {
    home: { zh: '示例市', en: 'Example city' },
    places: [
      {
        area: '999901',
        name: { zh: '示例县', en: 'Example county' },
        departments: [{ of: 'urban_management', by }],
        source: 'invented default',
      },
    ],
    rules: [{ item: sign, area: '999901', when: null }],
  }
  const body = OneThing.parse({ ...stored.body, code: 'joint_restaurant', number: null, joint })
  await test.db.transaction().execute((tx) => seedOneThings(tx, zone.services, [body], zone.now()))
}

/** Every asked material with a file of its own. */
async function filed(): Promise<readonly MaterialLine[]> {
  return Promise.all(
    handedIn().map(async ({ code }) => {
      const fileIds = [await storeFile(code, zone.people.applicant)]
      return { code, how: 'handed_in' as const, fileIds }
    }),
  )
}

async function storeFile(name: string, owner: Actor): Promise<string> {
  const id = newId()
  const content = Buffer.from(`合成 ${name} ${id}`)
  await test.db
    .insertInto('file')
    .values({
      zone_id: zone.zoneId,
      id,
      sha256: sha256(content),
      size_bytes: content.length,
      media_type: 'text/plain',
      name: `${name}.txt`,
      purpose: 'attachment',
      uploaded_at: at(zone.now()),
      uploaded_by: owner.accountId,
    })
    .execute()
  return id
}

async function jointDraft(over: object = {}) {
  return zone.create(zone.people.applicant, {
    oneThing: 'joint_restaurant',
    applicant: { kind: 'enterprise', enterpriseId: null, name: '示例拌面馆' },
    mode: 'joint',
    visitId: null,
    fields: { answers, values, materials: await filed(), consents: ['identity', 'contact'], ...over },
  })
}

/** Submitted, its materials judged, accepted by the lead. */
async function jointRunning() {
  zone = await restaurantZone(test.database)
  // The fire brigade stands for the county's management of signs.
  await publishJoint('fire_rescue')
  const { applicant, window } = zone.people
  const id = await jointDraft()
  await zone.move(id, applicant, 'submit')
  await zone.move(id, window, 'judge_materials', { judgements: await goodVerdicts(zone, id) })
  await zone.move(id, window, 'accept', { words: '' })
  return id
}

async function packageOf(id: string) {
  const rows = await test.db
    .selectFrom('cross_region_package')
    .select('id')
    .where('zone_id', '=', zone.zoneId)
    .where('application_id', '=', id)
    .execute()
  expect(rows).toHaveLength(1)
  return zone.rowOf('cross_region_package', rows[0]?.id ?? '')
}

describe('多地联办', () => {
  it('sends each place its own package; an item there begins with the receipt, the results are one set', async () => {
    const id = await jointRunning()
    const county = zone.staff('fire_rescue')
    const { applicant, window } = zone.people
    const sent = await packageOf(id)
    expect(sent).toMatchObject({
      state: 'answer',
      place: '999901',
      items: [sign],
      receiving: '示例市',
      deciding: '示例县',
    })
    assert(sent.manifest, 'the place is sent a list')
    const { sha256: whole, ...listed } = sent.manifest
    expect(whole).toBe(sha256(canonicalJson(listed)))
    expect(listed).toMatchObject({ mode: 'joint', fromRegion: '示例市', toRegion: '示例县' })
    const fields = new Set(
      (await publishedOneThing(test.db, zone.services, 'joint_restaurant'))?.body.items.find(
        ({ code }) => code === sign,
      )?.fields,
    )
    const form = formFor(await zone.application(id), [sign], fields)
    expect(listed.files.find(({ name }) => name === 'application.json')?.sha256).toBe(sha256(form))
    // What its items do not need does not leave for the place.
    expect(Buffer.from(form).toString()).not.toContain('area_m2')
    const codes = listed.files.map(({ name }) => name.split('/')[0])
    expect(codes).toContain('r_sign_photo')
    expect(codes).not.toContain('r_food_rules')

    await decided(zone, id, licence)
    // The licence is granted, but the county has not taken its package in.
    expect(await itemOf(zone, id, sign)).toMatchObject({ state: 'waiting', place: '999901', department: 'fire_rescue' })
    expect(await zone.tryPackage(sent.id, window, 'accept', { words: '' })).toMatchObject({
      error: { reason: 'deciding_side_only' },
    })
    await zone.movePackage(sent.id, county.officer, 'accept', { words: '' })

    const board = await itemOf(zone, id, sign)
    expect(board).toMatchObject({ state: 'review', department_id: zone.departments.fire_rescue })
    expect(board.started_at).toBe((await packageOf(id)).received_at)
    const seen = await findApplication(readerOf(applicant), id)
    expect(seen?.itemCases.find(({ code }) => code === sign)?.place).toMatchObject({
      area: '999901',
      name: { zh: '示例县' },
    })
    expect(seen?.itemCases.find(({ code }) => code === licence)?.place).toBe(null)
    expect(seen?.packages).toMatchObject([{ state: 'decision', place: { area: '999901' }, items: [{ code: sign }] }])
    const { rows: incoming } = await listPackages(readerOf(county.officer), { direction: 'incoming', limit: 50 })
    const { rows: outgoing } = await listPackages(readerOf(window), { direction: 'outgoing', limit: 50 })
    expect([incoming, outgoing].map((rows) => rows.map((row) => [row.id, row.direction]))).toEqual([
      [[sent.id, 'incoming']],
      [[sent.id, 'outgoing']],
    ])

    await decided(zone, id, sign)

    expect((await packageOf(id)).state).toBe('delivered')
    const done = await findApplication(readerOf(applicant), id)
    expect(done).toMatchObject({ state: 'delivered', result: 'granted' })
    expect(done?.certificates).toHaveLength(3)
  })

  it('hears of silence after one working day; a correction is a line of the one list, and the package is sent again', async () => {
    const id = await jointRunning()
    const county = zone.staff('fire_rescue')
    const { applicant } = zone.people
    const first = await packageOf(id)
    await zone.advance(instantOf(localDate('2025-09-30'), '23:00'))
    expect((await packageOf(id)).told_at).not.toBe(null)
    const supervisors = await test.db
      .selectFrom('notice')
      .select('account_id')
      .where('zone_id', '=', zone.zoneId)
      .where('title_key', '=', 'services:package_unanswered')
      .execute()
    expect(supervisors.map(({ account_id }) => account_id)).toEqual([zone.people.supervisor.accountId])
    await zone.movePackage(first.id, county.officer, 'ask_correction', {
      asks: [{ material: 'r_sign_photo', field: null, words: '照片须含全景' }],
    })
    expect(await findPackage(readerOf(county.officer), first.id)).toMatchObject({
      asks: [{ material: 'r_sign_photo', name: { zh: '设置位置实景照片' } }],
    })
    const officer = zone.staff('market_regulation').officer
    const item = await itemOf(zone, id, licence)
    await zone.moveItem(item.id, officer, 'ask_supplement', {
      asks: [{ material: null, field: null, words: '补充说明' }],
    })

    const lists = await test.db
      .selectFrom('service_supplement as s')
      .innerJoin('supplement_ask as k', 'k.supplement_id', 's.id')
      .select(['s.id', 's.rev', 'k.words'])
      .where('s.application_id', '=', id)
      .orderBy('k.words')
      .execute()
    // Both places ask on one list.
    expect(new Set(lists.map((list) => list.id)).size).toBe(1)
    expect(lists.map(({ words }) => words).toSorted()).toEqual(['照片须含全景', '补充说明'].toSorted())
    expect((await packageOf(id)).state).toBe('repair')
    const fileId = await storeFile('r_sign_photo', applicant)
    const supplied = await supplyList(zone.services, applicant, {
      id: lists[0]?.id ?? '',
      commandId: newId(),
      rev: lists[0]?.rev ?? 0,
      materials: [{ code: 'r_sign_photo', how: 'handed_in', fileIds: [fileId] }],
      words: '',
    })
    assert(supplied.ok, JSON.stringify(supplied))
    await zone.relay.settle()

    const again = await packageOf(id)
    expect(again.state).toBe('answer')
    expect(again.manifest?.sha256).not.toBe(first.manifest?.sha256)
    expect(again.manifest?.files.map(({ name }) => name)).toContain(`r_sign_photo/${fileId}`)
    expect((await itemOf(zone, id, licence)).state).toBe('review')
  })

  it('goes on with what is there when nobody answers the correction', async () => {
    const id = await jointRunning()
    const { id: packageId } = await packageOf(id)
    await zone.movePackage(packageId, zone.staff('fire_rescue').head, 'ask_correction', {
      asks: [{ material: null, field: null, words: '补充说明' }],
    })
    await zone.advance(instantOf(localDate('2025-10-13'), '23:00'))
    expect((await packageOf(id)).state).toBe('answer')
    const list = await test.db
      .selectFrom('service_supplement')
      .select('state')
      .where('application_id', '=', id)
      .executeTakeFirst()
    expect(list?.state).toBe('late')
  })

  it('ends the packages when the applicant leaves, and when their items are cancelled', async () => {
    const left = await jointRunning()
    await zone.move(left, zone.people.applicant, 'withdraw', { reason: '不再开店' })
    expect((await packageOf(left)).state).toBe('ended')
    const refused = await jointRunning()
    await decided(zone, refused, licence, 'refuse')
    expect(await itemOf(zone, refused, sign)).toMatchObject({ state: 'cancelled', decision_reason: licence })
    expect((await packageOf(refused)).state).toBe('ended')
    expect(await itemOf(zone, refused, food)).toMatchObject({ state: 'cancelled' })
  })

  it('is refused without files, for a department out of reach, and where the one-thing names no places', async () => {
    zone = await restaurantZone(test.database)
    await publishJoint('county_urban')
    const id = await jointDraft()
    const refused = await zone.tryMove(id, zone.people.applicant, 'submit')
    assert(!refused.ok && refused.error.kind === 'draft_incomplete', 'it cannot go to the county')
    expect(refused.error.problems).toEqual([
      { field: `items.${sign}`, value: 'county_urban', rule: 'department_out_of_reach' },
    ])
    const bare = await jointDraft({ materials: handedIn() })
    const noFiles = await zone.tryMove(bare, zone.people.applicant, 'submit')
    assert(!noFiles.ok && noFiles.error.kind === 'draft_incomplete', 'paper cannot be sent')
    expect(noFiles.error.problems.filter(({ rule }) => rule === 'file_missing').length).toBeGreaterThan(5)
    const made = await createApplication(zone.services, zone.people.applicant, newId(), {
      oneThing: 'restaurant',
      applicant: { kind: 'enterprise', enterpriseId: null, name: '示例' },
      mode: 'joint',
      visitId: null,
      fields: {},
    })
    expect(made).toMatchObject({ error: { kind: 'mode_not_offered', field: 'mode', value: 'joint' } })
    expect(localDateOf(zone.now())).toBe('2025-09-29')
  })
})
