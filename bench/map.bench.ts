// npm run bench -- map: the live map of 15,000 invented trucks that report once in 30 s, in Chromium (CHROMIUM_PATH, else
// /usr/bin/chromium) at 1440 × 900: everything in heaps, as many arrows as are told one by one, a few hundred arrows; standing still and
// dragged and zoomed by hand. What is held against a target is processor time of the page's main thread in each of its frames, which does
// not depend on a graphics card; how many frames there are does, and is told beside.
import { spawn, type ChildProcess } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { setTimeout as sleep } from 'node:timers/promises'
import { chromium, type CDPSession, type Page } from 'playwright-core'
import { repoRoot } from '@tingzhou/db'
import { programArgs } from './program.ts'
import { figure, quantile, report, type Figure, type Say } from './harness.ts'
import { traced, type Frames } from './map-trace.ts'
import { ask, buildAll, freePort } from './server.ts'

const trucks = 15_000
const reportEveryS = 30
const stillS = 20
const quietS = 15
const password = 'bench-password-2026'
const someHundred = 800
const view = { width: 1_440, height: 900 }
const chromiumArgs = [
  '--headless',
  '--no-sandbox',
  '--disable-gpu',
  '--enable-unsafe-swiftshader',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
]

type Host = { readonly child: ChildProcess; readonly url: string; readonly token: string; readonly point: number }

await report('bench', 'map', async (say) => {
  buildAll()
  const dataDir = mkdtempSync(join(tmpdir(), 'tingzhou-bench-'))
  const host = await startHost(dataDir)
  const browser = await chromium.launch({
    executablePath: process.env.CHROMIUM_PATH ?? '/usr/bin/chromium',
    args: chromiumArgs,
  })
  try {
    say(`${trucks} trucks, each reports once in ${reportEveryS} s`)
    const context = await browser.newContext({ viewport: view, locale: 'zh-CN', baseURL: host.url })
    await signIn(host)
    const signed = await context.request.post('/api/v1/sessions', { data: { username: 'bench-map', password } })
    if (!signed.ok()) throw new Error(`signing in: ${signed.status()} ${await signed.text()}`)
    const page = await context.newPage()
    const watch = await watchPage(page)
    const figures: Figure[] = []
    const watched: { readonly name: string; readonly share: number }[] = []
    for (const scene of scenes(host)) {
      await page.goto(scene.address)
      await scene.ready(page)
      const seen = await measure(page, host, watch, scene.name, say)
      figures.push(...seen.figures)
      watched.push({ name: scene.name, share: seen.share })
    }
    // At the end: a server that has just begun compiles and fills its caches.
    await context.close()
    await sleep(3_000)
    const quiet = await processorShare(host, () => sleep(quietS * 1_000))
    return [
      figure('server: processor with nobody watching', quiet * 1_000, 'ms/s'),
      ...watched.map(({ name, share }) =>
        figure(`${name}: server's processor for a viewer`, (share - quiet) * 1_000, 'ms/s'),
      ),
      ...figures,
    ]
  } finally {
    await browser.close()
    host.child.kill('SIGTERM')
    await once(host.child, 'exit')
    rmSync(dataDir, { recursive: true, force: true })
  }
})

type Scene = {
  readonly name: string
  readonly address: string
  readonly ready: (page: Page) => Promise<void>
}

/** What is looked at, from far to near. */
function scenes({ point }: Host): readonly Scene[] {
  return [
    { name: 'all in heaps', address: '/map', ready: (page: Page) => settled(page, (n) => n > 10_000) },
    {
      name: 'up to 3000 one by one',
      address: `/map?truck=${point}`,
      ready: (page: Page) => settled(page, (n) => n > 1_500 && n <= 3_000),
    },
    {
      name: 'some hundred arrows',
      address: `/map?truck=${point}`,
      ready: async (page: Page) => {
        await settled(page, (n) => n > 0)
        // How many trucks stand around the chosen one depends on where it has driven meanwhile: nearer until they are few.
        for (let step = 0; step < 5 && (await counted(page)) > someHundred; step++) {
          await page.getByRole('button', { name: /Zoom in|放大/ }).click()
          await sleep(3_000)
        }
        await settled(page, (n) => n > 50 && n <= someHundred)
      },
    },
  ]
}

