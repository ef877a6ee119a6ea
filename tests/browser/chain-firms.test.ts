import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Page } from 'playwright-core'
import en from '../../modules/chains/web/locales/en.json' with { type: 'json' }
import zhCN from '../../modules/chains/web/locales/zh-CN.json' with { type: 'json' }
import { desk, openStage, fits, password, phone, seriousFaults, type Person, type Stage, walkedIn } from './stage.ts'

const bundles = { 'zh-CN': zhCN, en } as const
const folder = process.env.CHAIN_PICTURES

describe.each(walkedIn(folder))('firms in the chains, in the browser, %s', (lang) => {
  const t = bundles[lang].firms
  let stage: Stage
  let officer: Person
  let miller: Person
  let ids: { readonly mill: string; readonly bakery: string; readonly outside: string }

  beforeAll(async () => {
    stage = await openStage(lang)
    const firm = async (name: string) => (await stage.post('/enterprises', { name, synthetic: true })).id as string
    ids = {
      mill: await firm('合成面粉厂（浏览器）'),
      bakery: await firm('合成挂面厂（浏览器）'),
      outside: (
        await stage.post('/chain-outside-firms', { name: '合成区外纸厂（浏览器）', country: 'CN', synthetic: true })
      ).id,
    }
    const account = (username: string, role: string, partyId: string | null) =>
      stage.post('/accounts', { username, name: `${username}（测试）`, password, lang, roles: [{ role, partyId }] })
    await account('firmkeeper', 'chain_officer', null)
    await account('miller', 'enterprise', ids.mill)
    officer = await stage.enter('firmkeeper', desk)
    miller = await stage.enter('miller', desk)
  })
  afterAll(() => stage?.close())

  /** Looked at on both widths; nothing serious, nothing beyond the window. */
  const sound = async (page: Page, name: string) => {
    for (const [width, view] of [
      ['1440', desk],
      ['390', phone],
    ] as const) {
      await page.setViewportSize(view)
      await fits(page, `${name} at ${width}`)
      if (folder) await page.screenshot({ path: `${folder}/B-${lang}-${name}-${width}.png`, fullPage: true })
    }
    await page.setViewportSize(desk)
    expect(await seriousFaults(page), name).toEqual([])
  }
  const form = (page: Page) => page.getByRole('dialog')
  const choose = async (page: Page, label: string, text: string) => {
    await form(page).getByLabel(label, { exact: true }).fill(text)
    await page.locator('.ant-select-item-option').filter({ hasText: text }).first().click()
  }

  it('a firm enters what it makes and whom it supplies at the counter, and is told which unit does not fit', async () => {
    const { page, errors } = miller
    await page.goto('/counter/chain-firms')
    await page.getByRole('heading', { name: '合成面粉厂（浏览器）' }).waitFor()
    await sound(page, 'own-empty')

    await page.getByRole('button', { name: t.enter_position }).click()
    await choose(page, t.product, 'P1702')
    await form(page).getByLabel(t.capacity, { exact: true }).fill('3 台')
    await form(page).getByLabel(t.output, { exact: true }).fill('9500万公斤')
    await form(page).getByLabel(t.as_of, { exact: true }).fill('2025-12-31')
    await page.keyboard.press('Tab')
    const send = form(page).getByRole('button', { name: t.enter_position })
    await send.click()
    await form(page)
      .getByText(/3台 → t/)
      .first()
      .waitFor()
    await form(page).getByLabel(t.capacity, { exact: true }).fill('12万吨')
    await send.click()
    await page.getByText('120,000 t').waitFor()

    await page.getByRole('button', { name: t.enter_customer }).click()
    await choose(page, t.buyer, '合成挂面厂')
    await choose(page, t.product, 'P1702')
    await form(page).getByLabel(t.volume, { exact: true }).fill('1234 t')
    await form(page).getByLabel(t.price, { exact: true }).fill('4321')
    await form(page).getByLabel(t.distance, { exact: true }).fill('30')
    await form(page).getByLabel(t.as_of, { exact: true }).fill('2025-12-31')
    await page.keyboard.press('Tab')
    await form(page).getByRole('button', { name: t.enter_link }).click()
    await page.getByRole('tab', { name: `${t.customers} 1` }).click()
    await page.getByText('1,234 t').waitFor()
    await page.getByText('5,332,114').first().waitFor()
    await sound(page, 'own-customers')
    expect(errors).toEqual([])
  })

  it('an officer sees who supplies whom, and not how much', async () => {
    const { page, errors } = officer
    await page.goto(`/chain-firms/${ids.mill}?tab=customers`)
    await page.getByText(t.hidden, { exact: true }).first().waitFor()
    expect(await page.getByText('1,234 t').count()).toBe(0)
    await sound(page, 'firm')
    for (const tab of [`${t.positions} 1`, t.standing]) {
      await page.getByRole('tab', { name: tab }).click()
      await page.getByRole('tabpanel').filter({ visible: true }).getByRole('table').first().waitFor()
    }
    await sound(page, 'firm-standing')
    await page.goto('/chain-links')
    await page.getByText(t.hidden, { exact: true }).first().waitFor()
    await sound(page, 'links')
    await page.getByRole('button', { name: t.change, exact: true }).first().click()
    await form(page).getByText(t.hidden_hint).waitFor()
    await sound(page, 'link-change')
    expect(errors).toEqual([])
  })

  it('has lists of positions, firms outside, lead firms and demand', async () => {
    const { page, errors } = officer
    await page.goto('/chain-positions')
    await page.getByText('120,000 t').waitFor()
    await sound(page, 'positions')
    await page.goto('/chain-outside-firms')
    await page.getByText('合成区外纸厂（浏览器）').first().waitFor()
    await sound(page, 'outside')
    await page.goto(`/chain-firms/${ids.outside}`)
    await page.getByText(t.outside_one).first().waitFor()
    await sound(page, 'firm-outside')
    await page.goto('/chain-leaders')
    await page.getByText(t.empty_leaders).waitFor()
    await page.getByRole('button', { name: t.enter_leader }).first().click()
    await choose(page, t.firm, '合成面粉厂')
    await form(page).getByLabel(t.chain, { exact: true }).click()
    await page.locator('.ant-select-item-option').filter({ hasText: 'C01' }).click()
    await form(page).getByRole('button', { name: t.enter_leader }).click()
    await page.getByRole('link', { name: '合成面粉厂（浏览器）' }).first().waitFor()
    await sound(page, 'leaders')
    await page.goto('/chain-demands')
    await page.getByText(t.empty_demands).waitFor()
    await sound(page, 'demands')
    expect(errors).toEqual([])
  })

  it('imports a sheet: preview with faults, then the good rows', async () => {
    const { page, errors } = officer
    await page.goto('/chain-imports?kind=position')
    const heads = ['firm', 'product', 'role', 'year', 'capacity', 'output', 'asOf']
    const rows = [
      ['合成挂面厂（浏览器）', '面粉', 'consume', '2025', '9万吨', '80000', '2025-12-31'],
      ['没有这家', '面粉', 'consume', '2025', '1', '1', '2025-12-31'],
    ]
    const file = join(stage.server.dataDir, 'positions.csv')
    writeFileSync(file, [heads, ...rows].map((cells) => cells.join(',')).join('\n'))
    await page.locator('input[type=file]').setInputFiles(file)
    // A link once it is there.
    await page.getByRole('link', { name: 'positions.csv' }).waitFor()
    await page.getByRole('button', { name: t.import_preview }).click()
    await page.getByText('没有这家').waitFor()
    await sound(page, 'import')
    await page.getByRole('button', { name: t.import_keep.replace('{{n}}', '1') }).click()
    await page.getByText(t.import_done).waitFor()
    await page.goto(`/chain-firms/${ids.bakery}`)
    await page.getByText('90,000 t').waitFor()
    expect(errors).toEqual([])
  })
})
