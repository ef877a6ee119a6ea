import type { Instant, Jsonb } from '@tingzhou/db'
import type { RuleSettings } from './words.ts'

type EditionTable = {
  zone_id: string
  edition: number
  rules: Jsonb<RuleSettings>
  /** Null: the edition that a zone begins with. */
  rule: string | null
  why: string
  created_at: Instant
  created_by: string
}

type TerminalTable = {
  zone_id: string
  id: string
  vehicle_id: string
  device_id: string
  point_id: number
  starts_at: Instant
  ends_at: Instant | null
  created_by: string
  ended_by: string | null
}

type TripTable = {
  zone_id: string
  waybill_id: string
  plate: string
  plate_colour: string
  trailer_plate: string
  device_id: string | null
  point_id: number | null
  asked_at: Instant
  kept_at: Instant | null
  trouble: string | null
}

declare module '@tingzhou/db' {
  interface Tables {
    freight_risk_edition: EditionTable
    freight_terminal: TerminalTable
    freight_trip: TripTable
  }
}
