import { sql } from 'kysely'
import { at, jsonb, newId, type Db, type Tx } from '@tingzhou/db'
import { addToOutbox, type OutboxEvent } from '@tingzhou/events'
import type { EpochMs } from '@tingzhou/kernel'
import type { Crossing, VehicleState } from './crossing.ts'
import type { CrossingKind } from './geofence-words.ts'

/** A crossing with the vehicle that made it. */
export type Noted = Crossing & { readonly point: number; readonly late: boolean }

/** Where a vehicle stands, to be kept. */
export type Standing = {
  readonly point: number
  readonly state: VehicleState
  readonly lateSince: EpochMs | null
}

/** What was kept of a crossing. */
export type KeptCrossing = {
  readonly id: string
  readonly fenceId: string
  readonly kind: CrossingKind
  readonly at: EpochMs
  readonly enteredAt: EpochMs | null
}

const rowsPerStatement = 1_000
const eventTypes = {
  entry: 'geography.fence_entered',
  exit: 'geography.fence_left',
  dwell: 'geography.fence_dwelt',
  speeding: 'geography.fence_sped',
} as const satisfies Record<CrossingKind, string>

/**
 * Keeps crossings, each once, and tells of those that are new. One that had been superseded holds again.
 * @returns how many were told
 * Source: own. Three statements a 1,000 crossings.
 */
export async function keepCrossings(tx: Tx, zoneId: string, noted: readonly Noted[], now: EpochMs): Promise<number> {
  let count = 0
  for (let start = 0; start < noted.length; start += rowsPerStatement)
    count += await keepPart(tx, zoneId, noted.slice(start, start + rowsPerStatement), now)
  return count
}

async function keepPart(tx: Tx, zoneId: string, noted: readonly Noted[], now: EpochMs): Promise<number> {
  // One statement may meet a row once only.
  const once = new Map(noted.map((one) => [`${one.point} ${one.fenceId} ${one.kind} ${one.at}`, one]))
  const records = [...once.values()].map((one) => ({
    id: newId(),
    point_id: one.point,
    fence_id: one.fenceId,
    version: one.version,
    kind: one.kind,
    at: iso(one.at),
    known_at: iso(one.knownAt),
    after: one.after === null ? null : iso(one.after),
    entered_at: one.enteredAt === null ? null : iso(one.enteredAt),
    cause: one.cause,
    lon_deg: one.place.lon,
    lat_deg: one.place.lat,
    speed_kmh: one.speedKmh,
    late: one.late,
    told: one.told,
  }))
  const { rows } = await sql<{
    id: string
    point: number
    fence: string
    kind: CrossingKind
    at: EpochMs
    told: boolean
    late: boolean
  }>`
    insert into geofence_event as e (zone_id, id, point_id, fence_id, version, kind, at, known_at, after, entered_at, cause,
      lon_deg, lat_deg, speed_kmh, late, told, noted_at)
    select ${zoneId}, n.id, n.point_id, n.fence_id, n.version, n.kind, n.at, n.known_at, n.after, n.entered_at, n.cause,
      n.lon_deg, n.lat_deg, n.speed_kmh, n.late, n.told, ${at(now)}::timestamptz
    from jsonb_to_recordset(${jsonb(records)}::jsonb) as n (id uuid, point_id integer, fence_id uuid, version integer,
      kind text, at timestamptz, known_at timestamptz, after timestamptz, entered_at timestamptz, cause text,
      lon_deg double precision, lat_deg double precision, speed_kmh real, late boolean, told boolean)
    on conflict (zone_id, point_id, fence_id, kind, at) do update set superseded_at = null
    where e.superseded_at is not null
    returning e.id, e.point_id as point, e.fence_id as fence, e.kind, e.at, e.told, e.late`.execute(tx)
  const told = rows.filter((row) => row.told)
  if (told.length === 0) return 0
  const parties = await partiesOfPoints(tx, zoneId, [...new Set(told.map(({ point }) => point))])
  await addToOutbox(
    tx,
    zoneId,
    told.map((row): OutboxEvent => {
      const party = parties.get(row.point)
      return {
        type: eventTypes[row.kind],
        objectKind: 'geofence_event',
        objectId: row.id,
        at: now,
        data: { point: row.point, fenceId: row.fence, kind: row.kind, at: row.at, late: row.late },
        ...(party === undefined ? {} : { to: [party] }),
      }
    }),
  )
  return told.length
}

const iso = (ms: EpochMs): string => at(ms).toISOString()

