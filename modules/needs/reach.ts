import { sql, type RawBuilder, type SqlBool } from 'kysely'
import { reachInsert, registerObjectKind, revokeReach, type ObjectPlace } from '@tingzhou/access'
import type { Tx } from '@tingzhou/db'
import type { Actor, Role } from '@tingzhou/parties'
import { write, type Dossier } from './dossier.ts'
import { matchCategory } from './match-category.ts'
import { proposeRoute } from './routing-store.ts'

/** Through what a party reaches an appeal: lists, counts, exports, files and search all ask this (core/access). */
export type Relation = 'enterprise' | 'area' | 'owner' | 'pool' | 'assistant' | 'person' | 'watcher'

/** Whether an appeal is with the callers, or has been: they see nothing before (casework.md §7). O(1). */
const isCalledBack = ({ zoneId, objectId }: ObjectPlace): RawBuilder<SqlBool> => sql<SqlBool>`exists (
  select from appeal called where called.zone_id = ${zoneId} and called.id = (${objectId})::text::uuid
    and called.state in ('callback', 'closed', 'archived'))`

/** Whether an appeal asks for a supplier or a buyer. O(1). */
const asksForMatch = ({ zoneId, objectId }: ObjectPlace): RawBuilder<SqlBool> => sql<SqlBool>`exists (
  select from appeal asked where asked.zone_id = ${zoneId} and asked.id = (${objectId})::text::uuid and asked.category = ${matchCategory})`

/** What callers and chain officers see, each their own part. */
const isForThem = (place: ObjectPlace, actor: Actor): RawBuilder<SqlBool> => {
  const holds = (role: Role) => actor.memberships.some((held) => held.role === role && held.partyId === null)
  const parts = [
    ...(holds('callback_agent') ? [isCalledBack(place)] : []),
    ...(holds('chain_officer') ? [asksForMatch(place)] : []),
  ]
  return sql<SqlBool>`(${sql.join(parts, sql` or `)})`
}

/** Who reads every appeal; everyone else reaches those that concern the own party, callers and chain officers what is for them. */
registerObjectKind('appeal', {
  zoneWide: ['dispatcher', 'supervisor', 'auditor', 'admin', 'leader', 'machine'],
  some: { roles: ['callback_agent', 'chain_officer'], rows: isForThem },
})

/** Lets parties see the appeal. */
export const grantAppealReach = (
  dossier: Dossier,
  rows: readonly { readonly partyId: string; readonly relation: Relation }[],
): void =>
  write(
    dossier,
    reachInsert(
      dossier.deps.zoneId,
      rows.map((row) => ({ ...row, objectKind: 'appeal', objectId: dossier.appeal.id })),
    ),
  )

/** Takes one party's way to the appeal away. One statement. */
export const revokeAppealReach = (
  tx: Tx,
  dossier: Dossier,
  row: { readonly partyId: string; readonly relation: Relation },
): Promise<void> => revokeReach(tx, dossier.deps.zoneId, { ...row, objectKind: 'appeal', objectId: dossier.appeal.id })

/** Takes the appeal out of the sight of the officer who had it, unless the officer raised it. At most one statement. */
export async function releaseAssignee(tx: Tx, dossier: Dossier): Promise<void> {
  const partyId = dossier.order?.assignee_id
  if (!partyId || partyId === dossier.appeal.raised_by) return
  await revokeAppealReach(tx, dossier, { partyId, relation: 'person' })
}

/** Who looks on: the watchers whom the published table names, such as the leader in charge 包联 of a lead firm. */
export async function watchersOf(tx: Tx, { deps, appeal, asked }: Dossier): Promise<readonly string[]> {
  const known = {
    category: appeal.category,
    areaId: appeal.area_id,
    enterpriseId: appeal.enterprise_id,
    nature: appeal.nature,
    severity: appeal.class,
  }
  const route = await proposeRoute(tx, deps, known, asked.routing)
  return route?.watchers.map(({ id }) => id) ?? []
}
