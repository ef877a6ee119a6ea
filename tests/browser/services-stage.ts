import type { Locator, Page, Route } from 'playwright-core'
import { vi } from 'vitest'
import { localDateOf } from '@tingzhou/calendar'
import type { Lang, Role } from '@tingzhou/parties'
import { desk, openStage, password, phone, photo, textOf, type Person } from './stage.ts'

/** Nobody's: no place has the number 999999. */
export const idNumber = '999999199003070012'
export const address = '示例路 1 号'

const market = 'CJ/GOV/market-regulation/market-regulation-base'
const facts = [
  ['CJ/GOV/service-hall/licence-store/identity-card/v1', { seen: true }],
  [`${market}/name-check/v1`, { free: true }],
  [`${market}/operator-barred/v1`, false],
  [`${market}/licence-revoked-5y/v1`, false],
] as const

const departments = [
  ['market_regulation', '合成市场监管局', 'market'],
  ['health', '合成卫生健康委', 'health'],
] as const

/** A zone with the departments of a restaurant, what they hold of one applicant, and somebody for every part. */
export async function openServices(lang: Lang) {
  const stage = await openStage(lang)
  const t = (key: string, values: Readonly<Record<string, string | number>> = {}) =>
    Object.entries(values).reduce(
      (text, [name, value]) => text.replace(`{{${name}}}`, String(value)),
      textOf(lang, `services:${key}`),
    )
  const people = new Map<string, Person>()
  const as = async (username: string): Promise<Person> => {
    const known = people.get(username)
    if (known) return known
    const person = await stage.enter(username, username === 'diner' ? phone : desk)
    people.set(username, person)
    return person
  }
  const account = (username: string, role: Role, partyId: string | null) =>
    stage.post('/accounts', { username, name: `${username}（测试）`, password, lang, roles: [{ role, partyId }] })
  const { id: enterpriseId } = await stage.post('/enterprises', {
    name: '合成示例餐饮有限公司',
    areaId: stage.zone.area.id,
    address,
    synthetic: true,
  })
  for (const [code, name, username] of departments) {
    const { id } = await stage.post('/departments', { code, name, synthetic: true })
    await account(`${username}.officer`, 'dept_officer', id)
    await account(`${username}.head`, 'dept_head', id)
  }
  await account('diner', 'enterprise', enterpriseId)
  await account('window', 'window_officer', null)
  await stage.post('/shared-facts', {
    facts: facts.map(([service, value]) => ({
      service,
      subject: { kind: 'person', idNumber },
      value,
      asOf: '2026-06-01',
      synthetic: true,
    })),
  })
  const today = async () => localDateOf((await stage.server.machine.get('/api/v1/demo')).body.clock)
  const get = async (path: string) => (await stage.server.machine.get(`/api/v1${path}`)).body

  /** Opens a page and presses a verb, wherever the page offers it. */
  const press = async (username: string, path: string, move: string): Promise<Locator> => {
    const { page } = await as(username)
    await page.goto(path)
    await page.getByRole('heading', { level: 1 }).first().waitFor()
    const name = t(`move.${move}`)
    const button = page.getByRole('button', { name, exact: true }).first()
    const more = page.getByRole('button', { name: t('verb.more') }).first()
    await button.or(more).first().waitFor()
    if (await button.isVisible()) await button.click()
    else {
      await more.click()
      await page.getByRole('menuitem', { name: new RegExp(`^${name}`) }).click()
    }
    const box = page.getByRole('dialog')
    await box.waitFor()
    return box
  }
  /** Sends the form that is open. */
  const send = async (username: string, move: string) => {
    const box = (await as(username)).page.getByRole('dialog')
    await box.getByRole('button', { name: t(`move.${move}`), exact: true }).click()
    await box.waitFor({ state: 'hidden' })
  }
  /** Finds every material that is there good, at the window or in a department. */
  const judge = async (username: string, path: string) => {
    const { page } = await as(username)
    await page.goto(path)
    await page.getByRole('button', { name: t('judge.rest_good') }).click()
    await page.getByRole('button', { name: t('judge.save') }).click()
    await page.getByText(t('judge.saved')).first().waitFor()
  }
  /** Items are opened one after another once the window has accepted. */
  const itemOf = (id: string, code: string): Promise<{ id: string; state: string }> =>
    vi.waitFor(
      async () => {
        const { itemCases } = await get(`/applications/${id}`)
        const found = itemCases.find((item: { code: string }) => item.code === code)
        if (!found) throw new Error(`item ${code} is not open`)
        return found
      },
      { timeout: 30_000, interval: 200 },
    )
  /** Reviewed by an officer, decided by the head. */
  const grant = async (department: string, id: string, code: string) => {
    const path = `/item-cases/${(await itemOf(id, code)).id}`
    const opinion = await press(`${department}.officer`, path, 'item.pass_review')
    await opinion.getByLabel(t('field.opinion')).fill('材料齐全，符合条件。')
    await send(`${department}.officer`, 'item.pass_review')
    await press(`${department}.head`, path, 'item.approve')
    await send(`${department}.head`, 'item.approve')
  }
  return {
    ...stage,
    t,
    ui: (key: string) => textOf(lang, `ui:${key}`),
    as,
    people,
    press,
    send,
    judge,
    grant,
    itemOf,
    get,
    today,
    enterpriseId,
    /** Lets time pass in the zone; what comes due on the way fires. */
    passTo: async (day: string) => {
      const answer = await stage.server.machine.post('/api/v1/demo/clock', { to: Date.parse(`${day}T00:01:00+08:00`) })
      if (answer.status !== 200) throw new Error(`the clock does not move: ${JSON.stringify(answer.body)}`)
    },
  }
}

