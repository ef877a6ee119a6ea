import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import text from '../../modules/freight/web/locales/zh-CN.json' with { type: 'json' }
import { enterCrew, enterPlaces, mine, moveWaybill, publishLoad } from './freight-stage.ts'
import { desk, openStage, fits, password, phone, photo, seriousFaults, type Person, type Stage } from './stage.ts'

const lang = 'zh-CN'
const folder = process.env.BRIDGE_PICTURES

describe('the page of a weighbridge, in the browser', () => {
  let stage: Stage
  let clerk: Person
  let bridge: string
  let plates: readonly string[]
  let software: Awaited<ReturnType<Stage['server']['actor']>>

  beforeAll(async () => {
    stage = await openStage(lang)
    const roles = [{ role: 'weighbridge_clerk', partyId: stage.zone.firm.id }] as const
    await stage.post('/accounts', { username: 'weighing', name: '地磅员（测试）', password, lang, roles })
    software = await stage.server.actor(roles)
    clerk = await stage.enter('weighing', desk)
    const places = await enterPlaces(stage)
    const wish = { placeId: places.fromId, name: '一号地磅', divisionKg: 20, maxKg: 100_000, synthetic: true }
    bridge = (await stage.post('/freight-bridges', wish)).id
    const load = await publishLoad(stage, places, { mode: 'assign' })
    plates = [await arrived(load, '甲司机'), await arrived(load, '乙司机')]
  })
  afterAll(() => stage?.close())

  /** A truck that waits at the mine. @returns its plate */
  async function arrived(load: string, driver: string): Promise<string> {
    const { carrierId, driverId, vehicleId } = await enterCrew(stage, driver)
    const { id } = await stage.post(`/freight-loads/${load}/assign`, { carrierId, driverId, vehicleId, plan: null })
    await moveWaybill(stage, id, 'accept')
    const position = { lonDeg: mine.lonDeg, latDeg: mine.latDeg, accuracyM: 10 }
    await moveWaybill(stage, id, 'arrive_load', { position })
    return (await stage.server.machine.get(`/api/v1/freight-waybills/${id}`)).body.plate
  }
  const weigh = (plate: string, grossKg: number, number: string) =>
    software.post(`/api/v1/freight-bridges/${bridge}/weighings`, {
      weighings: [{ number, plate, grossKg, tareKg: 15_000, weighedAt: stage.server.deps.clock() }],
    })
  const picture = async (page: Person['page'], name: string) => {
    if (folder) await page.screenshot({ path: `${folder}/bridge-${name}.png`, fullPage: true })
  }

  it('shows what the weighbridge weighs as it comes, and why a waybill does not take it', async () => {
    const { page } = clerk
    const [plate = ''] = plates
    await page.goto('/')
    await page.getByRole('link', { name: text.nav.bridges }).click()
    const here = page.getByRole('list', { name: text.bridge.here })
    await here.getByRole('listitem', { name: plate }).waitFor()
    expect(await seriousFaults(page)).toEqual([])
    await picture(page, 'desk')

    await weigh(plate, 49_520, 'D1')
    await page.getByText(/49,520 kg/).waitFor()
    await weigh(plate, 47_000, 'D2')

    await page.getByText(text.weighing_state.matched).waitFor()
    await here.getByRole('listitem', { name: plate }).waitFor({ state: 'detached' })
    await fits(page)
    await picture(page, 'desk-weighed')
    expect(clerk.errors).toEqual([])
  })

  it('lets a clerk weigh by hand on a phone, with the net weight and what is wrong at once', async () => {
    const { page } = clerk
    const [, plate = ''] = plates
    await page.setViewportSize(phone)
    await page.goto(`/freight-bridge/${bridge}`)
    const truck = page.getByRole('listitem', { name: plate })
    await truck.getByRole('button', { name: text.bridge.weigh }).click()
    const form = page.getByRole('dialog', { name: text.bridge.enter_weighing })
    await form.getByLabel(text.slip.gross).fill('49500')
    await form.getByLabel(text.slip.tare).fill('15000')
    await form.getByText(text.bridge_fault.legal.replace('{{limit}}', '49,000')).waitFor()
    await form.getByLabel(text.slip.gross).fill('46980')
    await form.getByText('31,980 kg').waitFor()
    await form.getByLabel(text.slip.number).fill('H-1')
    await form
      .locator('input[type=file]')
      .first()
      .setInputFiles({ name: 's.jpg', mimeType: 'image/jpeg', buffer: photo })
    await form.getByRole('img').first().waitFor()
    expect(await seriousFaults(page)).toEqual([])
    await picture(page, 'phone-form')

    await form.getByRole('button', { name: text.bridge.enter_weighing }).click()

    await form.waitFor({ state: 'hidden' })
    await page.getByText(text.bridge.nobody_here, { exact: true }).waitFor()
    await fits(page)
    await picture(page, 'phone')
  })

  it('lets a clerk set aside what belongs to no waybill, with a reason', async () => {
    const { page } = clerk
    await page.setViewportSize(desk)
    await weigh('新A·00000', 47_000, 'D3')
    await page.goto(`/freight-bridge/${bridge}?records=todo`)
    const row = page.getByRole('row', { name: /D3/ })
    await row.getByRole('button', { name: text.bridge.set_aside }).click()
    const form = page.getByRole('dialog', { name: text.bridge.set_aside })
    await form.getByLabel(text.field.why).fill('自有车辆')
    await form.getByRole('button', { name: text.bridge.set_aside }).click()
    await row.waitFor({ state: 'detached' })
    await page.goto('/freight-bridges')
    await page.getByRole('heading', { name: text.bridge.title }).waitFor()
    await picture(page, 'list')
    await page.getByRole('cell', { name: /一号地磅/ }).click()
    await page.getByRole('heading', { name: /一号地磅/ }).waitFor()
    await picture(page, 'from-list')
  })
})
