import { sql } from 'kysely'
import { at, type Db } from '@tingzhou/db'
import type { EpochMs } from '@tingzhou/kernel'
import { unpackBlock } from './block-codec.ts'
import { fixesOf, type Fix } from './fix.ts'
import { fixKind, minuteMs } from './kind.ts'

/** Where something that moves is looked for: its point, and when. */
export type Moment = { readonly point: number; readonly at: EpochMs }

type Row = { readonly place: number; readonly minute: EpochMs; readonly raw: Uint8Array }

/**
 * The last fix of each of many points up to an instant, as far as it is in rows: the current minute is not.
 * @param withinMs  how long before the instant it may have been, above 0
 * @returns in the order of the moments; null: there was none
 * @throws CorruptBytes when a row cannot be read
 * Source: own. One statement, a look by the key of track_minute for each moment. O(moments × fixes of a minute).
 */
export async function readFixesAt(
  db: Db,
  zoneId: string,
  moments: readonly Moment[],
  withinMs: number,
): Promise<readonly (Fix | null)[]> {
  if (moments.length === 0) return []
  const times = moments.map((moment) => at(moment.at).toISOString())
  const { rows } = await sql<Row>`
    select m.place::integer as place, t.minute, t.raw
    from unnest(${moments.map(({ point }) => point)}::integer[], ${times}::timestamptz[]) with ordinality as m (point, at, place)
    join lateral (
      select minute, raw from track_minute t
      where t.zone_id = ${zoneId} and t.point_id = m.point and t.minute <= m.at
        and t.minute > m.at - ${withinMs} * interval '1 millisecond'
      order by t.minute desc limit 1) t on true`.execute(db)
  const found = new Map(rows.map((row) => [row.place, row]))
  return moments.map((moment, index) => {
    const row = found.get(index + 1)
    if (!row) return null
    const fixes = fixesOf(unpackBlock(fixKind, row.raw).rows, row.minute / minuteMs)
    // A minute whose fixes are all later than the instant is the nearest that is known.
    return fixes.findLast((fix) => fix.at <= moment.at) ?? fixes[0] ?? null
  })
}
