import { offerMoves } from '@tingzhou/casework'
import { sql } from 'kysely'
import type * as z from 'zod'
import { slotsOf } from '../dock/slot-view.ts'
import { limits } from '../limits.ts'
import { stopsOfTours } from '../tour/mine.ts'
import { endStates } from '../words.ts'
import { placeIn, placesOf } from './detail.ts'
import { waybillMovable } from './moves.ts'
import { standOf } from './stand.ts'
import { stepTimes } from './times.ts'
import { toRow, type Reader } from './view.ts'
import type { MyWaybill } from './waybill-contract.ts'

/** Open ones and, after them, the latest others: what a phone keeps. */
const mineMax = 50

/** The waybills of a driver's account, open ones first, each with what a phone needs without a network. Four statements, three more while a truck waits at docks. */
export async function listMine(reader: Reader): Promise<z.infer<typeof MyWaybill>[]> {
  const { deps, actor } = reader
  const rows = await deps.db
    .selectFrom('freight_waybill as w')
    .innerJoin('freight_vehicle as v', (join) =>
      join.onRef('v.zone_id', '=', 'w.zone_id').onRef('v.id', '=', 'w.vehicle_id'),
    )
    .selectAll('w')
    .select([
      'v.rated_load_kg as ratedLoadKg',
      sql<string>`w.agreement -> 'shipper' ->> 'name'`.as('shipper_name'),
      sql<string>`w.agreement -> 'carrier' ->> 'name'`.as('carrier_name'),
      sql<string>`w.agreement -> 'vehicle' ->> 'name'`.as('plate'),
      sql<string>`w.agreement -> 'from' ->> 'name'`.as('from_name'),
      sql<string>`(select p.name from freight_place p where p.zone_id = w.zone_id and p.id = w.to_id)`.as('to_name'),
      sql<number | null>`(select (s.sheet -> 'totals' ->> 'paidFen')::bigint from freight_settlement s
        where s.zone_id = w.zone_id and s.waybill_id = w.id and s.version = w.settlement_version
          and s.reversal_id is null)`.as('paidFen'),
    ])
    .where('w.zone_id', '=', deps.zoneId)
    .where('w.driver_account_id', '=', actor.accountId)
    .orderBy(sql`w.state = any(${[...endStates]}::text[])`)
    .orderBy('w.created_at', 'desc')
    .orderBy('w.id')
    .limit(mineMax)
    .execute()
  const places = await placesOf(
    reader,
    rows.flatMap(({ from_id, to_id }) => [from_id, to_id]),
  )
  const tours = await stopsOfTours(
    reader,
    rows.flatMap(({ tour_id }) => tour_id ?? []),
  )
  const slots = await slotsOf(deps, rows)
  return rows.map((row) => {
    const { billFen: _billFen, shipper, ...shown } = toRow(actor, row)
    return {
      ...shown,
      shipper: shipper.name,
      consignee: row.agreement.consignee.name,
      fromPlace: placeIn(places, row.from_id),
      toPlace: placeIn(places, row.to_id),
      carrierMilliFen: row.carrier_milli_fen,
      distanceM: row.distance_m,
      offerUntil: row.offer_until,
      ratedLoadKg: row.ratedLoadKg,
      legalGrossKg: limits.grossMaxKg,
      paidFen: row.paidFen,
      agreementSha256: row.agreement_sha256,
      slots: slots.get(row.id) ?? [],
      tour: row.tour_id === null ? null : (tours.get(row.tour_id) ?? null),
      times: [...stepTimes(row)],
      moves: offerMoves(waybillMovable, standOf(actor, row), row),
    }
  })
}
