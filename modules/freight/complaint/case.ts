import type { Selectable } from 'kysely'
import type { CaseDeps, CaseKind, Dossier } from '@tingzhou/casework'
import type { Tables } from '@tingzhou/db'
import './tables.ts'

export type Complaint = Selectable<Tables['freight_complaint']>
export type ComplaintCase = { readonly row: Complaint; readonly deps: CaseDeps; readonly beside: null }

/** One complaint while a step works on it. */
export type ComplaintDossier = Dossier<ComplaintCase>

/** The complaint 投诉: where it lies, what its history and its events say. */
export const complaintKind: CaseKind<ComplaintCase> = {
  module: 'freight',
  objectKind: 'freight_complaint',
  table: 'freight_complaint',
  isPublic: true,
  facts: ({ number }) => ({ number }),
  hearers: ({ party_id, other_party_id, other_account_id }) => [party_id, other_party_id, other_account_id],
}
