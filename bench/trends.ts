import { epochMs, type EpochMs } from '@tingzhou/kernel'
import { sql } from 'kysely'
import type { Database } from '@tingzhou/db'
import { readTrend } from '@tingzhou/telemetry'
import { figure, quantile, type Figure, type Say } from './harness.ts'

const points = 50
const looks = 200
const widthPx = 1_200
const hourMs = 3_600_000
const dayMs = 24 * hourMs
const zoneId = 'trends'
const first = Date.UTC(2025, 10, 1)
const end = first + 366 * dayMs
const resolution = { mantissa: 1, scale: 1 }

/**
 * How long a trend takes over the minutes of a day and the hours of a year, beside a bare select of the same rows, which gathers
 * nothing: the floor.
 */
export async function trendFigures(name: string, database: Database, say: Say): Promise<readonly Figure[]> {
  await fill(database)
  const day = { from: epochMs(end - dayMs), to: epochMs(end) }
  const year = { from: epochMs(end - 365 * dayMs), to: epochMs(end) }
  const figures: Figure[] = []
  for (const [what, level, window, target] of [
    ['one day of minutes', 'minute', day, '<= 100'],
    ['one year of hours', 'hour', year, '<= 200'],
  ] as const) {
    const trend = await p95(async (id) => {
      const { level: read } = await readTrend(
        database.db,
        zoneId,
        { id, resolution, sampleMs: 1_000 },
        { ...window, widthPx },
      )
      if (read !== level) throw new Error(`${what} was read from ${read}`)
    })
    const floor = await p95((id) => bare(database, level, id, window))
    say(`${name}: trend over ${what} ${trend.toFixed(1)} ms, bare select of its rows ${floor.toFixed(1)} ms`)
    figures.push(
      figure(`${name}: trend over ${what}, ${widthPx} px, p95`, trend, 'ms', target),
      figure(`${name}: bare select of the same rows, p95`, floor, 'ms'),
    )
  }
  return figures
}

/** 95 of 100 looks take no longer, ms; points are taken in turn. */
async function p95(look: (id: number) => Promise<void>): Promise<number> {
  const times: number[] = []
  for (let index = 0; index < looks; index++) {
    const began = performance.now()
    await look(1 + (index % points))
    times.push(performance.now() - began)
  }
  return quantile(times, 0.95)
}

async function bare(
  { db }: Database,
  level: 'minute' | 'hour',
  id: number,
  { from, to }: { readonly from: EpochMs; readonly to: EpochMs },
): Promise<void> {
  const [table, time] = [sql.table(`sample_${level}`), sql.ref(level)]
  await sql`select ${time} as at, n, min, max, sum, quality from ${table} where zone_id = ${zoneId} and point_id = ${id}
    and ${time} >= ${new Date(from)}::timestamptz and ${time} < ${new Date(to)}::timestamptz order by ${time}`.execute(
    db,
  )
}

/** A year of hours and its last day of minutes, with readings as large as those of a slow signal at 1 Hz. */
async function fill(database: Database): Promise<void> {
  const last = new Date(end - dayMs).toISOString()
  const until = new Date(end).toISOString()
  const minutes = `sample_minute_${last.slice(0, 10).replaceAll('-', '')}`
  await database.exec(`
    create table if not exists ${minutes} partition of sample_minute for values from ('${last}') to ('${until}');
    insert into sample_minute (zone_id, point_id, minute, n, min, max, sum, first, last, quality, raw)
      select '${zoneId}', p, m, 60, 50 - p, 50 + p, 3000, 50, 50, 0, decode(repeat('a5', 180), 'hex')
      from generate_series('${last}'::timestamptz, '${until}'::timestamptz - interval '1 minute', interval '1 minute') m,
        generate_series(1, ${points}) p;
    insert into sample_hour (zone_id, point_id, hour, n, min, max, sum, integral, counter_delta, good_seconds, quality)
      select '${zoneId}', p, h, 3600, 50 - p, 50 + p, 180000, 180000, 0, 3600, 0
      from generate_series('${new Date(first).toISOString()}'::timestamptz, '${until}'::timestamptz - interval '1 hour', interval '1 hour') h,
        generate_series(1, ${points}) p;
    insert into sample_rolled (zone_id, hour) values ('${zoneId}', '${until}')`)
  await database.exec('analyze')
}
