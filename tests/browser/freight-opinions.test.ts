import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Page } from 'playwright-core'
import phoneTexts from '../../apps/phone/locales/zh-CN.json' with { type: 'json' }
import choices from '../../modules/freight/data/opinions.json' with { type: 'json' }
import t from '../../modules/freight/web/locales/zh-CN.json' with { type: 'json' }
import { settledWaybill } from './freight-stage.ts'
import { desk, openStage, fits, password, phone, seriousFaults, type Person, type Stage } from './stage.ts'

const folder = process.env.OPINION_PICTURES

describe('what the sides of a trip think of it', () => {
  let stage: Stage
  let firm: Person
  let waybill: Awaited<ReturnType<typeof settledWaybill>>

  beforeAll(async () => {
    stage = await openStage('zh-CN')
    const roles = [{ role: 'freight_dispatcher', partyId: null }]
    await stage.post('/accounts', { username: 'sending', name: '调度（测试）', password, lang: 'zh-CN', roles })
    waybill = await settledWaybill(stage)
    firm = await stage.enter('firm', desk)
  })
  afterAll(() => stage?.close())

  const look = async (page: Page, name: string) => {
    expect(await seriousFaults(page)).toEqual([])
    await fits(page)
    if (folder) await page.screenshot({ path: `${folder}/opinion-${name}.png`, fullPage: true })
  }

  it('the shipper rates at the counter, the driver on the phone, and each then reads the other', async () => {
    const { page } = firm
    await page.goto(`/counter/freight-waybills/${waybill.id}?tab=opinions`)
    await page.getByRole('button', { name: t.rating.give, exact: true }).click()
    const form = page.getByRole('dialog', { name: t.rating.give })
    await form.getByText(t.stars['3'], { exact: true }).click()
    await form.getByText(choices.tags.shipper[0]?.zh ?? '', { exact: true }).click()
    await form.getByLabel(t.rating.words).fill('比约定晚到半天')
    await look(page, 'rate')
    await form.getByRole('button', { name: t.rating.give, exact: true }).click()
    await form.waitFor({ state: 'hidden' })
    await page.getByText('比约定晚到半天').waitFor()
    await page.getByRole('button', { name: t.rating.change, exact: true }).waitFor()
    await look(page, 'rated')

    const { page: driver } = await stage.enter(null, phone)
    await driver.goto('/phone/')
    await driver.getByLabel(phoneTexts['signin.username']).fill(waybill.crew.username)
    await driver.getByLabel(phoneTexts['signin.password']).fill(password)
    await driver.getByRole('button', { name: phoneTexts['signin.verb'] }).click()
    await driver.getByRole('heading', { name: phoneTexts['tab.trips'] }).waitFor()
    await driver.goto(`/phone/#/trips/${waybill.id}`)
    await driver.getByRole('button', { name: phoneTexts['move.rate'] }).click()
    await driver.getByLabel(phoneTexts['stars.2']).check()
    await driver.getByLabel(choices.tags.carrier[4]?.zh ?? '').check()
    await look(driver, 'phone')
    // Nobody reads the shipper's mark out of the page before rating.
    expect(await driver.getByText('比约定晚到半天').count()).toBe(0)
    await driver.getByRole('button', { name: phoneTexts['move.rate'] }).click()
    await driver.getByRole('button', { name: phoneTexts['move.complain'] }).waitFor()

    const other = page.getByText(t.rating_side.carrier, { exact: true })
    await expect.poll(() => other.count()).toBe(1)
    await page.getByText(t.stars['2']).waitFor()
    await look(page, 'both')
  })

  it('a complaint goes from the counter to the platform and back', async () => {
    const { page } = firm
    await page.goto(`/counter/freight-waybills/${waybill.id}?tab=opinions`)
    await page.getByRole('link', { name: t.complaint.open, exact: true }).click()
    await page.getByRole('heading', { name: t.complaint.open }).waitFor()
    // Refused at the field first.
    await page.getByRole('button', { name: t.complaint.send }).click()
    await page.getByText(t.complaint.choose_kind).waitFor()
    await page.getByLabel(t.complaint.kind).click()
    await page.getByTitle(choices.kinds[1]?.zh ?? '').click()
    await page.getByText(t.complaint.no_money).waitFor()
    await page.getByLabel(t.complaint.words).fill('少了两吨，请核实')
    await page.setViewportSize(phone)
    await look(page, 'complain-narrow')
    await page.getByRole('button', { name: t.complaint.send }).click()
    await page.getByText(t.complaint_next.opened).waitFor()
    await look(page, 'complaint-narrow')
    await page.setViewportSize(desk)

    const { page: platform } = await stage.enter('sending', desk)
    await platform.goto('/freight-complaints')
    await platform
      .getByRole('link', { name: /TS\d{12}/ })
      .first()
      .click()
    const press = async (verb: string, words?: string) => {
      await platform.getByRole('button', { name: verb, exact: true }).click()
      const form = platform.getByRole('dialog', { name: verb })
      if (words !== undefined) await form.getByLabel(t.complaint.move_words).fill(words)
      await form.getByRole('button', { name: verb, exact: true }).click()
      await form.waitFor({ state: 'hidden' })
    }
    await press(t.complaint_move.accept)
    await press(t.complaint_move.answer, '磅单属实，已通知承运人补差')
    await platform.getByText(t.complaint_next.answered).waitFor()
    await look(platform, 'answered')

    await page.getByText('磅单属实，已通知承运人补差').waitFor()
    await page.getByRole('button', { name: t.complaint_move.content, exact: true }).click()
    const form = page.getByRole('dialog', { name: t.complaint_move.content })
    await form.getByRole('button', { name: t.complaint_move.content, exact: true }).click()
    await form.waitFor({ state: 'hidden' })
    await page.getByText(t.complaint_end.content).waitFor()
    await page.getByRole('tab', { name: t.waybill.process }).click()
    await page.getByText(t.complaint_node.review).first().waitFor()
    await look(page, 'closed')
    expect(firm.errors).toEqual([])
  })
})
