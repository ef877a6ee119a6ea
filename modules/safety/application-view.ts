import { sql } from 'kysely'
import { reaches } from '@tingzhou/access'
import { offerMoves } from '@tingzhou/casework'
import { containing } from '@tingzhou/db'
import { keysetPage } from '@tingzhou/http'
import { listFiles } from '@tingzhou/files'
import { assert, type EpochMs } from '@tingzhou/kernel'
import { hasRole, type Actor } from '@tingzhou/parties'
import { waitsFor } from '@tingzhou/process'
import type { z } from 'zod'
import type { ApplicationDetail, applicationContract } from './application-contract.ts'
import type { Application } from './application-process.ts'
import { applicationMovable } from './application-moves.ts'
import { scoringNodes, standOf, type Stand } from './application-stand.ts'
import { listOf, readList } from './list-store.ts'
import { readNames } from './names.ts'
import { readPanel, readRecusals } from './panel.ts'
import type { RuleSet } from './rule-set.ts'
import { readRules } from './rules-store.ts'
import { scoreMarks } from './score.ts'
import type { CaseDeps } from '@tingzhou/casework'
import { publicStates } from './words.ts'

export type Reader = { readonly deps: CaseDeps; readonly actor: Actor }

type Schema<P> = P extends { readonly '~orpc': { readonly inputSchema?: infer S } }
  ? S extends z.ZodType
    ? z.output<S>
    : never
  : never
type ListInput = Schema<typeof applicationContract.list>

const readable = ({ deps, actor }: Reader) =>
  deps.db
    .selectFrom('review_application')
    .where('review_application.zone_id', '=', deps.zoneId)
    .where(reaches(actor, 'review_application', { zoneId: deps.zoneId, objectId: sql.ref('review_application.id') }))

/** A page of the applications that the reader reaches. */
export async function listApplications(reader: Reader, input: ListInput) {
  const { deps, actor } = reader
  const waits = sql<boolean>`${waitsFor(deps.zoneId, actor, sql<string>`review_application.id`)}`
  let query = readable(reader)
  if (input.campaignId) query = query.where('campaign_id', '=', input.campaignId)
  if (input.state) query = query.where('state', '=', input.state)
  if (input.enterpriseId) query = query.where('enterprise_id', '=', input.enterpriseId)
  if (input.areaId) query = query.where('area_id', '=', input.areaId)
  if (input.mine) query = query.where(waits)
  if (input.q) {
    const like = containing(input.q)
    query = query.where((eb) => eb.or([eb('team', 'ilike', like), eb('no', 'ilike', like)]))
  }
  const counted = await query.select((eb) => eb.fn.countAll<number>().as('n')).executeTakeFirst()
  const page = await keysetPage(
    query
      .select([
        'id',
        'no',
        'state',
        'team',
        'enterprise_id',
        'area_id',
        'campaign_id',
        'submitted_at',
        'due_at',
        'next_step',
        'synthetic',
        'created_at',
      ])
      .select(waits.as('waits')),
    [
      { ref: sql.ref('created_at'), order: 'desc', kind: 'instant', read: (row) => row.created_at },
      { ref: sql.ref('id'), order: 'desc', kind: 'string', read: (row) => row.id },
    ],
    input,
  )
  const nameOf = await readNames(
    deps.db,
    deps.zoneId,
    page.rows.flatMap((row) => [row.enterprise_id, row.area_id]),
  )
  const campaigns = await campaignNames(
    reader,
    page.rows.map((row) => row.campaign_id),
  )
  return {
    rows: page.rows.map((row) => ({
      id: row.id,
      no: row.no,
      state: row.state,
      team: row.team,
      enterprise: nameOf(row.enterprise_id),
      area: nameOf(row.area_id),
      campaign: { id: row.campaign_id, name: campaigns.get(row.campaign_id) ?? '–' },
      submittedAt: row.submitted_at,
      dueAt: row.due_at,
      leftSeconds: leftUntil(row.due_at, deps.clock()),
      nextStep: row.next_step,
      waitsForMe: Boolean(row.waits),
      synthetic: row.synthetic,
    })),
    next: page.next,
    total: Number(counted?.n ?? 0),
  }
}

/** Whole seconds until an instant, by the clock of the zone and not by the reader's. Pure. */
const leftUntil = (dueAt: EpochMs | null, now: EpochMs): number | null =>
  dueAt === null ? null : Math.round((dueAt - now) / 1_000)

async function campaignNames({ deps }: Reader, ids: readonly string[]): Promise<ReadonlyMap<string, string>> {
  if (ids.length === 0) return new Map()
  const rows = await deps.db
    .selectFrom('review_campaign')
    .select(['id', 'name'])
    .where('zone_id', '=', deps.zoneId)
    .where('id', 'in', [...new Set(ids)])
    .execute()
  return new Map(rows.map(({ id, name }) => [id, name]))
}