async function partiesOfPoints(
  tx: Tx,
  zoneId: string,
  points: readonly number[],
): Promise<ReadonlyMap<number, string>> {
  const { rows } = await sql<{ point: number; party: string }>`
    select p.id as point, n.party_id as party from telemetry_point p
    join telemetry_node n on n.zone_id = p.zone_id and n.id = p.node_id
    where p.zone_id = ${zoneId} and p.id = any(${[...points]}::integer[]) and n.party_id is not null`.execute(tx)
  return new Map(rows.map(({ point, party }) => [point, party]))
}

/** Keeps where vehicles stand. Source: own. One statement a 1,000 vehicles. */
export async function keepStandings(tx: Tx, zoneId: string, standings: readonly Standing[]): Promise<void> {
  for (let start = 0; start < standings.length; start += rowsPerStatement) {
    const part = standings.slice(start, start + rowsPerStatement).map(({ point, state, lateSince }) => ({
      point_id: point,
      last_at: state.fences.lastAt === null ? null : iso(state.fences.lastAt),
      state,
      late_since: lateSince === null ? null : iso(lateSince),
    }))
    await sql`
      insert into geofence_vehicle (zone_id, point_id, last_at, state, late_since)
      select ${zoneId}, n.point_id, n.last_at, n.state, n.late_since
      from jsonb_to_recordset(${jsonb(part)}::jsonb) as n (point_id integer, last_at timestamptz, state jsonb, late_since timestamptz)
      on conflict (zone_id, point_id) do update set last_at = excluded.last_at, state = excluded.state,
        late_since = excluded.late_since`.execute(tx)
  }
}

/** Where every vehicle stood that was ever in a fence. Source: own. One statement a 5,000 vehicles. */
export async function readStandings(db: Db, zoneId: string): Promise<readonly Standing[]> {
  const pageRows = 5_000
  const found: Standing[] = []
  for (let after = 0; ;) {
    const rows = await db
      .selectFrom('geofence_vehicle')
      .select(['point_id', 'state', 'late_since'])
      .where('zone_id', '=', zoneId)
      .where('point_id', '>', after)
      .orderBy('point_id')
      .limit(pageRows)
      .execute()
    for (const row of rows) found.push({ point: row.point_id, state: row.state, lateSince: row.late_since })
    after = rows.at(-1)?.point_id ?? after
    if (rows.length < pageRows) return found
  }
}

/** What holds of one vehicle from a time on, oldest first. Source: own. One statement by the index on the vehicle. */
export async function crossingsFrom(
  db: Db | Tx,
  zoneId: string,
  point: number,
  from: EpochMs,
): Promise<readonly KeptCrossing[]> {
  const { rows } = await sql<KeptCrossing>`
    select id, fence_id as "fenceId", kind, at, entered_at as "enteredAt" from geofence_event
    where zone_id = ${zoneId} and point_id = ${point} and at >= ${at(from)}::timestamptz and superseded_at is null
    order by at`.execute(db)
  return rows
}

/** A stay that had begun and not ended before a time. */
export type OpenStay = { readonly fenceId: string; readonly enteredAt: EpochMs; readonly isDwellTold: boolean }

/** The stays of a vehicle that were open at a time. Source: own. One statement by the index on the vehicle. */
export async function staysAt(db: Db, zoneId: string, point: number, then: EpochMs): Promise<readonly OpenStay[]> {
  const { rows } = await sql<OpenStay>`
    with turns as (
      select distinct on (fence_id) fence_id, kind, at from geofence_event
      where zone_id = ${zoneId} and point_id = ${point} and at < ${at(then)}::timestamptz and superseded_at is null
        and kind in ('entry', 'exit')
      order by fence_id, at desc)
    select t.fence_id as "fenceId", t.at as "enteredAt", exists (
      select from geofence_event d where d.zone_id = ${zoneId} and d.point_id = ${point} and d.fence_id = t.fence_id
        and d.kind = 'dwell' and d.entered_at = t.at and d.superseded_at is null and d.at < ${at(then)}::timestamptz) as "isDwellTold"
    from turns t where t.kind = 'entry'`.execute(db)
  return rows
}

/** Says of crossings that they do not hold: it was otherwise. Source: own. One statement. */
export async function supersede(tx: Tx, zoneId: string, ids: readonly string[], now: EpochMs): Promise<void> {
  if (ids.length === 0) return
  await sql`
    update geofence_event set superseded_at = ${at(now)}::timestamptz
    where zone_id = ${zoneId} and id = any(${[...ids]}::uuid[]) and superseded_at is null`.execute(tx)
}
