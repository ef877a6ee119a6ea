import type { Generated, Instant, Jsonb } from '@tingzhou/db'
import type { List, PlantState, RankPart, TargetState, Weakness, WorkingState } from './words.ts'

/** What else an extension needs, by code of the product. */
export type LineInput = {
  readonly product: string
  readonly units: number
  readonly needed: number
  readonly isLocal: boolean
}

/** A firm outside that might come, and the numbers of its rank. */
export type LineCandidate = {
  readonly firm: string
  readonly rank: number
  readonly parts: Readonly<Record<string, number>>
}

type LineTable = {
  zone_id: string
  key: string
  chain_code: string
  segment_key: string
  product_code: string
  list: List
  value_fen: number | null
  is_rounded: boolean
  parts: Jsonb<Readonly<Record<string, number>>>
  units: number
  weaknesses: Weakness[]
  from_code: string | null
  inputs: Jsonb<readonly LineInput[]>
  buyer_ids: string[]
  buyers_volume: number | null
  candidates: Jsonb<readonly LineCandidate[]>
  weights: Jsonb<Readonly<Partial<Record<RankPart, number>>>>
  k_min: number
  run_id: string
  first_at: Instant
  reckoned_at: Instant
  gone_at: Instant | null
}

type Edited = {
  zone_id: string
  id: string
  synthetic: Generated<boolean>
  created_at: Instant
  created_by: string
  updated_at: Instant
  updated_by: string
  rev: Generated<number>
}

type PlantTable = Edited & {
  name: string
  place: Generated<string>
  lon: number | null
  lat: number | null
  area_m2: number
  height_m: number | null
  power_kw: number | null
  water_m3_day: number | null
  price_fen: number | null
  state: Generated<PlantState>
  target_id: string | null
  owner_id: string | null
  remark: Generated<string>
}

type TargetTable = Edited & {
  line_key: string | null
  chain_code: string
  segment_key: string | null
  product_code: string
  list: List | null
  goal: string
  state: TargetState
  instance_id: string | null
  owner_id: string
  deadline: string
  due_at: Instant
  step: string
  step_day: string | null
  opened_value_fen: number | null
  firm_id: string | null
  firm_outside: boolean | null
  plant_id: string | null
  amount_fen: number | null
  capacity: number | null
  parked_from: WorkingState | null
  parked_why: string
  look_day: string | null
  end_reason: string
  closed_at: Instant | null
}

declare module '@tingzhou/db' {
  interface Tables {
    chain_line: LineTable
    chain_line_value: {
      zone_id: string
      key: string
      reckoned_at: Instant
      run_id: string
      value_fen: number | null
    }
    chain_plant: PlantTable
    chain_target: TargetTable
    chain_target_note: {
      zone_id: string
      id: string
      target_id: string
      at: Instant
      by_id: string
      by_name: string
      verb: string
      day: string | null
      whom: string
      words: string
      file_ids: string[]
    }
  }
}
