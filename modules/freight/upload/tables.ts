import type { Generated, Instant, Jsonb } from '@tingzhou/db'
import type { AdapterId, Fault, WireRecord } from '@tingzhou/wlhy'
import type { AttemptOutcome, CountState, Refuser, TrackState, UploadKind, UploadState } from './words.ts'

type RegulatorTable = {
  zone_id: string
  version: number
  adapter: AdapterId
  url: string
  sender_code: string
  enterprise_code: string
  carrier_name: string
  credit_code: string
  permit_number: string
  business_type: string
  username: string
  sealed_password: string
  public_key: string
  is_on: boolean
  tracks: boolean
  since: Instant
  set_by: string
  ended_at: Instant | null
}

type UploadTable = {
  zone_id: string
  id: string
  kind: UploadKind
  subject_id: string
  title: string
  waybill_id: string | null
  carrier_id: string | null
  document_key: string
  version: string
  reference: string
  adapter: AdapterId
  record: Jsonb<WireRecord>
  record_sha256: string
  sum_fen: Generated<number>
  needs: Generated<string[]>
  state: UploadState
  attempts: Generated<number>
  try_at: Instant | null
  answer_code: string | null
  answer_text: string | null
  faults: Jsonb<readonly Fault[]>
  refused_by: Refuser | null
  why: Generated<string>
  created_at: Instant
  sent_at: Instant | null
  answered_at: Instant | null
  accepted_at: Instant | null
  ended_by: string | null
  synthetic: boolean
  rev: Generated<number>
}

type AttemptTable = {
  zone_id: string
  upload_id: string
  attempt: number
  sent_at: Instant
  answered_at: Instant | null
  outcome: AttemptOutcome | null
  code: string | null
  words: string | null
}

type TrackTable = {
  zone_id: string
  waybill_id: string
  state: TrackState
  next_at: Instant | null
  interval_ms: Generated<number>
  sent: Generated<number>
  attempts: Generated<number>
  lon_deg: number | null
  lat_deg: number | null
  positioned_at: Instant | null
  answer_code: string | null
  answer_text: string | null
  started_at: Instant | null
  stopped_at: Instant | null
  created_at: Instant
}

/** How many documents of a kind both sides have in a month, and what they come to; fen, 0 where a kind has no sum. */
export type CountFigure = {
  readonly kind: UploadKind
  readonly ours: number
  readonly theirs: number
  readonly oursFen: number
  readonly theirsFen: number
}

/** A document that one side has and the other has not, or with another sum. */
export type CountDifference = {
  readonly kind: UploadKind
  readonly number: string
  readonly has: 'platform' | 'regulator' | 'both'
  readonly oursFen: number | null
  readonly theirsFen: number | null
}

type CountTable = {
  zone_id: string
  id: string
  month: string
  figures: Jsonb<readonly CountFigure[]>
  differences: Jsonb<readonly CountDifference[]>
  unlisted: Generated<number>
  is_equal: boolean
  counted_at: Instant
  counted_by: string
  state: Generated<CountState>
  closed_at: Instant | null
  closed_by: string | null
  words: Generated<string>
  rev: Generated<number>
}

declare module '@tingzhou/db' {
  interface Tables {
    freight_regulator: RegulatorTable
    freight_upload: UploadTable
    freight_upload_attempt: AttemptTable
    freight_track: TrackTable
    freight_upload_count: CountTable
  }
}
