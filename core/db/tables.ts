import type { ColumnType, Kysely, Transaction } from 'kysely'
import type { EpochMs } from '@tingzhou/kernel'

export type { Generated } from 'kysely'

/**
 * Every table of the zone, by name. A package adds its own in its `tables.ts`:
 * `declare module '@tingzhou/db' { interface Tables { appeal: AppealTable } }`.
 */
// oxlint-disable-next-line typescript/no-empty-interface, typescript/no-empty-object-type -- filled by declaration merging
export interface Tables {}

/** The database outside a transaction: for reads. */
export type Db = Kysely<Tables>
/** One open transaction. */
export type Tx = Transaction<Tables>

/** What JSON can say. */
export type Json = string | number | boolean | null | readonly Json[] | { readonly [key: string]: Json | undefined }

/** A `timestamptz` column: read as milliseconds since the epoch, written through `at`. */
export type Instant = ColumnType<EpochMs, Date, Date>
/** A `jsonb` column: read as a value, written through `jsonb`. */
export type Jsonb<T> = ColumnType<T, string, string>

/**
 * Writes an instant into a `timestamptz` column.
 * @param ms  milliseconds since the epoch
 * Source: own. O(1).
 */
export const at = (ms: EpochMs): Date => new Date(ms)

/** U+0000 as JSON writes it: an odd number of backslashes before it. */
const nul = /(?<!\\)((?:\\\\)*)\\u0000/g

/**
 * Writes a value into a `jsonb` column; text, so that both drivers send the same bytes.
 * Characters that PostgreSQL cannot store (U+0000) are dropped.
 * Source: own. O(size).
 */
export function jsonb(value: unknown): string {
  const text = JSON.stringify(value ?? null)
  // Few texts have one, and looking for it is far quicker than replacing.
  return text.includes('\\u0000') ? text.replaceAll(nul, '$1') : text
}
