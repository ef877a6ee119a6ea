import type { Generated, Instant } from '@tingzhou/db'
import type { CarrierKind, State, Subject } from './words.ts'

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
  }
}
