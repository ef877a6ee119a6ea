import type { Selectable } from 'kysely'
import { appendHistory } from '@tingzhou/audit'
import { localDateOf } from '@tingzhou/calendar'
import { at, expectRevision, type Tables, type Tx } from '@tingzhou/db'
import { addToOutbox } from '@tingzhou/events'
import { assert, err, ok, type Result } from '@tingzhou/kernel'
import { hasRole, type Actor } from '@tingzhou/parties'
import type { Changed } from './application.ts'
import { officeRoles } from './application-stand.ts'
import { addYears } from './day.ts'
import type { ReviewError } from './errors.ts'
import type { RankedList } from './recompute.ts'
import type { CaseDeps } from '@tingzhou/casework'
import './tables.ts'

export type Honour = Selectable<Tables['honour']>

/** Enters the awarded teams of a confirmed list into the register 荣誉档案. @returns how many */
export async function awardHonours(
  tx: Tx,
  deps: CaseDeps,
  campaign: { readonly id: string; readonly year: number; readonly synthetic: boolean },
  list: RankedList,
  validYears: number,
): Promise<number> {
  const won = list.rows.filter(({ award }) => award !== null)
  if (won.length === 0) return 0
  const teams = await tx
    .selectFrom('review_application')
    .select(['id', 'team', 'leader', 'enterprise_id', 'area_id'])
    .where('zone_id', '=', deps.zoneId)
    .where(
      'id',
      'in',
      won.map(({ id }) => id),
    )
    .execute()
  const now = at(deps.clock())
  const today = localDateOf(deps.clock())
  const rows = won.map((row) => {
    const team = teams.find(({ id }) => id === row.id)
    assert(team && row.award, 'an awarded team applied')
    return {
      zone_id: deps.zoneId,
      id: deps.newId(),
      campaign_id: campaign.id,
      application_id: row.id,
      enterprise_id: team.enterprise_id,
      area_id: team.area_id,
      year: campaign.year,
      rank: row.rank,
      award: row.award,
      team: team.team,
      leader: team.leader,
      certificate_no: certificateNo(campaign, row.rank),
      valid_from: today,
      valid_to: addYears(today, validYears),
      prize_fen: row.prizeFen,
      leader_fen: row.leaderFen,
      team_fen: row.teamFen,
      checked_on: null,
      synthetic: campaign.synthetic,
      created_at: now,
      updated_at: now,
    }
  })
  await tx.insertInto('honour').values(rows).execute()
  return rows.length
}

/** `AB-2026-3F2A-001`: year, the campaign's last four characters, place. Pure. */
export const certificateNo = (campaign: { readonly id: string; readonly year: number }, rank: number): string =>
  `AB-${campaign.year}-${campaign.id.slice(-4).toUpperCase()}-${String(rank).padStart(3, '0')}`

export type HonourAct =
  | { readonly act: 'check'; readonly id: string; readonly rev: number; readonly words: string }
  | { readonly act: 'withdraw'; readonly id: string; readonly rev: number; readonly reason: string }

/** The yearly re-check, or the withdrawal after a veto event; both stay in the history. */
export async function keepHonour(
  tx: Tx,
  deps: CaseDeps,
  actor: Actor,
  input: HonourAct,
): Promise<Result<Changed, ReviewError>> {
  if (!hasRole(actor, ...officeRoles)) return err({ kind: 'not_allowed', move: input.act, reason: 'office_only' })
  const honour = await tx
    .selectFrom('honour')
    .select(['rev', 'state', 'enterprise_id'])
    .where('zone_id', '=', deps.zoneId)
    .where('id', '=', input.id)
    .forUpdate()
    .executeTakeFirst()
  if (!honour) return err({ kind: 'honour_not_found' })
  const fresh = expectRevision(honour.rev, input.rev)
  if (!fresh.ok) return fresh
  if (honour.state !== 'valid') return err({ kind: 'honour_state', field: 'id', value: input.id, state: honour.state })
  const now = deps.clock()
  const patch =
    input.act === 'check'
      ? { checked_on: localDateOf(now) }
      : { state: 'withdrawn' as const, withdrawn_reason: input.reason }
  await tx
    .updateTable('honour')
    .set({ ...patch, updated_at: at(now), rev: honour.rev + 1 })
    .where('zone_id', '=', deps.zoneId)
    .where('id', '=', input.id)
    .execute()
  const object = { objectKind: 'honour', objectId: input.id, at: now }
  await appendHistory(tx, deps.zoneId, [
    {
      ...object,
      verb: input.act === 'check' ? 'recheck' : 'withdraw_honour',
      actorId: actor.accountId,
      actorName: actor.name,
      public: true,
      reason: input.act === 'check' ? input.words : input.reason,
    },
  ])
  await addToOutbox(tx, deps.zoneId, [
    {
      ...object,
      type: input.act === 'check' ? 'safety.honour_checked' : 'safety.honour_withdrawn',
      to: [honour.enterprise_id],
    },
  ])
  return ok({ id: input.id, rev: honour.rev + 1 })
}
