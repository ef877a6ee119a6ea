import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { at } from '@tingzhou/db'
import { epochMs } from '@tingzhou/kernel'
import kit from '../../core/ui/locales/zh-CN.json' with { type: 'json' }
import text from '../../modules/freight/web/locales/zh-CN.json' with { type: 'json' }
import { riskZone } from '../../modules/freight/risk/testing.ts'
import { desk, openStage, fits, password, phone, seriousFaults, type Person, type Stage } from './stage.ts'

const lang = 'zh-CN'
const folder = process.env.RISK_PICTURES
const minuteMs = 60_000

describe('the rules of risk, in the browser', () => {
  let stage: Stage
  let auditor: Person
  let waybill: string
  let plate: string
  let other: { readonly id: string; readonly plate: string }

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
    await account('auditing', 'freight_audit')
    await account('dispatching', 'freight_dispatcher')
    auditor = await stage.enter('auditing', desk)
    waybill = await carried()
  })
  afterAll(() => stage?.close())

  /** The window is as high as what it shows, so that everything is seen. */
  const picture = async (page: Person['page'], name: string) => {
    if (!folder) return
    const before = page.viewportSize() ?? desk
    await page.setViewportSize({ width: before.width, height: before.width < 500 ? 9_000 : 3_200 })
    await page.screenshot({ path: `${folder}/risk-${lang}-${name}.png` })
    await page.setViewportSize(before)
  }

  /** A signed waybill of a truck whose terminal was silent for 45 minutes of its hour on the way. */
  async function carried(): Promise<string> {
    const began = Date.now() - 200 * minuteMs
    const zone = await riskZone(stage.server, { now: Date.now() })
    const vehicle = await zone.addVehicle()
    plate = vehicle.plate
    other = await zone.addVehicle()
    const device = await zone.addDevice(vehicle.plate)
    await zone.post(stage.server.machine, `/freight-vehicles/${vehicle.id}/terminal`, {
      deviceId: device.id,
      why: '安装',
    })
    const { id } = await zone.signed(vehicle.id)
    const then = (minute: number) => at(epochMs(began + minute * minuteMs))
    // The steps were made just now; the truck drove some hours ago.
    await zone.db
      .updateTable('freight_waybill')
      .set({
        created_at: then(-1),
        accepted_at: then(0),
        arrived_load_at: then(20),
        loaded_at: then(40),
        departed_at: then(60),
        arrived_unload_at: then(120),
        unloaded_at: then(140),
        signed_at: then(160),
      })
      .where('id', '=', id)
      .execute()
    await zone.say(device.point, began, (minute) => minute > 65 && minute < 110)
    return id
  }

  it('the audit sees on the map why a rule blocks, and lets it pass by name', async () => {
    const { page } = auditor
    await page.goto(`/freight-waybills/${waybill}`)
    await page.getByRole('tab', { name: text.waybill.audit }).click()
    await page.getByText(text.audit.preview).waitFor()
    const map = page.getByRole('region', { name: text.audit.map })
    await map.locator('canvas').waitFor()
    await page.getByText('25 %').waitFor()
    await map.getByText(text.audit_shape.gap, { exact: true }).first().waitFor()
    expect(await seriousFaults(page)).toEqual([])
    await fits(page)
    await picture(page, 'preview')
    await map.getByText(text.audit.as_table).click()
    await map.getByRole('table', { name: text.audit.as_table }).waitFor()
    expect(await seriousFaults(page)).toEqual([])

    await page.getByRole('button', { name: text.move.audit, exact: true }).click()
    const form = page.getByRole('dialog', { name: text.move.audit })
    await form.getByRole('button', { name: text.move.audit, exact: true }).click()
    await form.getByText('R4', { exact: false }).first().waitFor()
    await form.getByLabel(text.audit.override).click()
    await page.getByText(`R4 ${text.audit_rule.R4}`).last().click()
    await form.getByLabel(text.field.why).fill('终端欠费，已核对加油记录')
    await form.getByRole('button', { name: text.move.audit, exact: true }).click()
    await form.waitFor({ state: 'hidden' })
    await page.getByText('终端欠费，已核对加油记录').first().waitFor()
    await picture(page, 'audited')

    const { page: small } = await stage.enter('auditing', phone)
    await small.goto(`/freight-waybills/${waybill}`)
    await small.getByRole('tab', { name: text.waybill.audit }).click()
    await small.getByRole('region', { name: text.audit.map }).locator('canvas').waitFor()
    await fits(small)
    expect(await seriousFaults(small)).toEqual([])
    await picture(small, 'phone')
    expect(auditor.errors).toEqual([])
  })

  it('a dispatcher is told that a terminal is in another truck', async () => {
    const { page, errors } = await stage.enter('dispatching', desk)
    await page.goto(`/freight-vehicles/${other.id}`)
    await page.getByRole('tab', { name: text.terminal.title }).click()
    await page.getByText(text.terminal.none).waitFor()
    await page.getByRole('button', { name: text.terminal.set }).click()
    const form = page.getByRole('dialog', { name: text.terminal.set })
    await form.getByLabel(text.terminal.device).fill(plate)
    await page.getByText(new RegExp(`${plate} · \\d+`)).click()
    await form.getByLabel(text.field.why).fill('换装')
    await form.getByRole('button', { name: text.verb.save }).click()
    await form.getByText(/已装在另一辆车上/).waitFor()
    expect(await seriousFaults(page)).toEqual([])
    await picture(page, 'terminal')
    expect(errors).toEqual([])
  })

  it('the audit sets a limit otherwise; a dispatcher reads it and cannot', async () => {
    const { page } = auditor
    await page.goto('/freight-risk-rules')
    const row = (name: string) => page.getByRole('row', { name: new RegExp(`^${name} `) })
    await row('R6').getByRole('button', { name: text.verb.change }).click()
    const form = page.getByRole('dialog', { name: text.risk.change })
    const most = form.getByLabel(text.limit.ratioMaxPct)
    await most.fill('501')
    await form.getByLabel(text.field.why).fill('试行三个月')
    await form.getByRole('button', { name: text.verb.save }).click()
    await form.getByText(kit.field.most.replace('{{n}}', '500').replace('{{unit}}', '%')).waitFor()
    expect(await seriousFaults(page)).toEqual([])
    await picture(page, 'form')
    await most.fill('160')
    await form.getByRole('button', { name: text.verb.save }).click()
    await form.waitFor({ state: 'hidden' })
    await page.getByText(`${text.limit.ratioMaxPct} 140 % → 160 %`).waitFor()
    await row('R1').getByRole('button', { name: text.verb.change }).click()
    expect(await form.getByRole('radio', { name: text.breach.off }).isDisabled()).toBe(true)
    await page.keyboard.press('Escape')
    await form.waitFor({ state: 'hidden' })
    expect(await seriousFaults(page)).toEqual([])
    await fits(page)
    await picture(page, 'rules')

    const dispatcher = await stage.enter('dispatching', phone)
    await dispatcher.page.goto('/freight-risk-rules')
    await dispatcher.page.getByText(`${text.limit.ratioMaxPct} 160 %`).first().waitFor()
    const refused = dispatcher.page.getByRole('button', { name: text.verb.change }).first()
    expect(await refused.getAttribute('aria-disabled')).toBe('true')
    await fits(dispatcher.page)
    expect(await seriousFaults(dispatcher.page)).toEqual([])
    await picture(dispatcher.page, 'rules-phone')
    expect([...auditor.errors, ...dispatcher.errors]).toEqual([])
  })
})
