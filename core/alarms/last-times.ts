import { sql } from 'kysely'
import type { Db } from '@tingzhou/db'
import type { PlacePoint } from './place.ts'

/**
 * When points were last heard, by whichever process: as kept every few seconds.
 * @returns milliseconds since the epoch by point; those never heard are left out
 * Source: own. One statement by the keys of the tables.
 */
export async function readLastTimes(
  db: Db,
  zoneId: string,
  points: readonly Pick<PlacePoint, 'id'>[],
): Promise<ReadonlyMap<number, number>> {
  const ids = [...new Set(points.map(({ id }) => id))]
  const { rows } = await sql<{ readonly point: number; readonly at: number }>`
    select p.id as point, greatest(s.at, f.at) as at from unnest(${ids}::integer[]) as p (id)
      left join last_sample s on s.zone_id = ${zoneId} and s.point_id = p.id
      left join last_fix f on f.zone_id = ${zoneId} and f.point_id = p.id
    where s.at is not null or f.at is not null`.execute(db)
  return new Map(rows.map(({ point, at }) => [point, at]))
}
