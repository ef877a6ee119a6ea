import type { Generated, Instant, Jsonb } from '@tingzhou/db'
import type { StaleWhy } from '../wave/kept.ts'
import type { LeftLoad, Stop } from './kept.ts'
import type { TourNumbers, TourState } from './words.ts'

type SettingsTable = {
  zone_id: string
  numbers: Jsonb<Partial<TourNumbers>>
  updated_at: Instant
  updated_by: string
  rev: Generated<number>
}

type PlanTable = {
  zone_id: string
  id: string
  made_at: Instant
  made_by: string
  made_name: string
  settings_rev: number
  numbers: Jsonb<TourNumbers>
  bend_pct: number
  seed: number
  loads: number
  trucks: number
  served: number
  way_m: number
  alone_m: number
  basis: string
  parts: number
  iterations: number
  read_ms: number
  solve_ms: number
  left_out: Jsonb<readonly LeftLoad[]>
  is_told: Generated<boolean>
}

type TourTable = {
  zone_id: string
  id: string
  plan_id: string
  seq: number
  vehicle_id: string
  driver_id: string
  carrier_id: string
  capacity_kg: number
  loads: number
  way_m: number
  starts_at: Instant
  ends_at: Instant
  stops: Jsonb<readonly Stop[]>
  state: Generated<TourState>
  stale_why: Jsonb<StaleWhy> | null
  command_id: string | null
  decided_at: Instant | null
  decided_by: string | null
}

declare module '@tingzhou/db' {
  interface Tables {
    freight_tour_settings: SettingsTable
    freight_tour_plan: PlanTable
    freight_tour: TourTable
  }
}