/** Waits until the list beside the map counts what it should, and the map has drawn it. */
async function settled(page: Page, fits: (count: number) => boolean): Promise<void> {
  for (let look = 0; look < 120; look++) {
    if (fits(await counted(page))) return sleep(3_000)
    await sleep(500)
  }
  throw new Error(
    `the map does not count what it should: ${await page.locator('.tz-movers [role=status]').textContent()}`,
  )
}

/** How many trucks the list beside the map says it shows; not a number while it says nothing. */
async function counted(page: Page): Promise<number> {
  const text = await page.locator('.tz-movers [role=status]').textContent({ timeout: 60_000 })
  return Number(/[\d,]+/.exec(text ?? '')?.[0].replaceAll(',', ''))
}

type Watch = {
  readonly session: CDPSession
  /** Answers about positions so far, and their bytes on the wire. */
  readonly heard: () => { readonly answers: number; readonly bytes: number }
}

async function watchPage(page: Page): Promise<Watch> {
  const session = await page.context().newCDPSession(page)
  await session.send('Network.enable')
  const asked = new Set<string>()
  let [answers, bytes] = [0, 0]
  session.on('Network.requestWillBeSent', ({ requestId, request }) => {
    if (new URL(request.url).pathname.endsWith('/positions')) asked.add(requestId)
  })
  session.on('Network.loadingFinished', ({ requestId, encodedDataLength }) => {
    if (!asked.delete(requestId)) return
    answers++
    bytes += encodedDataLength
  })
  return { session, heard: () => ({ answers, bytes }) }
}

async function measure(
  page: Page,
  host: Host,
  watch: Watch,
  name: string,
  say: Say,
): Promise<{ readonly figures: readonly Figure[]; readonly share: number }> {
  const before = watch.heard()
  let still: Frames | undefined
  const share = await processorShare(host, async () => {
    still = await traced(watch.session, () => sleep(stillS * 1_000))
  })
  if (!still) throw new Error('nothing was measured')
  const after = watch.heard()
  const answers = Math.max(1, after.answers - before.answers)
  await countFrames(page)
  const moved = await traced(watch.session, () => move(page))
  const deltas = await frameDeltas(page)
  say(`${name}: ${answers} answers in ${still.seconds.toFixed(0)} s; ${moved.scriptMs.length} frames while it is moved`)
  const all = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0)
  const figures = [
    figure(`${name}: bytes of positions for a viewer`, (after.bytes - before.bytes) / still.seconds / 1_000, 'kB/s'),
    figure(`${name}, still: main thread for an answer, all that follows from it`, all(still.taskMs) / answers, 'ms'),
    figure(`${name}, still: workers of the map for an answer`, still.workerMs / answers, 'ms'),
    figure(`${name}, still: script in a frame, p50`, quantile(still.scriptMs, 0.5), 'ms'),
    // Standing still a frame is drawn when something is new, and all that led to it in many tasks counts as its own: held against no target.
    figure(`${name}, still: script in a frame, p95`, quantile(still.scriptMs, 0.95), 'ms'),
    figure(`${name}, still: script in a frame, p99`, quantile(still.scriptMs, 0.99), 'ms'),
    figure(`${name}, moved: script in a frame, p50`, quantile(moved.scriptMs, 0.5), 'ms'),
    figure(`${name}, moved: script in a frame, p95`, quantile(moved.scriptMs, 0.95), 'ms', '<= 8'),
    figure(`${name}, moved: script in a frame, p99`, quantile(moved.scriptMs, 0.99), 'ms'),
    figure(`${name}, moved: main thread in a frame, p95`, quantile(moved.taskMs, 0.95), 'ms', '<= 16'),
    figure(`${name}, moved: tasks over 50 ms by the clock`, moved.longMs.length, 'tasks'),
    figure(`${name}, moved: between frames drawn by this machine, p50`, quantile(deltas, 0.5), 'ms'),
    figure(`${name}, moved: between frames drawn by this machine, p95`, quantile(deltas, 0.95), 'ms'),
  ]
  return { figures, share }
}

