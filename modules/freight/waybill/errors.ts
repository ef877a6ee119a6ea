import type { CaseError, ProcessRefused } from '@tingzhou/casework'
import type { AttachError } from '@tingzhou/files'
import type { Blocker } from '../blockers.ts'
import type { Finding } from './audited.ts'

type Field<K extends string, V = string | number> = {
  readonly kind: K
  readonly field: string
  readonly value: V
  readonly rule: string
}

/** Why a waybill cannot be made. */
export type BeginError =
  /** Somebody or something may not be dispatched on the day: every reason. */
  | (Field<'blocked'> & { readonly blockers: readonly Blocker[] })
  | (Field<'over_rated_load', number> & { readonly ratedKg: number })
  /** The vehicle or the driver is on another trip: its number. */
  | Field<'trip_taken', string>
  | ProcessRefused

/** Why something about a waybill is refused; each kind is one row of `waybillProblems`. */
export type WaybillError =
  | CaseError
  /** The states once more, under a name whose words are this module's. */
  | (Extract<CaseError, { kind: 'not_in_state' }> & {
      readonly waybillState: string
      readonly waybillStates: readonly string[]
    })
  | BeginError
  | AttachError
  | Field<'offer_over'>
  | Field<'load_gone', string>
  | (Field<'outside_fence', number | null> & { readonly fenceM: number })
  | Field<'weights_swapped', number>
  | Field<'net_not_positive', number>
  | (Field<'over_legal_gross', number> & { readonly legalKg: number })
  | Field<'photo_required', null>
  | Field<'photo_used', string>
  | Field<'photo_not_image', string>
  | Field<'source_not_yours', string>
  | Field<'place_unknown', string>
  | Field<'same_place', string>
  | Field<'same_vehicle', string>
  | Field<'code_wrong', string>
  | Field<'proof_missing', null>
  | Field<'dispute_late', number>
  | (Field<'audit_blocked', readonly string[]> & { readonly findings: readonly Omit<Finding, 'shapes'>[] })
  | Field<'override_useless', string>
  | Field<'why_missing', string>
  | (Field<'not_paid', number> & { readonly payableFen: number })
  | Field<'link_spent', null>
