import { grantReach, revokeReach } from '@tingzhou/access'
import type { Tx } from '@tingzhou/db'
import type { Dossier } from './dossier.ts'

/** Through what a party reaches an appeal: lists, counts, exports, files and search all ask this (core/access). */
export type Relation = 'enterprise' | 'area' | 'owner' | 'pool' | 'assistant' | 'person' | 'watcher'

/** Lets parties see the appeal. One statement. */
export const grantAppealReach = (
  tx: Tx,
  dossier: Dossier,
  rows: readonly { readonly partyId: string; readonly relation: Relation }[],
): Promise<void> =>
  grantReach(
    tx,
    dossier.deps.zoneId,
    rows.map((row) => ({ ...row, objectKind: 'appeal', objectId: dossier.appeal.id })),
  )

/** Takes one party's way to the appeal away. One statement. */
export const revokeAppealReach = (
  tx: Tx,
  dossier: Dossier,
  row: { readonly partyId: string; readonly relation: Relation },
): Promise<void> => revokeReach(tx, dossier.deps.zoneId, { ...row, objectKind: 'appeal', objectId: dossier.appeal.id })

/** Who looks on: the leader in charge 包联 of the enterprise, if it has one. */
export async function watchersOf(tx: Tx, dossier: Dossier): Promise<readonly string[]> {
  if (dossier.appeal.enterprise_id === null) return []
  const row = await tx
    .selectFrom('enterprise')
    .select('leader_account_id')
    .where('zone_id', '=', dossier.deps.zoneId)
    .where('id', '=', dossier.appeal.enterprise_id)
    .executeTakeFirst()
  return row?.leader_account_id ? [row.leader_account_id] : []
}
