import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Page } from 'playwright-core'
import { addDays, localDateOf } from '@tingzhou/calendar'
import { eventZone, steelDay, type EventZone } from '../../modules/market/event/testing.ts'
import serverEn from '../../modules/market/locales/en.json' with { type: 'json' }
import serverZh from '../../modules/market/locales/zh-CN.json' with { type: 'json' }
import en from '../../modules/market/web/locales/en.json' with { type: 'json' }
import zhCN from '../../modules/market/web/locales/zh-CN.json' with { type: 'json' }
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
  walkedIn,
} from './stage.ts'

const bundles = { 'zh-CN': zhCN, en } as const
const rules = { 'zh-CN': serverZh, en: serverEn } as const
const folder = process.env.EVENT_PICTURES

/** How far an open drawer reaches beyond the left edge of the window, px: an expression for `page.evaluate`. */
const cutLeft = `Math.max(0, ...[...document.querySelectorAll('[role=dialog]')].map((one) => -one.getBoundingClientRect().left))`

describe.each(walkedIn(folder))('a matchmaking day, in the browser, %s', (lang) => {
  const t = bundles[lang].event
  let stage: Stage
  let zone: EventZone
  let officer: Person
  let firm: Person
  let id: string

  beforeAll(async () => {
    stage = await openStage(lang)
    zone = await eventZone(stage.server, Number(stage.server.deps.clock()))
    const account = (username: string, role: string, partyId: string | null) =>
      stage.post('/accounts', { username, name: `${username}（测试）`, password, lang, roles: [{ role, partyId }] })
    await account('chainer', 'chain_officer', null)
    await account('bridge', 'enterprise', zone.buyerId)
    officer = await stage.enter('chainer', desk)
    firm = await stage.enter('bridge', phone)
  })
  afterAll(() => stage?.close())

  /** Looked at on both widths; nothing serious, nothing beyond the window. */
  const sound = async (page: Page, name: string, last = desk) => {
    for (const [width, view] of [
      ['1440', desk],
      ['390', phone],
    ] as const) {
      await page.setViewportSize(view)
      await fits(page, `${name} at ${width}`)
      await expect.poll(() => page.evaluate<number>(cutLeft), { message: `${name} at ${width}` }).toBe(0)
      if (folder) await page.screenshot({ path: `${folder}/G-${lang}-${name}-${width}.png`, fullPage: true })
    }
    await page.setViewportSize(last)
    expect(await seriousFaults(page), name).toEqual([])
  }
  const today = () => localDateOf(stage.server.deps.clock())
  const stateNow = async () => (await zone.read(zone.officer, `/market-events/${id}`)).body.state
  const at = (tail = '') => `/market-events/${id}${tail}`

  it('is prepared by an officer, who is told what is missing', async () => {
    const { page } = officer
    await page.goto('/market-events')
    await page.getByText(t.empty).waitFor()
    await sound(page, 'empty')
    await page.getByRole('link', { name: t.new }).first().click()
    await page.getByRole('heading', { name: t.new }).waitFor()
    await page.getByLabel(t.field.name, { exact: true }).fill(steelDay.name)
    await page.getByLabel(t.field.day, { exact: true }).fill(today())
    await page.keyboard.press('Tab')
    await page.getByLabel(t.field.registerBy, { exact: true }).fill(today())
    await page.keyboard.press('Tab')
    await page.getByLabel(t.field.place).fill(steelDay.place)
    await page.getByLabel(t.field.from, { exact: true }).fill('9')
    await page.getByRole('button', { name: t.create }).click()
    await page.getByText(t.time_rule).waitFor()
    await sound(page, 'new')
    await page.getByLabel(t.field.from, { exact: true }).fill('09:00')
    await page.getByLabel(t.field.to, { exact: true }).fill('10:30')
    await page.getByLabel(t.field.tables).fill('2')
    await page.getByRole('button', { name: t.create }).click()
    await page.getByRole('heading', { name: steelDay.name }).waitFor()
    id = page.url().split('/').at(-1)?.split('?')[0] ?? ''
    await page.getByRole('button', { name: t.open, exact: true }).click()
    await expect.poll(stateNow).toBe('open')
    await page.goto(at('?tab=candidates'))
    await page.getByText('合成山前轧钢公司').waitFor()
    await sound(page, 'candidates')
    await page.getByRole('button', { name: t.invite_all }).click()
    await page.getByText(t.no_candidates).waitFor()
    await stage.post('/enterprises', { name: '合成登记企业', areaId: stage.zone.area.id, synthetic: true })
    await page.getByRole('button', { name: t.register, exact: true }).first().click()
    const form = page.getByRole('dialog', { name: t.register })
    await form.getByLabel(t.field.firm, { exact: true }).click()
    await form.getByLabel(t.field.firm, { exact: true }).pressSequentially('合成登记')
    await page.getByTitle('合成登记企业').click()
    await form.getByText('合成登记企业').filter({ visible: true }).first().waitFor()
    await page.keyboard.press('Escape')
  })

  it('a firm registers on the phone', async () => {
    const { page } = firm
    await page.goto(`/counter/market-events/${id}`)
    await page.getByText(t.firm_state.invited).first().waitFor()
    await sound(page, 'invited', phone)
    await page.getByRole('button', { name: t.register, exact: true }).first().click()
    const form = page.getByRole('dialog', { name: t.register })
    await form.getByLabel(t.field.persons).fill('3')
    await form.getByRole('button', { name: t.register }).click()
    await form.waitFor({ state: 'hidden' })
    await page.getByText(t.comes_with.replace('{{n}}', '3')).waitFor()
    for (const [client, firmId] of [
      [zone.other, zone.otherId],
      [zone.steel, zone.steelId],
      [zone.mill, zone.millId],
    ] as const) {
      const answer = await zone.post(client, `/market-events/${id}/registrations`, { firmId, rev: 1, persons: 1 })
      expect(answer.status).toBe(200)
    }
  })

  it('is planned in one click without a clash; a move that clashes is refused by name, another is locked', async () => {
    const { page } = officer
    await page.goto(at('?tab=timetable'))
    await page.getByText(t.no_timetable).first().waitFor()
    await page.getByRole('button', { name: t.plan, exact: true }).click()
    const grid = page.getByRole('table', { name: t.tab.timetable })
    await grid.waitFor()
    await sound(page, 'timetable')
    const { body } = await zone.read(zone.officer, `/market-events/${id}/meetings?limit=200`)
    type Row = { slot: number; from: string; buyer: { id: string; name: string }; seller: { id: string; name: string } }
    const rows: Row[] = body.rows
    expect(rows).toHaveLength(4)
    const seats = rows.flatMap(({ slot, buyer, seller }) => [`${slot} ${buyer.id}`, `${slot} ${seller.id}`])
    expect(new Set(seats).size).toBe(8)

    const row = rows[0]!
    const busy = rows.find(({ slot, buyer }) => slot !== row.slot && buyer.id === row.buyer.id)!
    const cell = grid.getByRole('cell').filter({ hasText: row.buyer.name }).filter({ hasText: row.seller.name })
    await cell.getByRole('button', { name: t.open_meeting }).click()
    const drawer = page.getByRole('dialog', { name: t.meeting })
    await drawer.getByRole('button', { name: t.move }).click()
    await sound(page, 'meeting')
    const choose = async (time: string) => {
      await drawer.getByLabel(t.field.slot, { exact: true }).fill(time)
      await drawer.getByLabel(t.field.slot, { exact: true }).press('Enter')
    }
    await choose(busy.from)
    await drawer.getByLabel(t.field.why).fill('测试')
    await drawer.getByRole('button', { name: t.move }).last().click()
    await drawer.getByText(row.buyer.name).last().waitFor()
    await expect.poll(() => drawer.getByText(busy.seller.name).count()).toBeGreaterThan(0)
    await choose('10:15')
    await drawer.getByRole('button', { name: t.move }).last().click()
    await drawer.getByLabel(t.field.why).waitFor({ state: 'hidden' })
    await page.keyboard.press('Escape')
    await page.getByRole('button', { name: t.plan_again, exact: true }).click()
    await page.getByRole('dialog').getByRole('button', { name: t.plan_again }).click()
    await grid.getByRole('row', { name: /10:15/ }).getByText(row.seller.name).waitFor()
    await page.goto(at('?tab=left'))
    await page.getByText(t.none_left_out).waitFor()
    await page.goto(at('?tab=firms'))
    await page.getByText('合成山前轧钢公司').first().waitFor()
    await sound(page, 'firms')
  })

  it('a firm sees its meetings large, and enters what was agreed; an officer closes the day', async () => {
    const { page } = firm
    await page.goto(`/counter/market-events/${id}`)
    const list = page.getByRole('list', { name: t.my_meetings })
    await list.getByRole('listitem').first().waitFor()
    await sound(page, 'mine', phone)
    await list
      .getByRole('listitem')
      .filter({ hasText: '合成河畔钢铁公司' })
      .getByRole('button', { name: t.open_meeting })
      .click()
    const drawer = page.getByRole('dialog', { name: t.meeting })
    await drawer.getByRole('button', { name: t.enter_result }).click()
    await drawer.getByRole('radio', { name: t.result.agreed }).check()
    await drawer.getByLabel(t.field.quantity).fill('200 方')
    await drawer.getByLabel(t.field.amount).fill('660000')
    await drawer.getByRole('button', { name: t.save_result }).click()
    await drawer.getByText(rules[lang].rule.unit_of_the_dimension.replace('{limit}', 't')).waitFor()
    await sound(page, 'result', phone)
    await drawer.getByLabel(t.field.quantity).fill('200 吨')
    await drawer.getByRole('button', { name: t.save_result }).click()
    await drawer.getByText(t.to_confirm).first().waitFor()
    const { body } = await zone.read(zone.steel, `/market-events/${id}/meetings?limit=200`)
    const meeting = body.rows.find(({ result }: { result: string }) => result === 'agreed')
    expect(meeting).toMatchObject({ amountFen: 66_000_000, quantityText: '200 t' })

    await officer.page.goto(at())
    await officer.page.getByRole('button', { name: t.hold, exact: true }).click()
    await officer.page.getByRole('dialog').getByRole('button', { name: t.hold }).click()
    await expect.poll(stateNow).toBe('held')
    await officer.page.goto(at('?tab=report'))
    await officer.page.getByText(t.report.agreements).waitFor()
    await sound(officer.page, 'report')
  })

  it('what was agreed is asked again after 30 days', async () => {
    const { page } = officer
    await page.goto('/market-follow-ups')
    await page.getByText(t.no_follow_ups).or(page.getByText('合成河畔钢铁公司')).first().waitFor()
    // The day was a month ago, as the clock would have it.
    const due = addDays(today(), -10)
    await zone.db
      .updateTable('market_event_follow')
      .set({ due })
      .where('event_id', '=', id)
      .where('days', '=', 30)
      .execute()
    await page.goto('/market-follow-ups?view=overdue')
    await page.getByText(t.overdue, { exact: true }).first().waitFor()
    await sound(page, 'follow')
    await page.getByRole('button', { name: t.answer, exact: true }).first().click()
    const form = page.getByRole('dialog', { name: t.follow_form })
    await form.getByRole('radio', { name: t.outcome.fallen }).check()
    await form.getByRole('button', { name: t.answer }).click()
    await form.getByText(textOf(lang, 'ui:field.say').replace('{{label}}', t.field.why)).waitFor()
    await form.getByRole('radio', { name: t.outcome.partly }).check()
    await form.getByLabel(t.field.value).fill('330000')
    await sound(page, 'answer')
    await form.getByRole('button', { name: t.answer }).click()
    await form.waitFor({ state: 'hidden' })
    await page.goto('/market-follow-ups?view=answered')
    await page.getByText(t.outcome.partly).first().waitFor()
    expect([...officer.errors, ...firm.errors]).toEqual([])
  })
})
