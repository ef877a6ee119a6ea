import type { EpochMs } from '@tingzhou/kernel'
import type { Generated, Instant, Json, Jsonb } from '@tingzhou/db'
import type { DeviceSettings, DeviceState } from './device.ts'
import type { Formula } from './formula.ts'
import type { Protocol } from './protocol.ts'
import type { CommandState } from './command-state.ts'
import type { Name, OwnField, PointKind } from './point.ts'
import type { NodeLevel } from './plant-rule.ts'
import type { PointTemplate } from './profile-points.ts'

type OfMinute = { zone_id: string; point_id: number; minute: Instant; n: number; raw: Uint8Array }
type Sums = {
  min: number | null
  max: number | null
  sum: number
  integral: number
  counter_delta: number
  good_seconds: number
  /** Null for what was summed up before it was noted. */
  quality: number | null
}
type InstantOrNull = {
  readonly __select__: EpochMs | null
  readonly __insert__: Date | null
  readonly __update__: Date | null
}
type OwnFields = {
  readonly __select__: readonly OwnField[]
  readonly __insert__: string | undefined
  readonly __update__: string
}
type FormulaOrNull = {
  readonly __select__: Formula | null
  readonly __insert__: string | null | undefined
  readonly __update__: string | null
}
type JsonOrNull = { readonly __select__: Json; readonly __insert__: string | null; readonly __update__: string | null }

declare module '@tingzhou/db' {
  interface Tables {
    telemetry_journal: {
      zone_id: string
      stream: string
      seq: number
      written_at: Instant
      body: Uint8Array
    }
    telemetry_stream: { zone_id: string; stream: string; trimmed: number }
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
    sample_formula_dirty: { zone_id: string; minute: Instant; point_id: number; seq: Generated<number> }
    sample_chunk: { zone_id: string; point_id: number; hour: Instant; raw: Uint8Array }
    sample_packed: { zone_id: string; hour: Instant; shrunk: Instant }
    sample_loose: { zone_id: string; point_id: number; hour: Instant }
    telemetry_retention: {
      zone_id: string
      pack_after_days: number
      raw_days: number
      minute_days: number
      track_days: number
      rev: number
      changed_at: Instant
    }
    telemetry_medium: {
      zone_id: string
      device_id: string
      media_id: number
      taken_at: Instant
      sha256: string
      kept_at: Instant
    }
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
    telemetry_profile: {
      zone_id: string
      key: string
      name: Jsonb<Name>
      points: Jsonb<readonly PointTemplate[]>
      rev: Generated<number>
      updated_at: Instant
    }
    telemetry_node: {
      zone_id: string
      id: string
      parent_id: string | null
      level: NodeLevel
      code: string
      name: Jsonb<Name>
      profile_key: string | null
      party_id: string | null
      retired_at: InstantOrNull
      rev: Generated<number>
    }
    telemetry_point: {
      zone_id: string
      id: Generated<number>
      node_id: string
      code: string
      template: string | null
      kind: PointKind
      name: Jsonb<Name>
      unit: string | null
      resolution_mantissa: number
      resolution_scale: number
      eu_low: number | null
      eu_high: number | null
      sample_ms: number | null
      stale_after_s: number | null
      counter_max: number | null
      /** For how many days its readings are kept; null: as the zone says. */
      raw_days: number | null
      /** Its packed readings before this time have gone. */
      thinned_to: InstantOrNull
      formula: FormulaOrNull
      /** Numbers of the points that its formula asks, in the order of its inputs; null where there is none. */
      formula_inputs: readonly (number | null)[] | null
      /** Since when it has its formula; null: from its beginning. */
      formula_at: InstantOrNull
      retired_at: InstantOrNull
      rev: Generated<number>
      /** The type it was made from; null for one of its equipment's own. */
      profile_key: string | null
      /** What it says itself and its type does not change. */
      own_fields: OwnFields
      changed_at: {
        readonly __select__: EpochMs
        readonly __insert__: Date | undefined
        readonly __update__: Date
      }
    }
    telemetry_device: {
      zone_id: string
      id: string
      protocol: Protocol
      identity: string
      name: string
      node_id: string | null
      state: DeviceState
      secret_sha256: string | null
      settings: Jsonb<DeviceSettings>
      first_seen_at: InstantOrNull
      last_seen_at: InstantOrNull
      last_address: string | null
      superseded: Generated<number>
      refused: Generated<number>
      changed_at: Instant
      rev: Generated<number>
    }
    mqtt_session: {
      zone_id: string
      device_id: string
      /** Granted quality of service by kind of topic. */
      subscriptions: Jsonb<{ readonly commands?: 0 | 1; readonly state?: 0 | 1 }>
    }
    mqtt_retained: { zone_id: string; device_id: string; payload: Uint8Array; qos: 0 | 1; kept_at: Instant }
    telemetry_command: {
      zone_id: string
      id: string
      device_id: string
      kind: string
      body: Jsonb<Json>
      state: CommandState
      actor_id: string
      actor_name: string
      reason: string | null
      created_at: Instant
      expires_at: Instant
      sent_at: InstantOrNull
      attempts: Generated<number>
      answered_at: InstantOrNull
      answer: JsonOrNull
      /** Of a command that was proposed first; null of others. */
      confirm_until: InstantOrNull
      wait_s: number | null
      needs_other: Generated<boolean>
      decided_at: InstantOrNull
      decided_by_id: string | null
      decided_by_name: string | null
    }
    telemetry_confirmation: {
      zone_id: string
      confirm_s: number
      needs_other: boolean
      rev: number
      changed_at: Instant
    }
    kept_track: {
      zone_id: string
      subject_kind: string
      subject_id: string
      point_id: number
      from_at: Instant
      to_at: Instant
      tolerance_m: number
      gap_s: number
      fixes: number
      kept: number
      length_m: number
      gaps: number
      first_at: InstantOrNull
      last_at: InstantOrNull
      source_sha256: string
      raw: Uint8Array
      rev: number
      made_at: Instant
    }
  }
}
