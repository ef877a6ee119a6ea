import { sql } from 'kysely'
import { at, newId, type Json, type Tx } from '@tingzhou/db'
import type { EventHandler, PlacedEvent } from '@tingzhou/events'
import type { Clock, EpochMs } from '@tingzhou/kernel'
import type { Tale, Teller } from './teller.ts'
import './tables.ts'
import { bodyBytesMax } from './words.ts'

export type QueueDeps = { readonly zoneId: string; readonly clock: Clock }

/** Something to be told to one endpoint. */
export type NewDelivery = {
  readonly endpointId: string
  readonly type: string
  /** The same thing has the same cause: it is queued once. */
  readonly cause: string
  readonly objectKind: string | null
  readonly objectId: string | null
  readonly at: EpochMs
  readonly data: Json
}

/**
 * Queues what endpoints are told of events, in the transaction that moves the handler on: an event that comes again is queued once.
 * What happened before the platform had webhooks stays untold.
 */
export const queueHandler = (deps: QueueDeps, tellers: readonly Teller[]): EventHandler => ({
  name: 'webhooks.queue',
  types: [...new Set(tellers.flatMap(({ on }) => on))],
  from: 'now',
  handle: async (tx, event) => {
    const concerned = tellers.filter(({ on }) => on.includes(event.type))
    const heard = await typesHeard(
      tx,
      deps.zoneId,
      concerned.map(({ type }) => type),
    )
    for (const teller of concerned)
      if (heard.has(teller.type)) await queueTales(tx, deps, teller.type, event, await teller.tell(tx, event))
  },
})

/** Which of the types any endpoint hears. One statement. */
async function typesHeard(tx: Tx, zoneId: string, types: readonly string[]): Promise<ReadonlySet<string>> {
  const { rows } = await sql<{ readonly type: string }>`select w.type from unnest(${[...types]}::text[]) as w(type)
    where exists (select from webhook_endpoint e
      where e.zone_id = ${zoneId} and e.state in ('open', 'paused') and w.type = any(e.types))`.execute(tx)
  return new Set(rows.map(({ type }) => type))
}

/** Two statements; by webhook_endpoint_of_party. */
async function queueTales(tx: Tx, deps: QueueDeps, type: string, event: PlacedEvent, tales: readonly Tale[]) {
  if (tales.length === 0) return
  const endpoints = await tx
    .selectFrom('webhook_endpoint')
    .select(['id', 'party_id as partyId'])
    .where('zone_id', '=', deps.zoneId)
    .where('party_id', 'in', [...new Set(tales.map(({ partyId }) => partyId))])
    .where('state', 'in', ['open', 'paused'])
    .where(sql<boolean>`${type} = any(types)`)
    .execute()
  await queueDeliveries(
    tx,
    deps,
    endpoints.flatMap(({ id, partyId }) =>
      tales.flatMap((tale, place): NewDelivery[] =>
        tale.partyId === partyId
          ? [
              {
                endpointId: id,
                type,
                cause: `${type} ${event.position} ${place}`,
                objectKind: event.objectKind,
                objectId: event.objectId,
                at: event.at,
                data: tale.data,
              },
            ]
          : [],
      ),
    ),
  )
}

/**
 * Puts deliveries in line, due at once.
 * Source: own. One statement.
 */
export async function queueDeliveries(tx: Tx, { zoneId, clock }: QueueDeps, wishes: readonly NewDelivery[]) {
  if (wishes.length === 0) return
  const now = at(clock())
  await tx
    .insertInto('webhook_delivery')
    .values(
      wishes.map((wish) => ({
        zone_id: zoneId,
        id: newId(),
        endpoint_id: wish.endpointId,
        type: wish.type,
        cause: wish.cause,
        object_kind: wish.objectKind,
        object_id: wish.objectId,
        body: bodyOf(wish),
        tried: '[]',
        created_at: now,
        try_at: now,
      })),
    )
    .onConflict((conflict) => conflict.columns(['zone_id', 'endpoint_id', 'cause']).doNothing())
    .execute()
}

/**
 * The text that is signed and sent: `{ type, timestamp, data }`. Data that would not fit into 8 KB is left out; the receiver asks for
 * the object that is named instead.
 * Source: Standard Webhooks specification 1.0, "Payload structure". O(size).
 */
export function bodyOf({ type, at: time, data, objectKind, objectId }: NewDelivery): string {
  const body = (inner: Json) => JSON.stringify({ type, timestamp: new Date(time).toISOString(), data: inner })
  const whole = body(data)
  return Buffer.byteLength(whole) <= bodyBytesMax ? whole : body({ objectKind, objectId, omitted: 'too_long' })
}