/** One application as the reader may see it; null when it is out of reach. */
export async function findApplication(reader: Reader, id: string): Promise<z.infer<typeof ApplicationDetail> | null> {
  const { deps, actor } = reader
  const { db, zoneId } = deps
  const found = await readable(reader)
    .selectAll('review_application')
    .select(sql<boolean>`${waitsFor(zoneId, actor, sql<string>`review_application.id`)}`.as('waits'))
    .where('id', '=', id)
    .executeTakeFirst()
  if (!found) return null
  const { waits, ...row } = found
  const campaign = await db
    .selectFrom('review_campaign')
    .select(['name', 'state', 'list_version'])
    .where('zone_id', '=', zoneId)
    .where('id', '=', row.campaign_id)
    .executeTakeFirst()
  assert(campaign, 'an application belongs to a campaign')
  const rules = await readRules(db, zoneId, row.campaign_id, row.rules_version)
  const scores = await readScores(reader, row)
  const stand = await readStand(reader, row, rules, scores)
  const isPublic = publicStates.includes(campaign.state)
  const shown = scores.filter((score) => mayReadScore(actor, stand, isPublic, score.reviewer_id))
  const official = shown.length === scores.length
  const list = isPublic ? await readList(db, zoneId, row.campaign_id, campaign.list_version) : null
  const placed = list ? listOf(list).rows.find((one) => one.id === row.id) : undefined
  const nameOf = await readNames(db, zoneId, [row.enterprise_id, row.area_id, row.department_id])
  const selfScore = row.self_centi === null ? null : scoreMarks(rules.sheet, row.self_marks)
  return {
    id: row.id,
    no: row.no,
    state: row.state,
    team: row.team,
    enterprise: nameOf(row.enterprise_id),
    area: nameOf(row.area_id),
    campaign: { id: row.campaign_id, name: campaign.name },
    submittedAt: row.submitted_at,
    dueAt: row.due_at,
    leftSeconds: leftUntil(row.due_at, deps.clock()),
    nextStep: row.next_step,
    waitsForMe: Boolean(waits),
    synthetic: row.synthetic,
    rev: row.rev,
    leader: row.leader,
    members: row.members,
    department: row.department_id === null ? null : nameOf(row.department_id),
    periodFrom: row.period_from,
    periodTo: row.period_to,
    round: row.round,
    reason: row.reason,
    rulesVersion: row.rules_version,
    rules,
    campaignState: campaign.state,
    self: {
      marks: row.self_marks,
      words: row.self_words,
      score: selfScore?.ok
        ? { totalCenti: selfScore.value.totalCenti, sectionsCenti: [...selfScore.value.sectionsCenti] }
        : null,
    },
    scores: shown.map((score) => ({
      id: score.id,
      level: score.level,
      reviewer: hasRole(actor, 'enterprise') ? null : score.reviewer_name,
      mine: score.reviewer_id === actor.accountId,
      marks: score.marks,
      reasons: score.reasons,
      words: score.words,
      totalCenti: score.total_centi,
      at: score.at,
    })),
    scoresHidden: scores.length - shown.length,
    // What the levels came to is the list's once it is public: an objection may have corrected it.
    countyCenti: official ? (placed?.countyCenti ?? row.county_centi) : null,
    prefectureCenti: official ? (placed?.prefectureCenti ?? row.prefecture_centi) : null,
    compositeCenti: official ? (placed?.compositeCenti ?? row.composite_centi) : null,
    vetoes: await readVetoes(reader, row.id),
    placing: placed ? { rank: placed.rank, award: placed.award, prizeFen: placed.prizeFen } : null,
    earlier: await readEarlier(reader, row.enterprise_id),
    moves: offerMoves(applicationMovable, stand, row),
    files: ((await listFiles(db, zoneId, [row.id])).get(row.id) ?? []).map(
      ({ id: fileId, name, mediaType, sizeBytes }) => ({
        id: fileId,
        name,
        mediaType,
        size: sizeBytes,
      }),
    ),
  }
}

const readScores = ({ deps }: Reader, row: Pick<Application, 'id' | 'round'>) =>
  deps.db
    .selectFrom('review_score')
    .select(['id', 'level', 'reviewer_id', 'reviewer_name', 'marks', 'reasons', 'words', 'total_centi', 'at'])
    .where('zone_id', '=', deps.zoneId)
    .where('application_id', '=', row.id)
    .where('round', '=', row.round)
    .orderBy('at')
    .orderBy('id')
    .execute()

type StoredScore = Awaited<ReturnType<typeof readScores>>[number]

async function readStand(
  { deps, actor }: Reader,
  row: Application,
  rules: RuleSet,
  scores: readonly StoredScore[],
): Promise<Stand> {
  const { db, zoneId } = deps
  const tasks = await db
    .selectFrom('process_task')
    .select(['assignee_id'])
    .where('zone_id', '=', zoneId)
    .where('business_id', '=', row.id)
    .where('state', '=', 'open')
    .where('node_id', 'in', scoringNodes)
    .execute()
  return standOf(actor, {
    application: row,
    panel: await readPanel(db, zoneId, row.campaign_id),
    reviewed: {
      areaId: row.area_id,
      departmentId: row.department_id,
      enterpriseId: row.enterprise_id,
      recusedIds: await readRecusals(db, zoneId, row.id),
    },
    scores: scores.map((score) => ({ reviewerId: score.reviewer_id, level: score.level })),
    asked: tasks.map((task) => task.assignee_id),
    rules,
  })
}

/**
 * The own score always; others' not before the own is given, and the enterprise not before the list is public. Pure.
 */
function mayReadScore(actor: Actor, stand: Stand, isPublic: boolean, reviewerId: string): boolean {
  if (reviewerId === actor.accountId) return true
  if (stand.blind) return false
  return isPublic || !hasRole(actor, 'enterprise')
}

async function readVetoes({ deps }: Reader, id: string) {
  const rows = await deps.db
    .selectFrom('review_veto')
    .select(['item', 'facts', 'happened_on as happenedOn'])
    .where('zone_id', '=', deps.zoneId)
    .where('application_id', '=', id)
    .orderBy('at')
    .limit(100)
    .execute()
  return rows
}

const readEarlier = ({ deps }: Reader, enterpriseId: string) =>
  deps.db
    .selectFrom('honour')
    .select(['id', 'year', 'team', 'award', 'state'])
    .where('zone_id', '=', deps.zoneId)
    .where('enterprise_id', '=', enterpriseId)
    .orderBy('year', 'desc')
    .orderBy('rank')
    .limit(50)
    .execute()
