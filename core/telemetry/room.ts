import { sql } from 'kysely'
import type { Db } from '@tingzhou/db'
import { dayOf, partitionOf, tablesByDay } from './partition.ts'
import { daysKeptWith, type DaysKept, type Retention } from './retention.ts'
import { roomKinds, type RoomKind } from './room-kind.ts'

/** How much room something takes in the database, of all its zones. */
export type Room = {
  readonly kind: RoomKind
  /** Rows, indexes and what is stored beside them. */
  readonly bytes: number
  /** Days of which there is something; 0 of what is not cut by day. */
  readonly days: number
  /** The first of them, UTC, `2026-11-28`. */
  readonly oldest: string | null
  /** What some settings would drop at once; null of what is kept for ever. */
  readonly goes: {
    readonly bytes: number
    readonly days: number
    /** Days before this one, UTC. */
    readonly before: string
    /** So many days are kept: longer than wished where another zone of the database wishes it. */
    readonly keptDays: number
  } | null
}

const kindOfTable: Readonly<Record<string, RoomKind>> = {
  sample_chunk: 'readings',
  sample_minute: 'minutes',
  track_minute: 'tracks',
  sample_hour: 'hours',
  sample_day: 'hours',
  kept_track: 'kept_tracks',
}

type Part = { readonly name: string; readonly parent: string; readonly bytes: number }

/**
 * How much room is taken, and what some settings of the zone would drop.
 * @param wish  settings that may not be in force yet
 * Source: own; PostgreSQL's own sizes. Two statements, a look at the files of each day: about 20 ms for three years.
 */
export async function roomUsed(db: Db, zoneId: string, wish: Retention, now: number): Promise<readonly Room[]> {
  const { rows } = await sql<Part>`
    select c.relname as name, coalesce(p.relname, c.relname) as parent,
      pg_total_relation_size(c.oid)::double precision as bytes
    from pg_class c left join pg_inherits i on i.inhrelid = c.oid left join pg_class p on p.oid = i.inhparent
    where c.relkind = 'r' and coalesce(p.relname, c.relname) in (${sql.join(Object.keys(kindOfTable))})`.execute(db)
  const keptDays = await daysKeptWith(db, zoneId, wish)
  return roomKinds.map((kind) =>
    roomOf(
      kind,
      rows.filter(({ parent }) => kindOfTable[parent] === kind),
      keptDays,
      now,
    ),
  )
}

function roomOf(kind: RoomKind, parts: readonly Part[], keptDays: DaysKept, now: number): Room {
  const bytes = sumOf(parts)
  const table = tablesByDay.find((one) => kindOfTable[one] === kind)
  if (!table) return { kind, bytes, days: 0, oldest: null, goes: null }
  const first = partitionOf(table, dayOf(now) - keptDays[table])
  const old = parts.filter(({ name }) => name < first)
  const [oldest] = parts.map(({ name }) => name).toSorted()
  return {
    kind,
    bytes,
    days: parts.length,
    oldest: oldest === undefined ? null : dateIn(oldest),
    goes: { bytes: sumOf(old), days: old.length, before: dateIn(first), keptDays: keptDays[table] },
  }
}

const sumOf = (parts: readonly Part[]): number => parts.reduce((sum, { bytes }) => sum + bytes, 0)

/** The day in the name of a partition: `…_20261128` is 2026-11-28. */
const dateIn = (name: string): string => name.slice(-8).replace(/^(\d{4})(\d{2})(\d{2})$/, '$1-$2-$3')
