import { sql } from 'kysely'
import type { Db } from '@tingzhou/db'
import { epochMs, oneAtATime, type Clock } from '@tingzhou/kernel'
import { fixFlags, fixIn, type Fix } from './fix.ts'
import { sampleKind } from './kind.ts'
import { createPlaceGrid, type Box } from './place-grid.ts'
import { strideOf, type Readings } from './readings.ts'
import { qualityIn, type Quality } from './sample.ts'

/** The last sample of a point: steps of its resolution. */
export type LastSample = { readonly at: number; readonly steps: number; readonly quality: Quality }

/** The last value of every point, in memory; readings that come late change nothing. */
export type LastValues = {
  readonly sample: (point: number) => LastSample | undefined
  /** A fix without a place does not move what it belongs to. */
  readonly fix: (point: number) => Fix | undefined
  /** When the last fix was taken in, milliseconds since the epoch; 0 of one that was saved before this process began. */
  readonly fixHeardAt: (point: number) => number
  readonly fixes: () => Iterable<readonly [point: number, fix: Fix]>
  /** Those in a box. */
  readonly fixesIn: (box: Box) => Iterable<readonly [point: number, fix: Fix]>
  readonly note: (readings: Readings) => void
  /** Writes what changed since the last time. @returns how many */
  readonly save: () => Promise<number>
}

// Short, so that the embedded database, which does one thing at a time, writes alarms and the journal in between.
const rowsPerStatement = 1_000

/**
 * Takes up the last values that were saved.
 * Source: plant telemetry §2 (a). Two statements; saving is one statement a kind and 1 000 changes.
 */
export async function openLastValues(
  db: Db,
  zoneId: string,
  clock: Clock = () => epochMs(Date.now()),
): Promise<LastValues> {
  const samples = new Map<number, LastSample>()
  const fixes = new Map<number, Fix>()
  const heardAt = new Map<number, number>()
  const grid = createPlaceGrid()
  const changedSamples = new Set<number>()
  const changedFixes = new Set<number>()
  for (const row of await db.selectFrom('last_sample').selectAll().where('zone_id', '=', zoneId).execute())
    // The column holds what was noted below.
    samples.set(row.point_id, { at: row.at, steps: row.steps, quality: row.quality as Quality })
  for (const row of await db.selectFrom('last_fix').selectAll().where('zone_id', '=', zoneId).execute())
    fixes.set(row.point_id, {
      at: row.at,
      lonDeg: row.lon_deg,
      latDeg: row.lat_deg,
      altitudeM: row.altitude_m,
      speedKmh: row.speed_kmh,
      headingDeg: row.heading_deg,
      status: row.status,
      alarm: row.alarm,
      odometerKm: row.odometer_km,
      flags: row.flags,
    })
  for (const [point, { lonDeg, latDeg }] of fixes) grid.put(point, lonDeg, latDeg)

  const noteSamples = ({ data, count }: Readings): void => {
    for (let index = 0, place = 0; index < count; index++, place += 4) {
      const point = data[place] as number
      const at = data[place + 1] as number
      if (at < (samples.get(point)?.at ?? 0)) continue
      samples.set(point, { at, steps: data[place + 2] as number, quality: qualityIn(data[place + 3] as number) })
      changedSamples.add(point)
    }
  }
  const noteFixes = (readings: Readings): void => {
    const stride = strideOf(readings.kind)
    const now = clock()
    for (let index = 0; index < readings.count; index++) {
      const point = readings.data[index * stride] as number
      const fix = fixIn(readings, index)
      const before = fixes.get(point)
      if (before && fix.at < before.at) continue
      const isLost = (fix.flags & (fixFlags.noFix | fixFlags.jump)) !== 0
      const { lonDeg, latDeg } = isLost && before ? before : fix
      fixes.set(point, { ...fix, lonDeg, latDeg })
      heardAt.set(point, now)
      grid.put(point, lonDeg, latDeg)
      changedFixes.add(point)
    }
  }

  function* fixesIn(box: Box): Iterable<readonly [number, Fix]> {
    for (const point of grid.near(box)) {
      const fix = fixes.get(point)
      const { west, south, east, north } = box
      if (fix && fix.lonDeg >= west && fix.lonDeg <= east && fix.latDeg >= south && fix.latDeg <= north)
        yield [point, fix]
    }
  }
  const inTurn = oneAtATime()
  const write = async (): Promise<number> => {
    const [dirtySamples, dirtyFixes] = [[...changedSamples], [...changedFixes]]
    changedSamples.clear()
    changedFixes.clear()
    try {
      for (const part of partsOf(dirtySamples)) await saveSamples(db, zoneId, part, samples)
      for (const part of partsOf(dirtyFixes)) await saveFixes(db, zoneId, part, fixes)
    } catch (error) {
      for (const point of dirtySamples) changedSamples.add(point)
      for (const point of dirtyFixes) changedFixes.add(point)
      throw error
    }
    return dirtySamples.length + dirtyFixes.length
  }
  return {
    sample: (point) => samples.get(point),
    fix: (point) => fixes.get(point),
    fixHeardAt: (point) => heardAt.get(point) ?? 0,
    fixes: () => fixes.entries(),
    fixesIn,
    note: (readings) => (readings.kind === sampleKind ? noteSamples(readings) : noteFixes(readings)),
    // Whoever asks waits for what is being written, too.
    save: () => inTurn(write),
  }
}

