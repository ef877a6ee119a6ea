import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { isGenuine, openReceiver } from '@tingzhou/webhooks/testing'
import freightZh from '../../modules/freight/web/locales/zh-CN.json' with { type: 'json' }
import zhCN from '../../core/webhooks/web/locales/zh-CN.json' with { type: 'json' }
import {
  faultsInBoth,
  openStage,
  fits,
  password,
  phone,
  seriousFaults,
  textOf,
  type Person,
  type Stage,
} from './stage.ts'

describe('webhooks, in the browser', () => {
  let stage: Stage
  let erp: Awaited<ReturnType<typeof openReceiver>>
  let firm: Person
  let secret = ''

  beforeAll(async () => {
    stage = await openStage('zh-CN', { WEBHOOK_PRIVATE_HOSTS: '127.0.0.1' })
    erp = await openReceiver()
    const admin = {
      username: 'boss',
      name: 'boss（测试）',
      password,
      lang: 'zh-CN',
      roles: [{ role: 'admin', partyId: null }],
    }
    await stage.post('/accounts', admin)
    firm = await stage.enter('firm')
  })
  afterAll(async () => {
    await erp?.close()
    await stage?.close()
  })

  it('a firm adds an endpoint and is shown its secret once; a wrong address is said at its field', async () => {
    const { page } = firm
    await page.goto('/counter/webhooks')
    await page.getByText(zhCN.empty_own).waitFor()
    await page.getByRole('button', { name: zhCN.verb.add }).first().click()
    const form = page.getByRole('dialog', { name: zhCN.verb.add })
    await form.getByRole('textbox', { name: zhCN.field.name }).fill('ERP')
    await form.getByRole('textbox', { name: zhCN.field.url }).fill('https://10.0.0.1/hooks')
    await form.getByRole('checkbox', { name: freightZh.webhook.waybill_moved }).check()
    const send = form.getByRole('button', { name: zhCN.verb.add })
    await send.click()
    await form.getByText('WEBHOOK_PRIVATE_HOSTS').waitFor()
    expect(await seriousFaults(page)).toEqual([])
    await form.getByRole('textbox', { name: zhCN.field.url }).fill(erp.url)
    await send.click()
    const shown = page.getByRole('dialog', { name: zhCN.secret.title })
    secret = (await shown.getByText(/^whsec_/).textContent()) ?? ''
    expect(await seriousFaults(page)).toEqual([])
    await shown.getByRole('button', { name: textOf('zh-CN', 'ui:secret_kept') }).click()

    expect(secret).toMatch(/^whsec_/)
    await page.getByRole('link', { name: 'ERP' }).waitFor()
    expect(await faultsInBoth(firm, 'zh-CN')).toEqual([])
  })

  it('sends a test, sees what came of it and sends it again', async () => {
    const { page } = firm
    await page.getByRole('link', { name: 'ERP' }).click()
    await page.getByRole('button', { name: zhCN.verb.test }).click()
    await page.getByRole('cell', { name: zhCN.delivery.delivered }).waitFor()
    expect(await faultsInBoth(firm, 'zh-CN')).toEqual([])
    await page.getByRole('cell', { name: zhCN.type.test }).click()
    const drawer = page.getByRole('dialog', { name: zhCN.deliveries.one })
    await drawer.getByText('"webhook.test"').waitFor()
    expect(await seriousFaults(page)).toEqual([])
    await drawer.getByRole('button', { name: zhCN.verb.again }).click()
    await expect.poll(() => erp.heard.length).toBe(2)

    const [first, again] = erp.heard
    expect(again?.headers['webhook-id']).toBe(first?.headers['webhook-id'])
    const { clock } = (await stage.server.machine.get('/api/v1/demo')).body
    expect(first && isGenuine(secret, first, clock)).toBe(true)
  })

  it('makes a key for its system on a phone, and is shown it once', async () => {
    const t = (key: string) => textOf('zh-CN', `shell:keys_page.${key}`)
    const { page } = await stage.enter('firm', phone)
    await page.goto('/counter/api-keys')
    await page.getByRole('button', { name: t('new') }).click()
    const form = page.getByRole('dialog', { name: t('new') })
    await form.getByRole('textbox', { name: t('name') }).fill('ERP')
    expect(await seriousFaults(page)).toEqual([])
    await form.getByRole('button', { name: t('create') }).click()
    const shown = page.getByRole('dialog', { name: t('made') })
    await shown.getByText(/^tz_/).waitFor()
    await fits(page)
    expect(await seriousFaults(page)).toEqual([])
    await shown.getByRole('button', { name: textOf('zh-CN', 'ui:secret_kept') }).click()
    await page.getByRole('cell', { name: 'ERP' }).waitFor()

    await fits(page)
    expect(await seriousFaults(page)).toEqual([])
  })

  it('fits a phone; an administrator reads it and stops it, and the firm is told why it cannot open it', async () => {
    const hand = await stage.enter('firm', phone)
    await hand.page.goto('/counter/webhooks')
    await hand.page.getByText('ERP', { exact: true }).first().waitFor()
    await fits(hand.page)
    await hand.page.getByText('ERP', { exact: true }).first().click()
    await hand.page.getByText(zhCN.delivery.delivered).first().waitFor()
    await fits(hand.page)
    expect(await seriousFaults(hand.page)).toEqual([])
    const admin = await stage.enter('boss')
    await admin.page.goto('/webhooks')
    await admin.page.getByRole('link', { name: 'ERP' }).click()
    await admin.page.getByRole('button', { name: zhCN.verb.stop }).click()
    await admin.page.getByRole('dialog').getByRole('button', { name: zhCN.verb.stop }).click()
    await admin.page.getByText(zhCN.stopped.admin).first().waitFor()
    await firm.page.reload()
    await firm.page.getByText(zhCN.stopped.admin).first().waitFor()

    const open = firm.page.getByRole('button', { name: zhCN.verb.open })
    expect(await open.getAttribute('aria-disabled')).toBe('true')
    expect([...firm.errors, ...admin.errors, ...hand.errors]).toEqual([])
  })
})
