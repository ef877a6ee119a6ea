import { sql } from 'kysely'
import { loadedRatio } from '@tingzhou/dispatch'
import { keysetPage } from '@tingzhou/http'
import { epochMs } from '@tingzhou/kernel'
import type { Lang } from '@tingzhou/parties'
import { withBounds } from '@tingzhou/records/bounds'
import type { Reader } from '../papers-view.ts'
import { staleText } from '../wave/texts.ts'
import '../tables.ts'
import type { ChainTotals, Rest, TourHome, TourLeg } from './kept.ts'
import './tables.ts'
import { unservedText } from './texts.ts'
import { chainBounds } from './words.ts'

/** How many tours of a plan are in each state, of the alias `c`. By freight_chain_tour_seq. */
const counts = sql<{ proposed: number; sent: number; booked: number; stale: number }>`(
  select jsonb_build_object('proposed', count(*) filter (where t.state = 'proposed'), 'sent', count(*) filter (where t.state = 'sent'),
    'booked', count(*) filter (where t.state = 'booked'), 'stale', count(*) filter (where t.state = 'stale'))
  from freight_chain_tour t where t.zone_id = c.zone_id and t.plan_id = c.id)`

const heads = ({ deps: { db, zoneId } }: Reader) =>
  db
    .selectFrom('freight_chain as c')
    .where('c.zone_id', '=', zoneId)
    .select(['c.id', 'c.made_at', 'c.made_name', 'c.horizon_hours', 'c.loads', 'c.trips', 'c.free_trucks'])
    .select(['c.busy_trucks', 'c.served', 'c.used', 'c.empty_m', 'c.loaded_m', 'c.hand_served', 'c.hand_used'])
    .select(['c.hand_empty_m', 'c.hand_loaded_m', 'c.bound_empty_m', 'c.way', 'c.basis', 'c.read_ms', 'c.solve_ms'])
    .select(counts.as('tours'))
type HeadRow = Awaited<ReturnType<ReturnType<typeof heads>['execute']>>[number]

const totalsOf = (totals: ChainTotals) => ({ ...totals, loadedRatio: loadedRatio(totals.emptyM, totals.loadedM) })

const headOf = (row: HeadRow) => ({
  id: row.id,
  madeAt: row.made_at,
  madeBy: row.made_name,
  horizonHours: row.horizon_hours,
  loads: row.loads,
  trips: row.trips,
  freeTrucks: row.free_trucks,
  busyTrucks: row.busy_trucks,
  ...totalsOf({ served: row.served, used: row.used, emptyM: row.empty_m, loadedM: row.loaded_m }),
  nearestFirst: totalsOf({
    served: row.hand_served,
    used: row.hand_used,
    emptyM: row.hand_empty_m,
    loadedM: row.hand_loaded_m,
  }),
  bound:
    row.bound_empty_m === null
      ? null
      : { emptyM: row.bound_empty_m, loadedRatio: loadedRatio(row.bound_empty_m, row.loaded_m) },
  way: row.way,
  basis: row.basis,
  readMs: row.read_ms,
  solveMs: row.solve_ms,
  tours: row.tours,
})

type PageWish = { readonly cursor?: string | undefined; readonly limit: number }

/** A page of plans, the latest first. One statement, by freight_chain_list. */
export async function listPlans(reader: Reader, wish: PageWish) {
  const page = await keysetPage(
    heads(reader),
    [
      { ref: sql.ref('c.made_at'), order: 'desc', kind: 'instant', read: (row) => row.made_at },
      { ref: sql.ref('c.id'), order: 'desc', kind: 'string', read: (row) => row.id },
    ],
    wish,
  )
  return { rows: page.rows.map(headOf), next: page.next, total: null }
}

/** One plan with a page of its tours, or null; texts in the reader's language. Two statements. */
export async function findPlan(reader: Reader, lang: Lang, { id, ...wish }: PageWish & { readonly id: string }) {
  const row = await heads(reader)
    .select(['c.settings_rev', 'c.numbers', 'c.unserved'])
    .where('c.id', '=', id)
    .executeTakeFirst()
  if (!row) return null
  const page = await keysetPage(
    tours(reader).where('t.plan_id', '=', id),
    [{ ref: sql.ref('t.seq'), order: 'asc', kind: 'number', read: (tour) => tour.seq }],
    wish,
  )
  const numbers = withBounds(chainBounds, row.numbers)
  const dueBy = reader.deps.clock() + numbers.commitHours * 3_600_000
  return {
    ...headOf(row),
    settingsRev: row.settings_rev,
    numbers,
    unserved: row.unserved.map((one) => ({ ...one, text: unservedText(lang, one) })),
    rows: page.rows.map((tour) => tourOf(lang, tour, dueBy)),
    next: page.next,
  }
}

