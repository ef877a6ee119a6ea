import type { Session } from '@tingzhou/db'
import { packBlock, readingsMax, unpackBlock } from './block-codec.ts'
import type { Block } from './open-minutes.ts'
import type { Decimal } from './decimal.ts'
import { summariseFixes } from './fix.ts'
import { fixKind, minuteMs, sampleKind, type ReadingKind } from './kind.ts'
import { unpackHour } from './hour-chunk.ts'
import { inOrder, mergeRows, type Rows } from './rows.ts'
import { summariseSamples } from './sample.ts'
import { minutesOfHour } from './stored.ts'

/** What one step of a point's values means. */
export type ResolutionOf = (point: number) => Decimal

const columnsOf = {
  sample: ['zone_id', 'point_id', 'minute', 'n', 'min', 'max', 'sum', 'first', 'last', 'quality', 'raw'],
  fix: ['zone_id', 'point_id', 'minute', 'n', 'speed_max_kmh', 'west', 'south', 'east', 'north', 'raw'],
} as const satisfies Record<ReadingKind['name'], readonly string[]>

/**
 * Writes the blocks of one minute and kind to their rows in the transaction of a session. Where a row may be there already it is looked
 * for and merged; the first of two equal readings stays, so writing a block again changes nothing.
 * @param fresh  no row of these blocks can be there
 * @returns how many readings were left out: what is over 60 000 of a point, and what belongs to a minute whose readings are kept no longer
 * @throws what the database says; 23505 when a row was there that nobody expected, 40001 when somebody wrote the same
 * Source: plant telemetry §2. Five statements, one copy of all rows.
 */
export async function writeBlocks(
  session: Session,
  zoneId: string,
  kind: ReadingKind,
  blocks: readonly Block[],
  fresh: boolean,
  resolutionOf: ResolutionOf,
): Promise<number> {
  const [first] = blocks
  if (!first) return 0
  const zone = literal(zoneId)
  const late = kind === sampleKind ? await lateness(session, zone, first.minute) : punctual
  const merged = fresh ? { blocks, leftOut: 0 } : await mergeKnown(session, zone, kind, blocks)
  const whole = merged.blocks.map((block) => ({ ...block, rows: inOrder(block.rows) }))
  const lines = whole.map((block) => lineOf(zoneId, block, resolutionOf(block.point)))
  await session.copyIn(kind.table, columnsOf[kind.name], chunk(lines))
  if (late.isRolled) await mark(session, zone, 'sample_dirty', whole)
  if (late.isPacked) await mark(session, zone, 'sample_loose', whole)
  return merged.leftOut + whole.reduce((sum, { rows }) => sum + Math.max(0, rows.count - readingsMax), 0)
}

async function* chunk(lines: readonly string[]): AsyncIterable<Uint8Array> {
  yield Buffer.from(lines.join(''))
}

/** Whether the hour of a minute was summed up, and packed, before. */
type Lateness = { readonly isRolled: boolean; readonly isPacked: boolean }
const punctual: Lateness = { isRolled: false, isPacked: false }

/**
 * The locks keep an hour from being summed up or packed meanwhile; they come before those of rows, as where hours are packed.
 * Only what is summed up is packed.
 */
async function lateness(session: Session, zone: string, minute: number): Promise<Lateness> {
  const until = async (table: 'sample_rolled' | 'sample_packed'): Promise<number> => {
    const rows = await session.query<{ hour: number }>(`select hour from ${table} where zone_id = ${zone} for share`)
    return rows[0]?.hour ?? 0
  }
  if (minute * minuteMs >= (await until('sample_rolled'))) return punctual
  return { isRolled: true, isPacked: minute * minuteMs < (await until('sample_packed')) }
}

