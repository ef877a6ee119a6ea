import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Page } from 'playwright-core'
import { startRegulator, type Regulator } from '../../apps/simpark/index.ts'
import { notificationOf } from '../../modules/freight/money/testing-bank.ts'
import { enterprise, platform } from '../../modules/freight/upload/testing.ts'
import en from '../../modules/freight/web/locales/en.json' with { type: 'json' }
import zhCN from '../../modules/freight/web/locales/zh-CN.json' with { type: 'json' }
import { settledWaybill } from './freight-stage.ts'
import { desk, openStage, fits, password, phone, seriousFaults, type Person, type Stage } from './stage.ts'

const bundles = { 'zh-CN': zhCN, en } as const
const folder = process.env.UPLOAD_PICTURES

// The other language is walked by freight-loop.test.ts.
describe.each(['en'] as const)('uploads, from the settings to an answer, %s', (lang) => {
  const t = bundles[lang]
  let stage: Stage
  let regulator: Regulator
  let admin: Person
  let audit: Person
  let waybill: { id: string; number: string }

  beforeAll(async () => {
    stage = await openStage(lang)
    regulator = await startRegulator({ enterprises: [enterprise], clock: stage.server.deps.clock })
    for (const [username, role] of [
      ['ruling', 'admin'],
      ['auditing', 'freight_audit'],
      ['booking', 'finance'],
      ['second', 'finance'],
    ])
      await stage.post('/accounts', {
        username,
        name: `${username}（测试）`,
        password,
        lang,
        roles: [{ role, partyId: null }],
      })
    admin = await stage.enter('ruling', desk)
    audit = await stage.enter('auditing', desk)
  })
  afterAll(async () => {
    await stage?.close()
    await regulator?.close()
  })

  const picture = async (page: Page, name: string) => {
    if (folder) await page.screenshot({ path: `${folder}/upload-${lang}-${name}.png`, fullPage: true })
  }
  const sound = async (page: Page) => {
    expect(await seriousFaults(page)).toEqual([])
    await fits(page)
  }

  it('the administrator sets the regulator and sees that it answers', async () => {
    const { page } = admin
    await page.goto('/freight-uploads/settings')
    await page.getByText(t.regulator.none).waitFor()
    await sound(page)
    await picture(page, 'settings-empty')
    await page.getByRole('button', { name: t.regulator.set }).click()
    const form = page.getByRole('dialog', { name: t.regulator.title })
    const fill = (label: string, text: string) => form.getByLabel(label, { exact: true }).fill(text)
    await fill(t.regulator.url, 'somewhere')
    await fill(t.regulator.senderCode, platform.senderCode)
    await fill(t.regulator.enterpriseCode, platform.enterpriseCode)
    await fill(t.regulator.username, enterprise.user)
    await fill(t.regulator.password, enterprise.password)
    await fill(t.regulator.publicKey, regulator.publicKey)
    await fill(t.regulator.carrierName, platform.carrierName)
    await fill(t.regulator.creditCode, platform.creditCode)
    await fill(t.regulator.permitNumber, platform.permitNumber)
    await fill(t.field.why, 'test')
    await form.getByRole('button', { name: t.verb.save }).click()
    // At the field, by its rule.
    await form
      .getByText('http')
      .filter({ hasText: /须是|an http/ })
      .waitFor()
    await picture(page, 'settings-refused')
    await fill(t.regulator.url, regulator.url)
    await form.getByRole('button', { name: t.verb.save }).click()
    await form.waitFor({ state: 'hidden' })
    await page.getByText(t.regulator.password_kept).waitFor()
    await page.getByRole('button', { name: t.regulator.check }).click()
    await page.getByText(t.regulator.check_good.split('{{')[0] ?? '').waitFor()
    await sound(page)
    await picture(page, 'settings')
    expect(await page.content()).not.toContain(enterprise.password)
  })

  it('audit finds what was refused first, sends it again when it is right, and it is accepted', async () => {
    // The firm that ships has no credit code, which the regulator asks for.
    waybill = await settledWaybill(stage)
    const { page } = audit
    await page.goto('/freight-uploads')
    const must = page.getByRole('region', { name: t.upload.must_do })
    await must.getByRole('link', { name: waybill.number }).waitFor()
    await page.getByText(t.upload_state.accepted).first().waitFor()
    await sound(page)
    await picture(page, 'list')
    await must.getByRole('link', { name: waybill.number }).click()
    await page.getByRole('heading', { name: `${t.upload_kind.waybill} ${waybill.number}` }).waitFor()
    await page
      .getByRole('cell', { name: lang === 'en' ? /shipper|consignor/i : /托运人证件号/ })
      .first()
      .waitFor()
    await sound(page)
    await picture(page, 'refused')

    // Set right at its source: the firm has a credit code.
    const firm = (await stage.server.machine.get(`/api/v1/enterprises/${stage.zone.firm.id}`)).body
    const changed = await stage.server.machine.patch(`/api/v1/enterprises/${stage.zone.firm.id}`, {
      commandId: randomUUID(),
      uscc: platform.creditCode,
      rev: firm.rev,
      why: 'test',
    })
    if (changed.status >= 300) throw new Error(JSON.stringify(changed.body))
    await page.getByRole('button', { name: t.upload.resend, exact: true }).click()
    const form = page.getByRole('dialog', { name: t.upload.resend })
    await form.getByLabel(t.field.why).fill('test')
    await sound(page)
    await picture(page, 'resend')
    await form.getByRole('button', { name: t.upload.resend, exact: true }).click()
    await form.waitFor({ state: 'hidden' })
    await page.getByText(t.upload_state.accepted, { exact: true }).first().waitFor()
    await page.getByRole('tab', { name: t.upload.tries }).click()
    await page.getByRole('cell', { name: /^1001/ }).waitFor()
    await sound(page)
    await picture(page, 'accepted')
    expect(regulator.received('waybill').map(({ record }) => record.ShippingNoteNumber)).toEqual([waybill.number])
  })

  it('the waybill shows its uploads and ends reported when it was paid', async () => {
    const finance = await stage.server.actor([{ role: 'finance', partyId: null }])
    const second = await stage.server.actor([{ role: 'finance', partyId: null }])
    const call = async (client: typeof finance, method: string, path: string, body: object) => {
      const answer = await client.send(method, `/api/v1${path}`, { body: { commandId: randomUUID(), ...body } })
      if (answer.status >= 300) throw new Error(`${path}: ${JSON.stringify(answer.body)}`)
      return answer.body
    }
    await call(finance, 'PUT', '/freight-payer', {
      holder: '合成平台',
      bankCode: 'ICBK',
      accountNumber: '6222020000000000001',
      rev: 0,
      why: 'test',
    })
    const { rows } = (await finance.get(`/api/v1/freight-payments?waybillId=${waybill.id}&state=due`)).body
    const due: readonly { id: string; amountFen: number }[] = rows
    const batch = await call(finance, 'POST', '/freight-payment-batches', { paymentIds: due.map(({ id }) => id) })
    const approved = await call(second, 'POST', `/freight-payment-batches/${batch.id}/approval`, { rev: 1 })
    await call(finance, 'POST', `/freight-payment-batches/${batch.id}/file`, { rev: approved.rev })
    const told = due.map(({ id, amountFen }) => ({ paymentId: id, amountFen, serial: `S${id.slice(-12)}` }))
    await call(finance, 'POST', '/freight-bank-reports', { xml: notificationOf('M1', told) })

    const { page } = audit
    await page.goto(`/freight-waybills/${waybill.id}?tab=uploads`)
    await page.getByText(t.waybill_next.reported).first().waitFor()
    await page.getByText(t.upload_kind.fund_flow).first().waitFor()
    await sound(page)
    await picture(page, 'waybill')
  })

  it('a month is counted with the regulator, equal, and closed', async () => {
    const { page } = audit
    await page.goto('/freight-uploads/months')
    await page.getByText(t.month.empty).waitFor()
    await sound(page)
    await picture(page, 'months-empty')
    await page.getByRole('button', { name: t.month.count }).first().click()
    const form = page.getByRole('dialog', { name: t.month.count })
    const month = new Date(stage.server.deps.clock() + 8 * 3_600_000).toISOString().slice(0, 7)
    await form.getByLabel(t.month.one).click()
    await page.getByTitle(month, { exact: true }).click()
    await form.getByRole('button', { name: t.month.count }).click()
    await page.getByRole('heading', { name: t.month.of.replace('{{month}}', month) }).waitFor()
    await page.getByText(t.month.no_difference).waitFor()
    await sound(page)
    await picture(page, 'month')
    await page.getByRole('button', { name: t.month.close, exact: true }).click()
    const closing = page.getByRole('dialog', { name: t.month.close })
    await closing.getByRole('button', { name: t.month.close, exact: true }).click()
    await closing.waitFor({ state: 'hidden' })
    await page.getByText(t.month_state.closed).first().waitFor()
    await page.goto('/freight-uploads/months?do=income')
    const income = page.getByRole('dialog', { name: t.income_report.title })
    const [taken] = await Promise.all([
      page.waitForEvent('download'),
      income.getByRole('link', { name: t.income_report.take }).click(),
    ])
    expect(taken.suggestedFilename()).toMatch(/\d{4}-Q\d\.xlsx$/)
    await picture(page, 'incomes')
  })

  it('reads on a phone, and says when the regulator is gone', async () => {
    await regulator.close()
    const row = (await stage.server.machine.get('/api/v1/freight-uploads?kind=driver')).body.rows[0]
    const small = await stage.enter('auditing', phone)
    for (const [name, path, text] of [
      ['list', '/freight-uploads', waybill.number],
      ['detail', `/freight-uploads/${row.id}`, t.upload.masked],
      ['months', '/freight-uploads/months', t.month.title],
      ['settings', '/freight-uploads/settings', t.regulator.password_kept],
    ] as const) {
      await small.page.goto(path)
      await small.page.getByText(text).first().waitFor()
      await sound(small.page)
      await picture(small.page, `phone-${name}`)
    }
    const { page } = admin
    await page.goto('/freight-uploads/settings')
    await page.getByRole('button', { name: t.regulator.check }).click()
    await page.getByText(t.attempt.unanswered).first().waitFor()
    await page.goto('/freight-uploads')
    await page.getByText(t.upload.silent).waitFor()
    await picture(page, 'silent')
    expect([...admin.errors, ...audit.errors, ...small.errors]).toEqual([])
  })
})
