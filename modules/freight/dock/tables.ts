import type { Generated, Instant, Jsonb } from '@tingzhou/db'
import type { PlaceEnd } from '../words.ts'
import type { DockNumbers, SlotLack } from './words.ts'

type SettingsTable = {
  zone_id: string
  numbers: Jsonb<Partial<DockNumbers>>
  updated_at: Instant
  updated_by: string
  rev: number
}

type DockTable = {
  zone_id: string
  place_id: string
  place_end: PlaceEnd
  docks: number
  service_s: number
  share_pct: number
  opens: string
  closes: string
  is_on: boolean
  is_changed: Generated<boolean>
  updated_at: Instant
  updated_by: string
  rev: Generated<number>
}

type SlotTable = {
  zone_id: string
  waybill_id: string
  place_end: PlaceEnd
  place_id: string
  starts_at: Instant | null
  lack: SlotLack | null
  eta_at: Instant | null
  leave_at: Instant | null
  told_for: Instant | null
  moves: Generated<number>
  arrived_at: Instant | null
  booked_at: Instant
}

declare module '@tingzhou/db' {
  interface Tables {
    freight_dock_settings: SettingsTable
    freight_dock: DockTable
    freight_dock_slot: SlotTable
  }
}
