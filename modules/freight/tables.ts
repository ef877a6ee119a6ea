import type { Generated, Instant, Jsonb } from '@tingzhou/db'
import type { Facts, SettlementRules, Sheet } from '@tingzhou/settlement'
import type { Agreement } from './waybill/agreement.ts'
import type { Audited } from './waybill/audited.ts'
import type {
  BidKind,
  BidState,
  CarrierKind,
  Decision,
  DisputeKind,
  DisputeSide,
  LoadMode,
  LoadState,
  Measure,
  PlaceEnd,
  SignKind,
  SlipSource,
  State,
  Subject,
  WaybillState,
} from './words.ts'

type Entered = { created_at: Instant; created_by: string; rev: Generated<number> }
/** Columns of every row that a person edits. */
type Edited = Entered & {
  remark: string
  state: Generated<State>
  synthetic: boolean
  updated_at: Instant
  updated_by: string
}

type CarrierTable = Edited & {
  zone_id: string
  id: string
  kind: CarrierKind
  name: string
  id_number: string
  light: boolean
  road_licence: string
  phone: string
  division_code: string | null
}

type DriverTable = Edited & {
  zone_id: string
  id: string
  name: string
  id_number: string
  light: boolean
  phone: string
  licence_class: string
  licence_issuer: string
  licence_from: string
  licence_to: string
  qualification: string
  account_id: string | null
}

type VehicleTable = Edited & {
  zone_id: string
  id: string
  carrier_id: string
  plate: string
  plate_key: string
  plate_colour: string
  type_code: string
  energy: string
  owner: string
  use_character: string
  vin: string
  issuer: string
  registered_on: string | null
  issued_on: string | null
  rated_load_kg: number
  gross_kg: number
  transport_permit: string
  trailer_plate: string
  axles: Generated<number | null>
  drive_axles: Generated<number | null>
  tare_kg: Generated<number | null>
  volume_dm3: Generated<number | null>
}

type DrivingTable = Entered & {
  zone_id: string
  id: string
  driver_id: string
  carrier_id: string
  vehicle_id: string | null
  valid_from: string
  valid_to: string | null
}

type PayeeTable = Entered & {
  zone_id: string
  id: string
  carrier_id: string
  holder: string
  bank_code: string
  account_number: string
  state: Generated<State>
}

type PaperKindTable = {
  zone_id: string
  code: string
  subject: Subject
  only_for: CarrierKind | null
  required: boolean
  light_exempt: boolean
  warn_days: number[]
  updated_at: Instant
  updated_by: string
  rev: Generated<number>
}

type PaperTable = Entered & {
  zone_id: string
  id: string
  subject: Subject
  subject_id: string
  kind: string
  number: string
  issuer: string
  valid_from: string
  valid_to: string
  state: Generated<'kept' | 'withdrawn'>
  synthetic: boolean
}

type WarningTable = { zone_id: string; paper_id: string; days: number; warned_at: Instant }

type PlaceTable = Edited & {
  zone_id: string
  id: string
  shipper_id: string | null
  name: string
  address: string
  division_code: string
  lon_deg: number
  lat_deg: number
  fence_m: Generated<number>
  contact: string
  phone: string
}

type PolicyTable = Edited & {
  zone_id: string
  id: string
  shipper_id: string | null
  insurer_code: string
  number: string
  sum_fen: number
  valid_from: string
  valid_to: string
}

type TermsTable = {
  zone_id: string
  id: string
  version: number
  name: string
  rules: Jsonb<SettlementRules>
  vat_bp: number
  sha256: string
  why: string
  synthetic: boolean
  created_at: Instant
  created_by: string
}

type ContractTable = Edited & {
  zone_id: string
  id: string
  number: string
  shipper_id: string
  terms_id: string
  terms_version: number
  signed_on: string
  valid_to: string
}

/** Thousandths of a fen for a ton, cubic metre or truck. */
type Prices = { carrier_milli_fen: number; shipper_milli_fen: number; goods_milli_fen: number }

type ContractPriceTable = Prices & {
  zone_id: string
  id: string
  contract_id: string
  goods: string
  cargo_class: string
  from_id: string
  to_id: string
  measure: Measure
  starts_on: string
  ends_on: string
  created_at: Instant
  created_by: string
}

