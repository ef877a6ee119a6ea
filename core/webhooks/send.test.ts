import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { keepAnswer } from './answer.ts'
import { leaseMs, perEndpointMax } from './claim.ts'
import { failingMs, pausesMs } from './outcome.ts'
import { isGenuine, openReceiver, type AnswerHook } from './testing.ts'
import { webhookZone, type WebhookZone } from './testing-zone.ts'

let zone: WebhookZone
const closing: (() => Promise<void>)[] = []

beforeAll(async () => {
  zone = await webhookZone()
}, 120_000)
afterAll(() => zone.server.close())
afterEach(async () => {
  for (const close of closing.splice(0)) await close()
  await zone.deps.db.deleteFrom('webhook_endpoint').execute()
})

async function receiver(answer?: AnswerHook) {
  const opened = await openReceiver(answer)
  closing.push(opened.close)
  return opened
}

const switching = 'HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n'

/** Sends what is due until nothing is. */
async function send(sender = zone.sender()) {
  await sender.source.fireDue(zone.clock(), () => {})
  await sender.settled()
}

const answering =
  (status: number, headers: Record<string, string> = {}): AnswerHook =>
  (response) =>
    void response.writeHead(status, headers).end('no')

describe('what is told', () => {
  it('arrives once, signed by the secret of its endpoint, with type, time and data', async () => {
    const erp = await receiver()
    const { id, secret } = await zone.add(erp.url)

    await zone.move([1])
    await send()
    await send()

    const [hook] = erp.heard
    const [row] = await zone.deliveries(id)
    expect(erp.heard).toHaveLength(1)
    expect(hook && isGenuine(secret, hook, zone.clock())).toBe(true)
    expect(hook?.headers).toMatchObject({ 'webhook-id': row?.id, 'content-type': 'application/json' })
    expect(JSON.parse(hook?.body ?? '')).toEqual({
      type: 'things.moved',
      timestamp: new Date(zone.clock()).toISOString(),
      data: { n: 1, fill: '' },
    })
    expect(row).toMatchObject({ state: 'delivered', attempts: 1, last_status: 200, answer: 'thanks', last_error: null })
  })

  it('is queued once when its event is handled again', async () => {
    const erp = await receiver()
    const { id } = await zone.add(erp.url)
    await zone.move([1])

    await zone.deps.db
      .updateTable('outbox_cursor')
      .set((eb) => ({ position: eb('position', '-', 1) }))
      .where('handler', '=', 'webhooks.queue')
      .execute()
    await zone.move([2])

    expect((await zone.deliveries(id)).map(({ body }) => JSON.parse(body).data.n)).toEqual([1, 2])
  })

  it('goes to the party that it concerns, and to those of its endpoints that hear the type', async () => {
    const erp = await receiver()
    const { id } = await zone.add(erp.url)

    await zone.move([1], zone.otherId)
    const second = await zone.add(erp.url)
    await zone.move([2])

    expect((await zone.deliveries(id)).map(({ object_id }) => object_id)).toEqual(['t2'])
    expect(await zone.deliveries(second.id)).toHaveLength(1)
  })

  it('leaves data out that would not fit, and names the object', async () => {
    const erp = await receiver()
    await zone.add(erp.url)

    await zone.move([7], zone.firmId, '长'.repeat(4_000))
    await send()

    expect(JSON.parse(erp.heard[0]?.body ?? '').data).toEqual({
      objectKind: 'thing',
      objectId: 't7',
      omitted: 'too_long',
    })
  })

  it('gathers while the endpoint is paused and goes when it is opened; a stopped one hears nothing', async () => {
    const erp = await receiver()
    const { id } = await zone.add(erp.url)
    const to = (state: string, rev: number) =>
      zone.people.owner.post(`${zone.endpoints}/${id}/state`, { commandId: crypto.randomUUID(), rev, state })

    await to('paused', 1)
    await zone.move([1])
    await send()
    expect(erp.heard).toHaveLength(0)
    await to('open', 2)
    await send()
    expect(erp.heard).toHaveLength(1)
    await zone.move([2])
    await to('stopped', 3)
    await zone.move([3])
    await send()

    expect(erp.heard).toHaveLength(1)
    expect((await zone.deliveries(id)).map(({ state, last_error }) => [state, last_error])).toEqual([
      ['delivered', null],
      ['given_up', 'stopped'],
    ])
  })
})

