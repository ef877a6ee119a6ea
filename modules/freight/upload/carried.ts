import { sql } from 'kysely'
import type { Sheet } from '@tingzhou/settlement'
import '../tables.ts'
import type { Audited } from '../waybill/audited.ts'

/** What waybill and flow of funds both say of a carriage. */
export type Carried = {
  readonly id: string
  readonly number: string
  readonly serial: string
  readonly carrierId: string
  readonly carrier: string
  readonly carrierNumber: string
  readonly plate: string
  readonly plateColour: string
  readonly synthetic: boolean
  readonly audit: Audited | null
  readonly sheet: Sheet
}

/** The vehicle as registered, the carrier, the settlement that counts. */
export const carried = sql`w.id, w.number, w.serial, w.carrier_id as "carrierId", c.name as carrier, c.id_number as "carrierNumber", v.plate,
  v.plate_colour as "plateColour", w.synthetic, w.audit, s.sheet`
export const carriedFrom = (zoneId: string) => sql`freight_waybill w
  join freight_carrier c on c.zone_id = w.zone_id and c.id = w.carrier_id
  join freight_vehicle v on v.zone_id = w.zone_id and v.id = w.vehicle_id
  join freight_settlement s on s.zone_id = w.zone_id and s.waybill_id = w.id and s.version = w.settlement_version
    and s.reversal_id is null and w.zone_id = ${zoneId}`

/** Paid above what the shipper pays where a named person let rule R12 pass. */
export const isAboveFreight = (audit: Audited | null): boolean =>
  audit?.overrides.some(({ rule }) => rule === 'R12') ?? false
