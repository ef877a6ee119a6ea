import { sql } from 'kysely'
import { keysetPage } from '@tingzhou/http'
import type { Lang } from '@tingzhou/parties'
import type { Reader } from '../papers-view.ts'
import '../tables.ts'
import { withFile } from './settings.ts'
import './tables.ts'
import { idlePinText, reasonText, staleText, unservedText } from './texts.ts'

/** How many pairs of a wave are in each state, of the alias `w`. By freight_wave_pair_seq. */
const counts = sql<{ proposed: number; sent: number; withdrawn: number; stale: number }>`(
  select jsonb_build_object('proposed', count(*) filter (where p.state = 'proposed'), 'sent', count(*) filter (where p.state = 'sent'),
    'withdrawn', count(*) filter (where p.state = 'withdrawn'), 'stale', count(*) filter (where p.state = 'stale'))
  from freight_wave_pair p where p.zone_id = w.zone_id and p.wave_id = w.id)`

const heads = ({ deps: { db, zoneId } }: Reader) =>
  db
    .selectFrom('freight_wave as w')
    .where('w.zone_id', '=', zoneId)
    .select(['w.id', 'w.trial', 'w.auto', 'w.made_at', 'w.made_name', 'w.loads', 'w.trips', 'w.trucks'])
    .select(['w.matched', 'w.empty_m', 'w.cost_m', 'w.nearest_matched', 'w.nearest_empty_m', 'w.nearest_cost_m'])
    .select(['w.is_optimal', 'w.unproved', 'w.arcs', 'w.rounds', 'w.basis', 'w.read_ms', 'w.solve_ms'])
    .select(counts.as('pairs'))
type HeadRow = Awaited<ReturnType<ReturnType<typeof heads>['execute']>>[number]

const headOf = (row: HeadRow) => ({
  id: row.id,
  trial: row.trial,
  auto: row.auto,
  madeAt: row.made_at,
  madeBy: row.made_name,
  loads: row.loads,
  trips: row.trips,
  trucks: row.trucks,
  matched: row.matched,
  emptyM: row.empty_m,
  costM: row.cost_m,
  nearestFirst: { matched: row.nearest_matched, emptyM: row.nearest_empty_m, costM: row.nearest_cost_m },
  certificate: { isOptimal: row.is_optimal, unproved: row.unproved, arcs: row.arcs, rounds: row.rounds },
  basis: row.basis,
  readMs: row.read_ms,
  solveMs: row.solve_ms,
  pairs: row.pairs,
})

type WaveWish = {
  readonly trial?: boolean | undefined
  readonly cursor?: string | undefined
  readonly limit: number
}

/** A page of waves, the latest first. One statement, by freight_wave_list. */
export async function listWaves(reader: Reader, wish: WaveWish) {
  let query = heads(reader)
  if (wish.trial !== undefined) query = query.where('w.trial', '=', wish.trial)
  const page = await keysetPage(
    query,
    [
      { ref: sql.ref('w.made_at'), order: 'desc', kind: 'instant', read: (row) => row.made_at },
      { ref: sql.ref('w.id'), order: 'desc', kind: 'string', read: (row) => row.id },
    ],
    wish,
  )
  return { rows: page.rows.map(headOf), next: page.next, total: null }
}

type PageWish = { readonly id: string; readonly cursor?: string | undefined; readonly limit: number }

/** One wave with a page of its pairs, or null; texts in the reader's language. Two statements. */
export async function findWave(reader: Reader, lang: Lang, { id, ...wish }: PageWish) {
  const row = await heads(reader)
    .select(['w.settings_rev', 'w.numbers', 'w.unserved', 'w.worth', 'w.idle_pins'])
    .where('w.id', '=', id)
    .executeTakeFirst()
  if (!row) return null
  const page = await keysetPage(
    pairs(reader).where('p.wave_id', '=', id),
    [{ ref: sql.ref('p.seq'), order: 'asc', kind: 'number', read: (pair) => pair.seq }],
    wish,
  )
  return {
    ...headOf(row),
    settingsRev: row.settings_rev,
    numbers: withFile(row.numbers),
    unserved: row.unserved.map((one) => ({ ...one, text: unservedText(lang, one) })),
    worth: [...row.worth],
    idlePins: row.idle_pins.map((one) => ({ ...one, text: idlePinText(lang, one.why) })),
    rows: page.rows.map((pair) => pairOf(lang, pair)),
    next: page.next,
  }
}

