import type { Session } from '@tingzhou/db'
import { packBlock, readingsMax, unpackBlock } from './block-codec.ts'
import type { Block } from './open-minutes.ts'
import type { Decimal } from './decimal.ts'
import { summariseFixes } from './fix.ts'
import { fixKind, minuteMs, sampleKind, type ReadingKind } from './kind.ts'
import { inOrder, mergeRows, type Rows } from './rows.ts'
import { summariseSamples } from './sample.ts'

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
 * @throws what the database says; 23505 when a row was there that nobody expected, 40001 when somebody wrote the same
 * Source: plant telemetry §2. Four statements, one copy of all rows.
 */
export async function writeBlocks(
  session: Session,
  zoneId: string,
  kind: ReadingKind,
  blocks: readonly Block[],
  fresh: boolean,
  resolutionOf: ResolutionOf,
): Promise<void> {
  const zone = literal(zoneId)
  const whole = fresh ? blocks : await mergeKnown(session, zone, kind, blocks)
  const lines = whole.map((block) => lineOf(zoneId, block, resolutionOf(block.point)))
  await session.copyIn(kind.table, columnsOf[kind.name], chunk(lines))
  if (kind === sampleKind) await markDirty(session, zone, whole)
}

async function* chunk(lines: readonly string[]): AsyncIterable<Uint8Array> {
  yield Buffer.from(lines.join(''))
}

async function mergeKnown(
  session: Session,
  zone: string,
  kind: ReadingKind,
  blocks: readonly Block[],
): Promise<readonly Block[]> {
  const [first] = blocks
  if (!first) return blocks
  const points = `any('{${blocks.map(({ point }) => point).join(',')}}'::integer[])`
  // One minute lies in one day: the others are not looked at.
  const where = `zone_id = ${zone} and minute = ${instant(first.minute)} and point_id = ${points}`
  const rows = await session.query<{ point_id: number; raw: Uint8Array }>(
    `select point_id, raw from ${kind.table} where ${where}`,
  )
  if (rows.length === 0) return blocks
  await session.exec(`delete from ${kind.table} where ${where}`)
  const known = new Map(rows.map((row) => [row.point_id, row.raw]))
  return blocks.map((block) => {
    const raw = known.get(block.point)
    return raw ? { ...block, rows: mergeRows(unpackBlock(kind, raw).rows, inOrder(block.rows)) } : block
  })
}

/** Hours that were summed up already are summed up again. The lock keeps an hour from being summed up meanwhile. */
async function markDirty(session: Session, zone: string, blocks: readonly Block[]): Promise<void> {
  if (blocks.length === 0) return
  const earliest = blocks.reduce((least, { minute }) => Math.min(least, minute), Infinity)
  const [rolled] = await session.query<{ hour: number }>(
    `select hour from sample_rolled where zone_id = ${zone} for share`,
  )
  if (!rolled || earliest * minuteMs >= rolled.hour) return
  const hours = blocks.flatMap(({ point, minute }) =>
    minute * minuteMs < rolled.hour ? [`(${zone},${point},${instant(Math.floor(minute / 60) * 60)})`] : [],
  )
  await session.exec(
    `insert into sample_dirty (zone_id, point_id, hour) values ${[...new Set(hours)].join(',')} on conflict do nothing`,
  )
}

function lineOf(zoneId: string, { point, minute, rows }: Block, resolution: Decimal): string {
  const whole = inOrder(rows)
  // So many in one minute come from a clock that stands still: what is over the most is left out rather than keep all else waiting.
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
