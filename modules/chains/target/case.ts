import type { Selectable } from 'kysely'
import type { CaseDeps, CaseKind, Dossier } from '@tingzhou/casework'
import type { Tables } from '@tingzhou/db'
import './tables.ts'

export type TargetRow = Selectable<Tables['chain_target']>
export type TargetCase = { readonly row: TargetRow; readonly deps: CaseDeps; readonly beside: null }

/** One target while a step works on it. */
export type TargetDossier = Dossier<TargetCase>

/** The target 招商目标: where it lies, what its history and its events say. */
export const targetKind: CaseKind<TargetCase> = {
  module: 'chains',
  objectKind: 'chain_target',
  table: 'chain_target',
  isPublic: false,
  facts: ({ chain_code: chain, product_code: product }) => ({ chain, product }),
  hearers: ({ owner_id: ownerId }) => [ownerId],
}
