import { sql, type RawBuilder } from 'kysely'
import { at, type Db, type Tx } from '@tingzhou/db'
import { epochMs, type EpochMs } from '@tingzhou/kernel'
import type { Regulator } from './regulator.ts'
import type { Parcel } from './channel.ts'
import './tables.ts'

/** A document that this process sends now. */
export type Claimed = Parcel & { readonly id: string; readonly subjectId: string; readonly attempts: number }

/** A process that dies between sending and hearing leaves the document to others after this long: it is sent again as it is. */
export const leaseMs = 60_000

type At = { readonly zoneId: string; readonly adapter: string }

/**
 * Documents that may be sent: nothing of the same subject is on its way, and everything that they need was accepted, of which no newer
 * version waits. A newer version that was refused holds nobody up: the regulator has the one before.
 */
const mayGo = ({ zoneId, adapter }: At): RawBuilder<unknown> => sql`u.zone_id = ${zoneId} and u.adapter = ${adapter}
  and u.state in ('waiting', 'sending') and not exists (
    select from freight_upload o where o.zone_id = u.zone_id and o.kind = u.kind and o.subject_id = u.subject_id
      and o.state = 'sending' and o.id <> u.id)
  and not exists (
    select from unnest(u.needs) as n(need) where not exists (
      select from freight_upload a where a.zone_id = u.zone_id and a.kind = split_part(n.need, ':', 1)
        and a.subject_id = split_part(n.need, ':', 2) and a.state = 'accepted' and a.adapter = u.adapter)
    or exists (
      select from freight_upload b where b.zone_id = u.zone_id and b.kind = split_part(n.need, ':', 1)
        and b.subject_id = split_part(n.need, ':', 2) and b.state in ('waiting', 'sending')))`

/**
 * Takes due documents, each for as long as its answer may take. One transaction; by freight_upload_due, freight_upload_subject.
 * @param limit  at most some ten
 */
export const claim = (db: Db, at_: At, now: EpochMs, limit: number): Promise<readonly Claimed[]> =>
  db.transaction().execute(async (tx) => {
    const { rows } = await sql<Claimed>`update freight_upload t set state = 'sending', attempts = t.attempts + 1,
        sent_at = ${at(now)}, try_at = ${at(epochMs(now + leaseMs))}, rev = t.rev + 1
      from (select u.id from freight_upload u where ${mayGo(at_)} and u.try_at <= ${at(now)}
        order by u.try_at, u.id limit ${limit} for update of u skip locked) as due
      where t.zone_id = ${at_.zoneId} and t.id = due.id
      returning t.id, t.kind, t.subject_id as "subjectId", replace(t.reference::text, '-', '') as reference, t.record, t.attempts`.execute(
      tx,
    )
    await noteAttempts(tx, at_.zoneId, rows, now)
    return rows
  })

async function noteAttempts(tx: Tx, zoneId: string, rows: readonly Claimed[], now: EpochMs): Promise<void> {
  if (rows.length === 0) return
  await tx
    .insertInto('freight_upload_attempt')
    .values(
      rows.map(({ id, attempts }) => ({
        zone_id: zoneId,
        upload_id: id,
        attempt: attempts,
        sent_at: at(now),
        answered_at: null,
        outcome: null,
        code: null,
        words: null,
      })),
    )
    .execute()
}

// Documents of which it is looked whether they may go, of all that are due; behind them the others move up.
const lookedAtMax = 500
// What waits for something else is looked at again then, unless that is accepted before.
const putOffMs = 10 * 60_000

const nextRows = ({ zoneId, adapter }: At) => sql`(select * from freight_upload n where n.zone_id = ${zoneId}
  and n.adapter = ${adapter} and n.state in ('waiting', 'sending') order by n.try_at limit ${lookedAtMax}) u`

/** When the next document may be sent; null: none. One statement; by freight_upload_due. */
export async function nextClaim(db: Db, at_: At): Promise<EpochMs | null> {
  const { rows } = await sql<{ readonly due: EpochMs | null }>`
    select min(u.try_at) as due from ${nextRows(at_)} where ${mayGo(at_)}`.execute(db)
  return rows[0]?.due ?? null
}

/** Puts off what is due and waits for something else, so that it is not looked at again and again. One statement. */
export async function putOff(db: Db, at_: At, now: EpochMs): Promise<void> {
  await sql`update freight_upload t set try_at = ${at(epochMs(now + putOffMs))}
    from (select u.id from ${nextRows(at_)} where u.try_at <= ${at(now)} and not (${mayGo(at_)})) as blocked
    where t.zone_id = ${at_.zoneId} and t.id = blocked.id and t.state = 'waiting'`.execute(db)
}

/** Lets go what waited for a document that was accepted now. One statement; by freight_upload_needs. */
export const letGo = (tx: Tx, zoneId: string, need: string, now: EpochMs) =>
  tx
    .updateTable('freight_upload')
    .set({ try_at: at(now) })
    .where('zone_id', '=', zoneId)
    .where('state', '=', 'waiting')
    .where('attempts', '=', 0)
    .where(sql<boolean>`needs @> ${[need]}::text[]`)
    .execute()

/** Where documents of a regulator lie. O(1). */
export const lane = (zoneId: string, { adapter }: Regulator): At => ({ zoneId, adapter })
