import type { Selectable } from 'kysely'
import {
  caseHost,
  change,
  say,
  tell,
  type CaseDeps,
  type CaseKind,
  type CasePlay,
  type Dossier,
} from '@tingzhou/casework'
import type { Tx } from '@tingzhou/db'
import { assert } from '@tingzhou/kernel'
import type { Vars } from '@tingzhou/process'
import { awardHonours } from './honour.ts'
import { keepList, listOf, readList } from './list-store.ts'
import { readRules } from './rules-store.ts'
import type { CampaignTable } from './tables.ts'

export type Campaign = Selectable<CampaignTable>
export type CampaignCase = { readonly row: Campaign; readonly deps: CaseDeps; readonly beside: null }
export type CampaignDossier = Dossier<CampaignCase>

export const campaignKind: CaseKind<CampaignCase> = {
  module: 'safety',
  objectKind: 'review_campaign',
  table: 'review_campaign',
  isPublic: false,
}

/** Every variable of a fresh campaign. */
export const freshVars = (closesAt: number): Vars => ({
  outcome: null,
  closesAt,
  publicityUntil: null,
  objectionId: null,
})

/** A campaign on its drawn process: `processes/campaign.bpmn`. */
export const campaignPlay: CasePlay<CampaignCase> = {
  kind: campaignKind,
  key: 'campaign',
  file: 'modules/safety/processes/campaign.bpmn',
  handlers: {
    'safety.rank': (tx, dossier) => rank(tx, dossier, 'ranked'),
    'safety.rerank': (tx, dossier) => rank(tx, dossier, 'objection'),
    'safety.award': award,
  },
  taskParty: () => null,
  settle: (_tx, dossier) => {
    const { row, before } = dossier
    if (row.state !== before.state) tell(dossier, 'campaign_moved', [], { from: before.state })
  },
}

export const campaignHost = (deps: CaseDeps) => caseHost(deps, campaignPlay)

/** Ranks what the levels have scored. Applications are locked, so that none becomes scored unseen meanwhile. */
async function rank(tx: Tx, dossier: CampaignDossier, why: string): Promise<Vars> {
  const { deps, row, now } = dossier
  await tx
    .selectFrom('review_application')
    .select('id')
    .where('zone_id', '=', deps.zoneId)
    .where('campaign_id', '=', row.id)
    .orderBy('id')
    .forUpdate()
    .execute()
  const version = row.list_version + 1
  const campaign = { id: row.id, rulesVersion: row.rules_version, version }
  const list = await keepList(tx, deps.zoneId, campaign, why, now)
  change(dossier, { list_version: version })
  say(dossier, { verb: why === 'ranked' ? 'rank' : 'rerank', public: true, data: { version, teams: list.rows.length } })
  return {}
}

/** Confirmed: the awarded teams enter the register with their prizes. */
async function award(tx: Tx, dossier: CampaignDossier): Promise<Vars> {
  const { deps, row } = dossier
  const stored = await readList(tx, deps.zoneId, row.id, row.list_version)
  assert(stored, 'a confirmed campaign has a list')
  const rules = await readRules(tx, deps.zoneId, row.id, stored.rulesVersion)
  const honours = await awardHonours(tx, deps, row, listOf(stored), rules.validYears)
  say(dossier, { verb: 'award', public: true, data: { honours } })
  return {}
}
