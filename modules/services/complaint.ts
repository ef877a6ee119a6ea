/** A part of a one-thing that has a code. */
export type Part =
  | 'item'
  | 'material'
  | 'field'
  | 'group'
  | 'question'
  | 'option'
  | 'table'
  | 'input'
  | 'department'
  | 'process'
  | 'area'

/** What is wrong with a one-thing, precise enough to be shown beside the part that is meant. */
export type Complaint =
  | { readonly kind: 'duplicate_code'; readonly part: Part; readonly code: string }
  | { readonly kind: 'unknown_code'; readonly part: Part; readonly code: string; readonly usedBy: string }
  | { readonly kind: 'cycle'; readonly items: readonly string[] }
  | {
      readonly kind: 'promise_shorter_than_path'
      readonly days: number
      readonly pathDays: number
      readonly path: readonly string[]
    }
  | {
      readonly kind: 'promise_longer_than_legal'
      readonly code: string
      readonly days: number
      readonly legalDays: number
    }
  | { readonly kind: 'never_selected'; readonly part: 'item' | 'material'; readonly code: string }
  | {
      readonly kind: 'never_used'
      readonly part: 'material' | 'field' | 'group' | 'table' | 'area'
      readonly code: string
    }
  | { readonly kind: 'answer_selects_nothing'; readonly question: string; readonly option: string }
  | { readonly kind: 'answer_says_none_but_selects'; readonly question: string; readonly option: string }
  | { readonly kind: 'question_without_effect'; readonly question: string }
  | { readonly kind: 'question_asked_too_early'; readonly question: string; readonly needs: string }
  | { readonly kind: 'nothing_always_or_selected' }
  | { readonly kind: 'main_tolerant'; readonly material: string }
  | { readonly kind: 'not_situational'; readonly material: string; readonly question: string; readonly option: string }
  | { readonly kind: 'output_not_before'; readonly material: string; readonly item: string; readonly producer: string }
  | { readonly kind: 'must_not_be_reused'; readonly field: string; readonly type: string }
  | { readonly kind: 'bounds_crossed'; readonly field: string; readonly min: number; readonly max: number }
  | { readonly kind: 'bad_pattern'; readonly field: string; readonly pattern: string }
  | { readonly kind: 'bad_table'; readonly table: string; readonly message: string; readonly value: string | null }
  | { readonly kind: 'table_not_for_decisions'; readonly table: string; readonly item: string }
  | {
      readonly kind: 'outcome_not_allowed'
      readonly table: string
      readonly outcome: string
      readonly allowed: readonly string[]
    }
  | {
      readonly kind: 'area_without_department'
      readonly item: string
      readonly area: string
      readonly department: string
    }
  | { readonly kind: 'fact_without_service'; readonly table: string; readonly input: string }
