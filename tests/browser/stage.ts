import { randomUUID } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import type { AxeResults } from 'axe-core'
import { chromium, type Browser, type BrowserContext, type Page } from 'playwright-core'
import { expect, vi } from 'vitest'
import { connectTerminal, type TestTerminal } from '@tingzhou/gateway/testing'
import type { Lang, Role } from '@tingzhou/parties'
import { startTestServer, type Client, type TestServer } from '../../apps/server/testing.ts'
import needsEn from '../../modules/needs/web/locales/en.json' with { type: 'json' }
import needsZh from '../../modules/needs/web/locales/zh-CN.json' with { type: 'json' }
import servicesEn from '../../modules/services/web/locales/en.json' with { type: 'json' }
import servicesZh from '../../modules/services/web/locales/zh-CN.json' with { type: 'json' }
import uiEn from '../../core/ui/locales/en.json' with { type: 'json' }
import uiZh from '../../core/ui/locales/zh-CN.json' with { type: 'json' }
import shellEn from '../../apps/web/locales/en.json' with { type: 'json' }
import shellZh from '../../apps/web/locales/zh-CN.json' with { type: 'json' }

const bundles = {
  'zh-CN': { needs: needsZh, services: servicesZh, ui: uiZh, shell: shellZh },
  en: { needs: needsEn, services: servicesEn, ui: uiEn, shell: shellEn },
} as const

/** The text that a reader sees for a key such as `needs:move.sign`. */
export function textOf(lang: Lang, key: string): string {
  const [bundle = '', path = ''] = key.split(':')
  const found = path
    .split('.')
    .reduce<unknown>(
      (inner, name) => (inner && typeof inner === 'object' ? (inner as Record<string, unknown>)[name] : undefined),
      bundles[lang][bundle as 'needs'],
    )
  if (typeof found !== 'string') throw new Error(`no text ${key} in ${lang}`)
  return found
}

export const password = 'stage-password-7'

// The first two are pages of the address bar, which every window would load for a second of the processor. This switch takes the
// place of playwright-core's own (chromiumSwitches.ts), of which the others are those that pages on this machine may meet.
const unused = [
  'WebUIOmniboxPopup',
  'WebUIOmniboxAimPopup',
  'AvoidUnnecessaryBeforeUnloadCheckSync',
  'DestroyProfileOnBrowserClose',
  'HttpsFirstBalancedModeAutoEnable',
  'HttpsUpgrades',
  'LensOverlay',
  'MediaRouter',
  'OptimizationHints',
  'PaintHolding',
]

/**
 * The languages that a test walks through its screens in: the one whose words are longer, both where pictures of them are asked for.
 * @param folder  of the pictures
 */
export const walkedIn = (folder: string | undefined): readonly Lang[] =>
  folder === undefined ? ['en'] : ['zh-CN', 'en']

/** How a browser is started. */
export const browserArgs = [
  // A page lives for a second: compiling it well costs more than it saves.
  '--js-flags=--no-maglev --no-turbofan',
  '--headless',
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  `--disable-features=${unused.join(',')}`,
]

/**
 * A server with a small zone, the screens as they are shipped, and one browser; each person has a context of their own.
 * @param environment  of the server, such as a port for terminals
 */
export async function openStage(lang: Lang, environment: Readonly<Record<string, string>> = {}) {
  const executablePath = process.env.CHROMIUM_PATH
  if (!executablePath) throw new Error('CHROMIUM_PATH names the browser of the browser tests')
  const server = await startTestServer({
    background: true,
    demo: true,
    environment: { REQUESTS_PER_MINUTE: '100000', ...environment },
  })
  const browser = await chromium.launch({
    executablePath,
    args: browserArgs,
  })
  const zone = await buildZone(server, lang)
  return {
    lang,
    server,
    zone,
    t: (key: string) => textOf(lang, key),
    /** Somebody signed in; with null somebody who is not. */
    enter: (username: string | null, view: View = desk) => enter(browser, server, lang, username, view),
    post: (path: string, body: object) => post(server.machine, path, body),
    close: async () => {
      await browser.close()
      await server.close()
    },
  }
}

export type Stage = Awaited<ReturnType<typeof openStage>>

/** A terminal that is let in: the gateway hears of a device a moment after it was added. */
export function admitTerminal({ server }: Stage, number: string): Promise<TestTerminal> {
  const port = server.deps.fieldGateway?.ports.jt808
  if (!port) throw new Error('the gateway does not listen')
  const call = async (): Promise<TestTerminal> => {
    const terminal = await connectTerminal(port, number)
    try {
      await terminal.admit()
      return terminal
    } catch (error) {
      terminal.close()
      throw error
    }
  }
  return vi.waitFor(call, { timeout: 60_000, interval: 1_000 })
}

type View = { readonly width: number; readonly height: number }
export const desk: View = { width: 1440, height: 900 }
export const phone: View = { width: 390, height: 844 }

/** Waits until a page stands within its window; one that was made narrower is laid out anew after that. */
export const fits = (page: Page, name: unknown = page.url()) => within(page, 'document.documentElement', name)

