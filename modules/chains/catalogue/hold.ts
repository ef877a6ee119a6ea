import { sql } from 'kysely'
import { at, type Tx } from '@tingzhou/db'
import { assert, err, ok, type Result } from '@tingzhou/kernel'
import { hasRole, type Actor } from '@tingzhou/parties'
import type { RecordDeps } from '@tingzhou/records'
import type { ChainsError } from '../problems.ts'
import { keepingRoles } from '../roles.ts'
import '../tables.ts'

/**
 * Takes the zone's catalogue for whoever keeps it, first of all locks of a command: others that change it wait, so that what holds across
 * its rows can be judged; and whoever has it in memory reads it again.
 */
export async function holdCatalogue(
  tx: Tx,
  { zoneId, clock }: RecordDeps,
  actor: Actor,
): Promise<Result<void, ChainsError>> {
  if (!hasRole(actor, ...keepingRoles)) return err({ kind: 'not_permitted' })
  const held = await tx
    .updateTable('chain_catalogue')
    .set({ version: sql`version + 1`, stamp: sql`gen_random_uuid()`, updated_at: at(clock()) })
    .where('zone_id', '=', zoneId)
    .returning('version')
    .executeTakeFirst()
  assert(held, 'a zone has its catalogue from its first start on')
  return ok(undefined)
}

/**
 * The revision of rows that are changed together: none is taken away and each change counts one, so it grows with every change; 0 where there
 * never was one. Pure. O(rows).
 */
export const revOfAll = (rows: readonly { readonly rev: number }[]): number =>
  rows.reduce((all, { rev }) => all + rev, 0)
