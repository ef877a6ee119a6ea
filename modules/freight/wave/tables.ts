import type { Generated, Instant, Jsonb } from '@tingzhou/db'
import type { IdlePin, Reason, StaleWhy, Supposed, Unserved, Worth } from './kept.ts'
import type { MarkKind, PairState, WaveNumbers } from './words.ts'

type SettingsTable = {
  zone_id: string
  auto: Generated<boolean>
  numbers: Jsonb<Partial<WaveNumbers>>
  updated_at: Instant
  updated_by: string
  rev: Generated<number>
}

type TurnTable = { zone_id: string; holder: string; ends_at: Instant }

type MarkTable = {
  zone_id: string
  id: string
  load_id: string
  vehicle_id: string
  kind: MarkKind
  ends_at: Instant
  why: string
  created_at: Instant
  created_by: string
}

type WaveTable = {
  zone_id: string
  id: string
  trial: boolean
  auto: boolean
  made_at: Instant
  made_by: string
  made_name: string
  settings_rev: number
  numbers: Jsonb<WaveNumbers>
  supposed: Jsonb<Supposed> | null
  loads: number
  trips: number
  trucks: number
  matched: number
  empty_m: number
  cost_m: number
  nearest_matched: number
  nearest_empty_m: number
  nearest_cost_m: number
  is_optimal: boolean
  unproved: number
  arcs: number
  rounds: number
  basis: string
  read_ms: number
  solve_ms: number
  unserved: Jsonb<readonly Unserved[]>
  worth: Jsonb<readonly Worth[]>
  idle_pins: Jsonb<readonly IdlePin[]>
}

type PairTable = {
  zone_id: string
  id: string
  wave_id: string
  seq: number
  load_id: string
  vehicle_id: string | null
  driver_id: string | null
  carrier_id: string | null
  supposed: number | null
  plan: number
  empty_m: number
  cost_m: number
  next_vehicle_id: string | null
  next_cost_m: number | null
  next_more_m: number | null
  load_worth_m: number
  truck_worth_m: number
  reasons: Jsonb<readonly Reason[]>
  state: Generated<PairState>
  waybill_id: string | null
  stale_why: Jsonb<StaleWhy> | null
  command_id: string | null
  decided_at: Instant | null
  decided_by: string | null
}

declare module '@tingzhou/db' {
  interface Tables {
    freight_wave_settings: SettingsTable
    freight_wave_turn: TurnTable
    freight_wave_mark: MarkTable
    freight_wave: WaveTable
    freight_wave_pair: PairTable
  }
}
