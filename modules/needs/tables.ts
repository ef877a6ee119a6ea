import type { EpochMs } from '@tingzhou/kernel'
import type { Generated, Instant } from '@tingzhou/db'
import type { AppealState, Channel, Nature, ReplyResult, SolvedAnswer, UrgencyClass } from './words.ts'

/** A `timestamptz` that may be empty. */
export type MaybeInstant = {
  readonly __select__: EpochMs | null
  readonly __insert__: Date | null | undefined
  readonly __update__: Date | null
}

type Row = { zone_id: string; id: string }

export type AppealTable = Row & {
  no: string | null
  state: AppealState
  channel: Channel
  nature: Nature
  class: UrgencyClass
  category: string | null
  first_category: string | null
  title: string
  body: string
  wanted: string
  enterprise_id: string | null
  raised_by: string
  contact_name: string
  contact_phone: string
  anonymous: boolean
  sensitive: boolean
  area_id: string | null
  address: string
  lon: number | null
  lat: number | null
  occurred_at: MaybeInstant
  received_at: MaybeInstant
  visit_id: string | null
  meeting_id: string | null
  mandate_id: string | null
  parent_id: string | null
  merged_into: string | null
  repeat_of: string | null
  instance_id: string | null
  owner_id: string | null
  round: number
  accepted_returns: number
  reopen_count: number
  callback_attempts: number
  review_used: boolean
  supervision_level: number
  result: ReplyResult | null
  solved: SolvedAnswer | null
  rating: number | null
  rating_words: string
  question: string | null
  closing_no: string | null
  replied_at: MaybeInstant
  closed_at: MaybeInstant
  clock_kind: ClockKind | null
  due_at: MaybeInstant
  paused_at: MaybeInstant
  calendar_version: string | null
  next_step: string | null
  next_roles: string[]
  next_party: string | null
  synthetic: boolean
  created_at: Instant
  updated_at: Instant
  rev: number
}

export type ClockKind = 'dispatch' | 'sign' | 'contact' | 'result' | 'quality' | 'wait'

export type WorkOrderTable = Row & {
  appeal_id: string
  round: number
  owner_id: string
  assignee_id: string | null
  class: UrgencyClass
  dispatched_at: Instant
  dispatched_by: string
  note: string
  rule_number: number | null
  rule_version: number | null
  due_sign_at: MaybeInstant
  signed_at: MaybeInstant
  signed_by: string | null
  due_contact_at: MaybeInstant
  contacted_at: MaybeInstant
  due_result_at: MaybeInstant
  original_due_result_at: MaybeInstant
  replied_at: MaybeInstant
  return_until: MaybeInstant
  may_return: boolean
  returned_at: MaybeInstant
  return_reason: string | null
  return_basis: string | null
  return_decision: 'pending' | 'accepted' | 'refused' | null
  active: boolean
}

declare module '@tingzhou/db' {
  interface Tables {
    need_category: {
      zone_id: string
      code: string
      parent: string | null
      name_zh: string
      name_en: string
      hint: Generated<string>
      retired_at: MaybeInstant
      public: Generated<boolean>
      rev: Generated<number>
    }
    need_number: { zone_id: string; kind: 'appeal' | 'closing'; day: string; base: number }
    appeal: AppealTable
    work_order: WorkOrderTable
    clock_segment: Row & {
      appeal_id: string
      order_id: string | null
      kind: 'running' | 'paused'
      from_at: Instant
      to_at: MaybeInstant
      reason: string
      due_before: MaybeInstant
      due_after: MaybeInstant
    }
    assist: Row & {
      appeal_id: string
      order_id: string
      task_id: string | null
      department_id: string
      question: string
      due_at: MaybeInstant
      state: 'open' | 'answered' | 'overruled' | 'cancelled'
      opinion: string | null
      answered_at: MaybeInstant
      answered_by: string | null
      overruled_reason: string | null
      file_ids: Generated<string[]>
      created_at: Instant
    }
    contact_log: Row & {
      appeal_id: string
      order_id: string
      at: Instant
      by_account: string
      by_name: string
      channel: string
      words: string
    }
    reply: Row & {
      appeal_id: string
      order_id: string | null
      round: number
      at: Instant
      by_account: string
      by_name: string
      by_party: string | null
      result: ReplyResult
      body: string
      measures: string
      article_id: string | null
      rejected_reason: string | null
      file_ids: Generated<string[]>
    }
    callback: Row & {
      appeal_id: string
      attempt: number
      at: Instant
      by_account: string
      reached: boolean
      contacted: boolean | null
      solved: SolvedAnswer | null
      rating: number | null
      words: string
      owner_id: string | null
      reopened: boolean
    }
    extension: Row & {
      appeal_id: string
      order_id: string
      at: Instant
      by_account: string
      reason: string
      until: Instant
      answer_by: Instant
      state: 'asked' | 'approved' | 'refused'
      decided_at: MaybeInstant
      decided_by: string | null
      decision_reason: string | null
    }
    supervision: Row & {
      appeal_id: string
      order_id: string | null
      owner_id: string | null
      level: number
      reason: string
      auto: boolean
      opened_at: Instant
      opened_by: string
      answer_due_at: MaybeInstant
      answer: string | null
      answered_at: MaybeInstant
      answered_by: string | null
      closed_at: MaybeInstant
      closed_reason: string | null
    }
    planned_item: Row & {
      appeal_id: string
      plan: string
      owner_id: string
      review_date: string
      state: 'open' | 'reopened' | 'done'
      created_at: Instant
      updated_at: Instant
      rev: number
    }
  }
}
