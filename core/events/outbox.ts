import { sql } from 'kysely'
import type { EpochMs } from '@tingzhou/kernel'
import { at, compile, fragment, jsonb, listed, type Db, type Fragment, type Json, type Tx } from '@tingzhou/db'

/** Something that happened, `module.noun_past`, told after the commit to handlers and to the screens of `to`. */
export type OutboxEvent = {
  readonly type: string
  readonly objectKind: string
  readonly objectId: string
  readonly at: EpochMs
  readonly data?: Json
  /** Parties (accounts, departments, enterprises) whose screens are told; zone-wide roles are told anyway. */
  readonly to?: readonly string[]
}

/** An event on its way: `position` grows, and is the same on every retry. */
export type PlacedEvent = {
  readonly position: number
  readonly type: string
  readonly objectKind: string
  readonly objectId: string
  readonly at: EpochMs
  readonly data: unknown
  readonly to: readonly string[]
}

/**
 * Writes events beside the rows that they speak of; one statement.
 * @param events  told in this order
 * Source: own, "transactional outbox". O(events).
 */
export async function addToOutbox(tx: Tx, zoneId: string, events: readonly OutboxEvent[]): Promise<void> {
  if (events.length > 0) await tx.executeQuery(compile(tx, outboxInsert(zoneId, events)))
}

const fewEvents = 4

/**
 * The same write as a part of a larger statement.
 * @param events  at least one
 * Source: own. O(events).
 */
export function outboxInsert(zoneId: string, events: readonly OutboxEvent[]): Fragment {
  // A step has an event or two to tell, which need no document taken apart.
  if (events.length <= fewEvents)
    return fragment`insert into outbox (zone_id, type, object_kind, object_id, data, to_parties, at) values ${listed(
      events.map(
        ({ type, objectKind, objectId, data = {}, to = [], at: time }) =>
          fragment`(${zoneId}, ${type}, ${objectKind}, ${objectId}, ${jsonb(data)}, ${[...to]}, ${at(time)})`,
      ),
    )}`
  const rows = events.map((event) => ({
    type: event.type,
    object_kind: event.objectKind,
    object_id: event.objectId,
    data: event.data ?? {},
    to_parties: event.to ?? [],
    at_ms: event.at,
  }))
  return fragment`insert into outbox (zone_id, type, object_kind, object_id, data, to_parties, at)
    select ${zoneId}, e.type, e.object_kind, e.object_id, e.data, e.to_parties, to_timestamp(e.at_ms / 1000)
    from rows from (jsonb_to_recordset(${jsonb(rows)}::jsonb) as (
      type text, object_kind text, object_id text, data jsonb, to_parties text[], at_ms float8)) with ordinality as e(
      type, object_kind, object_id, data, to_parties, at_ms, place)
    order by e.place`
}

const eventsPlacedPerCall = 1_000

/**
 * Gives positions to events that were committed since the last call.
 * @returns the last position given so far
 * Source: own. O(events waiting).
 */
export async function placeEvents(db: Db, zoneId: string): Promise<number> {
  const answer = await sql<{ position: number }>`
    select place_events(${zoneId}, ${eventsPlacedPerCall}::int) as position`.execute(db)
  return answer.rows[0]?.position ?? 0
}

/**
 * The last position given so far, without placing more.
 * Source: own. O(1).
 */
export async function lastPosition(db: Db, zoneId: string): Promise<number> {
  const row = await db.selectFrom('outbox_relay').select('position').where('zone_id', '=', zoneId).executeTakeFirst()
  return row?.position ?? 0
}

/**
 * Placed events in order.
 * @param span  after: exclusive; until: inclusive; types: only these, all when absent; limit: rows
 * Source: own. O(span), by the index on position.
 */
export async function readEvents(
  db: Db | Tx,
  zoneId: string,
  span: { readonly after: number; readonly until: number; readonly types?: readonly string[]; readonly limit: number },
): Promise<readonly PlacedEvent[]> {
  let query = db
    .selectFrom('outbox')
    .select(['type', 'object_kind as objectKind', 'object_id as objectId', 'at', 'data', 'to_parties as to'])
    .select((eb) => eb.ref('position').$notNull().as('position'))
    .where('zone_id', '=', zoneId)
    .where('position', '>', span.after)
    .where('position', '<=', span.until)
  if (span.types) query = query.where('type', 'in', span.types)
  return query.orderBy('position').limit(span.limit).execute()
}

// A week: long enough to look into a handler that fell behind over a holiday.
const keepMs = 7 * 86_400_000

/**
 * Removes events older than a week that every handler has passed.
 * @param handlers  names of the handlers that exist; a cursor of one that is gone holds nothing back
 * @returns events removed
 * Source: own. O(events removed), by the index on time.
 */
export async function cleanOutbox(
  tx: Tx | Db,
  zoneId: string,
  handlers: readonly string[],
  now: EpochMs,
): Promise<number> {
  const answer =
    await sql`delete from outbox where zone_id = ${zoneId} and at < ${at(now)}::timestamptz - ${keepMs}::float8 * interval '1 millisecond'
    and position <= coalesce((select min(position) from outbox_cursor where zone_id = ${zoneId} and handler = any(${[...handlers]}::text[])), position)`.execute(
      tx,
    )
  return Number(answer.numAffectedRows ?? 0)
}
