import type { ColumnType } from 'kysely'
import type { Generated, Instant, Jsonb } from '@tingzhou/db'
import type { EpochMs } from '@tingzhou/kernel'
import type { CareEnd, Direction, InstitutionKind, OfferAnswer, OrderState, Side, Urgency } from './words.ts'
import type { RuleSet } from './rules-contract.ts'

export type MaybeInstant = ColumnType<EpochMs | null, Date | null | undefined, Date | null>

/** Columns of every row that a person edits. */
type Edited = {
  synthetic: Generated<boolean>
  created_at: Instant
  created_by: string
  updated_at: Instant
  updated_by: string
  rev: Generated<number>
}

type InstitutionTable = Edited & {
  zone_id: string
  id: string
  kind: InstitutionKind
  name: string
  phone: Generated<string>
  state: Generated<'open' | 'closed'>
}

type AgreementTable = Edited & {
  zone_id: string
  id: string
  home_id: string
  hospital_id: string
  priority_up: number
  priority_down: number
  valid_from: string
  valid_to: string | null
  note: Generated<string>
  state: Generated<'active' | 'ended'>
}

type RuleTable = {
  zone_id: string
  version: number
  rules: Jsonb<RuleSet>
  changed_at: Instant
  changed_by: string
  why: string
}

export type ReferralTable = {
  zone_id: string
  id: string
  code: string
  direction: Direction
  urgency: Urgency
  state: OrderState
  from_id: string
  target_id: string | null
  return_of: string | null
  raised_by: string
  rule_version: number
  instance_id: string
  consent: boolean
  consent_scope: string[]
  bed: string | null
  ready_at: MaybeInstant
  transport: string
  due_at: MaybeInstant
  next_step: string | null
  holder_id: string | null
  accepted_at: MaybeInstant
  departed_at: MaybeInstant
  arrived_at: MaybeInstant
  papers_missing: string[] | null
  care_ended_at: MaybeInstant
  care_end: CareEnd | null
  end_reason: string
  closed_at: MaybeInstant
  synthetic: boolean
  created_at: Instant
  updated_at: Instant
  rev: number
}

type ClinicalTable = {
  zone_id: string
  order_id: string
  patient_code: string
  birth_year: number
  reason: string
  condition: string
  ability_level: number
  needs: string[]
  needs_words: Generated<string>
  care_summary: string | null
  follow_up_result: string | null
  follow_up_words: string | null
}

type ReadTable = {
  zone_id: string
  id: string
  order_id: string
  at: Instant
  account_id: string
  account_name: string
  institution_id: string | null
  why: string
  words: string
}

type OfferTable = {
  zone_id: string
  order_id: string
  number: number
  institution_id: string
  agreement_id: string | null
  sent_at: Instant
  due_at: MaybeInstant
  answer: OfferAnswer | null
  answered_at: MaybeInstant
  answered_by: string | null
  reason: string | null
  words: Generated<string>
}

type SignatureTable = {
  zone_id: string
  order_id: string
  side: Side
  at: Instant
  account_id: string
  account_name: string
  institution_id: string
  items: string[]
  words: string
}

declare module '@tingzhou/db' {
  interface Tables {
    referral_institution: InstitutionTable
    referral_agreement: AgreementTable
    referral_rule: RuleTable
    referral: ReferralTable
    referral_clinical: ClinicalTable
    referral_read: ReadTable
    referral_offer: OfferTable
    referral_signature: SignatureTable
  }
}
