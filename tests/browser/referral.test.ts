import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Page } from 'playwright-core'
import en from '../../modules/referral/web/locales/en.json' with { type: 'json' }
import zhCN from '../../modules/referral/web/locales/zh-CN.json' with { type: 'json' }
import { desk, openStage, password, phone, seriousFaults, type Person, type Stage } from './stage.ts'

const bundles = { 'zh-CN': zhCN, en } as const

describe.each(['zh-CN', 'en'] as const)('a referral, in the browser, %s', (lang) => {
  const text = bundles[lang]
  let stage: Stage
  let nurse: Person
  let doctor: Person
  let coordinator: Person
  let id: string

  beforeAll(async () => {
    stage = await openStage(lang)
    const { machine } = stage.server
    const post = async (path: string, body: object): Promise<string> => {
      const answer = await machine.post(`/api/v1${path}`, { commandId: randomUUID(), ...body })
      if (answer.status >= 300) throw new Error(`${path}: ${JSON.stringify(answer.body)}`)
      return answer.body.id
    }
    const institution = (kind: string, name: string) => post('/referral-institutions', { kind, name, synthetic: true })
    const home = await institution('care_home', '合成甲养老院')
    const hospital = await institution('hospital', '合成乙医院')
    await post('/referral-agreements', {
      homeId: home,
      hospitalId: hospital,
      priorityUp: 1,
      priorityDown: 1,
      validFrom: '2026-01-01',
    })
    const account = (username: string, role: string, partyId: string | null) =>
      post('/accounts', { username, name: `${username}（测试）`, password, lang, roles: [{ role, partyId }] })
    await account('nurse', 'dept_officer', home)
    await account('doctor', 'dept_officer', hospital)
    await account('placer', 'coordinator', null)
    nurse = await stage.enter('nurse', desk)
    doctor = await stage.enter('doctor', phone)
    coordinator = await stage.enter('placer', desk)
  })
  afterAll(() => stage?.close())

  const stateOf = async () => {
    const { context } = coordinator
    return (await (await context.request.get(`/api/v1/referrals/${id}`)).json()).state
  }
  const choose = async (page: Page, label: string, option: string) => {
    await page.getByRole('combobox', { name: label }).click()
    await page.getByTitle(option, { exact: true }).click()
  }
  /** Opens the order and the form of a move. */
  const open = async ({ page }: Person, move: keyof typeof text.move) => {
    await page.goto(`/referrals/${id}`)
    await page.getByRole('button', { name: text.move[move], exact: true }).click()
    return page.getByRole('dialog')
  }
  const send = async (person: Person, move: keyof typeof text.move) => {
    const box = person.page.getByRole('dialog')
    await box.getByRole('button', { name: text.move[move], exact: true }).click()
    await box.waitFor({ state: 'hidden' })
  }

  it('a name in place of the code is refused at its field; then the patient is sent', async () => {
    const { page } = nurse
    await page.goto('/referrals/new')
    await page.getByLabel(text.field.patientCode).fill('张三')
    await page.getByLabel(text.field.birthYear).fill('1941')
    await page.getByLabel(text.field.reason, { exact: true }).fill('发热待查 <script>alert(1)</script>')
    await page.getByLabel(text.field.condition, { exact: true }).fill('血氧偏低，已吸氧。')
    await choose(page, text.field.abilityLevel, text.ability['3'])
    await page.getByLabel(text.field.consent).check()
    await page.getByRole('button', { name: text.order.send, exact: true }).click()
    await page.getByText(text.rule.patientCode).waitFor()

    await page.getByLabel(text.field.patientCode).fill('A-0417')
    await page.getByRole('button', { name: text.order.send, exact: true }).click()
    await page.waitForURL(/referrals\/[0-9a-f-]{36}$/)

    id = page.url().split('/').at(-1) ?? ''
    expect(await stateOf()).toBe('offered')
    expect(await seriousFaults(page)).toEqual([])
  })

  it('the hospital sees a code in its list, says why it reads, and accepts, on a phone', async () => {
    const { page } = doctor
    await page.goto('/referrals')
    await page.getByRole('link', { name: /ZZ\d{13}/ }).waitFor()
    expect(await page.getByText('A-0417').count()).toBe(0)
    await page.goto(`/referrals/${id}`)
    expect(await page.getByText('血氧偏低，已吸氧。').count()).toBe(0)
    await choose(page, text.field.why_read, text.why.assess)
    await page.getByRole('button', { name: text.clinical.open }).click()
    await page.getByText('血氧偏低，已吸氧。').waitFor()
    // What was typed as a script is read as text.
    await page.getByText('<script>alert(1)</script>').waitFor()

    const box = await open(doctor, 'accept')
    await box.getByLabel(text.field.bed).fill('三区 12 床')
    await send(doctor, 'accept')
    expect(await stateOf()).toBe('accepted')
  })

  it('both sides sign the checklist; what the receiver did not find is named', async () => {
    await open(nurse, 'depart')
    await send(nurse, 'depart')
    const given = await open(nurse, 'hand_over')
    for (const box of await given.getByRole('checkbox').all()) await box.check()
    await send(nurse, 'hand_over')
    await open(doctor, 'take_over')
    const taken = doctor.page.getByRole('dialog')
    for (const box of (await taken.getByRole('checkbox').all()).slice(1)) await box.check()
    await send(doctor, 'take_over')

    expect(await stateOf()).toBe('in_care')
    await nurse.page.goto(`/referrals/${id}?tab=checklist`)
    await nurse.page.getByText(lang === 'en' ? /did not find: Referral form/ : /未见到的文书：转诊单/).waitFor()
  })

  it('the care home sees who read the clinical part and why', async () => {
    const { page } = nurse
    await page.goto(`/referrals/${id}?tab=readings`)
    const row = page.getByRole('row', { name: /doctor（测试）/ })
    await row.getByText(text.why.assess).waitFor()
    await row.getByText('合成乙医院').waitFor()
  })

  it('a measure opens the list behind it', async () => {
    const { page } = coordinator
    await page.goto('/referral-measures?from=2020-01-01&to=2099-12-31')
    await page.getByRole('link', { name: new RegExp(text.measure.of.accept_rate) }).click()
    await page.getByRole('heading', { level: 1, name: text.measure.of.accept_rate }).waitFor()
    await page.getByRole('link', { name: /ZZ\d{13}/ }).waitFor()
    expect(await seriousFaults(page)).toEqual([])
  })

  it('nothing broke on the way', () => {
    expect([nurse, doctor, coordinator].flatMap(({ errors }) => errors)).toEqual([])
  })
})
