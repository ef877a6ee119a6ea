import { createFenceIndex, type LonLat } from '@tingzhou/geo'
import { sql } from 'kysely'
import { at, type Db } from '@tingzhou/db'
import { epochMs, type EpochMs } from '@tingzhou/kernel'
import type { FencesThen, FenceTerms } from './crossing.ts'
import type { CrossingKind, Scope } from './geofence-words.ts'
import type { Shape } from './shape.ts'

/** One version of a fence as those who watch need it. */
export type FenceVersion = FenceTerms & {
  readonly id: string
  readonly fromAt: EpochMs
  readonly removedAt: EpochMs | null
  readonly validFrom: EpochMs | null
  readonly validUntil: EpochMs | null
  readonly scope: Scope
  readonly partyId: string | null
  readonly points: ReadonlySet<number>
  readonly shape: Shape
}

/** The fences that count now, in memory, findable by place. */
export type FenceBook = {
  /** The fences of a vehicle at a time, by their present versions. */
  readonly forVehicle: (point: number, now: EpochMs) => FencesThen
  /** The present version of a fence, also of one that was removed. */
  readonly find: (id: string) => FenceVersion | undefined
  /** Whether a vehicle belongs to an enterprise. */
  readonly isOf: (point: number, partyId: string | null) => boolean
  /** Reads what changed since the last time. */
  readonly refresh: () => Promise<void>
  readonly size: () => number
}

type VersionRow = {
  readonly id: string
  readonly version: number
  readonly changedAt: EpochMs
  readonly removedAt: EpochMs | null
  readonly fromAt: EpochMs
  readonly validFrom: EpochMs | null
  readonly validUntil: EpochMs | null
  readonly scope: Scope
  readonly partyId: string | null
  readonly points: readonly number[]
  readonly shape: Shape
  readonly tellsEntry: boolean
  readonly tellsExit: boolean
  readonly dwellS: number | null
  readonly speedLimitKmh: number | null
  readonly marginM: number
  readonly confirmS: number
}

// Changes are committed in any order within this time.
const overlapMs = 60_000
const pageRows = 2_000

/**
 * Opens the book of a zone.
 * Source: own; `createFenceIndex`. A place among 10,000 fences costs about a microsecond.
 */
export async function openFenceBook(db: Db, zoneId: string): Promise<FenceBook> {
  const index = createFenceIndex()
  const versions = new Map<string, FenceVersion>()
  const vehiclesOf = new Map<string, Set<number>>()
  let newest = 0

  const keep = (fence: FenceVersion): void => {
    const known = versions.get(fence.id)
    if (known?.version === fence.version && known.removedAt === fence.removedAt) return
    versions.set(fence.id, fence)
    if (fence.removedAt !== null) index.remove(fence.id)
    // What was judged when it was made is a fence.
    else index.insert(fence.id, fence.shape)
  }
  const readChanged = async (): Promise<void> => {
    const since = Math.max(0, newest - overlapMs)
    let last: { readonly changedAt: EpochMs; readonly id: string } | null = null
    for (;;) {
      const rows: readonly VersionRow[] = await changedSince(db, zoneId, epochMs(since), last)
      for (const row of rows) {
        keep(toVersion(row))
        newest = Math.max(newest, row.changedAt)
      }
      last = rows.at(-1) ?? null
      if (rows.length < pageRows) return
    }
  }
  const readVehicles = async (): Promise<void> => {
    const parties = new Set(
      [...versions.values()].flatMap(({ partyId, removedAt }) =>
        partyId !== null && removedAt === null ? [partyId] : [],
      ),
    )
    for (const known of vehiclesOf.keys()) if (!parties.has(known)) vehiclesOf.delete(known)
    if (parties.size === 0) return
    const { rows } = await sql<{ partyId: string; points: number[] }>`
      select n.party_id as "partyId", array_agg(p.id) as points from telemetry_node n
      join telemetry_point p on p.zone_id = n.zone_id and p.node_id = n.id and p.kind = 'position'
      where n.zone_id = ${zoneId} and n.party_id = any(${[...parties]}::text[]) group by n.party_id`.execute(db)
    for (const party of parties) vehiclesOf.set(party, new Set(rows.find(({ partyId }) => partyId === party)?.points))
  }
  const refresh = async (): Promise<void> => {
    await readChanged()
    await readVehicles()
  }
  await refresh()

  const isOf = (point: number, partyId: string | null): boolean =>
    partyId !== null && (vehiclesOf.get(partyId)?.has(point) ?? false)
  const counts = (id: string, point: number, now: EpochMs): boolean => {
    const fence = versions.get(id)
    return fence !== undefined && concerns(fence, point, isOf) && isInForce(fence, now)
  }
  return {
    forVehicle: (point, now) => ({
      at: (place: LonLat) => index.at(place).filter((id) => counts(id, point, now)),
      distanceM: (id, place) => (counts(id, point, now) ? index.distanceM(id, place) : null),
      termsOf: (id) => versions.get(id),
    }),
    find: (id) => versions.get(id),
    isOf,
    refresh,
    size: index.size,
  }
}