/** Drags the map about for some seconds, then turns the wheel in and out. */
async function move(page: Page): Promise<void> {
  const box = await page.locator('.tz-map').boundingBox()
  if (!box) throw new Error('there is no map')
  const [x, y] = [box.x + box.width / 2, box.y + box.height / 2]
  await page.mouse.move(x, y)
  for (const [dx, dy] of [
    [160, 60],
    [-160, -60],
    [-120, 80],
    [120, -80],
  ] as const) {
    await page.mouse.down()
    for (let step = 1; step <= 40; step++) {
      await page.mouse.move(x + (dx * step) / 40, y + (dy * step) / 40)
      await sleep(16)
    }
    await page.mouse.up()
    await page.mouse.move(x, y)
    await sleep(700)
  }
  for (const turn of [-120, -120, 120, 120]) {
    await page.mouse.wheel(0, turn)
    await sleep(1_000)
  }
}

async function countFrames(page: Page): Promise<void> {
  await page.evaluate(`{
    window.frameTimes = []
    const note = (at) => { window.frameTimes.push(at); window.frameWish = requestAnimationFrame(note) }
    window.frameWish = requestAnimationFrame(note)
  }`)
}

async function frameDeltas(page: Page): Promise<readonly number[]> {
  const times = await page.evaluate<number[]>('cancelAnimationFrame(window.frameWish), window.frameTimes')
  return times.slice(1).map((at, index) => at - (times[index] ?? 0))
}

async function startHost(dataDir: string): Promise<Host> {
  const port = await freePort()
  const child = spawn(process.execPath, programArgs('map-host.ts'), {
    cwd: repoRoot(),
    stdio: ['ignore', 'pipe', 'inherit', 'ipc'],
    env: {
      ...process.env,
      DATA_DIR: dataDir,
      PORT: String(port),
      HOST: '127.0.0.1',
      PUBLIC_URL: `http://127.0.0.1:${port}`,
      JT808_PORT: 'off',
      HJ212_PORT: 'off',
      MQTT_PORT: 'off',
      REQUESTS_PER_MINUTE: '1000000',
      TRUCKS: String(trucks),
      REPORT_EVERY_S: String(reportEveryS),
    },
  })
  if (!child.stdout) throw new Error('a child without standard output')
  for await (const line of createInterface(child.stdout)) return { child, ...(JSON.parse(line) as Omit<Host, 'child'>) }
  throw new Error('the server ended before it listened')
}

async function signIn({ url, token }: Host): Promise<void> {
  const made = await ask(url, token, 'POST', '/accounts', {
    commandId: randomUUID(),
    username: 'bench-map',
    name: 'dispatcher',
    password,
    roles: [{ role: 'dispatcher', partyId: null }],
    synthetic: true,
  })
  if (made.status !== 201) throw new Error(`the account was not made: ${JSON.stringify(made.body)}`)
}

/** Seconds of processor that the server uses in a second of some work. */
async function processorShare({ child }: Host, work: () => Promise<void>): Promise<number> {
  const used = async (): Promise<number> => {
    child.send('usage')
    const [{ user, system }] = (await once(child, 'message')) as [NodeJS.CpuUsage]
    return (user + system) / 1e6
  }
  const [before, began] = [await used(), performance.now()]
  await work()
  return ((await used()) - before) / ((performance.now() - began) / 1_000)
}
