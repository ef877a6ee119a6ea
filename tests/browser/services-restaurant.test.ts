import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import restaurant from '../../modules/services/data/one-things/03-restaurant.json' with { type: 'json' }
import { faultsInBoth, phone, seriousFaults } from './stage.ts'
import { address, answer, fill, handIn, holdBack, idNumber, openServices, type Services } from './services-stage.ts'

const licence = '101100001000'
const food = '101100002000'
const health = '112200001000'

const nameOf = (list: readonly { readonly code: string; readonly name: { readonly zh: string } }[], code: string) =>
  list.find((one) => one.code === code)?.name.zh ?? code
const field = (code: string) => nameOf(restaurant.fields, code)
const material = (code: string) => nameOf(restaurant.materials, code)

describe('a restaurant opens in one visit, in the browser', () => {
  const lang = 'zh-CN'
  let zone: Services
  let id = ''
  let number = ''

  beforeAll(async () => {
    zone = await openServices(lang)
  })
  afterAll(() => zone?.close())

  const stateOf = async () => (await zone.get(`/applications/${id}`)).state
  const choose = () => zone.ui('files.choose')

  it('questions lead to the items, and the form knows what the register knows', async () => {
    const diner = await zone.as('diner')
    const { page } = diner
    await page.goto('/counter/services')
    await page.getByRole('link', { name: new RegExp(restaurant.name.zh) }).click()
    await page.getByRole('heading', { level: 1, name: restaurant.name.zh }).waitFor()
    expect(await faultsInBoth(diner, lang)).toEqual([])
    await page.getByRole('link', { name: zone.t('verb.apply') }).click()
    await answer(page, 'zh', restaurant.questions, {
      firm_kind: 'individual',
      shop_kind: 'small_shop',
      sign: 'no',
      gathering: 'no',
      staff_certificates: 'some_missing',
      applied_by: 'self',
    })
    await page
      .getByRole('cell', { name: nameOf(restaurant.items, food) })
      .first()
      .waitFor()
    expect(await page.getByRole('cell', { name: nameOf(restaurant.items, '110100001000') }).count()).toBe(0)
    await page.getByRole('button', { name: zone.t('verb.begin') }).click()
    await page.waitForURL(/\/counter\/applications\/[0-9a-f-]{36}/)
    id = new URL(page.url()).pathname.split('/').at(-1) ?? ''

    expect(await page.getByLabel(field('firm_address'), { exact: true }).inputValue()).toBe(address)
    await page
      .getByText(/来源：园区企业库 · 截至 /)
      .first()
      .waitFor()
  })

  it('says at each field what is missing, and keeps what was written', async () => {
    const diner = await zone.as('diner')
    const { page } = diner
    await fill(page, { [field('shop_name')]: '示例拌面馆' })
    await page.getByRole('button', { name: zone.t('verb.next') }).click()
    await page.getByText(zone.t('rule.required', { label: field('firm_phone') })).waitFor()
    expect(await faultsInBoth(diner, lang)).toEqual([])
    await page.reload()
    await expect.poll(() => page.getByLabel(field('shop_name'), { exact: true }).inputValue()).toBe('示例拌面馆')

    await fill(page, {
      [field('firm_phone')]: '13800000000',
      [field('legal_rep_name')]: '示例申请人',
      [field('legal_rep_id')]: idNumber,
      [field('manager_name')]: '示例管理员',
      [field('staff_count')]: '3',
      [field('area_m2')]: '45',
      [field('seats')]: '16',
      [field('signature')]: '示例申请人',
      [field('signed_on')]: await zone.today(),
    })
    await page.keyboard.press('Enter')
    await page.getByLabel(field('firm_type'), { exact: true }).fill('个体')
    await page.keyboard.press('Enter')
    await page.getByRole('checkbox', { name: '热食类' }).check()
    await page.getByRole('radio', { name: zone.t('no'), exact: true }).check()
    await page.getByRole('radio', { name: '电子证照' }).check()
    await page.getByRole('checkbox', { name: field('declaration_true') }).check()
    await page.getByRole('button', { name: zone.t('verb.next') }).click()
    await page.getByRole('heading', { name: zone.t('draft_step.materials') }).waitFor()
  })

  it('asks only for materials that nobody holds, and lists what still lacks with the way there', async () => {
    const diner = await zone.as('diner')
    const { page } = diner
    await page.goto(`/counter/applications/${id}?step=send`)
    const lacks = page.getByRole('region', { name: zone.t('send.missing') })
    await lacks.getByRole('button', { name: new RegExp(material('r_floor_plan')) }).click()
    await page.getByRole('heading', { name: zone.t('draft_step.materials') }).waitFor()
    expect(await page.getByRole('group', { name: material('rep_id_card') }).count()).toBe(0)
    await page.getByText(material('rep_id_card')).waitFor()

    const asked = await page.getByRole('main').getByRole('group').all()
    const keeping = await holdBack(page, `**/api/v1/applications/${id}`, 'PATCH')
    for (const group of asked) await handIn(group, choose())
    // The line is slow: what is pressed while a file is still being kept is not lost.
    await page.getByRole('button', { name: zone.t('verb.next') }).click()
    await keeping.letGo()
    await page.getByText(zone.t('send.complete')).waitFor()
    expect(await faultsInBoth(diner, lang)).toEqual([])
    await page.getByRole('button', { name: zone.t('verb.submit'), exact: true }).click()
    await page.getByText(zone.t('plain.check')).waitFor()
    expect(await stateOf()).toBe('check')
  })

  it('the window looks at the materials and accepts', async () => {
    const window = await zone.as('window')
    await window.page.goto('/window')
    await window.page.getByRole('link', { name: restaurant.name.zh }).click()
    await window.page.waitForURL(new RegExp(id))
    await zone.judge('window', `/applications/${id}?tab=materials`)
    expect(await faultsInBoth(window, lang)).toEqual([])
    await zone.press('window', `/applications/${id}`, 'application.accept')
    await zone.send('window', 'application.accept')
    await expect.poll(stateOf).toBe('running')
  })

  it('what two departments ask on one day is one list, and one answer', async () => {
    const ask = async (department: string, code: string, about: string, words: string) => {
      const user = `${department}.officer`
      const box = await zone.press(user, `/item-cases/${(await zone.itemOf(id, code)).id}`, 'item.ask_supplement')
      await box.getByLabel(zone.t('ask.about')).fill(about)
      await (await zone.as(user)).page.keyboard.press('Enter')
      await box.getByLabel(zone.t('ask.words')).fill(words)
      await zone.send(user, 'item.ask_supplement')
    }
    await ask('market', licence, material('r_premises_right'), '请补租赁合同的签字页。')
    await ask('health', health, material('r_staff_list'), '名单请加盖印章。')

    const diner = await zone.as('diner')
    const { page } = diner
    await page.goto(`/counter/applications/${id}`)
    await page.getByText(zone.t('plain.supplement')).waitFor()
    await page.getByText('请补租赁合同的签字页。').waitFor()
    await page.getByText('名单请加盖印章。').waitFor()
    expect(await page.getByRole('heading', { name: zone.t('supplement.title') }).count()).toBe(1)
    expect(await faultsInBoth(diner, lang)).toEqual([])
    for (const code of ['r_premises_right', 'r_staff_list'])
      await handIn(page.getByRole('group', { name: material(code) }), choose())
    await page.getByRole('button', { name: zone.t('verb.supply'), exact: true }).click()
    await page.getByText(zone.t('plain.running')).waitFor()
    expect((await zone.itemOf(id, licence)).state).toBe('review')
    expect((await zone.itemOf(id, health)).state).toBe('review')
  })

  it('departments grant, a rule grants the small shop its permit, everything is delivered', async () => {
    await zone.judge('market.officer', `/item-cases/${(await zone.itemOf(id, licence)).id}`)
    expect(await faultsInBoth(await zone.as('market.officer'), lang)).toEqual([])
    await zone.grant('market', id, licence)
    await zone.judge('health.officer', `/item-cases/${(await zone.itemOf(id, health)).id}`)
    await zone.grant('health', id, health)

    await expect.poll(stateOf).toBe('delivered')
    const { page } = await zone.as('diner')
    await page.goto(`/counter/applications/${id}`)
    await page.getByText(zone.t('plain.delivered')).waitFor()
    await page.getByText(zone.t('items.automatic')).waitFor()
  })

  it('anybody verifies a certificate by its number; it says nothing of where it was sent', async () => {
    const diner = await zone.as('diner')
    await diner.page.getByRole('link', { name: nameOf(restaurant.items, licence).replace(/.*（|）/g, '') }).click()
    await diner.page.getByRole('img', { name: zone.t('certificate.qr') }).waitFor()
    await diner.page.getByText('示例拌面馆').first().waitFor()
    expect(await diner.page.getByText(field('delivery_way')).count()).toBe(0)
    expect(await faultsInBoth(diner, lang)).toEqual([])
    number = (await zone.get(`/applications/${id}`)).certificates[0].no

    const passer = await zone.enter(null, phone)
    await passer.page.goto('/verify')
    await passer.page.getByLabel(zone.t('certificate.no')).fill(number)
    await passer.page.getByRole('button', { name: zone.t('verb.verify') }).click()
    await passer.page.getByRole('status').getByText(zone.t('certificate_state.valid')).waitFor()
    await passer.page.getByText('合成示例餐饮有限公司').waitFor()
    expect(await faultsInBoth(passer, lang)).toEqual([])
    await passer.page.getByLabel(zone.t('certificate.no')).fill(`${number.slice(0, -1)}*`)
    await passer.page.getByRole('button', { name: zone.t('verb.verify') }).click()
    await passer.page.getByText(zone.t('verify.unknown', { no: `${number.slice(0, -1)}*` })).waitFor()
  })

  it('two stars open a follow-up that the applicant finds among the own needs', async () => {
    const box = await zone.press('diner', `/counter/applications/${id}`, 'application.rate')
    const diner = await zone.as('diner')
    await box
      .getByRole('radio', { name: new RegExp(zone.t('rating.2')) })
      .first()
      .check()
    await box.getByLabel(zone.t('field.words')).fill('等了太久')
    expect(await seriousFaults(diner.page)).toEqual([])
    await zone.send('diner', 'application.rate')
    await diner.page.getByRole('link', { name: zone.t('rating.follow_up') }).waitFor()
    await diner.page.goto('/counter/needs')
    const { no } = await zone.get(`/applications/${id}`)
    await diner.page.getByRole('link', { name: new RegExp(no) }).click()
    await diner.page
      .getByText(/等了太久/)
      .first()
      .waitFor()
  })

  it('nothing broke on the way', () => {
    for (const [name, { errors }] of zone.people) expect({ name, errors }).toEqual({ name, errors: [] })
  })
})
