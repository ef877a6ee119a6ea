import { sql } from 'kysely'
import { localDateOf } from '@tingzhou/calendar'
import type { Db, Tx } from '@tingzhou/db'
import type { EpochMs } from '@tingzhou/kernel'
import type { Order } from './slip.ts'
import type { Direction } from './words.ts'

export type Candidate = { readonly institutionId: string; readonly agreementId: string | null }

/**
 * The institutions that the sender's pair list names, in the order of its priorities, open and in force on the day.
 * Two priorities that are equal follow the age of the agreement.
 */
export async function pairList(
  db: Db | Tx,
  zoneId: string,
  fromId: string,
  direction: Direction,
  now: EpochMs,
): Promise<readonly Candidate[]> {
  const up = direction === 'up'
  const day = localDateOf(now)
  const rows = await db
    .selectFrom('referral_agreement as a')
    .innerJoin('referral_institution as i', (join) =>
      join.onRef('i.zone_id', '=', 'a.zone_id').onRef('i.id', '=', up ? 'a.hospital_id' : 'a.home_id'),
    )
    .select(['i.id as institutionId', 'a.id as agreementId'])
    .where('a.zone_id', '=', zoneId)
    .where(up ? 'a.home_id' : 'a.hospital_id', '=', fromId)
    .where('a.state', '=', 'active')
    .where('i.state', '=', 'open')
    .where(sql<boolean>`a.valid_from <= ${day}::date and (a.valid_to is null or a.valid_to >= ${day}::date)`)
    .orderBy(up ? 'a.priority_up' : 'a.priority_down')
    .orderBy('a.id')
    .limit(200)
    .execute()
  return rows
}

/**
 * Who is asked next: the first of the list that has not been asked for this order; the way back begins with where the
 * patient came from. Null when nobody is left.
 */
export async function nextCandidate(tx: Tx, zoneId: string, order: Order, now: EpochMs): Promise<Candidate | null> {
  const asked = await tx
    .selectFrom('referral_offer')
    .select('institution_id')
    .where('zone_id', '=', zoneId)
    .where('order_id', '=', order.id)
    .execute()
  const tried = new Set(asked.map((row) => row.institution_id))
  const origin = order.return_of === null ? [] : await originOf(tx, zoneId, order.return_of)
  const listed = await pairList(tx, zoneId, order.from_id, order.direction, now)
  return [...origin, ...listed].find(({ institutionId }) => !tried.has(institutionId)) ?? null
}

async function originOf(tx: Tx, zoneId: string, forwardId: string): Promise<readonly Candidate[]> {
  const row = await tx
    .selectFrom('referral as r')
    .innerJoin('referral_institution as i', (join) =>
      join.onRef('i.zone_id', '=', 'r.zone_id').onRef('i.id', '=', 'r.from_id'),
    )
    .select(['i.id', 'i.state'])
    .where('r.zone_id', '=', zoneId)
    .where('r.id', '=', forwardId)
    .executeTakeFirst()
  return row?.state === 'open' ? [{ institutionId: row.id, agreementId: null }] : []
}
