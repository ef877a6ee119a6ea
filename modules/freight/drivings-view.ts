import { sql } from 'kysely'
import { reaches } from '@tingzhou/access'
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
