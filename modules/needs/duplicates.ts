import { sql } from 'kysely'
import { reaches } from '@tingzhou/access'
import type { Db } from '@tingzhou/db'
import type { EpochMs } from '@tingzhou/kernel'
import { textSimilarity } from '@tingzhou/names'
import type { Actor } from '@tingzhou/parties'
import type { AppealState } from './words.ts'
import { restingStates } from './words.ts'

/** What of an appeal tells that it is about the same matter as another. */
export type Matter = {
  readonly id: string
  readonly title: string
  readonly body: string
  readonly enterpriseId: string | null
  readonly category: string | null
}
export type Candidate = Matter & { readonly no: string | null; readonly state: AppealState }

/** An open appeal that may be about the same matter; a person decides. */
export type Duplicate = {
  readonly id: string
  readonly no: string | null
  readonly title: string
  readonly state: AppealState
  /** Likeness of the words, 0..1. */
  readonly score: number
  readonly sameEnterprise: boolean
  readonly sameCategory: boolean
}

// Jaccard of character pairs: two people who describe one outage share about half, two outages about a fifth.
export const similarityMin = 0.4
const shown = 10
const comparedLength = 400

/**
 * Finds what may be the same matter: the same enterprise and category, or words that are much alike.
 * Source: casework.md §3 (submit). O(candidates × length).
 */
export function rankDuplicates(matter: Matter, candidates: readonly Candidate[]): readonly Duplicate[] {
  return candidates
    .filter(({ id }) => id !== matter.id)
    .map((one) => ({
      id: one.id,
      no: one.no,
      title: one.title,
      state: one.state,
      score: Math.max(textSimilarity(one.title, matter.title), textSimilarity(wordsOf(one), wordsOf(matter))),
      sameEnterprise: matter.enterpriseId !== null && one.enterpriseId === matter.enterpriseId,
      sameCategory: matter.category !== null && one.category === matter.category,
    }))
    .filter((one) => (one.sameEnterprise && one.sameCategory) || one.score >= similarityMin)
    .toSorted((a, b) => weightOf(b) - weightOf(a) || (a.id < b.id ? -1 : 1))
    .slice(0, shown)
}

const wordsOf = ({ title, body }: Matter): string => `${title} ${body}`.slice(0, comparedLength)
const weightOf = (one: Duplicate): number => one.score + (one.sameEnterprise && one.sameCategory ? 0.5 : 0)

const daysBack = 180
const candidatesMax = 1_500

/** Open appeals of the last 180 days, within the reader's reach, that may be the same matter. Reads at most 1,500, newest first. */
export async function findDuplicates(
  db: Db,
  zoneId: string,
  actor: Actor,
  matter: Matter,
  now: EpochMs,
): Promise<readonly Duplicate[]> {
  const rows = await db
    .selectFrom('appeal as a')
    .select(['a.id', 'a.no', 'a.title', 'a.state', 'a.enterprise_id as enterpriseId', 'a.category'])
    .select(sql<string>`left(a.body, ${comparedLength}::int)`.as('body'))
    .where('a.zone_id', '=', zoneId)
    .where('a.state', 'not in', restingStates)
    .where(sql<boolean>`a.received_at > ${new Date(now - daysBack * 86_400_000)}::timestamptz`)
    .where(reaches(actor, 'appeal', { zoneId, objectId: sql.ref('a.id') }))
    .orderBy(
      sql`a.enterprise_id is not distinct from ${matter.enterpriseId} and a.category is not distinct from ${matter.category}`,
      'desc',
    )
    .orderBy('a.received_at', 'desc')
    .limit(candidatesMax)
    .execute()
  return rankDuplicates(matter, rows)
}