describe('a receiver that does not take it', () => {
  const failures: readonly (readonly [what: string, answer: AnswerHook, error: string, status: number | null])[] = [
    ['answers 500', answering(500), 'status', 500],
    ['sends elsewhere', answering(302, { location: 'http://127.0.0.1:1/' }), 'redirect', 302],
    ['never answers', () => {}, 'timeout', null],
    ['hangs up', (response) => void response.destroy(), 'unreachable', null],
    ['answers what is no HTTP', (response) => void response.socket?.end('rubbish\r\n\r\n'), 'unreachable', null],
    ['wants another protocol', (response) => void response.socket?.write(switching), 'unreachable', null],
  ]
  it.each(failures)(
    'and %s is asked again later, with the same id and a new time',
    async (_what, answer, error, status) => {
      const erp = await receiver(answer)
      const { id, secret } = await zone.add(erp.url)
      await zone.move([1])

      await send()
      const [row] = await zone.deliveries(id)
      expect(row).toMatchObject({ state: 'waiting', attempts: 1, last_error: error, last_status: status })
      expect(row?.try_at).toBe(zone.clock() + pausesMs[0])
      erp.answers((response) => void response.writeHead(204).end())
      zone.pass(pausesMs[0])
      await send()

      expect(await zone.deliveries(id)).toMatchObject([
        { state: 'delivered', attempts: 2, last_status: 204, tried: [{ error: null }, { error }] },
      ])
      const [first, again] = erp.heard
      expect(erp.heard).toHaveLength(2)
      expect(again?.headers['webhook-id']).toBe(first?.headers['webhook-id'])
      expect(Number(again?.headers['webhook-timestamp'])).toBe(Number(first?.headers['webhook-timestamp']) + 5)
      expect(again && isGenuine(secret, again, zone.clock())).toBe(true)
      expect(await zone.endpoint(id)).toMatchObject({ failures: 0, failing_since: null, rest_until: null })
    },
  )

  it('is given up after nine attempts', async () => {
    const erp = await receiver(answering(503))
    const { id } = await zone.add(erp.url)
    await zone.move([1])

    for (const pauseMs of [...pausesMs, 0]) {
      await send()
      zone.pass(pauseMs)
    }
    zone.pass(86_400_000)
    await send()

    expect(erp.heard).toHaveLength(9)
    expect(await zone.deliveries(id)).toMatchObject([{ state: 'given_up', attempts: 9, last_status: 503 }])
    expect((await zone.endpoint(id)).state).toBe('open')
  })

  it('is taken at its status however long the rest of its answer is, or how late', async () => {
    const huge = await receiver((response) => {
      response.writeHead(200)
      const pour = () => {
        while (!response.destroyed && response.write('x'.repeat(65_536)));
        if (!response.destroyed) response.once('drain', pour)
      }
      pour()
    })
    const late = await receiver((response) => void response.writeHead(202).write('one moment'))
    const [a, b] = [await zone.add(huge.url), await zone.add(late.url)]
    await zone.move([1])

    await send()

    const [[row], [slow]] = [await zone.deliveries(a.id), await zone.deliveries(b.id)]
    expect(row).toMatchObject({ state: 'delivered', last_status: 200, answer: 'x'.repeat(500) })
    expect(slow).toMatchObject({ state: 'delivered', last_status: 202, answer: 'one moment' })
  })

  it('and answers 410 is asked nothing more, and its people are told', async () => {
    const erp = await receiver(answering(410))
    const { id } = await zone.add(erp.url)
    await zone.move([1, 2, 3, 4, 5, 6])

    await send()
    await zone.move([7])
    await send()

    const rows = await zone.deliveries(id)
    expect(await zone.endpoint(id)).toMatchObject({ state: 'stopped', stopped_for: 'gone' })
    expect(rows.map(({ state }) => state)).toEqual(Array.from({ length: 6 }, () => 'given_up'))
    expect(erp.heard.length).toBeLessThanOrEqual(perEndpointMax)
    const history = await zone.deps.db
      .selectFrom('history')
      .select(['verb', 'actor_id'])
      .where('object_id', '=', id)
      .orderBy('seq')
      .execute()
    expect(history.at(-1)).toEqual({ verb: 'stop', actor_id: 'system' })
    const notices = await zone.deps.db.selectFrom('notice').selectAll().where('object_id', '=', id).execute()
    expect(notices).toMatchObject([
      { account_id: zone.people.owner.accountId, title_key: 'webhooks:stopped_gone', link: `/counter/webhooks/${id}` },
    ])
  })

  it('and only failed for three days is stopped, and its people are told once', async () => {
    const erp = await receiver(answering(500))
    const { id } = await zone.add(erp.url)
    await zone.move([1])
    await send()
    zone.pass(failingMs)
    await zone.move([2])
    await send()
    zone.pass(failingMs)
    await send()

    expect(await zone.endpoint(id)).toMatchObject({ state: 'stopped', stopped_for: 'failing' })
    expect((await zone.deliveries(id)).map(({ state }) => state)).toEqual(['given_up', 'given_up'])
    const notices = await zone.deps.db.selectFrom('notice').select('title_key').where('object_id', '=', id).execute()
    expect(notices).toEqual([{ title_key: 'webhooks:stopped_failing' }])
  })
})

