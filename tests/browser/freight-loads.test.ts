import { sql } from 'kysely'
import type { Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { identityCheck } from '@tingzhou/uscc'
import kit from '../../core/ui/locales/zh-CN.json' with { type: 'json' }
import zhCN from '../../modules/freight/web/locales/zh-CN.json' with { type: 'json' }
import { desk, openStage, fits, password, phone, seriousFaults, type Person, type Stage } from './stage.ts'

const bundles = { 'zh-CN': zhCN } as const
const folder = process.env.FREIGHT_PICTURES
// The rules that every zone begins with: coal, the smaller weight, two per mille.
const terms = { id: '0199f000-0000-7000-8000-000000000001', version: 1 }
const hourMs = 3_600_000
const coal = '动力煤'

const inventedIdentity = (n: number): string => {
  const digits = `99900019900101${String(n).padStart(3, '0')}`
  return digits + identityCheck(digits)
}

// The other language is walked by freight-waybill.test.ts and freight.test.ts.
describe.each(['zh-CN'] as const)('loads of freight, in the browser, %s', (lang) => {
  const text = bundles[lang]
  const said = (line: string, values: Readonly<Record<string, string>>) =>
    Object.entries(values).reduce((whole, [name, value]) => whole.replace(`{{${name}}}`, value), line)
  const people = new Map<string, Person>()
  let stage: Stage
  let lane: Awaited<ReturnType<typeof enterLane>>

  beforeAll(async () => {
    stage = await openStage(lang)
    lane = await enterLane(stage)
    const account = (username: string, role: string, partyId: string | null) =>
      stage.post('/accounts', { username, name: `${username}（测试）`, password, lang, roles: [{ role, partyId }] })
    await account('carting', 'freight_dispatcher', null)
    await account('counting', 'finance', null)
    await account('boss', 'carrier', lane.first.carrierId)
    await account('rival', 'carrier', lane.second.carrierId)
    for (const [username, view] of [
      ['firm', phone],
      ['carting', desk],
      ['counting', desk],
      ['boss', phone],
      ['rival', desk],
    ] as const)
      people.set(username, await stage.enter(username, view))
  })
  afterAll(() => stage?.close())

  const pageOf = (username: string): Page => {
    const person = people.get(username)
    if (!person) throw new Error(`${username} did not sign in`)
    return person.page
  }
  const look = async (page: Page, name: string) => {
    const own = page.viewportSize() ?? desk
    for (const view of folder ? [desk, phone] : [own]) {
      // What scrolls inside the page is on the picture too.
      if (folder) {
        await page.setViewportSize({ width: view.width, height: 1500 })
        await page.screenshot({ path: `${folder}/loads-${lang}-${name}-${view.width}.png` })
      }
      expect(await seriousFaults(page), name).toEqual([])
      await fits(page, name)
    }
    if (folder) await page.setViewportSize(own)
  }
  const press = (page: Page, name: string) => page.getByRole('button', { name, exact: true }).first().click()
  const choose = async (page: Page, label: string, option: string) => {
    await page.getByRole('combobox', { name: label }).click()
    await page.getByTitle(option).last().click()
  }
  const write = (page: Page, label: string, value: string) => page.getByLabel(label, { exact: true }).fill(value)
  const moment = async (page: Page, label: string, value: string) => {
    await write(page, label, value)
    await page.getByLabel(label, { exact: true }).press('Tab')
  }
  const idIn = (page: Page): string => new URL(page.url()).pathname.split('/').at(-1) ?? ''
  const drafted = (fields: object) =>
    stage.post('/freight-loads', {
      shipperId: stage.zone.firm.id,
      goods: coal,
      cargoClass: '0100',
      fromId: lane.fromId,
      toId: lane.toId,
      consignee: '合成电厂',
      measure: 'ton',
      quantity: 90_000,
      truckPlan: 30_000,
      shipperMilliFen: 8_500_000,
      carrierMilliFen: 7_800_000,
      terms,
      loadFrom: Date.now(),
      loadUntil: Date.now() + 48 * hourMs,
      synthetic: true,
      ...fields,
    })
  const published = async (fields: object): Promise<string> => {
    const { id } = await drafted(fields)
    const answer = await stage.server.machine.post(`/api/v1/freight-loads/${id}/publish`, {
      commandId: crypto.randomUUID(),
      rev: 1,
    })
    expect(answer.status, JSON.stringify(answer.body)).toBe(200)
    return id
  }

  let posted = ''

  it('a shipper posts a load under its contract on a phone: errors stand at their fields', async () => {
    const page = pageOf('firm')
    await page.goto('/counter/freight-loads')
    await page.getByText(text.load.empty).first().waitFor()
    await look(page, 'firm-empty')
    await page.getByRole('link', { name: text.load.post, exact: true }).first().click()
    // The only contract and its only lane are chosen already.
    await page.getByText(`${coal} · 合成煤矿 → 合成电厂`).first().waitFor()
    await press(page, text.load.save_draft)
    await page.getByText(said(text.rule.say, { label: text.load.quantity })).waitFor()
    await write(page, text.load.quantity, '64.5001')
    await page.getByText(said(kit.field.decimals, { n: '3' })).waitFor()
    await write(page, text.load.quantity, '64.5')
    await moment(page, text.load.loadFrom, '2027-02-02 10:00')
    await moment(page, text.load.loadUntil, '2027-02-02 09:00')
    await press(page, text.load.save_draft)
    const refusal = '应晚于'
    const field = page.locator('.ant-form-item', { has: page.getByLabel(text.load.loadUntil, { exact: true }) })
    await field.getByText(refusal).waitFor()
    await field.getByText('2027-02-02 09:00').waitFor()
    await look(page, 'firm-refused')
    await moment(page, text.load.loadUntil, '2027-02-04 09:00')
    await press(page, text.load.save_draft)
    await page.waitForURL(/counter\/freight-loads\/[0-9a-f-]{36}$/)
    posted = idIn(page)
    await press(page, text.load_verb.publish)
    await page.getByText(text.load_state.published, { exact: true }).first().waitFor()
    await look(page, 'firm-load')
    const { body } = await stage.server.machine.get(`/api/v1/freight-loads/${posted}`)
    expect(body).toMatchObject({ quantity: 64_500, shipperMilliFen: 8_500_000, carrierMilliFen: 7_800_500 })
    expect(await page.content()).not.toContain('78.005')
  })

  it('a dispatcher gives a share, never more than is left', async () => {
    const page = pageOf('carting')
    await page.goto('/freight-loads?state=published')
    await page.getByText(coal).first().waitFor()
    await look(page, 'desk-list')
    await page.goto(`/freight-loads/${posted}`)
    await press(page, text.load_verb.share)
    const box = page.getByRole('dialog')
    await choose(page, text.field.carrier, '合成甲承运人')
    await write(page, text.load.quantity, '64.501')
    await box.getByRole('button', { name: text.load_verb.share, exact: true }).click()
    // In tons, as it was written.
    await box.locator('.ant-form-item-explain-error').getByText('64.501').waitFor()
    await look(page, 'desk-share-refused')
    await write(page, text.load.quantity, '40')
    await box.getByRole('button', { name: text.load_verb.share, exact: true }).click()
    await box.waitFor({ state: 'hidden' })
    await page
      .getByText(said(text.load.left_of, { left: '24.500', all: '64.500', unit: text.measure.ton }))
      .first()
      .waitFor()
    await look(page, 'desk-load')
  })

  it('the carrier dispatches a truck of its share on a phone: the waybill is there', async () => {
    const page = pageOf('boss')
    await page.goto('/freight-shares')
    await page.getByText(coal).first().waitFor()
    await look(page, 'boss-shares')
    await press(page, text.share.dispatch)
    const box = page.getByRole('dialog')
    await choose(page, text.driving.driver, '王某某 99900000001')
    await choose(page, text.driving.vehicle, lane.first.plate)
    await write(page, text.load.plan, '30')
    await look(page, 'boss-dispatch')
    await box.getByRole('button', { name: text.share.dispatch, exact: true }).click()
    await box.waitFor({ state: 'hidden' })
    await page
      .getByText(said(text.load.left_of, { left: '10.000', all: '40.000', unit: text.measure.ton }))
      .first()
      .waitFor()
    const { body } = await stage.server.machine.get(`/api/v1/freight-waybills?loadId=${posted}`)
    expect(body.rows).toHaveLength(1)
    expect(body.rows[0]).toMatchObject({ state: 'offered' })
  })

  it('another carrier grabs a truckload for its driver', async () => {
    const id = await published({ mode: 'grab' })
    const page = pageOf('rival')
    await page.goto(`/freight-loads/${id}`)
    await press(page, text.load_verb.grab)
    const box = page.getByRole('dialog')
    await choose(page, text.driving.driver, '王某某 99900000001')
    await choose(page, text.driving.vehicle, lane.second.plate)
    await look(page, 'rival-grab')
    await box.getByRole('button', { name: text.load_verb.grab, exact: true }).click()
    await box.waitFor({ state: 'hidden' })
    await page
      .getByText(said(text.load.left_of, { left: '60.000', all: '90.000', unit: text.measure.ton }))
      .first()
      .waitFor()
    await look(page, 'rival-load')
    const { body } = await stage.server.machine.get(`/api/v1/freight-waybills?loadId=${id}`)
    expect(body.rows[0]).toMatchObject({ state: 'accepted' })
  })

  it('a sealed bid is hidden from the other carrier, and from the platform until the deadline', async () => {
    const id = await published({ mode: 'bid', bidKind: 'sealed', bidUntil: Date.now() + 24 * hourMs })
    const page = pageOf('boss')
    await page.goto(`/freight-loads/${id}`)
    await press(page, text.load_verb.bid)
    const box = page.getByRole('dialog')
    await write(page, text.bid.price, '78.01')
    await box.getByRole('button', { name: text.load_verb.bid, exact: true }).click()
    const field = box.locator('.ant-form-item', { has: page.getByLabel(text.bid.price, { exact: true }) })
    await field.locator('.ant-form-item-explain-error').first().waitFor()
    await write(page, text.bid.price, '76.54321')
    await look(page, 'boss-bid')
    await box.getByRole('button', { name: text.load_verb.bid, exact: true }).click()
    await box.waitFor({ state: 'hidden' })
    await page.getByText('76.54321').first().waitFor()
    await look(page, 'boss-bids')
    for (const username of ['rival', 'carting']) {
      const other = pageOf(username)
      await other.goto(`/freight-loads/${id}`)
      await other.getByText(text.bid.none_shown).first().waitFor()
      expect(await other.content()).not.toContain('76.54321')
      await look(other, `${username}-bids`)
    }
    await pageOf('carting')
      .getByText(said(text.bid.total, { n: '1' }))
      .waitFor()
    expect(
      await pageOf('rival')
        .getByText(said(text.bid.total, { n: '1' }))
        .count(),
    ).toBe(0)

    // The deadline passes, and the dispatcher awards it.
    const over = new Date(stage.server.deps.clock() - 1_000).toISOString()
    await sql`update freight_load set bid_until = ${over}::timestamptz where id = ${id}`.execute(
      stage.server.database.db,
    )
    const giving = pageOf('carting')
    await giving.reload()
    await press(giving, text.load_verb.award)
    const award = giving.getByRole('dialog')
    await award.getByRole('checkbox', { name: /76\.54321/ }).check()
    await write(giving, said(text.bid.award_to, { name: '合成甲承运人' }), '60')
    await write(giving, text.field.why, '合成')
    await look(giving, 'desk-award')
    await award.getByRole('button', { name: text.load_verb.award, exact: true }).click()
    await award.waitFor({ state: 'hidden' })
    await giving
      .getByText(said(text.load.left_of, { left: '30.000', all: '90.000', unit: text.measure.ton }))
      .first()
      .waitFor()
    await look(giving, 'desk-awarded')
  })

  it('finance writes rules in words, and every page is sound', async () => {
    const page = pageOf('counting')
    await page.goto('/freight-terms/new')
    await write(page, text.field.name, '合成测试规则')
    await write(page, text.terms.tolerance_rate, '3')
    await write(page, text.field.why, '合成')
    await look(page, 'terms-new')
    await press(page, text.terms.create)
    await page.waitForURL(/freight-terms\/[0-9a-f-]{36}$/)
    await page.getByText('3 ‰').first().waitFor()
    await look(page, 'terms')
    await press(page, text.terms.add_version)
    await page.getByRole('dialog').waitFor()
    await look(page, 'terms-version')
    const draft = await drafted({ mode: 'standing', tripsADay: 3 })
    // With pictures every page is looked at, otherwise one of each kind.
    const paths: Readonly<Record<string, readonly string[]>> = {
      counting: [
        `/freight-contracts/${lane.contractId}`,
        ...(folder ? ['/freight-terms', '/freight-contracts/new'] : []),
      ],
      carting: [
        '/freight-places/new',
        `/freight-loads/${draft.id}/change`,
        ...(folder ? ['/freight-loads/new', `/freight-places/${lane.fromId}`] : []),
      ],
      firm: [`/counter/freight-loads/new?copy=${posted}`, ...(folder ? ['/counter/freight-contracts'] : [])],
      boss: ['/freight-loads', ...(folder ? ['/freight-loads/01920000-0000-7000-8000-000000000000'] : [])],
    }
    for (const [username, path] of Object.entries(paths).flatMap(([name, all]) =>
      all.map((one) => [name, one] as const),
    )) {
      const reader = pageOf(username)
      await reader.goto(path)
      await reader.getByRole('heading', { level: 1 }).waitFor()
      await reader.waitForLoadState('networkidle')
      await look(reader, `${username}${path.replaceAll(/[0-9a-f-]{36}/g, '-one').replaceAll(/[/?=]/g, '-')}`)
    }
    const failing = pageOf('boss')
    const refusal = { kind: 'unknown', title: 'x', status: 500, requestId: 'r-1', errors: [] }
    await failing.route('**/api/v1/freight-loads?**', (route) => route.fulfill({ status: 500, json: refusal }))
    await failing.goto('/freight-loads')
    await failing.getByText('r-1').first().waitFor()
    await look(failing, 'boss-failing')
    for (const [username, { errors }] of people) expect(errors, username).toEqual([])
  })
})

/** Two carriers with a driver and a truck each, two places, and a contract of the stage's firm with one price. */
async function enterLane(stage: Stage) {
  const post = async (path: string, body: object) => (await stage.post(path, body)).id
  const crew = async (name: string, n: number) => {
    const carrierId = await post('/freight-carriers', {
      kind: 'person',
      name,
      idNumber: inventedIdentity(n),
      roadLicence: '650000000001',
      synthetic: true,
    })
    const plate = `新A·S000${n}`
    const vehicleId = await post('/freight-vehicles', {
      carrierId,
      plate,
      plateColour: '2',
      typeCode: 'H17',
      energy: 'B',
      ratedLoadKg: 30_000,
      grossKg: 49_000,
      transportPermit: '650000123456',
      synthetic: true,
    })
    const driverId = await post('/freight-drivers', {
      carrierId,
      name: '王某某',
      idNumber: inventedIdentity(n + 10),
      light: false,
      phone: '99900000001',
      licenceClass: 'A2',
      licenceIssuer: '示例车管所',
      licenceFrom: '2020-01-01',
      licenceTo: '2999-12-31',
      qualification: '9990001990010',
      synthetic: true,
    })
    for (const [subject, subjectId, kinds] of [
      ['carrier', carrierId, ['carrier_identity_card', 'road_transport_licence']],
      ['driver', driverId, ['driving_licence', 'identity_card', 'qualification']],
      ['vehicle', vehicleId, ['vehicle_licence', 'transport_permit', 'compulsory_insurance']],
    ] as const)
      for (const kind of kinds)
        await post('/freight-papers', {
          subject,
          subjectId,
          kind,
          paperNumber: 'N1',
          validFrom: '2020-01-01',
          validTo: '2999-12-31',
        })
    return { carrierId, driverId, vehicleId, plate }
  }
  const place = (name: string, lonDeg: number) =>
    post('/freight-places', {
      shipperId: stage.zone.firm.id,
      name,
      address: `${name} 1 号`,
      divisionCode: '652301',
      lonDeg,
      latDeg: 44,
      synthetic: true,
    })
  const first = await crew('合成甲承运人', 1)
  const second = await crew('合成乙承运人', 2)
  const fromId = await place('合成煤矿', 87.3)
  const toId = await place('合成电厂', 89.2)
  const contractId = await post('/freight-contracts', {
    number: 'HT-2026-001',
    shipperId: stage.zone.firm.id,
    termsId: terms.id,
    termsVersion: terms.version,
    signedOn: '2026-01-01',
    validTo: '2027-12-31',
    synthetic: true,
  })
  await post(`/freight-contracts/${contractId}/prices`, {
    goods: coal,
    cargoClass: '0100',
    fromId,
    toId,
    measure: 'ton',
    carrierMilliFen: 7_800_500,
    shipperMilliFen: 8_500_000,
    startsOn: '2026-01-01',
  })
  return { first, second, fromId, toId, contractId }
}
