import { readFile } from 'node:fs/promises'
import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Page } from 'playwright-core'
import { verifyLedger } from '@tingzhou/ledger'
import uiTexts from '../../core/ui/locales/zh-CN.json' with { type: 'json' }
import phoneTexts from '../../apps/phone/locales/zh-CN.json' with { type: 'json' }
import { bankAnswers, type BankAnswer } from '../../apps/simpark/bank.ts'
import { startRegulator, type Regulator } from '../../apps/simpark/index.ts'
import { enterprise, platform } from '../../modules/freight/upload/testing.ts'
import t from '../../modules/freight/web/locales/zh-CN.json' with { type: 'json' }
import { coalTerms, enterCrew, enterPlaces, mine, plant } from './freight-stage.ts'
import { openStage, fits, password, phone, seriousFaults, type Person, type Stage } from './stage.ts'

const lang = 'zh-CN'
const folder = process.env.LOOP_PICTURES
const at = ({ lonDeg, latDeg }: typeof mine) => ({ longitude: lonDeg, latitude: latDeg, accuracy: 20 })

/** The clock of a demo zone stands until it is moved. */
const wayMs = 2 * 3_600_000

/** A bank that does what it is told, and says so once. */
const plainBank = { failShare: 0, returnShare: 0, twiceShare: 0, wrongSumShare: 0, unknownShare: 0, bombShare: 0 }

/** 32.31 t at 78 yuan less 85.08 kg of coal at 0.42, and 20 for loading; of it the carrier is paid whole yuan, the shipper owes 85 a ton. */
const sums = { due: '¥2,504.45', paid: '¥2,504.00', fuel: '¥500.00', bank: '¥2,004.00', bill: '¥2,730.62' }

