import { sql, type Selectable } from 'kysely'
import type { CaseDeps, CaseKind, Dossier } from '@tingzhou/casework'
import type { Tables } from '@tingzhou/db'
import { assert } from '@tingzhou/kernel'
import type { LoadState } from '../words.ts'
import '../tables.ts'

export type Waybill = Selectable<Tables['freight_waybill']>

/** A place as arrivals are judged by it. */
export type Spot = {
  readonly id: string
  readonly name: string
  /** WGS-84 degrees. */
  readonly lonDeg: number
  readonly latDeg: number
  readonly fenceM: number
}

/** What a step knows of the trip beside the waybill's own row. */
export type Trip = {
  readonly ratedLoadKg: number
  readonly vehicleGrossKg: number
  readonly loadNumber: string
  readonly loadState: LoadState
  readonly from: Spot
  readonly to: Spot
  /** Whose the places are; null: everybody's. */
  readonly fromOwnerId: string | null
  readonly toOwnerId: string | null
}

export type WaybillCase = {
  readonly row: Waybill
  readonly deps: CaseDeps
  /** Null for a waybill that begins in this step. */
  readonly beside: { readonly trip: Trip | null }
}

/** One waybill while a step works on it. */
export type WaybillDossier = Dossier<WaybillCase>

const spot = (
  alias: string,
) => sql`jsonb_build_object('id', ${sql.ref(`${alias}.id`)}, 'name', ${sql.ref(`${alias}.name`)},
  'lonDeg', ${sql.ref(`${alias}.lon_deg`)}, 'latDeg', ${sql.ref(`${alias}.lat_deg`)}, 'fenceM', ${sql.ref(`${alias}.fence_m`)})`

/** The electronic waybill 运单: where it lies, what its history and its events say. */
export const waybillKind: CaseKind<WaybillCase> = {
  module: 'freight',
  objectKind: 'freight_waybill',
  table: 'freight_waybill',
  documents: ['agreement', 'audit'],
  isPublic: true,
  facts: ({ number, serial, load_id: loadId }) => ({ number, serial, loadId }),
  hearers: (row) => [row.carrier_id, row.shipper_id, row.consignee_id, row.driver_account_id],
  beside: {
    // By primary keys.
    read: ({ zoneId }, id) => ({
      trip: sql`(select jsonb_build_object('ratedLoadKg', v.rated_load_kg, 'vehicleGrossKg', v.gross_kg,
          'loadNumber', l.number, 'loadState', l.state, 'from', ${spot('a')}, 'to', ${spot('b')},
          'fromOwnerId', a.shipper_id, 'toOwnerId', b.shipper_id)
        from freight_waybill w
        join freight_vehicle v on v.zone_id = w.zone_id and v.id = w.vehicle_id
        join freight_load l on l.zone_id = w.zone_id and l.id = w.load_id
        join freight_place a on a.zone_id = w.zone_id and a.id = w.from_id
        join freight_place b on b.zone_id = w.zone_id and b.id = w.to_id
        where w.zone_id = ${zoneId} and w.id = ${id})`,
    }),
    // The statement above gives exactly this.
    open: ({ trip }) => ({ trip: (trip as Trip | undefined) ?? null }),
  },
}

/** The trip of a waybill that was opened by its lock. */
export function tripOf({ beside }: Pick<WaybillDossier, 'beside'>): Trip {
  assert(beside.trip, 'a waybill that moves was read with its trip')
  return beside.trip
}
