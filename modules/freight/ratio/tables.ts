import type { Instant, Jsonb } from '@tingzhou/db'
import type { EpochMs } from '@tingzhou/kernel'
import type { Lane } from './outcome.ts'
import type { DayRecord } from './record.ts'

/** A lane as it is kept: by ids of places. */
type KeptLane = Omit<Lane, 'from' | 'to'> & { readonly fromId: string; readonly toId: string }

/** A choice as it is kept: by ids. */
type KeptChoice = {
  readonly waybillId: string
  readonly vehicleId: string
  readonly emptyM: number
  readonly betterId: string
  readonly betterM: number
  readonly betterFreeAt: EpochMs
  readonly betterNextAt: EpochMs | null
}

type DayTable = {
  zone_id: string
  day: string
  made_at: Instant
  made_by: string
  made_name: string
  trips: number
  unknown: number
  left_out: number
  trucks: number
  loaded_m: number
  empty_m: number
  nearest_matched: number
  nearest_empty_m: number
  waves_matched: number
  waves_empty_m: number
  bound_m: number | null
  lanes: Jsonb<readonly KeptLane[]>
  choices: Jsonb<readonly KeptChoice[]>
  record: Jsonb<DayRecord>
  took_ms: number
}

declare module '@tingzhou/db' {
  interface Tables {
    freight_dispatch_day: DayTable
  }
}