describe('freight, from the load to the regulator, by clicking', () => {
  const people = new Map<string, Person>()
  let stage: Stage
  let regulator: Regulator
  let crew: Awaited<ReturnType<typeof enterCrew>>
  let waybill: { readonly id: string; readonly number: string }
  let batch = ''
  let messages: readonly BankAnswer[] = []

  beforeAll(async () => {
    stage = await openStage(lang)
    const { server, zone } = stage
    regulator = await startRegulator({ enterprises: [enterprise], clock: server.deps.clock })
    crew = await enterCrew(stage, '王全程')
    await stage.post(`/freight-carriers/${crew.carrierId}/payees`, {
      holder: crew.carrierName,
      bankCode: 'ABOC',
      accountNumber: '6228480000000012345',
    })
    await enterContract(stage)
    const put = async (method: string, path: string, body: object) => {
      const answer = await server.machine.send(method, `/api/v1${path}`, { body: { commandId: randomUUID(), ...body } })
      if (answer.status >= 300) throw new Error(`${path}: ${JSON.stringify(answer.body)}`)
    }
    await put('PUT', '/freight-payer', {
      holder: '合成平台',
      bankCode: 'ICBK',
      accountNumber: '6222020000000000001',
      rev: 0,
      why: 'test',
    })
    await put('PUT', '/freight-upload-settings', {
      ...platform,
      url: regulator.url,
      publicKey: regulator.publicKey,
      password: enterprise.password,
      version: 0,
      why: 'test',
    })
    const { rev } = (await server.machine.get(`/api/v1/enterprises/${zone.firm.id}`)).body
    await put('PATCH', `/enterprises/${zone.firm.id}`, { uscc: platform.creditCode, rev, why: 'test' })
    for (const [username, role] of [
      ['carting', 'freight_dispatcher'],
      ['auditing', 'freight_audit'],
      ['paying', 'finance'],
      ['approving', 'finance'],
    ])
      await stage.post('/accounts', {
        username,
        name: `${username}（测试）`,
        password,
        lang,
        roles: [{ role, partyId: null }],
      })
    for (const username of ['firm', 'carting', 'auditing', 'paying', 'approving'])
      people.set(username, await stage.enter(username))
    people.set('driver', await stage.enter(null, phone))
    people.set('consignee', await stage.enter(null, phone))
  })
  afterAll(async () => {
    await stage?.close()
    await regulator?.close()
  })

  const personOf = (who: string): Person => {
    const person = people.get(who)
    if (!person) throw new Error(`${who} is not here`)
    return person
  }
  const pageOf = (who: string): Page => personOf(who).page
  const look = async (page: Page, name: string) => {
    if (folder) await page.screenshot({ path: `${folder}/loop-${name}.png`, fullPage: true })
    expect(await seriousFaults(page), name).toEqual([])
    await fits(page, name)
  }
  const press = (page: Page, name: string) => page.getByRole('button', { name, exact: true }).first().click()
  /** The verb of the page, then the same verb of what it opens. */
  const confirm = async (page: Page, verb: string, again = verb) => {
    await press(page, verb)
    const box = page.getByRole('dialog')
    await box.getByRole('button', { name: again, exact: true }).click()
    await box.waitFor({ state: 'hidden' })
  }
  /** The steps name every state; what comes next names the one it is in. */
  const isIn = (page: Page, state: keyof typeof t.waybill_next) =>
    page.getByText(t.waybill_next[state], { exact: true }).first().waitFor()
  /** What is on the screen, which differs from every other photo. */
  const photoOf = async (page: Page) => ({
    name: 'photo.png',
    mimeType: 'image/png',
    buffer: await page.screenshot(),
  })
  /** The rules that do not simply hold, as the page shows them. */
  const unlike = async (page: Page): Promise<readonly string[]> => {
    const rows = await page.getByRole('table', { name: t.waybill.audit, exact: true }).getByRole('row').allInnerTexts()
    return rows
      .filter((row) => row.includes(t.audit_result.warn) || row.includes(t.audit_result.block))
      .map((row) => row.slice(0, 3))
  }
  const opensFrom = async (page: Page, view: string) => {
    await page.goto('/freight-waybills')
    await page.getByText(view).first().click()
    await page.getByRole('link', { name: waybill.number }).click()
    await page.getByRole('heading', { name: `合成原煤：${mine.name} → ${plant.name}` }).waitFor()
  }

  it('a shipper posts what is to be carried, for whoever takes it first', async () => {
    const page = pageOf('firm')
    await page.goto('/counter/freight-loads')
    await page.getByRole('link', { name: t.load.post, exact: true }).first().click()
    await page.getByText(`合成原煤 · ${mine.name} → ${plant.name}`).first().waitFor()
    await page.getByLabel(t.load.quantity, { exact: true }).fill('64')
    await page.getByText(t.load_mode.grab, { exact: true }).click()
    await page.getByText(t.load_mode_extra.grab).waitFor()
    await press(page, t.load.save_draft)
    await page.waitForURL(/counter\/freight-loads\/[0-9a-f-]{36}$/)
    await press(page, t.load_verb.publish)
    await page.getByText(t.load_state.published, { exact: true }).first().waitFor()
    await look(page, '1-load')
  })

  it('a driver takes it on the phone and carries it from scale to scale', async () => {
    const { page, context } = personOf('driver')
    await context.grantPermissions(['geolocation'])
    await context.setGeolocation(at(mine))
    await page.goto('/phone/')
    await page.getByLabel(phoneTexts['signin.username']).fill(crew.username)
    await page.getByLabel(phoneTexts['signin.password']).fill(password)
    await press(page, phoneTexts['signin.verb'])
    await press(page, phoneTexts['tab.loads'])
    await page.getByRole('button', { name: new RegExp(mine.name) }).click()
    await press(page, phoneTexts['loads.take'])
    const weigh = async (verb: string, number: string, gross: string) => {
      await page.getByLabel(phoneTexts['field.slip']).fill(number)
      await page.getByLabel(phoneTexts['field.gross']).fill(gross)
      await page.getByLabel(phoneTexts['field.tare']).fill('15000')
      await page.locator('input[type=file]').setInputFiles(await photoOf(page))
      await look(page, `2-${number}`)
      await press(page, verb)
    }
    await press(page, phoneTexts['move.arrive_load'])
    await weigh(phoneTexts['move.load'], 'B1', '47460')
    await press(page, phoneTexts['move.depart'])
    const { machine } = stage.server
    const rows = async () => (await machine.get('/api/v1/freight-waybills')).body.rows
    await expect.poll(rows).toMatchObject([{ state: 'in_transit' }])
    const moved = await machine.post('/api/v1/demo/clock', { to: stage.server.deps.clock() + wayMs })
    expect(moved.status).toBe(200)
    await context.setGeolocation(at(plant))
    await press(page, phoneTexts['move.arrive_unload'])
    await weigh(phoneTexts['move.unload'], 'B2', '47310')
    await page.getByLabel(phoneTexts['field.signer']).waitFor()
    await expect.poll(rows).toMatchObject([{ state: 'unloaded', loadNetKg: 32_460, unloadNetKg: 32_310 }])
    waybill = (await rows())[0]
    await page.getByText(waybill.number).waitFor()
  })

  it('the consignee signs by the link that the dispatcher sends', async () => {
    const desk = pageOf('carting')
    await opensFrom(desk, t.waybill.view_way)
    await press(desk, t.sign.link)
    const box = desk.getByRole('dialog', { name: t.sign.link })
    const link = (await box.getByText('/freight-sign/').textContent()) ?? ''
    await look(desk, '3-link')
    await press(desk, uiTexts.secret_kept)

    const page = pageOf('consignee')
    await page.goto(link)
    await page.getByText('32.310 t').waitFor()
    await page.getByLabel(t.waybill.signer).fill('收货员（测试）')
    await page.locator('input[type=file]').setInputFiles(await photoOf(page))
    await look(page, '3-sign')
    await press(page, t.sign.verb)
    await page.getByRole('heading', { name: t.sign.done }).waitFor()
    // Nobody who holds it sees it again, and no other is made.
    await page.reload()
    await page.getByText(t.sign.spent_hint).waitFor()
    await isIn(desk, 'signed')
    await desk.getByRole('button', { name: t.sign.link }).waitFor({ state: 'detached' })
    await pageOf('driver').reload()
    await pageOf('driver').getByText(phoneTexts['trip.rest']).waitFor()
  })

  it('the audit finds nothing but that no terminal told of the trip, and finance settles it to the fen', async () => {
    const audit = pageOf('auditing')
    await opensFrom(audit, t.waybill.view_audit)
    await audit.getByRole('tab', { name: t.waybill.audit }).click()
    const findings = audit.getByRole('table', { name: t.waybill.audit })
    await findings.getByText(`R16 ${t.audit_rule.R16}`).waitFor()
    await look(audit, '4-audit')
    expect(await unlike(audit)).toEqual(['R4 '])
    await confirm(audit, t.move.audit)
    await isIn(audit, 'audited')

    const page = pageOf('paying')
    await opensFrom(page, t.waybill.view_settle)
    await press(page, t.move.settle)
    const form = page.getByRole('dialog', { name: t.move.settle })
    await form.getByLabel(t.sheet_line.loading_fee).fill('20')
    await form.getByLabel(t.pay.fuel_card).fill('500')
    await form.getByRole('button', { name: t.move.settle, exact: true }).click()
    await form.waitFor({ state: 'hidden' })
    await isIn(page, 'settled')
    await page.getByRole('tab', { name: t.waybill.money }).click()
    for (const sum of Object.values(sums)) await page.getByText(sum, { exact: true }).first().waitFor()
    await look(page, '4-settled')
  })

  it('one person of finance prepares the payment, another gives it to the bank', async () => {
    const page = pageOf('paying')
    await page.goto('/freight-money')
    await page.getByRole('row').filter({ hasText: crew.carrierName }).waitFor()
    await look(page, '5-due')
    await confirm(page, t.batch.prepare_all, t.batch.prepare)
    await page.waitForURL(/freight-payment-batches\//)
    batch = new URL(page.url()).pathname

    const second = pageOf('approving')
    await second.goto('/freight-payment-batches?state=prepared')
    await second.getByRole('table').getByRole('link').first().click()
    await second.getByText(sums.bank, { exact: true }).first().waitFor()
    await confirm(second, t.batch.approve)
    await confirm(second, t.batch.send)
    const file = second.getByRole('link', { name: t.batch.take_file })
    const [download] = await Promise.all([second.waitForEvent('download'), file.click()])
    messages = bankAnswers('loop', await readFile(await download.path(), 'utf8'), plainBank)
    expect(messages.map(({ kind }) => kind)).toEqual(['pain.002', 'camt.054'])
    await look(second, '5-sent')
  })

  it('what the bank says of that very file is dropped into the page, and the waybill is paid', async () => {
    const page = pageOf('paying')
    await page.goto('/freight-bank-reports')
    const said = messages.map(({ kind, xml }) => ({ name: `${kind}.xml`, xml }))
    const files = await page.evaluateHandle(`(() => {
      const dropped = new DataTransfer()
      for (const { name, xml } of ${JSON.stringify(said)}) dropped.items.add(new File([xml], name))
      return dropped
    })()`)
    await page.getByText(t.bank_report.drop).dispatchEvent('drop', { dataTransfer: files })
    const list = page.getByRole('list', { name: t.bank_report.brought })
    const taken = t.bank_report.counts
      .replace('{{taken}}', '1')
      .replace('{{refused}}', '0')
      .replace('{{repeated}}', '0')
    for (const { name } of said) await list.getByRole('listitem').filter({ hasText: name }).getByText(taken).waitFor()
    await look(page, '6-bank')
    await page.goto(batch)
    await page.getByText(t.batch_state.done, { exact: true }).first().waitFor()
  })

  it('the regulator accepts both documents, and that ends the waybill', async () => {
    const page = pageOf('auditing')
    await page.goto('/freight-uploads')
    for (const kind of ['waybill', 'fund_flow'] as const)
      await page
        .getByRole('row')
        .filter({ hasText: waybill.number })
        .filter({ hasText: t.upload_kind[kind] })
        .getByText(t.upload_state.accepted)
        .waitFor()
    await look(page, '7-uploads')
    const told = (kind: 'waybill' | 'fund_flow') => regulator.received(kind).map(({ record }) => record)
    expect(told('waybill')).toMatchObject([{ ShippingNoteNumber: waybill.number, TotalMonetaryAmount: '2730.620' }])
    expect(told('fund_flow')).toMatchObject([{ ShippingNoteList: [{ TotalMonetaryAmount: '2504.000' }] }])
    await page.goto(`/freight-waybills/${waybill.id}?tab=audit`)
    await isIn(page, 'reported')
    // The payment was looked at too.
    for (const rule of ['R11', 'R20'] as const)
      await page
        .getByRole('row')
        .filter({ hasText: `${rule} ${t.audit_rule[rule]}` })
        .getByText(t.audit_result.pass, { exact: true })
        .waitFor()
    expect(await unlike(page)).toEqual(['R4 '])
    await look(page, '7-reported')
  })

  it('each side sees the same figures, and the books are whole', async () => {
    const finance = pageOf('paying')
    await finance.goto(`/freight-waybills/${waybill.id}?tab=money`)
    for (const sum of Object.values(sums)) await finance.getByText(sum, { exact: true }).first().waitFor()
    await look(finance, '8-finance')

    const shipper = pageOf('firm')
    await shipper.goto(`/counter/freight-waybills/${waybill.id}?tab=money`)
    await shipper.getByText(sums.bill, { exact: true }).first().waitFor()
    for (const sum of [sums.due, sums.paid, sums.bank]) expect(await shipper.getByText(sum).count()).toBe(0)
    await look(shipper, '8-shipper')

    const driver = pageOf('driver')
    await driver.reload()
    await press(driver, phoneTexts['tab.wallet'])
    await driver.getByText(phoneTexts['state.reported'], { exact: true }).waitFor()
    await look(driver, '8-wallet')
    expect(await driver.getByRole('definition').allInnerTexts()).toEqual(['¥0.00', sums.paid])

    const { db, zoneId } = stage.server.deps
    const { faults, transfers } = await verifyLedger(db, zoneId)
    expect(faults).toEqual([])
    expect(transfers).toBeGreaterThan(0)
    for (const [who, { errors }] of people) expect(errors, who).toEqual([])
  })
})

/** What the stage's firm and the platform agreed upon: coal from the mine to the plant. */
async function enterContract(stage: Stage): Promise<void> {
  const places = await enterPlaces(stage)
  const { id } = await stage.post('/freight-contracts', {
    number: 'HT-1',
    shipperId: stage.zone.firm.id,
    termsId: coalTerms.id,
    termsVersion: coalTerms.version,
    signedOn: '2020-01-01',
    validTo: '2999-12-31',
    synthetic: true,
  })
  await stage.post(`/freight-contracts/${id}/prices`, {
    ...places,
    goods: '合成原煤',
    cargoClass: '0100',
    measure: 'ton',
    carrierMilliFen: 7_800_000,
    shipperMilliFen: 8_500_000,
    goodsMilliFen: 42_000_000,
    startsOn: '2020-01-01',
  })
}