/** Tours with what they are called; by primary keys. */
const tours = ({ deps: { db, zoneId } }: Reader) =>
  db
    .selectFrom('freight_chain_tour as t')
    .innerJoin('freight_vehicle as v', (join) =>
      join.onRef('v.zone_id', '=', 't.zone_id').onRef('v.id', '=', 't.vehicle_id'),
    )
    .innerJoin('freight_driver as d', (join) =>
      join.onRef('d.zone_id', '=', 't.zone_id').onRef('d.id', '=', 't.driver_id'),
    )
    .innerJoin('freight_carrier as c', (join) =>
      join.onRef('c.zone_id', '=', 't.zone_id').onRef('c.id', '=', 't.carrier_id'),
    )
    .leftJoin('freight_waybill as a', (join) =>
      join.onRef('a.zone_id', '=', 't.zone_id').onRef('a.id', '=', 't.after_id'),
    )
    .leftJoin('freight_waybill as w', (join) =>
      join.onRef('w.zone_id', '=', 't.zone_id').onRef('w.id', '=', 't.waybill_id'),
    )
    .where('t.zone_id', '=', zoneId)
    .select(['t.id', 't.seq', 't.free_at', 't.start_at', 't.end_at', 't.empty_m', 't.loaded_m', 't.legs', 't.home'])
    .select(['t.state', 't.stale_why', 't.decided_at', 't.decided_by'])
    .select(['v.id as vehicle_id', 'v.plate', 'd.id as driver_id', 'd.name as driver'])
    .select(['c.id as carrier_id', 'c.name as carrier', 'a.id as after_id', 'a.number as after'])
    .select(['w.id as waybill_id', 'w.number as waybill', 'w.state as waybill_state'])
type TourRow = Awaited<ReturnType<ReturnType<typeof tours>['execute']>>[number]

const restsOf = (rests: readonly Rest[]) => rests.map(({ at, until }) => ({ at: epochMs(at), until: epochMs(until) }))

const legOf = ({ rests, ...leg }: TourLeg) => ({
  ...leg,
  leaveAt: epochMs(leg.leaveAt),
  arriveAt: epochMs(leg.arriveAt),
  loadAt: epochMs(leg.loadAt),
  departAt: epochMs(leg.departAt),
  unloadAt: epochMs(leg.unloadAt),
  doneAt: epochMs(leg.doneAt),
  rests: restsOf(rests),
})

const homeOf = ({ id, name, emptyM, at, rests }: TourHome) => ({
  place: { id, name },
  emptyM,
  at: epochMs(at),
  rests: restsOf(rests),
})

const tourOf = (lang: Lang, row: TourRow, dueBy: number) => ({
  id: row.id,
  vehicle: { id: row.vehicle_id, plate: row.plate },
  driver: { id: row.driver_id, name: row.driver },
  carrier: { id: row.carrier_id, name: row.carrier },
  after: row.after_id === null || row.after === null ? null : { id: row.after_id, number: row.after },
  freeAt: row.free_at,
  startAt: row.start_at,
  endAt: row.end_at,
  emptyM: row.empty_m,
  loadedM: row.loaded_m,
  legs: row.legs.map(legOf),
  home: row.home && homeOf(row.home),
  due: row.state === 'proposed' && row.start_at <= dueBy,
  state: row.state,
  waybill:
    row.waybill_id === null || row.waybill === null || row.waybill_state === null
      ? null
      : { id: row.waybill_id, number: row.waybill, state: row.waybill_state },
  stale: row.stale_why && { ...row.stale_why, text: staleText(lang, row.stale_why) },
  decidedAt: row.decided_at,
  decidedBy: row.decided_by,
})

/** Some tours, in the order of their plan. One statement. */
export async function findTours(reader: Reader, lang: Lang, tourIds: readonly string[]) {
  const rows = await tours(reader)
    .where(sql<boolean>`t.id = any(${tourIds}::uuid[])`)
    .orderBy('t.seq')
    .execute()
  return rows.map((row) => tourOf(lang, row, 0))
}
