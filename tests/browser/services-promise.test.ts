import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { addDays, localDateOf } from '@tingzhou/calendar'
import restaurant from '../../modules/services/data/one-things/03-restaurant.json' with { type: 'json' }
import rules from '../../modules/services/locales/rules.en.json' with { type: 'json' }
import { faultsInBoth } from './stage.ts'
import { address, handIn, idNumber, openServices, type Services } from './services-stage.ts'

const food = '101100002000'
const owed = 'r_food_manager'
const name = restaurant.materials.find(({ code }) => code === owed)?.name.en ?? ''

// A restaurant is no small shop: its food permit is left to a person, and the promise can still be broken.
const answers = {
  firm_kind: ['individual'],
  shop_kind: ['restaurant'],
  sign: ['no'],
  gathering: ['no'],
  staff_certificates: ['all'],
  applied_by: ['self'],
}
const handed = [
  'r_premises_right',
  'r_domicile_promise',
  'r_floor_plan',
  'r_food_rules',
  'r_equipment_list',
  'r_operation_flow',
  'r_health_certificates',
]

describe('a promise in place of a paper 容缺, in the browser', () => {
  const lang = 'en'
  let zone: Services
  let kept = ''
  let broken = ''

  beforeAll(async () => {
    zone = await openServices(lang)
    kept = await draft(null)
    broken = await draft({ workingDays: 3, signedBy: 'A. Example', agreed: true })
  })
  afterAll(() => zone?.close())

  /** A draft as its applicant left it: all filled in but the paper that is to be promised. */
  async function draft(promise: object | null): Promise<string> {
    const values = {
      shop_name: 'Example Noodles',
      firm_type: 'individual',
      firm_address: address,
      firm_phone: '13800000000',
      legal_rep_name: 'A. Example',
      legal_rep_id: idNumber,
      delivery_way: 'e_licence',
      declaration_true: true,
      signature: 'A. Example',
      signed_on: await zone.today(),
      area_m2: 450,
      seats: 120,
      food_items: ['hot'],
      sells_cold_or_raw: false,
      manager_name: 'B. Example',
      staff_count: 12,
    }
    const materials = [
      ...handed.map((code) => ({ code, how: 'handed_in', fileIds: [] })),
      ...(promise ? [{ code: owed, how: 'promised', fileIds: [] }] : []),
    ]
    const made = await command('diner', '/applications', {
      oneThing: 'restaurant',
      applicant: { kind: 'enterprise', enterpriseId: zone.enterpriseId, name: '合成示例餐饮有限公司' },
      // Papers are shown at the window, so that none has to be sent here.
      mode: 'window',
      visitId: null,
      fields: { answers, values, materials, consents: ['identity', 'contact'], promise },
    })
    return made.id
  }
  async function command(username: string, path: string, body: object): Promise<{ id: string; rev: number }> {
    const { context } = await zone.as(username)
    const made = await context.request.post(`/api/v1${path}`, {
      headers: { origin: zone.server.url },
      data: { commandId: randomUUID(), ...body },
    })
    if (!made.ok()) throw new Error(`${path}: ${made.status()} ${await made.text()}`)
    return made.json()
  }
  const move = async (username: string, id: string, verb: string, input: object = {}) => {
    const { rev } = await zone.get(`/applications/${id}`)
    await command(username, `/applications/${id}/moves`, {
      move: { commandId: randomUUID(), rev, move: verb, ...input },
    })
  }
  const promiseOf = async (id: string) => (await zone.get(`/applications/${id}`)).promises[0]
  const dinerPage = async (id: string) => {
    const { page } = await zone.as('diner')
    await page.goto(`/counter/applications/${id}`)
    await page.getByRole('heading', { level: 1 }).waitFor()
    return page
  }

  it('is taken only with a name and a tick, then signed and sent', async () => {
    const diner = await zone.as('diner')
    const { page } = diner
    await page.goto(`/counter/applications/${kept}?step=materials`)
    await page
      .getByRole('group', { name })
      .getByRole('checkbox', { name: /Promise it within/ })
      .check()
    await page.getByRole('button', { name: zone.t('verb.next') }).click()
    await page.getByText(zone.t('promise.name_first')).waitFor()
    await page.getByText(zone.t('promise.agree_first')).waitFor()
    expect(await faultsInBoth(diner, lang)).toEqual([])

    const paper = page.getByRole('group', { name: zone.t('promise.title') })
    await paper.getByLabel(zone.t('promise.signed_by')).fill('A. Example')
    await paper.getByRole('checkbox', { name: zone.t('promise.agreed') }).check()
    await page.getByRole('button', { name: zone.t('verb.next') }).click()
    await page.getByText(zone.t('send.complete')).waitFor()
    await page.getByRole('button', { name: zone.t('verb.submit'), exact: true }).click()
    await page.getByText(zone.t('plain.check')).waitFor()
  })

  it('the window takes the application in on it: this is the verb that the desk offers first', async () => {
    const window = await zone.as('window')
    await window.page.goto('/window')
    await window.page.getByRole('button', { name: zone.t('move.application.accept_tolerant') }).click()
    await window.page.getByRole('dialog').waitFor()
    await zone.send('window', 'application.accept_tolerant')
    await expect.poll(async () => (await promiseOf(kept))?.state).toBe('open')
  })

  it('is kept: supplied, waiting for the window, verified', async () => {
    const box = await zone.press('diner', `/counter/applications/${kept}`, 'promise.supply')
    await handIn(box, zone.ui('files.choose'))
    await zone.send('diner', 'promise.supply')
    await (await dinerPage(kept)).getByText(zone.t('promise_state.verifying')).waitFor()

    const window = await zone.as('window')
    await window.page.goto('/window')
    await window.page.getByRole('link', { name: restaurant.name.en }).click()
    await window.page.waitForURL(new RegExp(kept))
    await zone.press('window', `/applications/${kept}`, 'promise.verify')
    await zone.send('window', 'promise.verify')
    await (await dinerPage(kept)).getByText(zone.t('promise_state.kept')).waitFor()
  })

  it('is broken when its day passes: the applicant and the department see what ended', async () => {
    await move('diner', broken, 'submit')
    await move('window', broken, 'accept_tolerant', { words: '' })
    await expect.poll(async () => (await promiseOf(broken))?.state).toBe('open')
    const { dueAt } = await promiseOf(broken)
    await zone.passTo(addDays(localDateOf(dueAt), 1))
    await expect.poll(async () => (await promiseOf(broken)).state).toBe('broken')

    const page = await dinerPage(broken)
    await page.getByText(zone.t('promise_state.broken')).first().waitFor()
    await page.getByText(zone.t('item_state.ended')).first().waitFor()
    expect(await faultsInBoth(await zone.as('diner'), lang)).toEqual([])
    const officer = await zone.as('market.officer')
    await officer.page.goto(`/item-cases/${(await zone.itemOf(broken, food)).id}`)
    await officer.page.getByText(zone.t('item_state.ended')).first().waitFor()
    expect(await faultsInBoth(officer, lang)).toEqual([])
  })

  it('blocks the next request until the record is repaired', async () => {
    const next = await draft({ workingDays: 3, signedBy: 'A. Example', agreed: true })
    await move('diner', next, 'submit')
    const box = await zone.press('window', `/applications/${next}`, 'application.accept_tolerant')
    await box.getByRole('button', { name: zone.t('move.application.accept_tolerant'), exact: true }).click()
    await expect.poll(() => box.innerText()).toContain(rules['reasons.dishonesty_record'])
    expect((await zone.get(`/applications/${next}`)).state).toBe('check')

    const repair = await zone.press('supervisor', `/applications/${broken}`, 'promise.repair')
    await repair.getByLabel(zone.t('field.reason')).fill('The proof was handed in late.')
    await zone.send('supervisor', 'promise.repair')
    await zone.press('window', `/applications/${next}`, 'application.accept_tolerant')
    await zone.send('window', 'application.accept_tolerant')
    await expect.poll(async () => (await zone.get(`/applications/${next}`)).state).toBe('running')
  })

  it('nothing broke on the way', () => {
    for (const [user, { errors }] of zone.people) expect({ user, errors }).toEqual({ user, errors: [] })
  })
})
