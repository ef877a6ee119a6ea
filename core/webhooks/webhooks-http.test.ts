import { sql } from 'kysely'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { problemOf } from '@tingzhou/server/testing'
import zhCN from './locales/zh-CN.json' with { type: 'json' }
import { openReceiver } from './testing.ts'
import { webhookZone, type WebhookZone } from './testing-zone.ts'
import { endpointsMax } from './words.ts'

let zone: WebhookZone
let erp: Awaited<ReturnType<typeof openReceiver>>

beforeAll(async () => {
  zone = await webhookZone()
  erp = await openReceiver()
}, 120_000)
afterAll(async () => {
  await erp.close()
  await zone.server.close()
})

const base = '/api/v1/webhook-endpoints'
const command = (rev: number, more: object = {}) => ({ commandId: crypto.randomUUID(), rev, ...more })

describe('endpoints', () => {
  it('are added by people of the enterprise, and say what they hear and how they fare', async () => {
    const made = await zone.people.owner.post(base, zone.wish('https://example.com:8443/hooks'))
    const read = await zone.people.owner.get(`${base}/${made.body.id}`)

    expect(made.status).toBe(201)
    expect(read.body).toMatchObject({
      party: { id: zone.firmId, name: '甲公司' },
      name: 'ERP',
      url: 'https://example.com:8443/hooks',
      types: ['things.moved'],
      state: 'open',
      failures: 0,
      oldSecretUntil: null,
    })
    expect((await zone.people.owner.get('/api/v1/webhook-types')).body).toEqual({ types: ['things.moved'] })
  })

  it('show their secret once, and it is nowhere else', async () => {
    const logged: string[] = []
    const wish = zone.wish(erp.url)
    const made = await zone.people.owner.post(base, wish)
    const repeat = await zone.people.owner.post(base, wish)
    const rotation = command(1)
    const rotated = await zone.people.owner.post(`${base}/${made.body.id}/rotate`, rotation)
    const again = await zone.people.owner.post(`${base}/${made.body.id}/rotate`, rotation)
    const stale = await zone.people.owner.post(`${base}/${made.body.id}/rotate`, command(1))
    for (const table of ['command', 'history', 'outbox', 'webhook_endpoint', 'notice', 'search_entry']) {
      const { rows } = await sql<{ row: string }>`select t::text as row from ${sql.table(table)} t`.execute(
        zone.deps.db,
      )
      logged.push(...rows.map(({ row }) => row))
    }
    const read = [await zone.people.owner.get(`${base}/${made.body.id}`), await zone.people.owner.get(base)]

    expect([repeat.status, problemOf(repeat).kind]).toEqual([409, 'secret_shown_once'])
    expect([again.status, problemOf(again).kind]).toEqual([409, 'secret_shown_once'])
    expect([stale.status, problemOf(stale).kind]).toEqual([409, 'stale_revision'])
    expect(rotated.body.secret).not.toBe(made.body.secret)
    for (const secret of [made.body.secret, rotated.body.secret]) {
      expect(secret).toMatch(/^whsec_/)
      const bare = secret.slice('whsec_'.length)
      expect(logged.join('\n')).not.toContain(bare)
      expect(JSON.stringify(read.map(({ body }) => body))).not.toContain(bare)
    }
    expect(logged.length).toBeGreaterThan(5)
  })

  it.each([
    ['http://example.com/hooks', 'https_only'],
    ['https://user:pass@example.com/', 'no_credentials'],
    ['https://10.0.0.1/', 'public_address'],
    ['https://[::ffff:7f00:1]/', 'public_address'],
    ['ftp://example.com/', 'https_only'],
    ['nowhere', 'whole_address'],
  ] as const)('are refused the address %s', async (url, rule) => {
    const answer = await zone.people.owner.post(base, zone.wish(url))
    expect(problemOf(answer)).toMatchObject({ status: 422, kind: 'field_refused', errors: [{ field: 'url', rule }] })
    expect(problemOf(answer).errors[0]?.message).toBe(zhCN.rule[rule])
  })

  it('are refused types that nobody tells, an empty name and an empty list', async () => {
    const unknown = await zone.people.owner.post(base, zone.wish(erp.url, { types: ['things.moved', 'webhook.test'] }))
    expect(problemOf(unknown)).toMatchObject({
      status: 422,
      errors: [{ field: 'types', value: 'webhook.test', rule: 'known_type' }],
    })
    for (const wrong of [{ name: ' ' }, { types: [] }, { url: '' }, { partyId: 7 }])
      expect((await zone.people.owner.post(base, zone.wish(erp.url, wrong))).status).toBe(400)
  })

  it('are at most ten a party, also when many are added at once', async () => {
    const third = await zone.server.actor([{ role: 'enterprise', partyId: zone.otherId }])
    const wish = () => zone.wish(erp.url, { partyId: zone.otherId })
    const made = await Promise.all(Array.from({ length: endpointsMax + 4 }, () => third.post(base, wish())))

    expect(made.filter(({ status }) => status === 201)).toHaveLength(endpointsMax)
    expect(made.filter(({ body }) => body.kind === 'too_many_endpoints')).toHaveLength(4)
    const page = await third.get(`${base}?limit=6`)
    const rest = await third.get(`${base}?limit=6&cursor=${page.body.next}`)
    expect([...page.body.rows, ...rest.body.rows].map(({ id }: { id: string }) => id).toSorted()).toEqual(
      made.flatMap(({ body }) => (body.secret ? [body.id] : [])).toSorted(),
    )
    expect(rest.body.next).toBeNull()
  })

  it('change name, address and types, are taken away with what they were told, and keep their history', async () => {
    const { id } = await zone.add(erp.url)
    await zone.move([1])
    const changed = await zone.people.owner.patch(
      `${base}/${id}`,
      command(1, { name: 'TMS', url: `${erp.url}/two`, types: ['things.moved'] }),
    )
    const stale = await zone.people.owner.delete(`${base}/${id}`, command(1))
    const removal = command(2)
    const removed = await zone.people.owner.delete(`${base}/${id}`, removal)
    const repeat = await zone.people.owner.delete(`${base}/${id}`, removal)

    expect(changed.body).toMatchObject({ name: 'TMS', url: `${erp.url}/two`, rev: 2 })
    expect(problemOf(stale).kind).toBe('stale_revision')
    expect([removed.status, repeat.status]).toEqual([200, 200])
    expect(await zone.deliveries(id)).toEqual([])
    expect((await zone.people.owner.get(`${base}/${id}`)).status).toBe(404)
    const history = await zone.deps.db
      .selectFrom('history')
      .select('verb')
      .where('object_id', '=', id)
      .orderBy('seq')
      .execute()
    expect(history.map(({ verb }) => verb)).toEqual(['add', 'change', 'remove'])
  })
})

