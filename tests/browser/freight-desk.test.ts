import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Page } from 'playwright-core'
import { instantOf, localDateOf } from '@tingzhou/calendar'
import { at } from '@tingzhou/db'
import { epochMs } from '@tingzhou/kernel'
import { deskZone, mine, plant } from '../../modules/freight/desk/testing.ts'
import en from '../../modules/freight/web/locales/en.json' with { type: 'json' }
import zhCN from '../../modules/freight/web/locales/zh-CN.json' with { type: 'json' }
import { desk, openStage, fits, password, phone, seriousFaults, type Person, type Stage, walkedIn } from './stage.ts'

const bundles = { 'zh-CN': zhCN, en } as const
const folder = process.env.DESK_PICTURES
const minuteMs = 60_000

describe.each(walkedIn(folder))('the dispatcher’s desk and the wall, %s', (lang) => {
  const t = bundles[lang]
  let stage: Stage
  let person: Person
  let plates: { late: string; near: string; driver: string }

  beforeAll(async () => {
    stage = await openStage(lang)
    await stage.post('/accounts', {
      username: 'evening',
      name: '晚班（测试）',
      password,
      lang,
      roles: [{ role: 'freight_dispatcher', partyId: null }],
    })
    plates = await fill()
    person = await stage.enter('evening', desk)
  })
  afterAll(() => stage?.close())

  /** A truck on its way, one that is late, one without a terminal, an accident, a refusal, a truck that is free, and what was carried. */
  async function fill() {
    // The demonstration has a clock of its own.
    const clock = { now: Number(stage.server.deps.clock()) }
    const zone = await deskZone(stage.server, clock)
    const load = await zone.addLoad({ quantity: 400_000 })
    const begin = async (wish = {}) => {
      const crew = await zone.addCrew(wish)
      return { crew, id: await zone.offer(load, crew) }
    }
    const [running, late, step, hurt, refused, done] = [
      await begin(),
      await begin(),
      await begin({ terminal: false }),
      await begin(),
      await begin(),
      await begin(),
    ]
    for (const { id } of [running, late, hurt]) await zone.drive(id, 'depart', 0)
    await zone.drive(step.id, 'arrive_load', 0)
    await zone.drive(done.id, 'unload', 0)
    await zone.move(stage.server.machine, hurt.id, 'accident', { words: '追尾', photoIds: [] })
    await zone.move(stage.server.machine, refused.id, 'refuse', { reason: '车坏了' })
    // The steps were made just now; the trucks left some hours ago.
    const left = (minutes: number) => at(epochMs(clock.now - minutes * minuteMs))
    for (const [{ id }, minutes] of [
      [running, 30],
      [hurt, 20],
      [late, 300],
    ] as const)
      await zone.db
        .updateTable('freight_waybill')
        .set({ created_at: left(minutes + 60), accepted_at: left(minutes + 59), departed_at: left(minutes) })
        .where('id', '=', id)
        .execute()
    // Their terminals came into the trucks the day before yesterday.
    await zone.db
      .updateTable('freight_terminal')
      .set({ starts_at: left(2 * 24 * 60) })
      .execute()
    const along = (share: number) => ({ lonDeg: mine.lonDeg + (plant.lonDeg - mine.lonDeg) * share, latDeg: 44 })
    const way = (last: number, until: number) =>
      Array.from({ length: 20 }, (_, i) => {
        const share = (last * i) / 19
        return {
          at: clock.now - until - (19 - i) * minuteMs,
          ...along(share),
          latDeg: 44 + share * 0.08,
          speedKmh: 40,
          odometerKm: 1_000 + 32 * share,
        }
      })
    await zone.say(running.crew.point, [
      {
        at: Number(instantOf(localDateOf(epochMs(clock.now)), '00:00')) - minuteMs,
        ...mine,
        speedKmh: 0,
        odometerKm: 992,
      },
      { at: clock.now - 30 * minuteMs, ...mine, speedKmh: 0, odometerKm: 1_000 },
    ])
    await zone.say(running.crew.point, way(0.6, 0))
    await zone.say(late.crew.point, way(0.3, minuteMs))
    await zone.say(hurt.crew.point, way(0.8, minuteMs))
    const free = await zone.addCrew()
    await zone.say(free.point, [{ at: clock.now, ...along(-0.1), speedKmh: 0 }])
    return { late: late.crew.plate, near: free.plate, driver: free.driver }
  }

  /** Looked at on both widths; nothing serious, nothing beyond the window. */
  const sound = async (page: Page, name: string) => {
    if (folder) await page.screenshot({ path: `${folder}/desk-${lang}-${name}.png` })
    await fits(page, name)
    expect(await seriousFaults(page), name).toEqual([])
  }

  /** The map is there, and what is on it. */
  const mapOf = (page: Page) =>
    page.getByRole('region', { name: t.desk.map }).and(page.locator('[aria-busy=false]')).locator('canvas').waitFor()

  it('says what to do, shows it on the map, and sends a near truck', async () => {
    const { page, errors } = person
    await page.goto('/freight-desk')
    const rows = page.getByRole('list', { name: t.desk_list.troubles })
    await rows.getByText(t.trouble.accident).waitFor()
    await mapOf(page)
    await page.keyboard.press('j')
    await page.keyboard.press('j')
    const chosen = page.getByRole('region', { name: t.desk.chosen })
    await chosen.getByRole('heading', { name: new RegExp(plates.late) }).waitFor()
    expect(await rows.getByRole('button', { name: new RegExp(plates.late) }).getAttribute('aria-pressed')).toBe('true')
    await chosen.getByText(t.desk_source.terminal).waitFor()
    await sound(page, 'trip-1440')
    await page.keyboard.press('n')
    await page.getByRole('list', { name: t.desk_list.running }).waitFor()

    await page.getByRole('tab', { name: new RegExp(`^${t.desk_list.offers}`) }).click()
    await page.getByText('车坏了').waitFor()
    await page.getByRole('tab', { name: new RegExp(`^${t.desk_list.loads}`) }).click()
    await page.getByRole('list', { name: t.desk_list.loads }).getByRole('button').first().click()
    const near = page.getByRole('region', { name: t.desk.near })
    await near.getByText(new RegExp(plates.near)).waitFor()
    await sound(page, 'load-1440')
    const item = near.getByRole('listitem').filter({ hasText: plates.near })
    await item.getByRole('button', { name: t.load_verb.assign }).click()
    const form = page.getByRole('dialog', { name: t.load_verb.assign })
    await form.getByText(plates.near).waitFor()
    await sound(page, 'assign-1440')
    await form.getByText(plates.driver).waitFor()
    await form.getByRole('button', { name: t.load_verb.assign }).click()
    await form.waitFor({ state: 'hidden' })
    await near.getByText(plates.near).waitFor({ state: 'hidden' })
    expect(errors).toEqual([])
  })

  it('is a list first on a phone, and a map', async () => {
    const { page, errors } = await stage.enter('evening', phone)
    await page.goto('/freight-desk')
    await page.getByRole('list', { name: t.desk_list.troubles }).getByText(t.trouble.accident).waitFor()
    await sound(page, 'lists-390')
    await page.getByText(t.desk.map, { exact: true }).click()
    await mapOf(page)
    await sound(page, 'map-390')
    expect(errors).toEqual([])
  })

  it('the wall fits its screen and names nobody', async () => {
    const { page, errors } = await stage.enter('evening', { width: 1920, height: 1080 })
    await page.goto('/screen/freight')
    await page.getByText(t.wall.lanes).waitFor()
    await page.getByText(/31\.9/).first().waitFor()
    expect(await page.getByText(plates.late).count()).toBe(0)
    await sound(page, 'wall-1920')
    await page.setViewportSize(desk)
    await sound(page, 'wall-1440')
    expect(errors).toEqual([])
  })
})
