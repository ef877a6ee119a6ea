import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Locator } from 'playwright-core'
import { faultsInBoth, seriousFaults } from './stage.ts'
import { fill, handIn, openServices, type Services } from './services-stage.ts'

const lang = 'en'

describe('a fourteenth one-thing is made and used, in the browser', () => {
  let zone: Services
  let path = ''
  let id = ''

  beforeAll(async () => {
    zone = await openServices(lang)
  })
  afterAll(() => zone?.close())

  const t = (key: string, values?: Readonly<Record<string, string | number>>) => zone.t(key, values)
  const inZh = (key: string) => t('designer.in_zh', { label: t(key) })
  const inEn = (key: string) => t('designer.in_en', { label: t(key) })
  const designer = () => zone.as('dispatcher')
  const open = async (tab: string) => {
    const { page } = await designer()
    await page.getByRole('tab', { name: t(`tab.${tab}`), exact: true }).click()
    return page.getByRole('tabpanel', { name: t(`tab.${tab}`), exact: true })
  }
  /** Chooses by typing what the option is called. */
  const choose = async (panel: Locator, label: string, option: string) => {
    const box = panel.getByRole('combobox', { name: label, exact: true })
    await box.click()
    await box.fill(option)
    await box.press('Enter')
  }
  /** Adds a part and waits until it is the one that is written. */
  const add = async (panel: Locator, verb: string) => {
    await panel.getByRole('button', { name: t(verb) }).click()
    await panel.getByRole('region', { name: t('designer.unnamed'), exact: true }).waitFor()
  }
  const save = async () => {
    const { page } = await designer()
    const button = page.getByRole('button', { name: t('verb.save') })
    await button.click()
    await page.getByText(t('saved')).first().waitFor()
  }
  const named = async (panel: Locator, zh: string, en: string) => {
    await panel.getByLabel(inZh('designer.name')).first().fill(zh)
    await panel.getByLabel(inEn('designer.name')).first().fill(en)
  }

  it('begins with a code and a name; a bad code is refused at its field', async () => {
    const { page } = await designer()
    await page.goto('/one-thing-versions')
    await page.getByRole('button', { name: t('verb.new_thing') }).click()
    const box = page.getByRole('dialog')
    await fill(page, { [inZh('designer.name')]: '开办茶馆', [inEn('designer.name')]: 'Opening a tea house' })
    await box.getByLabel(t('column.code')).fill('Tea House')
    await box.getByRole('button', { name: t('verb.begin') }).click()
    // The hint below the field says it once, the refusal a second time.
    await box.getByText(t('designer.code')).nth(1).waitFor()
    expect(await seriousFaults(page)).toEqual([])
    await box.getByLabel(t('column.code')).fill('tea_house')
    await box.getByRole('button', { name: t('verb.begin') }).click()
    await page.waitForURL(/one-thing-versions\/[0-9a-f-]{36}/)
    path = new URL(page.url()).pathname
  })

  it('says what keeps it from being published, in words and with the way there', async () => {
    const check = await open('check')
    await check.getByText(t('place.lead')).waitFor()
    await check
      .getByRole('link', { name: t('check.go') })
      .first()
      .click()
    const overview = await open('overview')
    await choose(overview, t('guide.lead'), '市场监管局')
  })

  it('gets materials, fields, a decision table and an item that they decide', async () => {
    const materials = await open('materials')
    await add(materials, 'designer.add_material')
    await named(materials, '场所照片', 'Photograph of the premises')
    const fields = await open('fields')
    await named(fields, '茶馆名称', 'Name of the tea house')
    await add(fields, 'designer.add_field')
    await fields.getByLabel(t('column.code')).first().fill('seats')
    await named(fields, '座位数', 'Seats')
    await choose(fields, t('designer.type'), t('field_type.integer'))
    const tables = await open('tables')
    await add(tables, 'designer.add_table')
    await named(tables, '小茶馆', 'Small tea house')
    await tables.getByLabel(t('table.input_code')).fill('seats')
    await tables.getByLabel(inZh('designer.name')).nth(1).fill('座位数')
    await tables.getByLabel(inEn('designer.name')).nth(1).fill('Seats')
    await choose(tables, t('designer.type'), 'number')
    await tables.getByLabel(t('table.test_n', { n: 1 })).fill('seats')
    await choose(tables, t('table.type_n', { n: 1 }), 'number')
    await tables.getByLabel(t('table.cell', { rule: 1, column: 1 })).fill('<= 20')
    await tables.getByLabel(t('table.answer_of', { rule: 1 })).fill('"approve"')
    await tables.getByRole('button', { name: t('table.add_rule') }).click()
    const items = await open('items')
    await choose(items, t('column.department'), '市场监管局')
    await choose(items, t('tab.materials'), 'Photograph')
    await choose(items, t('tab.fields'), 'Seats')
    await items.getByRole('checkbox', { name: t('designer.automatic') }).check()
    await items.getByRole('checkbox', { name: t('designer.certificate') }).check()
    await items.getByLabel(inZh('certificate.name')).fill('茶馆证')
    await items.getByLabel(inEn('certificate.name')).fill('Tea house certificate')
    expect(await faultsInBoth(await designer(), lang)).toEqual([])
  })

  it('gets a drawing of its own: the ordinary one, changed by hand', async () => {
    const { page } = await designer()
    const drawing = await open('drawing')
    await drawing.getByRole('button', { name: t('drawing.begin_own') }).click()
    // Until then it is the ordinary drawing that stands there, to be read only.
    await drawing.getByText(t('drawing.own')).waitFor()
    const board = drawing.getByRole('group', { name: t('modeler.board') })
    const task = board.getByText('受理审查')
    await task.waitFor()
    // The board draws words below what takes the click.
    await task.click({ force: true })
    const properties = drawing.getByRole('complementary', { name: t('modeler.properties') })
    await properties.getByLabel(t('designer.name'), { exact: true }).fill('茶馆受理')
    await page.keyboard.press('Enter')
    await board.getByText('茶馆受理').waitFor()
    expect(await faultsInBoth(await designer(), lang)).toEqual([])
    await save()
    const check = await open('check')
    expect(await zone.get(`${path}/complaints`)).toEqual([])
    await check.getByText(t('check.good')).waitFor()
  })

  it('is tried in memory, compared and published', async () => {
    const { page } = await designer()
    const trial = await open('dry_run')
    await fill(page, { 'Name of the tea house': 'Tea by the lake', Seats: '12' })
    await trial.getByRole('button', { name: t('verb.dry_run') }).click()
    await trial.getByText(t('dry_run.ended')).waitFor()
    await trial.getByText(t('outcome.approve')).first().waitFor()
    expect(await faultsInBoth(await designer(), lang)).toEqual([])
    const compared = await open('diff')
    await compared.getByText(t('diff.first')).waitFor()
    await publish('There is a demand for it.')
  })

  it('gets a second version, whose differences are named', async () => {
    const { page } = await designer()
    await page.goto('/one-thing-versions')
    const row = page.getByRole('row', { name: /tea_house/ })
    await row.getByRole('button', { name: t('verb.new_draft') }).click()
    await page.waitForURL((url) => url.pathname !== path && /one-thing-versions\/[0-9a-f-]{36}/.test(url.pathname))
    const items = await open('items')
    await items.getByRole('spinbutton', { name: t('designer.promised_days'), exact: true }).fill('3')
    await save()
    const compared = await open('diff')
    await compared.getByRole('row', { name: /promised\.days.*5.*3/ }).waitFor()
    await publish('It takes less time.')
  })

  it('is applied for, granted by its table, and leaves a certificate', async () => {
    const { page } = await zone.as('diner')
    await page.goto('/counter/services')
    await page.getByRole('link', { name: /Opening a tea house/ }).click()
    await page.getByRole('link', { name: t('verb.apply') }).click()
    await page.getByRole('button', { name: t('verb.begin') }).click()
    await page.waitForURL(/\/counter\/applications\/[0-9a-f-]{36}/)
    id = new URL(page.url()).pathname.split('/').at(-1) ?? ''
    await fill(page, { 'Name of the tea house': 'Tea by the lake', Seats: '12' })
    await page.getByRole('button', { name: t('verb.next') }).click()
    await handIn(page.getByRole('group', { name: 'Photograph of the premises' }), zone.ui('files.choose'))
    await page.getByRole('button', { name: t('verb.next') }).click()
    await page.getByText(t('send.complete')).waitFor()
    await page.getByRole('button', { name: t('verb.submit'), exact: true }).click()
    await page.getByText(t('plain.check')).waitFor()

    const window = await zone.as('window')
    await zone.judge('window', `/applications/${id}?tab=materials`)
    await window.page.goto(`/applications/${id}?tab=process`)
    await window.page.getByText('茶馆受理').first().waitFor()
    await zone.press('window', `/applications/${id}`, 'application.accept')
    await zone.send('window', 'application.accept')
    await page.getByRole('link', { name: 'Tea house certificate' }).click()
    await page.getByRole('img', { name: t('certificate.qr') }).waitFor()
    await page.getByText('Tea by the lake').waitFor()
  })

  it('nothing broke on the way', () => {
    for (const [user, { errors }] of zone.people) expect({ user, errors }).toEqual({ user, errors: [] })
  })

  async function publish(why: string) {
    const { page } = await designer()
    await page.getByRole('button', { name: t('verb.publish') }).click()
    const box = page.getByRole('dialog')
    await box.getByLabel(t('field.why')).fill(why)
    await box.getByRole('button', { name: t('verb.publish') }).click()
    await box.waitFor({ state: 'hidden' })
    await page.getByText(t('version_state.published')).first().waitFor()
  }
})
