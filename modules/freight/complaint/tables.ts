import type { Instant } from '@tingzhou/db'
import type { Decision } from '../words.ts'
import type { ComplaintAbout, ComplaintEnd, ComplaintSide, ComplaintState } from './words.ts'

type ComplaintTable = {
  zone_id: string
  id: string
  number: string
  kind: string
  about: ComplaintAbout
  waybill_id: string | null
  side: ComplaintSide
  party_id: string
  complainer_id: string
  complainer_name: string
  contact: string
  other_party_id: string | null
  other_account_id: string | null
  words: string
  state: ComplaintState
  instance_id: string | null
  next_step: string | null
  due_at: Instant | null
  escalated_at: Instant | null
  accepted_by: string | null
  accepted_at: Instant | null
  answer: string
  answered_by: string | null
  answered_name: string | null
  answered_at: Instant | null
  reply: string
  decision: Decision | null
  decision_words: string
  decided_by: string | null
  decided_name: string | null
  statements: number
  ended_how: ComplaintEnd | null
  closed_at: Instant | null
  synthetic: boolean
  created_at: Instant
  updated_at: Instant
  rev: number
}

type StatementTable = {
  zone_id: string
  complaint_id: string
  seq: number
  by_complainer: boolean
  author_id: string
  author_name: string
  words: string
  said_at: Instant
}

declare module '@tingzhou/db' {
  interface Tables {
    freight_complaint: ComplaintTable
    freight_complaint_statement: StatementTable
  }
}
