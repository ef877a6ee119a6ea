import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { addDays, localDateOf } from '@tingzhou/calendar'
import zhCN from '../../modules/safety/web/locales/zh-CN.json' with { type: 'json' }
import { marksWorth, testRules } from '../../modules/safety/testing-rules.ts'
import { desk, faultsInBoth, openStage, password, phone, textOf, type Person, type Stage } from './stage.ts'

const lang = 'zh-CN'
const text = zhCN
const team = '合成磨粉一班'
const campaignName = '合成示范班组评选'

describe('the three-level review of safety teams, in the browser', () => {
  const people = new Map<string, Person>()
  let stage: Stage
  let campaign = ''
  let application = ''

  const as = async (username: string): Promise<Person> => {
    const known = people.get(username)
    if (known) return known
    const person = await stage.enter(username, username === 'firm' ? phone : desk)
    people.set(username, person)
    return person
  }
  /** A command by one of the people, as their page would send it. */
  const command = async (username: string, path: string, body: object) => {
    const { context } = await as(username)
    const sent = await context.request.post(`/api/v1/safety${path}`, {
      headers: { origin: stage.server.url },
      data: body,
    })
    if (!sent.ok()) throw new Error(`${path}: ${sent.status()} ${await sent.text()}`)
    return sent.json()
  }
  const get = async (path: string) => (await stage.server.machine.get(`/api/v1/safety${path}`)).body
  const move = async (username: string, name: string, input: object) => {
    const { rev } = await get(`/applications/${application}`)
    const sent = { commandId: randomUUID(), rev, move: name, ...input }
    await command(username, `/applications/${application}/moves`, { move: sent })
  }
  const confirmed = async ({ page }: Person, verb: string) => {
    await page.getByRole('button', { name: verb, exact: true }).first().click()
    await page.getByRole('dialog').getByRole('button', { name: verb, exact: true }).click()
  }

  let rules: ReturnType<typeof testRules>

  beforeAll(async () => {
    stage = await openStage(lang)
    const today = localDateOf((await stage.server.machine.get('/api/v1/demo')).body.clock)
    rules = testRules({
      selfDue: addDays(today, 10),
      countyDue: addDays(today, 20),
      prefectureDue: addDays(today, 30),
    })
    const reviewer = async (username: string): Promise<string> => {
      const roles = [{ role: 'dept_officer', partyId: stage.zone.safety.id }]
      return (await stage.post('/accounts', { username, name: `${username}（测试）`, password, lang, roles })).id
    }
    const panel = [
      { accountId: await reviewer('county'), level: 'county', areaId: stage.zone.area.id },
      { accountId: await reviewer('first'), level: 'prefecture', areaId: null },
      { accountId: await reviewer('second'), level: 'prefecture', areaId: null },
    ]
    const made = await stage.post('/safety/campaigns', {
      name: campaignName,
      year: Number(today.slice(0, 4)),
      rules,
      panel,
      synthetic: true,
    })
    campaign = made.id
  })
  afterAll(() => stage?.close())

  it('a firm finds it on a phone behind one more tab, and enters a team', async () => {
    const firm = await as('firm')
    const { page } = firm
    await page.goto('/counter')
    await page.getByRole('button', { name: textOf(lang, 'shell:more_entries') }).click()
    await page.getByRole('menuitem', { name: text.nav.counter }).click()
    await page.getByRole('heading', { level: 1, name: text.counter.title }).waitFor()
    expect(await faultsInBoth(firm, lang)).toEqual([])
    await page.getByRole('link', { name: new RegExp(campaignName) }).click()
    await page.getByRole('link', { name: text.verb.apply }).click()
    await page.getByRole('button', { name: text.verb.apply }).click()
    await page.getByText(text.rule.say.replace('{{label}}', text.column.team), { exact: true }).waitFor()
    await page.getByLabel(text.column.team, { exact: true }).fill(team)
    await page.getByLabel(text.field.leader, { exact: true }).fill('示例班长')
    await page.getByLabel(text.field.members, { exact: true }).fill('8')
    await page.getByRole('button', { name: text.verb.apply }).click()
    await page.waitForURL(/\/counter\/safety\/applications\/[0-9a-f-]{36}/)
    application = new URL(page.url()).pathname.split('/').at(-1) ?? ''
    expect((await get(`/applications/${application}`)).state).toBe('draft')
  })

  it('it marks itself; county and prefecture mark on their own, and none sees the others before', async () => {
    await move('firm', 'save', { marks: marksWorth(rules.sheet, 9_600) })
    const { page } = await as('firm')
    await page.reload()
    await page.getByRole('status').getByText('96').first().waitFor()
    await page.getByRole('button', { name: text.verb.submit }).click()
    await expect.poll(async () => (await get(`/applications/${application}`)).state).toBe('county')

    const marks = marksWorth(rules.sheet, 9_600)
    await move('county', 'score', { marks, reasons: {}, words: '' })
    await move('lead', 'decide', { outcome: 'accept', reason: '' })
    await move('first', 'score', { marks, reasons: {}, words: '' })
    const second = await as('second')
    await second.page.goto(`/safety-applications/${application}`)
    // The county's and the first reviewer's.
    await second.page.getByText(text.sheet.hidden.replace('{{n}}', '2')).waitFor()
    expect(await faultsInBoth(second, lang)).toEqual([])
    await move('second', 'score', { marks, reasons: {}, words: '' })
    expect((await get(`/applications/${application}`)).state).toBe('scored')
  })

  it('the office ranks and publishes; the firm objects on its phone; the office decides', async () => {
    const office = await as('supervisor')
    await office.page.goto(`/safety-campaigns/${campaign}`)
    await confirmed(office, text.verb.close)
    await office.page.getByRole('button', { name: text.verb.publicise, exact: true }).click()
    await expect.poll(async () => (await get(`/campaigns/${campaign}`)).state).toBe('publicised')

    const firm = await as('firm')
    await firm.page.goto(`/counter/safety/campaigns/${campaign}`)
    await firm.page.getByText(team).first().waitFor()
    expect(await faultsInBoth(firm, lang)).toEqual([])
    await firm.page.getByRole('button', { name: text.verb.object }).click()
    const box = firm.page.getByRole('dialog')
    await box.getByRole('combobox', { name: text.column.team }).fill(team)
    await firm.page.keyboard.press('Enter')
    await box.getByLabel(text.objection.words).fill('请复核第二项得分。')
    await box.getByRole('button', { name: text.verb.object }).click()
    await box.waitFor({ state: 'hidden' })

    await office.page.goto(`/safety-campaigns/${campaign}?tab=objections`)
    await office.page.getByRole('button', { name: text.verb.decide_objection }).click()
    const decision = office.page.getByRole('dialog')
    await decision.getByRole('radio', { name: text.objection.state.dismissed }).check()
    await decision.getByLabel(text.objection.reason).fill('现场评分记录齐全。')
    await decision.getByRole('button', { name: text.verb.decide_objection }).click()
    await decision.waitFor({ state: 'hidden' })
    await office.page.getByRole('tabpanel').getByText('现场评分记录齐全。').waitFor()
  })

  it('after publicity the list is confirmed, and the honour stands in the register', async () => {
    const { publicityUntil } = await get(`/campaigns/${campaign}`)
    const moved = await stage.server.machine.post('/api/v1/demo/clock', { to: publicityUntil + 60_000 })
    expect(moved.status).toBe(200)
    await expect.poll(async () => (await get(`/campaigns/${campaign}`)).state).toBe('publicity_over')
    const office = await as('supervisor')
    await office.page.goto(`/safety-campaigns/${campaign}`)
    await confirmed(office, text.verb.confirm)
    await expect.poll(async () => (await get(`/campaigns/${campaign}`)).state).toBe('confirmed')

    const firm = await as('firm')
    await firm.page.goto('/counter/safety/honours')
    await firm.page.getByText(team).first().waitFor()
    expect(await faultsInBoth(firm, lang)).toEqual([])
  })

  it('nothing broke on the way', () => {
    for (const [name, { errors }] of people) expect({ name, errors }).toEqual({ name, errors: [] })
  })
})
