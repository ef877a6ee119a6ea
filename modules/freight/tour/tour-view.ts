import { sql } from 'kysely'
import { keysetPage } from '@tingzhou/http'
import { epochMs } from '@tingzhou/kernel'
import type { Lang } from '@tingzhou/parties'
import type { Reader } from '../papers-view.ts'
import type { WaybillState } from '../words.ts'
import '../tables.ts'
import './tables.ts'
import { leftText, tourStaleText } from './texts.ts'

/** How many tours of a plan are in each state, of the alias `p`. By freight_tour_seq. */
const counts = sql<{ proposed: number; sent: number; withdrawn: number; stale: number }>`(
  select jsonb_build_object('proposed', count(*) filter (where t.state = 'proposed'), 'sent', count(*) filter (where t.state = 'sent'),
    'withdrawn', count(*) filter (where t.state = 'withdrawn'), 'stale', count(*) filter (where t.state = 'stale'))
  from freight_tour t where t.zone_id = p.zone_id and t.plan_id = p.id)`

const heads = ({ deps: { db, zoneId } }: Reader) =>
  db
    .selectFrom('freight_tour_plan as p')
    .where('p.zone_id', '=', zoneId)
    .select(['p.id', 'p.made_at as madeAt', 'p.made_name as madeBy', 'p.loads', 'p.trucks', 'p.served'])
    .select(['p.way_m as wayM', 'p.alone_m as aloneM', 'p.basis', 'p.seed', 'p.parts', 'p.iterations'])
    .select(['p.read_ms as readMs', 'p.solve_ms as solveMs', counts.as('tours')])

/** A page of plans, the latest first. One statement, by freight_tour_plan_list. */
export async function listPlans(
  reader: Reader,
  wish: { readonly cursor?: string | undefined; readonly limit: number },
) {
  const page = await keysetPage(
    heads(reader),
    [
      { ref: sql.ref('p.made_at'), order: 'desc', kind: 'instant', read: (row) => row.madeAt },
      { ref: sql.ref('p.id'), order: 'desc', kind: 'string', read: (row) => row.id },
    ],
    wish,
  )
  return { rows: [...page.rows], next: page.next, total: null }
}

/** One plan with its tours, or null; texts in the reader's language. Three statements. */
export async function findPlan(reader: Reader, lang: Lang, id: string) {
  const row = await heads(reader)
    .select(['p.settings_rev', 'p.numbers', 'p.bend_pct', 'p.left_out'])
    .where('p.id', '=', id)
    .executeTakeFirst()
  if (!row) return null
  const { settings_rev: settingsRev, bend_pct: bendPct, left_out: left, ...head } = row
  const found = await tours(reader).where('t.plan_id', '=', id).orderBy('t.seq').execute()
  return {
    ...head,
    settingsRev,
    bendPct,
    left: left.map((one) => ({ ...one, text: leftText(lang, one) })),
    rows: await shown(reader, lang, found),
  }
}

/** One tour, or null. Two statements. */
export async function findTour(reader: Reader, lang: Lang, id: string) {
  const found = await tours(reader).where('t.id', '=', id).execute()
  return (await shown(reader, lang, found))[0] ?? null
}

/** Tours with what they are called; by primary keys. */
const tours = ({ deps: { db, zoneId } }: Reader) =>
  db
    .selectFrom('freight_tour as t')
    .innerJoin('freight_vehicle as v', (join) =>
      join.onRef('v.zone_id', '=', 't.zone_id').onRef('v.id', '=', 't.vehicle_id'),
    )
    .innerJoin('freight_driver as d', (join) =>
      join.onRef('d.zone_id', '=', 't.zone_id').onRef('d.id', '=', 't.driver_id'),
    )
    .innerJoin('freight_carrier as c', (join) =>
      join.onRef('c.zone_id', '=', 't.zone_id').onRef('c.id', '=', 't.carrier_id'),
    )
    .where('t.zone_id', '=', zoneId)
    .select(['t.id', 't.seq', 't.vehicle_id', 'v.plate', 't.driver_id', 'd.name as driver', 't.carrier_id'])
    .select(['c.name as carrier', 't.capacity_kg as capacityKg', 't.loads', 't.way_m as wayM', 't.stops', 't.state'])
    .select(['t.starts_at as startsAt', 't.ends_at as endsAt', 't.stale_why'])
    .select(['t.decided_at as decidedAt', 't.decided_by as decidedBy'])
type TourRow = Awaited<ReturnType<ReturnType<typeof tours>['execute']>>[number]

async function shown(reader: Reader, lang: Lang, rows: readonly TourRow[]) {
  const waybills = await waybillsOf(
    reader,
    rows.map(({ id }) => id),
  )
  return rows.map((row) => {
    const { vehicle_id, plate, driver_id, driver, carrier_id, carrier, stale_why: stale, ...tour } = row
    return {
      ...tour,
      vehicle: { id: vehicle_id, plate },
      driver: { id: driver_id, name: driver },
      carrier: { id: carrier_id, name: carrier },
      stale: stale && { ...stale, text: tourStaleText(lang, stale) },
      stops: row.stops.map(({ loadId, number, goods, placeId, place, lon, lat, ...stop }) => ({
        ...stop,
        load: { id: loadId, number, goods },
        place: { id: placeId, name: place },
        lonDeg: lon,
        latDeg: lat,
        arriveAt: epochMs(stop.arriveAt),
        startAt: epochMs(stop.startAt),
        leaveAt: epochMs(stop.leaveAt),
        waybill: waybills.get(`${row.id} ${loadId}`) ?? null,
      })),
    }
  })
}

type Shown = { readonly id: string; readonly number: string; readonly state: WaybillState }

/** The waybills of tours, by tour and load: of one that other trucks went on with the last leg. One statement, by freight_waybill_tour. */
async function waybillsOf(
  { deps: { db, zoneId } }: Reader,
  tourIds: readonly string[],
): Promise<ReadonlyMap<string, Shown>> {
  if (tourIds.length === 0) return new Map()
  const rows = await db
    .selectFrom('freight_waybill')
    .select(['id', 'number', 'state', 'tour_id', 'load_id'])
    .where('zone_id', '=', zoneId)
    .where(sql<boolean>`tour_id = any(${tourIds}::uuid[])`)
    .orderBy('tour_seq')
    .execute()
  return new Map(rows.map(({ tour_id, load_id, ...waybill }) => [`${tour_id} ${load_id}`, waybill]))
}
