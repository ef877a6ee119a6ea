import type { ColumnType, Generated } from 'kysely'
import type { Instant, Jsonb } from '@tingzhou/db'
import type { EpochMs } from '@tingzhou/kernel'
import type { Award } from './ranking.ts'
import type { RuleSet } from './rule-set.ts'
import type { Marks } from './score-sheet.ts'
import type {
  ApplicationState,
  CampaignState,
  HonourState,
  ObjectionEffect,
  ObjectionState,
  PanelLevel,
} from './words.ts'

/** A `timestamptz` that may be empty. */
type MaybeInstant = ColumnType<EpochMs | null, Date | null | undefined, Date | null>

type Row = { zone_id: string; id: string }
type Edited = {
  created_at: Instant
  created_by: string
  updated_at: Instant
  updated_by: string
  rev: Generated<number>
}

export type CampaignTable = Row &
  Edited & {
    name: string
    year: number
    state: CampaignState
    rules_version: number
    applications: Generated<number>
    list_version: Generated<number>
    publicity_from: MaybeInstant
    publicity_until: MaybeInstant
    voucher: Generated<string>
    instance_id: string
    synthetic: Generated<boolean>
  }

export type ApplicationTable = Row &
  Edited & {
    campaign_id: string
    no: string
    state: ApplicationState
    team: string
    leader: string
    members: number
    enterprise_id: string
    area_id: string
    department_id: string | null
    period_from: string
    period_to: string
    rules_version: number
    self_marks: Jsonb<Marks>
    self_words: Generated<string>
    self_centi: number | null
    submitted_at: MaybeInstant
    round: Generated<number>
    reason: Generated<string>
    county_centi: number | null
    prefecture_centi: number | null
    composite_centi: number | null
    vetoes: Jsonb<readonly string[]>
    instance_id: string
    due_at: MaybeInstant
    next_step: string | null
    synthetic: Generated<boolean>
  }

type ScoreTable = Row & {
  application_id: string
  level: PanelLevel
  round: number
  reviewer_id: string
  reviewer_name: string
  marks: Jsonb<Marks>
  reasons: Jsonb<Readonly<Record<string, string>>>
  words: string
  total_centi: number
  sections_centi: Jsonb<readonly number[]>
  vetoes: Jsonb<readonly string[]>
  at: Instant
}

declare module '@tingzhou/db' {
  interface Tables {
    review_campaign: CampaignTable
    review_rules: {
      zone_id: string
      campaign_id: string
      version: number
      content: Jsonb<RuleSet>
      why: string
      created_at: Instant
      created_by: string
    }
    review_panel: {
      zone_id: string
      campaign_id: string
      account_id: string
      level: PanelLevel
      area_id: string | null
      department_id: string | null
    }
    review_application: ApplicationTable
    review_score: ScoreTable
    review_recusal: { zone_id: string; application_id: string; account_id: string; reason: string; at: Instant }
    review_veto: Row & {
      application_id: string
      item: string
      facts: string
      happened_on: string
      objection_id: string | null
      at: Instant
      by_account: string
    }
    review_list: {
      zone_id: string
      campaign_id: string
      version: number
      rules_version: number
      content: string
      sha256: string
      why: string
      at: Instant
    }
    review_objection: Row & {
      campaign_id: string
      application_id: string
      words: string
      by_account: string
      by_name: string
      at: Instant
      state: Generated<ObjectionState>
      effect: ObjectionEffect | null
      adjust_centi: number | null
      decision: Generated<string>
      decided_at: MaybeInstant
      decided_by: string | null
    }
    honour: Row & {
      campaign_id: string
      application_id: string
      enterprise_id: string
      area_id: string
      year: number
      rank: number
      award: Award
      team: string
      leader: string
      certificate_no: string
      valid_from: string
      valid_to: string
      prize_fen: number
      leader_fen: number
      team_fen: number
      paid: Generated<boolean>
      state: Generated<HonourState>
      checked_on: string | null
      withdrawn_reason: Generated<string>
      synthetic: Generated<boolean>
      created_at: Instant
      updated_at: Instant
      rev: Generated<number>
    }
  }
}
