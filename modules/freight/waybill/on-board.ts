import { sql } from 'kysely'
import type { Tx } from '@tingzhou/db'
import { assert } from '@tingzhou/kernel'
import '../tables.ts'
import { isCombination } from '../tour/body.ts'
import { capacityOf } from '../tour/model.ts'
import type { WaybillState } from '../words.ts'
import type { Waybill } from './case.ts'

const onBoardStates = ['loaded', 'in_transit', 'at_unload', 'accident'] as const satisfies readonly WaybillState[]

/**
 * What the truck of a waybill carries of the other waybills of its tour, and what it may carry, kg: its rated load, and no more than the law
 * leaves where axles and tare are known. Locks what the truck is on, so that of two loads at once the second is added to the first.
 * Two statements, by the keys of freight_on_trip and of vehicles, and freight_waybill_tour.
 */
export async function onBoardBeside(
  tx: Tx,
  { zone_id, id, tour_id, vehicle_id }: Pick<Waybill, 'zone_id' | 'id' | 'tour_id' | 'vehicle_id'>,
): Promise<{ readonly besideKg: number; readonly mayKg: number }> {
  await sql`select 1 from freight_on_trip where zone_id = ${zone_id} and subject = 'vehicle' and subject_id = ${vehicle_id}
    for update`.execute(tx)
  const truck = await tx
    .selectFrom('freight_vehicle as v')
    .select(['v.rated_load_kg as ratedKg', 'v.axles', 'v.drive_axles as driveAxles', 'v.tare_kg as tareKg'])
    .select(['v.type_code', 'v.trailer_plate'])
    .select((eb) =>
      eb
        .selectFrom('freight_waybill as w')
        .select(sql<number>`coalesce(sum(w.load_net_kg), 0)::integer`.as('kg'))
        .whereRef('w.zone_id', '=', 'v.zone_id')
        .where('w.tour_id', '=', tour_id)
        .whereRef('w.vehicle_id', '=', 'v.id')
        .where('w.id', '<>', id)
        .where('w.state', 'in', [...onBoardStates])
        .as('besideKg'),
    )
    .where('v.zone_id', '=', zone_id)
    .where('v.id', '=', vehicle_id)
    .executeTakeFirst()
  assert(truck, 'the vehicle of a waybill is there')
  const mayKg = capacityOf({ ...truck, isCombination: isCombination(truck.type_code, truck.trailer_plate) })
  return { besideKg: truck.besideKg ?? 0, mayKg }
}
