import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Page } from 'playwright-core'
import en from '../../modules/freight/web/locales/en.json' with { type: 'json' }
import { carriedWaybill } from './freight-stage.ts'
import { desk, openStage, fits, password, phone, photo, seriousFaults, type Person, type Stage } from './stage.ts'

const bundles = { en } as const
const folder = process.env.WAYBILL_PICTURES

// Chinese is walked by freight-loads.test.ts.
describe.each(['en'] as const)('a waybill, from the receipt to the books, %s', (lang) => {
  const t = bundles[lang]
  let stage: Stage
  let auditor: Person
  let finance: Person
  let waybill: string

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
    await account('auditing', 'freight_audit')
    await account('booking', 'finance')
    auditor = await stage.enter('auditing', desk)
    finance = await stage.enter('booking', desk)
    waybill = (await carriedWaybill(stage)).id
  })
  afterAll(() => stage?.close())

  const picture = async (page: Page, name: string) => {
    if (folder) await page.screenshot({ path: `${folder}/waybill-${lang}-${name}.png`, fullPage: true })
  }

  it('a consignee signs by the link, without an account, once', async () => {
    const { secret } = (
      await stage.server.machine.post(`/api/v1/freight-waybills/${waybill}/sign-link`, { commandId: randomUUID() })
    ).body
    const { page } = await stage.enter(null, phone)
    await page.goto(`/freight-sign/${secret}`)
    await page.getByRole('heading', { name: t.sign.title }).waitFor()
    await page.getByText('32.310 t').waitFor()
    expect(await seriousFaults(page)).toEqual([])
    await fits(page)
    await picture(page, 'sign')
    await page.getByLabel(t.waybill.signer).fill('收货员（测试）')
    await page.locator('input[type=file]').setInputFiles({ name: 'r.jpg', mimeType: 'image/jpeg', buffer: photo })
    await page.getByRole('button', { name: t.sign.verb }).click()
    await page.getByRole('heading', { name: t.sign.done }).waitFor()
    await page.reload()
    await page.getByText(t.sign.spent_hint).waitFor()
    await picture(page, 'sign-spent')
  })

  it('the audit finds it under its view, and lets it pass', async () => {
    const { page } = auditor
    await page.goto('/freight-waybills')
    await page.getByText(t.waybill.view_audit).first().click()
    await page
      .getByRole('link', { name: /YD\d{12}/ })
      .first()
      .click()
    await page.getByText(t.waybill_next.signed).first().waitFor()
    expect(await seriousFaults(page)).toEqual([])
    await picture(page, 'signed')
    await page.getByRole('button', { name: t.move.audit, exact: true }).click()
    const form = page.getByRole('dialog', { name: t.move.audit })
    await form.getByRole('button', { name: t.move.audit, exact: true }).click()
    await form.waitFor({ state: 'hidden' })
    await page.getByText(t.waybill_next.audited).first().waitFor()
    await page.getByRole('tab', { name: t.waybill.audit }).click()
    await page.getByText(`R16 ${t.audit_rule.R16}`).waitFor()
    await picture(page, 'audited')
  })

  it('finance settles it: the worked example comes out to the fen, and each side sees its own', async () => {
    const { page } = finance
    await page.goto(`/freight-waybills/${waybill}`)
    await page.getByRole('button', { name: t.move.settle, exact: true }).click()
    const form = page.getByRole('dialog', { name: t.move.settle })
    await form.getByLabel(t.sheet_line.loading_fee).fill('20')
    await form.getByLabel(t.pay.fuel_card).fill('1000')
    expect(await seriousFaults(page)).toEqual([])
    await picture(page, 'settle')
    await form.getByRole('button', { name: t.move.settle, exact: true }).click()
    await form.waitFor({ state: 'hidden' })
    await page.getByText(t.waybill_next.settled).first().waitFor()
    await page.getByRole('tab', { name: t.waybill.money }).click()
    for (const sum of ['¥2,504.00', '¥2,730.62', '¥1,504.00']) await page.getByText(sum).first().waitFor()
    expect(await seriousFaults(page)).toEqual([])
    await picture(page, 'settled')

    const shipper = await stage.enter('firm', phone)
    await shipper.page.goto(`/counter/freight-waybills/${waybill}`)
    await shipper.page.getByText('¥2,730.62').first().waitFor()
    expect(await shipper.page.getByText('¥2,504.45').count()).toBe(0)
    await fits(shipper.page)
    await picture(shipper.page, 'shipper-phone')
    expect([...auditor.errors, ...finance.errors, ...shipper.errors]).toEqual([])
  })
})
