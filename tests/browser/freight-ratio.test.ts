import { sql } from 'kysely'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Page } from 'playwright-core'
import { deskZone, mine, plant } from '../../modules/freight/desk/testing.ts'
import en from '../../modules/freight/web/locales/en.json' with { type: 'json' }
import zhCN from '../../modules/freight/web/locales/zh-CN.json' with { type: 'json' }
import { desk, openStage, fits, password, phone, seriousFaults, type Person, type Stage, walkedIn } from './stage.ts'

const bundles = { 'zh-CN': zhCN, en } as const
const folder = process.env.RATIO_PICTURES

describe.each(walkedIn(folder))('the loaded ratio, in the browser, %s', (lang) => {
  const t = bundles[lang]
  let stage: Stage
  let person: Person
  let plates: { far: string; near: string }
  let yesterday: string

  beforeAll(async () => {
    stage = await openStage(lang)
    await stage.post('/accounts', {
      username: 'evening',
      name: '晚班（测试）',
      password,
      lang,
      roles: [{ role: 'freight_dispatcher', partyId: null }],
    })
    person = await stage.enter('evening', desk)
  })
  afterAll(() => stage?.close())

  /** Yesterday a truck came from far though one stood near; today one carries there and back. */
  async function fill() {
    const clock = { now: Number(stage.server.deps.clock()) }
    const zone = await deskZone(stage.server, clock)
    yesterday = new Date(clock.now + (8 - 24) * 3_600_000).toISOString().slice(0, 10)
    const crewAt = async (share: number, time: number) => {
      const crew = await zone.addCrew()
      await sql`update freight_terminal set starts_at = starts_at - interval '2 days' where vehicle_id = ${crew.vehicleId}`.execute(
        zone.db,
      )
      const spot = { lonDeg: mine.lonDeg + (plant.lonDeg - mine.lonDeg) * share, latDeg: 44 }
      await zone.say(crew.point, [{ at: time, ...spot, speedKmh: 0 }])
      return crew
    }
    const carried = async (crew: Awaited<ReturnType<typeof crewAt>>, from: typeof mine | typeof plant) => {
      const [to, fromId] = [from === mine ? plant : mine, zone.placeAt(from)]
      const id = await zone.offer(await zone.addLoad({ quantity: 32_000, fromId, toId: zone.placeAt(to) }), crew)
      const position = (at: typeof mine | typeof plant) => ({ position: { ...at, accuracyM: 10 } })
      const slip = { slip: { number: id.slice(-8), grossKg: 47_000, tareKg: 15_000, source: 'device' } }
      for (const [name, fields] of [
        ['accept', {}],
        ['arrive_load', position(from)],
        ['load', slip],
        ['depart', {}],
        ['arrive_unload', position(to)],
        ['unload', slip],
      ] as const)
        await zone.move(stage.server.machine, id, name, fields)
      return id
    }
    const dayMs = 86_400_000
    const far = await crewAt(1, clock.now - dayMs - 60_000)
    const near = await crewAt(0.1, clock.now - dayMs - 60_000)
    const before = await carried(far, mine)
    await sql`update freight_waybill set created_at = created_at - interval '1 day', accepted_at = accepted_at - interval '1 day',
      unloaded_at = unloaded_at - interval '1 day' where id = ${before}::uuid`.execute(zone.db)
    const both = await crewAt(0.05, clock.now - 60_000)
    await carried(both, mine)
    await carried(both, plant)
    return { far: far.plate, near: near.plate }
  }

  /** Looked at on both widths; nothing serious, nothing beyond the window. */
  const sound = async (page: Page, name: string) => {
    for (const [width, view] of [
      ['1440', desk],
      ['390', phone],
    ] as const) {
      await page.setViewportSize(view)
      await fits(page, `${name} at ${width}`)
      if (folder) await page.screenshot({ path: `${folder}/ratio-${lang}-${name}-${width}.png`, fullPage: true })
    }
    await page.setViewportSize(desk)
    expect(await seriousFaults(page), name).toEqual([])
  }

  it('an empty list says what comes', async () => {
    const { page } = person
    await page.goto('/freight-dispatch-days')
    await page.getByText(t.dispatch_day.none).waitFor()
    await sound(page, 'empty')
  })

  it('a day is reckoned, says which choice cost most, and refuses one that is not over', async () => {
    plates = await fill()
    const { page } = person
    await page.goto('/freight-dispatch-days?do=day')
    const form = page.getByRole('dialog', { name: t.dispatch_day.make })
    const reckon = async (day: string) => {
      await form.getByLabel(t.dispatch_day.day).fill(day)
      await form.getByLabel(t.dispatch_day.day).press('Enter')
      await form.getByRole('button', { name: t.dispatch_day.make_now }).click()
    }
    await reckon('2999-01-01')
    await form.getByText(lang === 'en' ? /a day that is over/ : /已经过完的一天/).waitFor()
    await sound(page, 'refused')
    await reckon(yesterday)
    await page.waitForURL(new RegExp(`freight-dispatch-days/${yesterday}$`))
    const choice = page.getByRole('row').filter({ hasText: plates.far })
    await choice.getByText(plates.near).waitFor()
    await choice.getByText(lang === 'en' ? /no other job that day/ : /当日再无任务/).waitFor()
    await sound(page, 'day')
    await page.goto('/freight-dispatch-days')
    await page.getByText(yesterday).first().waitFor()
    await sound(page, 'list')
    await page.goto('/freight-dispatch-days/2020-01-01')
    await page.getByRole('heading', { name: stage.t('ui:not_found.title') }).waitFor()
    await sound(page, 'missing')
  })

  it('the wall says how near to the bound today is, and what changed it', async () => {
    const { page } = await stage.enter('evening', { width: 1920, height: 1080 })
    await page.goto('/screen/freight')
    await page
      .getByText(lang === 'en' ? /percentage points/ : /个百分点/)
      .first()
      .waitFor()
    if (folder) await page.screenshot({ path: `${folder}/ratio-${lang}-wall-1920.png` })
    await sound(page, 'wall')
  })
})
