import type { ColumnType } from 'kysely'
import type { Generated, Instant, Jsonb } from '@tingzhou/db'
import type { EpochMs, LocalDate } from '@tingzhou/kernel'
import type { FieldValues } from './answers.ts'
import type { acceptances, applicationStates, deliveries, modes, results } from './application-contract.ts'
import type { RequestState } from './request-states.ts'
import type { itemStates } from './item-contract.ts'
import type { Item } from './item.ts'
import type { SpecialStep } from './item.ts'
import type { Manifest } from './manifest.ts'
import type { Prefilled } from './prefill.ts'
import type { promiseStates } from './promise-contract.ts'
import type { revocationCauses, revocationStates } from './revocation-contract.ts'
import type { SettingName } from './setting-rules.ts'
import type { Answers } from './situation.ts'
import type { packageStates } from './window-contract.ts'
import type { Words } from './words.ts'

/** A `timestamptz` that may be empty. */
export type MaybeInstant = ColumnType<EpochMs | null, Date | null | undefined, Date | null>

type Row = { zone_id: string; id: string }

/** Columns of every row that is a case: where its process stands, and who must act. */
type CaseColumns = Row & {
  instance_id: string | null
  next_step: string | null
  next_roles: string[]
  next_party: string | null
  created_at: Instant
  updated_at: Instant
  rev: number
}

/** One line of a list that the applicant has to give or mend. */
export type AskLine = { readonly material: string | null; readonly field: string | null; readonly words: string }
export type DisputeLine = { readonly field: string; readonly words: string }
/** A special step of a case and what became of it. */
export type SpecialRun = SpecialStep & {
  readonly dueAt: EpochMs | null
  readonly doneAt: EpochMs | null
  readonly words: string
}
export type PromiseGiven = { readonly workingDays: number; readonly signedBy: string; readonly agreed: true }

export type ApplicationTable = CaseColumns & {
  no: string | null
  one_thing_id: string
  one_thing: string
  version: number
  state: (typeof applicationStates)[number]
  acceptance: (typeof acceptances)[number] | null
  result: (typeof results)[number] | null
  mode: (typeof modes)[number]
  target: 'enterprise' | 'person'
  enterprise_id: string | null
  applicant_account: string | null
  applicant_name: string
  raised_by: string
  visit_id: string | null
  package_id: string | null
  answers: Jsonb<Answers>
  field_values: Jsonb<FieldValues>
  prefilled: Jsonb<readonly Prefilled[]>
  disputes: Jsonb<readonly DisputeLine[]>
  consents: string[]
  promise_given: Jsonb<PromiseGiven | null>
  deliver_by: (typeof deliveries)[number]
  post_to: string
  corrections: number
  refusal: Jsonb<{ readonly reason: string; readonly basis: string } | null>
  received_at: MaybeInstant
  accepted_at: MaybeInstant
  concluded_at: MaybeInstant
  delivered_at: MaybeInstant
  due_at: MaybeInstant
  joint_due_at: MaybeInstant
  joint_days: number | null
  sum_days: number | null
  materials_needed: number | null
  materials_asked: number | null
  stars: number | null
  rating_words: string
  rated_at: MaybeInstant
  follow_up_id: string | null
  synthetic: boolean
}

export type ItemCaseTable = CaseColumns & {
  application_id: string
  code: string
  department: string
  department_id: string | null
  place: string | null
  state: (typeof itemStates)[number]
  after_items: string[]
  automatic: boolean
  assignee_id: string | null
  reviewed_by: string | null
  promised_days: number
  started_at: MaybeInstant
  due_at: MaybeInstant
  paused_at: MaybeInstant
  supplement_id: string | null
  specials: Jsonb<readonly SpecialRun[]>
  supervised_at: MaybeInstant
  suspended_at: MaybeInstant
  urged_at: MaybeInstant
  drawing: string | null
  decided_at: MaybeInstant
  decided_by: string | null
  decision_reason: string | null
  basis: string | null
}

export type PromiseTable = CaseColumns & {
  application_id: string
  enterprise_id: string | null
  applicant_account: string | null
  applicant_name: string
  state: (typeof promiseStates)[number]
  materials: string[]
  supplied: string[]
  working_days: number
  consequence: string
  signed_by: string
  signed_at: Instant
  due_on: ColumnType<LocalDate, string, string>
  due_at: Instant
  extended: boolean
  supplied_at: MaybeInstant
  reminded_at: Jsonb<readonly EpochMs[]>
  ended_at: MaybeInstant
}

export type RevocationTable = CaseColumns & {
  application_id: string
  item_case_id: string
  department_id: string | null
  cause: (typeof revocationCauses)[number]
  state: (typeof revocationStates)[number]
  hearing_until: MaybeInstant
  hearing_minutes: string | null
  reason: string | null
  decided_at: MaybeInstant
  decided_by: string | null
}

export type PackageTable = CaseColumns & {
  application_id: string
  receiving: string
  deciding: string
  receiver_account: string
  place: string
  items: string[]
  department_ids: string[]
  state: (typeof packageStates)[number]
  identity_by: string | null
  manifest: Jsonb<Manifest | null>
  asks: Jsonb<readonly AskLine[]>
  sent_at: MaybeInstant
  answer_due_at: MaybeInstant
  told_at: MaybeInstant
  received_at: MaybeInstant
  reason: string | null
}

