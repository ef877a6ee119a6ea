import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { connectMonitor, type TestMonitor } from '@tingzhou/gateway/testing'
import { formatQn, formatTime, frameOf } from '@tingzhou/hj212'
import { epochMs } from '@tingzhou/kernel'
import text from '../../core/telemetry/web/locales/zh-CN.json' with { type: 'json' }
import { faultsInBoth, openStage, fits, phone, seriousFaults, type Person, type Stage } from './stage.ts'

const lang = 'zh-CN'
const mn = '650100C0FFEE00000000C0D1'
const station = '合成示例污水站'
const pictures = process.env.PICTURES

describe('monitors and senders, in the browser', () => {
  let stage: Stage
  let dispatcher: Person
  let monitor: TestMonitor

  beforeAll(async () => {
    stage = await openStage(lang, { HJ212_PORT: '0' })
    dispatcher = await stage.enter('dispatcher')
    monitor = await connectMonitor(port())
  })
  afterAll(async () => {
    monitor?.close()
    await stage?.close()
  })

  const port = (): number => stage.server.deps.fieldGateway?.ports.hj212 ?? 0
  const look = async ({ page }: Person, name: string) => {
    if (pictures) await page.screenshot({ path: `${pictures}/${name}.png`, fullPage: true })
  }
  const upload = (cn: string, area: string): void => {
    const head = `QN=${formatQn(epochMs(Date.now()))};ST=32;CN=${cn};PW=654321;MN=${mn};Flag=5`
    monitor.sendBytes(frameOf(Buffer.from(`${head};CP=&&DataTime=${formatTime(epochMs(Date.now()))};${area}&&`)))
  }

  it('a monitor that nobody knows stands in the list; made known, it is heard at once', async () => {
    const { page } = dispatcher
    upload('2011', 'w01018-Rtd=28.6,w01018-Flag=N')
    await page.goto('/devices')
    await page.getByText(mn).first().waitFor()
    await page.getByRole('button', { name: text.verb.know, exact: true }).click()
    const form = page.getByRole('dialog')
    await expect.poll(() => form.getByLabel(text.identity.hj212).inputValue()).toBe(mn)
    await form.getByLabel(text.field.name).fill(station)
    await form.getByRole('button', { name: text.verb.add }).click()
    await form.getByText(text.add.secret_rule).waitFor()
    expect(await seriousFaults(page)).toEqual([])
    await look(dispatcher, 'hj212-form')
    await form.getByLabel(text.field.secret).fill('654321')
    await form.getByRole('button', { name: text.verb.add }).click()

    await form.getByText(text.connect.title).waitFor()
    await form.getByRole('button', { name: new RegExp(String(port())) }).waitFor()
    await form.getByText(/未登记的设备/).waitFor()
    // The gateway looks for new devices every half second; until then it does not answer.
    const answers = () => {
      upload('2011', 'w01018-Rtd=29.1,w01018-Flag=N;w21003-Rtd=1.9,w21003-Flag=C')
      return monitor.heard().length
    }
    await expect.poll(answers, { interval: 1_000 }).toBeGreaterThan(0)
    await form
      .getByRole('button', { name: /2011 上传污染物实时数据/ })
      .first()
      .waitFor()
    expect(await seriousFaults(page)).toEqual([])
    await look(dispatcher, 'hj212-added')
    await form.getByRole('link', { name: text.verb.to_device }).click()
    await page.waitForURL(/\/devices\/[0-9a-f-]{36}/)
  })

  it('its values, flags and frames are on its page; an order is answered', async () => {
    const { page } = dispatcher
    await page.getByText('29.1 mg/L').waitFor()
    await page.getByText('N 正常').first().waitFor()
    await page.getByText('C 校准').waitFor()
    expect(await faultsInBoth(dispatcher, lang)).toEqual([])
    await look(dispatcher, 'hj212-points')
    await page.getByRole('tab', { name: text.tab.frames }).click()
    await page
      .getByRole('button', { name: /2011 上传污染物实时数据/ })
      .first()
      .click()
    await page
      .getByRole('row', { name: /化学需氧量 实时值/ })
      .first()
      .waitFor()
    expect(await faultsInBoth(dispatcher, lang)).toEqual([])
    await look(dispatcher, 'hj212-frames')

    await page.getByRole('tab', { name: text.tab.commands }).click()
    await page.getByRole('button', { name: text.order.set_realtime_interval }).click()
    const form = page.getByRole('dialog')
    monitor.heard()
    await form.getByLabel(text.command.intervalS).fill('90')
    await form.getByRole('button', { name: text.verb.send }).click()
    await form.waitFor({ state: 'hidden' })
    const asked = await monitor.next()
    expect(asked).toContain('CP=&&RtdInterval=90&&')
    const reply = (cn: string, area: string) =>
      frameOf(
        Buffer.from(
          asked
            .slice(6, -4)
            .replace(/CN=\d+/, `CN=${cn}`)
            .replace('Flag=5', 'Flag=4')
            .replace(/&&.*&&/, `&&${area}&&`),
        ),
      )
    monitor.sendBytes(reply('9011', 'QnRtn=1'))
    monitor.sendBytes(reply('9012', 'ExeRtn=1'))
    await page.getByText(/执行成功/).waitFor()
    expect(await faultsInBoth(dispatcher, lang)).toEqual([])
    await look(dispatcher, 'hj212-commands')
  })

  it('a sender over HTTP is shown its key once, and its first post stands in the log', async () => {
    const { page } = dispatcher
    await page.goto('/devices')
    await page.getByRole('button', { name: text.verb.add }).first().click()
    const form = page.getByRole('dialog')
    await form.getByLabel(text.field.protocol).click()
    await page.getByTitle(text.protocol.http).click()
    await form.getByLabel(text.identity.http).fill('press-7')
    await form.getByLabel(text.field.name).fill('合成示例压机')
    expect(await form.getByLabel(text.field.code).inputValue()).toBe('PRESS7')
    await form.getByRole('button', { name: text.verb.add }).click()
    await form.getByText(text.connect.once).waitFor()
    const call = await form.getByLabel(text.connect.example).innerText()
    const [, user, key] = /-u '([^:]+):([^']+)'/.exec(call) ?? []
    const [, body = ''] = /-d '([^']+)'/.exec(call) ?? []

    const answer = await stage.server.anyone().send('POST', '/api/v1/ingest/readings', {
      body: JSON.parse(body),
      headers: { authorization: `Basic ${Buffer.from(`${user}:${key}`).toString('base64')}` },
    })

    expect(answer).toMatchObject({ status: 200, body: { accepted: 1 } })
    await form.getByRole('button', { name: /报文.*"T1":21.5/ }).waitFor()
    expect(await seriousFaults(page)).toEqual([])
    await look(dispatcher, 'http-added')
    await form.getByRole('link', { name: text.verb.to_device }).click()
    await page.getByText('21.5 °C').waitFor()
    await page.getByText(key ?? '').waitFor({ state: 'detached' })
  })

  it('an HJ 212 frame that somebody pastes is read; on a phone everything fits', async () => {
    const small = await stage.enter('dispatcher', phone)
    for (const person of [dispatcher, small]) {
      const { page } = person
      await page.goto('/frame-parser')
      await page.getByText(text.protocol.hj212, { exact: true }).click()
      await page.getByRole('button', { name: text.verb.example }).click()
      await page.getByRole('row', { name: /命令编码 CN.*上传污染物分钟数据/ }).waitFor()
      expect(await faultsInBoth(person, lang)).toEqual([])
      await fits(page)
      await look(person, `parser-${person === small ? 390 : 1440}`)
    }
    const { page } = small
    await page.goto('/devices?do=add')
    await page.getByRole('dialog').getByLabel(text.field.protocol).waitFor()
    await look(small, 'form-390')
    await page.goto('/devices')
    await page.getByText(station).click()
    await page.getByText('29.1 mg/L').waitFor()
    await look(small, 'points-390')
    expect(small.errors).toEqual([])
  })

  it('nothing broke on the way', () => {
    expect(dispatcher.errors).toEqual([])
  })
})
