import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { addSample, newReadings, quality, sampleKind } from '@tingzhou/telemetry'
import text from '../../core/telemetry/web/locales/zh-CN.json' with { type: 'json' }
import { faultsInBoth, openStage, fits, phone, seriousFaults, type Person, type Stage } from './stage.ts'

const lang = 'zh-CN'
const words = text.plant
const pictures = process.env.PICTURES

describe('the plant, in the browser', () => {
  let stage: Stage
  let dispatcher: Person
  let supervisor: Person

  beforeAll(async () => {
    stage = await openStage(lang)
    dispatcher = await stage.enter('dispatcher')
    supervisor = await stage.enter('supervisor')
  })
  afterAll(() => stage?.close())

  const picture = async ({ page }: Person, name: string) => {
    if (pictures) await page.screenshot({ path: `${pictures}/${name}.png`, fullPage: true })
  }

  /** Fills the form of a place and sends it. */
  async function make(zh: string, segment: string, type?: string): Promise<void> {
    const { page } = dispatcher
    const form = page.getByRole('dialog', { name: words.add })
    await form.getByLabel(words.name_zh).fill(zh)
    await form.getByLabel(words.segment).fill(segment)
    if (type) {
      await form.getByRole('combobox', { name: text.field.type }).fill(type)
      await page.getByTitle(new RegExp(type)).first().click()
    }
    await form.getByRole('button', { name: words.add }).click()
    await form.waitFor({ state: 'hidden' })
    await page.getByRole('heading', { level: 2, name: zh }).waitFor()
  }
  const below = () => dispatcher.page.getByRole('button', { name: words.add_in }).click()

  it('a supervisor reads the empty tree, and is told who may change it', async () => {
    const { page } = supervisor
    await page.goto('/plant')
    await page.getByText(words.empty, { exact: true }).waitFor()
    await page.getByRole('button', { name: words.add }).first().focus()
    await page.getByText(text.reason.keeper).waitFor()
    expect(await faultsInBoth(supervisor, lang)).toEqual([])
    await picture(supervisor, 'empty')
  })

  it('a type is made with a point; the point is refused at its field until its range fits', async () => {
    const { page } = dispatcher
    await page.goto('/plant?tab=types')
    await page.getByRole('button', { name: words.add_type }).first().click()
    const form = page.getByRole('dialog', { name: words.add_type })
    await form.getByLabel(words.name_zh).fill('磨粉机')
    await form.getByLabel(words.type_key).fill('roll_stand')
    await form.getByRole('button', { name: words.add_type }).click()
    await page.getByText(words.entries_empty).waitFor()

    await page.getByRole('button', { name: words.add_entry }).click()
    const entry = page.getByRole('dialog', { name: words.add_entry })
    await entry.getByLabel(words.key, { exact: true }).fill('I')
    await entry.getByLabel(words.name_zh).fill('主电机电流')
    await entry.getByLabel(words.field.unit).fill('A')
    await entry.getByLabel(words.field.euLow).fill('60')
    await entry.getByLabel(words.field.euHigh).fill('50')
    await entry.getByRole('button', { name: text.manage.save }).click()
    await entry.getByText(words.high_rule).waitFor()
    await entry.getByLabel(words.field.euLow).fill('0')
    await entry.getByRole('button', { name: text.manage.save }).click()
    await entry.waitFor({ state: 'hidden' })
    await page.getByRole('row', { name: /主电机电流/ }).waitFor()
    expect(await faultsInBoth(dispatcher, lang)).toEqual([])
    await picture(dispatcher, 'type')
  })

  it('a site, an area, a line and equipment with its point are made one in the other', async () => {
    const { page } = dispatcher
    await page.goto('/plant')
    await page.getByRole('button', { name: words.add }).first().click()
    await make('合成面粉厂', 'MILL')
    await below()
    await make('制粉车间', 'A')
    await below()
    await make('一号线', 'L1')
    await below()
    const form = page.getByRole('dialog', { name: words.add })
    await form.getByRole('combobox', { name: words.level }).click()
    await page.getByTitle(words.levels.equipment, { exact: true }).click()
    await make('一皮磨', 'B1', '磨粉机')

    await page.getByText('MILL.A.L1.B1').first().waitFor()
    await page.getByRole('row', { name: /主电机电流/ }).waitFor()
    const tree = page.getByRole('navigation', { name: words.tree })
    await tree.getByRole('button', { name: /一皮磨/ }).waitFor()
    expect(await faultsInBoth(dispatcher, lang)).toEqual([])
    await picture(dispatcher, 'equipment')
  })

  it('a code that is taken is refused at its field', async () => {
    const { page } = dispatcher
    const tree = page.getByRole('navigation', { name: words.tree })
    await tree.getByRole('button', { name: '一号线 L1', exact: true }).click()
    await page.getByRole('heading', { level: 2, name: '一号线' }).waitFor()
    await below()
    const form = page.getByRole('dialog', { name: words.add })
    await form.getByLabel(words.name_zh).fill('又一台')
    await form.getByLabel(words.segment).fill('B1')
    await form.getByRole('button', { name: words.add }).click()
    await form.getByText(/MILL\.A\.L1\.B1/).waitFor()
    expect(await seriousFaults(page)).toEqual([])
  })

  it('a point is given a range of its own, and another unit only with a reason', async () => {
    const { page } = dispatcher
    const { deps } = stage.server
    const { db, zoneId, telemetry } = deps
    const { id } = await db
      .selectFrom('telemetry_point')
      .select('id')
      .where('zone_id', '=', zoneId)
      .where('code', '=', 'MILL.A.L1.B1.I')
      .executeTakeFirstOrThrow()
    const readings = newReadings(sampleKind)
    addSample(readings, id, telemetry.clock(), 423, quality.good)
    await telemetry.ingest(readings)
    await page.goto('/plant')
    await page.getByLabel(words.search).first().fill('一皮磨')
    await page.getByRole('button', { name: /一皮磨.*MILL\.A\.L1\.B1/ }).click()
    await page.getByRole('row', { name: /42\.3 A/ }).waitFor()
    await page
      .getByRole('row', { name: /42\.3 A/ })
      .getByRole('button', { name: words.edit })
      .click()
    const form = page.getByRole('dialog', { name: words.edit_point })
    await form.getByLabel(words.field.euHigh).fill('45')
    await form.getByLabel(words.field.unit, { exact: true }).fill('mA')
    await form.getByText(words.unit_reason_hint.replace('{{unit}}', 'A')).waitFor()
    await picture(dispatcher, 'point')
    await form.getByLabel(words.field.unit, { exact: true }).fill('A')
    await form.getByRole('button', { name: text.manage.save }).click()
    await form.waitFor({ state: 'hidden' })

    await page.getByText(words.own_fields.replace('{{fields}}', words.field.euHigh)).waitFor()
    expect(await faultsInBoth(dispatcher, lang)).toEqual([])
  })

  it('a point of a type is computed from another: the formula is checked while it is written, and told where it is', async () => {
    const { page } = dispatcher
    const { formula } = text
    await page.goto('/plant?tab=types&type=roll_stand')
    await page.getByRole('button', { name: words.add_entry }).click()
    const entry = page.getByRole('dialog', { name: words.add_entry })
    await entry.getByLabel(words.key, { exact: true }).fill('I2')
    await entry.getByLabel(words.name_zh).fill('双倍电流')
    await entry.getByLabel(formula.expression, { exact: true }).fill('2 * b')
    await entry.getByText(formula.unfinished).waitFor()
    await entry.getByRole('button', { name: formula.add }).click()
    await entry.getByLabel(formula.name.replace('{{n}}', '1')).fill('a')
    await entry.getByRole('combobox', { name: formula.point.replace('{{n}}', '1') }).fill('I')
    await entry.getByText(/“b”/).waitFor()
    await entry.getByLabel(formula.expression, { exact: true }).fill('2 * a')
    await entry.getByText(formula.right, { exact: true }).waitFor()
    expect(await seriousFaults(page)).toEqual([])
    await picture(dispatcher, 'formula')
    await entry.getByRole('button', { name: text.manage.save }).click()
    await entry.waitFor({ state: 'hidden' })
    const told = formula.tag_of.replace('{{formula}}', '2 * a (a = I)')
    await page
      .getByRole('row', { name: /双倍电流/ })
      .getByLabel(told)
      .waitFor()
    expect(await faultsInBoth(dispatcher, lang)).toEqual([])

    await page.goto('/plant')
    await page.getByLabel(words.search).first().fill('一皮磨')
    await page.getByRole('button', { name: /一皮磨.*MILL\.A\.L1\.B1/ }).click()
    const row = page.getByRole('row', { name: /双倍电流/ })
    await row.getByLabel(told).focus()
    await page.getByRole('tooltip').getByText('2 * a (a = I)').waitFor()
    await row.getByRole('button', { name: words.edit }).click()
    const form = page.getByRole('dialog', { name: words.edit_point })
    await form.getByLabel(formula.expression, { exact: true }).fill('a / 2')
    await form.getByText(formula.right_no_value).or(form.getByText(/21\.2/)).first().waitFor()
    await form.getByLabel(formula.expression, { exact: true }).fill('for x in 1..9 return x')
    await form.getByText(/“for”/).waitFor()
    await form.getByRole('button', { name: text.manage.save }).click()
    // Beside what the check says, the server says it at the field.
    await form.getByText(/“for”/).nth(1).waitFor()
    await picture(dispatcher, 'formula-refused')
  })

  it('stands in a phone: the tree, then what is chosen, and back', async () => {
    const narrow = await stage.enter('dispatcher', phone)
    const { page } = narrow
    await page.goto('/plant')
    await page.getByRole('button', { name: '合成面粉厂 MILL', exact: true }).click()
    await page.getByRole('heading', { level: 2, name: '合成面粉厂' }).waitFor()
    await page.getByRole('button', { name: words.back }).waitFor()
    await fits(page)
    expect(await faultsInBoth(narrow, lang)).toEqual([])
    await picture(narrow, 'phone')
    await page.getByRole('button', { name: words.back }).click()
    await page.getByRole('button', { name: '合成面粉厂 MILL', exact: true }).waitFor()
    await page.goto('/gateway-health')
    await page.getByRole('heading', { level: 1, name: text.counter.title }).waitFor()
    await fits(page)
    await picture(narrow, 'health-phone')
  })

  it('a device is put into a place', async () => {
    const { page } = dispatcher
    await page.goto('/devices?do=add')
    const form = page.getByRole('dialog')
    await form.getByLabel(text.identity.jt808).fill('13912349999')
    await form.getByLabel(text.field.name, { exact: true }).fill('厂内叉车')
    await form.getByLabel(text.field.code).fill('FORK1')
    await form.getByRole('combobox', { name: words.parent }).fill('一号线')
    await page.getByTitle('一号线 MILL.A.L1', { exact: true }).click()
    await form.getByRole('button', { name: text.verb.add }).click()
    await page.waitForURL(/\/devices\/[0-9a-f-]{36}/)
    await page.getByText('MILL.A.L1.FORK1', { exact: true }).first().waitFor()
  })

  it('what gateways count is told in words', async () => {
    const { page } = dispatcher
    await page.goto('/devices')
    await page.getByRole('link', { name: text.nav.health }).click()
    await page.getByRole('heading', { level: 1, name: text.counter.title }).waitFor()
    await page.getByRole('row', { name: new RegExp(text.counter.words.entries) }).waitFor()
    expect(await faultsInBoth(dispatcher, lang)).toEqual([])
    await picture(dispatcher, 'health')

    await supervisor.page.goto('/devices')
    await supervisor.page.getByRole('button', { name: text.nav.health }).focus()
    await supervisor.page.getByText(text.reason.health).waitFor()
    expect([...dispatcher.errors, ...supervisor.errors]).toEqual([])
  })

  it('says what is wrong when the tree cannot be read, and reads it again', async () => {
    const { page } = dispatcher
    await page.route('**/api/v1/plant-nodes?*', (route) => route.fulfill({ status: 503, body: '' }))
    await page.goto('/plant')
    await page.getByRole('alert').first().waitFor({ timeout: 30_000 })
    await picture(dispatcher, 'failing')
    await page.unroute('**/api/v1/plant-nodes?*')
    await page.reload()
    await page.getByRole('button', { name: '合成面粉厂 MILL', exact: true }).waitFor()
  })
})
