import { mayReach } from '@tingzhou/access'
import type { Db, Tx } from '@tingzhou/db'
import { findParties, type Actor } from '@tingzhou/parties'
import { countDuplicates } from './duplicate-list.ts'
import type { Enterprise } from './enterprise-contract.ts'
import { findStored, resolveId, type StoredEnterprise } from './enterprise-rows.ts'

/** The entry that answers for an id, when it is within the reader's reach. */
export async function findReached(
  db: Db | Tx,
  zoneId: string,
  actor: Actor,
  id: string,
): Promise<StoredEnterprise | null> {
  const resolved = await resolveId(db, zoneId, id)
  if (resolved === null || !(await mayReach(db, actor, zoneId, 'enterprise', resolved))) return null
  return (await findStored(db, zoneId, [resolved])).get(resolved) ?? null
}

/** An enterprise with the names of what it points to, or null when it is out of reach. */
export async function viewEnterprise(
  db: Db | Tx,
  zoneId: string,
  actor: Actor,
  id: string,
): Promise<Enterprise | null> {
  const stored = await findReached(db, zoneId, actor, id)
  if (!stored) return null
  const { facts } = stored
  const area = await readArea(db, zoneId, facts.areaId)
  const named = [facts.leaderAccountId, facts.guideAccountId, area?.leadAccountId ?? null].filter((one) => one !== null)
  const names = new Map((await findParties(db, zoneId, named)).map((party) => [party.id, party.name]))
  const nameOf = (account: string | null | undefined) => (account ? (names.get(account) ?? null) : null)
  return {
    id: stored.id,
    ...facts,
    usccStatus: stored.usccStatus,
    usccConfirmed: stored.usccConfirmed,
    area: area && { ...area, leadName: nameOf(area.leadAccountId) },
    industryName: await readIndustryName(db, facts.industry),
    leaderName: nameOf(facts.leaderAccountId),
    guideName: nameOf(facts.guideAccountId),
    synthetic: stored.synthetic,
    mergedInto: stored.mergedInto,
    redirectedFrom: stored.id === id ? null : id,
    duplicates: await countDuplicates(db, zoneId, actor, { enterpriseId: stored.id, state: 'open' }),
    rev: stored.rev,
    createdAt: stored.createdAt,
    createdBy: stored.createdBy,
    updatedAt: stored.updatedAt,
    updatedBy: stored.updatedBy,
  }
}

async function readArea(db: Db | Tx, zoneId: string, areaId: string | null) {
  if (areaId === null) return null
  const area = await db
    .selectFrom('area')
    .select(['id', 'code', 'name', 'lead_account_id as leadAccountId'])
    .where('zone_id', '=', zoneId)
    .where('id', '=', areaId)
    .executeTakeFirst()
  return area ?? null
}

async function readIndustryName(db: Db | Tx, code: string | null): Promise<string | null> {
  if (code === null) return null
  const row = await db.selectFrom('industry').select('name').where('code', '=', code).executeTakeFirst()
  return row?.name ?? null
}
