import type { CommandReused, StaleRevision } from '@tingzhou/db'
import { commandProblems, type ProblemTable } from '@tingzhou/http'
import { err } from '@tingzhou/kernel'

/** A field that a rule refuses. */
export type Fault = { readonly field: string; readonly value: string; readonly rule: string }

export type MarketError =
  | { readonly kind: 'not_found' }
  | { readonly kind: 'not_permitted' }
  | ({ readonly kind: 'field_refused' } & Fault)
  | ({ readonly kind: 'taken' } & Fault)
  | ({ readonly kind: 'not_open' } & Fault)
  /** A posting, deal, request or event is not where a step may be made. */
  | ({ readonly kind: 'posting_state' } & Fault)
  /** More than is left of a posting. */
  | ({ readonly kind: 'not_enough' } & Fault)
  | StaleRevision

/** A field that a rule refuses, as the answer of a rule. Pure. */
export const refused = (field: string, value: unknown, rule: string) =>
  err({ kind: 'field_refused', field, value: String(value ?? ''), rule } as const)

const area = 'market'

/** How each refusal of the market travels; titles are in `locales/`. */
export const marketProblems = {
  ...commandProblems,
  not_found: { status: 404, field: 'id', rule: 'within_reach' },
  not_permitted: { status: 403, area },
  field_refused: { status: 422, area },
  taken: { status: 409, area },
  not_open: { status: 409, area },
  posting_state: { status: 409, area },
  not_enough: { status: 409, area },
} satisfies ProblemTable<MarketError | CommandReused>