export type Services = Awaited<ReturnType<typeof openServices>>

type Worded = { readonly code: string; readonly name: { readonly zh: string; readonly en: string } }
type Question = Omit<Worded, 'name'> & {
  readonly text: Worded['name']
  readonly options: readonly Worded[]
}

/** Answers the questions of the situation one after the other, as they come. */
export async function answer(
  page: Page,
  lang: 'zh' | 'en',
  questions: readonly Question[],
  answers: Readonly<Record<string, string>>,
): Promise<void> {
  for (const [code, option] of Object.entries(answers)) {
    const question = questions.find((one) => one.code === code)
    const chosen = question?.options.find((one) => one.code === option)
    if (!question || !chosen) throw new Error(`no option ${option} of the question ${code}`)
    const group = page.getByRole('group', { name: question.text[lang] })
    await group.getByRole('radio', { name: chosen.name[lang], exact: true }).click()
    // The next question takes its place.
    await group.waitFor({ state: 'detached' })
  }
}

/** Writes texts and numbers into the fields that carry these labels. */
export async function fill(page: Page, values: Readonly<Record<string, string>>): Promise<void> {
  for (const [label, value] of Object.entries(values)) await page.getByLabel(label, { exact: true }).fill(value)
}

/** Keeps requests of a page on the line until they are let go, as a slow line does. */
export async function holdBack(page: Page, address: string, method: string): Promise<{ letGo: () => Promise<void> }> {
  let open = () => {}
  const gate = new Promise<void>((resolve) => {
    open = resolve
  })
  const hold = async (route: Route) => {
    if (route.request().method() === method) await gate
    await route.continue()
  }
  await page.route(address, hold)
  return {
    letGo: async () => {
      open()
      await page.unrouteAll({ behavior: 'wait' })
    },
  }
}

/** Hands in a photo for a material and waits until it has arrived. */
export async function handIn(place: Locator, chooser: string): Promise<void> {
  await place.getByLabel(chooser).first().setInputFiles({ name: 'page.jpg', mimeType: 'image/jpeg', buffer: photo })
  await place.getByRole('button', { name: /page/ }).first().waitFor()
  await place.getByRole('progressbar').waitFor({ state: 'hidden' })
}
