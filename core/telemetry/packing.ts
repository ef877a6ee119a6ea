import { sql } from 'kysely'
import { at, type Database, type Tx } from '@tingzhou/db'
import { epochMs, type Clock, type EpochMs } from '@tingzhou/kernel'
import { packHour, unpackHour, type HourChunk } from './hour-chunk.ts'
import { minuteMs } from './kind.ts'
import { dayOf, ensureDays, partitionOf } from './partition.ts'
import { findRetention } from './retention.ts'
import { minutesOfHour } from './stored.ts'
import { dayMs, hourMs } from './trend-level.ts'

export type PackingDeps = { readonly database: Database; readonly zoneId: string; readonly clock: Clock }

/** What a run did: hours packed to their end, hours of points packed again, days made small. */
export type Packed = { readonly hours: number; readonly again: number; readonly days: number }

const hoursPerRun = 12
// One transaction: short, so that the embedded database answers others in between. 200 points at 1 Hz are about 2 MB.
const pointsPerStep = 200

/**
 * Packs the readings of old minutes into chunks of hours, and those of packed hours into which readings came late again. Every step
 * is one transaction: a minute has its readings in its own row or in the chunk, whenever the process ends. Only hours that are summed
 * up are packed.
 * Source: plant telemetry §2. A few statements for 200 points of an hour.
 */
export async function packOld(deps: PackingDeps): Promise<Packed> {
  const { database, zoneId, clock } = deps
  const { db } = database
  const { packAfterDays } = await findRetention(db, zoneId)
  const known = new Set<string>()
  const begun = await begin(deps)
  if (begun === null) return { hours: 0, again: 0, days: 0 }
  const rolled = await db.selectFrom('sample_rolled').select('hour').where('zone_id', '=', zoneId).executeTakeFirst()
  const end = Math.min(rolled?.hour ?? 0, Math.floor((clock() - packAfterDays * dayMs) / hourMs) * hourMs)
  let hour = begun
  let hours = 0
  for (; hour < end && hours < hoursPerRun; hours++) {
    // Hours in which nothing was measured are passed over.
    const until = epochMs(Math.min(end, (await nextHour(deps, hour)) ?? end))
    await packUntil(deps, known, hour, until)
    hour = until
  }
  const again = await packLoose(deps, known)
  return { hours, again, days: await shrink(deps) }
}

async function nextHour({ database: { db }, zoneId }: PackingDeps, hour: EpochMs): Promise<EpochMs | null> {
  const row = await db
    .selectFrom('sample_hour')
    .select((q) => q.fn.min('hour').as('hour'))
    .where('zone_id', '=', zoneId)
    .where(sql<boolean>`hour > ${at(hour)}::timestamptz`)
    .executeTakeFirst()
  return row?.hour ?? null
}

/**
 * The hour that is packed next. The first time nothing is packed: whoever writes a late reading from now on asks how far it is,
 * and those who are writing have ended until the next time.
 */
async function begin({ database: { db }, zoneId }: PackingDeps): Promise<EpochMs | null> {
  const row = await db.selectFrom('sample_packed').select('hour').where('zone_id', '=', zoneId).executeTakeFirst()
  if (row) return row.hour
  const never = at(epochMs(0))
  await db
    .insertInto('sample_packed')
    .values({ zone_id: zoneId, hour: never, shrunk: never })
    .onConflict((conflict) => conflict.column('zone_id').doNothing())
    .execute()
  return null
}

/** Partitions are cut at midnight UTC. */
const startOfDay = (time: number): EpochMs => epochMs(dayOf(time) * dayMs)

