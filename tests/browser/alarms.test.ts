import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { TestTerminal } from '@tingzhou/gateway/testing'
import text from '../../core/alarms/web/locales/zh-CN.json' with { type: 'json' }
import { admitTerminal, openStage, phone, seriousFaults, type Person, type Stage } from './stage.ts'

const terminalPhone = '13912340077'
// Bits 0 and 1 of the status word: the engine runs, the place is known. Bit 0 of the alarm word: help.
const driving = {
  statusBits: 0b11,
  latitude: 44.0078,
  longitude: 87.3053,
  altitudeM: 600,
  speedKmh: 62.5,
  directionDeg: 275,
  items: [],
}
const help = 1

describe('alarms, in the browser', () => {
  let stage: Stage
  let dispatcher: Person
  let supervisor: Person
  let terminal: TestTerminal | undefined

  beforeAll(async () => {
    stage = await openStage('zh-CN', { JT808_PORT: '0' })
    dispatcher = await stage.enter('dispatcher')
    supervisor = await stage.enter('supervisor')
    await stage.post('/devices', {
      protocol: 'jt808',
      identity: terminalPhone,
      name: '合成示例半挂车',
      profileKey: 'truck',
      segment: 'TRUCK77',
    })
  })
  afterAll(async () => {
    terminal?.close()
    await stage?.close()
  })

  const report = async (alarmBits: number) => {
    terminal ??= await admitTerminal(stage, terminalPhone)
    const timeMs = Math.floor(Date.now() / 1_000) * 1_000
    terminal.send({ kind: 'position', header: terminal.header(), body: { ...driving, alarmBits, timeMs } })
    await terminal.next()
  }

  it('an empty list says what would be there', async () => {
    const { page } = dispatcher
    await page.goto('/alarms')
    await page.getByText(text.list.empty).waitFor()
  })

  it('a call for help from a terminal comes up by itself, and is acknowledged', async () => {
    const { page } = dispatcher
    await report(help)

    await page.getByRole('link', { name: '紧急报警' }).or(page.getByText('紧急报警')).first().waitFor()
    expect(await seriousFaults(page)).toEqual([])
    await page.getByText('紧急报警').first().click()
    await page.getByRole('button', { name: text.verb.acknowledge }).click()
    await page.getByLabel(text.field.comment).fill('已电话联系驾驶员')
    await page.getByRole('dialog').getByRole('button', { name: text.verb.acknowledge }).click()
    await page.getByText(text.state.ack_active).first().waitFor()
    expect(await seriousFaults(page)).toEqual([])
  })

  it('its case is answered by one and verified by another', async () => {
    const { page } = dispatcher
    await page.goto('/alarm-cases')
    await page.getByText('紧急报警').first().click()
    await page.getByRole('button', { name: text.move.respond }).click()
    await page.getByLabel(text.words.respond).fill('驾驶员误触，车辆正常')
    await page.getByRole('dialog').getByRole('button', { name: text.move.respond }).click()
    await page.getByText(text.case_state.verifying).first().waitFor()
    await page.getByRole('button', { name: text.move.verify }).focus()
    await page.getByText(text.reason.own_response).waitFor({ state: 'attached' })

    await report(0)
    await supervisor.page.goto(page.url())
    await supervisor.page.getByRole('button', { name: text.move.verify }).click()
    await supervisor.page.getByRole('dialog').getByRole('button', { name: text.move.verify }).click()
    await supervisor.page.getByText(text.case_state.closed).first().waitFor()
    expect(await seriousFaults(supervisor.page)).toEqual([])
  })

  it('a rule is tried before it is kept, one of a type counts for all of it, and the figures are there', async () => {
    const { page } = supervisor
    await page.goto('/alarm-rules?q=TRUCK77')
    await page.getByText('TRUCK77.POS').click()
    await page.getByText('行驶中失联').waitFor()
    await page.getByRole('button', { name: text.verb.edit }).first().click()
    await page.getByRole('button', { name: text.verb.trial.replace('{{n}}', '8') }).click()
    await page.getByText(/会报警 \d+ 次/).waitFor()
    expect(await seriousFaults(page)).toEqual([])

    await page.goto('/alarm-types?q=truck')
    await page.getByRole('link', { name: '货车' }).first().waitFor()
    await page.goto('/alarm-types/truck/FUEL')
    await page.getByRole('button', { name: text.verb.edit }).first().click()
    await page.getByText(text.types.reach.replace('{{n}}', '1')).waitFor()
    await page.getByLabel(text.field.reason).fill('按车队要求')
    await page.getByRole('dialog').getByRole('button', { name: text.verb.save }).click()
    await page.getByText(/· 按车队要求/).waitFor()
    expect(await seriousFaults(page)).toEqual([])

    await page.goto('/alarm-performance')
    await page.getByText(text.performance.top).waitFor()
    expect(await seriousFaults(page)).toEqual([])
  })

  it('works on a phone', async () => {
    const { page } = await stage.enter('dispatcher', phone)
    await report(help)
    await page.goto('/alarms')
    await page.getByText('紧急报警').first().waitFor()
    expect(await seriousFaults(page)).toEqual([])
  })
})
