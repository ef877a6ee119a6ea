import type { EpochMs } from '@tingzhou/kernel'
import type { Generated, Instant, Jsonb } from '@tingzhou/db'
import type { VehicleState } from './crossing.ts'
import type { CrossingCause, CrossingKind, Purpose, Scope } from './geofence-words.ts'
import type { Shape } from './shape.ts'

type InstantOrNull = {
  readonly __select__: EpochMs | null
  readonly __insert__: Date | null
  readonly __update__: Date | null
}

declare module '@tingzhou/db' {
  interface Tables {
    geofence: {
      zone_id: string
      id: string
      version: number
      changed_at: Instant
      removed_at: InstantOrNull
      removed_by: string | null
    }
    geofence_version: {
      zone_id: string
      fence_id: string
      version: number
      from_at: Instant
      name: string
      purpose: Purpose
      shape: Jsonb<Shape>
      west: number
      south: number
      east: number
      north: number
      valid_from: InstantOrNull
      valid_until: InstantOrNull
      scope: Scope
      party_id: string | null
      points: Generated<number[]>
      tells_entry: boolean
      tells_exit: boolean
      dwell_s: number | null
      speed_limit_kmh: number | null
      margin_m: number
      confirm_s: number
      actor_id: string
      actor_name: string
    }
    geofence_event: {
      zone_id: string
      id: string
      point_id: number
      fence_id: string
      version: number
      kind: CrossingKind
      at: Instant
      known_at: Instant
      after: InstantOrNull
      entered_at: InstantOrNull
      cause: CrossingCause
      lon_deg: number
      lat_deg: number
      speed_kmh: number
      late: boolean
      told: boolean
      noted_at: Instant
      superseded_at: InstantOrNull
    }
    geofence_vehicle: {
      zone_id: string
      point_id: number
      last_at: InstantOrNull
      state: Jsonb<VehicleState>
      late_since: InstantOrNull
    }
    agreed_distance: {
      zone_id: string
      id: string
      from_key: string
      to_key: string
      distance_m: number
      contract_no: string
      valid_from: InstantOrNull
      valid_until: InstantOrNull
      actor_id: string
      actor_name: string
      created_at: Instant
      removed_at: InstantOrNull
    }
    lane_trip: {
      zone_id: string
      trip_id: string
      from_key: string
      to_key: string
      distance_m: number
      driven_at: Instant
    }
  }
}