/** Packs an hour; in those after it, up to `until`, nothing is known to be. */
async function packUntil(deps: PackingDeps, known: Set<string>, hour: EpochMs, until: EpochMs): Promise<void> {
  const { database, zoneId } = deps
  const { db } = database
  for (let after = 0; ;) {
    const points = await pointsOf(db, zoneId, hour, after)
    if (points.length === 0) break
    after = points.at(-1) ?? after
    await packHours(deps, known, new Map([[hour, points]]))
  }
  // What came late since, or is of points that were not summed up, is packed before the hours count as packed.
  while (!(await db.transaction().execute((tx) => finish(tx, zoneId, hour, until))))
    await packHours(deps, known, await leftovers(db, zoneId, hour, until))
}

async function packHours(
  { database, zoneId }: PackingDeps,
  known: Set<string>,
  byHour: ReadonlyMap<EpochMs, readonly number[]>,
): Promise<void> {
  await ensureDays(database, known, 'sample_chunk', [...byHour.keys()].map(dayOf))
  for (const [hour, points] of byHour)
    await database.db.transaction().execute((tx) => packPoints(tx, zoneId, hour, points))
}

async function pointsOf(db: Database['db'], zoneId: string, hour: EpochMs, after: number): Promise<number[]> {
  const rows = await db
    .selectFrom('sample_hour')
    .select('point_id')
    .where('zone_id', '=', zoneId)
    .where(sql<boolean>`hour = ${at(hour)}::timestamptz`)
    .where('point_id', '>', after)
    .orderBy('point_id')
    .limit(pointsPerStep)
    .execute()
  return rows.map(({ point_id: point }) => point)
}

/** Points with readings in the rows of their minutes, by hour. */
async function leftovers(
  db: Database['db'] | Tx,
  zoneId: string,
  from: EpochMs,
  to: EpochMs,
): Promise<ReadonlyMap<EpochMs, readonly number[]>> {
  const { rows } = await sql<{ point: number; hour: EpochMs }>`
    select distinct point_id as point, date_trunc('hour', minute, 'UTC') as hour from sample_minute
    where zone_id = ${zoneId} and raw <> ''::bytea and ${within('minute', from, to)} limit ${pointsPerStep}`.execute(db)
  const byHour = new Map<EpochMs, number[]>()
  for (const { point, hour } of rows) byHour.set(hour, [...(byHour.get(hour) ?? []), point])
  return byHour
}

/** Writers of late readings share the lock: nobody writes a row of these hours between the look and the end. */
async function finish(tx: Tx, zoneId: string, hour: EpochMs, until: EpochMs): Promise<boolean> {
  await lockPacked(tx, zoneId)
  if ((await leftovers(tx, zoneId, hour, until)).size > 0) return false
  await tx
    .updateTable('sample_packed')
    .set({ hour: at(until) })
    .where('zone_id', '=', zoneId)
    .where(sql<boolean>`hour = ${at(hour)}::timestamptz`)
    .execute()
  return true
}

const lockPacked = (tx: Tx, zoneId: string) =>
  tx.selectFrom('sample_packed').select('hour').where('zone_id', '=', zoneId).forUpdate().execute()
const within = (column: string, from: EpochMs, to = epochMs(from + hourMs)) =>
  sql`${sql.ref(column)} >= ${at(from)}::timestamptz and ${sql.ref(column)} < ${at(to)}::timestamptz`

type Row = { readonly point: number; readonly minute: EpochMs; readonly raw: Uint8Array }

