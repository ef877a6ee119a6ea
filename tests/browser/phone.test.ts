import { execFileSync } from 'node:child_process'
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { chromium, type BrowserContext, type Page } from 'playwright-core'
import { repoRoot } from '@tingzhou/db'
import en from '../../apps/phone/locales/en.json' with { type: 'json' }
import zhCN from '../../apps/phone/locales/zh-CN.json' with { type: 'json' }
import { browserArgs, openStage, fits, password, phone, seriousFaults, type Stage } from './stage.ts'
import { enterCrew, enterPlaces, mine, plant, publishLoad } from './freight-stage.ts'

const bundles = { 'zh-CN': zhCN, en } as const
const folder = process.env.PHONE_PICTURES
const at = ({ lonDeg, latDeg }: typeof mine) => ({ longitude: lonDeg, latitude: latDeg, accuracy: 20 })

describe.each(['zh-CN', 'en'] as const)('the driver’s phone, %s', (lang) => {
  const t = bundles[lang]
  let stage: Stage
  let places: Awaited<ReturnType<typeof enterPlaces>>
  let profile: string
  let photos = 0
  let open: BrowserContext | null = null

  beforeAll(async () => {
    stage = await openStage(lang)
    places = await enterPlaces(stage)
    profile = mkdtempSync(join(tmpdir(), 'tingzhou-phone-'))
  })
  afterEach(() => open?.close().catch(() => {}))
  afterAll(async () => {
    await stage?.close()
    rmSync(profile, { recursive: true, force: true })
  })

  /** The phone: its store outlives its browser. */
  const pickUp = async (): Promise<{ context: BrowserContext; page: Page }> => {
    open = await chromium.launchPersistentContext(profile, {
      executablePath: process.env.CHROMIUM_PATH ?? '',
      args: browserArgs,
      viewport: phone,
      locale: lang,
      baseURL: stage.server.url.replace('localhost', '127.0.0.1'),
      reducedMotion: 'reduce',
      timezoneId: 'Asia/Shanghai',
      geolocation: at(mine),
      permissions: ['geolocation'],
    })
    const context = open
    return { context, page: context.pages()[0] ?? (await context.newPage()) }
  }
  const signIn = async (page: Page, username: string) => {
    await page.goto('/phone/')
    await page.getByLabel(t['signin.username']).fill(username)
    await page.getByLabel(t['signin.password']).fill(password)
    await page.getByRole('button', { name: t['signin.verb'] }).click()
    await page.getByRole('heading', { name: t['tab.trips'] }).waitFor()
  }
  const picture = async (page: Page, name: string) => {
    if (folder) await page.screenshot({ path: `${folder}/phone-${lang}-${name}.png`, fullPage: true })
  }
  const press = (page: Page, name: string) => page.getByRole('button', { name, exact: true }).click()
  /** A photo unlike every other. */
  const photo = async (page: Page) => {
    const url = await page.evaluate<string>(`(() => {
      const canvas = document.createElement('canvas')
      canvas.width = canvas.height = 64
      const pen = canvas.getContext('2d')
      pen.fillStyle = 'hsl(${(++photos * 47) % 360} 80% 50%)'
      pen.fillRect(0, 0, 64, 64)
      pen.fillStyle = 'black'
      pen.fillRect(${photos % 60}, ${(photos * 7) % 60}, 3, 3)
      return canvas.toDataURL('image/png')
    })()`)
    return { name: 'slip.png', mimeType: 'image/png', buffer: Buffer.from(url.split(',')[1] ?? '', 'base64') }
  }
  const weigh = async (page: Page, verb: string, gross: number) => {
    await page.getByLabel(t['field.slip']).fill(`B${photos}`)
    await page.getByLabel(t['field.gross']).fill(String(gross))
    await page.getByLabel(t['field.tare']).fill('15000')
    await page.locator('input[type=file]').setInputFiles(await photo(page))
    await press(page, verb)
  }
  /** From the accepted waybill to the receipt. */
  const drive = async (page: Page, context: BrowserContext) => {
    await context.setGeolocation(at(mine))
    await press(page, t['move.arrive_load'])
    await weigh(page, t['move.load'], 47_460)
    await press(page, t['move.depart'])
    await context.setGeolocation(at(plant))
    await press(page, t['move.arrive_unload'])
    await weigh(page, t['move.unload'], 47_310)
    await page.getByLabel(t['field.signer']).fill('收货员（测试）')
    await page.locator('input[type=file]').setInputFiles(await photo(page))
    await press(page, t['move.sign'])
    await page.getByText(t['trip.rest']).waitFor()
  }
  const waybills = async () => {
    const answer = await stage.server.machine.get('/api/v1/freight-waybills?limit=200')
    return answer.body.rows as readonly {
      id: string
      state: string
      driver: { id: string }
      loadNetKg: number
      unloadNetKg: number
    }[]
  }

  it('a driver takes a load and carries it to the receipt', async () => {
    const crew = await enterCrew(stage, '王抢单')
    await publishLoad(stage, places, { mode: 'grab' })
    const { context, page } = await pickUp()
    const errors: string[] = []
    page.on('pageerror', ({ message }) => errors.push(message))
    await signIn(page, crew.username)
    await page.getByText(t['trips.none']).waitFor()
    await picture(page, 'empty')
    await press(page, t['tab.loads'])
    await page.getByRole('button', { name: new RegExp(mine.name) }).click()
    expect(await seriousFaults(page)).toEqual([])
    await picture(page, 'loads')
    await press(page, t['loads.take'])
    await page.getByRole('button', { name: t['move.arrive_load'] }).waitFor()
    expect(await seriousFaults(page)).toEqual([])
    await fits(page)
    await picture(page, 'trip')

    // Far from the place the phone asks why, and for a photo.
    await context.setGeolocation(at(plant))
    await press(page, t['move.arrive_load'])
    await page.getByLabel(t['field.reason']).waitFor()
    await picture(page, 'away')
    await page.reload()
    await drive(page, context)
    await expect.poll(async () => (await waybills()).map(({ state }) => state)).toEqual(['signed'])
    const [row] = await waybills()
    expect([row?.loadNetKg, row?.unloadNetKg]).toEqual([32_460, 32_310])
    await picture(page, 'signed')
    await press(page, t['tab.me'])
    await page.getByLabel(t['me.elder']).check()
    expect(await seriousFaults(page)).toEqual([])
    await fits(page)
    await picture(page, 'me-elder')
    await page.getByLabel(t['me.elder']).uncheck()
    await press(page, t['me.leave'])
    await page.getByLabel(t['signin.username']).waitFor()
    expect(errors).toEqual([])
  })

  // What is kept and sent has no language.
  if (lang === 'zh-CN')
    it('thirty steps without a network outlive a killed browser, and end as they were done', async () => {
      const crew = await enterCrew(stage, '李离线')
      const load = await publishLoad(stage, places, { mode: 'assign' })
      const { driverId, vehicleId, carrierId } = crew
      for (let n = 0; n < 5; n++)
        await stage.post(`/freight-loads/${load}/assign`, { carrierId, driverId, vehicleId, plan: null })
      const first = await pickUp()
      await signIn(first.page, crew.username)
      await expect.poll(() => first.page.locator('.card.row').count()).toBe(5)
      await first.page.evaluate('navigator.serviceWorker.ready.then(() => true)')
      await first.context.setOffline(true)
      for (let n = 0; n < 5; n++) {
        const { page } = first
        await press(page, t['tab.trips'])
        await page.locator('.card.row').filter({ hasText: t['state.offered'] }).first().click()
        await press(page, t['move.accept'])
        await drive(page, first.context)
      }
      await first.page.getByText(t['queue.waiting'].replace('{n}', '35')).waitFor()
      await picture(first.page, 'offline')
      // The battery is empty.
      execFileSync('pkill', ['-9', '-f', profile])
      await first.context.close().catch(() => {})

      const again = await pickUp()
      await again.context.setOffline(true)
      await again.page.goto('/phone/')
      await again.page.getByText(t['queue.waiting'].replace('{n}', '35')).waitFor()
      // The session is gone meanwhile; what waits is kept for whom it belongs to.
      await again.context.clearCookies()
      await again.context.setOffline(false)
      await again.page.getByLabel(t['signin.username']).fill(crew.username)
      await again.page.getByLabel(t['signin.password']).fill(password)
      await picture(again.page, 'signed-out')
      await again.page.getByRole('button', { name: t['signin.verb'] }).click()
      const own = async () => (await waybills()).filter(({ driver }) => driver.id === driverId)
      await expect
        .poll(async () => (await own()).map(({ state }) => state), { timeout: 90_000 })
        .toEqual(Array.from({ length: 5 }, () => 'signed'))
      expect((await own()).every(({ loadNetKg, unloadNetKg }) => loadNetKg === 32_460 && unloadNetKg === 32_310)).toBe(
        true,
      )
      for (const { id } of await own()) {
        const { rows } = (await stage.server.machine.get(`/api/v1/freight-waybills/${id}/history`)).body
        const told = rows.map(({ verb }: { verb: string }) => verb)
        expect(told.filter((verb: string) => Object.hasOwn(order, verb))).toEqual(Object.keys(order))
      }
      await again.page.getByText(t['trips.over']).waitFor()
      expect(await again.page.getByRole('status').count()).toBe(0)
    }, 240_000)

  it('weighs no more than a cheap phone can carry', () => {
    const dist = join(repoRoot(), 'dist/phone')
    const files = ['index.html', 'sw.js', ...readdirSync(join(dist, 'assets')).map((name) => `assets/${name}`)]
    const sent = files
      .filter((name) => /\.(?:html|js|css)$/.test(name))
      .map((name) => gzipSync(readFileSync(join(dist, name)), { level: 9 }).length)
    expect(sent.reduce((sum, size) => sum + size, 0)).toBeLessThan(150 * 1_024)
  })
})

/** What a driver does to a waybill, in this order. */
const order = { accept: 1, arrive_load: 1, load: 1, depart: 1, arrive_unload: 1, unload: 1, sign: 1 }
