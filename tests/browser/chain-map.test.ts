import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Page } from 'playwright-core'
import { inventEconomy } from '@tingzhou/chain-model/invent'
import { readPackedEconomy } from '../../modules/chains/economy/rows.ts'
import { plantEconomy } from '../../modules/chains/run/testing.ts'
import en from '../../modules/chains/web/locales/en.json' with { type: 'json' }
import zhCN from '../../modules/chains/web/locales/zh-CN.json' with { type: 'json' }
import {
  desk,
  openStage,
  fits,
  password,
  phone,
  seriousFaults,
  textOf,
  type Person,
  type Stage,
  walkedIn,
} from './stage.ts'

const bundles = { 'zh-CN': zhCN, en } as const
const folder = process.env.CHAIN_PICTURES
const year = 2025

describe.each(walkedIn(folder))('the chains, in the browser, %s', (lang) => {
  const t = bundles[lang]
  let stage: Stage
  let officer: Person
  let leader: Person

  beforeAll(async () => {
    stage = await openStage(lang)
    for (const [username, role] of [
      ['mapper', 'chain_officer'],
      ['mayor', 'leader'],
      ['checker', 'auditor'],
    ] as const)
      await stage.post('/accounts', {
        username,
        name: `${username}（测试）`,
        password,
        lang,
        roles: [{ role, partyId: null }],
      })
    officer = await stage.enter('mapper', desk)
    leader = await stage.enter('mayor', desk)
  })
  afterAll(() => stage?.close())

  const plant = async () => {
    const { deps } = stage.server
    const catalogue = await readPackedEconomy(deps.db, deps.zoneId, year)
    const plants = { missing: 'P1704', surplus: { from: 'P1902', to: 'P1903' }, hidden: 'P2201' }
    const invented = { seed: 7, makers: 6, consumers: 6, outside: 6, layers: 3, spendFen: 5_000_000_000, plants }
    await plantEconomy(deps, year, inventEconomy(catalogue, invented))
  }

  /** Looked at on both widths; nothing serious, nothing beyond the window. */
  const sound = async (page: Page, name: string) => {
    for (const [width, view] of [
      ['1440', desk],
      ['390', phone],
    ] as const) {
      await page.setViewportSize(view)
      await fits(page, `${name} at ${width}`)
      if (folder) await page.screenshot({ path: `${folder}/C-${lang}-${name}-${width}.png`, fullPage: true })
    }
    await page.setViewportSize(desk)
    expect(await seriousFaults(page), name).toEqual([])
  }

  it('says that nothing is reckoned, and why nobody can reckon yet', async () => {
    const { page } = officer
    await page.goto('/industry-chains')
    await page.getByText(t.chain_run.none).first().waitFor()
    const make = page.getByRole('button', { name: t.chain_run.make })
    await expect.poll(() => make.getAttribute('aria-disabled')).toBe('true')
    await sound(page, 'list-empty')
  })

  it('recomputes, and a second time says that nothing has changed', async () => {
    await plant()
    const { page } = officer
    await page.goto('/industry-chains')
    await page.getByRole('button', { name: t.chain_run.make }).click()
    await page.getByRole('alert').getByText(t.chain_run.stored, { exact: true }).waitFor({ timeout: 60_000 })
    await page.getByRole('link', { name: /^C17/ }).waitFor()
    await sound(page, 'list')
    // Back at once the list is still fresh, and still says which run it shows.
    await page.getByRole('link', { name: /^C17/ }).click()
    await page.getByRole('tab', { name: t.industry.tab.map, exact: true }).waitFor()
    await page.goBack()
    await page.getByRole('link', { name: /^C17/ }).waitFor()
    await page.getByRole('link', { name: t.chain_run.version.replace('{{version}}', '') }).waitFor()
    await page.getByRole('button', { name: t.chain_run.make }).click()
    await page.getByRole('alert').getByText(t.chain_run.unchanged, { exact: true }).waitFor({ timeout: 60_000 })
  })

  it('shows a chain with its map, its table and the formula of each figure', async () => {
    const { page, errors } = leader
    await page.goto('/industry-chains/C17')
    await page.getByRole('figure').waitFor()
    const missing = page.getByRole('row').filter({ has: page.getByText(t.level.missing, { exact: true }) })
    await missing.waitFor()
    await missing.getByRole('button').first().click()
    const formula = page.getByRole('tooltip').filter({ hasText: t.formula.sufficiency })
    await formula.getByText(t.part.need, { exact: true }).waitFor()
    await page.keyboard.press('Escape')
    // The table under the drawing says all of it: how well supplied, in words and in percent, and where it goes.
    await page.getByText(textOf(lang, 'ui:chart.table')).click()
    const twin = page.getByRole('figure').getByRole('table')
    for (const head of [t.industry.supply, t.indicator.sufficiency, t.industry.made_into])
      await twin.getByRole('columnheader', { name: head, exact: true }).waitFor()
    const absent = twin.getByRole('row').filter({ has: page.getByText(t.level.missing, { exact: true }) })
    expect(await absent.getByRole('cell').allTextContents()).toContain('0.0 %')
    const flows = page.getByRole('table', { name: t.flow.finding })
    for (const head of [t.flow.yuan, t.flow.tonnes])
      await flows.getByRole('columnheader', { name: head, exact: true }).waitFor()
    expect(await flows.getByRole('row').count()).toBeGreaterThan(1)
    await sound(page, 'chain-map')
    for (const tab of ['products', 'flows', 'savings', 'risks'] as const) {
      await page.getByRole('tab', { name: t.industry.tab[tab], exact: true }).click()
      await expect.poll(() => page.url()).toContain(`tab=${tab}`)
      await page
        .getByRole('tabpanel')
        .filter({ visible: true })
        .getByRole('table')
        .first()
        .or(page.getByText(t.risk.none))
        .first()
        .waitFor()
      if (tab === 'flows') await page.getByRole('figure').filter({ visible: true }).waitFor()
      await sound(page, `chain-${tab}`)
    }
    // A leader looks and does not recompute: the verb says why.
    await expect
      .poll(() => page.getByRole('button', { name: t.chain_run.make }).getAttribute('aria-disabled'))
      .toBe('true')
    await page.goto('/industry-chains/C22?tab=risks')
    await page.getByText('hidden-source').first().waitFor()
    await page.setViewportSize(phone)
    await page.goto('/industry-chains/C17')
    await page.getByText(t.level.missing).last().waitFor()
    // On the phone the tables alone, and why.
    await page.getByText(t.industry.wide_only).waitFor()
    expect(await page.getByRole('figure').count()).toBe(0)
    await page.setViewportSize(desk)
    expect(errors).toEqual([])
  })

  it('leads from the chain to who makes a product and to what is missing of it', async () => {
    const { page, errors } = leader
    await page.goto('/industry-chains/C17')
    await page.getByRole('main').locator('a[href^="/chain-products/P1702?tab=firms"]').first().click()
    const maker = page.getByRole('link', { name: '示例 P1702-maker-3', exact: true })
    await maker.waitFor()
    expect(await maker.getAttribute('href')).toBe(`/chain-firms/synthetic-P1702-maker-3?year=${year}`)
    const hall = page.getByRole('link', { name: t.catalogue.product.postings })
    expect(await hall.getAttribute('href')).toBe('/market-postings?productCode=P1702')
    await sound(page, 'product-firms')
    await page.goto('/chain-products/P1704?tab=lines')
    const line = page.getByRole('table', { name: t.chain_line.title }).locator('a[href^="/chain-lines/"]').first()
    expect(await line.getAttribute('href')).toMatch(/_P1704_fill$/)
    await sound(page, 'product-lines')
    expect(errors).toEqual([])
  })

  it('tells whoever may not read the chains so, and offers nothing', async () => {
    const { page, context } = await stage.enter('checker', desk)
    for (const path of ['/industry-chains', '/chain-targets', '/chain-lines', '/chain-positions', '/chain-network']) {
      await page.goto(path)
      await page.getByRole('heading', { name: textOf(lang, 'ui:no_rights.title') }).waitFor()
      expect(await page.getByRole('button', { name: t.chain_run.make }).count(), path).toBe(0)
    }
    await context.close()
  })

  it('draws the network, finds a firm in it and leads to its page', async () => {
    const { page, errors } = leader
    await page.goto('/chain-network')
    await page.getByRole('region', { name: t.network.title }).waitFor()
    await page.locator('[data-drawn]').or(page.getByText(t.network.no_webgl)).first().waitFor()
    await sound(page, 'network')
    await page.getByRole('searchbox', { name: t.network.search }).fill('P1702-maker-3')
    const link = page.getByRole('region', { name: t.network.title }).getByRole('link')
    await expect.poll(() => link.count()).toBe(1)
    expect(await link.getAttribute('href')).toBe('/chain-firms/synthetic-P1702-maker-3')
    expect(errors).toEqual([])
  })

  it('follows a shock', async () => {
    const { page } = leader
    await page.goto('/chain-shocks')
    await page.getByRole('button', { name: t.shock.ask }).click()
    await page.getByText(t.shock.firms_needed).waitFor()
    await page.getByLabel(t.shock.firms).fill('P1702-maker-3')
    await page.getByTitle('示例 P1702-maker-3', { exact: true }).click()
    await page.keyboard.press('Escape')
    await page.getByRole('button', { name: t.shock.ask }).click()
    await page.getByText(t.shock.itself).first().waitFor()
    expect(await page.getByRole('status').filter({ hasText: '≈ ¥' }).innerText()).not.toContain('.00')
    await page.getByRole('link', { name: /^C17/ }).waitFor()
    await sound(page, 'shock')
  })

  it('reckons what other sources would save', async () => {
    const { page } = leader
    await page.goto('/chain-savings')
    await page.getByRole('button', { name: t.saving.ask }).click()
    await page.getByText(t.saving.needed).first().waitFor()
    await page.getByLabel(t.saving.goods).fill('纸箱')
    await page.getByLabel(t.saving.tonnes).fill('1900')
    await page.getByLabel(t.saving.from_km).fill('2600')
    await page.getByLabel(t.saving.new_km).fill('25')
    await page.getByRole('button', { name: t.saving.ask }).click()
    // 1,900 t x 0.35 x 2,575 km.
    await page.getByText('¥1,712,375.00').first().waitFor()
    await sound(page, 'saving')
  })

  it('keeps the runs, each with its input', async () => {
    const { page } = leader
    await page.goto('/chain-runs')
    await page.getByRole('link').filter({ hasText: /:\d\d/ }).first().click()
    await page.getByText(t.chain_run.exact).waitFor()
    await sound(page, 'run')
  })

  it('shows all chains on the wall, each leading to its page', async () => {
    const { page, errors } = leader
    await page.setViewportSize({ width: 1920, height: 1080 })
    await page.goto('/screen/chains')
    const one = page.getByRole('link', { name: /^C17/ })
    await one.waitFor()
    expect(await page.getByRole('list', { name: t.indicator.completeness }).getByRole('listitem').count()).toBe(24)
    if (folder) await page.screenshot({ path: `${folder}/C-${lang}-wall.png` })
    expect(await seriousFaults(page)).toEqual([])
    await one.click()
    await page.waitForURL(/industry-chains\/C17/)
    expect(errors).toEqual([])
  })
})
