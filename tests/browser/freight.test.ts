import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Page } from 'playwright-core'
import { identityCheck } from '@tingzhou/uscc'
import en from '../../modules/freight/web/locales/en.json' with { type: 'json' }
import zhCN from '../../modules/freight/web/locales/zh-CN.json' with { type: 'json' }
import { desk, openStage, fits, password, phone, seriousFaults, type Person, type Stage } from './stage.ts'

const bundles = { 'zh-CN': zhCN, en } as const
const folder = process.env.FREIGHT_PICTURES

const inventedIdentity = (n: number): string => {
  const digits = `99900019900101${String(n).padStart(3, '0')}`
  return digits + identityCheck(digits)
}

describe.each(['zh-CN', 'en'] as const)('the freight register, in the browser, %s', (lang) => {
  const text = bundles[lang]
  let stage: Stage
  let dispatcher: Person
  let boss: Person
  let carrierId: string

  beforeAll(async () => {
    stage = await openStage(lang)
    const carrier = { kind: 'person', idNumber: inventedIdentity(1), roadLicence: '650000000001', synthetic: true }
    carrierId = (await stage.post('/freight-carriers', { ...carrier, name: '合成甲承运人' })).id
    const account = (username: string, role: string, partyId: string | null) =>
      stage.post('/accounts', { username, name: `${username}（测试）`, password, lang, roles: [{ role, partyId }] })
    await account('carting', 'freight_dispatcher', null)
    await account('boss', 'carrier', carrierId)
    dispatcher = await stage.enter('carting', desk)
    boss = await stage.enter('boss', phone)
  })
  afterAll(() => stage?.close())

  const picture = async (page: Page, name: string) => {
    if (folder) await page.screenshot({ path: `${folder}/freight-${lang}-${name}.png`, fullPage: true })
  }
  const choose = async (page: Page, label: string, typed: string, option: string) => {
    const box = page.getByRole('combobox', { name: label })
    await box.click()
    await box.fill(typed)
    await page.getByTitle(option).first().click()
  }

  it('a dispatcher enters a vehicle: a wrong mass is refused at its field, then it stands with what is missing', async () => {
    const { page } = dispatcher
    await page.goto('/freight-vehicles')
    await page.getByText(text.vehicle.empty).first().waitFor()
    await picture(page, 'vehicles-empty')
    await page.goto('/freight-vehicles/new')
    await choose(page, text.field.carrier, '合成', '合成甲承运人')
    await page.getByLabel(text.field.plate, { exact: true }).fill('新A·T0001')
    await choose(page, text.field.plateColour, '2', lang === 'en' ? '2 Yellow' : '2 黄色')
    await choose(page, text.field.typeCode, 'H17', 'H17 重型自卸货车')
    await choose(page, text.field.energy, 'B', lang === 'en' ? 'B Diesel' : 'B 柴油')
    await page.getByLabel(text.field.ratedLoadKg).fill('31000')
    await page.getByLabel(text.field.grossKg).fill('31000')
    await page.getByLabel(text.field.transportPermit).fill('650000123456')
    await page.getByRole('button', { name: text.vehicle.enter, exact: true }).click()
    await page
      .getByText(lang === 'en' ? 'below the gross mass' : '应小于总质量')
      .first()
      .waitFor()
    await picture(page, 'vehicle-refused')
    expect(await seriousFaults(page)).toEqual([])

    await page.getByLabel(text.field.ratedLoadKg).fill('18000')
    await page.getByRole('button', { name: text.vehicle.enter, exact: true }).click()
    await page.waitForURL(/freight-vehicles\/[0-9a-f-]{36}$/)
    await page.getByText(text.paper_kind.transport_permit).first().waitFor()

    expect(await seriousFaults(page)).toEqual([])
    await fits(page)
    await picture(page, 'vehicle')
  })

  it('enters a paper without an end, and it counts', async () => {
    const { page } = dispatcher
    await page.getByRole('button', { name: text.paper.add, exact: true }).click()
    const box = page.getByRole('dialog')
    await box.getByRole('combobox', { name: text.paper.kind }).click()
    await page.getByTitle(text.paper_kind.vehicle_licence, { exact: true }).click()
    await box.getByLabel(text.paper.number).fill('L-1')
    await box.getByLabel(text.paper.valid_from).fill('2026-01-01')
    await box.getByLabel(text.paper.valid_from).press('Enter')
    await box.getByRole('switch', { name: text.paper.long_term }).click()
    expect(await seriousFaults(page)).toEqual([])
    await box.getByRole('button', { name: text.paper.add, exact: true }).click()
    await box.waitFor({ state: 'hidden' })

    const table = page.getByRole('table', { name: text.paper.title })
    await table.getByText(text.stand.valid, { exact: true }).waitFor()
    await picture(page, 'vehicle-paper')
  })

  it('the carrier’s boss enters a driver on a phone and sees the number masked', async () => {
    const { page, errors } = boss
    const number = inventedIdentity(7)
    await page.goto('/freight-drivers/new')
    await choose(page, text.field.carrier, '合成', '合成甲承运人')
    await page.getByLabel(text.field.person, { exact: true }).fill('王某某')
    await page.getByLabel(text.field.idNumber).fill(number)
    await page.getByLabel(text.field.phone).fill('99900000001')
    await page.getByLabel(text.field.licenceClass).fill('A2')
    await page.getByLabel(text.field.licenceIssuer).fill('示例车管所')
    for (const [label, day] of [
      [text.field.licenceFrom, '2020-01-01'],
      [text.field.licenceTo, '2030-01-01'],
    ] as const) {
      await page.getByLabel(label).fill(day)
      await page.getByLabel(label).press('Enter')
    }
    await page.getByLabel(text.field.qualification).fill('9990001990')
    await page.getByRole('button', { name: text.driver.enter, exact: true }).click()
    await page.waitForURL(/freight-drivers\/[0-9a-f-]{36}$/)
    await page
      .getByText(`****${number.slice(-4)}`)
      .first()
      .waitFor()

    expect(await page.content()).not.toContain(number)
    expect(await seriousFaults(page)).toEqual([])
    await fits(page)
    await picture(page, 'driver-phone')
    for (const path of [
      '/freight-drivers',
      '/freight-vehicles',
      `/freight-carriers/${carrierId}`,
      '/freight-import',
      '/freight-rules',
    ]) {
      await page.goto(path)
      await page.getByRole('heading', { level: 1 }).waitFor()
      expect(await seriousFaults(page)).toEqual([])
      await fits(page)
      await picture(page, `phone${path.replaceAll('/', '-').replace(carrierId, 'one')}`)
    }
    expect(errors).toEqual([])
  })

  it('every page at the desk is sound', async () => {
    const { page, errors } = dispatcher
    for (const path of [
      '/freight-carriers',
      '/freight-drivers',
      '/freight-vehicles',
      `/freight-carriers/${carrierId}`,
      '/freight-import',
      '/freight-rules',
    ]) {
      await page.goto(path)
      await page.getByRole('heading', { level: 1 }).waitFor()
      expect(await seriousFaults(page)).toEqual([])
      await picture(page, `desk${path.replaceAll('/', '-').replace(carrierId, 'one')}`)
    }
    expect(errors).toEqual([])
  })
})