describe('other people', () => {
  it('of another enterprise find nothing and can do nothing', async () => {
    const { id } = await zone.add(erp.url)
    await zone.move([1])
    const [row] = await zone.deliveries(id)
    const { other } = zone.people
    const list = await other.get(base)

    expect(list.body.rows.map((one: { id: string }) => one.id)).not.toContain(id)
    expect((await other.get(`${base}?partyId=${zone.firmId}`)).body.rows).toEqual([])
    expect((await other.get(`/api/v1/webhook-deliveries?endpointId=${id}`)).body.rows).toEqual([])
    const nothing = [
      await other.get(`${base}/${id}`),
      await other.get(`/api/v1/webhook-deliveries/${row?.id}`),
      await other.patch(`${base}/${id}`, command(1, { name: 'a', url: erp.url, types: ['things.moved'] })),
      await other.post(`${base}/${id}/state`, command(1, { state: 'stopped' })),
      await other.post(`${base}/${id}/rotate`, command(1)),
      await other.post(`${base}/${id}/test`, command(1)),
      await other.delete(`${base}/${id}`, command(1)),
      await other.post(`/api/v1/webhook-deliveries/${row?.id}/again`, { commandId: crypto.randomUUID() }),
    ]
    expect(nothing.map(({ status }) => status)).toEqual(nothing.map(() => 404))
    expect(problemOf(await other.post(base, zone.wish(erp.url)))).toMatchObject({ status: 403, kind: 'not_yours' })
    expect((await zone.endpoint(id)).rev).toBe(1)
  })

  it('with other roles, or who are nobody, are refused', async () => {
    for (const path of [
      base,
      '/api/v1/webhook-types',
      `/api/v1/webhook-deliveries?endpointId=${crypto.randomUUID()}`,
    ]) {
      expect((await zone.people.dispatcher.get(path)).status).toBe(403)
      expect((await zone.server.anyone().get(path)).status).toBe(401)
    }
    expect((await zone.people.dispatcher.post(base, zone.wish(erp.url))).status).toBe(403)
  })

  it('who administer the zone read all and stop one, which only they open again', async () => {
    const { id } = await zone.add(erp.url)
    const { admin, owner } = zone.people
    const read = await admin.get(`${base}?q=甲公司`)
    const stopped = await admin.post(`${base}/${id}/state`, command(1, { state: 'stopped', why: '投诉' }))
    const opened = await owner.post(`${base}/${id}/state`, command(2, { state: 'open' }))
    const by = [
      await admin.post(`${base}/${id}/rotate`, command(2)),
      await admin.delete(`${base}/${id}`, command(2)),
      await admin.patch(`${base}/${id}`, command(2, { name: 'a', url: erp.url, types: ['things.moved'] })),
    ]

    expect(read.body.rows.map((one: { id: string }) => one.id)).toContain(id)
    expect(stopped.body).toMatchObject({ state: 'stopped', stoppedFor: 'admin', stopReason: '投诉' })
    expect(problemOf(opened)).toMatchObject({ status: 409, kind: 'stopped_by_admin' })
    expect(by.map(({ status }) => status)).toEqual([403, 403, 403])
    expect((await admin.post(`${base}/${id}/state`, command(2, { state: 'open' }))).body.state).toBe('open')
  })
})

