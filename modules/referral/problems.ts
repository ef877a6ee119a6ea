import { caseProblems } from '@tingzhou/casework'
import type { ProblemTable } from '@tingzhou/http'
import type { CommandReused } from '@tingzhou/db'
import type { AgreementError } from './agreement.ts'
import type { InstitutionError } from './institution.ts'
import type { OrderError } from './move-spec.ts'
import type { RuleError } from './rules.ts'

const area = 'referral'

/** How each refusal of referral travels; titles are in `locales/`. */
export const referralProblems = {
  ...caseProblems(area),
  offer_over: { status: 409, area, field: 'move' },
  identity_in_text: { status: 422, area },
  ready_in_past: { status: 422, area },
  birth_year_ahead: { status: 422, area },
  unknown_item: { status: 422, area },
  item_repeated: { status: 422, area },
  unknown_reason: { status: 422, area },
  unknown_institution: { status: 422, area },
  wrong_side: { status: 422, area },
  not_your_institution: { status: 403, area },
  consent_missing: { status: 422, area },
  files_outside_consent: { status: 422, area },
  file_unknown: { status: 422, field: 'fileIds' },
  file_not_yours: { status: 422, field: 'fileIds' },
  file_already_attached: { status: 422, field: 'fileIds' },
  calendar_not_loaded: { status: 422, field: 'date', rule: 'a day of the calendar' },
  name_taken: { status: 409, area },
  has_open_orders: { status: 409, area },
  account_unknown: { status: 422, area },
  membership_unknown: { status: 404, area },
  pair_exists: { status: 409, area },
  term_backwards: { status: 422, area },
  agreement_ended: { status: 409, area },
  rule_code_repeated: { status: 422, area },
  rule_no_paper: { status: 422, area },
  rule_out_of_order: { status: 422, area },
} satisfies ProblemTable<OrderError | InstitutionError | AgreementError | RuleError | CommandReused>
