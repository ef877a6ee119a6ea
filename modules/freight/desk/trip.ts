import { sql } from 'kysely'
import { simplify, type LonLat } from '@tingzhou/geo'
import { epochMs, type EpochMs } from '@tingzhou/kernel'
import { fixesOf, fixFlags, fixKind, readMinutes, type Fix } from '@tingzhou/telemetry'
import type { Reader } from '../papers-view.ts'
import { isRunning, placeColumns, tripTables, type PlaceRow } from './parts.ts'
import { positionHoursMax, silentMinutes, wayPointsMax } from './words.ts'

const hourMs = 3_600_000
const minuteMs = 60_000

type Row = {
  readonly from: PlaceRow
  readonly to: PlaceRow
  readonly point: number | null
  /** When this terminal came into the vehicle. */
  readonly setAt: EpochMs | null
  readonly acceptedAt: EpochMs
  readonly steps: readonly (readonly [number, number])[] | null
}

/**
 * A running trip on the map: its places, the way so far by the terminal that is in the vehicle now, and where the phone was with each
 * step. Of a waybill that is over nothing is told: nobody is followed beyond the job.
 * @returns null: it does not run, or is out of reach
 * Three statements by keys at most, and the fixes of a day at most.
 */
export async function findRunningTrip(reader: Reader, id: string) {
  const { db, zoneId, clock, telemetry } = reader.deps
  const { rows } = await sql<Row>`
    select ${placeColumns('a')} as "from", ${placeColumns('b')} as "to", w.accepted_at as "acceptedAt",
      t.point_id as point, t.starts_at as "setAt",
      (select jsonb_agg(jsonb_build_array(s.lon, s.lat) order by s.seq) from (
        select h.seq, (h.data -> 'position' ->> 'lonDeg')::float8 as lon, (h.data -> 'position' ->> 'latDeg')::float8 as lat
        from history h where h.zone_id = w.zone_id and h.object_id = w.id::text
          and jsonb_typeof(h.data -> 'position') = 'object'
        order by h.seq desc limit 50) s) as steps
    from freight_waybill w ${tripTables}
    left join freight_terminal t on t.zone_id = w.zone_id and t.vehicle_id = w.vehicle_id and t.ends_at is null
    where w.id = ${id} and ${isRunning(reader)}`.execute(db)
  const [row] = rows
  if (!row) return null
  const now = clock()
  const since = Math.max(row.acceptedAt, row.setAt ?? 0, now - positionHoursMax * hourMs)
  const minutes =
    row.point === null
      ? []
      : await readMinutes(db, zoneId, fixKind, row.point, since, now, telemetry.store.openMinutes())
  const fixes = minutes
    .flatMap(({ minute, rows: packed }) => fixesOf(packed, minute))
    .filter((fix) => fix.at >= since && isPlaced(fix))
  return {
    from: row.from,
    to: row.to,
    way: wayOf(fixes),
    steps: [...(row.steps ?? [])].map(([lon, lat]) => pair(lon, lat)),
  }
}

const isPlaced = ({ flags }: Fix): boolean => (flags & (fixFlags.noFix | fixFlags.jump)) === 0
const pair = (lon: number, lat: number): [number, number] => [lon, lat]

/** Tolerances by which a way is drawn, metres: as fine as so many points allow. */
const tolerancesM = [20, 100, 500, 2_000]

/** Lines, broken where the terminal was silent, of at most `wayPointsMax` points. Pure. O(n log n) typical. */
function wayOf(fixes: readonly Fix[]): [number, number][][] {
  const pieces: (LonLat & { readonly at: EpochMs })[][] = []
  let before = -Infinity
  for (const { at: time, lonDeg, latDeg } of fixes) {
    if (time - before > silentMinutes * minuteMs) pieces.push([])
    pieces.at(-1)?.push({ lon: lonDeg, lat: latDeg, at: epochMs(time) })
    before = time
  }
  const drawn = tolerancesM.map((toleranceM) => pieces.map((piece) => simplify(piece, toleranceM)))
  const fits = drawn.find((lines) => lines.reduce((sum, line) => sum + line.length, 0) <= wayPointsMax)
  return (fits ?? []).map((line) => line.map(({ lon, lat }) => pair(lon, lat)))
}
