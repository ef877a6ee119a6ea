import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Page } from 'playwright-core'
import { addDays, localDateOf } from '@tingzhou/calendar'
import { epochMs } from '@tingzhou/kernel'
import { dealZone, tonne } from '../../modules/market/deal/testing.ts'
import en from '../../modules/market/web/locales/en.json' with { type: 'json' }
import zhCN from '../../modules/market/web/locales/zh-CN.json' with { type: 'json' }
import { desk, openStage, fits, password, phone, seriousFaults, type Person, type Stage, walkedIn } from './stage.ts'

const bundles = { 'zh-CN': zhCN, en } as const
const folder = process.env.DEAL_PICTURES

describe.each(walkedIn(folder))('deals, in the browser, %s', (lang) => {
  const t = bundles[lang]
  let stage: Stage
  let zone: Awaited<ReturnType<typeof dealZone>>
  let buyer: Person
  let seller: Person
  let officer: Person
  let need: string
  let deal: string

  beforeAll(async () => {
    stage = await openStage(lang)
    zone = await dealZone(stage.server, () => epochMs(Number(stage.server.deps.clock())))
    const account = (username: string, role: string, partyId: string | null) =>
      stage.post('/accounts', { username, name: `${username}（测试）`, password, lang, roles: [{ role, partyId }] })
    const { millId, otherMillId, bakeryId, noodleId } = zone.firms
    await account('chainer', 'chain_officer', null)
    await account('bakery', 'enterprise', bakeryId)
    await account('mill', 'enterprise', millId)
    const neededBy = addDays(localDateOf(stage.server.deps.clock()), 5)
    need = await zone.posting({ kind: 'need', firmId: bakeryId, quantity: 60 * tonne, neededBy })
    await zone.posting({ kind: 'offer', firmId: millId, quantity: 100 * tonne, price: 400_000_000 })
    await zone.posting({ kind: 'offer', firmId: otherMillId, quantity: 100 * tonne, price: 420_000_000 })
    await zone.posting({ kind: 'offer', firmId: noodleId, quantity: 100 * tonne, price: 450_000_000, leadDays: 30 })
    buyer = await stage.enter('bakery', phone)
    seller = await stage.enter('mill', desk)
    officer = await stage.enter('chainer', desk)
  })
  afterAll(() => stage?.close())

  /** Looked at on both widths; nothing serious, nothing beyond the window. */
  const sound = async (page: Page, name: string, last = desk) => {
    for (const [width, view] of [
      ['1440', desk],
      ['390', phone],
    ] as const) {
      await page.setViewportSize(view)
      await fits(page, `${name} at ${width}`)
      if (folder) await page.screenshot({ path: `${folder}/F-${lang}-${name}-${width}.png`, fullPage: true })
    }
    await page.setViewportSize(last)
    expect(await seriousFaults(page), name).toEqual([])
  }

  it('begin with three offers that a buyer compares on the phone, and a proposal', async () => {
    const { page } = buyer
    await page.goto(`/counter/market-postings/${need}`)
    await expect.poll(() => page.getByRole('article').count()).toBe(3)
    const late = page.getByRole('article').filter({ hasText: t.match.late })
    expect(await late.count()).toBe(1)
    expect(await late.textContent()).toContain('合成挂面厂')
    const cheapest = page.getByRole('article').filter({ hasText: '合成面粉厂' }).first()
    await cheapest.getByRole('button', { name: t.deal.propose }).click()
    const form = page.getByRole('dialog')
    expect(await form.getByLabel(t.deal.quantity).inputValue()).toBe('60')
    await form.getByLabel(t.deal.quantity).fill('40')
    await form.getByRole('button', { name: t.deal.propose }).click()
    await page.getByRole('heading', { name: '合成面包厂 ← 合成面粉厂' }).waitFor()
    deal = new URL(page.url()).pathname.split('/').at(-1) ?? ''
    await sound(page, 'proposed', phone)
  })

  it('are accepted by the other side, which reserves, and become a load that is seen', async () => {
    const { page } = seller
    await page.goto('/counter/market-deals?waits=true')
    await page.getByText(t.deal.state.proposed).first().waitFor()
    await sound(page, 'list')
    await page.goto(`/counter/market-deals/${deal}`)
    await page.getByRole('button', { name: t.deal.accept, exact: true }).click()
    await page.getByText(t.deal.state.agreed).first().waitFor()
    await sound(page, 'agreed')
    await page.getByRole('button', { name: t.deal.carry, exact: true }).click()
    const form = page.getByRole('dialog')
    await form.getByLabel(t.deal.division).fill('652301')
    if (folder) await page.screenshot({ path: `${folder}/F-${lang}-carry-1440.png`, fullPage: true })
    await form.getByRole('button', { name: t.deal.carry }).click()
    await page.waitForURL(/freight-loads/)
    await page.getByText('40').first().waitFor()
    expect(await zone.stand(need)).toMatchObject({ reserved: 40 * tonne })
    await page.goto(`/counter/market-postings/${need}?tab=deals`)
    await page.getByRole('link', { name: /^CJ/ }).waitFor()
    await page.getByText(t.deal.state.agreed).first().waitFor()
    await sound(page, 'posting-deals')
  })

  it('tell the buyer what they save, and nobody else', async () => {
    const { page } = buyer
    await page.goto(`/counter/market-deals/${deal}?tab=saving`)
    await page.getByText(t.deal.saving.assumed).waitFor()
    await sound(page, 'saving', phone)
    await seller.page.goto(`/counter/market-deals/${deal}`)
    await seller.page.getByText(t.deal.load_open).first().waitFor()
    expect(await seller.page.getByText(t.deal.tab_saving).count()).toBe(0)
  })

  it('are drafted anew once their load came to nothing', async () => {
    const { page } = seller
    const { mill } = zone.people
    const { loadId } = await zone.deal(deal)
    const { rev } = await zone.read(mill, `/freight-loads/${loadId}`)
    await zone.created(mill, `/freight-loads/${loadId}/withdraw`, { rev, why: '改期' })
    await page.goto(`/counter/market-deals/${deal}`)
    await page.getByRole('button', { name: t.deal.carry, exact: true }).click()
    await page.getByRole('dialog').getByRole('button', { name: t.deal.carry }).click()
    await page.waitForURL(/freight-loads/)
    expect((await zone.deal(deal)).loadId).not.toBe(loadId)
  })

  it('come of a request for quotation whose answers stand in columns', async () => {
    const { bakeryId, millId, otherMillId } = zone.firms
    const { people } = zone
    const { id } = await zone.created(people.bakery, '/market-rfqs', {
      askerId: bakeryId,
      title: '十二月面粉',
      lines: [
        { productCode: 'P1702', quantity: '30 吨' },
        { productCode: 'P1702', spec: '高筋粉', quantity: '5 吨' },
      ],
      closesAt: Number(stage.server.deps.clock()) + 3_600_000,
      isSealed: false,
      firmIds: [millId, otherMillId],
    })
    await zone.created(people.otherMill, `/market-rfqs/${id}/answers`, {
      firmId: otherMillId,
      rev: 1,
      lines: [{ line: 1, priceMilliFen: 390_000_000, quantity: 30 * tonne, leadDays: 3 }],
    })
    const { page } = seller
    await page.goto(`/counter/market-rfqs/${id}`)
    await page.getByRole('button', { name: t.rfq.answer }).click()
    const form = page.getByRole('dialog')
    const prices = form.getByLabel(t.deal.price_per.split('{{')[0] ?? '')
    await prices.nth(0).fill('3950')
    await prices.nth(1).fill('4400')
    if (folder) await page.screenshot({ path: `${folder}/F-${lang}-answer-1440.png`, fullPage: true })
    await form.getByRole('button', { name: t.rfq.answer }).click()
    await page.getByText(t.rfq.answered_done).first().waitFor()
    await sound(page, 'rfq-own')

    const asker = buyer.page
    await asker.goto(`/counter/market-rfqs/${id}`)
    await asker.getByText(t.rfq.gap).first().waitFor()
    expect(await asker.getByText('{').count()).toBe(0)
    await sound(asker, 'rfq-compare', phone)
    await asker.getByRole('button', { name: t.rfq.close }).click()
    await asker.getByRole('dialog').getByRole('button', { name: t.rfq.close }).click()
    await asker.getByText(t.rfq.state.closed).first().waitFor()
    await asker.getByRole('button', { name: t.rfq.award }).click()
    await asker.getByRole('dialog').getByRole('button', { name: t.rfq.award }).click()
    await asker.getByText(t.rfq.state.awarded).first().waitFor()
  })

  it('are asked for in a form that knows the suppliers', async () => {
    const { page } = buyer
    const neededBy = addDays(localDateOf(stage.server.deps.clock()), 2)
    await page.goto(`/counter/market-rfqs/new?product=P1702&quantity=20%20t&neededBy=${neededBy}`)
    await page.getByLabel('合成面粉厂', { exact: false }).first().waitFor()
    await sound(page, 'rfq-new', phone)
    await page.getByLabel(t.rfq.subject).fill('Flour')
    // It closes before the goods are needed, unless somebody wants to wait for longer than that.
    const days = page.getByLabel(t.rfq.days)
    expect(await days.inputValue()).toBe('2')
    await days.fill('3')
    await page.getByRole('button', { name: t.rfq.ask }).click()
    const closes = addDays(localDateOf(stage.server.deps.clock()), 3)
    await page.locator('.ant-form-item-explain-error').filter({ hasText: closes }).waitFor()
    await sound(page, 'rfq-late', phone)
    await days.fill('2')
    await page.getByRole('button', { name: t.rfq.ask }).click()
    await page.getByRole('heading', { name: 'Flour' }).waitFor()
    await page.goto('/counter/market-rfqs')
    await page.getByText('Flour').first().waitFor()
    await sound(page, 'rfq-list', phone)
  })

  it('are reckoned for all needs at once by an officer', async () => {
    const { page } = officer
    await page.goto('/market-proposals')
    await page.getByText(t.proposal.empty).waitFor()
    await page.getByRole('button', { name: t.proposal.make }).first().click()
    await page.getByRole('dialog').getByRole('button', { name: t.proposal.make }).click()
    await page.getByText(t.proposal.optimal).waitFor()
    await sound(page, 'proposal')
    await page.getByRole('button', { name: t.proposal.send }).click()
    await page.getByRole('dialog').getByRole('button', { name: t.proposal.send }).click()
    await page.getByText(t.proposal.state.sent).first().waitFor()
    // What an officer proposed, an officer takes back.
    await page.getByRole('link', { name: t.deal.one, exact: true }).first().click()
    await page.getByRole('button', { name: t.deal.cancel }).click()
    const form = page.getByRole('dialog')
    await form.getByLabel(t.deal.why).fill('改日再议')
    await form.getByRole('button', { name: t.deal.cancel }).click()
    await page.getByText(t.deal.state.cancelled).first().waitFor()
  })
})
