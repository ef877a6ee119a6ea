import { sql } from 'kysely'
import { at, type Db } from '@tingzhou/db'
import { epochMs, type EpochMs } from '@tingzhou/kernel'
import type { Decimal } from './decimal.ts'
import type { Formula } from './formula.ts'
import type { Computed, Point } from './point.ts'

/** The points of the zone, in memory: every reading asks for its point. */
export type Catalog = {
  readonly find: (point: number) => Point | undefined
  /** The resolution of a point; of one that is not known 1. */
  readonly resolutionOf: (point: number) => Decimal
  /** Reads what is new, and what changed, since the last time. */
  readonly refresh: () => Promise<void>
  /** Reads the points of a node anew: their names and units may be others. */
  readonly reload: (nodeId: string) => Promise<void>
  readonly size: () => number
}

const whole: Decimal = { mantissa: 1, scale: 0 }
const pageRows = 5_000
// Numbers are drawn in order and committed in any.
const overlap = 1_000
// A row that was written before a later one may become visible after it.
const overlapMs = 10_000

/**
 * Reads the points of the zone.
 * @param onPoint  hears of each that is new, has changed or was asked for anew
 * Source: own. One statement 5 000 points, then two a reading of what changed; 210,000 trucks with four points each take about 300 MB.
 */
export async function openCatalog(
  db: Db,
  zoneId: string,
  onPoint: (point: Point) => void = () => {},
): Promise<Catalog> {
  const points: (Point | undefined)[] = []
  const changedAt: number[] = []
  const revs: number[] = []
  let count = 0
  let last = 0
  const take = (row: Row): void => {
    if (!points[row.id]) count++
    const point = toPoint(row)
    points[row.id] = point
    changedAt[row.id] = row.changed_at
    revs[row.id] = row.rev
    onPoint(point)
  }
  /** What may have become visible late is read more than once, and taken once. */
  const takeChanged = (row: Row): void => {
    if (changedAt[row.id] !== row.changed_at || revs[row.id] !== row.rev) take(row)
  }
  const readNew = async (): Promise<void> => {
    for (let after = Math.max(0, last - overlap); ;) {
      const rows = await readPage(db, zoneId, after)
      for (const row of rows) {
        takeChanged(row)
        after = row.id
        last = Math.max(last, row.id)
      }
      if (rows.length < pageRows) return
    }
  }
  /** The newest change that was read, and since when, on a clock that never goes back. */
  let newest = await newestChange(db, zoneId)
  let newestMs = performance.now()
  const readChanged = async (): Promise<void> => {
    const begunMs = performance.now()
    let from = begunMs - newestMs > overlapMs ? newest : { at: epochMs(Math.max(0, newest.at - overlapMs)), id: 0 }
    for (;;) {
      const rows = await changedPage(db, zoneId, from)
      for (const row of rows) takeChanged(row)
      const end = rows.at(-1)
      if (end) from = { at: end.changed_at, id: end.id }
      if (from.at > newest.at || (from.at === newest.at && from.id > newest.id)) {
        newest = from
        newestMs = begunMs
      }
      if (rows.length < pageRows) return
    }
  }
  const refresh = async (): Promise<void> => {
    await readNew()
    await readChanged()
  }
  await readNew()
  return {
    find: (point) => points[point],
    resolutionOf: (point) => points[point]?.resolution ?? whole,
    refresh,
    reload: async (nodeId) => {
      const rows = await pointsOf(db, zoneId).where('node_id', '=', nodeId).execute()
      for (const row of rows) take(row)
    },
    size: () => count,
  }
}

const pointsOf = (db: Db, zoneId: string) => db.selectFrom('telemetry_point').selectAll().where('zone_id', '=', zoneId)

const readPage = (db: Db, zoneId: string, after: number) =>
  pointsOf(db, zoneId).where('id', '>', after).orderBy('id').limit(pageRows).execute()

/** Where a reading of changes stands: their time, then the number of the point. */
type Change = { readonly at: EpochMs; readonly id: number }

async function newestChange(db: Db, zoneId: string): Promise<Change> {
  const row = await db
    .selectFrom('telemetry_point')
    .select(['changed_at as at', 'id'])
    .where('zone_id', '=', zoneId)
    .orderBy('changed_at', 'desc')
    .orderBy('id', 'desc')
    .limit(1)
    .executeTakeFirst()
  return row ?? { at: epochMs(0), id: 0 }
}

const changedPage = (db: Db, zoneId: string, from: Change) =>
  pointsOf(db, zoneId)
    .where(sql<boolean>`(changed_at, id) > (${at(from.at)}::timestamptz, ${from.id}::integer)`)
    .orderBy('changed_at')
    .orderBy('id')
    .limit(pageRows)
    .execute()

type Row = Awaited<ReturnType<typeof readPage>>[number]

const toPoint = (row: Row): Point => ({
  id: row.id,
  code: row.code,
  nodeId: row.node_id,
  kind: row.kind,
  name: row.name,
  unit: row.unit,
  resolution: { mantissa: row.resolution_mantissa, scale: row.resolution_scale },
  euLow: row.eu_low,
  euHigh: row.eu_high,
  sampleMs: row.sample_ms,
  staleAfterS: row.stale_after_s,
  computed: row.formula === null || row.retired_at !== null ? null : computedOf(row.formula, row),
})

function computedOf(
  formula: Formula,
  { formula_inputs: inputs, formula_at: since }: Pick<Row, 'formula_inputs' | 'formula_at'>,
): Computed | null {
  const found = (inputs ?? []).filter((input) => input !== null)
  return found.length === formula.inputs.length ? { formula, inputs: found, since: since ?? 0 } : null
}
