import type { Selectable } from 'kysely'
import {
  caseHost,
  change,
  grant,
  say,
  tell,
  type CaseDeps,
  type CaseKind,
  type CasePlay,
  type Dossier,
} from '@tingzhou/casework'
import type { Tx } from '@tingzhou/db'
import { assert, epochMs } from '@tingzhou/kernel'
import type { Played, Vars } from '@tingzhou/process'
import { needsMore } from './panel-score.ts'
import { eligibleFor, readPanel, readRecusals, type Reviewed } from './panel.ts'
import { levelsOf } from './recompute.ts'
import type { Deadline, Level } from './review-rules.ts'
import { readRules } from './rules-store.ts'
import { readTeams } from './stored-teams.ts'
import type { ApplicationTable } from './tables.ts'
import type { ApplicationState } from './words.ts'

export type Application = Selectable<ApplicationTable>
export type ApplicationCase = { readonly row: Application; readonly deps: CaseDeps; readonly beside: null }
export type ApplicationDossier = Dossier<ApplicationCase>

export const applicationKind: CaseKind<ApplicationCase> = {
  module: 'safety',
  objectKind: 'review_application',
  table: 'review_application',
  documents: ['self_marks', 'vetoes'],
  isPublic: false,
}

/** Every variable of a fresh application; expressions of the drawing never meet an unknown name. */
export const freshVars = (deadlines: Readonly<Record<Level, Deadline>>): Vars => ({
  outcome: null,
  next: null,
  enough: false,
  vetoed: false,
  countyReviewers: [],
  prefectureReviewers: [],
  selfDueAt: deadlines.self.dueAt,
  selfCloseAt: deadlines.self.closeAt,
  countyDueAt: deadlines.county.dueAt,
  countyCloseAt: deadlines.county.closeAt,
  prefectureDueAt: deadlines.prefecture.dueAt,
  prefectureCloseAt: deadlines.prefecture.closeAt,
})

const dueOfState: Partial<Record<ApplicationState, string>> = {
  draft: 'selfDueAt',
  returned: 'selfDueAt',
  county: 'countyDueAt',
  prefecture: 'prefectureDueAt',
}

/** A team's application on its drawn process: `processes/review.bpmn`. */
export const applicationPlay: CasePlay<ApplicationCase> = {
  kind: applicationKind,
  key: 'review',
  file: 'modules/safety/processes/review.bpmn',
  handlers: {
    'safety.remind': remind,
    'safety.compare': compare,
    'safety.closePrefecture': closePrefecture,
    'safety.settleScore': settleScore,
  },
  taskParty: (task, { row }) => {
    if (task.roles.includes('enterprise')) return row.enterprise_id
    return task.nodeId === 'county_decide' ? row.area_id : null
  },
  taskAssignee: (task) => (typeof task.vars.reviewer === 'string' ? task.vars.reviewer : null),
  settle,
}

export const reviewHost = (deps: CaseDeps) => caseHost(deps, applicationPlay)

function settle(_tx: Tx, dossier: ApplicationDossier, played: Played): void {
  const { row, before } = dossier
  const { state } = row
  const due = played.vars[dueOfState[state] ?? '']
  change(dossier, {
    due_at: typeof due === 'number' ? epochMs(due) : null,
    next_step: played.openTasks[0]?.nodeId ?? null,
  })
  if (state === 'lapsed') say(dossier, { verb: 'lapse', public: true })
  if (state !== before.state) tell(dossier, 'application_moved', concerned(dossier), { from: before.state })
}

/** The parties that a change concerns: the enterprise and its county. */
export const concerned = ({ row }: ApplicationDossier): readonly string[] => [row.enterprise_id, row.area_id]

async function remind(_tx: Tx, dossier: ApplicationDossier): Promise<Vars> {
  say(dossier, { verb: 'remind', public: true, data: { state: dossier.row.state } })
  tell(dossier, 'application_reminded', concerned(dossier), { step: dossier.row.next_step })
  return {}
}

/** What the reviewers of the prefecture gave so far, in this round. */
async function prefectureTotals(tx: Tx, { deps, row }: ApplicationDossier): Promise<readonly number[]> {
  const rows = await tx
    .selectFrom('review_score')
    .select('total_centi')
    .where('zone_id', '=', deps.zoneId)
    .where('application_id', '=', row.id)
    .where('level', '=', 'prefecture')
    .where('round', '=', row.round)
    .execute()
  return rows.map((score) => score.total_centi)
}

/** The rules that the application began with. */
export const rulesOf = (tx: Tx, { deps, row }: ApplicationDossier) =>
  readRules(tx, deps.zoneId, row.campaign_id, row.rules_version)

/** One more reviewer while there are fewer than two scores, or two too far apart; who may be it then sees the team. */
async function compare(tx: Tx, dossier: ApplicationDossier): Promise<Vars> {
  const { gapCenti } = await rulesOf(tx, dossier)
  if (!needsMore(await prefectureTotals(tx, dossier), gapCenti)) return { next: 'done' }
  const { deps, row } = dossier
  const eligible = eligibleFor(
    await readPanel(tx, deps.zoneId, row.campaign_id),
    'prefecture',
    await reviewedOf(tx, dossier),
  )
  letSee(dossier, eligible)
  say(dossier, { verb: 'more_reviewers', data: {} })
  tell(dossier, 'reviewer_wanted', eligible)
  return { next: 'more' }
}

/** Reviewers see the team from then on. */
export const letSee = (dossier: ApplicationDossier, accountIds: readonly string[]) =>
  grant(
    dossier,
    accountIds.map((partyId) => ({ partyId, relation: 'person' })),
  )

/** What decides who may review the team. One statement. */
export async function reviewedOf(tx: Tx, { deps, row }: ApplicationDossier): Promise<Reviewed> {
  return {
    areaId: row.area_id,
    departmentId: row.department_id,
    enterpriseId: row.enterprise_id,
    recusedIds: await readRecusals(tx, deps.zoneId, row.id),
  }
}

/** The level is over: what was given counts when it is enough. */
async function closePrefecture(tx: Tx, dossier: ApplicationDossier): Promise<Vars> {
  const { gapCenti } = await rulesOf(tx, dossier)
  return { enough: !needsMore(await prefectureTotals(tx, dossier), gapCenti) }
}

async function settleScore(tx: Tx, dossier: ApplicationDossier): Promise<Vars> {
  const { deps, row } = dossier
  const [team] = await readTeams(tx, deps.zoneId, row.campaign_id, { id: row.id })
  assert(team, 'the application was submitted')
  const levels = levelsOf(team)
  change(dossier, {
    county_centi: levels.countyCenti,
    prefecture_centi: levels.prefectureCenti,
    composite_centi: levels.compositeCenti,
    vetoes: levels.vetoes,
  })
  say(dossier, {
    verb: 'settle',
    public: true,
    data: { self: levels.selfCenti, county: levels.countyCenti, prefecture: levels.prefectureCenti },
  })
  return { vetoed: levels.vetoes.length > 0 }
}
