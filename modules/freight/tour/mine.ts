import { sql } from 'kysely'
import { epochMs, type EpochMs } from '@tingzhou/kernel'
import '../tables.ts'
import type { Reader } from '../waybill/view.ts'
import type { Stop } from './kept.ts'
import './tables.ts'

/** A stop as the driver's phone knows it. */
export type MyStop = Pick<Stop, 'kind' | 'place' | 'goods' | 'plan' | 'measure'> & {
  readonly waybillId: string
  readonly arriveAt: EpochMs
}
export type MyTour = { readonly id: string; readonly stops: MyStop[] }

/** The stops of tours in their order, each with its waybill, the last leg of several. One statement, by the keys of tours and freight_waybill_tour. */
export async function stopsOfTours(
  { deps: { db, zoneId } }: Reader,
  ids: readonly string[],
): Promise<ReadonlyMap<string, MyTour>> {
  if (ids.length === 0) return new Map()
  const rows = await db
    .selectFrom('freight_tour as t')
    .innerJoin('freight_waybill as w', (join) =>
      join.onRef('w.zone_id', '=', 't.zone_id').onRef('w.tour_id', '=', 't.id'),
    )
    .select(['t.id', 't.stops', 'w.id as waybillId', 'w.load_id as loadId'])
    .where('t.zone_id', '=', zoneId)
    .where(sql<boolean>`t.id = any(${[...new Set(ids)]}::uuid[])`)
    .orderBy('w.tour_seq')
    .execute()
  const tours = new Map<string, MyTour>()
  for (const { id, stops } of rows) {
    if (tours.has(id)) continue
    const waybills = new Map(rows.filter((row) => row.id === id).map((row) => [row.loadId, row.waybillId]))
    const own = stops.flatMap(({ loadId, kind, place, goods, plan, measure, arriveAt }): readonly MyStop[] => {
      const waybillId = waybills.get(loadId)
      return waybillId === undefined
        ? []
        : [{ kind, waybillId, place, goods, plan, measure, arriveAt: epochMs(arriveAt) }]
    })
    tours.set(id, { id, stops: own })
  }
  return tours
}
