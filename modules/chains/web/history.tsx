import { HistoryTrail, type HistoryRow } from '@tingzhou/ui'
import type { ReactNode } from 'react'

type Change = { readonly field: string; readonly from: unknown; readonly to: unknown }
/** A line of the history of what is changed field by field. */
export type ChangeRow = HistoryRow & { readonly data: unknown }

/** Of a change only: what is entered stands on the page itself. */
function changesOf({ verb, data }: ChangeRow): readonly Change[] {
  if (verb === 'enter' || typeof data !== 'object' || data === null || !('changes' in data)) return []
  // As `changesBetween` writes them.
  return data.changes as readonly Change[]
}

/** What was done to an object, field by field. @param did  where the texts have its verbs @param children  a field that changed */
export function ChangeTrail({
  rows,
  did,
  children,
}: {
  readonly rows: readonly ChangeRow[]
  readonly did: string
  readonly children: (change: Change) => ReactNode
}) {
  return <HistoryTrail rows={rows} did={`chains:${did}`} note={(row) => changesOf(row).map(children)} />
}
