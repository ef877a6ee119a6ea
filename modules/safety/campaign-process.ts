import { sql } from 'kysely'
import type { Selectable } from 'kysely'
import { executeTogether, type Tx, type WriteBatch } from '@tingzhou/db'
import { assert } from '@tingzhou/kernel'
import {
  instanceJson,
  openInstance,
  type Cause,
  type LoadedInstance,
  type Played,
  type ProcessHost,
  type Vars,
} from '@tingzhou/process'
import { awardHonours } from './honour.ts'
import { keepList, listOf, readList } from './list-store.ts'
import { readRules } from './rules-store.ts'
import type { CampaignTable } from './tables.ts'
import { change, closeUnit, say, takeInstance, tell, unitOf, type SafetyDeps, type Unit } from './unit.ts'
import type { CampaignState } from './words.ts'

export type Campaign = Selectable<CampaignTable>
export type CampaignUnit = Unit<Campaign>

/** Locks a campaign and reads its process; null when there is none. */
export async function openCampaign(
  tx: Tx,
  deps: SafetyDeps,
  id: string,
  cause: Cause,
  batch?: WriteBatch,
): Promise<CampaignUnit | null> {
  const [[row], [found]] = await executeTogether(
    tx,
    tx.selectFrom('review_campaign').selectAll().where('zone_id', '=', deps.zoneId).where('id', '=', id).forUpdate(),
    sql<{ instance: LoadedInstance | null }>`select
      ${instanceJson(deps.zoneId, { kind: 'review_campaign', id })} as instance`,
  )
  if (!row) return null
  return unitOf(deps, 'review_campaign', row, cause, {
    ...(batch ? { batch } : {}),
    instance: found?.instance ? openInstance(found.instance) : null,
  })
}

/** Every variable of a fresh campaign. */
export const freshVars = (closesAt: number): Vars => ({
  outcome: null,
  closesAt,
  publicityUntil: null,
  objectionId: null,
})

/** A campaign on its drawn process: `processes/campaign.bpmn`. */
export const campaignHost = (deps: SafetyDeps): ProcessHost<CampaignUnit> => ({
  key: 'campaign',
  businessKind: 'review_campaign',
  file: 'modules/safety/processes/campaign.bpmn',
  handlers: {
    'safety.rank': (tx, unit) => rank(tx, unit, 'ranked'),
    'safety.rerank': (tx, unit) => rank(tx, unit, 'objection'),
    'safety.award': award,
  },
  lock: (tx, businessId, cause) => openCampaign(tx, deps, businessId, cause),
  taskParty: () => null,
  taskAssignee: () => null,
  instance: takeInstance,
  batch: (unit) => unit.batch,
  settle,
})

function settle(_tx: Tx, unit: CampaignUnit, played: Played): void {
  const marks = played.effects.flatMap((effect) => (effect.kind === 'marked' ? [effect.state] : []))
  // The drawing's marks are states of the contract: checked at deployment by the tests of the shipped drawing.
  const state = (marks.at(-1) as CampaignState | undefined) ?? unit.row.state
  change(unit, { state })
  if (state !== unit.before.state) tell(unit, 'campaign_moved', [], { from: unit.before.state })
  closeUnit(unit)
}

/** Ranks what the levels have scored. Applications are locked, so that none becomes scored unseen meanwhile. */
async function rank(tx: Tx, unit: CampaignUnit, why: string): Promise<Vars> {
  const { deps, row, now } = unit
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
  change(unit, { list_version: version })
  say(unit, { verb: why === 'ranked' ? 'rank' : 'rerank', public: true, data: { version, teams: list.rows.length } })
  return {}
}

/** Confirmed: the awarded teams enter the register with their prizes. */
async function award(tx: Tx, unit: CampaignUnit): Promise<Vars> {
  const { deps, row } = unit
  const stored = await readList(tx, deps.zoneId, row.id, row.list_version)
  assert(stored, 'a confirmed campaign has a list')
  const rules = await readRules(tx, deps.zoneId, row.id, stored.rulesVersion)
  const honours = await awardHonours(tx, deps, row, listOf(stored), rules.validYears)
  say(unit, { verb: 'award', public: true, data: { honours } })
  return {}
}
