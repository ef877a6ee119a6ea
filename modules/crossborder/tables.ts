import type { Generated, Instant } from '@tingzhou/db'
import type {
  CheckCode,
  CheckResult,
  CountState,
  Currency,
  DocumentKind,
  DocumentState,
  GoodsClass,
  HandOverPoint,
  HoldReason,
  Inspection,
  LegKind,
  Mark,
  MovementKind,
  ReservationState,
  RuleStep,
  ShipmentState,
  State,
} from './words.ts'

/** Columns of every row that a person edits. */
type Edited = {
  zone_id: string
  id: string
  state: Generated<State>
  synthetic: boolean
  created_at: Instant
  created_by: string
  updated_at: Instant
  updated_by: string
  rev: Generated<number>
}
type Ruled = { mark: Mark; source: string; updated_at: Instant; updated_by: string; rev: Generated<number> }

type ContractTable = Edited & {
  number: string
  exporter_id: string
  buyer: string
  country: string
  goods_class: GoodsClass
  goods: string
  species: string
  sku: string
  pieces: number
  drawn: Generated<number>
  currency: Currency
  price_minor: number
  signed_on: string
  valid_to: string
  remark: string
}

type NurseryTable = Edited & {
  enterprise_id: string
  name: string
  registration: string
  valid_from: string
  valid_to: string
  address: string
  remark: string
}

type LotTable = Edited & {
  number: string
  exporter_id: string
  goods_class: GoodsClass
  goods: string
  species: string
  sku: string
  nursery_id: string | null
  plot_id: string | null
  pieces: number
  taken: Generated<number>
  height_cm_min: number | null
  height_cm_max: number | null
  diameter_mm_min: number | null
  diameter_mm_max: number | null
  lifted_on: string | null
  pruned_on: string | null
  disinfected_on: string | null
  disinfectant: string
  bundle_pieces: number | null
  inspection: Generated<Inspection>
  inspected_on: string | null
  inspector: string
  certificate: string
  remark: string
}

type ShipmentTable = {
  zone_id: string
  id: string
  number: string
  contract_id: string
  exporter_id: string
  warehouse_id: string
  goods_class: GoodsClass
  goods: string
  sku: string
  pieces: number
  loaded_pieces: number | null
  state: ShipmentState
  instance_id: string | null
  next_step: string | null
  due_at: Instant | null
  documents_until: Instant
  cross_until: Instant
  declaration: string
  release_reference: string
  waybill_id: string | null
  held_from: ShipmentState | null
  hold_reason: HoldReason | null
  hold_words: string
  completed_at: Instant | null
  declared_at: Instant | null
  inspected_at: Instant | null
  released_at: Instant | null
  crossed_at: Instant | null
  arrived_at: Instant | null
  received_at: Instant | null
  delivered_at: Instant | null
  closed_at: Instant | null
  end_reason: string
  synthetic: boolean
  created_at: Instant
  created_by: string
  updated_at: Instant
  updated_by: string
  rev: number
}

declare module '@tingzhou/db' {
  interface Tables {
    export_document_rule: Ruled & {
      zone_id: string
      goods_class: GoodsClass
      kind: DocumentKind
      step: RuleStep
      required: boolean
      dated: boolean
      counted: boolean
      warn_days: number[]
    }
    export_check_rule: Ruled & {
      zone_id: string
      goods_class: GoodsClass
      code: CheckCode
      step: RuleStep
      result: CheckResult
      locked: boolean
    }
    export_contract: ContractTable
    export_nursery: NurseryTable
    export_plot: {
      zone_id: string
      id: string
      nursery_id: string
      code: string
      area_m2: number | null
      lon_deg: number | null
      lat_deg: number | null
      remark: string
      created_at: Instant
      created_by: string
    }
    export_lot: LotTable
    overseas_warehouse: Edited & {
      name: string
      country: string
      city: string
      address: string
      lon_deg: number
      lat_deg: number
      areas: string[]
      bonded: boolean
    }
    export_shipment: ShipmentTable
    export_shipment_lot: { zone_id: string; shipment_id: string; lot_id: string; pieces: number }
    export_document: {
      zone_id: string
      id: string
      shipment_id: string
      kind: DocumentKind
      number: string
      issuer: string
      valid_from: string | null
      valid_to: string | null
      pieces: number | null
      file_ids: string[]
      state: Generated<DocumentState>
      put_at: Instant
      put_by: string
      put_by_name: string
      checked_at: Instant | null
      checked_by: string | null
      checked_by_name: Generated<string>
      words: Generated<string>
    }
    export_document_warning: { zone_id: string; document_id: string; days: number; warned_at: Instant }
    export_leg: {
      zone_id: string
      shipment_id: string
      seq: number
      kind: LegKind
      from_name: string
      from_lon_deg: number | null
      from_lat_deg: number | null
      to_name: string
      to_lon_deg: number | null
      to_lat_deg: number | null
      carrier: Generated<string>
      vehicle: Generated<string>
      driver: Generated<string>
      began_at: Instant | null
      ended_at: Instant | null
    }
    export_hand_over: {
      zone_id: string
      id: string
      shipment_id: string
      point: HandOverPoint
      place: string
      lon_deg: number | null
      lat_deg: number | null
      carrier: string
      vehicle: string
      driver: string
      seals_due: string[]
      seals_seen: string[]
      differs: boolean
      photo_ids: string[]
      at: Instant
      by_name: string
    }
    export_seal: {
      zone_id: string
      id: string
      shipment_id: string
      number: string
      applied_at: Instant
      applied_by: string
      removed_at: Instant | null
      removed_by: string | null
      why: Generated<string>
    }
    overseas_stock: {
      zone_id: string
      id: string
      warehouse_id: string
      area: string
      lot_id: string
      shipment_id: string
      owner_id: string
      goods: string
      sku: string
      bonded: boolean
      received_on: string
      synthetic: boolean
      created_at: Instant
    }
    overseas_reservation: {
      zone_id: string
      id: string
      stock_id: string
      pieces: number
      for_whom: string
      document: string
      until: Instant
      state: Generated<Exclude<ReservationState, 'over'>>
      journal_id: string
      created_at: Instant
      created_by: string
    }
    overseas_count: {
      zone_id: string
      id: string
      number: string
      warehouse_id: string
      area: string | null
      state: Generated<CountState>
      counted_at: Instant | null
      counted_by: string | null
      counted_by_name: Generated<string>
      closed_at: Instant | null
      closed_by: string | null
      closed_by_name: Generated<string>
      words: Generated<string>
      created_at: Instant
      created_by: string
      rev: Generated<number>
    }
    overseas_count_line: {
      zone_id: string
      count_id: string
      stock_id: string
      book: number
      counted: number | null
      words: Generated<string>
    }
    overseas_movement: {
      zone_id: string
      id: string
      number: string
      kind: MovementKind
      stock_id: string
      to_stock_id: string | null
      delta: number
      document: string
      counterparty: string
      currency: Currency
      price_minor: number
      rate_milli: number
      reason: string
      shipment_id: string | null
      reservation_id: string | null
      count_id: string | null
      journal_id: string
      on_day: string
      at: Instant
      by_id: string
      by_name: string
    }
  }
}