declare module '@tingzhou/db' {
  interface Tables {
    one_thing: Row & {
      code: string
      version: number | null
      state: 'draft' | 'published' | 'retired'
      body: Jsonb<unknown>
      process_key: string
      xml: string | null
      sha256: string
      why: string | null
      edited_at: Instant
      edited_by: string
      published_at: MaybeInstant
      published_by: string | null
      rev: Generated<number>
    }
    one_thing_drawing: {
      zone_id: string
      one_thing_id: string
      key: string
      xml: string
      sha256: string
      process_version: number | null
      edited_at: Instant
      edited_by: string
    }
    service_item: {
      zone_id: string
      code: string
      name_zh: string
      name_en: string
      department: string
      kind: Item['kind']
      level: string
      promised_days: number
      legal_days: number
      search: string
      synthetic: boolean
    }
    service_application: ApplicationTable
    item_case: ItemCaseTable
    tolerance_promise: PromiseTable
    revocation: RevocationTable
    cross_region_package: PackageTable
    material_copy: Row & {
      application_id: string
      code: string
      how: 'handed_in' | 'held' | 'promised'
      file_ids: string[]
      source: string | null
      as_of: MaybeInstant
      given_at: Instant
      given_by: string
      version: Generated<number>
    }
    material_judgement: Row & {
      application_id: string
      item_case_id: string | null
      material: string
      mark: string
      qualified: boolean
      reason_code: string | null
      reason: string
      judged_at: Instant
      judged_by: string
      judged_by_name: string
    }
    judgement_reason: {
      zone_id: string
      code: string
      name_zh: string
      name_en: string
      place: number
      state: 'open' | 'closed'
      source: string
      edited_at: Instant
      edited_by: string
      rev: Generated<number>
    }
    correction_list: {
      zone_id: string
      application_id: string
      round: number
      asked_at: Instant
      asked_by: string
      asked_by_name: string
      head_reason: string | null
      asks: Jsonb<readonly AskLine[]>
      answered_at: MaybeInstant
    }
    service_supplement: Row & {
      application_id: string
      day: ColumnType<LocalDate, string, string>
      state: 'open' | 'supplied' | 'late'
      due_at: MaybeInstant
      words: Generated<string>
      supplied_at: MaybeInstant
      file_ids: Generated<string[]>
      rev: Generated<number>
    }
    supplement_ask: Row & {
      supplement_id: string
      item_case_id: string
      material: string | null
      field: string | null
      words: string
      asked_at: Instant
      asked_by: string
    }
    item_decision: Row & {
      item_case_id: string
      decided_at: Instant
      outcome: 'approve' | 'manual'
      why: string | null
      decision_table: string
      table_sha256: string
      inputs: Jsonb<Readonly<Record<string, unknown>>>
      evidence_sha256: string
      accountable_id: string
      sampled: boolean
      judgement: 'right' | 'wrong' | null
      judged_at: MaybeInstant
      judged_by: string | null
      judged_reason: string | null
    }
    certificate: Row & {
      no: string
      application_id: string
      item_case_id: string
      name_zh: string
      name_en: string
      holder: string
      holder_kind: 'enterprise' | 'person'
      department: string
      /** Certificates of before say their values in one language. */
      lines: Jsonb<readonly { readonly name: Words; readonly value: Words | string }[]>
      automatic: boolean
      issued_at: Instant
      state: 'valid' | 'revoked'
      revoked_at: MaybeInstant
      revoked_reason: string | null
      synthetic: boolean
    }
    data_request: Row & {
      application_id: string | null
      item_case_id: string | null
      service_id: string
      requester_id: string
      requester_name: string
      purpose: string
      consent_id: string | null
      asked_at: Instant
      answered_at: MaybeInstant
      response_sha256: string | null
      used: boolean
      failure: string | null
      state: ColumnType<RequestState, RequestState | undefined, RequestState>
      due_at: MaybeInstant
      send_at: MaybeInstant
      attempts: Generated<number>
      answer: ColumnType<unknown, string | null | undefined, string | null>
      as_of: ColumnType<LocalDate | null, string | null | undefined, string | null>
      valid_to: ColumnType<LocalDate | null, string | null | undefined, string | null>
    }
    data_source: {
      zone_id: string
      service_id: string
      name_zh: string
      name_en: string
      url: string
      key_setting: string | null
      wait_minutes: number
      state: 'open' | 'closed'
      edited_at: Instant
      edited_by: string
      rev: Generated<number>
    }
    shared_fact: {
      zone_id: string
      service_id: string
      subject: string
      value: Jsonb<unknown>
      as_of: ColumnType<LocalDate, string, string>
      valid_to: ColumnType<LocalDate | null, string | null, string | null>
      synthetic: boolean
      laid_down_at: Instant
      laid_down_by: string
    }
    window_visit: Row & {
      purpose: 'consult' | 'apply' | 'deliver'
      officer_id: string
      officer_name: string
      application_id: string | null
      started_at: Instant
      ended_at: MaybeInstant
      rev: Generated<number>
    }
    service_setting: {
      zone_id: string
      tolerance_days_max: Generated<number>
      sampled_share: Generated<number>
      supplement_days: Generated<number>
      hearing_days: Generated<number>
      urge_days: Generated<number>
      rate_days: Generated<number>
      sample_seed: string
      rev: Generated<number>
    }
    service_setting_change: Row & {
      name: SettingName
      before: number
      after: number
      basis: string
      changed_at: Instant
      changed_by: string
      changed_by_name: string
    }
    item_urge: Row & {
      item_case_id: string
      urged_at: Instant
      urged_by: string
      urged_by_name: string
      side: 'applicant' | 'lead' | 'supervisor'
      words: string
    }
  }
}