describe('addresses inside', () => {
  it('are not called although the name was public a moment ago', async () => {
    const erp = await receiver()
    const { id } = await zone.add('https://hooks.example.com/')
    await zone.move([1])

    await send(
      zone.sender({
        resolve: () => Promise.resolve([{ address: '127.0.0.1', family: 4 }]),
        privateHosts: new Set(),
      }),
    )

    expect(await zone.deliveries(id)).toMatchObject([{ state: 'waiting', last_error: 'address_refused' }])
    expect(erp.heard).toHaveLength(0)
  })

  it('are not called any more once the operator took them off the list', async () => {
    const erp = await receiver()
    const { id } = await zone.add(erp.url)
    await zone.move([1])

    await send(zone.sender({ privateHosts: new Set() }))

    expect(await zone.deliveries(id)).toMatchObject([{ state: 'waiting', last_error: 'address_refused' }])
    expect(erp.heard).toHaveLength(0)
  })
})

describe('processes', () => {
  it('leave to others what one of them took and died with, and what it hears late still counts', async () => {
    const erp = await receiver(answering(500))
    const { id } = await zone.add(erp.url)
    await zone.move([1])
    const [taken] = await zone.take()

    await send()
    expect(erp.heard).toHaveLength(0)
    zone.pass(leaseMs)
    await send()
    expect(erp.heard.map(({ headers }) => headers['webhook-id'])).toEqual([taken?.id])
    expect(await zone.deliveries(id)).toMatchObject([{ state: 'waiting', attempts: 2 }])
    if (!taken) throw new Error('something was due')
    await keepAnswer(zone.deps, taken, { status: 500, error: 'status', text: '', tookMs: 1 })
    expect(await zone.deliveries(id)).toMatchObject([{ state: 'waiting', attempts: 2 }])
    await keepAnswer(zone.deps, taken, { status: 200, error: null, text: '', tookMs: 1 })
    expect(await zone.deliveries(id)).toMatchObject([{ state: 'delivered' }])
    await keepAnswer(zone.deps, taken, { status: 500, error: 'status', text: '', tookMs: 1 })

    expect(await zone.deliveries(id)).toMatchObject([{ state: 'delivered' }])
    expect((await zone.endpoint(id)).failures).toBe(0)
  })

  it('that send at once send each delivery once, and together no more to an endpoint than it may have', async () => {
    const erp = await receiver((response) => void setTimeout(() => response.end(), 5))
    const { id } = await zone.add(erp.url)
    await zone.move(Array.from({ length: 40 }, (_none, n) => n))

    await Promise.all([send(), send(), send()])
    await send()

    const numbers = erp.heard.map(({ body }) => JSON.parse(body).data.n)
    expect(numbers.toSorted((a, b) => a - b)).toEqual(Array.from({ length: 40 }, (_none, n) => n))
    expect(erp.underWayMax()).toBeLessThanOrEqual(perEndpointMax)
    expect((await zone.deliveries(id)).every(({ state, attempts }) => state === 'delivered' && attempts === 1)).toBe(
      true,
    )
  })

  it('do not let an endpoint that never answers hold up another', async () => {
    const [dead, good] = [await receiver(() => {}), await receiver()]
    const bad = await zone.add(dead.url)
    const { id } = await zone.add(good.url)
    await zone.move(Array.from({ length: 30 }, (_none, n) => n))
    const sender = zone.sender()

    // As the timer does: several that are answered at once may each find the endpoint held by another.
    const look = async () => {
      await sender.source.fireDue(zone.clock(), () => {})
      return good.heard.length
    }
    await expect.poll(look, { timeout: 20_000 }).toBe(30)
    await sender.settled()
    zone.pass(pausesMs[0])
    await send(sender)

    expect((await zone.deliveries(id)).every(({ state }) => state === 'delivered')).toBe(true)
    expect((await zone.deliveries(bad.id)).some(({ state }) => state === 'delivered')).toBe(false)
    // Four at first, then one at a time finds out whether it is back.
    expect(dead.heard).toHaveLength(perEndpointMax + 1)
    expect(dead.underWayMax()).toBe(perEndpointMax)
  })
})

describe('a rotation', () => {
  it('signs by both secrets for a day, then by the new one alone', async () => {
    const erp = await receiver()
    const { id, secret } = await zone.add(erp.url)
    const rotated = await zone.people.owner.post(`${zone.endpoints}/${id}/rotate`, {
      commandId: crypto.randomUUID(),
      rev: 1,
    })
    await zone.move([1])
    await send()
    zone.pass(24 * 3_600_000)
    await zone.move([2])
    await send()

    const [during, after] = erp.heard
    const fits = (hook: typeof during, at: number) =>
      hook && [secret, rotated.body.secret].map((one) => isGenuine(one, hook, at))
    expect(rotated.body.oldSecretUntil).toBe(zone.clock())
    expect(during?.headers['webhook-signature']).toMatch(/^v1,\S+ v1,\S+$/)
    expect(fits(during, zone.clock() - 24 * 3_600_000)).toEqual([true, true])
    expect(fits(after, zone.clock())).toEqual([false, true])
  })
})
