import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Page } from 'playwright-core'
import { writeXlsx } from '@tingzhou/sheets'
import en from '../../modules/registry/web/locales/en.json' with { type: 'json' }
import zh from '../../modules/registry/web/locales/zh-CN.json' with { type: 'json' }
import { desk, openStage, fits, password, phone, seriousFaults, type Person, type Stage, walkedIn } from './stage.ts'

const bundles = { en, 'zh-CN': zh } as const
const folder = process.env.SPLIT_PICTURES
const spreadsheet = 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet'

/** A text with its values filled in. */
const filled = (text: string, values: Readonly<Record<string, unknown>>): string =>
  text.replaceAll(/\{\{(\w+)\}\}/g, (_, name: string) => String(values[name] ?? ''))

describe.each(walkedIn(folder))('splits of enterprises, %s', (lang) => {
  const t = bundles[lang]
  const firm = { id: '', name: '合成两家纺织集团', alias: '合成印染厂', contact: '李示例' }
  let stage: Stage
  let keeper: Person

  beforeAll(async () => {
    stage = await openStage(lang)
    // Keeps the register, and may read who makes what: only that can go over.
    const roles = ['dispatcher', 'chain_officer'].map((role) => ({ role, partyId: null }))
    await stage.post('/accounts', { username: 'keeper', name: '名录管理（测试）', password, lang, roles })
    keeper = await stage.enter('keeper')
    const { name, alias } = firm
    const aliases = [alias, '合成纺织二厂，在开发区南三路与建设路交叉口以西的老厂区']
    firm.id = (await stage.post('/enterprises', { name, aliases, areaId: stage.zone.area.id, synthetic: true })).id
    await stage.post(`/enterprises/${firm.id}/contacts`, { name: firm.contact, role: '厂长' })
    const position = { productCode: 'P1702', role: 'produce', year: 2025, capacity: 9, output: 8, asOf: '2025-12-31' }
    await stage.post('/chain-positions', { ...position, firmId: firm.id, synthetic: true })
  })
  afterAll(() => stage?.close())

  /** Wide, then as narrow as a phone: nothing reaches over the edge, and axe finds nothing serious. */
  const sound = async (page: Page, name: string) => {
    for (const view of [phone, desk]) {
      await page.setViewportSize(view)
      await fits(page, `${name} at ${view.width}`)
      if (folder) {
        await page.setViewportSize({ ...view, height: 1_600 })
        await page.screenshot({ path: `${folder}/split-${lang}-${name}-${view.width}.png` })
      }
    }
    await page.setViewportSize(desk)
    expect(await seriousFaults(page), name).toEqual([])
  }

  it('an entry is taken apart on its page: refused under its own name, then done, then undone', async () => {
    const { page } = keeper
    await page.goto(`/enterprises/${firm.id}`)
    await page.getByRole('link', { name: t.verb.split, exact: true }).click()
    await page.getByLabel(firm.alias).check()
    await page.getByLabel(firm.contact).check()
    await page.getByLabel('2025').check()
    await page.getByLabel(t.field.name).fill(firm.name)
    await page.getByLabel(t.why).fill('<b>实为两家</b>')
    await page.getByRole('button', { name: t.verb.split, exact: true }).click()
    await page.locator('.ant-form-item-explain-error').filter({ hasText: firm.name }).waitFor()
    await sound(page, 'refused')
    await page.getByLabel(t.field.name).fill('合成印染有限公司')
    await page.getByRole('button', { name: t.verb.split, exact: true }).click()

    const line = page.getByRole('listitem').filter({ hasText: '<b>实为两家</b>' })
    await line.getByText(filled(t.split.taken, { n: 3 }).trim()).waitFor()
    await sound(page, 'done')
    await line.getByRole('link', { name: '合成印染有限公司' }).click()
    await page.getByRole('heading', { name: '合成印染有限公司', level: 1 }).waitFor()
    await page.getByText(firm.alias).first().waitFor()
    await page.getByRole('tab', { name: t.tab.contacts }).click()
    await page.getByText(firm.contact).first().waitFor()

    await page.getByRole('tab', { name: t.tab.merges }).click()
    await page.getByRole('button', { name: t.verb.undo_split }).click()
    await page.getByRole('dialog').getByRole('button', { name: t.verb.undo_split }).click()
    await page.getByText(t.merge.undone).first().waitFor()
    // The id goes on answering, for the entry it came from.
    await page.getByText(filled(t.merge.redirected, { name: firm.name })).waitFor()
    await sound(page, 'undone')
    expect(keeper.errors).toEqual([])
  })

  it('who may not merge is told why', async () => {
    const { page } = await stage.enter('supervisor')
    await page.goto(`/enterprises/${firm.id}/split`)
    await page.getByText(t.reason.merge).waitFor()
    await sound(page, 'not-yours')
  })

  it('a workbook of splits is previewed, carried out and undone as a whole', async () => {
    const { page } = keeper
    await page.goto('/duplicates/batches/new')
    await page.getByRole('radio', { name: t.batch_kind.split }).check()
    await page.getByText(t.batch.how_split.slice(0, 30)).waitFor()
    await sound(page, 'batch-new')
    const heads = ['企业', '拆出企业名称', '统一社会信用代码', '随转内容', '原因']
    const lines = [
      [firm.name, '合成批量印染公司', '', `${firm.alias}；${firm.contact}`, '两家'],
      [firm.name, '合成批量纺纱公司', '', firm.contact, '两家'],
    ]
    const columns = heads.map((header, i) => ({ header, value: (line: readonly string[]) => line[i] ?? '' }))
    const buffer = await writeXlsx(columns, lines, { sheetName: 'rows', notesSheet: { name: 'notes', lines: [] } })
    await page.locator('input[type=file]').setInputFiles({ name: 'splits.xlsx', mimeType: spreadsheet, buffer })
    await page.getByRole('link', { name: 'splits.xlsx' }).waitFor()
    await page.getByRole('button', { name: t.import.preview, exact: true }).click()
    await page.getByText(t.batch_means.previewed).waitFor()
    await page.getByText(firm.contact).first().waitFor()
    await sound(page, 'batch-preview')

    await page.getByRole('button', { name: filled(t.batch.run_n, { n: 1 }) }).click()
    await page.getByRole('dialog').getByRole('button', { name: t.batch.run, exact: true }).click()
    await page.getByText(t.batch_means.done).waitFor()
    await page.getByRole('link', { name: '合成批量印染公司' }).waitFor()
    await sound(page, 'batch-done')
    await page.getByRole('button', { name: t.batch.undo, exact: true }).click()
    const form = page.getByRole('dialog', { name: t.batch.undo })
    await form.getByLabel(t.why).fill('拆错了')
    await form.getByRole('button', { name: filled(t.batch.undo_n, { n: 1 }) }).click()
    await page.getByText(filled(t.batch_means.undone, { kept: 0 })).waitFor()
    await page.goto('/duplicates/batches')
    await page.getByText('splits.xlsx').first().waitFor()
    await sound(page, 'batch-list')
  })
})
