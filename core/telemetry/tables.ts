import type { Instant } from '@tingzhou/db'

type OfMinute = { zone_id: string; point_id: number; minute: Instant; n: number; raw: Uint8Array }
type Sums = {
  min: number | null
  max: number | null
  sum: number
  integral: number
  counter_delta: number
  good_seconds: number
}

declare module '@tingzhou/db' {
  interface Tables {
    telemetry_journal: {
      zone_id: string
      stream: string
      seq: number
      written_at: Instant
      body: Uint8Array
    }
    sample_minute: OfMinute & {
      min: number | null
      max: number | null
      sum: number
      first: number | null
      last: number | null
      quality: number
    }
    track_minute: OfMinute & {
      speed_max_kmh: number
      west: number | null
      south: number | null
      east: number | null
      north: number | null
    }
    sample_hour: Sums & { zone_id: string; point_id: number; hour: Instant; n: number }
    /** `day` in the zone's time zone, `YYYY-MM-DD`. */
    sample_day: Sums & { zone_id: string; point_id: number; day: string; n: number }
    sample_rolled: { zone_id: string; hour: Instant }
    sample_dirty: { zone_id: string; point_id: number; hour: Instant }
    last_sample: { zone_id: string; point_id: number; at: Instant; steps: number; quality: number }
    last_fix: {
      zone_id: string
      point_id: number
      at: Instant
      lon_deg: number
      lat_deg: number
      altitude_m: number
      speed_kmh: number
      heading_deg: number
      status: number
      alarm: number
      odometer_km: number | null
      flags: number
    }
  }
}
