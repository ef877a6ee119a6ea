import type { Generated, Instant, Jsonb } from '@tingzhou/db'
import type { PlaceEnd, State } from '../words.ts'
import type { WeighingState } from './words.ts'

/** Why a waybill does not take a weighing: the refusal's kind, the value that it names, and the limit where there is one. */
export type Refusal = { readonly kind: string; readonly value: string | number; readonly limit: number | null }

type BridgeTable = {
  zone_id: string
  id: string
  place_id: string
  name: string
  division_kg: number
  max_kg: number
  remark: string
  heard_at: Instant | null
  state: Generated<State>
  synthetic: boolean
  created_at: Instant
  created_by: string
  updated_at: Instant
  updated_by: string
  rev: Generated<number>
}

type WeighingTable = {
  zone_id: string
  id: string
  bridge_id: string
  number: string
  plate: string
  plate_key: string
  gross_kg: number | null
  tare_kg: number | null
  weighed_at: Instant
  operator: string
  photo_id: string | null
  photo_sha256: string | null
  passes: string[]
  state: WeighingState
  waybill_id: string | null
  place_end: PlaceEnd | null
  slip_id: string | null
  refusal: Jsonb<Refusal> | null
  why: Generated<string>
  decided_by: string | null
  received_at: Instant
  received_by: string
  updated_at: Instant
  rev: Generated<number>
}

declare module '@tingzhou/db' {
  interface Tables {
    freight_bridge: BridgeTable
    freight_weighing: WeighingTable
  }
}
