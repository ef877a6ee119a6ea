import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Locator, Page } from 'playwright-core'
import { noteUnknownWords } from '../../modules/chains/index.ts'
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

const bundles = { 'zh-CN': zhCN.catalogue, en: en.catalogue } as const
const folder = process.env.CATALOGUE_PICTURES

describe.each(walkedIn(folder))('the catalogue of the chains, in the browser, %s', (lang) => {
  const t = bundles[lang]
  const nameOf = (names: { readonly zh: string; readonly en: string }) => (lang === 'en' ? names.en : names.zh)
  let stage: Stage
  let officer: Person

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
    await account('linker', 'chain_officer')
    await account('chief', 'leader')
    officer = await stage.enter('linker', desk)
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
      if (folder) {
        await page.setViewportSize({ ...view, height: 2_400 })
        await page.screenshot({ path: `${folder}/A-${lang}-${name}-${width}.png` })
      }
    }
    await page.setViewportSize(desk)
    expect(await seriousFaults(page), name).toEqual([])
  }
  const pick = async (page: Page, field: Locator, words: string, option: string | RegExp) => {
    await field.click()
    await field.fill(words)
    await page.locator('.ant-select-item-option:visible').filter({ hasText: option }).first().click()
  }
  const read = async (path: string) => (await stage.server.machine.get(`/api/v1${path}`)).body

  it('products are found by any name; one shows its names, recipe and chains', async () => {
    const { page } = officer
    await page.goto('/chain-products')
    await page.getByRole('row').filter({ hasText: 'P0101' }).waitFor()
    await sound(page, 'products')
    await page.getByLabel(t.product.hint).fill('boiler coal')
    await page.getByRole('row').filter({ hasText: 'P0102' }).waitFor({ state: 'hidden' })
    await page.getByRole('link', { name: nameOf({ zh: '动力煤', en: 'thermal coal' }) }).click()
    await page.getByRole('heading', { level: 1, name: nameOf({ zh: '动力煤', en: 'thermal coal' }) }).waitFor()
    await sound(page, 'product')
    await page.getByRole('tab', { name: t.recipe.title }).click()
    await page.getByRole('row').filter({ hasText: 'P0201' }).waitFor()
    await sound(page, 'product-recipe')
    await page.getByRole('tab', { name: t.chain.title }).click()
    await page.getByRole('row').filter({ hasText: 'C01' }).waitFor()
    await page.getByRole('tab', { name: t.product.more }).click()
    await sound(page, 'product-more')
  })

  it('a product is entered; a unit that nobody knows is told at its field; a name that another has is warned of', async () => {
    const { page } = officer
    await page.goto('/chain-products/new')
    const field = (label: string) => page.getByLabel(label, { exact: true })
    await field(t.column.code).fill('X100')
    await field(t.column.zh).fill('纸浆模塑')
    await field(t.column.en).fill('moulded pulp')
    await field(t.column.unit).fill('箩筐')
    await field(t.column.family).fill('moulded-pulp')
    await field(t.product.price).fill('9000')
    await page.getByRole('main').getByRole('button', { name: t.product.enter }).click()
    await page
      .locator('.ant-form-item-explain-error')
      .filter({ hasText: lang === 'en' ? 'not a unit we know' : '不认识的计量单位' })
      .waitFor()
    await sound(page, 'product-new')
    await field(t.column.unit).fill('吨')
    await page.getByRole('main').getByRole('button', { name: t.product.enter }).click()
    await page.getByRole('heading', { level: 1, name: nameOf({ zh: '纸浆模塑', en: 'moulded pulp' }) }).waitFor()

    await page.getByRole('button', { name: t.alias.add }).click()
    const form = page.getByRole('dialog', { name: t.alias.add })
    await form.getByLabel(t.alias.one).fill('螺纹钢')
    await form.getByRole('button', { name: t.alias.add }).click()
    await form.waitFor({ state: 'hidden' })
    await page.getByText('P0602').first().waitFor()
    await page.getByRole('row').filter({ hasText: '螺纹钢' }).waitFor()
    expect(await read('/chain-products/X100')).toMatchObject({ unit: 't', priceFen: 900_000 })
  })

  it('a recipe is saved as a whole, and refused when its shares are not one', async () => {
    const { page } = officer
    await page.goto('/chain-products/X100/recipe')
    await page.getByRole('button', { name: t.recipe.add, exact: true }).click()
    await pick(page, page.getByLabel(t.recipe.input, { exact: true }), 'P1301', /^P1301/)
    await page.getByLabel(t.recipe.coefficient, { exact: true }).fill('1.1')
    await page.getByLabel(t.recipe.route, { exact: true }).fill('A')
    await page.getByLabel(t.recipe.share, { exact: true }).fill('60')
    await page.getByLabel(t.why, { exact: true }).fill('test')
    await sound(page, 'recipe')
    await page.getByRole('button', { name: t.save, exact: true }).click()
    await page
      .locator('.ant-form-item-explain-error')
      .filter({ hasText: lang === 'en' ? 'sum to 1' : '占比之和' })
      .waitFor()
    await page.getByLabel(t.recipe.share, { exact: true }).fill('100')
    await page.getByRole('button', { name: t.save, exact: true }).click()
    await page.getByRole('row').filter({ hasText: 'P1301' }).waitFor()
    expect((await read('/chain-recipes/X100')).routes).toMatchObject([
      { route: 'A', share: 1, inputs: [{ product: { code: 'P1301' }, coefficient: 1.1, low: 1.1, high: 1.1 }] },
    ])
  })

  it('a chain is changed as a whole: a product is added to a segment', async () => {
    const { page } = officer
    await page.goto('/chain-chains')
    await page.getByRole('row').filter({ hasText: 'C13' }).waitFor()
    await sound(page, 'chains')
    await page.goto('/chain-chains/C13')
    await page.getByRole('row').filter({ hasText: 'P1301' }).waitFor()
    await sound(page, 'chain')
    await page.getByRole('main').getByRole('link', { name: t.change, exact: true }).click()
    const segment = page.getByRole('group').filter({ hasText: t.segment.nth.replace('{{n}}', '3') })
    await segment.getByRole('button', { name: t.place.add }).click()
    await pick(page, segment.getByLabel(t.product.one, { exact: true }).last(), 'X100', /^X100/)
    await page.getByLabel(t.why, { exact: true }).fill('test')
    await sound(page, 'chain-form')
    await page.getByRole('button', { name: t.save, exact: true }).click()
    await page.getByRole('row').filter({ hasText: 'X100' }).waitFor()
    expect((await read('/chain-products/X100')).places).toMatchObject([{ chain: { code: 'C13' }, segment: 'down' }])
  })

  it('a new list of clusters begins on a day, and the old one stays readable', async () => {
    const { page } = officer
    // The zone's list begins after the day on which the server of the tests stands.
    await page.goto('/chain-clusters?on=2026-11-01')
    await page.getByRole('row').filter({ hasText: 'livestock' }).waitFor()
    await sound(page, 'clusters')
    await page.getByRole('link', { name: t.cluster.replace }).click()
    const from = page.getByLabel(t.column.valid_from, { exact: true })
    await from.fill('2026-12-01')
    await from.press('Enter')
    await page.getByLabel(t.column.zh, { exact: true }).first().fill('煤炭集群')
    await page.getByLabel(t.column.en, { exact: true }).first().fill('Coal cluster')
    await page.getByLabel(t.why, { exact: true }).fill('test')
    await sound(page, 'clusters-form')
    await page.getByRole('main').getByRole('button', { name: t.cluster.replace }).click()
    await page
      .getByRole('row')
      .filter({ hasText: nameOf({ zh: '煤炭集群', en: 'Coal cluster' }) })
      .waitFor()
    expect((await read('/chain-clusters?on=2026-11-01')).rows[0].zh).toBe('煤炭煤电煤化工')
  })

  it('words are reviewed with the keyboard alone', async () => {
    const { db, zoneId, clock } = stage.server.deps
    const words = ['速凝剂粉', '万能胶料'].map((word) => ({
      word,
      example: `求购${word} 5 吨 <script>alert(1)</script>`,
    }))
    await db.transaction().execute((tx) => noteUnknownWords(tx, { zoneId, clock }, words))
    await db.transaction().execute((tx) => noteUnknownWords(tx, { zoneId, clock }, words.slice(0, 1)))
    const { page } = officer
    await page.goto('/chain-words?state=open')
    await page.getByRole('row').filter({ hasText: '万能胶料' }).waitFor()
    await sound(page, 'words')

    await page.getByRole('row').filter({ hasText: '速凝剂粉' }).waitFor()
    await page.keyboard.press('j')
    await page.keyboard.press('a')
    const form = page.getByRole('dialog', { name: t.word.decide })
    await form.getByText('速凝剂粉', { exact: true }).waitFor()
    await sound(page, 'word')
    await pick(page, form.getByLabel(t.word.of), 'X100', /^X100/)
    await form.getByRole('button', { name: t.word.name_it }).click()
    await form.waitFor({ state: 'hidden' })
    await page.getByRole('row').filter({ hasText: '速凝剂粉' }).waitFor({ state: 'hidden' })
    await page.keyboard.press('j')
    await page.keyboard.press('x')
    await page
      .getByText(t.word.empty)
      .or(page.getByText(textOf(lang, 'ui:list.no_match'), { exact: true }))
      .waitFor()
    expect((await read('/chain-words')).rows).toMatchObject([
      { word: '速凝剂粉', state: 'alias', product: { code: 'X100' } },
      { word: '万能胶料', state: 'ignored' },
    ])
  })

  it('a leader reads and may not change, and is told why; an enterprise has the list at the counter', async () => {
    const chief = await stage.enter('chief', desk)
    await chief.page.goto('/chain-products/X100')
    const change = chief.page.getByRole('button', { name: t.change, exact: true }).first()
    await change.focus()
    await chief.page.getByRole('tooltip').filter({ hasText: t.officers_only }).waitFor()
    expect(await change.getAttribute('aria-disabled')).toBe('true')

    const firm = await stage.enter('firm', phone)
    await firm.page.goto('/counter/chain-products')
    await firm.page.getByText('P0101').waitFor()
    await sound(firm.page, 'counter')
    expect(await firm.page.getByRole('main').getByRole('link').count()).toBe(0)
  })
})