type LoadTable = Omit<Edited, 'state'> &
  Prices & {
    zone_id: string
    id: string
    number: string
    shipper_id: string
    contract_id: string | null
    goods: string
    cargo_class: string
    from_id: string
    to_id: string
    consignee_id: string | null
    consignee: string
    consignee_phone: string
    measure: Measure
    quantity: number
    taken: Generated<number>
    over_bp: number
    truck_plan: number
    mode: LoadMode
    bid_kind: BidKind | null
    bid_until: Instant | null
    trips_a_day: number | null
    terms_id: string
    terms_version: number
    distance_m: number | null
    distance_basis: string | null
    load_from: Instant
    load_until: Instant
    offer_minutes: number
    state: Generated<LoadState>
    published_at: Instant | null
  }

type BidTable = {
  zone_id: string
  id: string
  load_id: string
  carrier_id: string
  carrier_milli_fen: number
  quantity: number
  words: string
  state: Generated<BidState>
  placed_at: Instant
  placed_by: string
  decided_at: Instant | null
  rev: Generated<number>
}

type ShareTable = Entered & {
  zone_id: string
  id: string
  load_id: string
  carrier_id: string
  bid_id: string | null
  quantity: number
  taken: Generated<number>
  carrier_milli_fen: number
  state: Generated<State>
}

type WaybillTable = Prices & {
  zone_id: string
  id: string
  number: string
  serial: string
  load_id: string
  share_id: string | null
  shipper_id: string
  consignee_id: string | null
  carrier_id: string
  driver_id: string
  vehicle_id: string
  driver_account_id: string | null
  driver_name: string
  plate_key: string
  goods: string
  measure: Measure
  plan: number
  from_id: string
  to_id: string
  terms_id: string
  terms_version: number
  distance_m: number | null
  state: WaybillState
  instance_id: string | null
  next_step: string | null
  due_at: Instant | null
  offer_until: Instant | null
  agreement: Jsonb<Agreement>
  agreement_sha256: string
  accepted_at: Instant | null
  arrived_load_at: Instant | null
  loaded_at: Instant | null
  departed_at: Instant | null
  arrived_unload_at: Instant | null
  unloaded_at: Instant | null
  signed_at: Instant | null
  audited_at: Instant | null
  settled_at: Instant | null
  paid_at: Instant | null
  reported_at: Instant | null
  closed_at: Instant | null
  load_net_kg: number | null
  unload_net_kg: number | null
  signer: string
  signed_by: SignKind | null
  sign_code: string
  sign_link_sha256: string | null
  due_fen: number | null
  bill_fen: number | null
  settlement_version: number
  audit: Jsonb<Audited> | null
  end_reason: string
  tour_id: string | null
  tour_seq: number | null
  synthetic: boolean
  created_at: Instant
  updated_at: Instant
  updated_by: string
  rev: number
}

type SlipTable = {
  zone_id: string
  id: string
  waybill_id: string
  place_end: PlaceEnd
  number: string
  gross_kg: number
  tare_kg: number
  net_kg: number
  source: SlipSource
  operator: string
  weighed_at: Instant
  photo_id: string | null
  photo_sha256: string | null
  voided_at: Instant | null
  void_why: string | null
  created_at: Instant
  created_by: string
}

type DisputeTable = {
  zone_id: string
  id: string
  waybill_id: string
  kind: DisputeKind
  opened_by_side: DisputeSide
  words: string
  asked_fen: number
  opened_at: Instant
  opened_by: string
  decided_at: Instant | null
  decided_by: string | null
  decision: Decision | null
  upheld_fen: number | null
  decision_words: string | null
}

type SettlementTable = {
  zone_id: string
  waybill_id: string
  version: number
  facts: Jsonb<Facts>
  sheet: Jsonb<Sheet>
  sha256: string
  due_fen: number
  paid_fen: number
  bill_fen: number
  set_off_fen: Generated<number>
  journal_id: string
  reversal_id: string | null
  why: string
  created_at: Instant
  created_by: string
}

declare module '@tingzhou/db' {
  interface Tables {
    freight_carrier: CarrierTable
    freight_driver: DriverTable
    freight_vehicle: VehicleTable
    freight_driving: DrivingTable
    freight_payee: PayeeTable
    freight_paper_kind: PaperKindTable
    freight_paper: PaperTable
    freight_paper_warning: WarningTable
    freight_place: PlaceTable
    freight_policy: PolicyTable
    freight_terms: TermsTable
    freight_contract: ContractTable
    freight_contract_price: ContractPriceTable
    freight_load: LoadTable
    freight_bid: BidTable
    freight_share: ShareTable
    freight_waybill: WaybillTable
    freight_slip: SlipTable
    freight_dispute: DisputeTable
    freight_settlement: SettlementTable
  }
}
