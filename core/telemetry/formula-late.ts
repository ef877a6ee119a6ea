import { sql } from 'kysely'
import { at, type Db } from '@tingzhou/db'
import { epochMs, type Clock } from '@tingzhou/kernel'
import { newHold, type ComputedPoint, type FormulaBook } from './formula-book.ts'
import type { Marks } from './formula-marks.ts'
import { minuteMs, sampleKind } from './kind.ts'
import { openRows, type OpenMinute } from './open-minutes.ts'
import { newReadings, type Readings } from './readings.ts'
import { inOrder, newRows, type Rows } from './rows.ts'
import { addSample, countsFrom, quality, qualityIn, type Quality } from './sample.ts'
import { keyOf, readPlaces, type MinutePlace } from './stored.ts'

export type FormulaLateDeps = {
  readonly db: Db
  readonly zoneId: string
  readonly clock: Clock
  readonly book: FormulaBook
  /** Takes in what was computed again, as if it had come. @returns when it is durable */
  readonly ingest: (readings: Readings) => Promise<void>
  /** Minutes that are in no row yet. */
  readonly open: () => Iterable<OpenMinute>
}

// A minute is in its rows some seconds after it is over.
const waitMs = 10_000
const pointsPerTurn = 100
const turnsPerRound = 20
const marksPerStatement = 5_000
const minuteOf = (time: number): number => Math.floor(time / minuteMs)
const instantOf = (minute: number): Date => at(epochMs(minute * minuteMs))

/**
 * Writes down which minutes have to be computed again, and forgets them here; those that are in no row yet stay: whoever takes up
 * the journal after a kill marks them anew.
 * Source: own. One statement 5 000 marks.
 */
export async function keepMarks(db: Db, zoneId: string, marks: Marks, open: Iterable<OpenMinute>): Promise<void> {
  const isOpen = new Set([...open].filter(({ kind }) => kind === sampleKind).map(({ minute }) => minute))
  const rows = marks.take((minute) => !isOpen.has(minute))
  try {
    for (let start = 0; start < rows.length; start += marksPerStatement)
      await insertMarks(db, zoneId, rows.slice(start, start + marksPerStatement))
  } catch (error) {
    for (const { point, minute } of rows) marks.add(point, minute)
    throw error
  }
}

async function insertMarks(db: Db, zoneId: string, rows: readonly MinutePlace[]): Promise<void> {
  await sql`
    insert into sample_formula_dirty (zone_id, minute, point_id)
    select ${zoneId}, minute, point from unnest(
      ${rows.map(({ minute }) => instantOf(minute).toISOString())}::timestamptz[], ${rows.map(({ point }) => point)}::integer[]
    ) as t (minute, point)
    on conflict (zone_id, minute, point_id) do update set seq = excluded.seq`.execute(db)
}

type Mark = { readonly point: number; readonly minute: number; readonly seq: number }

/**
 * Computes minutes again, the oldest first: what a formula gives by the readings that are kept takes the place of what was kept
 * of it. What it gives no longer is called bad. Killed in between, or done by two processes, it comes to the same.
 * @returns how many minutes of points were done: at most 2 000
 * @throws AggregateError where some could not be, after the others
 * Source: own. About five statements a minute of 100 points.
 */
export async function computeAgain(deps: FormulaLateDeps): Promise<number> {
  let count = 0
  let after = 0
  const errors: unknown[] = []
  for (let turn = 0; turn < turnsPerRound; turn++) {
    const marks = await nextMarks(deps, after)
    if (marks.length === 0) break
    try {
      await computeMinute(deps, marks)
      count += marks.length
    } catch (error) {
      // One that cannot be computed keeps its marks, and no later minute waiting.
      after = marks[0]?.minute ?? after
      errors.push(error)
    }
  }
  if (errors.length > 0) throw new AggregateError(errors, `${errors.length} minutes could not be computed again`)
  return count
}

/** Marks of the oldest minute that is over, after another. One statement by the key of the table. */
async function nextMarks({ db, zoneId, clock }: FormulaLateDeps, after: number): Promise<readonly Mark[]> {
  const end = instantOf(minuteOf(clock() - waitMs))
  const { rows } = await sql<{ point: number; minute: number; seq: number }>`
    select point_id as point, extract(epoch from minute)::float8 / 60 as minute, seq::float8 as seq
    from sample_formula_dirty
    where zone_id = ${zoneId} and minute = (
      select min(minute) from sample_formula_dirty
      where zone_id = ${zoneId} and minute > ${instantOf(after)}::timestamptz and minute < ${end}::timestamptz)
    order by point_id limit ${pointsPerTurn}`.execute(db)
  return rows
}

async function computeMinute(deps: FormulaLateDeps, marks: readonly Mark[]): Promise<void> {
  const { book, ingest } = deps
  const minute = marks[0]?.minute ?? 0
  // What is computed no longer keeps what it has.
  const points = marks.flatMap(({ point }) => book.find(point) ?? [])
  if (points.length > 0) {
    const kept = await readInputs(deps, minute, points)
    const out = newReadings(sampleKind)
    for (const of of points) addDifferences(out, of, minute, kept, book)
    if (out.count > 0) await ingest(out)
  }
  await forgetMarks(deps, marks)
}

/** A mark that was made again meanwhile stays. */
async function forgetMarks({ db, zoneId }: FormulaLateDeps, marks: readonly Mark[]): Promise<void> {
  await sql`
    delete from sample_formula_dirty d
    using unnest(${marks.map(({ point }) => point)}::integer[], ${marks.map(({ seq }) => seq)}::bigint[]) as t (point, seq)
    where d.zone_id = ${zoneId} and d.minute = ${instantOf(marks[0]?.minute ?? 0)}::timestamptz
      and d.point_id = t.point and d.seq = t.seq`.execute(db)
}

