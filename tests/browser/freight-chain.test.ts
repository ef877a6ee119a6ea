import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Page } from 'playwright-core'
import phoneEn from '../../apps/phone/locales/en.json' with { type: 'json' }
import phoneZh from '../../apps/phone/locales/zh-CN.json' with { type: 'json' }
import { chainZone, driverPassword } from '../../modules/freight/chain/testing.ts'
import { mine } from '../../modules/freight/desk/testing.ts'
import uiEn from '../../core/ui/locales/en.json' with { type: 'json' }
import uiZh from '../../core/ui/locales/zh-CN.json' with { type: 'json' }
import en from '../../modules/freight/web/locales/en.json' with { type: 'json' }
import zhCN from '../../modules/freight/web/locales/zh-CN.json' with { type: 'json' }
import { desk, openStage, fits, password, phone, seriousFaults, type Person, type Stage, walkedIn } from './stage.ts'

const bundles = { 'zh-CN': zhCN, en } as const
const kit = { 'zh-CN': uiZh, en: uiEn } as const
const phones = { 'zh-CN': phoneZh, en: phoneEn } as const
const folder = process.env.CHAIN_PICTURES

describe.each(walkedIn(folder))('return loads and plans of tours, in the browser, %s', (lang) => {
  const t = bundles[lang]
  const p = phones[lang]
  let stage: Stage
  let person: Person
  let zone: Awaited<ReturnType<typeof chainZone>>

  beforeAll(async () => {
    stage = await openStage(lang)
    await stage.post('/accounts', {
      username: 'planner',
      name: '串联调度（测试）',
      password,
      lang,
      roles: [{ role: 'freight_dispatcher', partyId: null }],
    })
    zone = await chainZone(stage.server, { now: Number(stage.server.deps.clock()) })
    person = await stage.enter('planner', desk)
  })
  afterAll(() => stage?.close())

  const look = async (page: Page, name: string) => {
    if (folder) await page.screenshot({ path: `${folder}/chain-${lang}-${name}.png`, fullPage: true })
  }
  /** Looked at on both widths; nothing serious, nothing beyond the window. */
  const sound = async (page: Page, name: string) => {
    for (const [width, view] of [
      ['1440', desk],
      ['390', phone],
    ] as const) {
      await page.setViewportSize(view)
      await fits(page, `${name} at ${width}`)
      await look(page, `${name}-${width}`)
    }
    await page.setViewportSize(desk)
    expect(await seriousFaults(page), name).toEqual([])
  }

  it('an empty list says what to do; a plan takes coal out and ash back, and its first load is committed', async () => {
    const { page } = person
    await page.goto('/freight-chain-plans')
    await page.getByText(t.chain.none).waitFor()
    await sound(page, 'empty')
    const crew = await zone.addDriver()
    await zone.say(crew.point, [{ at: Number(stage.server.deps.clock()), ...mine, speedKmh: 0 }])
    await zone.loadAt('mine')
    await zone.loadAt('plant')

    await page.getByRole('button', { name: t.chain.make, exact: true }).first().click()

    await page.waitForURL(/freight-chain-plans\/[0-9a-f-]+$/)
    await page.getByRole('heading', { name: t.chain.of.replace('{{served}}', '2').replace('{{used}}', '1') }).waitFor()
    await page.getByRole('img', { name: t.chain.timeline_said.replace('{{n}}', '1') }).waitFor()
    const row = page.getByRole('row').filter({ hasText: crew.plate })
    await row.getByText(t.tour_state.proposed, { exact: true }).waitFor()
    await page.getByText(t.chain.unserved_none).waitFor()
    await sound(page, 'plan')
    await page.getByRole('button', { name: t.chain.commit_due.replace('{{n}}', '1') }).click()
    const asked = page.getByRole('dialog').filter({ hasText: t.chain.commit_of.replace('{{n}}', '1') })
    await asked.getByRole('button', { name: t.chain.commit, exact: true }).click()
    await row.getByText(t.tour_state.sent, { exact: true }).first().waitFor()
    await row.getByRole('link', { name: /^YD/ }).waitFor()
    await sound(page, 'committed')
    await page.goto('/freight-chain-plans')
    await page.getByRole('row').nth(1).waitFor()
    await sound(page, 'list')
  })

  it('a driver books a return load with two taps and sees it on the trip; dispatchers see it too', async () => {
    const crew = await zone.addDriver()
    const trip = await zone.trip(crew)
    await zone.loadAt('plant', { mode: 'grab', carrierMilliFen: 9_000_000 })
    const { page, errors } = await stage.enter(null, phone)
    await page.goto('/phone/')
    await page.getByLabel(p['signin.username']).fill(crew.username)
    await page.getByLabel(p['signin.password']).fill(driverPassword)
    await page.getByRole('button', { name: p['signin.verb'] }).click()
    await page.getByRole('heading', { name: p['tab.trips'] }).waitFor()
    await page.goto(`/phone/#/trips/${trip}`)
    const list = page.getByRole('region', { name: p['returns.title'] })
    await list.getByText(p['returns.online']).waitFor()
    await look(page, 'phone-returns')
    expect(await seriousFaults(page)).toEqual([])

    await list.getByRole('button', { name: /¥90\.00/ }).click()
    await look(page, 'phone-open')
    await list.getByRole('button', { name: p['returns.book'] }).click()

    await list.getByRole('heading', { name: p['returns.next'] }).waitFor()
    await fits(page)
    expect(await seriousFaults(page)).toEqual([])
    await look(page, 'phone-booked')
    expect(errors).toEqual([])

    const console = person.page
    await console.goto(`/freight-waybills/${trip}`)
    await console.getByRole('tab', { name: t.next.returns }).click()
    await console.getByRole('region', { name: t.next.one }).getByText(t.next_state.booked, { exact: true }).waitFor()
    await sound(console, 'booked')
  })

  it('a wish of a driver is confirmed, and a next load is given back', async () => {
    const { page } = person
    const crew = await zone.addDriver()
    const trip = await zone.trip(crew)
    const load = await zone.loadAt('plant')
    await page.goto(`/freight-waybills/${trip}`)
    await page.getByRole('tab', { name: t.next.returns }).click()
    await page.getByRole('button', { name: t.next.book, exact: true }).first().waitFor()
    await sound(page, 'returns')
    await zone.choose(trip, load, crew.account)

    await page.goto('/freight-next-loads?state=wished')
    const row = page.getByRole('row').filter({ hasText: crew.plate })
    await sound(page, 'wishes')
    await row.getByRole('button', { name: t.next.confirm }).click()
    await page.goto('/freight-next-loads')
    await row.getByText(t.next_state.booked, { exact: true }).waitFor()
    await row.getByRole('button', { name: t.next.end }).click()
    const form = page.getByRole('dialog', { name: t.next.end })
    await form.getByLabel(t.field.why).fill('test')
    await form.getByRole('button', { name: t.next.end }).click()
    await row.getByText(t.next_state.ended, { exact: true }).waitFor()
    await sound(page, 'nexts')
  })

  it('what it reckons with is changed within its bounds', async () => {
    const { page } = person
    await page.goto('/freight-chain-settings')
    await page.getByText(t.chain_settings.choose_off).waitFor()
    await sound(page, 'settings')
    await page.getByRole('button', { name: t.verb.change }).click()
    const form = page.getByRole('dialog', { name: t.chain_settings.title })
    await form.getByLabel(t.chain_number.commitHours).fill('25')
    await form.getByLabel(t.field.why).fill('test')
    await form.getByRole('button', { name: t.verb.save }).click()
    await form
      .getByText(kit[lang].field.most.replace('{{n}}', '24').replace('{{unit}}', kit[lang].unit.hours))
      .waitFor()
    await form.getByLabel(t.chain_number.commitHours).fill('3')
    await form.getByRole('button', { name: t.verb.save }).click()
    await form.waitFor({ state: 'hidden' })
    await page.getByRole('row').filter({ hasText: t.chain_number.commitHours }).getByText(/^3/).waitFor()
    expect(person.errors).toEqual([])
  })
})
