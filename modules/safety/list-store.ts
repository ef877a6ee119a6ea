import { createHash } from 'node:crypto'
import { at, type Db, type Tx } from '@tingzhou/db'
import type { EpochMs } from '@tingzhou/kernel'
import { listText, recompute, type RankedList } from './recompute.ts'
import { readRules } from './rules-store.ts'
import { readTeams } from './stored-teams.ts'
import './tables.ts'

export type StoredList = {
  readonly version: number
  readonly at: EpochMs
  readonly why: string
  readonly content: string
  readonly sha256: string
  readonly rulesVersion: number
}

export const sha256Of = (text: string): string => createHash('sha256').update(text).digest('hex')

/** A list of a campaign as it was kept; null when there is none. One statement. */
export async function readList(
  tx: Tx | Db,
  zoneId: string,
  campaignId: string,
  version: number,
): Promise<StoredList | null> {
  const row = await tx
    .selectFrom('review_list')
    .select(['version', 'at', 'why', 'content', 'sha256', 'rules_version as rulesVersion'])
    .where('zone_id', '=', zoneId)
    .where('campaign_id', '=', campaignId)
    .where('version', '=', version)
    .executeTakeFirst()
  return row ?? null
}

/** A kept list as values; only `computeList` writes them. */
export const listOf = (stored: Pick<StoredList, 'content'>): RankedList => JSON.parse(stored.content) as RankedList

/** The list as the stored inputs give it now. */
export async function computeList(
  tx: Tx | Db,
  zoneId: string,
  campaignId: string,
  rulesVersion: number,
): Promise<string> {
  const rules = await readRules(tx, zoneId, campaignId, rulesVersion)
  return listText(recompute(rules, rulesVersion, await readTeams(tx, zoneId, campaignId, 'scored')))
}

/** Computes the list and keeps it as the next version. */
export async function keepList(
  tx: Tx,
  zoneId: string,
  campaign: { readonly id: string; readonly rulesVersion: number; readonly version: number },
  why: string,
  now: EpochMs,
): Promise<RankedList> {
  const content = await computeList(tx, zoneId, campaign.id, campaign.rulesVersion)
  await tx
    .insertInto('review_list')
    .values({
      zone_id: zoneId,
      campaign_id: campaign.id,
      version: campaign.version,
      rules_version: campaign.rulesVersion,
      content,
      sha256: sha256Of(content),
      why,
      at: at(now),
    })
    .execute()
  return listOf({ content })
}

export type Recomputation = {
  readonly version: number
  readonly same: boolean
  readonly storedSha256: string
  readonly computedSha256: string
}

/** Computes the latest list again from what is stored, and compares it byte for byte; null when there is none yet. */
export async function recomputeCampaign(
  tx: Tx | Db,
  zoneId: string,
  campaign: { readonly id: string; readonly listVersion: number },
): Promise<Recomputation | null> {
  const stored = await readList(tx, zoneId, campaign.id, campaign.listVersion)
  if (!stored) return null
  const computed = await computeList(tx, zoneId, campaign.id, stored.rulesVersion)
  return {
    version: stored.version,
    same: computed === stored.content,
    storedSha256: stored.sha256,
    computedSha256: sha256Of(computed),
  }
}
