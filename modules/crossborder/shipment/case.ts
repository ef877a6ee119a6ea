import type { Selectable } from 'kysely'
import type { CaseDeps, CaseKind, Dossier } from '@tingzhou/casework'
import type { Tables } from '@tingzhou/db'
import '../tables.ts'

export type Shipment = Selectable<Tables['export_shipment']>
export type ShipmentCase = { readonly row: Shipment; readonly deps: CaseDeps; readonly beside: null }

/** One shipment while a step works on it. */
export type ShipmentDossier = Dossier<ShipmentCase>

/** The shipment 出口批次: where it lies, what its history and its events say. */
export const shipmentKind: CaseKind<ShipmentCase> = {
  module: 'crossborder',
  objectKind: 'export_shipment',
  table: 'export_shipment',
  isPublic: true,
  facts: ({ number }) => ({ number }),
  hearers: ({ exporter_id: exporterId }) => [exporterId],
}
