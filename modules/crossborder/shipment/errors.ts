import type { CaseError } from '@tingzhou/casework'
import type { AttachError } from '@tingzhou/files'
import type { CrossborderError, Fault } from '../problems.ts'
import type { Finding } from './finding.ts'

type Of<K extends string> = { readonly kind: K } & Fault

/** Why something about a shipment is refused. */
export type ShipmentError =
  | CaseError
  | AttachError
  | CrossborderError
  /** Rules stand before the step: every one of them. */
  | (Of<'blocked'> & { readonly findings: readonly Finding[] })
  /** The lots do not come to the pieces of the shipment. */
  | (Of<'lots_differ'> & { readonly pieces: number })
  | Of<'not_loaded'>
  | Of<'loaded_already'>
  /** More than the shipment has drawn from its contract. */
  | (Of<'loaded_over'> & { readonly pieces: number })
  /** A seal with this number is on another load. */
  | Of<'seal_taken'>
  | Of<'seal_unknown'>
  | Of<'document_unknown'>
  | Of<'document_stays'>
  | Of<'decision_unfit'>
  /** A time before the step before, or after now. */
  | Of<'time_refused'>
  | (Of<'received_over'> & { readonly pieces: number })
  /** Some of it is still in the warehouse. */
  | Of<'stock_left'>
  | Of<'waybill_unknown'>