/** Moves what the minutes of points hold into the chunks of the hour; what is newer wins. */
async function packPoints(tx: Tx, zoneId: string, hour: EpochMs, points: readonly number[]): Promise<void> {
  const among = sql`zone_id = ${zoneId} and point_id = any(${points}::integer[])`
  const { rows } = await sql<Row>`
    select point_id as point, minute, raw from sample_minute
    where ${among} and ${within('minute', hour)} and raw <> ''::bytea for update`.execute(tx)
  if (rows.length === 0) return
  const { rows: before } = await sql<{ point: number; raw: Uint8Array }>`
    select point_id as point, raw from sample_chunk where ${among} and hour = ${at(hour)}::timestamptz`.execute(tx)
  const chunks = new Map<number, Map<number, Uint8Array>>(
    before.map(({ point, raw }) => [point, new Map(unpackHour(raw))]),
  )
  const touched = new Set(rows.map(({ point }) => point))
  for (const { point, minute, raw } of rows) {
    const blocks = chunks.get(point) ?? new Map<number, Uint8Array>()
    blocks.set((minute / minuteMs) % minutesOfHour, raw)
    chunks.set(point, blocks)
  }
  await saveChunks(
    tx,
    zoneId,
    hour,
    [...chunks].filter(([point]) => touched.has(point)),
  )
  await sql`
    update sample_minute m set raw = ''::bytea
    from unnest(${rows.map(({ point }) => point)}::integer[],
      ${rows.map(({ minute }) => at(minute).toISOString())}::timestamptz[]) as r (point, minute)
    where m.zone_id = ${zoneId} and m.point_id = r.point and m.minute = r.minute and ${within('m.minute', hour)}`.execute(
    tx,
  )
}

async function saveChunks(
  tx: Tx,
  zoneId: string,
  hour: EpochMs,
  chunks: readonly (readonly [number, HourChunk])[],
): Promise<void> {
  await tx
    .insertInto('sample_chunk')
    .values(
      chunks.map(([point, blocks]) => ({
        zone_id: zoneId,
        point_id: point,
        hour: at(hour),
        raw: Buffer.from(packHour(blocks)),
      })),
    )
    .onConflict((conflict) =>
      conflict.columns(['zone_id', 'point_id', 'hour']).doUpdateSet((q) => ({ raw: q.ref('excluded.raw') })),
    )
    .execute()
}

/** Packs hours again into which readings came late. @returns how many hours of points, at most 200 */
async function packLoose({ database, zoneId }: PackingDeps, known: Set<string>): Promise<number> {
  const waiting = await database.db
    .selectFrom('sample_loose')
    .select('hour')
    .distinct()
    .where('zone_id', '=', zoneId)
    .orderBy('hour')
    .limit(pointsPerStep)
    .execute()
  await ensureDays(
    database,
    known,
    'sample_chunk',
    waiting.map(({ hour }) => dayOf(hour)),
  )
  return database.db.transaction().execute(async (tx) => {
    await lockPacked(tx, zoneId)
    const { rows } = await sql<{ point: number; hour: EpochMs }>`
      delete from sample_loose where zone_id = ${zoneId} and (point_id, hour) in (
        select point_id, hour from sample_loose where zone_id = ${zoneId} order by hour, point_id limit ${pointsPerStep}
      ) returning point_id as point, hour`.execute(tx)
    for (const hour of new Set(rows.map((row) => row.hour)))
      await packPoints(
        tx,
        zoneId,
        hour,
        rows.filter((row) => row.hour === hour).map(({ point }) => point),
      )
    return rows.length
  })
}

/**
 * Gives back the room that packing left in the days that are packed to their end: each is written anew, once.
 * @returns how many days
 */
async function shrink({ database, zoneId }: PackingDeps): Promise<number> {
  const { db } = database
  const row = await db
    .selectFrom('sample_packed')
    .select(['hour', 'shrunk'])
    .where('zone_id', '=', zoneId)
    .executeTakeFirst()
  if (!row) return 0
  const end = startOfDay(row.hour)
  if (row.shrunk >= end) return 0
  const { rows } = await sql<{ name: string }>`
    select relname as name from pg_class where relkind = 'r' and relnamespace = 'public'::regnamespace
      and relname >= ${partitionOf('sample_minute', dayOf(row.shrunk))}
      and relname < ${partitionOf('sample_minute', dayOf(end))} order by 1`.execute(db)
  for (const { name } of rows) await database.exec(`vacuum (full, analyze) ${name}`)
  await db
    .updateTable('sample_packed')
    .set({ shrunk: at(end) })
    .where('zone_id', '=', zoneId)
    .execute()
  return rows.length
}
