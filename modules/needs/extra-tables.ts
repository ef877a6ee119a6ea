import type { Generated, Instant, Jsonb } from '@tingzhou/db'
import type { clockStages, clockUnits } from './clock-contract.ts'
import type { itemStates, meetingStates } from './meetings-contract.ts'
import type { mandateStates } from './mandates-contract.ts'
import type { Rule } from './routing-contract.ts'
import type { MaybeInstant } from './tables.ts'
import type { visitForms, visitStates } from './visits-contract.ts'
import type { UrgencyClass } from './words.ts'

/** Columns of every row that a person edits. */
type Edited = {
  synthetic: Generated<boolean>
  created_at: Instant
  created_by: string
  updated_at: Instant
  updated_by: string
  rev: Generated<number>
}

type RoutingTableTable = {
  zone_id: string
  version: number
  state: 'draft' | 'published' | 'retired'
  note: string
  rules: Jsonb<readonly Rule[]>
  created_at: Instant
  created_by: string
  published_at: MaybeInstant
  published_by: string | null
  rev: Generated<number>
}

type RoutingOfficeTable = {
  zone_id: string
  kind: 'area' | 'chain'
  key: string
  department_id: string
  set_at: Instant
  set_by: string
}

type ClockRuleTable = {
  zone_id: string
  version: number
  class: UrgencyClass
  stage: (typeof clockStages)[number]
  unit: (typeof clockUnits)[number]
  amount: number
  source: string
}

type ClockRuleVersionTable = {
  zone_id: string
  version: number
  changed_at: Instant
  changed_by: string
  why: string
}

type KnowledgeArticleTable = Edited & {
  zone_id: string
  id: string
  question: string
  answer: string
  category: string | null
  basis: string
  basis_url: string | null
  owner_id: string | null
  valid_to: string | null
  retired_at: MaybeInstant
  used_count: Generated<number>
  last_used_at: MaybeInstant
  grams: string[]
}

type KnowledgeUseTable = { zone_id: string; article_id: string; appeal_id: string; at: Instant; by_name: string }

type CampaignTable = Edited & {
  zone_id: string
  id: string
  name: string
  description: string
  from_day: string
  to_day: string
  cadre_ids: string[]
  state: Generated<'open' | 'closed'>
}

type VisitTable = Edited & {
  zone_id: string
  id: string
  campaign_id: string | null
  enterprise_id: string
  area_id: string | null
  day: string
  form: (typeof visitForms)[number]
  visitor_ids: string[]
  purpose: string
  state: Generated<(typeof visitStates)[number]>
  done_at: MaybeInstant
  summary: Generated<string>
  met_with: Generated<string>
  reason: Generated<string>
}

type VisitFindingTable = { zone_id: string; visit_id: string; number: number; title: string; appeal_id: string }

type MeetingTable = Edited & {
  zone_id: string
  id: string
  title: string
  day: string
  starts: string | null
  place: string
  area_id: string | null
  host_id: string
  enterprise_ids: string[]
  department_ids: string[]
  state: Generated<(typeof meetingStates)[number]>
  minutes: Generated<string>
  reason: Generated<string>
}

type MeetingItemTable = {
  zone_id: string
  id: string
  meeting_id: string
  number: number
  title: string
  body: string
  enterprise_id: string | null
  owner_id: string | null
  due: string | null
  state: Generated<(typeof itemStates)[number]>
  outcome: Generated<string>
  appeal_id: string | null
  created_at: Instant
  updated_at: Instant
  rev: Generated<number>
}

type MandateTable = Edited & {
  zone_id: string
  id: string
  enterprise_id: string
  guide_id: string
  state: (typeof mandateStates)[number]
  matter: string
  scope: string[]
  from_day: string | null
  to_day: string | null
  end_reason: Generated<string>
}

type MandateFormTable = {
  zone_id: string
  mandate_id: string
  number: number
  kind: 'intake' | 'mandate' | 'pause' | 'continue' | 'finish'
  at: Instant
  by_account: string
  by_name: string
  data: Jsonb<Record<string, unknown>>
}

type IndicatorWeightTable = {
  zone_id: string
  response: string | number
  resolution: string | number
  satisfaction: string | number
  partly: string | number
  callbacks_min: number
  rev: Generated<number>
}

type Open311RequestTable = {
  zone_id: string
  appeal_id: string
  token: string
  service_code: string
  account_id: string
  media_url: string | null
  device_id: string | null
  attributes: Jsonb<Record<string, string | readonly string[]>>
  requested_at: Instant
}

type SampleRuleTable = { zone_id: string; percent: string | number; rev: number }

type AppealSampleTable = {
  zone_id: string
  id: string
  appeal_id: string
  owner_id: string | null
  drawn_at: Instant
  verdict: 'sound' | 'unsound' | null
  words: Generated<string>
  checked_at: Instant | null
  checked_by: string | null
  rev: Generated<number>
}

declare module '@tingzhou/db' {
  interface Tables {
    routing_table: RoutingTableTable
    routing_office: RoutingOfficeTable
    clock_rule: ClockRuleTable
    clock_rule_version: ClockRuleVersionTable
    knowledge_article: KnowledgeArticleTable
    knowledge_use: KnowledgeUseTable
    campaign: CampaignTable
    visit: VisitTable
    visit_finding: VisitFindingTable
    meeting: MeetingTable
    meeting_item: MeetingItemTable
    mandate: MandateTable
    mandate_form: MandateFormTable
    indicator_weight: IndicatorWeightTable
    open311_request: Open311RequestTable
    sample_rule: SampleRuleTable
    appeal_sample: AppealSampleTable
  }
}
