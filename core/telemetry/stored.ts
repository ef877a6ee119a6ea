import { sql } from 'kysely'
import { at, type Db } from '@tingzhou/db'
import { epochMs, type EpochMs } from '@tingzhou/kernel'
import { unpackBlock } from './block-codec.ts'
import type { Decimal } from './decimal.ts'
import { unpackHour, type HourChunk } from './hour-chunk.ts'
import { minuteMs, sampleKind, type ReadingKind } from './kind.ts'
import { openRows, type OpenMinute } from './open-minutes.ts'
import { inOrder, mergeRows, newRows, type Rows } from './rows.ts'

/** The readings of one minute as they are kept. */
export type StoredMinute = {
  /** Minutes since the epoch. */
  readonly minute: number
  readonly rows: Rows
  readonly resolution: Decimal | null
}

// A day that does not begin with a minute touches one more.
const minutesMax = 1_441
export const minutesOfHour = 60
const instantOf = (minute: number): Date => at(epochMs(minute * minuteMs))

/**
 * The readings of a point, minute after minute, oldest first; at most a day of minutes. Old minutes lie in the chunks of their
 * hours; of a minute whose readings are kept no longer there is none.
 * @param from, to  milliseconds since the epoch; whole minutes that touch [from, to)
 * @param open  minutes that are in no row yet, as the store of this process gives them
 * @throws CorruptBytes when a row cannot be read
 * Source: own. One statement by the key of the table, one more where minutes are old.
 */
export async function readMinutes(
  db: Db,
  zoneId: string,
  kind: ReadingKind,
  point: number,
  from: number,
  to: number,
  open: Iterable<OpenMinute> = [],
): Promise<StoredMinute[]> {
  const [first, end] = [Math.floor(from / minuteMs), Math.ceil(to / minuteMs)]
  const stored = await db
    .selectFrom(kind.table)
    .select(['minute', 'raw'])
    .where('zone_id', '=', zoneId)
    .where('point_id', '=', point)
    .where(sql<boolean>`minute >= ${instantOf(first)}::timestamptz and minute < ${instantOf(end)}::timestamptz`)
    .orderBy('minute')
    .limit(minutesMax)
    .execute()
  const minutes = await unpackRows(db, zoneId, kind, point, stored)
  for (const one of open) {
    if (one.kind !== kind || one.minute < first || one.minute >= end) continue
    const rows = openRows(one, point)
    if (rows.count === 0) continue
    const known = minutes.get(one.minute)
    const whole = known ? mergeRows(known.rows, inOrder(rows)) : inOrder(rows)
    minutes.set(one.minute, { minute: one.minute, rows: whole, resolution: known?.resolution ?? null })
  }
  return [...minutes.values()].toSorted((a, b) => a.minute - b.minute)
}

/**
 * The readings of a point in some minutes, as far as they are in rows.
 * @param minutes  minutes since the epoch
 * Source: own. As `readMinutes`.
 */
export async function readMinutesAt(
  db: Db,
  zoneId: string,
  kind: ReadingKind,
  point: number,
  minutes: readonly number[],
): Promise<StoredMinute[]> {
  const stored = await db
    .selectFrom(kind.table)
    .select(['minute', 'raw'])
    .where('zone_id', '=', zoneId)
    .where('point_id', '=', point)
    .where(sql<boolean>`minute = any(${minutes.map((minute) => instantOf(minute).toISOString())}::timestamptz[])`)
    .orderBy('minute')
    .execute()
  return [...(await unpackRows(db, zoneId, kind, point, stored)).values()]
}

type Row = { readonly minute: EpochMs; readonly raw: Uint8Array }

async function unpackRows(
  db: Db,
  zoneId: string,
  kind: ReadingKind,
  point: number,
  stored: readonly Row[],
): Promise<Map<number, StoredMinute>> {
  const rows = stored.map(({ minute, raw }) => ({ minute: minute / minuteMs, raw }))
  const old = kind === sampleKind ? rows.filter(({ raw }) => raw.length === 0).map(({ minute }) => minute) : []
  const chunks = old.length === 0 ? new Map<number, HourChunk>() : await readChunks(db, zoneId, point, old)
  const minutes = new Map<number, StoredMinute>()
  for (const { minute, raw } of rows) {
    const block = raw.length > 0 ? raw : chunks.get(hourOf(minute))?.get(minute % minutesOfHour)
    if (block) minutes.set(minute, { minute, ...unpackBlock(kind, block) })
  }
  return minutes
}

