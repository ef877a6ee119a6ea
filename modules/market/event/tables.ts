import type { Generated, Instant, Json, Jsonb } from '@tingzhou/db'
import type {
  EnteredBy,
  EventFirmState,
  EventState,
  FollowDays,
  LeftOutReason,
  MeetingResult,
  MeetingState,
  Outcome,
} from './words.ts'

type Edited = {
  zone_id: string
  created_at: Instant
  created_by: string
  updated_at: Instant
  updated_by: string
  rev: Generated<number>
}

declare module '@tingzhou/db' {
  interface Tables {
    market_event: Edited & {
      id: string
      number: string
      name: string
      day: string
      place: string
      from_minute: number
      to_minute: number
      meeting_minutes: number
      tables: number
      register_by: string
      products: string[]
      meetings_max: number
      remark: Generated<string>
      state: Generated<EventState>
      planned_at: Instant | null
      slots_bound: number | null
      held_at: Instant | null
      followed_at: Instant | null
      synthetic: Generated<boolean>
    }
    market_event_firm: {
      zone_id: string
      event_id: string
      firm_id: string
      firm_outside: Generated<boolean>
      state: EventFirmState
      persons: number | null
      away: number[]
      wishes: string[]
      invited_at: Instant | null
      registered_at: Instant | null
      arrived_at: Instant | null
      updated_at: Instant
      updated_by: string
      rev: Generated<number>
    }
    market_event_meeting: Edited & {
      id: string
      event_id: string
      buyer_id: string
      seller_id: string
      need_id: string | null
      offer_id: string | null
      score: number | null
      explanation: Jsonb<Json> | null
      wished_by: string[]
      slot: number | null
      table_no: number | null
      locked: Generated<boolean>
      left_out: LeftOutReason | null
      left_out_firm: string | null
      state: Generated<MeetingState>
      absent_firm: string | null
      result: MeetingResult | null
      quantity: number | null
      dimension: string | null
      unit: string | null
      amount_fen: number | null
      remark: Generated<string>
      entered_by: EnteredBy | null
      entered_at: Instant | null
      buyer_confirmed_at: Instant | null
      seller_confirmed_at: Instant | null
      deal_id: string | null
    }
    market_event_seat: { zone_id: string; event_id: string; slot: number; firm_id: string; meeting_id: string }
    market_event_follow: {
      zone_id: string
      meeting_id: string
      days: FollowDays
      event_id: string
      due: string
      asked_at: Instant | null
      outcome: Outcome | null
      value_fen: number | null
      reason: Generated<string>
      answered_at: Instant | null
      answered_by: string | null
      rev: Generated<number>
    }
  }
}
