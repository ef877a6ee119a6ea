import type { Generated, Instant, Jsonb } from '@tingzhou/db'
import type { EnterpriseStatus, Ownership, Size, UsccStatus } from './enterprise-contract.ts'
import type { IndicatorUnit, Confidence, Qualifier } from './figure/figure-contract.ts'
import type { BatchKind, MergeBatchState, MergePairState } from './bulk/merge-batch-contract.ts'
import type { Conflict } from './merge-rules.ts'
import type { ImportState, StoredImport } from './import-report.ts'
import type { Moved } from './merge-hooks.ts'
import type { SplitTakes } from './split-contract.ts'
import type { SplitMoved } from './split-rules.ts'
import type { Polygon } from './zone-contract.ts'

/** Columns of every row that a person edits. */
type Edited = {
  rev: Generated<number>
  created_at: Instant
  created_by: string
  updated_at: Instant
  updated_by: string
}

export type AreaTable = Edited & {
  zone_id: string
  id: string
  code: string
  name: string
  polygon: Jsonb<Polygon | null> | null
  lead_account_id: string | null
  deputy_account_id: string | null
  party_branch: string
  state: 'open' | 'closed'
  synthetic: boolean
}

export type DepartmentTable = Edited & {
  zone_id: string
  id: string
  code: string
  name: string
  parent_id: string | null
  head_account_ids: string[]
  duty_phone: string
  duty_hours: string
  fallback_department_id: string | null
  state: 'open' | 'closed'
  synthetic: boolean
}

export type IndustryTable = { code: string; level: number; parent: string | null; name: string }

export type EnterpriseTable = Edited & {
  zone_id: string
  id: string
  uscc: string | null
  uscc_status: UsccStatus
  uscc_confirmed_by: string | null
  uscc_confirmed_at: Instant | null
  name: string
  name_core: string
  aliases: string[]
  area_id: string | null
  address: string
  lon: number | null
  lat: number | null
  industry: string | null
  other_industries: string[]
  founded: string | null
  size: Size | null
  above_scale_years: number[]
  ownership: Ownership | null
  status: EnterpriseStatus
  source: string
  as_of: string | null
  tags: string[]
  chains: string[]
  leader_account_id: string | null
  guide_account_id: string | null
  synthetic: boolean
  merged_into: string | null
}

export type ContactTable = Edited & {
  zone_id: string
  id: string
  enterprise_id: string
  name: string
  role: string
  phone: string
  email: string
  account_id: string | null
  main: boolean
  state: 'active' | 'left'
}

export type DuplicateTable = {
  zone_id: string
  a_id: string
  b_id: string
  score: number
  reasons: string[]
  state: 'open' | 'dismissed'
  found_at: Instant
  decided_by: string | null
  decided_at: Instant | null
  why: string | null
}

export type MergeTable = {
  zone_id: string
  id: string
  from_id: string
  into_id: string
  why: string
  moved: Jsonb<Moved>
  at: Instant
  by: string
  by_name: string
  undone_at: Instant | null
  undone_by: string | null
  undone_by_name: string | null
}

export type SplitTable = {
  zone_id: string
  id: string
  from_id: string
  into_id: string
  why: string
  moved: Jsonb<SplitMoved>
  at: Instant
  by: string
  by_name: string
  undone_at: Instant | null
  undone_by: string | null
  undone_by_name: string | null
}

export type ImportTable = {
  zone_id: string
  id: string
  file_id: string
  file_name: string
  synthetic: boolean
  state: ImportState
  report: Jsonb<StoredImport>
  done: Generated<number>
  created_at: Instant
  created_by: string
  committed_at: Instant | null
}

export type IndicatorTable = Edited & {
  zone_id: string
  code: string
  name_zh: string
  name_en: string
  definition_zh: string
  definition_en: string
  units: Jsonb<IndicatorUnit[]>
  least: number | null
  position: number
  state: 'open' | 'closed'
}

export type FigureTable = Edited & {
  zone_id: string
  id: string
  enterprise_id: string
  indicator: string
  period: string
  value: number
  unit: string
  qualifier: Qualifier
  basis: string
  source: string
  own: boolean
  confidence: Confidence
  as_of: string
  chosen_at: Instant | null
  chosen_by: string | null
  state: Generated<'stands' | 'withdrawn'>
  withdrawn_why: string | null
  synthetic: boolean
}

export type MergeBatchTable = {
  zone_id: string
  id: string
  kind: Generated<BatchKind>
  file_id: string
  file_name: string
  state: MergeBatchState
  created_at: Instant
  created_by: string
  created_name: string
  run_at: Instant | null
  undone_at: Instant | null
  undone_name: string | null
  holder: string | null
  beat_at: Instant | null
}

export type MergePairTable = {
  zone_id: string
  batch_id: string
  row: number
  from_text: string
  into_text: string
  why: string
  from_id: string | null
  into_id: string | null
  from_name: string | null
  into_name: string | null
  turn: number | null
  conflicts: Jsonb<readonly Conflict[]>
  state: MergePairState
  rule: string | null
  rule_value: string | null
  merge_id: string | null
  uscc_text: string | null
  takes_text: string | null
  takes: Jsonb<SplitTakes> | null
  split_id: string | null
}

declare module '@tingzhou/db' {
  interface Tables {
    area: AreaTable
    department: DepartmentTable
    industry: IndustryTable
    enterprise: EnterpriseTable
    enterprise_contact: ContactTable
    enterprise_duplicate: DuplicateTable
    enterprise_merge: MergeTable
    enterprise_split: SplitTable
    enterprise_import: ImportTable
    figure_indicator: IndicatorTable
    enterprise_figure: FigureTable
    enterprise_merge_batch: MergeBatchTable
    enterprise_merge_pair: MergePairTable
  }
}
