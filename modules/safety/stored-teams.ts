import type { Db, Tx } from '@tingzhou/db'
import { assert } from '@tingzhou/kernel'
import type { StoredTeam } from './recompute.ts'
import { readRuleSets } from './rules-store.ts'
import './tables.ts'

// A campaign has hundreds of teams, not tens of thousands.
const teamsMax = 20_000

/**
 * What is stored about teams, as `recompute` takes it. Five statements.
 * @param of  all teams of the campaign that the levels have scored, or one team while it is being settled
 */
export async function readTeams(
  tx: Tx | Db,
  zoneId: string,
  campaignId: string,
  of: 'scored' | { readonly id: string },
): Promise<readonly StoredTeam[]> {
  const base = tx
    .selectFrom('review_application')
    .select(['id', 'no', 'enterprise_id', 'submitted_at', 'rules_version', 'self_marks', 'round'])
    .where('zone_id', '=', zoneId)
    .where('campaign_id', '=', campaignId)
  const teams = await (of === 'scored' ? base.where('state', '=', 'scored') : base.where('id', '=', of.id))
    .orderBy('no')
    .limit(teamsMax)
    .execute()
  const ids = teams.map(({ id }) => id)
  if (ids.length === 0) return []
  const rules = await readRuleSets(tx, zoneId, campaignId)
  const scores = await tx
    .selectFrom('review_score')
    .select(['application_id', 'level', 'round', 'marks'])
    .where('zone_id', '=', zoneId)
    .where('application_id', 'in', ids)
    .orderBy('at')
    .orderBy('id')
    .execute()
  const vetoes = await tx
    .selectFrom('review_veto')
    .select(['application_id', 'item'])
    .where('zone_id', '=', zoneId)
    .where('application_id', 'in', ids)
    .orderBy('at')
    .orderBy('id')
    .execute()
  const adjustments = await tx
    .selectFrom('review_objection')
    .select(['application_id', 'adjust_centi'])
    .where('zone_id', '=', zoneId)
    .where('application_id', 'in', ids)
    .where('effect', '=', 'adjust')
    .orderBy('decided_at')
    .orderBy('id')
    .execute()
  return teams.map((team) => {
    const own = rules.get(team.rules_version)
    assert(own && team.submitted_at !== null, `team ${team.no} was submitted under rules that are kept`)
    // Marks of a round that was sent back do not count.
    const marks = (level: 'county' | 'prefecture') =>
      scores.flatMap((score) =>
        score.application_id === team.id && score.level === level && score.round === team.round ? [score.marks] : [],
      )
    return {
      id: team.id,
      no: team.no,
      companyId: team.enterprise_id,
      submittedAt: team.submitted_at,
      rules: own,
      self: team.self_marks,
      county: marks('county'),
      prefecture: marks('prefecture'),
      vetoes: vetoes.filter((veto) => veto.application_id === team.id).map(({ item }) => item),
      adjustmentsCenti: adjustments.flatMap((one) =>
        one.application_id === team.id && one.adjust_centi !== null ? [one.adjust_centi] : [],
      ),
    }
  })
}
