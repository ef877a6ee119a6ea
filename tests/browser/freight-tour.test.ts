import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Page } from 'playwright-core'
import phoneEn from '../../apps/phone/locales/en.json' with { type: 'json' }
import phoneZh from '../../apps/phone/locales/zh-CN.json' with { type: 'json' }
import { deskZone, mine, plant } from '../../modules/freight/desk/testing.ts'
import en from '../../modules/freight/web/locales/en.json' with { type: 'json' }
import zhCN from '../../modules/freight/web/locales/zh-CN.json' with { type: 'json' }
import { desk, openStage, fits, password, phone, seriousFaults, type Person, type Stage } from './stage.ts'

const bundles = { 'zh-CN': zhCN, en } as const
const phoneBundles = { 'zh-CN': phoneZh, en: phoneEn } as const
const folder = process.env.TOUR_PICTURES
const hourMs = 3_600_000

// Looked at in both languages; walked in the one whose words are longer.
describe.each(['en'] as const)('tours, in the browser, %s', (lang) => {
  const t = bundles[lang]
  const p = phoneBundles[lang]
  let stage: Stage
  let person: Person
  let truck: { readonly plate: string; readonly vehicleId: string }

  beforeAll(async () => {
    stage = await openStage(lang)
    await stage.post('/accounts', {
      username: 'tours',
      name: '拼车调度（测试）',
      password,
      lang,
      roles: [{ role: 'freight_dispatcher', partyId: null }],
    })
    person = await stage.enter('tours', desk)
  })
  afterAll(() => stage?.close())

  /** Three small loads of coal and one too heavy for any truck, with one truck near; its driver has a phone. */
  async function fill() {
    const clock = { now: Number(stage.server.deps.clock()) }
    const zone = await deskZone(stage.server, clock)
    // Only the crew below drives.
    await zone.db
      .updateTable('freight_driving')
      .set({ valid_to: '2020-01-02' })
      .where('vehicle_id', 'is', null)
      .execute()
    for (const quantity of [8_000, 9_000, 10_000, 60_000])
      await zone.addLoad({ quantity, truckPlan: Math.min(quantity, 32_000), loadUntil: clock.now + 6 * hourMs })
    const crew = await zone.addCrew()
    const spot = { lonDeg: mine.lonDeg - (plant.lonDeg - mine.lonDeg) * 0.1, latDeg: 44 }
    await zone.say(crew.point, [{ at: clock.now, ...spot, speedKmh: 0 }])
    const { id } = await stage.post('/accounts', {
      username: 'tourdriver',
      name: '拼车司机（测试）',
      password,
      lang,
      roles: [{ role: 'driver', partyId: null }],
    })
    await zone.db.updateTable('freight_driver').set({ account_id: id }).where('id', '=', crew.driverId).execute()
    return crew
  }

  /** Looked at on both widths; nothing serious, nothing beyond the window. */
  const sound = async (page: Page, name: string) => {
    for (const [width, view] of [
      ['1440', desk],
      ['390', phone],
    ] as const) {
      await page.setViewportSize(view)
      await fits(page, `${name} at ${width}`)
      if (folder) await page.screenshot({ path: `${folder}/tour-${lang}-${name}-${width}.png`, fullPage: true })
    }
    await page.setViewportSize(desk)
    expect(await seriousFaults(page), name).toEqual([])
  }

  it('an empty list says what to do; small loads are chosen and share a truck', async () => {
    const { page } = person
    await page.goto('/freight-tour-plans')
    await page.getByText(t.tour.none).waitFor()
    await sound(page, 'empty')
    await page.goto('/freight-tour-plans/new')
    await page.getByText(t.tour.no_loads).waitFor()
    truck = await fill()
    const { plate } = truck
    await page.goto('/freight-tour-plans')
    await page.getByRole('link', { name: t.tour.make }).first().click()
    await page.getByRole('row').nth(4).waitFor()
    await page.getByRole('checkbox').first().check()
    await sound(page, 'loads')
    await page.getByRole('button', { name: t.tour.plan_chosen.replace('{{n}}', '4') }).click()
    const form = page.getByRole('dialog', { name: t.tour.make })
    await form.getByText(t.tour.trucks_some).click()
    await form.getByRole('checkbox', { name: new RegExp(plate) }).waitFor()
    await sound(page, 'trucks')
    await form.getByRole('button', { name: t.tour.plan_now }).click()
    await form.getByText(t.rule.say.replace('{{label}}', t.tour.trucks_chosen)).waitFor()
    await form.getByRole('checkbox', { name: new RegExp(plate) }).check()
    await form.getByRole('button', { name: t.tour.plan_now }).click()
    await page.waitForURL(/freight-tour-plans\/[0-9a-f-]{36}$/, { timeout: 60_000 })
    await page.getByRole('heading', { name: t.tour.of.replace('{{served}}', '3').replace('{{tours}}', '1') }).waitFor()
    const stops = page.getByRole('table', { name: t.tour.stops_of.replace('{{plate}}', plate) })
    await stops.getByText('27.000 t').waitFor()
    // What is too heavy is left out, with why.
    await page.getByText(lang === 'en' ? /whole trucks/ : /整车/).waitFor()
    await sound(page, 'plan')
  }, 120_000)

  it('the tour is offered as one, and the driver’s phone says which stop comes next', async () => {
    const { page } = person
    await page.getByRole('button', { name: t.wave.send, exact: true }).click()
    const asked = page.getByRole('dialog').filter({ hasText: t.tour.send_means })
    await asked.getByRole('button', { name: t.wave.send, exact: true }).click()
    await page.getByText(t.pair_state.sent, { exact: true }).first().waitFor()
    await page.getByRole('link', { name: /^YD/ }).first().waitFor()
    await sound(page, 'sent')

    const driver = await stage.enter(null, phone)
    await driver.page.goto('/phone/')
    await driver.page.getByLabel(p['signin.username']).fill('tourdriver')
    await driver.page.getByLabel(p['signin.password']).fill(password)
    await driver.page.getByRole('button', { name: p['signin.verb'] }).click()
    const tour = driver.page.getByRole('region', { name: p['tour.title'].replace('{n}', '3') })
    await tour.getByText(p['tour.stop'].replace('{at}', '1').replace('{of}', '6')).waitFor()
    if (folder) await driver.page.screenshot({ path: `${folder}/tour-${lang}-phone.png`, fullPage: true })
    await fits(driver.page)
    for (let left = 3; left > 0; left--) {
      await tour.getByRole('button').filter({ hasText: p['state.offered'] }).first().click()
      await driver.page.getByRole('button', { name: p['move.accept'], exact: true }).click()
      await driver.page.getByText(p['state.accepted'], { exact: true }).first().waitFor()
      await driver.page.getByRole('button', { name: p.back }).click()
      await expect.poll(() => tour.getByRole('button').filter({ hasText: p['state.offered'] }).count()).toBe(left - 1)
    }
    await page.reload()
    await expect
      .poll(() => page.getByText(t.waybill_state.accepted, { exact: true }).count(), { timeout: 20_000 })
      .toBe(6)
    const back = page.getByRole('button', { name: t.tour.withdraw, exact: true })
    await back.focus()
    await page.getByRole('tooltip').getByText(t.tour.not_withdrawn).waitFor()
    expect(person.errors).toEqual([])
    expect(driver.errors).toEqual([])
  }, 120_000)

  it('what tours are planned with is changed within its bounds', async () => {
    const { page } = person
    await page.goto('/freight-tour-settings')
    await page.getByRole('button', { name: t.verb.change }).click()
    const form = page.getByRole('dialog', { name: t.tour_settings.title })
    await form.getByLabel(t.tour_number.loadMinutes, { exact: true }).fill('30')
    await form.getByLabel(t.field.why).fill('test')
    await sound(page, 'settings')
    await form.getByRole('button', { name: t.verb.save }).click()
    await form.waitFor({ state: 'hidden' })
    await page.getByRole('row').filter({ hasText: t.tour_number.loadMinutes }).getByText('30').waitFor()
  })

  it('axles and empty mass of a vehicle say what it may carry', async () => {
    const { page } = person
    await page.goto(`/freight-vehicles/${truck.vehicleId}?tab=body`)
    await page.getByText(t.vehicle_body.intro).waitFor()
    await page.getByRole('button', { name: t.vehicle_body.change }).click()
    const form = page.getByRole('dialog', { name: t.vehicle_body.title })
    await form.getByLabel(t.vehicle_body.axles).fill('6')
    await form.getByLabel(t.vehicle_body.driveAxles).fill('2')
    await form.getByLabel(t.vehicle_body.tareKg).fill('17')
    await form.getByLabel(t.field.why).fill('test')
    await sound(page, 'body')
    await form.getByRole('button', { name: t.verb.save }).click()
    await form.waitFor({ state: 'hidden' })
    await page.getByText('32.000 t').waitFor()
    await sound(page, 'body-known')
  })
})
