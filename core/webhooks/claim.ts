import { sql } from 'kysely'
import { at, type Db, type Tx } from '@tingzhou/db'
import { epochMs, type EpochMs } from '@tingzhou/kernel'
import './tables.ts'

/** A delivery that this process sends now, and where. */
export type Claimed = {
  readonly id: string
  readonly endpointId: string
  readonly url: string
  readonly body: string
  readonly attempts: number
  readonly rev: number
  readonly sealedSecret: string
  /** Null: none, or its day is over. */
  readonly sealedOldSecret: string | null
}

/** A process that dies between sending and hearing leaves the delivery to others after this long. */
export const leaseMs = 30_000
/** Deliveries of one endpoint under way at once, whoever sends them; one while it fails. */
export const perEndpointMax = 4
// Endpoints that are looked at in one turn, those that wait longest first.
const endpointsMax = 32

/** How many more of its deliveries an endpoint may have under way. */
const roomOf = (now: EpochMs) => sql`(case when e.failures > 0 then 1 else ${perEndpointMax}::int end - (
  select count(*) from webhook_delivery b where b.zone_id = e.zone_id and b.endpoint_id = e.id
    and b.state = 'sending' and b.try_at > ${at(now)}))`

/**
 * Endpoints to which something may go, with the time of what waits longest: open and with room. What somebody else is sending is theirs
 * until its time is over. By webhook_delivery_due.
 */
const ready = (zoneId: string, now: EpochMs) => sql`webhook_endpoint e cross join lateral (
    select greatest(d.try_at, e.rest_until) as at from webhook_delivery d
    where d.zone_id = e.zone_id and d.endpoint_id = e.id and d.state in ('waiting', 'sending')
      and (d.state = 'waiting' or d.try_at <= ${at(now)})
    order by d.try_at limit 1) first
  where e.zone_id = ${zoneId} and e.state = 'open' and ${roomOf(now)} > 0`

/**
 * Takes due deliveries, each for as long as its answer may take. The endpoints are locked while that is decided, so that processes
 * together keep the limit of each. One transaction of two statements.
 * @param limit  some ten
 */
export const claim = (db: Db, zoneId: string, now: EpochMs, limit: number): Promise<readonly Claimed[]> =>
  db.transaction().execute(async (tx) => {
    const endpoints = await lockReady(tx, zoneId, now)
    return endpoints.length === 0 ? [] : take(tx, zoneId, endpoints, now, limit)
  })

/** Endpoints of which somebody else decides just now are left to them. */
async function lockReady(tx: Tx, zoneId: string, now: EpochMs): Promise<readonly string[]> {
  const { rows } = await sql<{ readonly id: string }>`select e.id from ${ready(zoneId, now)} and first.at <= ${at(now)}
    order by first.at, e.id limit ${endpointsMax} for no key update of e skip locked`.execute(tx)
  return rows.map(({ id }) => id)
}

async function take(tx: Tx, zoneId: string, endpoints: readonly string[], now: EpochMs, limit: number) {
  const { rows } = await sql<Claimed>`update webhook_delivery t set state = 'sending', attempts = t.attempts + 1,
      try_at = ${at(epochMs(now + leaseMs))}, rev = t.rev + 1
    from (
      select d.id, e.url, e.sealed_secret, case when e.old_until > ${at(now)} then e.sealed_old_secret end as sealed_old_secret
      from webhook_endpoint e cross join lateral (
        select d.id, d.try_at from webhook_delivery d where d.zone_id = e.zone_id and d.endpoint_id = e.id
          and d.state in ('waiting', 'sending') and d.try_at <= ${at(now)}
        order by d.try_at, d.id limit greatest(${roomOf(now)}, 0)) d
      where e.zone_id = ${zoneId} and e.id = any(${[...endpoints]}::uuid[]) and e.state = 'open'
      order by d.try_at, d.id limit ${limit}) as due
    where t.zone_id = ${zoneId} and t.id = due.id
    returning t.id, t.endpoint_id as "endpointId", due.url, t.body, t.attempts, t.rev, due.sealed_secret as "sealedSecret",
      due.sealed_old_secret as "sealedOldSecret"`.execute(tx)
  return rows
}

/** When the next delivery may be sent; null: none. One statement. */
export async function nextClaim(db: Db, zoneId: string, now: EpochMs): Promise<EpochMs | null> {
  const { rows } = await sql<{
    readonly at: EpochMs | null
  }>`select min(first.at) as at from ${ready(zoneId, now)}`.execute(db)
  return rows[0]?.at ?? null
}
