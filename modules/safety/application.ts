import { beginCase, dossierOf, grant, say, tell, type CaseDeps } from '@tingzhou/casework'
import { at, flushBatch, jsonb, type Tx } from '@tingzhou/db'
import { assert, err, ok, type Result } from '@tingzhou/kernel'
import { findParties, partiesOf, type Actor } from '@tingzhou/parties'
import { applicationKind, applicationPlay, concerned, freshVars, type Application } from './application-process.ts'
import { isoOf } from './day.ts'
import type { ReviewError } from './errors.ts'
import { deadlinesOf } from './review-rules.ts'
import { readRules } from './rules-store.ts'

export type NewApplication = {
  readonly campaignId: string
  readonly enterpriseId: string
  readonly departmentId: string | null
  readonly team: string
  readonly leader: string
  readonly members: number
  readonly periodFrom: string
  readonly periodTo: string
  readonly synthetic: boolean
}

export type Changed = { readonly id: string; readonly rev: number }

/** An enterprise enters a team for a campaign; from then on the self-evaluation is due. */
export async function apply(
  tx: Tx,
  deps: CaseDeps,
  actor: Actor,
  input: NewApplication,
): Promise<Result<Changed & { readonly no: string }, ReviewError>> {
  if (!partiesOf(actor, 'enterprise').includes(input.enterpriseId))
    return err({ kind: 'not_allowed', move: 'apply', reason: 'enterprise_only' })
  // The lock numbers applications without gaps and keeps the ranking from passing one by.
  const campaign = await tx
    .selectFrom('review_campaign')
    .select(['state', 'rules_version', 'applications', 'year'])
    .where('zone_id', '=', deps.zoneId)
    .where('id', '=', input.campaignId)
    .forUpdate()
    .executeTakeFirst()
  if (!campaign) return err({ kind: 'campaign_not_found' })
  if (campaign.state !== 'open')
    return err({ kind: 'not_in_state', move: 'apply', state: campaign.state, rule: 'open', states: ['open'] })
  const rules = await readRules(tx, deps.zoneId, input.campaignId, campaign.rules_version)
  const deadlines = deadlinesOf(rules)
  const now = deps.clock()
  if (now >= deadlines.self.closeAt)
    return err({
      kind: 'level_closed',
      field: 'campaignId',
      value: input.campaignId,
      level: 'self',
      closedAt: isoOf(deadlines.self.closeAt),
    })
  const place = await checkParties(tx, deps, input)
  if (!place.ok) return place
  const no = `${campaign.year}-${String(campaign.applications + 1).padStart(3, '0')}`
  const row = await insertApplication(tx, deps, actor, input, {
    no,
    areaId: place.value,
    rulesVersion: campaign.rules_version,
  })
  await tx
    .updateTable('review_campaign')
    .set({ applications: campaign.applications + 1 })
    .where('zone_id', '=', deps.zoneId)
    .where('id', '=', input.campaignId)
    .execute()
  const dossier = dossierOf(deps, applicationKind, row, { by: 'actor', actor, verb: 'apply' })
  grant(dossier, [
    { partyId: input.enterpriseId, relation: 'enterprise' },
    { partyId: place.value, relation: 'area' },
  ])
  say(dossier, { verb: 'apply', public: true, data: { no, rules: campaign.rules_version } })
  tell(dossier, 'application_opened', concerned(dossier))
  const started = await beginCase(tx, applicationPlay, dossier, freshVars(deadlines))
  if (!started.ok) return started
  await flushBatch(tx, dossier.batch)
  return ok({ id: row.id, rev: dossier.row.rev, no })
}

/** @returns the county of the enterprise */
async function checkParties(tx: Tx, deps: CaseDeps, input: NewApplication): Promise<Result<string, ReviewError>> {
  if (input.periodFrom > input.periodTo) return err({ kind: 'period_order', field: 'periodTo', value: input.periodTo })
  const enterprise = await tx
    .selectFrom('enterprise')
    .select(['area_id'])
    .where('zone_id', '=', deps.zoneId)
    .where('id', '=', input.enterpriseId)
    .where('merged_into', 'is', null)
    .executeTakeFirst()
  if (!enterprise?.area_id) return err({ kind: 'unknown_party', field: 'enterpriseId', value: input.enterpriseId })
  if (input.departmentId !== null) {
    const [department] = await findParties(tx, deps.zoneId, [input.departmentId])
    if (department?.kind !== 'department')
      return err({ kind: 'unknown_party', field: 'departmentId', value: input.departmentId })
  }
  const twin = await tx
    .selectFrom('review_application')
    .select('no')
    .where('zone_id', '=', deps.zoneId)
    .where('campaign_id', '=', input.campaignId)
    .where('enterprise_id', '=', input.enterpriseId)
    .where('team', '=', input.team)
    .where('state', 'in', ['draft', 'county', 'returned', 'prefecture', 'scored'])
    .executeTakeFirst()
  return twin ? err({ kind: 'team_applied', field: 'team', value: input.team, no: twin.no }) : ok(enterprise.area_id)
}

async function insertApplication(
  tx: Tx,
  deps: CaseDeps,
  actor: Actor,
  input: NewApplication,
  given: { readonly no: string; readonly areaId: string; readonly rulesVersion: number },
): Promise<Application> {
  const now = at(deps.clock())
  const row = await tx
    .insertInto('review_application')
    .values({
      zone_id: deps.zoneId,
      id: deps.newId(),
      campaign_id: input.campaignId,
      no: given.no,
      state: 'draft',
      team: input.team,
      leader: input.leader,
      members: input.members,
      enterprise_id: input.enterpriseId,
      area_id: given.areaId,
      department_id: input.departmentId,
      period_from: input.periodFrom,
      period_to: input.periodTo,
      rules_version: given.rulesVersion,
      self_marks: jsonb({}),
      vetoes: jsonb([]),
      instance_id: deps.newId(),
      synthetic: input.synthetic,
      created_at: now,
      created_by: actor.accountId,
      updated_at: now,
      updated_by: actor.accountId,
    })
    .returningAll()
    .executeTakeFirst()
  assert(row, 'an insert gives its row')
  return row
}
