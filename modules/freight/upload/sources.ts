import { sql } from 'kysely'
import type { Db } from '@tingzhou/db'
import '../tables.ts'
import type { Subject } from './subject.ts'
import type { SourceKind } from './words.ts'

/** An object from which a document is made. */
export type Source = { readonly kind: SourceKind; readonly id: string; readonly name: string }

/** Where what a document says is kept, and set right: what it is about first. One statement, by keys. */
export async function sourcesOf(db: Db, zoneId: string, { kind, id }: Subject): Promise<Source[]> {
  switch (kind) {
    case 'driver': {
      const rows = await sql<Source>`select 'freight_driver' as kind, d.id, d.name from freight_driver d
        where d.zone_id = ${zoneId} and d.id = ${id}`.execute(db)
      return rows.rows
    }
    case 'vehicle': {
      const rows = await sql<Source>`select s.kind, s.id, s.name from freight_vehicle v
        join freight_carrier c on c.zone_id = v.zone_id and c.id = v.carrier_id
        cross join lateral (values ('freight_vehicle', v.id, v.plate), ('freight_carrier', c.id, c.name)) as s(kind, id, name)
        where v.zone_id = ${zoneId} and v.id = ${id}`.execute(db)
      return rows.rows
    }
    case 'waybill':
    case 'fund_flow': {
      const rows = await sql<Source>`select s.kind, s.id, s.name from freight_waybill w
        cross join lateral (values ('freight_waybill', w.id::text, w.number),
          ('enterprise', w.shipper_id, w.agreement -> 'shipper' ->> 'name'),
          ('freight_carrier', w.carrier_id, w.agreement -> 'carrier' ->> 'name'),
          ('freight_driver', w.driver_id, w.driver_name),
          ('freight_vehicle', w.vehicle_id, w.agreement -> 'vehicle' ->> 'name')) as s(kind, id, name)
        where w.zone_id = ${zoneId} and w.id = ${id}`.execute(db)
      return rows.rows
    }
  }
}
