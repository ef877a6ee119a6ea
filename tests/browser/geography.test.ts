import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { TestTerminal } from '@tingzhou/gateway/testing'
import text from '../../core/telemetry/web/locales/zh-CN.json' with { type: 'json' }
import fences from '../../core/geography/web/locales/zh-CN.json' with { type: 'json' }
import { admitTerminal, openStage, seriousFaults, type Person, type Stage } from './stage.ts'

const lang = 'zh-CN'
const phoneOfTerminal = '13912340003'
const truck = '合成示例自卸车'
const yard = '合成示例装货区'
const minuteMs = 60_000
// Bits 0 and 1 of the status word: the engine runs, the place is known.
const driving = { alarmBits: 0, statusBits: 3, altitudeM: 600, speedKmh: 42, directionDeg: 90, items: [] }

describe('the map, in the browser', () => {
  let stage: Stage
  let dispatcher: Person
  let terminal: TestTerminal

  beforeAll(async () => {
    stage = await openStage(lang, { JT808_PORT: '0' })
    dispatcher = await stage.enter('dispatcher')
    await stage.post('/devices', {
      protocol: 'jt808',
      identity: phoneOfTerminal,
      name: truck,
      profileKey: 'truck',
      segment: 'XB00003',
    })
  })
  afterAll(async () => {
    terminal?.close()
    await stage?.close()
  })

  /** Reports a place, and waits until the platform has it. */
  const report = async (minutesAgo: number, latitude: number, longitude: number): Promise<void> => {
    const timeMs = Math.floor((Date.now() - minutesAgo * minuteMs) / 1_000) * 1_000
    terminal.send({ kind: 'position', header: terminal.header(), body: { ...driving, timeMs, latitude, longitude } })
    expect((await terminal.next()).kind).toBe('platform_answer')
  }

  it('moves: a truck stands where it reported last, and its track is played', async () => {
    const { page } = dispatcher
    terminal = await admitTerminal(stage, phoneOfTerminal)
    for (const minutesAgo of [30, 29, 28, 27, 26]) await report(minutesAgo, 44, 87.3 - minutesAgo / 100)
    await page.goto('/map')
    await page.getByRole('button', { name: new RegExp(truck) }).click()
    const drawer = page.getByRole('dialog', { name: truck })
    await drawer.getByText('44.000000, 87.040000').waitFor()
    await report(20, 44, 87.1)
    await drawer.getByText('44.000000, 87.100000').waitFor()

    await drawer.getByRole('button', { name: text.verb.track }).click()
    const slider = drawer.getByRole('slider', { name: text.track.time })
    await slider.waitFor()
    const timeShown = async () => Number(await slider.getAttribute('aria-valuenow'))
    const begun = await timeShown()
    await drawer.getByRole('combobox', { name: text.track.speed }).click()
    await page.getByText(text.track.times.replace('{{n}}', '60'), { exact: true }).click()
    await drawer.getByRole('button', { name: text.verb.play }).click()
    // A minute of the track a second: it is past the first leg soon.
    await expect.poll(timeShown).toBeGreaterThan(begun + minuteMs)
    await drawer.getByRole('button', { name: text.verb.pause }).click()
  })

  it('a fence is drawn: what cannot be one is refused, then a truck that drives in is told', async () => {
    const { page } = dispatcher
    await page.goto('/map?panel=fences&draw=new')
    await page.getByLabel(fences.field.name).fill(yard)
    await page.getByLabel(fences.draw.places_circle).fill('51.5, -0.1')
    await page.getByLabel(fences.draw.radius).fill('800')
    const save = page.getByRole('tabpanel').getByRole('button', { name: fences.verb.add })
    await save.click()
    await page.getByText(/超出可用范围/).waitFor()
    expect(await seriousFaults(page)).toEqual([])
    await page.getByLabel(fences.draw.places_circle).fill('44, 87.3')
    // The map follows the mouse: a click is the border of the circle.
    const canvas = page.getByRole('region', { name: text.map.title })
    const frame = await canvas.boundingBox()
    if (frame) await page.mouse.click(frame.x + frame.width / 2, frame.y + frame.height / 2)
    await expect.poll(() => page.getByLabel(fences.draw.radius).inputValue()).not.toBe('500')
    await page.getByLabel(fences.draw.radius).fill('800')
    await save.click()
    await page.getByRole('heading', { name: yard }).waitFor()

    // A fence counts from when it was made.
    await report(0, 44, 87.2895)
    await report(-0.2, 44, 87.291)
    const entered = new RegExp(`${fences.kind.entry}.*${truck}`)
    await page.getByRole('listitem').filter({ hasText: entered }).first().waitFor()
    await page.goto('/geofence-events')
    await page.getByRole('row', { name: new RegExp(`${truck}.*${fences.kind.entry}.*${yard}`) }).waitFor()
  })

  it('nothing broke on the way', () => {
    expect(dispatcher.errors).toEqual([])
  })
})
