import type { CalendarNotLoaded } from '@tingzhou/calendar'
import type { CaseError } from '@tingzhou/casework'
import type { StaleRevision } from '@tingzhou/db'
import type { AttachError } from '@tingzhou/files'
import type { RulesError } from './review-rules.ts'
import type { MarkError } from './score.ts'

type Field = { readonly field: string; readonly value: unknown }

/** Why the module refuses; each kind is one row of the problem table in `problems.ts`. */
export type ReviewError =
  | CaseError
  | { readonly kind: 'campaign_not_found' | 'application_not_found' | 'honour_not_found' | 'objection_not_found' }
  | ({ readonly kind: 'unknown_party' } & Field)
  | ({ readonly kind: 'period_order' } & Field)
  | ({ readonly kind: 'level_closed'; readonly level: string; readonly closedAt: string } & Field)
  | ({ readonly kind: 'team_applied'; readonly no: string } & Field)
  | { readonly kind: 'no_county_panel' }
  | { readonly kind: 'panel_too_small'; readonly eligible: number; readonly needed: number }
  | { readonly kind: 'last_reviewer' }
  | { readonly kind: 'own_department' }
  | { readonly kind: 'own_enterprise' }
  | { readonly kind: 'recused' }
  | { readonly kind: 'scored_already' }
  | ({ readonly kind: 'reason_missing'; readonly item: string } & Field)
  | { readonly kind: 'county_unscored' }
  | ({ readonly kind: 'veto_marked' } & Field)
  | ({ readonly kind: 'returned_before' } & Field)
  | ({ readonly kind: 'return_too_late' } & Field)
  | ({ readonly kind: 'quota_full'; readonly max: number } & Field)
  | ({ readonly kind: 'unknown_veto' } & Field)
  | ({ readonly kind: 'panel_repeated' } & Field)
  | ({ readonly kind: 'panel_area' } & Field)
  | { readonly kind: 'applications_running'; readonly running: number }
  | { readonly kind: 'objection_late'; readonly until: string }
  | ({ readonly kind: 'not_on_list' } & Field)
  | ({ readonly kind: 'effect_missing' } & Field)
  | ({ readonly kind: 'adjust_out_of_range'; readonly min: number; readonly max: number } & Field)
  | ({ readonly kind: 'prize_sum'; readonly pool: number } & Field)
  | ({ readonly kind: 'honour_state'; readonly state: string } & Field)
  | MarkError
  | RulesError
  | AttachError
  | CalendarNotLoaded
  | StaleRevision
