import { sql } from 'kysely'
import { reaches } from '@tingzhou/access'
import { localDateOf } from '@tingzhou/calendar'
import type { Reader } from './papers-view.ts'
import type { Subject } from './words.ts'

/**
 * Who drives for whom, the latest first: of one carrier, driver or vehicle, or of several. A carrier sees only its own relations, a
 * driver all of the own. One statement.
 */
export async function listDrivings({ deps, actor }: Reader, subject: Subject, ids: readonly string[], limit: number) {
  const { db, zoneId } = deps
  if (ids.length === 0) return []
  const reach = reaches(actor, 'freight_carrier', { zoneId, objectId: sql.ref('g.carrier_id') })
  const rows = await db
    .selectFrom('freight_driving as g')
    .innerJoin('freight_driver as d', (join) =>
      join.onRef('d.zone_id', '=', 'g.zone_id').onRef('d.id', '=', 'g.driver_id'),
    )
    .innerJoin('freight_carrier as c', (join) =>
      join.onRef('c.zone_id', '=', 'g.zone_id').onRef('c.id', '=', 'g.carrier_id'),
    )
    .leftJoin('freight_vehicle as v', (join) =>
      join.onRef('v.zone_id', '=', 'g.zone_id').onRef('v.id', '=', 'g.vehicle_id'),
    )
    .select(['g.id', 'g.driver_id', 'd.name as driver', 'g.carrier_id', 'c.name as carrier', 'g.vehicle_id', 'v.plate'])
    .select(['g.valid_from as validFrom', 'g.valid_to as validTo', 'g.rev'])
    .where('g.zone_id', '=', zoneId)
    .where(`g.${subject}_id`, 'in', [...ids])
    .where(sql<boolean>`(${reach} or d.account_id = ${actor.accountId})`)
    .orderBy('g.valid_from', 'desc')
    .orderBy('g.id', 'desc')
    .limit(limit)
    .execute()
  return rows.map((row) => ({
    id: row.id,
    driver: { id: row.driver_id, name: row.driver },
    carrier: { id: row.carrier_id, name: row.carrier },
    vehicle: row.vehicle_id === null ? null : { id: row.vehicle_id, name: row.plate ?? row.vehicle_id },
    validFrom: row.validFrom,
    validTo: row.validTo,
    rev: row.rev,
  }))
}

const myVehiclesMax = 50

/** The open vehicles that a driver may drive today for the carriers driven for, the driver's own first. One statement. */
export async function listMyVehicles({ deps: { db, zoneId, clock }, actor }: Reader) {
  const today = localDateOf(clock())
  const rows = await db
    .selectFrom('freight_driver as d')
    .innerJoin('freight_driving as g', (join) =>
      join.onRef('g.zone_id', '=', 'd.zone_id').onRef('g.driver_id', '=', 'd.id'),
    )
    .innerJoin('freight_vehicle as v', (join) =>
      join
        .onRef('v.zone_id', '=', 'g.zone_id')
        .onRef('v.carrier_id', '=', 'g.carrier_id')
        .on(sql<boolean>`(g.vehicle_id is null or g.vehicle_id = v.id)`),
    )
    .innerJoin('freight_carrier as c', (join) =>
      join.onRef('c.zone_id', '=', 'v.zone_id').onRef('c.id', '=', 'v.carrier_id'),
    )
    .select(['v.id', 'v.plate', 'c.id as carrierId', 'c.name as carrier'])
    .where('d.zone_id', '=', zoneId)
    .where('d.account_id', '=', actor.accountId)
    .where('v.state', '=', 'open')
    .where('g.valid_from', '<=', today)
    .where((eb) => eb.or([eb('g.valid_to', 'is', null), eb('g.valid_to', '>=', today)]))
    .groupBy(['v.id', 'v.plate', 'c.id', 'c.name'])
    .orderBy(sql`bool_and(g.vehicle_id is null)`)
    .orderBy('v.plate')
    .limit(myVehiclesMax)
    .execute()
  return {
    rows: rows.map(({ id, plate, carrierId, carrier }) => ({ id, plate, carrier: { id: carrierId, name: carrier } })),
  }
}
