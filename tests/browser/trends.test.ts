import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { newId } from '@tingzhou/db'
import {
  addNode,
  addSample,
  newReadings,
  quality,
  sampleKind,
  saveProfile,
  type PointTemplate,
} from '@tingzhou/telemetry'
import text from '../../core/telemetry/web/locales/zh-CN.json' with { type: 'json' }
import { faultsInBoth, openStage, phone, type Person, type Stage } from './stage.ts'

const template = (key: string, zh: string, unit: string, resolution: number): PointTemplate => ({
  key,
  kind: 'analog',
  name: { zh, en: key },
  unit,
  resolution,
  euLow: null,
  euHigh: null,
  sampleMs: 10_000,
  staleAfterS: 60,
  counterMax: null,
})
const hourMs = 3_600_000
const patient = { timeout: 10_000 }
const asked = (page: Person['page'], name: string) => new URL(page.url()).searchParams.get(name)

describe('trends, in the browser', () => {
  let stage: Stage
  let dispatcher: Person
  const ids = new Map<string, number>()

  beforeAll(async () => {
    stage = await openStage('zh-CN')
    await measure(stage)
    dispatcher = await stage.enter('dispatcher')
  })
  afterAll(() => stage?.close())

  /** A mill with two rolls that ran for two days: slow waves, one spike, one gap, some bad values. */
  async function measure({ server }: Stage): Promise<void> {
    const { db, zoneId, telemetry } = server.deps
    const now = telemetry.clock()
    const profile = {
      key: 'roll_stand',
      name: { zh: '磨粉机', en: 'Roll stand' },
      points: [template('I', '主电机电流', 'A', 0.1), template('TB', '轴承温度', 'Cel', 0.1)],
    }
    const node = {
      parentId: null,
      segment: 'MILL',
      name: { zh: '合成制粉车间', en: 'Mill' },
      profileKey: null,
      partyId: null,
    }
    const site = newId()
    await db.transaction().execute(async (tx) => {
      await saveProfile(tx, zoneId, profile, now)
      await addNode(tx, zoneId, { ...node, id: site, level: 'site' })
      for (const segment of ['B1', 'B2'])
        await addNode(tx, zoneId, {
          ...node,
          id: newId(),
          parentId: site,
          level: 'equipment',
          segment,
          name: { zh: `${segment} 皮磨`, en: `${segment} break roll` },
          profileKey: profile.key,
        })
    })
    await telemetry.catalog.refresh()
    const rows = await db.selectFrom('telemetry_point').select(['id', 'code']).where('zone_id', '=', zoneId).execute()
    for (const { id, code } of rows) ids.set(code, id)
    const readings = newReadings(sampleKind)
    const begin = now - 48 * hourMs
    for (const [code, id] of ids)
      for (let at = begin, n = 0; at < now; at += 10_000, n++) {
        const isGap = at > now - 8 * hourMs && at < now - 7 * hourMs
        if (isGap) continue
        const wave = Math.sin(n / 900 + id) * 30
        const value = code.endsWith('.I') ? 400 + wave + (n % 7) : 550 + wave / 2
        const spike = code === 'MILL.B1.I' && n === 15_000 ? 600 : 0
        const isBad = at > now - 12 * hourMs && at < now - 11.5 * hourMs
        addSample(readings, id, at, Math.round(value + spike), isBad ? quality.bad : quality.good)
      }
    await telemetry.ingest(readings)
    await telemetry.store.flush(true)
  }

  const pointOf = (code: string) => ids.get(code) ?? 0

  it('says what belongs there before anything is chosen, and finds points by place and name', async () => {
    const { page } = dispatcher
    await page.goto('/trends')
    await page.getByText(text.trend.empty_text).waitFor()
    const picker = page.getByRole('combobox', { name: text.trend.points.replace('{{max}}', '8') })
    await picker.fill('合成制粉 B1 电流')
    await page.getByText('MILL.B1.I', { exact: false }).first().click()
    await picker.press('Escape')
    await page.getByRole('group', { name: text.trend.drawing.replace('{{unit}}', 'A') }).waitFor()
    await expect.poll(() => asked(page, 'points'), patient).toBe(String(pointOf('MILL.B1.I')))
  })

  it('shows a link as it was sent: points of two units, a spike, a gap, bad values, the day before', async () => {
    const { page } = dispatcher
    const points = ['MILL.B1.I', 'MILL.B2.I', 'MILL.B1.TB'].map(pointOf).join(',')
    await page.goto(`/trends?points=${points}&shift=day`)
    const current = page.getByRole('group', { name: text.trend.drawing.replace('{{unit}}', 'A') })
    await current.waitFor()
    await page.getByRole('group', { name: text.trend.drawing.replace('{{unit}}', 'Cel') }).waitFor()
    await page.getByText('B1 皮磨 主电机电流', { exact: false }).first().waitFor()
    await page.locator('.tz-trend-frame svg').first().waitFor()
    const most = current.getByRole('table', { includeHidden: true }).getByRole('row', { includeHidden: true }).nth(1)
    expect(Number((await most.getByRole('cell', { includeHidden: true }).nth(3).textContent()) ?? 0)).toBeGreaterThan(
      90,
    )
    expect(await faultsInBoth(dispatcher, 'zh-CN')).toEqual([])
  })

  it('is moved and zoomed with keys and the wheel, each time at the level that fits', async () => {
    const { page } = dispatcher
    await page.goto(`/trends?points=${pointOf('MILL.B1.I')}`)
    const drawing = page.getByRole('group', { name: text.trend.drawing.replace('{{unit}}', 'A') })
    await drawing.getByText('分钟数据', { exact: false }).waitFor()
    await drawing.focus()
    for (let times = 0; times < 8; times++) await page.keyboard.press('+')
    await drawing.getByText(text.trend.level.raw, { exact: false }).waitFor()
    await expect.poll(() => Number(asked(page, 'span')), patient).toBeLessThan(2 * hourMs)
    const before = Number(asked(page, 'to'))
    await page.keyboard.press('ArrowLeft')
    await expect.poll(() => Number(asked(page, 'to')), patient).toBeLessThan(before)
    await drawing.hover()
    for (let times = 0; times < 20; times++) await page.mouse.wheel(0, 100)
    await drawing.getByText('分钟数据', { exact: false }).waitFor()
    await page.keyboard.press('End')
    await expect.poll(() => asked(page, 'to'), patient).toBeNull()
  })

  it('fits a phone, is written into a file, and says what it cannot show', async () => {
    const narrow = await stage.enter('dispatcher', phone)
    const { page } = narrow
    await page.goto(`/trends?points=${pointOf('MILL.B1.I')}`)
    await page.locator('.tz-trend-frame svg').first().waitFor()
    expect(Number(await page.evaluate('document.documentElement.scrollWidth'))).toBeLessThanOrEqual(390)
    expect(await faultsInBoth(narrow, 'zh-CN')).toEqual([])
    const [file] = await Promise.all([
      page.waitForEvent('download'),
      page.getByRole('button', { name: text.trend.export.csv }).click(),
    ])
    expect(file.suggestedFilename()).toMatch(/\.csv$/)
    await page.goto('/trends?points=16000000')
    await page.getByText(text.trend.unknown.replace('{{n}}', '1')).waitFor()
    await page.route('**/api/v1/trends/*', (route) => route.abort())
    await page.goto(`/trends?points=${pointOf('MILL.B1.I')}`)
    await page.getByRole('alert').first().waitFor()
  })
})