async function mergeKnown(
  session: Session,
  zone: string,
  kind: ReadingKind,
  blocks: readonly Block[],
): Promise<{ readonly blocks: readonly Block[]; readonly leftOut: number }> {
  // Blocks of one call are of one minute.
  const minute = blocks[0]?.minute ?? 0
  const points = `any('{${blocks.map(({ point }) => point).join(',')}}'::integer[])`
  // One minute lies in one day: the others are not looked at.
  const where = `zone_id = ${zone} and minute = ${instant(minute)} and point_id = ${points}`
  const rows = await session.query<{ point_id: number; raw: Uint8Array }>(
    `select point_id, raw from ${kind.table} where ${where}`,
  )
  if (rows.length === 0) return { blocks, leftOut: 0 }
  const old = rows.filter(({ raw }) => raw.length === 0).map(({ point_id: point }) => point)
  const packed = old.length === 0 ? new Map<number, Uint8Array>() : await packedBlocks(session, zone, minute, old)
  const gone = new Set(old.filter((point) => !packed.has(point)))
  await session.exec(
    `delete from ${kind.table} where ${where} and point_id <> all('{${[...gone].join(',')}}'::integer[])`,
  )
  const known = new Map([...rows.map((row) => [row.point_id, row.raw] as const), ...packed])
  const kept = blocks.filter(({ point }) => !gone.has(point))
  return {
    blocks: kept.map((block) => {
      const raw = known.get(block.point)
      return raw ? { ...block, rows: mergeRows(unpackBlock(kind, raw).rows, inOrder(block.rows)) } : block
    }),
    leftOut: blocks.reduce((sum, { point, rows: { count } }) => sum + (gone.has(point) ? count : 0), 0),
  }
}

/** What the chunks of its hour hold of a minute, by point. */
async function packedBlocks(
  session: Session,
  zone: string,
  minute: number,
  points: readonly number[],
): Promise<Map<number, Uint8Array>> {
  const rows = await session.query<{ point_id: number; raw: Uint8Array }>(
    `select point_id, raw from sample_chunk where zone_id = ${zone} and hour = ${instant(hourOf(minute))}
      and point_id = any('{${points.join(',')}}'::integer[])`,
  )
  const found = new Map<number, Uint8Array>()
  for (const { point_id: point, raw } of rows) {
    const block = unpackHour(raw).get(minute - hourOf(minute))
    if (block) found.set(point, block)
  }
  return found
}

/** The minute with which the hour of a minute begins. */
const hourOf = (minute: number): number => Math.floor(minute / minutesOfHour) * minutesOfHour

/** Hours that were summed up, or packed, already are so again. */
async function mark(
  session: Session,
  zone: string,
  table: 'sample_dirty' | 'sample_loose',
  blocks: readonly Block[],
): Promise<void> {
  if (blocks.length === 0) return
  const hours = blocks.map(({ point, minute }) => `(${zone},${point},${instant(hourOf(minute))})`)
  await session.exec(`insert into ${table} (zone_id, point_id, hour) values ${hours.join(',')} on conflict do nothing`)
}

function lineOf(zoneId: string, { point, minute, rows: whole }: Block, resolution: Decimal): string {
  // So many in one minute come from a clock that stands still: what is over the most is left out, and counted, rather than keep all else waiting.
  const ordered = whole.count > readingsMax ? { ...whole, count: readingsMax } : whole
  const figures = ordered.kind === fixKind ? trackFigures(ordered) : sampleFigures(ordered, resolution)
  const raw = `\\\\x${Buffer.from(packBlock(ordered, resolution)).toString('hex')}`
  return `${[copyText(zoneId), point, new Date(minute * minuteMs).toISOString(), ...figures, raw].join('\t')}\n`
}

function sampleFigures(rows: Rows, resolution: Decimal): (string | number)[] {
  const { count, min, max, sum, first, last, quality } = summariseSamples(rows, resolution)
  return [count, orNull(min), orNull(max), sum, orNull(first), orNull(last), quality]
}

function trackFigures(rows: Rows): (string | number)[] {
  const { count, speedMaxKmh, box } = summariseFixes(rows)
  return [count, speedMaxKmh, ...[box?.west, box?.south, box?.east, box?.north].map((side) => orNull(side ?? null))]
}

const orNull = (value: number | null): string | number => value ?? '\\N'
const instant = (minute: number): string => `'${new Date(minute * minuteMs).toISOString()}'::timestamptz`

/** A text as a literal of SQL. */
export const literal = (text: string): string => `'${text.replaceAll("'", "''")}'`

/** A text as copy's text format writes it. */
const copyText = (text: string): string =>
  text.replaceAll('\\', '\\\\').replaceAll('\t', '\\t').replaceAll('\n', '\\n').replaceAll('\r', '\\r')
