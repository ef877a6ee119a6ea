import { sql } from 'kysely'
import { at, type Db } from '@tingzhou/db'
import { epochMs } from '@tingzhou/kernel'
import { unpackBlock } from './block-codec.ts'

import type { Decimal } from './decimal.ts'
import { minuteMs, type ReadingKind } from './kind.ts'
import { openRows, type OpenMinute } from './open-minutes.ts'
import { inOrder, mergeRows, type Rows } from './rows.ts'

/** The readings of one minute as they are kept. */
export type StoredMinute = {
  /** Minutes since the epoch. */
  readonly minute: number
  readonly rows: Rows
  readonly resolution: Decimal | null
}

// A day that does not begin with a minute touches one more.
const minutesMax = 1_441
const minuteAt = (minute: number): Date => at(epochMs(minute * minuteMs))

/**
 * The readings of a point, minute after minute, oldest first; at most a day of minutes.
 * @param from, to  milliseconds since the epoch; whole minutes that touch [from, to)
 * @param open  minutes that are in no row yet, as the store of this process gives them
 * @throws CorruptBytes when a row cannot be read
 * Source: own. One statement by the key of the table.
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
    .where(sql<boolean>`minute >= ${minuteAt(first)}::timestamptz and minute < ${minuteAt(end)}::timestamptz`)
    .orderBy('minute')
    .limit(minutesMax)
    .execute()
  const minutes = new Map<number, StoredMinute>()
  for (const row of stored) {
    const minute = row.minute / minuteMs
    minutes.set(minute, { minute, ...unpackBlock(kind, row.raw) })
  }
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
