import { sql } from 'kysely'
import { at, type Database } from '@tingzhou/db'
import { epochMs, type EpochMs } from '@tingzhou/kernel'
import { dayOf, partitionOf } from './partition.ts'
import { findRetention } from './retention.ts'
import { dayMs } from './trend-level.ts'

export type ThinningDeps = { readonly database: Database; readonly zoneId: string; readonly clock: () => EpochMs }

const pointsPerStep = 500

type Due = { readonly days: number; readonly from: EpochMs | null; readonly points: readonly number[] }

/**
 * Lets the packed readings of points go that keep them for fewer days than the zone: whole UTC days, once they are packed. What their
 * minutes, hours and days come to stays. A reading that comes later than that stays as long as the zone says.
 * @returns how many points
 * Source: own; plant telemetry §2, retention. One statement when nothing is due; else one for 500 points, and one an old day
 *   whose room is given back.
 */
export async function thinOld({ database, zoneId, clock }: ThinningDeps): Promise<number> {
  const { db } = database
  const { packAfterDays } = await findRetention(db, zoneId)
  const today = epochMs(dayOf(clock()) * dayMs)
  const { rows } = await sql<Due>`
    select d.days, d.thinned_to as "from", array_agg(d.id order by d.id) as points
    from (
      select id, thinned_to, greatest(raw_days, ${packAfterDays + 1}::integer) as days
      from telemetry_point where zone_id = ${zoneId} and raw_days is not null
    ) d
    where d.thinned_to is null or d.thinned_to < ${at(today)}::timestamptz - d.days * interval '1 day'
    group by 1, 2`.execute(db)
  let count = 0
  const touched = new Set<string>()
  for (const { days, from, points } of rows) {
    const to = epochMs(today - days * dayMs)
    for (let start = 0; start < points.length; start += pointsPerStep) {
      const some = points.slice(start, start + pointsPerStep)
      for (const day of await dropReadings(database, zoneId, some, from ?? epochMs(0), to)) touched.add(day)
      count += some.length
    }
  }
  for (const name of touched) await database.exec(`vacuum (full, analyze) ${name}`)
  return count
}

/** @returns the names of the days that readings have gone from */
async function dropReadings(
  { db }: Database,
  zoneId: string,
  points: readonly number[],
  from: EpochMs,
  to: EpochMs,
): Promise<readonly string[]> {
  return db.transaction().execute(async (tx) => {
    const { rows } = await sql<{ hour: EpochMs }>`
      with gone as (
        delete from sample_chunk where zone_id = ${zoneId} and point_id = any(${points}::integer[])
          and hour >= ${at(from)}::timestamptz and hour < ${at(to)}::timestamptz
        returning hour
      ) select distinct date_trunc('day', hour, 'UTC') as hour from gone`.execute(tx)
    await tx
      .updateTable('telemetry_point')
      .set({ thinned_to: at(to) })
      .where('zone_id', '=', zoneId)
      .where(sql<boolean>`id = any(${points}::integer[])`)
      .execute()
    return rows.map(({ hour }) => partitionOf('sample_chunk', dayOf(hour)))
  })
}