/** Hours since the epoch. */
const hourOf = (minute: number): number => Math.floor(minute / minutesOfHour)

async function readChunks(
  db: Db,
  zoneId: string,
  point: number,
  minutes: readonly number[],
): Promise<Map<number, HourChunk>> {
  const hours = [...new Set(minutes.map(hourOf))].map((hour) => instantOf(hour * minutesOfHour).toISOString())
  const rows = await db
    .selectFrom('sample_chunk')
    .select(['hour', 'raw'])
    .where('zone_id', '=', zoneId)
    .where('point_id', '=', point)
    .where(sql<boolean>`hour = any(${hours}::timestamptz[])`)
    .execute()
  return new Map(rows.map(({ hour, raw }) => [hourOf(hour / minuteMs), unpackHour(raw)]))
}

/** The samples of one point in one minute. */
export type MinutePlace = {
  readonly point: number
  /** Minutes since the epoch. */
  readonly minute: number
}

/** How a minute of a point is called among others. */
export const keyOf = (point: number, minute: number): string => `${point} ${minute}`

/**
 * The samples of points in minutes, by `keyOf`; of what has none there is no entry.
 * @param places  of few minutes: what is read is every point in every minute
 * @param open  minutes that are in no row yet, as the store of this process gives them
 * @throws CorruptBytes when a row cannot be read
 * Source: own. One statement by the key of the table, one more where minutes are old.
 */
export async function readPlaces(
  db: Db,
  zoneId: string,
  places: readonly MinutePlace[],
  open: Iterable<OpenMinute> = [],
): Promise<Map<string, Rows>> {
  const blocks = places.length === 0 ? new Map<string, Uint8Array>() : await readBlocks(db, zoneId, places)
  const rows = new Map([...blocks].map(([key, block]) => [key, unpackBlock(sampleKind, block).rows]))
  for (const minute of open) {
    if (minute.kind !== sampleKind) continue
    for (const { point } of places.filter((place) => place.minute === minute.minute)) {
      const fresh = openRows(minute, point)
      if (fresh.count === 0) continue
      const key = keyOf(point, minute.minute)
      rows.set(key, mergeRows(rows.get(key) ?? newRows(sampleKind), fresh))
    }
  }
  return rows
}

/** Packed minutes by point and minute. */
async function readBlocks(db: Db, zoneId: string, places: readonly MinutePlace[]): Promise<Map<string, Uint8Array>> {
  const points = [...new Set(places.map(({ point }) => point))]
  const minutes = [...new Set(places.map(({ minute }) => minute))].map((minute) => instantOf(minute).toISOString())
  const stored = await db
    .selectFrom('sample_minute')
    .select(['point_id as point', 'minute', 'raw'])
    .where('zone_id', '=', zoneId)
    .where(sql<boolean>`point_id = any(${points}::integer[])`)
    .where(sql<boolean>`minute = any(${minutes}::timestamptz[])`)
    .execute()
  const blocks = new Map<string, Uint8Array>()
  const old = stored.filter(({ raw }) => raw.length === 0)
  for (const { point, minute, raw } of stored) if (raw.length > 0) blocks.set(keyOf(point, minute / minuteMs), raw)
  if (old.length === 0) return blocks
  const hours = [...new Set(old.map(({ minute }) => hourOf(minute / minuteMs)))]
  const chunks = await db
    .selectFrom('sample_chunk')
    .select(['point_id as point', 'hour', 'raw'])
    .where('zone_id', '=', zoneId)
    .where(sql<boolean>`point_id = any(${[...new Set(old.map(({ point }) => point))]}::integer[])`)
    .where(
      sql<boolean>`hour = any(${hours.map((hour) => instantOf(hour * minutesOfHour).toISOString())}::timestamptz[])`,
    )
    .execute()
  for (const { point, hour, raw } of chunks)
    for (const [minute, block] of unpackHour(raw)) {
      const key = keyOf(point, hour / minuteMs + minute)
      if (!blocks.has(key)) blocks.set(key, block)
    }
  return blocks
}
