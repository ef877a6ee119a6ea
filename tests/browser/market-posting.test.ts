import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Page } from 'playwright-core'
import en from '../../modules/market/web/locales/en.json' with { type: 'json' }
import zhCN from '../../modules/market/web/locales/zh-CN.json' with { type: 'json' }
import { desk, openStage, fits, password, phone, seriousFaults, textOf, type Person, type Stage } from './stage.ts'

const bundles = { 'zh-CN': zhCN, en } as const
const folder = process.env.MARKET_PICTURES
const sentence = '求购 25mm 三级抗震钢筋 200 吨，月底前'

describe.each(['zh-CN'] as const)('a need posted on the phone, %s', (lang) => {
  const t = bundles[lang]
  let stage: Stage
  let buyer: Person
  let officer: Person

  beforeAll(async () => {
    stage = await openStage(lang)
    await stage.post('/accounts', {
      username: 'chains',
      name: '产业链专员（测试）',
      password,
      lang,
      roles: [{ role: 'chain_officer', partyId: null }],
    })
    await offers()
    buyer = await stage.enter('firm', phone)
    officer = await stage.enter('chains', desk)
  })
  afterAll(() => stage?.close())

  /** Three firms that offer rebar, one of the wrong size; one that buys what nobody offers. */
  async function offers() {
    const client = await stage.server.actor([{ role: 'chain_officer', partyId: null }])
    const texts = [
      ['合成钢铁一公司', '供应螺纹钢 HRB400E 25mm，现货 500 吨', ['HRB400E', '25mm'], '500 吨', '3300元/吨'],
      ['合成钢铁二公司', '螺纹钢 HRB400E 25mm 160 吨', ['HRB400E', '25mm'], '160 吨', '3260元/吨'],
      ['合成钢铁三公司', '螺纹钢 HRB400E 12mm 300 吨', ['HRB400E', '12mm'], '300 吨', '3250元/吨'],
    ] as const
    for (const [name, text, spec, quantity, price] of texts) {
      const firm = await stage.post('/enterprises', { name, areaId: stage.zone.area.id, synthetic: true })
      const answer = await client.post('/api/v1/market-postings', {
        commandId: randomUUID(),
        kind: 'offer',
        firmId: firm.id,
        text,
        productCode: 'P0602',
        spec,
        quantity,
        price,
        leadDays: 5,
        lonDeg: 87.98,
        latDeg: 44.15,
        open: true,
      })
      expect(answer.status).toBe(201)
    }
  }

  /** Looked at on both widths; nothing serious, nothing beyond the window. */
  const sound = async (page: Page, name: string) => {
    for (const [width, view] of [
      ['390', phone],
      ['1440', desk],
    ] as const) {
      await page.setViewportSize(view)
      if (folder) await page.screenshot({ path: `${folder}/E-${lang}-${name}-${width}.png`, fullPage: true })
      await fits(page, `${name} ${width}`)
      expect(await seriousFaults(page), `${name} ${width}`).toEqual([])
    }
  }

  it('is understood from one sentence, confirmed, and shows three offers with reasons', async () => {
    const { page, errors } = buyer
    await page.goto('/counter/market-postings')
    await page.getByText('供应螺纹钢 HRB400E 25mm').first().waitFor()
    await sound(page, 'hall')
    await page.setViewportSize(phone)

    await page
      .getByRole('link', { name: t.posting.post })
      .or(page.getByRole('button', { name: t.posting.post }))
      .first()
      .click()
    await page.getByLabel(t.posting.field.text).fill(sentence)
    const post = page.getByRole('button', { name: t.posting.confirm_and_post })
    expect(await post.getAttribute('aria-disabled')).toBe('true')
    const before = performance.now()
    await page.getByRole('button', { name: t.posting.understand }).click()
    const read = page.getByRole('region', { name: t.posting.understood })
    await read.getByText(`（${t.posting.certainty.sure}）`).waitFor()
    expect(performance.now() - before).toBeLessThan(3_000)
    expect(await page.getByLabel(t.posting.field.quantity, { exact: true }).inputValue()).toBe('200 吨')
    await sound(page, 'new')
    await page.setViewportSize(phone)
    await post.click()

    const cards = page.getByRole('article')
    await cards.nth(2).waitFor()
    expect(await cards.count()).toBe(3)
    const [first, last] = [cards.first(), cards.nth(2)]
    expect(await first.textContent()).toContain('合成钢铁一公司')
    expect(await first.textContent()).toContain(t.match.verdict.equal)
    expect(await last.textContent()).toContain('合成钢铁三公司')
    expect(await last.textContent()).toContain(t.match.verdict.conflict)
    await first.getByText(t.match.points).first().click()
    await first.getByText(t.match.next).waitFor()
    await sound(page, 'matches')
    await page.setViewportSize(phone)
    await page.getByRole('tab', { name: t.deal.title }).click()
    await page.getByText(t.deal.none_of_posting).waitFor()

    await page.getByRole('link', { name: t.rfq.ask_suppliers }).click()
    await page.getByRole('heading', { name: t.rfq.ask }).waitFor()
    expect(await page.getByLabel(t.deal.quantity).inputValue()).toBe('200 吨')
    expect(await page.getByLabel(t.rfq.subject).inputValue()).toMatch(/^螺纹钢 /)
    await page.getByText('螺纹钢', { exact: true }).waitFor()
    await page.getByLabel('合成钢铁一公司', { exact: false }).waitFor()
    await sound(page, 'ask')

    // Another firm's posting, whose history is not asked for.
    const asked: string[] = []
    page.on('request', (request) => asked.push(request.url()))
    await page.goto('/counter/market-postings?kind=offer')
    await page.getByText('合成钢铁一公司').first().click()
    await page.getByRole('tab', { name: t.match.title.offer }).waitFor()
    await page.getByRole('button', { name: t.posting.change }).waitFor()
    expect(asked.filter((url) => url.includes('/market-postings/'))).not.toEqual([])
    expect(asked.filter((url) => url.endsWith('/history'))).toEqual([])
    expect(errors).toEqual([])
  })

  it('is kept as it was corrected, until another text is read', async () => {
    const { page, errors } = buyer
    const quantity = page.getByLabel(t.posting.field.quantity, { exact: true })
    const price = page.getByLabel(t.posting.field.price, { exact: true })
    const understand = async () => {
      await page.getByRole('button', { name: t.posting.understand }).click()
      await page.getByRole('region', { name: t.posting.understood }).waitFor()
    }
    await page.goto('/counter/market-postings/new')
    await page.getByLabel(t.posting.field.text).fill(sentence)
    await understand()
    await quantity.fill('150 吨')
    await price.fill('3100元/吨')
    await page.reload()
    await page.getByRole('status').getByText(textOf(lang, 'ui:form.restart')).waitFor()
    expect(await page.getByLabel(t.posting.field.text).inputValue()).toBe(sentence)
    await understand()
    expect([await quantity.inputValue(), await price.inputValue()]).toEqual(['150 吨', '3100元/吨'])

    await page.getByLabel(t.posting.field.text).fill('求购 25mm 三级抗震钢筋 90 吨')
    await understand()
    await expect.poll(() => quantity.inputValue()).toBe('90 吨')
    expect(await price.inputValue()).toBe('')
    expect(errors).toEqual([])
  })

  it('comes of a need that its firm raised, once', async () => {
    const { page, errors } = buyer
    await page.goto('/counter/market-appeals')
    await page.getByText(t.appeal.empty).waitFor()
    await sound(page, 'appeals-empty')
    const firm = await stage.server.actor([{ role: 'enterprise', partyId: stage.zone.firm.id }])
    const raised = await firm.post('/api/v1/appeals', {
      commandId: randomUUID(),
      title: '求购本地面粉',
      text: '每月 60 吨特一粉，找不到本地供应商。',
      nature: 'help',
      category: '0701',
    })
    expect(raised.status).toBe(201)
    await page.reload()
    await page.getByText('求购本地面粉').waitFor()
    await sound(page, 'appeals')
    await page.setViewportSize(phone)
    await page.getByRole('button', { name: t.appeal.take }).click()
    await page.getByText(t.posting.state.draft).first().waitFor()
    expect(await page.getByRole('button', { name: t.rfq.ask_suppliers }).getAttribute('aria-disabled')).toBe('true')
    await page.goto('/counter/market-appeals')
    await page.getByRole('link', { name: /^GX/ }).waitFor()
    expect(await page.getByRole('button', { name: t.appeal.take }).count()).toBe(0)
    await sound(page, 'appeals-taken')
    expect(errors).toEqual([])
  })

  it('is posted by an officer for a firm of the register, found by its name', async () => {
    const { page, errors } = officer
    await page.goto('/market-postings/new')
    const picker = page.getByLabel(t.posting.field.firm, { exact: true })
    await picker.click()
    await picker.pressSequentially('合成钢铁二')
    await page.getByTitle('合成钢铁二公司').click()
    await page.getByLabel(t.posting.field.text).fill('求购粉煤灰 30 吨')
    await page.getByRole('button', { name: t.posting.understand }).click()
    await page.getByRole('region', { name: t.posting.understood }).waitFor()
    await page.getByRole('button', { name: t.posting.keep_draft }).click()
    await page.getByRole('heading', { name: /求购粉煤灰 30 吨/ }).waitFor()
    await page.getByText('合成钢铁二公司').filter({ visible: true }).first().waitFor()
    expect(errors).toEqual([])
  })

  it('cannot be closed by somebody else, and stands at the desk of officers', async () => {
    const { page, errors } = officer
    await page.goto('/market-postings?kind=need')
    await page.getByText(sentence.slice(0, 20)).first().click()
    await page.getByRole('tab', { name: t.match.title.need }).waitFor()
    await sound(page, 'page')

    await page.goto('/market-desk?desk=unmatched')
    await page.getByRole('heading', { name: t.posting.desk }).waitFor()
    await sound(page, 'desk')
    await page.goto('/market-match-settings')
    await page.getByText(t.match.number.product).first().waitFor()
    await sound(page, 'settings')
    expect(errors).toEqual([])
  })
})
