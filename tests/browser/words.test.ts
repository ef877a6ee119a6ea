import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openStage, phone, seriousFaults, textOf, type Person, type Stage } from './stage.ts'

/** What the parts of every screen say themselves, in the reader's language; what a field and a form refuse is said where one looks. */
describe('what every screen says', () => {
  let stage: Stage
  let officer: Person
  let supervisor: Person
  let firm: Person

  beforeAll(async () => {
    stage = await openStage('zh-CN')
    officer = await stage.enter('dispatcher')
    supervisor = await stage.enter('supervisor')
    firm = await stage.enter('firm', phone)
  })
  afterAll(() => stage?.close())

  describe.each(['zh-CN', 'en'] as const)('in %s', (lang) => {
    const t = (key: string) => textOf(lang, key)

    it('what empties a filter or the words of a search is called so', async () => {
      const { page } = officer
      await page.goto(`/appeals?lang=${lang}&q=%E5%81%9C%E7%94%B5&states=handling`)
      const clear = page.getByRole('button', { name: t('ui:clear'), exact: true })
      await expect.poll(() => clear.count()).toBe(2)
      await clear.last().click()
      await expect.poll(() => clear.count()).toBe(1)
      expect(page.url()).not.toContain('states=')
      await clear.click()
      await expect.poll(() => page.url()).not.toContain('q=')
    })

    it('icons are silent, and what holds nothing else has a name', async () => {
      const { page } = officer
      await page.goto(`/appeals?lang=${lang}`)
      await page.getByRole('button', { name: t('ui:list.refresh'), exact: true }).waitFor()
      await page
        .getByRole('link', { name: t('needs:nav.appeals'), exact: true })
        .first()
        .waitFor()
      expect(await page.getByRole('img', { name: /^[a-z-]+$/ }).count()).toBe(0)
      await page.goto(`/services?lang=${lang}`)
      await page.getByRole('button', { name: t('ui:list.search'), exact: true }).waitFor()
      expect(await seriousFaults(page)).toEqual([])
    })

    it('what closes a form beside its page, and what closes a refusal, is called so', async () => {
      const { page } = supervisor
      await page.goto(`/need-indicators?lang=${lang}&do=weights`)
      await page.getByRole('button', { name: t('ui:close'), exact: true }).click()
      await expect.poll(() => page.getByRole('dialog').count()).toBe(0)
      await page.goto(`/notices?lang=${lang}`)
      await page.route('**/api/v1/notices/**', (route) => route.abort())
      await page.getByRole('button', { name: t('shell:bell.all_read') }).click()
      await page.getByText(t('ui:problem.offline')).first().waitFor()
      await page.getByRole('button', { name: t('ui:close'), exact: true }).click()
      await page.unroute('**/api/v1/notices/**')
    })

    it('a number beyond its bounds stays as it was typed, and the bound is said', async () => {
      const { page } = supervisor
      await page.goto(`/need-indicators?lang=${lang}&do=weights`)
      const form = page.getByRole('dialog')
      const share = form.getByRole('spinbutton', { name: t('needs:weight.response') })
      const count = form.getByRole('spinbutton', { name: t('needs:weight.callbacksMin') })
      await share.fill('5')
      await count.fill('1.5')
      await count.blur()
      await form.getByText(t('ui:field.most').replace('{{n}}', '1').replace('{{unit}}', '').trim()).waitFor()
      await form.getByText(t('ui:field.whole')).waitFor()
      expect([Number(await share.inputValue()), await count.inputValue()]).toEqual([5, '1.5'])
      // A number of twenty digits is whole, and too large.
      await count.fill('99999999999999999999')
      await count.blur()
      await form.getByText(t('ui:field.most').replace('{{n}}', '1,000').replace('{{unit}}', '').trim()).waitFor()
      expect(await form.getByRole('button').count()).toBe(3)
      expect(await seriousFaults(page)).toEqual([])
    })

    it('a refusal without a network stands beside the button of a phone, and the form can be sent afterwards', async () => {
      const { page, context } = firm
      await page.goto(`/counter/raise?lang=${lang}`)
      await page.getByLabel(t('needs:field.title')).fill('二号车间停电')
      await page.getByLabel(t('needs:field.text')).fill('下午停电两次。')
      const send = page.getByRole('button', { name: t('needs:verb.raise'), exact: true })
      await context.setOffline(true)
      await send.click()
      const refusal = page.getByRole('alert').filter({ hasText: t('ui:problem.offline') })
      await refusal.waitFor()
      const [above, button] = [await refusal.boundingBox(), await send.boundingBox()]
      expect(above?.y).toBeGreaterThan(0)
      expect((above?.y ?? 0) + (above?.height ?? 0)).toBeLessThanOrEqual(button?.y ?? 0)
      expect(button?.y).toBeLessThan(phone.height)
      await context.setOffline(false)
      await send.click()
      await page.waitForURL(/\/counter\/needs\/[0-9a-f-]{36}/)
    })
  })
})
