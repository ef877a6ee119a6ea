import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Page } from 'playwright-core'
import { addDays, localDateOf } from '@tingzhou/calendar'
import { jsonb, newId } from '@tingzhou/db'
import { saveLines } from '../../modules/chains/target/lines.ts'
import { pulpLine } from '../../modules/chains/target/testing.ts'
import en from '../../modules/chains/web/locales/en.json' with { type: 'json' }
import zhCN from '../../modules/chains/web/locales/zh-CN.json' with { type: 'json' }
import {
  desk,
  openStage,
  fits,
  password,
  phone,
  seriousFaults,
  textOf,
  type Person,
  type Stage,
  within,
  walkedIn,
} from './stage.ts'

const bundles = { 'zh-CN': zhCN, en } as const
const folder = process.env.TARGET_PICTURES

describe.each(walkedIn(folder))('targets of the chains, in the browser, %s', (lang) => {
  const t = bundles[lang]
  const pulp = lang === 'en' ? /pulp/i : /木浆/
  let stage: Stage
  let officer: Person
  let leader: Person
  let day: (days: number) => string

  beforeAll(async () => {
    stage = await openStage(lang)
    for (const [username, role] of [
      ['chainer', 'chain_officer'],
      ['mayor', 'leader'],
    ] as const)
      await stage.post('/accounts', {
        username,
        name: `${username}（测试）`,
        password,
        lang,
        roles: [{ role, partyId: null }],
      })
    const { deps } = stage.server
    day = (days) => addDays(localDateOf(deps.clock()), days)
    const area = { areaId: stage.zone.area.id, synthetic: true }
    const buyers = [stage.zone.firm.id]
    for (const name of ['合成甲纸业有限公司', '合成乙纸业有限公司'])
      buyers.push((await stage.post('/enterprises', { name, ...area })).id)
    await deps.db
      .updateTable('chain_product')
      .set({ site: jsonb({ landM2: 20_000, powerKw: 4_000, heightM: 9 }) as never })
      .where('code', '=', 'P1301')
      .execute()
    const two = {
      list: 'strengthen',
      product: 'P1302',
      segment: 'down',
      weaknesses: ['idle'],
      valueFen: 98_765_432,
    } as const
    await deps.db
      .transaction()
      .execute((tx) =>
        saveLines(
          tx,
          deps,
          newId(),
          [
            pulpLine(buyers),
            pulpLine(buyers.slice(0, 2), { ...two, parts: { potential: 0.9, actual: 0.4, need: 12_345, hhi: 5_000 } }),
          ],
          3,
        ),
      )
    officer = await stage.enter('chainer', desk)
    leader = await stage.enter('mayor', desk)
  })
  afterAll(() => stage?.close())

  /** Looked at on both widths; nothing serious, nothing beyond the window. */
  const sound = async (page: Page, name: string) => {
    for (const [width, view] of [
      ['1440', desk],
      ['390', phone],
    ] as const) {
      await page.setViewportSize(view)
      await fits(page, `${name} at ${width}`)
      if (folder) await page.screenshot({ path: `${folder}/D-${lang}-${name}-${width}.png`, fullPage: true })
    }
    await page.setViewportSize(desk)
    expect(await seriousFaults(page), name).toEqual([])
  }
  const pick = async (page: Page, label: string, option: RegExp | string) => {
    await page.getByLabel(label, { exact: true }).click()
    await page.locator('.ant-select-dropdown:visible').getByTitle(option).first().click()
  }
  const date = async (page: Page, label: string, value: string) => {
    await page.getByLabel(label, { exact: true }).fill(value)
    await page.getByLabel(label, { exact: true }).press('Tab')
  }

  it('an empty board says where targets come from; a plant is entered', async () => {
    const { page } = officer
    await page.goto('/chain-targets')
    await page.getByText(t.target.empty).waitFor()
    await sound(page, 'board-empty')
    await page.goto('/chain-plants')
    await page.getByText(t.plant.empty).waitFor()
    await page.getByRole('main').getByRole('link', { name: t.plant.enter }).first().click()
    await page.getByLabel(t.plant.name, { exact: true }).fill('合成东片区 3 号厂房')
    await page.getByLabel(t.plant.need.landM2, { exact: true }).fill('24000')
    await page.getByLabel(t.plant.need.powerKw, { exact: true }).fill('2500')
    await sound(page, 'plant-form')
    await page.getByRole('button', { name: t.plant.enter }).click()
    await page.getByRole('heading', { name: '合成东片区 3 号厂房' }).waitFor()
    await sound(page, 'plant')
  })

  it('the lists of a chain lead to a line with its formula, its firms and the plants that fit', async () => {
    const { page } = officer
    await page.goto('/industry-chains/C13?tab=lists')
    await page.getByRole('main').getByText(pulp).last().waitFor()
    await page.goto('/chain-lines')
    await page
      .getByRole('link', { name: pulp })
      .or(page.getByRole('button', { name: pulp }))
      .first()
      .waitFor()
    await sound(page, 'lines')
    await page.goto('/chain-lines/C13_up_P1301_fill')
    await page.getByText(t.chain_line.formula_of.fill).waitFor()
    await page.getByText(t.chain_line.part.missing).waitFor()
    await sound(page, 'line')
    await page.getByRole('tab', { name: t.chain_line.buyers }).click()
    await page.getByText(/24,000/).waitFor()
    await page.getByRole('tab', { name: t.plant.fit_title }).click()
    await page.getByText('合成东片区 3 号厂房').waitFor()
    await page.getByText(t.plant.verdict.short, { exact: true }).waitFor()
    await page.getByText(t.plant.verdict.unknown, { exact: true }).waitFor()
    await page.getByText(t.plant.none_fits).waitFor()
    await sound(page, 'line-plants')
    // Two buyers only: rounded, and it says so.
    await page.goto('/chain-lines/C13_down_P1302_strengthen')
    await page.getByText(t.chain_line.rounded.replace('{{n}}', '3')).waitFor()
    expect(await page.getByText('12,345').count()).toBe(0)
    await page.getByRole('tab', { name: t.chain_line.buyers }).click()
    await page.getByText(t.chain_line.few_buyers.replace('{{n}}', '3')).waitFor()
  })

  it('a target is opened from the line, refused without an owner, moved to contacted, and stands on the board', async () => {
    const { page } = officer
    await page.goto('/chain-lines/C13_up_P1301_fill')
    await page.getByRole('main').getByRole('link', { name: t.target.open }).click()
    await page.getByText(t.target.intro_line).waitFor()
    await page.getByRole('button', { name: t.target.open }).click()
    await page.getByText(textOf(lang, 'ui:field.say').replace('{{label}}', t.target.owner)).waitFor()
    await sound(page, 'open-form')
    await pick(page, t.target.owner, /mayor/)
    await date(page, t.target.deadline, day(90))
    await page.getByLabel(t.target.step, { exact: true }).fill('打电话')
    await date(page, t.target.step_day, day(3))
    await page.getByRole('button', { name: t.target.open }).click()
    await page.getByRole('heading', { name: pulp }).waitFor()
    await sound(page, 'target')

    await page.getByRole('button', { name: t.target.move.contact, exact: true }).click()
    const form = page.getByRole('dialog', { name: t.target.move.contact })
    await form.getByLabel(t.target.whom).fill('王经理')
    await form.getByLabel(t.target.words).fill('愿意来看厂房')
    await form.getByRole('button', { name: t.target.move.contact, exact: true }).click()
    await form.waitFor({ state: 'hidden' })
    await page.getByRole('button', { name: t.target.move.visit, exact: true }).waitFor()
    await page.getByText('愿意来看厂房').first().waitFor()
    await page.getByRole('tab', { name: t.plant.fit_title }).click()
    await page.getByRole('button', { name: t.target.move.take_plant }).click()
    await page.getByText(t.target.has_plant).waitFor()
    await sound(page, 'target-plants')
    await page.getByRole('tab', { name: t.target.process }).click()
    await page.getByText(t.target.node.at_contacted).first().waitFor()
    await sound(page, 'target-process')

    await page.goto('/chain-targets')
    const column = page.getByRole('region', { name: t.target.state.contacted })
    await column.getByRole('link', { name: pulp }).waitFor()
    await column.getByText(/mayor/).waitFor()
    await within(page, "document.querySelector('.target-board')", 'the board at 1440')
    await sound(page, 'board')
    await page.goto('/chain-targets/list')
    await page.getByText(pulp).first().waitFor()
    await sound(page, 'targets')
  })

  it('a leader reads the board and owns the target; what is not a leader’s is disabled with its reason', async () => {
    const { page, errors } = leader
    await page.goto('/chain-targets')
    const open = page.getByRole('button', { name: t.target.open })
    await expect.poll(() => open.getAttribute('aria-disabled')).toBe('true')
    await page.getByRole('link', { name: pulp }).click()
    await page.getByRole('button', { name: t.target.move.park, exact: true }).click()
    const form = page.getByRole('dialog', { name: t.target.move.park })
    await form.getByLabel(t.target.why).fill('等政策')
    await form.getByLabel(t.target.look_day).fill(day(10))
    await form.getByLabel(t.target.look_day).press('Tab')
    await sound(page, 'park-form')
    await form.getByRole('button', { name: t.target.move.park, exact: true }).click()
    await form.waitFor({ state: 'hidden' })
    await page.getByRole('button', { name: t.target.move.resume, exact: true }).waitFor()
    await sound(page, 'target-parked')
    expect([...errors, ...officer.errors]).toEqual([])
  })
})
