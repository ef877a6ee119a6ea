import type { Selectable } from 'kysely'
import type { CaseDeps, CaseKind, Dossier } from '@tingzhou/casework'
import type { Tx } from '@tingzhou/db'
import { getRules, type RuleVersion } from './rules.ts'
import type { ReferralTable } from './tables.ts'
import type { Urgency } from './words.ts'

export type Order = Selectable<ReferralTable>

export type Back = {
  readonly urgency: Urgency
  readonly condition: {
    readonly condition: string
    readonly ability_level: number
    readonly needs: string[]
    readonly needs_words: string
  }
}

/** What a step keeps beside the order. */
type BesideOrder = {
  /** The institution that the coordinator names in this step, past the list. */
  named: string | null
  /** How the patient goes back, as the receiver says it when ready. */
  back: Back | null
}

export type OrderCase = { readonly row: Order; readonly deps: CaseDeps; readonly beside: BesideOrder }

/** The slip 转诊单 of one order: its dossier. Its history never says anything clinical. */
export type Slip = Dossier<OrderCase>

export const orderKind: CaseKind<OrderCase> = {
  module: 'referral',
  objectKind: 'referral',
  table: 'referral',
  isPublic: true,
  facts: ({ code, return_of: returnOf }) => ({ code, returnOf }),
  hearers: ({ from_id, target_id }) => [from_id, target_id],
  beside: { open: () => ({ named: null, back: null }) },
}

/** The rules that the order began with. */
export const rulesOf = (tx: Tx, { deps, row }: Slip): Promise<RuleVersion> =>
  getRules(tx, deps.zoneId, row.rule_version)
