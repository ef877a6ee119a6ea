import { readFile } from 'node:fs/promises'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Page } from 'playwright-core'
import { localDateOf } from '@tingzhou/calendar'
import { epochMs } from '@tingzhou/kernel'
import { moneyZone } from '../../modules/freight/money/testing.ts'
import { notificationOf, type Told } from '../../modules/freight/money/testing-bank.ts'
import { monthBefore } from '../../modules/freight/web/money/days.ts'
import en from '../../modules/freight/web/locales/en.json' with { type: 'json' }
import zhCN from '../../modules/freight/web/locales/zh-CN.json' with { type: 'json' }
import { settledWaybill } from './freight-stage.ts'
import { desk, fits, openStage, password, phone, seriousFaults, within, type Person, type Stage } from './stage.ts'

const bundles = { 'zh-CN': zhCN, en } as const
const folder = process.env.MONEY_PICTURES

// The other language is walked by freight-loop.test.ts.
describe.each(['en'] as const)('money, from a settlement to the bank and back, %s', (lang) => {
  const t = bundles[lang]
  let stage: Stage
  let finance: Person
  let second: Person
  let audit: Person
  let firm: Person
  let kept: { id: string; number: string }
  let wrong: { id: string; number: string }
  let batchUrl: string

  beforeAll(async () => {
    stage = await openStage(lang)
    for (const [username, role] of [
      ['paying', 'finance'],
      ['approving', 'finance'],
      ['auditing', 'freight_audit'],
    ])
      await stage.post('/accounts', {
        username,
        name: `${username}（测试）`,
        password,
        lang,
        roles: [{ role, partyId: null }],
      })
    finance = await stage.enter('paying', desk)
    second = await stage.enter('approving', desk)
    audit = await stage.enter('auditing', desk)
    firm = await stage.enter('firm', desk)
  })
  afterAll(() => stage?.close())

  /** Looked at on both widths; nothing serious, nothing beyond the window. */
  const sound = async (page: Page, name: string) => {
    for (const [width, view] of [
      ['1440', desk],
      ['390', phone],
    ] as const) {
      await page.setViewportSize(view)
      if (folder) await page.screenshot({ path: `${folder}/money-${lang}-${name}-${width}.png`, fullPage: true })
      // At the counter the head above the page is the shell's.
      await (page === firm.page ? within(page, "document.querySelector('main')", name) : fits(page, name))
    }
    await page.setViewportSize(desk)
    expect(await seriousFaults(page), name).toEqual([])
  }
  const waybillOf = async (id: string) => (await stage.server.machine.get(`/api/v1/freight-waybills/${id}`)).body
  const told = async (waybillId: string, serial: string, moreFen = 0): Promise<Told> => {
    const { rows } = (await stage.server.machine.get(`/api/v1/freight-payments?waybillId=${waybillId}&state=sent`)).body
    const [payment] = rows
    return { paymentId: payment.id, amountFen: payment.amountFen + moreFen, serial }
  }
  /** Two waybills of the stage's firm, billed in the month before: only days that are over are on a statement. */
  const billedLastMonth = async () => {
    const { db, zoneId, clock } = stage.server.deps
    const { fromDay } = monthBefore(localDateOf(clock()))
    const past = await moneyZone(db, zoneId, () => epochMs(Date.parse(`${fromDay}T12:00:00+08:00`)))
    for (const loadKg of [32_460, 31_460]) {
      const id = await past.addWaybill({ state: 'settled', shipperId: stage.zone.firm.id, loadKg, unloadKg: 31_400 })
      await past.settled(id)
    }
  }
  const askInvoice = async (page: Page) => {
    await page.getByRole('button', { name: t.invoice.ask }).click()
    const form = page.getByRole('dialog', { name: t.invoice.ask })
    await form.getByLabel(t.invoice.tax_number).fill('91650000000000000X')
    await form.getByLabel(t.invoice.vatBp).fill('9')
    const net = form.getByLabel(t.invoice.netFen)
    const left = await net.inputValue()
    await net.fill(String(Number(left) + 1))
    await form.getByRole('button', { name: t.invoice.ask }).click()
    // In yuan, at the field.
    await form.getByText(new RegExp(`${t.invoice.most.split('{{')[0]}¥`)).waitFor()
    await sound(page, 'invoice-refused')
    await net.fill(left)
    await form.getByRole('button', { name: t.invoice.ask }).click()
    await form.waitFor({ state: 'hidden' })
    await page.getByRole('tab', { name: t.invoice.title }).click()
    await page.getByText('91650000000000000X').waitFor()
    await sound(page, 'invoices')
  }
  const bring = (page: Page, name: string, xml: string) =>
    page.getByLabel(t.bank_report.take, { exact: true }).setInputFiles({
      name,
      mimeType: 'application/xml',
      buffer: Buffer.from(xml),
    })

  it('an empty desk says what is missing, and finance sets the account to pay from', async () => {
    const { page } = finance
    await page.goto('/freight-money')
    await page.getByText(t.money.no_dues).waitFor()
    await sound(page, 'desk-empty')
    await page.getByRole('status').getByRole('link', { name: t.payer.title }).click()
    await page.getByText(t.payer.none).waitFor()
    await sound(page, 'payer-empty')
    await page.getByRole('button', { name: t.payer.set }).click()
    const form = page.getByRole('dialog', { name: t.payer.title })
    await form.getByLabel(t.payee.holder).fill('合成平台（测试）')
    await form.getByLabel(t.payee.bank).click()
    await page.getByTitle(/^ICBK/).click()
    await form.getByLabel(t.payee.account).fill('123')
    await form.getByLabel(t.field.why).fill('test')
    await form.getByRole('button', { name: t.verb.save }).click()
    await form.getByText(lang === 'en' ? /8 to 32 digits/ : /8 *[至到~–-] *32/).waitFor()
    await form.getByLabel(t.payee.account).fill('6222020000000000001')
    await form.getByRole('button', { name: t.verb.save }).click()
    await form.waitFor({ state: 'hidden' })
    await page.getByText('****0001').waitFor()
    expect(await page.content()).not.toContain('6222020000000000001')
    await sound(page, 'payer')
  })

  it('finance sees what is due by carrier, and who has no account', async () => {
    kept = await settledWaybill(stage)
    wrong = await settledWaybill(stage)
    const { crew, payeeId } = await settledWaybill(stage)
    await stage.post(`/freight-carriers/${crew.carrierId}/payees/${payeeId}/closure`, { rev: 1, why: 'test' })
    const { page } = finance
    await page.goto('/freight-money')
    const row = page.getByRole('row').filter({ hasText: crew.carrierName })
    await row.getByText(t.payment.no_account).waitFor()
    await sound(page, 'desk')
    await row.getByRole('link', { name: t.payee.add }).click()
    await page.getByRole('dialog', { name: t.payee.add }).waitFor()
  })

  it('finance prepares a batch and cannot approve it oneself', async () => {
    const { page } = finance
    await page.goto('/freight-payments?state=due')
    await page.getByRole('link', { name: kept.number }).waitFor()
    for (const { number } of [kept, wrong])
      await page.getByRole('row').filter({ hasText: number }).getByRole('checkbox').check()
    await sound(page, 'due')
    await page.getByRole('button', { name: t.batch.prepare, exact: true }).click()
    await page.waitForURL(/freight-payment-batches\//)
    batchUrl = new URL(page.url()).pathname
    const approve = page.getByRole('button', { name: t.batch.approve, exact: true })
    await approve.focus()
    await page.getByRole('tooltip').getByText(t.reason.same_person).waitFor()
    expect(await approve.getAttribute('aria-disabled')).toBe('true')
    await sound(page, 'batch-own')
    const number = await stage.server.machine.get(`/api/v1${batchUrl}`)
    expect(number.body).toMatchObject({ state: 'prepared', payments: 2 })
  })

  it('another person approves, the file is made and downloaded', async () => {
    const { page } = second
    await page.goto('/freight-payment-batches?state=prepared')
    await sound(page, 'batches')
    await page.getByRole('table').getByRole('link').first().click()
    await page.getByRole('button', { name: t.batch.approve, exact: true }).click()
    const approval = page.getByRole('dialog').filter({ hasText: t.batch.approve_means })
    await approval.getByRole('button', { name: t.batch.approve, exact: true }).click()
    await page.getByRole('button', { name: t.batch.send, exact: true }).click()
    const sending = page.getByRole('dialog').filter({ hasText: t.batch.send_means })
    await sending.getByRole('button', { name: t.batch.send, exact: true }).click()
    const file = page.getByRole('link', { name: t.batch.take_file })
    await file.waitFor()
    await sound(page, 'batch-sent')
    const [download] = await Promise.all([page.waitForEvent('download'), file.click()])
    const text = await readFile(await download.path(), 'utf8')
    expect(text).toContain('urn:iso:std:iso:20022:tech:xsd:pain.001.001.09')
    expect(text).toContain(kept.number)
    expect(download.suggestedFilename()).toMatch(/^FK\d+\.xml$/)
  })

  it('the bank pays one, names another sum for the other: taken and refused by entry', async () => {
    const { page } = finance
    await page.goto('/freight-bank-reports')
    await page.getByText(t.bank_report.empty).waitFor()
    await sound(page, 'reports-empty')
    const xml = notificationOf('N1', [await told(kept.id, 'S1'), await told(wrong.id, 'S2', 100)])
    await bring(page, 'n1.xml', xml)
    const list = page.getByRole('list', { name: t.bank_report.brought })
    await list
      .getByText(
        t.bank_report.counts.replace('{{taken}}', '1').replace('{{refused}}', '1').replace('{{repeated}}', '0'),
      )
      .waitFor()
    await bring(page, 'bad.xml', '<!DOCTYPE a><a/>')
    await list
      .getByRole('listitem')
      .filter({ hasText: 'bad.xml' })
      .getByText(/DOCTYPE/)
      .waitFor()
    await sound(page, 'reports')
    await list.getByRole('link', { name: t.bank_report.look }).click()
    await page.getByRole('heading', { name: t.bank_kind.camt['054'] }).waitFor()
    const entry = page.getByRole('row').filter({ hasText: wrong.number })
    await entry.getByText(t.bank_outcome.refused).waitFor()
    await entry.getByText(t.bank_rule.same_sum.split('{{')[0] ?? '').waitFor()
    await page.getByRole('row').filter({ hasText: kept.number }).getByText(t.bank_outcome.taken).waitFor()
    await sound(page, 'report')

    // What is right is taken, and the same again changes nothing.
    await page.goto('/freight-bank-reports')
    const good = notificationOf('N2', [await told(wrong.id, 'S2')])
    await bring(page, 'n2.xml', good)
    await list
      .getByText(
        t.bank_report.counts.replace('{{taken}}', '1').replace('{{refused}}', '0').replace('{{repeated}}', '0'),
      )
      .waitFor()
    await bring(page, 'again.xml', good)
    await list.getByText(t.bank_report.repeated).waitFor()
  })

  it('the waybills are paid, with the figures that everybody sees', async () => {
    const { page } = finance
    await page.goto(batchUrl)
    await page.getByText(t.batch_state.done, { exact: true }).first().waitFor()
    await sound(page, 'batch-done')
    await page.goto(`/freight-waybills/${kept.id}?tab=money`)
    await page.getByText(t.waybill_state.paid, { exact: true }).first().waitFor()
    await page.getByRole('region', { name: t.payment.title }).getByText('S1').waitFor()
    await page.getByRole('region', { name: t.settlement.books }).getByRole('link').first().waitFor()
    await sound(page, 'waybill')
    const paid = (await waybillOf(kept.id)).dueFen
    await page.goto('/freight-incomes')
    await page.getByText(kept.number).waitFor()
    await sound(page, 'incomes')
    const { rows } = (await stage.server.machine.get(`/api/v1/freight-payments?waybillId=${kept.id}`)).body
    expect(rows).toMatchObject([{ state: 'done', bankSerial: 'S1' }])
    expect(paid - rows[0].amountFen).toBeLessThan(100)
  })

  it('audit reads all of it and is told why it may not act', async () => {
    const { page } = audit
    await page.goto(batchUrl)
    const file = page.getByRole('button', { name: t.batch.take_file })
    await file.focus()
    await page.getByRole('tooltip').getByText(t.reason.bank_file).waitFor()
    await page.goto('/freight-bank-reports')
    await page.getByRole('link', { name: 'N1' }).waitFor()
    const pick = page.getByRole('button', { name: t.bank_report.pick })
    expect(await pick.getAttribute('aria-disabled')).toBe('true')
    await sound(page, 'reports-audit')
  })

  it('finance issues a statement, the shipper confirms it and asks for an invoice', async () => {
    await billedLastMonth()
    const { page } = finance
    await page.goto('/freight-statements')
    await page.getByText(t.statement.empty).waitFor()
    await sound(page, 'statements-empty')
    await page.getByRole('button', { name: t.statement.issue }).first().click()
    const form = page.getByRole('dialog', { name: t.statement.issue })
    await form.getByLabel(t.field.shipper).fill('合成')
    await page.getByTitle('合成示例面粉有限公司').click()
    await sound(page, 'issue')
    await form.getByRole('button', { name: t.statement.issue }).click()
    await page.waitForURL(/freight-statements\//)
    await page.getByRole('row').nth(1).waitFor()
    const confirm = page.getByRole('button', { name: t.statement.confirm })
    expect(await confirm.getAttribute('aria-disabled')).toBe('true')
    const statementId = new URL(page.url()).pathname.split('/').at(-1)

    await firm.page.goto('/counter/freight-statements')
    await firm.page.getByRole('table').getByRole('link').first().click()
    await firm.page.waitForURL(`**/counter/freight-statements/${statementId}`)
    await firm.page.getByRole('button', { name: t.statement.confirm }).click()
    const asked = firm.page.getByRole('dialog').filter({ hasText: t.statement.confirm_means })
    await asked.getByRole('button', { name: t.statement.confirm }).click()
    await firm.page.getByText(t.statement_state.confirmed, { exact: true }).first().waitFor()
    await sound(firm.page, 'statement')
    const [sheet] = await Promise.all([
      firm.page.waitForEvent('download'),
      firm.page.getByRole('link', { name: t.statement.export, exact: true }).click(),
    ])
    expect(sheet.suggestedFilename()).toMatch(/\.xlsx$/)
    await askInvoice(firm.page)
  })

  it('no page broke on the way', () => {
    for (const { errors } of [finance, second, audit, firm]) expect(errors).toEqual([])
  })
})
