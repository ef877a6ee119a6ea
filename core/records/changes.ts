import type { Json } from '@tingzhou/db'
import type { EpochMs } from '@tingzhou/kernel'
import type { Actor } from '@tingzhou/parties'

/** What a command answers that saved a row. */
export type Saved = { readonly id: string; readonly rev: number }

type Row = Readonly<Record<string, unknown>>

/**
 * The fields that differ, as history keeps them.
 * @param before  the row as it was, with more columns if need be; `{}`: a new one
 * @param after  the columns that are written
 * @returns `{ changes: [{ field, from, to }] }`, lists and objects as text
 * Source: own. O(fields).
 */
export const changesBetween = (before: Row, after: Row): Json => ({
  changes: Object.entries(after)
    .filter(([field, to]) => JSON.stringify(before[field] ?? null) !== JSON.stringify(to ?? null))
    .map(([field, to]) => ({ field, from: shown(before[field]), to: shown(to) })),
})

function shown(value: unknown): string | number | boolean | null {
  if (value === null || value === undefined) return null
  if (Array.isArray(value)) return value.join(' ')
  if (typeof value === 'object') return JSON.stringify(value)
  return typeof value === 'number' || typeof value === 'boolean' ? value : String(value)
}

/**
 * Columns that say when and by whom a row is written first.
 * Source: own. O(1).
 */
export const writtenBy = (actor: Actor, now: EpochMs) => {
  const when = new Date(now)
  return { created_at: when, created_by: actor.name, updated_at: when, updated_by: actor.name }
}
