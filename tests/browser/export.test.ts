import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Page } from 'playwright-core'
import type { Client } from '../../apps/server/testing.ts'
import en from '../../modules/crossborder/web/locales/en.json' with { type: 'json' }
import zh from '../../modules/crossborder/web/locales/zh-CN.json' with { type: 'json' }
import { desk, openStage, fits, password, phone, seriousFaults, type Person, type Stage } from './stage.ts'

const bundles = { en, 'zh-CN': zh } as const
const folder = process.env.EXPORT_PICTURES
const dayMs = 86_400_000

describe.each(['zh-CN'] as const)('10,000 saplings from the nursery to Shymkent, %s', (lang) => {
  const t = bundles[lang]
  let stage: Stage
  let dispatcher: Person
  let auditor: Person
  let keeper: Person
  let checker: Client
  let store: Client
  let ids: Awaited<ReturnType<typeof enterSupply>>
  let shipment: string
  /** The zone has a clock of its own. */
  const now = () => stage.server.deps.clock()
  const day = (days: number) => new Date(now() + days * dayMs).toISOString().slice(0, 10)

  beforeAll(async () => {
    stage = await openStage(lang)
    const account = (username: string, role: string) =>
      stage.post('/accounts', {
        username,
        name: `${username}（测试）`,
        password,
        lang,
        roles: [{ role, partyId: null }],
      })
    await account('sending', 'freight_dispatcher')
    await account('checking', 'freight_audit')
    await account('storing', 'overseas_keeper')
    await account('counting', 'overseas_keeper')
    dispatcher = await stage.enter('sending', desk)
    auditor = await stage.enter('checking', desk)
    keeper = await stage.enter('storing', desk)
    checker = await stage.server.actor([{ role: 'freight_audit', partyId: null }])
    store = await stage.server.actor([{ role: 'overseas_keeper', partyId: null }])
    ids = await enterSupply()
    shipment = await released()
  })
  afterAll(() => stage?.close())

  const picture = async (page: Page, name: string) => {
    if (folder) await page.screenshot({ path: `${folder}/export-${lang}-${name}.png`, fullPage: true })
  }

  const lotBody = () => ({
    goodsClass: 'live_plants',
    goods: '紫叶稠李',
    species: 'Prunus virginiana',
    sku: 'PV-150',
    pieces: 40_000,
    heightCmMin: 150,
    heightCmMax: 200,
    prunedOn: day(-20),
    disinfectedOn: day(-15),
    disinfectant: '合成药剂',
    bundlePieces: 50,
    inspection: 'passed',
    inspectedOn: day(-10),
    inspector: '合成检验员',
    certificate: 'JY-1',
    synthetic: true,
  })
  async function enterSupply() {
    const exporterId = stage.zone.firm.id
    const nursery = await stage.post('/export-nurseries', {
      enterpriseId: exporterId,
      name: '合成苗圃',
      registration: 'ZC-0001',
      validFrom: day(-300),
      validTo: day(300),
      synthetic: true,
    })
    const plot = await stage.post(`/export-nurseries/${nursery.id}/plots`, { code: 'A-01', areaM2: 20_000 })
    const lot = await stage.post('/export-lots', { ...lotBody(), exporterId, plotId: plot.id })
    const contract = await stage.post('/export-contracts', {
      exporterId,
      number: 'HT-2026-01',
      buyer: '合成买方',
      country: 'KZ',
      goodsClass: 'live_plants',
      goods: '紫叶稠李',
      species: 'Prunus virginiana',
      sku: 'PV-150',
      pieces: 100_000,
      currency: 'USD',
      priceMinor: 235,
      signedOn: day(-60),
      validTo: day(300),
      synthetic: true,
    })
    const warehouse = await stage.post('/overseas-warehouses', {
      name: '合成奇姆肯特仓',
      country: 'KZ',
      city: 'Shymkent',
      lonDeg: 69.6,
      latDeg: 42.32,
      areas: ['A', 'B'],
      bonded: true,
      synthetic: true,
    })
    return { lot: lot.id, plot: plot.id, contract: contract.id, warehouse: warehouse.id, nursery: nursery.id }
  }

  const api = '/api/v1/export-shipments'
  const detail = async (id: string) => (await stage.server.machine.get(`${api}/${id}`)).body
  const move = async (client: Client, id: string, name: string, fields: object = {}) => {
    const { rev } = await detail(id)
    const made = { commandId: randomUUID(), rev, move: name, ...fields }
    const answer = await client.post(`${api}/${id}/moves`, { move: made })
    if (answer.status !== 200) throw new Error(`${name}: ${JSON.stringify(answer.body)}`)
  }
  const paper = async (id: string, kind: string, over: object = {}) => {
    await move(stage.server.machine, id, 'document', { kind, number: `${kind}-1`, ...over })
    await check(id, kind)
  }
  const check = async (id: string, kind: string) => {
    const { documents } = await detail(id)
    const found = documents.find((one: { kind: string }) => one.kind === kind)
    await move(checker, id, 'check_document', { documentId: found.id, verdict: 'checked' })
  }

  /** A shipment that was released and handed over at the yard; its certificate is not there. */
  async function released(): Promise<string> {
    const { id } = await stage.post('/export-shipments', {
      contractId: ids.contract,
      warehouseId: ids.warehouse,
      pieces: 10_000,
      documentsBy: now() + 3 * dayMs,
      crossBy: now() + 10 * dayMs,
      from: { name: '合成苗圃', position: { lonDeg: 87.3, latDeg: 44 } },
      deliverTo: '合成买方',
      synthetic: true,
    })
    await move(stage.server.machine, id, 'lots', { lots: [{ lotId: ids.lot, pieces: 10_000 }] })
    for (const kind of ['sales_contract', 'commercial_invoice', 'cmr']) await paper(id, kind)
    await paper(id, 'packing_list', { pieces: 10_000 })
    await paper(id, 'quarantine_registration', { validFrom: day(-100), validTo: day(100) })
    const crew = { carrier: '合成承运人', vehicle: '新A·K0001', driver: '合成司机' }
    await move(stage.server.machine, id, 'load', { pieces: 10_000, seals: ['SEAL-1'], ...crew, place: '合成苗圃' })
    await move(stage.server.machine, id, 'complete')
    await move(stage.server.machine, id, 'declare', { number: '9400-2026-0001' })
    await check(id, 'customs_declaration')
    await move(stage.server.machine, id, 'inspect', { result: 'passed', inspector: '合成查验员', place: '霍尔果斯' })
    await move(stage.server.machine, id, 'release', { reference: 'FX-1' })
    await move(stage.server.machine, id, 'hand_over', {
      point: 'yard',
      seals: ['SEAL-1'],
      ...crew,
      place: '霍尔果斯货场',
    })
    return id
  }

  const type = async (page: Page, label: string, words: string) => {
    const field = page.getByRole('dialog').getByLabel(label, { exact: true })
    await field.fill(words)
    await field.press('Enter')
  }
  const crossing = async (page: Page) => {
    await page.getByRole('button', { name: t.move.cross, exact: true }).first().click()
    const form = page.getByRole('dialog', { name: t.move.cross })
    await type(page, t.seal.numbers, 'SEAL-1')
    await form.getByRole('button', { name: t.move.cross, exact: true }).click()
    return form
  }

  it('is refused at the border without a phytosanitary certificate, and says what to do', async () => {
    const { page } = dispatcher
    await page.goto('/export-shipments')
    await page
      .getByRole('link', { name: /CK\d{12}/ })
      .first()
      .click()
    await page.getByText(t.blocks.intro).waitFor()
    const missing = t.finding.document_missing.replace('{{document}}', t.document.phytosanitary_certificate)
    await page.getByText(missing).first().waitFor()
    expect(await seriousFaults(page)).toEqual([])
    await picture(page, 'blocked')
    const form = await crossing(page)
    await form.getByText(t.document.phytosanitary_certificate).first().waitFor()
    expect(await seriousFaults(page)).toEqual([])
    await picture(page, 'refused')
    expect((await detail(shipment)).state).toBe('released')
  })

  it('crosses when the certificate is entered and another person has checked it', async () => {
    const { page } = dispatcher
    await page.goto(`/export-shipments/${shipment}?tab=documents&do=document&item=phytosanitary_certificate`)
    const form = page.getByRole('dialog', { name: t.move.document })
    await form.getByLabel(t.doc.number).fill('PHYTO-7')
    await form.getByLabel(t.doc.from).fill(day(-5))
    await form.getByLabel(t.doc.from).press('Tab')
    await form.getByLabel(t.doc.to).fill(day(20))
    await form.getByLabel(t.doc.to).press('Tab')
    await form.getByLabel(t.doc.pieces, { exact: true }).fill('10000')
    await picture(page, 'document-form')
    await form.getByRole('button', { name: t.move.document, exact: true }).click()
    await form.waitFor({ state: 'hidden' })

    const checking = auditor.page
    await checking.goto(`/export-shipments/${shipment}?tab=documents`)
    await checking.getByText('PHYTO-7').waitFor()
    await picture(checking, 'documents')
    expect(await seriousFaults(checking)).toEqual([])
    await checking
      .getByRole('row')
      .filter({ hasText: 'PHYTO-7' })
      .getByRole('button', { name: t.doc.check, exact: true })
      .click()
    const verdict = checking.getByRole('dialog', { name: t.move.check_document })
    await verdict.getByRole('button', { name: t.move.check_document, exact: true }).click()
    await verdict.waitFor({ state: 'hidden' })

    await page.goto(`/export-shipments/${shipment}`)
    const crossed = await crossing(page)
    await crossed.waitFor({ state: 'hidden' })
    await page.getByText(t.next.crossed).first().waitFor()
    for (const tab of ['lots', 'seals', 'legs', 'process'] as const) {
      await page.getByRole('tab', { name: t.tab[tab] }).click()
      await page.waitForLoadState('networkidle')
      if (tab === 'process') await page.getByText(t.node.to_inspect).first().waitFor()
      await picture(page, `shipment-${tab}`)
    }
    expect(dispatcher.errors).toEqual([])
  })

  it('becomes stock in Shymkent and is traced to its plot', async () => {
    await move(store, shipment, 'arrive', { seals: ['SEAL-1'], place: '奇姆肯特' })
    const { page } = keeper
    await page.goto(`/export-shipments/${shipment}?do=receive`)
    const form = page.getByRole('dialog', { name: t.move.receive })
    await form.getByLabel(t.stock.area).click()
    await page.getByTitle('A', { exact: true }).last().click()
    await form.getByLabel(t.movement.document).fill('RK-1')
    await form.getByLabel(t.receive.received).fill('9980')
    await form.getByLabel(t.receive.damaged).fill('20')
    await form.getByLabel(t.field.rate).fill('7.1')
    expect(await seriousFaults(page)).toEqual([])
    await picture(page, 'receive')
    await form.getByRole('button', { name: t.move.receive, exact: true }).click()
    await form.waitFor({ state: 'hidden' })

    await page.goto('/overseas-stock')
    await page
      .getByRole('link', { name: /紫叶稠李/ })
      .first()
      .waitFor()
    await page.getByText('9,980').first().waitFor()
    expect(await seriousFaults(page)).toEqual([])
    await picture(page, 'stock')
    await page
      .getByRole('link', { name: /紫叶稠李/ })
      .first()
      .click()
    await page.getByRole('link', { name: t.trace.open }).waitFor()
    await picture(page, 'stock-page')
    await page.getByRole('link', { name: t.trace.open }).click()
    await page.getByRole('link', { name: 'A-01' }).waitFor()
    await page.getByText('PHYTO-7').waitFor()
    expect(await seriousFaults(page)).toEqual([])
    await picture(page, 'trace')
  })

  it('is counted by one keeper and adjusted by another', async () => {
    const { page } = keeper
    const { id } = await stage.post('/overseas-counts', { warehouseId: ids.warehouse })
    await page.goto(`/overseas-counts/${id}?do=enter`)
    const form = page.getByRole('dialog', { name: t.count.enter })
    await form.getByLabel(t.count.counted).fill('9970')
    await form.getByRole('button', { name: t.count.enter, exact: true }).click()
    await form.waitFor({ state: 'hidden' })
    await page
      .getByText('-10', { exact: true })
      .or(page.getByText('−10', { exact: true }))
      .first()
      .waitFor()
    await picture(page, 'count')

    const other = await stage.enter('counting', phone)
    await other.page.goto(`/overseas-counts/${id}?do=close`)
    const closing = other.page.getByRole('dialog', { name: t.count.close })
    await closing.getByLabel(t.field.why).fill('少一捆')
    await closing.getByRole('button', { name: t.count.close, exact: true }).click()
    await closing.waitFor({ state: 'hidden' })
    await other.page.getByText(t.count_state.closed).first().waitFor()
    await picture(other.page, 'count-phone')
    await other.page.goto('/overseas-stock')
    await other.page.getByText('9,970').first().waitFor()
    await fits(other.page)
    await picture(other.page, 'stock-phone')
    expect([...keeper.errors, ...other.errors]).toEqual([])
  })

  it('an exporter sees its own on a phone; every list and form opens without overflow', async () => {
    const firm = await stage.enter('firm', phone)
    const paths = [
      `/counter/export-shipments/${shipment}`,
      '/counter/export-shipments',
      '/counter/export-contracts',
      '/counter/export-contracts/new',
      `/counter/export-contracts/${ids.contract}`,
      `/counter/export-nurseries/${ids.nursery}`,
      `/counter/export-lots/${ids.lot}`,
      '/counter/export-lots/new',
      '/counter/overseas-stock/movements',
      `/counter/export-traces?subject=plot&id=${ids.plot}`,
    ]
    for (const path of paths) {
      await firm.page.goto(path)
      await firm.page.getByRole('heading', { level: 1 }).waitFor()
      await firm.page.waitForLoadState('networkidle')
      await fits(firm.page, path)
      expect([path, await seriousFaults(firm.page)]).toEqual([path, []])
      await picture(firm.page, `phone${path.replaceAll(/[^a-z]+/g, '-')}`)
    }
    for (const path of [
      '/export-contracts',
      '/export-lots',
      '/export-lots/new',
      '/export-nurseries',
      `/export-nurseries/${ids.nursery}`,
      `/export-lots/${ids.lot}`,
      `/export-contracts/${ids.contract}`,
      '/export-shipments/new',
      '/export-rules',
      '/overseas-warehouses',
      '/overseas-counts',
      '/overseas-stock/movements',
      '/overseas-stock?onDay=2020-01-01',
      '/export-traces',
    ]) {
      const { page } = auditor
      await page.goto(path)
      await page.getByRole('heading', { level: 1 }).waitFor()
      await page.waitForLoadState('networkidle')
      expect([path, await seriousFaults(page)]).toEqual([path, []])
      await picture(page, `desk${path.replaceAll(/[^a-z]+/g, '-')}`)
    }
    expect([...firm.errors, ...auditor.errors]).toEqual([])
  })
})