describe('deliveries', () => {
  it('are tested one at a time, read with their body, and sent again under their id', async () => {
    const { id } = await zone.add(`${erp.url}/test`)
    const tested = await zone.people.owner.post(`${base}/${id}/test`, command(1))
    const second = await zone.people.owner.post(`${base}/${id}/test`, command(1))
    const list = await zone.people.owner.get(`/api/v1/webhook-deliveries?endpointId=${id}`)
    const [{ id: deliveryId }] = list.body.rows
    const early = await zone.people.owner.post(`/api/v1/webhook-deliveries/${deliveryId}/again`, {
      commandId: crypto.randomUUID(),
    })
    const sender = zone.sender()
    const send = async () => {
      await sender.source.fireDue(zone.clock(), () => {})
      await sender.settled()
    }
    await send()
    const again = { commandId: crypto.randomUUID() }
    const asked = [
      await zone.people.owner.post(`/api/v1/webhook-deliveries/${deliveryId}/again`, again),
      await zone.people.owner.post(`/api/v1/webhook-deliveries/${deliveryId}/again`, again),
    ]
    await send()
    const read = await zone.people.owner.get(`/api/v1/webhook-deliveries/${deliveryId}`)

    expect(tested.status).toBe(200)
    expect(problemOf(second)).toMatchObject({ status: 409, kind: 'test_waiting' })
    expect(list.body.rows).toMatchObject([{ type: 'webhook.test', state: 'waiting', attempts: 0 }])
    expect(problemOf(early)).toMatchObject({ status: 409, kind: 'delivery_state' })
    expect(asked.map(({ status }) => status)).toEqual([200, 200])
    const heard = erp.heard.filter(({ path }) => path === '/hooks/test')
    expect(heard.map(({ headers }) => headers['webhook-id'])).toEqual([deliveryId, deliveryId])
    expect(read.body).toMatchObject({ state: 'delivered', attempts: 1, answer: 'thanks', lastStatus: 200 })
    expect(JSON.parse(read.body.body)).toMatchObject({ type: 'webhook.test', data: { endpointId: id } })
    expect(read.body.tried).toHaveLength(2)
  })

  it('that wait after a failure are asked for at once when somebody mended the receiver', async () => {
    const { id } = await zone.add(`${erp.url}/mended`)
    await zone.move([1])
    erp.answers((response) => void response.writeHead(500).end())
    const sender = zone.sender()
    const send = async () => {
      await sender.source.fireDue(zone.clock(), () => {})
      await sender.settled()
    }
    await send()
    erp.answers((response) => void response.end())
    const [row] = await zone.deliveries(id)
    await send()
    const asked = await zone.people.owner.post(`/api/v1/webhook-deliveries/${row?.id}/again`, {
      commandId: crypto.randomUUID(),
    })
    await send()

    expect(row).toMatchObject({ state: 'waiting', attempts: 1 })
    expect(asked.status).toBe(200)
    expect(await zone.deliveries(id)).toMatchObject([{ state: 'delivered', attempts: 1 }])
    expect(erp.heard.filter(({ path }) => path === '/hooks/mended')).toHaveLength(2)
  })

  it('are given up after a week of waiting and removed a month after their end', async () => {
    const { id } = await zone.add(erp.url)
    await zone.people.owner.post(`${base}/${id}/state`, command(1, { state: 'paused' }))
    await zone.move([1])
    const dayMs = 86_400_000
    zone.pass(7 * dayMs + 1)
    await zone.server.timers.runDue()
    const [old] = await zone.deliveries(id)
    zone.pass(30 * dayMs + 1)
    await zone.server.timers.runDue()

    expect(old).toMatchObject({ state: 'given_up', last_error: 'too_old' })
    expect(await zone.deliveries(id)).toEqual([])
  })
})