/** What is kept of a minute, and what inputs said before it. */
type Kept = { readonly rows: ReadonlyMap<string, Rows>; readonly before: ReadonlyMap<number, Said> }
type Said = { readonly at: number; readonly steps: number; readonly column: number }

async function readInputs(
  { db, zoneId, book, open }: FormulaLateDeps,
  minute: number,
  points: readonly ComputedPoint[],
): Promise<Kept> {
  const inputs = [...new Set(points.flatMap(({ computed }) => computed.inputs))]
  const since = new Map(inputs.map((input) => [input, minuteOf(minute * minuteMs - book.holdMs(input))]))
  const isComputed = (point: number): boolean => book.find(point) !== undefined
  // Taken first: what goes into its rows meanwhile is found there.
  const openNow = [...open()]
  const earlier = await lastMinutes(db, zoneId, minute, since, isComputed)
  const places = [
    ...inputs.map((point) => ({ point, minute })),
    ...points.map(({ id }) => ({ point: id, minute })),
    ...earlier,
  ]
  const rows = await readPlaces(db, zoneId, places, openNow)
  const before = new Map<number, Said>()
  const note = (point: number, ofMinute: number, found: Rows | undefined): void => {
    const said = lastOf(found, ofMinute, (q) => !book.isTakenBack(point, q))
    if (said && said.at > (before.get(point)?.at ?? -Infinity)) before.set(point, said)
  }
  for (const { point, minute: ofMinute } of earlier) note(point, ofMinute, rows.get(keyOf(point, ofMinute)))
  for (const one of openNow) {
    if (one.kind !== sampleKind || one.minute >= minute) continue
    for (const point of inputs) if (one.minute >= (since.get(point) ?? 0)) note(point, one.minute, openRows(one, point))
  }
  return { rows, before }
}

function lastOf(rows: Rows | undefined, minute: number, counts: (q: Quality) => boolean): Said | null {
  let last: Said | null = null
  for (const [time, steps, column] of rowsOf(rows))
    if (counts(qualityIn(column))) last = { at: minute * minuteMs + time, steps, column }
  return last
}

/**
 * The last minute before one that points have, as far back as each is held; of what is computed, with a value that counts.
 * One statement by the key of the table.
 */
async function lastMinutes(
  db: Db,
  zoneId: string,
  minute: number,
  since: ReadonlyMap<number, number>,
  isComputed: (point: number) => boolean,
): Promise<readonly MinutePlace[]> {
  const earliest = instantOf(Math.min(minute, ...since.values()))
  const { rows } = await sql<MinutePlace>`
    select a.point, extract(epoch from m.minute)::float8 / 60 as minute
    from unnest(
      ${[...since.keys()]}::integer[], ${[...since.values()].map((from) => instantOf(from).toISOString())}::timestamptz[],
      ${[...since.keys()].map((point) => isComputed(point))}::boolean[]
    ) as a (point, since, computed)
    cross join lateral (
      select s.minute from sample_minute s
      where s.zone_id = ${zoneId} and s.point_id = a.point and s.minute >= a.since
        and s.minute >= ${earliest}::timestamptz and s.minute < ${instantOf(minute)}::timestamptz
        and (s.n > 0 or not a.computed)
      order by s.minute desc limit 1
    ) m`.execute(db)
  return rows
}

/** Adds what a formula gives in a minute, as far as something else is kept of it. O(readings of the minute × inputs). */
function addDifferences(out: Readings, of: ComputedPoint, minute: number, kept: Kept, book: FormulaBook): void {
  const { id, computed } = of
  const stored = new Map<number, { readonly steps: number; readonly q: number }>()
  const begin = minute * minuteMs
  for (const [time, steps, column] of rowsOf(kept.rows.get(keyOf(id, minute))))
    stored.set(begin + time, { steps, q: qualityIn(column) })
  for (const { at: time, steps, quality: q } of resultsOf(of, minute, kept, book)) {
    const known = stored.get(time)
    stored.delete(time)
    if (known?.steps === steps && known.q === q) continue
    addSample(out, id, time, steps, q, known !== undefined)
  }
  for (const [time, { steps, q }] of stored)
    if (time >= computed.since && countsFrom(q)) addSample(out, id, time, steps, quality.bad, true)
}

/** What a formula gives in a minute by what is kept. */
function resultsOf(of: ComputedPoint, minute: number, { rows, before }: Kept, book: FormulaBook) {
  const { inputs, since } = of.computed
  const begin = minute * minuteMs
  const hold = newHold(inputs.length)
  const said: (readonly [index: number, at: number, steps: number, column: number])[] = []
  for (const [index, input] of inputs.entries()) {
    const held = before.get(input)
    if (held) book.say(of, hold, index, held.at, held.steps, qualityIn(held.column))
    for (const [time, steps, column] of rowsOf(rows.get(keyOf(input, minute))))
      if (!book.isTakenBack(input, qualityIn(column))) said.push([index, begin + time, steps, column])
  }
  said.sort((a, b) => a[1] - b[1])
  return said.flatMap(([index, time, steps, column], place) => {
    book.say(of, hold, index, time, steps, qualityIn(column))
    // Of one time all that was said counts.
    if (said[place + 1]?.[1] === time || time < since) return []
    return book.resultAt(of, hold, time) ?? []
  })
}

/** Time in the minute, steps and quality with what it says of itself. */
function* rowsOf(
  rows: Rows = newRows(sampleKind, 0),
): Iterable<readonly [time: number, steps: number, column: number]> {
  const { data, count } = inOrder(rows)
  for (let place = 0; place < count * 3; place += 3)
    yield [data[place] as number, data[place + 1] as number, data[place + 2] as number]
}