const partsOf = (points: readonly number[]): number[][] =>
  Array.from({ length: Math.ceil(points.length / rowsPerStatement) }, (_, index) =>
    points.slice(index * rowsPerStatement, (index + 1) * rowsPerStatement),
  )

async function saveSamples(
  db: Db,
  zoneId: string,
  points: readonly number[],
  samples: ReadonlyMap<number, LastSample>,
) {
  const known = points.flatMap((point) => {
    const last = samples.get(point)
    return last ? [{ point, ...last }] : []
  })
  await sql`
    insert into last_sample (zone_id, point_id, at, steps, quality)
    select ${zoneId}, point, to_timestamp(at / 1000.0), steps, quality from unnest(
      ${known.map(({ point }) => point)}::integer[], ${known.map(({ at }) => at)}::double precision[],
      ${known.map(({ steps }) => steps)}::double precision[], ${known.map((last) => last.quality)}::smallint[]
    ) as new (point, at, steps, quality)
    on conflict (zone_id, point_id) do update set at = excluded.at, steps = excluded.steps, quality = excluded.quality
    where excluded.at >= last_sample.at`.execute(db)
}

async function saveFixes(db: Db, zoneId: string, points: readonly number[], fixes: ReadonlyMap<number, Fix>) {
  const known = points.flatMap((point) => {
    const fix = fixes.get(point)
    return fix ? [{ point, ...fix }] : []
  })
  const column = (pick: (one: (typeof known)[number]) => number | null) => known.map(pick)
  await sql`
    insert into last_fix (zone_id, point_id, at, lon_deg, lat_deg, altitude_m, speed_kmh, heading_deg, status, alarm,
      odometer_km, flags)
    select ${zoneId}, point, to_timestamp(at / 1000.0), lon, lat, altitude, speed, heading, status, alarm, odometer, flags
    from unnest(
      ${column(({ point }) => point)}::integer[], ${column(({ at }) => at)}::double precision[],
      ${column(({ lonDeg }) => lonDeg)}::double precision[], ${column(({ latDeg }) => latDeg)}::double precision[],
      ${column(({ altitudeM }) => altitudeM)}::integer[], ${column(({ speedKmh }) => speedKmh)}::real[],
      ${column(({ headingDeg }) => headingDeg)}::smallint[], ${column(({ status }) => status)}::bigint[],
      ${column(({ alarm }) => alarm)}::bigint[], ${column(({ odometerKm }) => odometerKm)}::double precision[],
      ${column(({ flags }) => flags)}::smallint[]
    ) as new (point, at, lon, lat, altitude, speed, heading, status, alarm, odometer, flags)
    on conflict (zone_id, point_id) do update set at = excluded.at, lon_deg = excluded.lon_deg, lat_deg = excluded.lat_deg,
      altitude_m = excluded.altitude_m, speed_kmh = excluded.speed_kmh, heading_deg = excluded.heading_deg,
      status = excluded.status, alarm = excluded.alarm, odometer_km = excluded.odometer_km, flags = excluded.flags
    where excluded.at >= last_fix.at`.execute(db)
}
