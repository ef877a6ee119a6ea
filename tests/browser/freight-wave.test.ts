import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Page } from 'playwright-core'
import { deskZone, mine, plant } from '../../modules/freight/desk/testing.ts'
import uiEn from '../../core/ui/locales/en.json' with { type: 'json' }
import uiZh from '../../core/ui/locales/zh-CN.json' with { type: 'json' }
import en from '../../modules/freight/web/locales/en.json' with { type: 'json' }
import zhCN from '../../modules/freight/web/locales/zh-CN.json' with { type: 'json' }
import { desk, openStage, fits, password, phone, seriousFaults, type Person, type Stage } from './stage.ts'

const bundles = { 'zh-CN': zhCN, en } as const
const kit = { 'zh-CN': uiZh, en: uiEn } as const
const folder = process.env.WAVE_PICTURES
const hourMs = 3_600_000

// Looked at in both languages; walked in the one whose words are longer.
describe.each(['en'] as const)('a wave of matching, in the browser, %s', (lang) => {
  const t = bundles[lang]
  let stage: Stage
  let person: Person
  let plates: { behind: string; between: string }
  let url: string

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

  /** Two truckloads of coal and one of ash with two trucks: whoever takes the nearest first drives further, and one load stays. */
  async function fill() {
    const clock = { now: Number(stage.server.deps.clock()) }
    const zone = await deskZone(stage.server, clock)
    // Only the crews below drive.
    await zone.db
      .updateTable('freight_driving')
      .set({ valid_to: '2020-01-02' })
      .where('vehicle_id', 'is', null)
      .execute()
    const loadAt = (from: typeof mine | typeof plant, hours: number, quantity: number) =>
      zone.addLoad({
        quantity,
        loadUntil: clock.now + hours * hourMs,
        fromId: zone.placeAt(from),
        toId: zone.placeAt(from === mine ? plant : mine),
      })
    await loadAt(mine, 4, 32_000)
    await loadAt(plant, 5, 64_000)
    const crewAt = async (share: number) => {
      const crew = await zone.addCrew()
      const spot = { lonDeg: mine.lonDeg + (plant.lonDeg - mine.lonDeg) * share, latDeg: 44 }
      await zone.say(crew.point, [{ at: clock.now, ...spot, speedKmh: 0 }])
      return crew
    }
    const [between, behind] = [await crewAt(0.4), await crewAt(-0.5)]
    return { between: between.plate, behind: behind.plate }
  }

  /** Looked at on both widths; nothing serious, nothing beyond the window. */
  const sound = async (page: Page, name: string) => {
    for (const [width, view] of [
      ['1440', desk],
      ['390', phone],
    ] as const) {
      await page.setViewportSize(view)
      await fits(page, `${name} at ${width}`)
      if (folder) await page.screenshot({ path: `${folder}/wave-${lang}-${name}-${width}.png`, fullPage: true })
    }
    await page.setViewportSize(desk)
    expect(await seriousFaults(page), name).toEqual([])
  }

  /** The pair of a truck: other rows name its plate in their reasons. */
  const pairOf = (page: Page, plate: string) =>
    page.getByRole('row').filter({ has: page.locator('b', { hasText: plate }) })

  it('an empty list says what to do; one button matches loads and trucks and says why', async () => {
    const { page } = person
    await page.goto('/freight-waves')
    await page.getByText(t.wave.none).waitFor()
    await sound(page, 'empty')
    await page.getByRole('button', { name: t.wave.make, exact: true }).first().click()
    await page.waitForURL(/freight-waves\/[0-9a-f-]+$/)
    url = new URL(page.url()).pathname
    await page.getByRole('heading', { name: t.wave.of.replace('{{matched}}', '2').replace('{{trips}}', '3') }).waitFor()
    await page.getByText(t.wave.is_optimal).waitFor()
    await pairOf(page, plates.behind)
      .getByText(lang === 'en' ? /is nearer/ : /更近/)
      .waitFor()
    await pairOf(page, plates.between).waitFor()
    // One truckload of the plant is left out.
    await page.getByRole('region', { name: t.wave.unserved }).getByRole('row').nth(1).waitFor()
    await sound(page, 'wave')
  })

  it('a truck that shall not go is forbidden for the load, and the next wave keeps to it', async () => {
    const { page } = person
    await page.goto(url)
    await pairOf(page, plates.behind).getByRole('button', { name: t.mark.verb }).click()
    const form = page.getByRole('dialog', { name: t.mark.verb })
    await form.getByLabel(t.field.why).fill('车况（测试）')
    await sound(page, 'mark')
    await form.getByRole('button', { name: t.verb.save }).click()
    await form.waitFor({ state: 'hidden' })
    await page.goto('/freight-wave-marks')
    await page.getByRole('row').filter({ hasText: plates.behind }).getByText(t.mark_kind.forbid).waitFor()
    await sound(page, 'marks')

    await page.goto('/freight-waves')
    await page.getByRole('button', { name: t.wave.make, exact: true }).click()
    await page.waitForURL(/freight-waves\/[0-9a-f-]+$/)
    url = new URL(page.url()).pathname
    await pairOf(page, plates.behind).waitFor()
    const { rows } = (await stage.server.machine.get(`/api/v1${url}`)).body
    const goneTo = rows.find((row: { vehicle: { plate: string } }) => row.vehicle.plate === plates.behind)
    expect(goneTo.load.from.id).not.toBe(
      rows.find((row: { vehicle: { plate: string } }) => row.vehicle.plate === plates.between).load.from.id,
    )
    await page.goto('/freight-wave-marks')
    await page.getByRole('row').filter({ hasText: plates.behind }).getByRole('button', { name: t.mark.end }).click()
    await page.getByText(t.mark.none).waitFor()
  })

  it('one is offered, then the rest; what the driver has not accepted is taken back', async () => {
    const { page } = person
    await page.goto(url)
    const row = pairOf(page, plates.between)
    await row.getByRole('checkbox').check()
    await page.getByRole('button', { name: t.wave.send_chosen.replace('{{n}}', '1') }).click()
    await row.getByText(t.pair_state.sent, { exact: true }).waitFor()
    await row.getByRole('link', { name: /^YD/ }).waitFor()
    await page.getByRole('button', { name: t.wave.send_all.replace('{{n}}', '1') }).click()
    const asked = page.getByRole('dialog').filter({ hasText: t.wave.send_means })
    await sound(page, 'send')
    await asked.getByRole('button', { name: t.wave.send, exact: true }).click()
    await pairOf(page, plates.behind).getByText(t.pair_state.sent, { exact: true }).waitFor()
    const none = page.getByRole('button', { name: t.wave.send_all.replace('{{n}}', '0') })
    await none.focus()
    await page.getByRole('tooltip').getByText(t.wave.nothing_to_send).waitFor()
    await sound(page, 'sent')

    await row.getByRole('button', { name: t.wave.withdraw }).click()
    const form = page.getByRole('dialog', { name: t.wave.withdraw })
    await form.getByLabel(t.field.why).fill('换车（测试）')
    await form.getByRole('button', { name: t.wave.withdraw }).click()
    await row.getByText(t.pair_state.withdrawn, { exact: true }).waitFor()
  })

  it('a trial with more trucks says what they would save, and offers nothing', async () => {
    const { page } = person
    await page.goto('/freight-waves?do=try')
    const form = page.getByRole('dialog', { name: t.wave.try })
    await form.getByLabel(t.wave.more_at).click()
    await page.locator('.ant-select-item-option').first().click()
    await sound(page, 'try')
    await form.getByRole('button', { name: t.wave.try_now }).click()
    await page.waitForURL(/freight-waves\/[0-9a-f-]+$/)
    await page.getByText(t.wave.trial, { exact: true }).first().waitFor()
    expect(await page.getByRole('button', { name: t.wave.withdraw }).count()).toBe(0)
    await sound(page, 'trial')
    await page.goto('/freight-waves')
    await page.getByText(t.wave.trial, { exact: true }).first().waitFor()
    await sound(page, 'list')
  })

  it('what it reckons with is changed within its bounds', async () => {
    const { page } = person
    await page.goto('/freight-wave-settings')
    await page.getByText(t.wave_settings.auto_off).waitFor()
    await sound(page, 'settings')
    await page.getByRole('button', { name: t.verb.change }).click()
    const form = page.getByRole('dialog', { name: t.wave_settings.title })
    await form.getByLabel(t.wave_number.reachM).fill('5000')
    await form.getByLabel(t.field.why).fill('test')
    await form.getByRole('button', { name: t.verb.save }).click()
    await form
      .getByText(kit[lang].field.most.replace('{{n}}', '2,000').replace('{{unit}}', kit[lang].unit.km))
      .waitFor()
    await sound(page, 'settings-refused')
    await form.getByLabel(t.wave_number.reachM).fill('80')
    await form.getByRole('button', { name: t.verb.save }).click()
    await form.waitFor({ state: 'hidden' })
    const reach = page.getByRole('row').filter({ hasText: t.wave_number.reachM })
    await reach.getByText(`80 ${kit[lang].unit.km}`, { exact: true }).waitFor()
    expect(person.errors).toEqual([])
  })
})