/** Whether a fence is about a vehicle. O(1). */
export const concerns = (
  { scope, partyId, points }: Pick<FenceVersion, 'scope' | 'partyId' | 'points'>,
  point: number,
  isOf: FenceBook['isOf'],
): boolean => scope === 'all' || (scope === 'chosen' ? points.has(point) : isOf(point, partyId))

/** Whether a version counts at a time: made, not removed, valid. A later version takes over where the one before stood. O(1). */
export const isInForce = ({ version, fromAt, removedAt, validFrom, validUntil }: FenceVersion, now: EpochMs): boolean =>
  (version > 1 || fromAt <= now) &&
  (removedAt === null || now < removedAt) &&
  (validFrom === null || validFrom <= now) &&
  (validUntil === null || now < validUntil)

const columns = sql`f.id, v.version, f.changed_at as "changedAt", f.removed_at as "removedAt", v.from_at as "fromAt",
  v.valid_from as "validFrom", v.valid_until as "validUntil", v.scope, v.party_id as "partyId", v.points, v.shape,
  v.tells_entry as "tellsEntry", v.tells_exit as "tellsExit", v.dwell_s as "dwellS", v.speed_limit_kmh as "speedLimitKmh",
  v.margin_m as "marginM", v.confirm_s as "confirmS"`

async function changedSince(
  db: Db,
  zoneId: string,
  since: EpochMs,
  last: { readonly changedAt: EpochMs; readonly id: string } | null,
): Promise<readonly VersionRow[]> {
  const from = last === null ? since : last.changedAt
  const { rows } = await sql<VersionRow>`
    select ${columns} from geofence f
    join geofence_version v on v.zone_id = f.zone_id and v.fence_id = f.id and v.version = f.version
    where f.zone_id = ${zoneId} and f.changed_at >= ${at(from)}::timestamptz
      and (f.changed_at > ${at(from)}::timestamptz or f.id::text > ${last?.id ?? ''})
    order by f.changed_at, f.id::text limit ${pageRows}`.execute(db)
  return rows
}

/**
 * Every version that counted at some time of a span, near a track or by name.
 * Source: own. One statement.
 */
export async function versionsDuring(
  db: Db,
  zoneId: string,
  span: { readonly from: EpochMs; readonly to: EpochMs },
  box: { readonly west: number; readonly south: number; readonly east: number; readonly north: number },
  ids: readonly string[],
): Promise<readonly (FenceVersion & { readonly untilAt: EpochMs | null })[]> {
  const { rows } = await sql<VersionRow & { readonly untilAt: EpochMs | null }>`
    select ${columns}, n.from_at as "untilAt" from geofence_version v
    join geofence f on f.zone_id = v.zone_id and f.id = v.fence_id
    left join geofence_version n on n.zone_id = v.zone_id and n.fence_id = v.fence_id and n.version = v.version + 1
    where v.zone_id = ${zoneId} and v.from_at <= ${at(span.to)}::timestamptz
      and (n.from_at is null or n.from_at >= ${at(span.from)}::timestamptz)
      and ((v.west <= ${box.east} and v.east >= ${box.west} and v.south <= ${box.north} and v.north >= ${box.south})
        or v.fence_id = any(${[...ids]}::uuid[]))`.execute(db)
  return rows.map((row) => ({ ...toVersion(row), untilAt: row.untilAt }))
}

function toVersion(row: VersionRow): FenceVersion {
  const { tellsEntry, tellsExit, dwellS, speedLimitKmh, marginM, confirmS, points, ...rest } = row
  const tells: readonly (readonly [CrossingKind, boolean])[] = [
    ['entry', tellsEntry],
    ['exit', tellsExit],
    ['dwell', dwellS !== null],
    ['speeding', speedLimitKmh !== null],
  ]
  return {
    ...rest,
    speedLimitKmh,
    points: new Set(points),
    rules: { exitMarginM: marginM, confirmMs: confirmS * 1_000, dwellMs: dwellS === null ? null : dwellS * 1_000 },
    tells: new Set(tells.flatMap(([kind, does]) => (does ? [kind] : []))),
  }
}
