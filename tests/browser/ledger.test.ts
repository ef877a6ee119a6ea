import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { addDays, localDateOf } from '@tingzhou/calendar'
import { ledgerZone } from '@tingzhou/ledger/testing'
import { localDate, type LocalDate } from '@tingzhou/kernel'
import en from '../../core/ledger/web/locales/en.json' with { type: 'json' }
import zhCN from '../../core/ledger/web/locales/zh-CN.json' with { type: 'json' }
import { faultsInBoth, openStage, fits, password, phone, seriousFaults, type Person, type Stage } from './stage.ts'

const texts = { 'zh-CN': zhCN, en } as const
const move = (debit: string, credit: string, amount: number) => ({ kind: 'posted', debit, credit, amount }) as const
describe('books and accounts, in the browser', () => {
  let stage: Stage
  let today: LocalDate
  let book: Awaited<ReturnType<typeof ledgerZone>>
  const people: Person[] = []
  const enter = async (...asked: Parameters<Stage['enter']>) => {
    const person = await stage.enter(...asked)
    people.push(person)
    return person
  }

  beforeAll(async () => {
    stage = await openStage('zh-CN')
    today = localDate(localDateOf((await stage.server.machine.get('/api/v1/demo')).body.clock))
    for (const [username, role, lang] of [
      ['finance', 'finance', 'zh-CN'],
      ['finance-en', 'finance', 'en'],
      ['auditor', 'auditor', 'zh-CN'],
    ] as const)
      await stage.post('/accounts', {
        username,
        name: `${username}（测试）`,
        password,
        lang,
        roles: [{ role, partyId: null }],
      })
  })
  afterAll(() => stage?.close())

  it('before anything was booked the page says what will be there', async () => {
    const finance = await enter('finance')
    const { page } = finance
    await page.goto('/ledger')
    // The book of freight is there from the start.
    await page.getByText(zhCN.trial.empty, { exact: true }).waitFor()
    expect(await faultsInBoth(finance, 'zh-CN')).toEqual([])
  })

  it('a trial balance closes; its accounts, statements and journals are a press away, in both languages', async () => {
    const { server, zone } = stage
    book = await ledgerZone(server.database, server.deps.zoneId)
    const opened = await book.open([
      { code: 'bank', name: { zh: '银行存款', en: 'Bank' }, least: 0 },
      { code: 'capital', name: { zh: '实收资本', en: 'Capital' }, side: 'credit' },
      { code: 'freight_cost', name: { zh: '运费成本', en: 'Freight cost' } },
      {
        code: 'carrier_payable',
        name: { zh: '应付承运人', en: 'Owed to carriers' },
        side: 'credit',
        partyId: zone.firm.id,
      },
      { code: 'suspense', name: { zh: '待查', en: 'Suspense' } },
      { code: 'coal', name: { zh: '原煤', en: 'Raw coal' }, unit: 'kg' },
      { code: 'yard', name: { zh: '煤场', en: 'Yard' }, unit: 'kg', side: 'credit' },
    ])
    const [bank = '', capital = '', cost = '', payable = '', suspense = '', coal = '', yard = ''] = opened
    await book.booked([move(bank, capital, 500_000_000)], { day: addDays(today, -4) })
    await book.booked([move(cost, payable, 12_345_678), move(coal, yard, 49_000)], {
      day: addDays(today, -3),
      kind: 'settlement',
      reason: '合成运单结算',
      source: { kind: 'waybill', id: 'W-1' },
    })
    const held = await book.booked(
      [
        { kind: 'pending', debit: payable, credit: bank, amount: 2_000_000, until: null },
        { kind: 'pending', debit: cost, credit: suspense, amount: 700, until: null },
      ],
      { day: addDays(today, -2), kind: 'payment' },
    )
    await book.booked([{ kind: 'settled', of: { journalId: held, line: 1 }, amount: 1_999_999 }], {
      day: addDays(today, -1),
      kind: 'payment',
    })
    await book.booked([move(cost, suspense, 5)], { day: addDays(today, -1) })

    for (const [username, lang] of [
      ['finance', 'zh-CN'],
      ['finance-en', 'en'],
    ] as const) {
      const t = texts[lang]
      const person = await enter(username)
      const { page } = person
      await page.goto('/ledger')
      await page.getByText(t.trial.closes).first().waitFor()
      expect(await page.getByText(t.trial.closes).count()).toBe(2)
      await page.getByText('5,000,000.00').first().waitFor()
      expect(await faultsInBoth(person, lang)).toEqual([])

      await page.getByRole('link', { name: lang === 'en' ? 'Suspense' : '待查' }).click()
      await page.getByRole('heading', { level: 1, name: t.accounts.title }).waitFor()
      await page.getByRole('link', { name: lang === 'en' ? 'Suspense' : '待查' }).click()
      // Credited against its side: told by sign and by word.
      await page.getByText('-0.05').first().waitFor()
      await page.getByText(t.balance.credit).first().waitFor()

      await page.goto(`/ledger-accounts/${payable}?from=${addDays(today, -9)}&until=${today}`)
      await page.getByText(t.statement.opening).waitFor()
      await page.getByText('123,456.78').first().waitFor()
      await page.getByText('103,456.79').first().waitFor()
      expect(await faultsInBoth(person, lang)).toEqual([])

      await page.getByRole('link', { name: t.journal_kind.payment }).click()
      const drawer = page.getByRole('dialog')
      await drawer.getByText(t.kind.settled).waitFor()
      await drawer.getByRole('link', { name: t.journal.of }).click()
      await drawer.getByText(t.became.settled).waitFor()
      expect(await seriousFaults(page)).toEqual([])
    }
  })

  it('on a phone everything fits, and an enterprise reads its own account at the counter', async () => {
    const finance = await enter('finance', phone)
    const firm = await enter('firm', phone)
    const [payable] = await book.open([{ code: 'carrier_payable', side: 'credit', partyId: stage.zone.firm.id }])
    for (const [person, path, name] of [
      [finance, '/ledger', 'trial'],
      [finance, '/ledger-accounts', 'accounts'],
      [finance, `/ledger-accounts/${payable}?from=${addDays(today, -9)}&until=${today}`, 'statement'],
      [firm, '/counter/ledger-accounts', 'own'],
      [firm, `/counter/ledger-accounts/${payable}?from=${addDays(today, -9)}&until=${today}`, 'own-statement'],
    ] as const) {
      await person.page.goto(path)
      await person.page
        .getByText(name.endsWith('statement') ? '123,456.78' : '103,456.79')
        .first()
        .waitFor()
      await fits(person.page, name)
      expect(await seriousFaults(person.page)).toEqual([])
    }
    await firm.page.getByText('freight_cost').first().waitFor()
    expect(await firm.page.getByText('运费成本').count()).toBe(0)
  })

  it('a period is closed by finance after it was said what that means, and by nobody who only looks on', async () => {
    const auditor = await enter('auditor')
    await auditor.page.goto('/ledger')
    await auditor.page.getByRole('button', { name: zhCN.verb.close }).focus()
    await auditor.page.getByText(zhCN.reason.not_closer).waitFor({ state: 'attached' })

    const yesterday = addDays(today, -1)
    const finance = await enter('finance')
    const { page } = finance
    await page.goto('/ledger?do=close')
    const form = page.getByRole('dialog').filter({ hasText: zhCN.close.means_days })
    await form.getByText(zhCN.close.means_correction).waitFor()
    expect(await seriousFaults(page)).toEqual([])
    await form.getByRole('button', { name: zhCN.verb.close }).click()
    const asked = page.getByRole('dialog').filter({ hasText: zhCN.close.confirm_text.replace('{{day}}', yesterday) })
    await asked.getByRole('button', { name: zhCN.verb.close }).click()
    await page.getByText(zhCN.books.closed.replace('{{day}}', yesterday)).first().waitFor()
    const { body } = await stage.server.machine.get('/api/v1/ledger-periods?book=freight')
    expect(body.rows).toMatchObject([{ until: yesterday, actor: 'finance（测试）' }])

    // Everything that is over is closed: the form says so instead of offering it.
    await page.goto('/ledger?do=close')
    await page.getByRole('dialog').getByRole('button', { name: zhCN.verb.close }).focus()
    await page.getByText(zhCN.reason.closed_already).waitFor({ state: 'attached' })
  })

  it('nothing broke on the way', () => {
    for (const { errors } of people) expect(errors).toEqual([])
  })
})
