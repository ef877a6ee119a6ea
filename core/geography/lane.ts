import type { LonLat } from '@tingzhou/geo'
import { sql } from 'kysely'
import { at, type Db, type Tx } from '@tingzhou/db'
import { keysetPage } from '@tingzhou/http'
import { epochMs, err, ok, type EpochMs, type Result } from '@tingzhou/kernel'

/** One end of a lane: a place, and what the parties call it, if they do. */
export type LaneEnd = { readonly place: LonLat; readonly key?: string | undefined }

/**
 * The key of a lane's end: its own, or the cell of 0.01 degrees (about a kilometre) in which it lies.
 * Source: own. O(1).
 */
export const laneKey = ({ place, key }: LaneEnd): string =>
  key ?? `cell:${place.lon.toFixed(2)},${place.lat.toFixed(2)}`

export type AgreedDistance = {
  readonly id: string
  readonly fromKey: string
  readonly toKey: string
  readonly distanceM: number
  readonly contractNo: string
  readonly validFrom: EpochMs | null
  readonly validUntil: EpochMs | null
}

export type AgreedDistanceError =
  | { readonly kind: 'validity_empty'; readonly validUntil: EpochMs }
  | { readonly kind: 'agreed_distance_not_found'; readonly id: string }

/** Notes a distance that a contract says. Source: own. One statement. */
export async function agreeDistance(
  tx: Tx,
  zoneId: string,
  agreed: AgreedDistance,
  author: { readonly accountId: string; readonly name: string },
  now: EpochMs,
): Promise<Result<{ readonly id: string }, AgreedDistanceError>> {
  const { id, validFrom, validUntil } = agreed
  if (validFrom !== null && validUntil !== null && validUntil <= validFrom)
    return err({ kind: 'validity_empty', validUntil })
  await tx
    .insertInto('agreed_distance')
    .values({
      zone_id: zoneId,
      id,
      from_key: agreed.fromKey,
      to_key: agreed.toKey,
      distance_m: agreed.distanceM,
      contract_no: agreed.contractNo,
      valid_from: validFrom === null ? null : at(validFrom),
      valid_until: validUntil === null ? null : at(validUntil),
      actor_id: author.accountId,
      actor_name: author.name,
      created_at: at(now),
      removed_at: null,
    })
    .execute()
  return ok({ id })
}

/** Lets an agreed distance no longer count. Source: own. One statement. */
export async function endAgreedDistance(
  tx: Tx,
  zoneId: string,
  id: string,
  now: EpochMs,
): Promise<Result<{ readonly id: string }, AgreedDistanceError>> {
  const { numUpdatedRows } = await tx
    .updateTable('agreed_distance')
    .set({ removed_at: at(now) })
    .where('zone_id', '=', zoneId)
    .where('id', '=', id)
    .where('removed_at', 'is', null)
    .executeTakeFirst()
  return numUpdatedRows > 0n ? ok({ id }) : err({ kind: 'agreed_distance_not_found', id })
}

/** Agreed distances by lane. One statement by the index on lanes. */
export async function listAgreedDistances(
  db: Db,
  zoneId: string,
  filter: {
    readonly fromKey?: string | undefined
    readonly toKey?: string | undefined
    readonly cursor?: string | undefined
    readonly limit: number
  },
) {
  let query = db
    .selectFrom('agreed_distance')
    .select(['id', 'from_key as fromKey', 'to_key as toKey', 'distance_m as distanceM', 'contract_no as contractNo'])
    .select([
      'valid_from as validFrom',
      'valid_until as validUntil',
      'actor_name as actorName',
      'created_at as createdAt',
    ])
    .where('zone_id', '=', zoneId)
    .where('removed_at', 'is', null)
  if (filter.fromKey !== undefined) query = query.where('from_key', '=', filter.fromKey)
  if (filter.toKey !== undefined) query = query.where('to_key', '=', filter.toKey)
  const sort = [
    { ref: sql.ref('from_key'), order: 'asc', kind: 'string', read: (row: { fromKey: string }) => row.fromKey },
    { ref: sql.ref('to_key'), order: 'asc', kind: 'string', read: (row: { toKey: string }) => row.toKey },
    { ref: sql`id::text`, order: 'asc', kind: 'string', read: (row: { id: string }) => row.id },
  ] as const
  const { rows, next } = await keysetPage(query, sort, filter)
  return { rows: [...rows], next, total: null }
}

/** What contracts say of a lane at a time, the newest; null when none does. One statement by the index on lanes. */
export async function agreedFor(
  db: Db,
  zoneId: string,
  fromKey: string,
  toKey: string,
  then: EpochMs,
): Promise<{ readonly distanceM: number; readonly contractNo: string } | null> {
  const row = await db
    .selectFrom('agreed_distance')
    .select(['distance_m as distanceM', 'contract_no as contractNo'])
    .where('zone_id', '=', zoneId)
    .where('from_key', '=', fromKey)
    .where('to_key', '=', toKey)
    .where('removed_at', 'is', null)
    .where(sql<boolean>`(valid_from is null or valid_from <= ${at(then)}::timestamptz)`)
    .where(sql<boolean>`(valid_until is null or valid_until > ${at(then)}::timestamptz)`)
    .orderBy('created_at', 'desc')
    .orderBy('id', 'desc')
    .limit(1)
    .executeTakeFirst()
  return row ?? null
}

/** A trip that was driven from one place to another. */
export type LaneTrip = {
  /** Its own id, such as the waybill's: a trip counts once. */
  readonly tripId: string
  readonly from: LaneEnd
  readonly to: LaneEnd
  readonly distanceM: number
  readonly drivenAt: EpochMs
}

/** Notes the length of a trip; the same trip again replaces it. Source: own. One statement. */
export async function noteLaneTrip(tx: Tx, zoneId: string, trip: LaneTrip): Promise<void> {
  const known = {
    from_key: laneKey(trip.from),
    to_key: laneKey(trip.to),
    distance_m: Math.round(trip.distanceM),
    driven_at: at(trip.drivenAt),
  }
  await tx
    .insertInto('lane_trip')
    .values({ zone_id: zoneId, trip_id: trip.tripId, ...known })
    .onConflict((conflict) => conflict.columns(['zone_id', 'trip_id']).doUpdateSet(known))
    .execute()
}

// Roads change; a season of trips tells how it is driven now.
const tripsMs = 90 * 86_400_000
/** Fewer trips tell of drivers, not of the road. */
const tripsMin = 5
const tripsMax = 200

/** The median of the last trips of a lane in ninety days; null when there are fewer than five. One statement by the index on lanes. */
export async function laneMedian(
  db: Db,
  zoneId: string,
  fromKey: string,
  toKey: string,
  then: EpochMs,
): Promise<{ readonly distanceM: number; readonly trips: number } | null> {
  const { rows } = await sql<{ median: number | null; trips: number }>`
    select percentile_disc(0.5) within group (order by distance_m) as median, count(*)::int as trips from (
      select distance_m from lane_trip
      where zone_id = ${zoneId} and from_key = ${fromKey} and to_key = ${toKey}
        and driven_at > ${at(epochMs(then - tripsMs))}::timestamptz and driven_at <= ${at(then)}::timestamptz
      order by driven_at desc limit ${tripsMax}) as t`.execute(db)
  const [row] = rows
  return row && row.median !== null && row.trips >= tripsMin ? { distanceM: row.median, trips: row.trips } : null
}
