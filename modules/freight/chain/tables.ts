import type { Generated, Instant, Jsonb } from '@tingzhou/db'
import type { StaleWhy } from '../wave/kept.ts'
import type { WaveNumbers } from '../wave/words.ts'
import type { TourHome, TourLeg, Unserved } from './kept.ts'
import type { ChainNumbers, ChainWay, NextEnd, NextFlag, NextState, TourState } from './words.ts'

type SettingsTable = {
  zone_id: string
  drivers_choose: Generated<boolean>
  numbers: Jsonb<Partial<ChainNumbers>>
  updated_at: Instant
  updated_by: string
  rev: Generated<number>
}

type NextTable = {
  zone_id: string
  id: string
  after_id: string
  after_to_id: string
  load_id: string
  carrier_id: string
  driver_id: string
  vehicle_id: string
  next_id: string | null
  state: NextState
  flag: NextFlag | null
  empty_m: number
  expected_at: Instant
  lag_s: number
  load_until: Instant
  offer_until: Instant | null
  chosen_by: string
  chosen_name: string
  created_at: Instant
  end_why: NextEnd | ''
  decided_at: Instant | null
  decided_by: string | null
}

type ChainTable = {
  zone_id: string
  id: string
  made_at: Instant
  made_by: string
  made_name: string
  horizon_hours: number
  settings_rev: number
  numbers: Jsonb<Partial<ChainNumbers>>
  wave_numbers: Jsonb<Partial<WaveNumbers>>
  loads: number
  trips: number
  free_trucks: number
  busy_trucks: number
  served: number
  used: number
  empty_m: number
  loaded_m: number
  hand_served: number
  hand_used: number
  hand_empty_m: number
  hand_loaded_m: number
  bound_empty_m: number | null
  way: ChainWay
  unserved: Jsonb<readonly Unserved[]>
  basis: string
  read_ms: number
  solve_ms: number
}

type TourTable = {
  zone_id: string
  id: string
  plan_id: string
  seq: number
  vehicle_id: string
  driver_id: string
  carrier_id: string
  after_id: string | null
  free_at: Instant
  start_at: Instant
  end_at: Instant
  empty_m: number
  loaded_m: number
  legs: Jsonb<readonly TourLeg[]>
  home: Jsonb<TourHome> | null
  state: Generated<TourState>
  waybill_id: string | null
  stale_why: Jsonb<StaleWhy> | null
  command_id: string | null
  decided_at: Instant | null
  decided_by: string | null
}

declare module '@tingzhou/db' {
  interface Tables {
    freight_chain_settings: SettingsTable
    freight_next: NextTable
    freight_chain: ChainTable
    freight_chain_tour: TourTable
  }
}
