import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { chromium, type Page } from 'playwright-core'
import { instantOf, localDateOf } from '@tingzhou/calendar'
import { epochMs } from '@tingzhou/kernel'
import phoneEn from '../../apps/phone/locales/en.json' with { type: 'json' }
import phoneZh from '../../apps/phone/locales/zh-CN.json' with { type: 'json' }
import { deskZone, mine, plant } from '../../modules/freight/desk/testing.ts'
import en from '../../modules/freight/web/locales/en.json' with { type: 'json' }
import zhCN from '../../modules/freight/web/locales/zh-CN.json' with { type: 'json' }
import {
  browserArgs,
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
const phones = { 'zh-CN': phoneZh, en: phoneEn } as const
const folder = process.env.DOCK_PICTURES
const hourMs = 3_600_000

describe.each(walkedIn(folder))('docks and their slots, in the browser, %s', (lang) => {
  const t = bundles[lang]
  let stage: Stage
  let person: Person
  let zone: Awaited<ReturnType<typeof deskZone>>
  const clock = { now: 0 }
  let placeId: string
  let crews: Awaited<ReturnType<typeof zone.addCrew>>[]
  let load: string
  let waybills: string[]

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
    await account('docker', 'freight_dispatcher')
    const { id: driverAccount } = await account('lorry', 'driver')
    clock.now = Number(stage.server.deps.clock())
    zone = await deskZone(stage.server, clock)
    placeId = zone.placeAt(mine)
    crews = [await zone.addCrew(), await zone.addCrew()]
    for (const { point } of crews) await zone.say(point, [{ at: clock.now, ...mine, speedKmh: 0 }])
    await zone.db
      .updateTable('freight_driver')
      .set({ account_id: driverAccount })
      .where('id', '=', crews[1]!.driverId)
      .execute()
    load = await zone.addLoad({ quantity: 3_000_000, loadUntil: clock.now + 24 * hourMs })
    await zone.db.updateTable('freight_load').set({ distance_m: 120_000 }).where('id', '=', load).execute()
    person = await stage.enter('docker', desk)
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
      if (folder) await page.screenshot({ path: `${folder}/dock-${lang}-${name}-${width}.png`, fullPage: true })
    }
    await page.setViewportSize(desk)
    expect(await seriousFaults(page), name).toEqual([])
  }
  const openForm = async (page: Page, end: 'load' | 'unload') => {
    await page.getByRole('button', { name: t.dock[`set_${end}`] }).click()
    return page.getByRole('dialog', { name: t.dock[`set_${end}`] })
  }

  it('an empty list says what to do; the page of a place leads to its docks, which are set within their bounds', async () => {
    const { page } = person
    await page.goto('/freight-docks')
    await page.getByText(t.dock.none).waitFor()
    await sound(page, 'empty')
    await page.goto(`/freight-places/${placeId}`)
    await page.getByRole('main').getByRole('link', { name: t.dock.title }).click()
    await page.getByText(t.dock.none_load).waitFor()
    await sound(page, 'unset')

    const form = await openForm(page, 'load')
    await form.getByLabel(t.dock_field.docks).fill('201')
    await form.getByLabel(t.dock_field.serviceS).fill('480')
    await form.getByLabel(t.dock_field.sharePct).fill('100')
    await form.getByLabel(t.dock_field.closes).fill('25:00')
    await form.getByLabel(t.field.why).fill('test')
    await form.getByRole('button', { name: t.verb.save }).click()
    await form.getByText(t.dock.time_rule).waitFor()
    await sound(page, 'refused')
    await form.getByLabel(t.dock_field.docks).fill('1')
    await form.getByLabel(t.dock_field.closes).fill('24:00')
    await form.getByRole('button', { name: t.verb.save }).click()
    await form.waitFor({ state: 'hidden' })
    await page.getByText(t.dock.said.replace('{{docks}}', '1').replace('{{minutes}}', '8')).waitFor()
  })

  it('what somebody else saved while a form was open is not overwritten', async () => {
    const { page } = person
    await page.getByRole('button', { name: t.dock.change_load, exact: true }).first().click()
    const form = page.getByRole('dialog', { name: t.dock.set_load })
    await form.getByLabel(t.dock_field.docks).fill('7')
    await form.getByLabel(t.field.why).fill('test')
    const set = await stage.server.machine.put(`/api/v1/freight-docks/${placeId}/load`, {
      commandId: crypto.randomUUID(),
      rev: 1,
      docks: 1,
      serviceS: 540,
      sharePct: 100,
      opens: '00:00',
      closes: '24:00',
      isOn: true,
      why: '测试',
    })
    expect(set.status).toBe(200)
    // The board behind the form shows it.
    await page.getByText(t.dock.said.replace('{{docks}}', '1').replace('{{minutes}}', '9')).waitFor()
    await form.getByRole('button', { name: t.verb.save }).click()
    await form.getByRole('alert').waitFor()
    const { body } = await stage.server.machine.get(`/api/v1/freight-docks/${placeId}`)
    expect(body.ends[0]).toMatchObject({ docks: 1, serviceS: 540, rev: 2 })
    await form.getByRole('button', { name: textOf(lang, 'ui:cancel') }).click()
    await form.waitFor({ state: 'hidden' })
  })

  it('two trucks are assigned: both have slots on the board, one waits, the other one’s slot is changed', async () => {
    const { page } = person
    const set = await stage.server.machine.put(`/api/v1/freight-docks/${zone.placeAt(plant)}/unload`, {
      commandId: crypto.randomUUID(),
      rev: 0,
      docks: 2,
      serviceS: 600,
      sharePct: 100,
      opens: '00:00',
      closes: '24:00',
      isOn: true,
      why: '测试',
    })
    expect(set.status).toBe(200)
    waybills = []
    for (const crew of crews) waybills.push(await zone.offer(load, crew))
    await zone.drive(waybills[0]!, 'arrive_load', 0)
    await page.goto(`/freight-docks/${placeId}`)
    const queue = page.getByRole('region', { name: `${t.dock.load} ${t.dock.queue}` })
    await queue.getByText(crews[0]!.plate).waitFor()
    const next = page.getByRole('region', { name: `${t.dock.load} ${t.dock.next}` })
    await next.getByRole('row').filter({ hasText: crews[1]!.plate }).waitFor()
    await sound(page, 'board')

    await next.getByRole('button', { name: t.dock.move }).click()
    const form = page.getByRole('dialog', { name: t.dock.move_title })
    await form.getByLabel(t.field.why).fill('让急货（测试）')
    // A truck may be due on another day than the board shows.
    const slots = form.getByLabel(t.dock.slot, { exact: true })
    const tomorrow = localDateOf(epochMs(clock.now + 24 * hourMs))
    await slots.fill(`${tomorrow.slice(5)} 23:50`)
    await page.getByRole('option').first().waitFor({ state: 'attached' })
    await slots.press('Enter')
    await sound(page, 'move')
    await form.getByRole('button', { name: t.verb.save }).click()
    await form.waitFor({ state: 'hidden' })
    await next.getByText(t.dock.moved.replace('{{n}}', '1')).waitFor()
    const [slot] = (await stage.server.machine.get(`/api/v1/freight-waybills/${waybills[1]}`)).body.slots
    expect(slot.startsAt).toBe(instantOf(tomorrow, '23:50'))

    await page.goto('/freight-docks')
    await page.getByRole('row').filter({ hasText: '合成煤矿' }).waitFor()
    await sound(page, 'list')
    await page.goto(`/freight-waybills/${waybills[1]}`)
    await page.getByText(t.dock.slot_load, { exact: true }).waitFor()
    await sound(page, 'waybill')
    await page.goto(`/freight-loads/${load}`)
    await page.getByText(t.pace.trucks.split('{{n}}')[1]!).waitFor()
    await sound(page, 'load')
    await page.goto('/freight-dock-settings')
    await page.getByRole('button', { name: t.verb.change }).click()
    const numbers = page.getByRole('dialog', { name: t.dock_settings.title })
    await numbers.getByLabel(t.dock_number.emptyKmh).fill('50')
    await numbers.getByLabel(t.field.why).fill('test')
    await sound(page, 'settings')
    await numbers.getByRole('button', { name: t.verb.save }).click()
    await numbers.waitFor({ state: 'hidden' })
    await page.getByRole('row').filter({ hasText: t.dock_number.emptyKmh }).getByText(/^50 /).waitFor()
    expect(person.errors).toEqual([])
  })

  it('the driver sees the slot on the phone, and the place in the queue once there; without a network too', async () => {
    const words = phones[lang]
    const browser = await chromium.launch({ executablePath: process.env.CHROMIUM_PATH ?? '', args: browserArgs })
    const context = await browser.newContext({
      viewport: phone,
      locale: lang,
      baseURL: stage.server.url.replace('localhost', '127.0.0.1'),
      reducedMotion: 'reduce',
      timezoneId: 'Asia/Shanghai',
    })
    const page = await context.newPage()
    await page.goto('/phone/')
    await page.getByLabel(words['signin.username']).fill('lorry')
    await page.getByLabel(words['signin.password']).fill(password)
    await page.getByRole('button', { name: words['signin.verb'] }).click()
    await page.getByRole('heading', { name: words['tab.trips'] }).waitFor()
    await page.goto(`/phone/#/trips/${waybills[1]}`)
    await page.getByRole('heading', { name: words['slot.load'], exact: true }).waitFor()
    await page.getByRole('heading', { name: words['slot.unload'], exact: true }).waitFor()
    if (folder) await page.screenshot({ path: `${folder}/dock-${lang}-phone.png`, fullPage: true })
    await fits(page)

    const bucketMs = 600_000
    await stage.post(`/freight-docks/${placeId}/move`, {
      waybillId: waybills[1]!,
      end: 'load',
      startsAt: Math.floor(clock.now / bucketMs) * bucketMs + 12 * bucketMs,
      why: '测试',
    })
    await zone.drive(waybills[1]!, 'arrive_load', 0)
    await page.reload()
    await page.getByText(words['slot.queue'].split(/\{n\}|\{at\}/)[1]!).waitFor()
    if (folder) await page.screenshot({ path: `${folder}/dock-${lang}-phone-queue.png`, fullPage: true })
    await page.evaluate('navigator.serviceWorker.ready.then(() => true)')
    await context.setOffline(true)
    await page.goto('/phone/#/trips')
    await page.reload()
    await page.goto(`/phone/#/trips/${waybills[1]}`)
    await page.getByText(words['slot.queue'].split(/\{n\}|\{at\}/)[1]!).waitFor()
    await browser.close()
  })
})
