import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Locator, Page } from 'playwright-core'
import { writeXlsx } from '@tingzhou/sheets'
import en from '../../modules/registry/web/locales/en.json' with { type: 'json' }
import zh from '../../modules/registry/web/locales/zh-CN.json' with { type: 'json' }
import { desk, openStage, fits, phone, seriousFaults, type Person, type Stage, walkedIn } from './stage.ts'

const bundles = { en, 'zh-CN': zh } as const
const folder = process.env.FIGURE_PICTURES
const spreadsheet = 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet'

/** A text with its values filled in. */
const filled = (text: string, values: Readonly<Record<string, unknown>>): string =>
  text.replaceAll(/\{\{(\w+)\}\}/g, (_, name: string) => String(values[name] ?? ''))

async function book(lines: readonly (readonly string[])[], heads: readonly string[]): Promise<Buffer> {
  const columns = heads.map((header, i) => ({ header, value: (line: readonly string[]) => line[i] ?? '' }))
  return writeXlsx(columns, lines, { sheetName: 'rows', notesSheet: { name: 'notes', lines: [] } })
}

describe.each(walkedIn(folder))('figures and bulk merges, %s', (lang) => {
  const t = bundles[lang]
  let stage: Stage
  let dispatcher: Person
  let firm: Person

  beforeAll(async () => {
    stage = await openStage(lang)
    dispatcher = await stage.enter('dispatcher')
    firm = await stage.enter('firm', phone)
  })
  afterAll(() => stage?.close())

  /** Wide, then as narrow as a phone: nothing reaches over the edge, and axe finds nothing serious. */
  const sound = async (page: Page, name: string) => {
    for (const view of [phone, desk]) {
      await page.setViewportSize(view)
      await fits(page, `${name} at ${view.width}`)
      if (folder) {
        await page.setViewportSize({ ...view, height: 2_000 })
        await page.screenshot({ path: `${folder}/registry-${lang}-${name}-${view.width}.png` })
      }
    }
    await page.setViewportSize(desk)
    expect(await seriousFaults(page), name).toEqual([])
  }
  const said = { enterpriseId: '', indicator: 'turnover', unit: 'cny_10k', confidence: 'high', basis: '合并口径' }
  const enter = (period: string, value: number, qualifier: string, source: string, asOf = '2025-04-30') =>
    stage.post('/enterprise-figures', {
      ...said,
      enterpriseId: stage.zone.firm.id,
      period,
      value,
      qualifier,
      source,
      asOf,
    })

  const choose = async (page: Page, form: Locator, indicator: string) => {
    await form.getByLabel(t.figure.indicator).click()
    await page.locator(`.ant-select-item-option[title="${indicator}"]:visible`).click()
  }

  it('an indicator over its years: a gap stays a gap, a target is hollow, an estimate carries its sign', async () => {
    await enter('2020', 900, 'actual', '企业年报')
    await enter('2022', 1_050, 'estimate', '统计快报')
    await enter('2023', 1_180, 'actual', '企业年报')
    await enter('2023', 1_210, 'actual', '税务局')
    await enter('2024', 1_300, 'target', '目标责任书')
    const { page } = dispatcher
    await page.goto(`/enterprises/${stage.zone.firm.id}?tab=figures`)
    const finding = filled(t.figure.latest, {
      indicator: lang === 'en' ? 'Turnover' : '营业收入',
      period: filled(t.figure.year, { year: '2023' }),
      value: '1,210',
      unit: lang === 'en' ? '×10⁴ CNY' : '万元',
    })
    await page.getByText(finding, { exact: true }).waitFor()

    const drawn = page.getByRole('figure').filter({ hasText: finding })
    await drawn.locator('summary').click()
    const rows = await drawn.getByRole('row').allInnerTexts()
    expect(rows.slice(1).map((row) => row.split('\t')[1]?.trim())).toEqual(['900', '–', '≈ 1,050', '1,210', '–'])
    expect(rows.at(-1)?.trim().endsWith('1,300')).toBe(true)
    await page.getByText('≈ 1,050').last().waitFor()
    await sound(page, 'figures')
  })

  it('a figure is entered; one of a year that has not begun is refused at its field; it is withdrawn with why', async () => {
    const { page } = dispatcher
    await page.goto(`/enterprises/${stage.zone.firm.id}?tab=figures`)
    await page.getByRole('button', { name: t.figure.enter }).click()
    const form = page.getByRole('dialog', { name: t.figure.enter })
    await choose(page, form, lang === 'en' ? 'Staff' : '从业人数')
    await form.getByLabel(t.figure.period).fill('2099')
    await form.getByLabel(t.field_figure.value, { exact: true }).fill('120')
    await form.getByLabel(t.field_figure.source).fill('<b>人事部</b>')
    await form.getByRole('button', { name: t.figure.enter }).click()
    await form.locator('.ant-form-item-explain-error').first().waitFor()
    await sound(page, 'figure-refused')
    await form.getByLabel(t.figure.period).fill('2024')
    await form.getByRole('button', { name: t.figure.enter }).click()
    await form.waitFor({ state: 'hidden' })

    const row = page.getByRole('row').filter({ hasText: '<b>人事部</b>' })
    await row.getByRole('button', { name: t.figure.withdraw }).click()
    const why = page.getByRole('dialog', { name: t.figure.withdraw })
    await why.getByLabel(t.why).fill('录错企业')
    await why.getByRole('button', { name: t.figure.withdraw }).click()
    await why.waitFor({ state: 'hidden' })
    await row.getByRole('button', { name: t.figure.restore }).waitFor()
    await page.getByText(t.history.figure_withdrawn).first().waitFor()
    expect(dispatcher.errors).toEqual([])
  })

  it('a workbook of figures is previewed with its faults, then its good rows are written', async () => {
    const { page } = dispatcher
    await page.goto('/enterprises/figures/import')
    const heads = ['企业名称', '指标', '期别', '数值', '单位', '来源', '数据日期']
    const name = '合成示例面粉有限公司'
    const lines = [
      [name, '税收', '2024', '85.5', '万元', '税务局', '2025-01-15'],
      [name, '税收', '2024年', '9', '吨', '税务局', '2025-01-15'],
    ]
    const buffer = await book(lines, heads)
    await page.locator('input[type=file]').setInputFiles({ name: 'figures.xlsx', mimeType: spreadsheet, buffer })
    await page.getByRole('link', { name: 'figures.xlsx' }).waitFor()
    await page.getByRole('button', { name: t.import.preview, exact: true }).click()
    await page.getByText(t.figure.import_foreseen).waitFor()
    await sound(page, 'figure-import')
    await page.getByRole('button', { name: filled(t.import.commit, { n: 1 }) }).click()
    await page.getByText(t.figure.import_done, { exact: true }).waitFor()
    await page.goto('/enterprises/figures')
    await page.getByText('85.5').first().waitFor()
    await sound(page, 'figure-list')
  })

  it('the enterprise sees its own figures on the phone and enters what it says itself', async () => {
    const { page } = firm
    await page.goto('/counter/enterprise')
    await page.getByRole('button', { name: t.figure.enter }).click()
    const form = page.getByRole('dialog', { name: t.figure.enter })
    await choose(page, form, lang === 'en' ? 'Turnover' : '营业收入')
    await form.getByLabel(t.figure.period).fill('2024')
    await form.getByLabel(t.field_figure.value, { exact: true }).fill('1250')
    await form.getByLabel(t.field_figure.source).fill('财务部')
    await form.getByRole('button', { name: t.figure.enter }).click()
    await form.waitFor({ state: 'hidden' })
    await page.getByText(t.figure.own).first().waitFor()
    await page
      .getByRole('listitem')
      .filter({ hasText: '财务部' })
      .getByRole('button', { name: t.figure.correct })
      .waitFor()
    await sound(page, 'counter-figures')
  })

  it('a workbook of merges is previewed, merged and undone as a whole', async () => {
    const { page } = dispatcher
    const names = ['一', '二', '三'].map((n) => `合成并号${n}${lang}纺织有限公司`)
    const [first = '', second = '', third = ''] = names
    for (const [i, name] of names.entries())
      await stage.post('/enterprises', { name, address: `示例路 ${i} 号`, synthetic: true })
    await page.goto('/duplicates')
    await page.getByRole('link', { name: t.batch.title }).click()
    await page.getByRole('link', { name: t.batch.new }).first().click()
    const lines = [
      [second, third, '同一企业'],
      [first, second, '同一企业'],
      ['没有这家企业', third, '同一企业'],
    ]
    const buffer = await book(lines, ['并出企业', '接收企业', '原因'])
    await page.locator('input[type=file]').setInputFiles({ name: 'pairs.xlsx', mimeType: spreadsheet, buffer })
    await page.getByRole('link', { name: 'pairs.xlsx' }).waitFor()
    await page.getByRole('button', { name: t.import.preview, exact: true }).click()
    await page.getByText(t.batch_means.previewed).waitFor()
    await page.getByText('没有这家企业').first().waitFor()
    await sound(page, 'batch-preview')

    await page.getByRole('button', { name: filled(t.batch.run_n, { n: 2 }) }).click()
    await page.getByRole('dialog').getByRole('button', { name: t.batch.run, exact: true }).click()
    await page.getByText(t.batch_means.done).waitFor()
    await sound(page, 'batch-done')
    await page.getByRole('button', { name: t.batch.undo, exact: true }).click()
    const form = page.getByRole('dialog', { name: t.batch.undo })
    await form.getByLabel(t.why).fill('合错了')
    await form.getByRole('button', { name: filled(t.batch.undo_n, { n: 2 }) }).click()
    await page.getByText(filled(t.batch_means.undone, { kept: 0 })).waitFor()
    await page.goto('/duplicates/batches')
    await page.getByText('pairs.xlsx').first().waitFor()
    await sound(page, 'batch-list')
  })

  it('before two entries are merged, what they state differently is listed', async () => {
    const { page } = dispatcher
    const add = (name: string, address: string) => stage.post('/enterprises', { name, address, synthetic: true })
    const [a, b] = [await add(`合成甲${lang}公司`, '示例路 8 号'), await add(`合成乙${lang}公司`, '示例路 9 号')]
    await page.goto(`/enterprises/${a.id}/merge/${b.id}`)
    const lost = page.getByRole('region', { name: t.merge.loses })
    await lost.getByText('示例路 8 号').waitFor()
    await sound(page, 'merge-conflicts')
    await page.getByLabel(t.why).fill('同一企业')
    await page.getByRole('button', { name: t.verb.merge, exact: true }).click()
    await page.getByRole('dialog').getByText(t.field.address).waitFor()
  })
})
