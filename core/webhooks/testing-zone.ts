import { addToOutbox } from '@tingzhou/events'
import { createParty } from '@tingzhou/parties'
import { startTestServer } from '@tingzhou/server/testing'
import { claim } from './claim.ts'
import { createWebhooks } from './module.ts'
import { createWebhookSender, type SenderDeps } from './sender.ts'
import type { Teller } from './teller.ts'
import { movedClock } from './testing.ts'

const teller: Teller = {
  type: 'things.moved',
  on: ['things.thing_moved'],
  tell: (_tx, { data, to }) =>
    Promise.resolve(to.map((partyId) => ({ partyId, data: data as { readonly n: number } }))),
}

const hosts = ['127.0.0.1']

/** A server with two firms, an administrator, and things that move; its clock is moved by the test. */
export async function webhookZone() {
  const { clock, pass } = movedClock(Date.UTC(2026, 2, 2, 2))
  const server = await startTestServer({
    clock,
    modules: [createWebhooks([{ webhooks: () => [teller] }], { privateHosts: hosts })],
  })
  const { deps, relay } = server
  const { db, zoneId } = deps
  // Only what happens from now on is told.
  await relay.settle()
  const firm = (name: string) => createParty(db, zoneId, { kind: 'enterprise', name, synthetic: true }, clock())
  const [firmId, otherId] = [await firm('甲公司'), await firm('乙公司')]
  const people = {
    owner: await server.actor([{ role: 'enterprise', partyId: firmId }]),
    other: await server.actor([{ role: 'enterprise', partyId: otherId }]),
    admin: await server.actor([{ role: 'admin', partyId: null }]),
    dispatcher: await server.actor([{ role: 'dispatcher', partyId: null }]),
  }
  const endpoints = '/api/v1/webhook-endpoints'
  const wish = (url: string, more: object = {}) => ({
    commandId: crypto.randomUUID(),
    partyId: firmId,
    name: 'ERP',
    url,
    types: ['things.moved'],
    ...more,
  })
  return {
    server,
    deps,
    clock,
    pass,
    people,
    firmId,
    otherId,
    wish,
    endpoints,
    /** Adds an endpoint of the owner; gives it with its secret. */
    add: async (url: string, more: object = {}) => {
      const made = await people.owner.post(endpoints, wish(url, more))
      if (made.status !== 201) throw new Error(JSON.stringify(made.body))
      return made.body as { readonly id: string; readonly secret: string; readonly rev: number }
    },
    /** Things of a firm move. */
    move: async (numbers: readonly number[], to = firmId, fill = '') => {
      await db.transaction().execute((tx) =>
        addToOutbox(
          tx,
          zoneId,
          numbers.map((n) => ({
            type: 'things.thing_moved',
            objectKind: 'thing',
            objectId: `t${n}`,
            at: clock(),
            data: { n, fill },
            to: [to],
          })),
        ),
      )
      await relay.settle()
    },
    /** What another server on the same database would send with. */
    sender: (more: Partial<SenderDeps> = {}) =>
      createWebhookSender({ ...deps, privateHosts: new Set(hosts), timeoutMs: 400, ...more }),
    /** Takes what is due, as a process does that then says nothing more of it. */
    take: () => claim(db, zoneId, clock(), 10),
    deliveries: async (endpointId: string) =>
      db
        .selectFrom('webhook_delivery')
        .selectAll()
        .where('endpoint_id', '=', endpointId)
        .orderBy('created_at')
        .orderBy('id')
        .execute(),
    endpoint: async (id: string) =>
      db.selectFrom('webhook_endpoint').selectAll().where('id', '=', id).executeTakeFirstOrThrow(),
  }
}

export type WebhookZone = Awaited<ReturnType<typeof webhookZone>>