/** Pairs with what they are called; by primary keys. */
const pairs = ({ deps: { db, zoneId } }: Reader) =>
  db
    .selectFrom('freight_wave_pair as p')
    .innerJoin('freight_load as l', (join) => join.onRef('l.zone_id', '=', 'p.zone_id').onRef('l.id', '=', 'p.load_id'))
    .innerJoin('freight_place as a', (join) =>
      join.onRef('a.zone_id', '=', 'l.zone_id').onRef('a.id', '=', 'l.from_id'),
    )
    .innerJoin('freight_place as b', (join) => join.onRef('b.zone_id', '=', 'l.zone_id').onRef('b.id', '=', 'l.to_id'))
    .leftJoin('freight_vehicle as v', (join) =>
      join.onRef('v.zone_id', '=', 'p.zone_id').onRef('v.id', '=', 'p.vehicle_id'),
    )
    .leftJoin('freight_vehicle as n', (join) =>
      join.onRef('n.zone_id', '=', 'p.zone_id').onRef('n.id', '=', 'p.next_vehicle_id'),
    )
    .leftJoin('freight_driver as d', (join) =>
      join.onRef('d.zone_id', '=', 'p.zone_id').onRef('d.id', '=', 'p.driver_id'),
    )
    .leftJoin('freight_carrier as c', (join) =>
      join.onRef('c.zone_id', '=', 'p.zone_id').onRef('c.id', '=', 'p.carrier_id'),
    )
    .leftJoin('freight_waybill as w', (join) =>
      join.onRef('w.zone_id', '=', 'p.zone_id').onRef('w.id', '=', 'p.waybill_id'),
    )
    .where('p.zone_id', '=', zoneId)
    .select(['p.id', 'p.seq', 'p.supposed', 'p.plan', 'p.empty_m', 'p.cost_m', 'p.next_cost_m', 'p.next_more_m'])
    .select([
      'p.load_worth_m',
      'p.truck_worth_m',
      'p.reasons',
      'p.state',
      'p.stale_why',
      'p.decided_at',
      'p.decided_by',
    ])
    .select([
      'p.load_id',
      'l.number',
      'l.goods',
      'a.id as a_id',
      'a.name as a_name',
      'b.id as b_id',
      'b.name as b_name',
    ])
    .select(['v.id as vehicle_id', 'v.plate', 'n.id as next_id', 'n.plate as next_plate'])
    .select(['d.id as driver_id', 'd.name as driver', 'c.id as carrier_id', 'c.name as carrier'])
    .select(['w.id as waybill_id', 'w.number as waybill', 'w.state as waybill_state'])
type PairRow = Awaited<ReturnType<ReturnType<typeof pairs>['execute']>>[number]

const named = (id: string | null, name: string | null) => (id === null || name === null ? null : { id, name })
const plated = (id: string | null, plate: string | null) => (id === null || plate === null ? null : { id, plate })

const pairOf = (lang: Lang, row: PairRow) => ({
  id: row.id,
  load: {
    id: row.load_id,
    number: row.number,
    goods: row.goods,
    from: { id: row.a_id, name: row.a_name },
    to: { id: row.b_id, name: row.b_name },
  },
  vehicle: plated(row.vehicle_id, row.plate),
  supposed: row.supposed,
  driver: named(row.driver_id, row.driver),
  carrier: named(row.carrier_id, row.carrier),
  plan: row.plan,
  emptyM: row.empty_m,
  costM: row.cost_m,
  next:
    row.next_cost_m === null || row.next_more_m === null
      ? null
      : { vehicle: plated(row.next_id, row.next_plate), costM: row.next_cost_m, moreM: row.next_more_m },
  loadWorthM: row.load_worth_m,
  truckWorthM: row.truck_worth_m,
  reasons: row.reasons.map((reason) => ({ ...reason, text: reasonText(lang, reason) })),
  state: row.state,
  waybill:
    row.waybill_id === null || row.waybill === null || row.waybill_state === null
      ? null
      : { id: row.waybill_id, number: row.waybill, state: row.waybill_state },
  stale: row.stale_why && { ...row.stale_why, text: staleText(lang, row.stale_why) },
  decidedAt: row.decided_at,
  decidedBy: row.decided_by,
})

/** Some pairs of a wave, in its order. One statement. */
export async function findPairs(reader: Reader, lang: Lang, pairIds: readonly string[]) {
  const rows = await pairs(reader)
    .where(sql<boolean>`p.id = any(${pairIds}::uuid[])`)
    .orderBy('p.seq')
    .execute()
  return rows.map((row) => pairOf(lang, row))
}
