import { sql } from 'kysely'
import type { Db, Tx } from '@tingzhou/db'
import { listMemberships, type Role } from '@tingzhou/parties'
import type { PanelLevel } from './words.ts'
import './tables.ts'

/** A reviewer of a campaign and what ties the person has. */
export type PanelMember = {
  readonly accountId: string
  readonly level: PanelLevel
  readonly areaId: string | null
  /** Departments for which the person works or sits on the panel. */
  readonly departmentIds: readonly string[]
  /** Enterprises for which the person speaks. */
  readonly enterpriseIds: readonly string[]
}

/** What decides whether somebody may review a team. */
export type Reviewed = {
  readonly areaId: string
  readonly departmentId: string | null
  readonly enterpriseId: string
  readonly recusedIds: readonly string[]
}

export type Conflict = 'own_department' | 'own_enterprise' | 'recused'

/** Why a reviewer must not review this team; null when nothing stands against it. Pure. O(ties). */
export function conflictOf(member: PanelMember, reviewed: Reviewed): Conflict | null {
  if (reviewed.departmentId !== null && member.departmentIds.includes(reviewed.departmentId)) return 'own_department'
  if (member.enterpriseIds.includes(reviewed.enterpriseId)) return 'own_enterprise'
  return reviewed.recusedIds.includes(member.accountId) ? 'recused' : null
}

/** The members of a level, of the team's county at the first selection. Pure. O(members). */
export const membersFor = (
  panel: readonly PanelMember[],
  level: PanelLevel,
  reviewed: Reviewed,
): readonly PanelMember[] =>
  panel.filter((member) => member.level === level && (level === 'prefecture' || member.areaId === reviewed.areaId))

/** Those of them whom nothing keeps from reviewing. Pure. O(members). */
export const eligibleFor = (panel: readonly PanelMember[], level: PanelLevel, reviewed: Reviewed): readonly string[] =>
  membersFor(panel, level, reviewed)
    .filter((member) => conflictOf(member, reviewed) === null)
    .map(({ accountId }) => accountId)

/** The few with the least work so far, by account where it is equal. Pure. O(n log n). */
export const leastLoaded = (
  eligible: readonly string[],
  load: ReadonlyMap<string, number>,
  count: number,
): readonly string[] =>
  eligible.toSorted((a, b) => (load.get(a) ?? 0) - (load.get(b) ?? 0) || (a < b ? -1 : 1)).slice(0, count)

const officers: readonly Role[] = ['dept_head', 'dept_officer', 'window_officer']

/** The panel of a campaign with the ties that its members have now. Two statements. */
export async function readPanel(tx: Tx | Db, zoneId: string, campaignId: string): Promise<readonly PanelMember[]> {
  const rows = await tx
    .selectFrom('review_panel')
    .select(['account_id', 'level', 'area_id', 'department_id'])
    .where('zone_id', '=', zoneId)
    .where('campaign_id', '=', campaignId)
    .orderBy('level')
    .orderBy('account_id')
    .execute()
  const held = await listMemberships(tx, zoneId, { accountIds: [...new Set(rows.map((row) => row.account_id))] })
  const partiesOf = (accountId: string, roles: readonly Role[]) =>
    held.flatMap((one) =>
      one.accountId === accountId && one.partyId !== null && roles.includes(one.role) ? [one.partyId] : [],
    )
  return rows.map((row) => ({
    accountId: row.account_id,
    level: row.level,
    areaId: row.area_id,
    departmentIds: [...partiesOf(row.account_id, officers), ...(row.department_id === null ? [] : [row.department_id])],
    enterpriseIds: partiesOf(row.account_id, ['enterprise']),
  }))
}

/** Who stepped back from a team. One statement. */
export async function readRecusals(tx: Tx | Db, zoneId: string, applicationId: string): Promise<readonly string[]> {
  const rows = await tx
    .selectFrom('review_recusal')
    .select('account_id')
    .where('zone_id', '=', zoneId)
    .where('application_id', '=', applicationId)
    .execute()
  return rows.map((row) => row.account_id)
}

/** How many teams of the campaign each reviewer has been given. One statement. */
export async function readLoad(tx: Tx, zoneId: string, campaignId: string): Promise<ReadonlyMap<string, number>> {
  const rows = await tx
    .selectFrom('reach as r')
    .innerJoin('review_application as a', (join) =>
      join.onRef('a.zone_id', '=', 'r.zone_id').on(sql<boolean>`r.object_id = a.id::text`),
    )
    .select('r.party_id')
    .select((eb) => eb.fn.countAll<number>().as('n'))
    .where('r.zone_id', '=', zoneId)
    .where('r.object_kind', '=', 'review_application')
    .where('r.relation', '=', 'person')
    .where('a.campaign_id', '=', campaignId)
    .groupBy('r.party_id')
    .execute()
  return new Map(rows.map((row) => [row.party_id, Number(row.n)]))
}