/** Waits until an element, as an expression finds it, needs no scrolling sideways. */
export const within = (page: Page, element: string, name: unknown = element) =>
  expect
    .poll(() => page.evaluate<number>(`${element}.scrollWidth - ${element}.clientWidth`), {
      message: `${String(name)} reaches beyond its width, px`,
    })
    .toBeLessThanOrEqual(0)

async function post(client: Client, path: string, body: object): Promise<{ id: string }> {
  const answer = await client.post(`/api/v1${path}`, { commandId: randomUUID(), ...body })
  if (answer.status >= 300) throw new Error(`${path}: ${answer.status} ${JSON.stringify(answer.body)}`)
  return answer.body
}

async function buildZone(server: TestServer, lang: Lang) {
  const { machine } = server
  const area = await post(machine, '/areas', { code: 'E', name: '东片区', partyBranch: '', synthetic: true })
  const power = await post(machine, '/departments', { code: 'power_company', name: '供电服务站', synthetic: true })
  const safety = await post(machine, '/departments', {
    code: 'safety_environment',
    name: '安全环保局',
    synthetic: true,
  })
  const firm = await post(machine, '/enterprises', { name: '合成示例面粉有限公司', areaId: area.id, synthetic: true })
  const people: readonly (readonly [string, Role, string | null])[] = [
    ['firm', 'enterprise', firm.id],
    ['dispatcher', 'dispatcher', null],
    ['supervisor', 'supervisor', null],
    ['lead', 'area_lead', area.id],
    ['head', 'dept_head', power.id],
    ['helper', 'dept_officer', safety.id],
    ['caller', 'callback_agent', null],
  ]
  for (const [username, role, partyId] of people)
    await post(machine, '/accounts', {
      username,
      name: `${username}（测试）`,
      password,
      lang,
      roles: [{ role, partyId }],
    })
  return { area, power, safety, firm }
}

async function enter(
  browser: Browser,
  server: TestServer,
  lang: Lang,
  username: string | null,
  viewport: View,
): Promise<Person> {
  const context = await browser.newContext({
    viewport,
    locale: lang,
    baseURL: server.url.replace('localhost', '127.0.0.1'),
    reducedMotion: 'reduce',
    timezoneId: 'Asia/Shanghai',
  })
  const page = await context.newPage()
  const errors: string[] = []
  page.on('pageerror', (error) => errors.push(error.message))
  page.on('console', (message) => {
    if (message.type() === 'error' && /Content Security Policy/.test(message.text())) errors.push(message.text())
  })
  if (username !== null) {
    const answer = await context.request.post('/api/v1/sessions', { data: { username, password } })
    if (!answer.ok()) throw new Error(`${username} cannot sign in: ${answer.status()} ${await answer.text()}`)
  }
  return { page, context, errors }
}

export type Person = { readonly page: Page; readonly context: BrowserContext; readonly errors: readonly string[] }

const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')
// Of what passes axe tells a line, not every element. No page of ours has frames: axe runs where it looks. None plays
// a sound or is held to one way up: nothing is loaded for those rules beforehand.
const asked = JSON.stringify({
  runOnly: ['wcag2a', 'wcag2aa', 'wcag21aa', 'wcag22aa'],
  resultTypes: ['violations'],
  preload: false,
})

/** What axe finds serious or critical on the page, as short lines. */
export async function seriousFaults(page: Page): Promise<readonly string[]> {
  if (!(await page.evaluate<boolean>('"axe" in window'))) await page.evaluate(axe)
  const { violations } = await page.evaluate<AxeResults>(`axe.run(document, ${asked})`)
  return violations
    .filter(({ impact }) => impact === 'serious' || impact === 'critical')
    .map(
      ({ id, nodes }) =>
        `${id}: ${nodes
          .map(({ target }) => target.join(' '))
          .slice(0, 3)
          .join(' | ')}`,
    )
}

/** A photo that is one: a small JPEG of one colour. */
export const photo = Buffer.from(
  '/9j/4AAQSkZJRgABAQEASABIAAD/2wBDAAgGBgcGBQgHBwcJCQgKDBQNDAsLDBkSEw8UHRofHh0aHBwgJC4nICIsIxwcKDcpLDAxNDQ0Hyc5PTgyPC4zNDL/wAALCAABAAEBAREA/8QAFAABAAAAAAAAAAAAAAAAAAAACf/EABQQAQAAAAAAAAAAAAAAAAAAAAD/2gAIAQEAAD8AVN//2Q==',
  'base64',
)

const languageOf = { 'zh-CN': 'en', en: 'zh-CN' } as const

/** What axe finds in the reader's language and in the other one, which the reader switches to and back from. */
export async function faultsInBoth({ page }: Person, lang: Lang): Promise<readonly string[]> {
  const found = await seriousFaults(page)
  const other = languageOf[lang]
  await page.getByRole('button', { name: textOf(lang, 'shell:language.switch') }).click()
  const back = page.getByRole('button', { name: textOf(other, 'shell:language.switch') })
  await back.waitFor()
  const foundToo = await seriousFaults(page)
  await back.click()
  await page.getByRole('button', { name: textOf(lang, 'shell:language.switch') }).waitFor()
  return [...found, ...foundToo.map((line) => `${other} ${line}`)]
}
