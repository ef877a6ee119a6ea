import type { Db, Tx } from '@tingzhou/db'
import { assert } from '@tingzhou/kernel'
import type { RuleSet } from './rule-set.ts'
import './tables.ts'

/** The rule sets of a campaign by version. One statement. */
export async function readRuleSets(
  tx: Tx | Db,
  zoneId: string,
  campaignId: string,
): Promise<ReadonlyMap<number, RuleSet>> {
  const rows = await tx
    .selectFrom('review_rules')
    .select(['version', 'content'])
    .where('zone_id', '=', zoneId)
    .where('campaign_id', '=', campaignId)
    .orderBy('version')
    .limit(1_000)
    .execute()
  return new Map(rows.map((row) => [row.version, row.content]))
}

/** One version; rules that something refers to are there. */
export async function readRules(tx: Tx | Db, zoneId: string, campaignId: string, version: number): Promise<RuleSet> {
  const rules = (await readRuleSets(tx, zoneId, campaignId)).get(version)
  assert(rules, `campaign ${campaignId} has rules ${version}`)
  return rules
}
