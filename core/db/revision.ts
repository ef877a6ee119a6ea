import { err, ok, type Result } from '@tingzhou/kernel'

/** The writer looked at an older row than the one that stands now. */
export type StaleRevision = { readonly kind: 'stale_revision'; readonly expected: number; readonly actual: number }

/**
 * Refuses a write that was made on an older view of the row.
 * @param actual    the revision of the locked row
 * @param expected  the revision that the writer saw
 * Source: own. O(1).
 */
export function expectRevision(actual: number, expected: number): Result<void, StaleRevision> {
  return actual === expected ? ok(undefined) : err({ kind: 'stale_revision', expected, actual })
}
