import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { connectTerminal, type TestTerminal } from '@tingzhou/gateway/testing'
import text from '../../core/telemetry/web/locales/zh-CN.json' with { type: 'json' }
import {
  admitTerminal,
  desk,
  faultsInBoth,
  openStage,
  fits,
  password,
  phone,
  seriousFaults,
  type Person,
  type Stage,
} from './stage.ts'

const lang = 'zh-CN'
const phoneOfTerminal = '13912340001'
const truck = '合成示例半挂车'
const words = '前方道路结冰，请减速'
const monitor = '合成示例数采仪'
const keeperName = '管理员（测试）'
// Bits 0 and 1 of the status word: the engine runs, the place is known.
const runsAndFixed = 0b11
const driving = {
  alarmBits: 0,
  statusBits: runsAndFixed,
  altitudeM: 600,
  speedKmh: 62.5,
  directionDeg: 275,
  items: [],
}

describe('devices, in the browser', () => {
  let stage: Stage
  let dispatcher: Person
  let supervisor: Person
  let admin: Person
  let terminal: TestTerminal

  beforeAll(async () => {
    stage = await openStage(lang, { JT808_PORT: '0' })
    dispatcher = await stage.enter('dispatcher')
    supervisor = await stage.enter('supervisor')
  })
  afterAll(async () => {
    terminal?.close()
    await stage?.close()
  })

  it('a supervisor reads the list, and is told who may add a device', async () => {
    const { page } = supervisor
    await page.goto('/devices')
    await page.getByText(text.devices.empty).waitFor()
    await page.getByRole('button', { name: text.verb.add }).first().focus()
    await page.getByText(text.reason.keeper).waitFor()
  })

  it('a dispatcher adds a device; a code that cannot be used is refused at its field', async () => {
    const { page } = dispatcher
    await page.goto('/devices')
    await page.getByRole('button', { name: text.verb.add }).first().click()
    const form = page.getByRole('dialog')
    await form.getByLabel(text.identity.jt808).fill(phoneOfTerminal)
    await form.getByLabel(text.field.name).fill(truck)
    await form.getByLabel(text.field.code).fill('-XB')
    await form.getByRole('button', { name: text.verb.add }).click()
    await form.getByText(text.add.code_rule).waitFor()
    expect(await seriousFaults(page)).toEqual([])
    await form.getByLabel(text.field.code).fill('XB12345')
    await form.getByRole('button', { name: text.verb.add }).click()
    await page.waitForURL(/\/devices\/[0-9a-f-]{36}/)
    await page.getByRole('heading', { level: 1, name: truck }).waitFor()
    await page.getByText(text.offline, { exact: true }).waitFor()
  })

  it('its terminal calls: it is online, where it is, and every frame stands field by field', async () => {
    terminal = await admitTerminal(stage, phoneOfTerminal)
    const now = Math.floor(Date.now() / 1_000) * 1_000
    for (const [timeMs, latitude, longitude] of [
      [now - 60_000, 44.0056, 87.2934],
      [now, 44.0096, 87.3034],
    ] as const) {
      const body = { ...driving, timeMs, latitude, longitude }
      terminal.send({ kind: 'position', header: terminal.header(), body })
      expect((await terminal.next()).kind).toBe('platform_answer')
    }

    const { page } = dispatcher
    await page.getByText(text.online, { exact: true }).waitFor()
    await page.getByText('44.009600, 87.303400 · 62.5 km/h').waitFor()
    expect(await faultsInBoth(dispatcher, lang)).toEqual([])
    await page.getByRole('tab', { name: text.tab.frames }).click()
    await page
      .getByRole('button', { name: /位置信息汇报/ })
      .first()
      .click()
    await page.getByRole('row', { name: /终端手机号.*13912340001/ }).waitFor()
    await page.getByRole('row', { name: /纬度.*44\.0096/ }).waitFor()
    expect(await faultsInBoth(dispatcher, lang)).toEqual([])
  })

  it('a text to the cab is acknowledged after the terminal answers', async () => {
    const { page } = dispatcher
    await page.getByRole('tab', { name: text.tab.commands }).click()
    await page.getByRole('button', { name: text.order.text }).click()
    const form = page.getByRole('dialog')
    await form.getByLabel(text.command.text).fill(words)
    await form.getByRole('button', { name: text.verb.send }).click()
    await form.waitFor({ state: 'hidden' })

    const heard = await terminal.next()
    expect(heard).toMatchObject({ kind: 'text', body: { textKind: 'notice', text: words } })
    await page.getByText(/已发出，等待应答/).waitFor()
    terminal.send({
      kind: 'terminal_answer',
      header: terminal.header(),
      body: { answeredSerial: heard.header.serial, answeredId: heard.id, result: 'ok' },
    })

    await page.getByText(text.command_state.acknowledged, { exact: true }).waitFor()
    await page.getByText(new RegExp(text.result.ok)).waitFor()
    expect(await faultsInBoth(dispatcher, lang)).toEqual([])
  })

  it('the truck stands in the list beside the map, with its speed, its device and its track', async () => {
    const { page } = dispatcher
    await page.goto('/map')
    const list = page.getByRole('region', { name: text.map.list })
    await list.getByRole('button', { name: new RegExp(truck) }).waitFor()
    await page.getByText('GeoNames').waitFor()
    expect(await faultsInBoth(dispatcher, lang)).toEqual([])
    await list.getByRole('button', { name: new RegExp(truck) }).click()
    const drawer = page.getByRole('dialog', { name: truck })
    await drawer.getByText('44.009600, 87.303400').waitFor()
    await drawer.getByText(phoneOfTerminal).waitFor()
    await drawer.getByRole('button', { name: text.verb.track }).click()
    await drawer.getByRole('slider', { name: text.track.time }).waitFor()
    await drawer.getByRole('button', { name: text.verb.play }).click()
    await drawer.getByRole('button', { name: text.verb.pause }).waitFor()
    expect(await seriousFaults(page)).toEqual([])

    await page.goto('/map?q=no-such-truck')
    await page.getByText(text.map.none_found).waitFor()
  })

  it('a terminal that nobody knows stands in the list, and is made known from there', async () => {
    const { page } = dispatcher
    const port = stage.server.deps.fieldGateway?.ports.jt808 ?? 0
    const stranger = await connectTerminal(port, '13912340002')
    await expect(stranger.admit()).rejects.toThrow('not registered')
    stranger.close()
    const listed = async () => (await stage.server.machine.get('/api/v1/devices?state=quarantined')).body.rows.length
    await expect.poll(listed, { timeout: 20_000 }).toBe(1)
    await page.goto('/devices')
    await page.getByText(text.state.quarantined, { exact: true }).waitFor()
    expect(await faultsInBoth(dispatcher, lang)).toEqual([])
    await page.getByRole('button', { name: text.verb.know, exact: true }).click()
    const form = page.getByRole('dialog')
    await expect.poll(() => form.getByLabel(text.identity.jt808).inputValue()).toBe('13912340002')
    expect(await form.getByLabel(text.field.code).inputValue()).toBe('B12345')
  })

  it('a frame that somebody pastes is read; what is no frame is said so', async () => {
    const { page } = dispatcher
    await page.goto('/frame-parser')
    await page.getByRole('button', { name: text.verb.example }).click()
    await page.getByRole('row', { name: /消息ID.*位置信息汇报/ }).waitFor()
    await page.getByRole('row', { name: /速度.*62\.5/ }).waitFor()
    expect(await faultsInBoth(dispatcher, lang)).toEqual([])
    await page.getByLabel(text.parser.paste.jt808).fill('not a frame')
    await page.getByRole('button', { name: text.verb.parse }).click()
    await page.getByText('不是报文').waitFor()
  })

  it('an administrator shortens how long readings are kept, and is told what that deletes', async () => {
    await stage.post('/accounts', {
      username: 'keeper',
      name: keeperName,
      password,
      lang,
      roles: [{ role: 'admin', partyId: null }],
    })
    admin = await stage.enter('keeper')
    const { page } = admin
    await page.goto('/telemetry-settings')
    await page.getByRole('row', { name: /小时值和日值.*永久/ }).waitFor()
    expect(await faultsInBoth(admin, lang)).toEqual([])
    await page.getByRole('button', { name: text.retention.change }).click()
    const form = page.getByRole('dialog')
    const readings = form.getByLabel(text.retention.rawDays, { exact: true })
    await readings.fill('7')
    await form.getByText(text.retention.drops_nothing).waitFor()
    await form.getByRole('button', { name: text.retention.save, exact: true }).click()
    await form.getByText('读数至少保存 8 天，压缩前不能删除。').waitFor()
    expect(await seriousFaults(page)).toEqual([])
    await readings.fill('30')
    await form.getByRole('button', { name: text.retention.save, exact: true }).click()
    await form.waitFor({ state: 'hidden' })
    await page.getByRole('row', { name: /读数（已压缩）.*30 天/ }).waitFor()
    await page.getByText(/→ 读数 30 天$/).waitFor()
    await page.setViewportSize(phone)
    await fits(page)
    await page.setViewportSize(desk)

    await supervisor.page.goto('/telemetry-settings')
    await supervisor.page.getByRole('button', { name: text.retention.change }).focus()
    await supervisor.page.getByText(text.reason.admin).waitFor()
  })

  it('a command that changes an instrument waits for a second person, who sees who asked for what', async () => {
    const { id } = await stage.post('/devices', {
      protocol: 'hj212',
      identity: '88888880000001',
      name: monitor,
      profileKey: 'truck',
      segment: 'MN1',
      secret: '654321',
    })
    await admin.page.getByRole('button', { name: text.confirmation.change }).click()
    const rule = admin.page.getByRole('dialog')
    await rule.getByText(text.confirmation.by_other).click()
    await rule.getByLabel(text.confirmation.confirmS_field).fill('300')
    await rule.getByRole('button', { name: text.retention.save, exact: true }).click()
    await rule.waitFor({ state: 'hidden' })

    const { page } = dispatcher
    await page.goto(`/devices/${id}?tab=commands&do=calibrate`)
    const form = page.getByRole('dialog')
    await form.getByRole('combobox', { name: text.command.polId }).fill('a34004')
    await page
      .getByTitle(/a34004/)
      .first()
      .click()
    await form.getByRole('button', { name: text.verb.send }).click()
    await form.getByText(new RegExp(`对 ${monitor} 执行`)).waitFor()
    await form.getByText(text.confirm.other).waitFor()
    expect(await seriousFaults(page)).toEqual([])

    await admin.page.goto(`/devices/${id}?tab=commands`)
    await admin.page.getByRole('button', { name: text.confirm.look }).click()
    const asked = admin.page.getByRole('dialog')
    await asked.getByText(/提出人：dispatcher/).waitFor()
    expect(await seriousFaults(admin.page)).toEqual([])
    await asked.getByRole('button', { name: text.confirm.send }).click()
    await asked.waitFor({ state: 'hidden' })
    await form.getByText(`${keeperName} 已确认`).waitFor()
  })

  it('nothing broke on the way', () => {
    expect([dispatcher.errors, supervisor.errors, admin.errors]).toEqual([[], [], []])
  })
})
