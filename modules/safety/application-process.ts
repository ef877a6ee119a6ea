import { sql } from 'kysely'
import type { Selectable } from 'kysely'
import { grantReach } from '@tingzhou/access'
import { executeTogether, type Tx, type WriteBatch } from '@tingzhou/db'
import { assert, epochMs } from '@tingzhou/kernel'
import {
  instanceJson,
  openInstance,
  type Cause,
  type LoadedInstance,
  type Played,
  type ProcessHost,
  type Vars,
} from '@tingzhou/process'
import { needsMore } from './panel-score.ts'
import { eligibleFor, readPanel, readRecusals, type Reviewed } from './panel.ts'
import { levelsOf } from './recompute.ts'
import type { Deadline, Level } from './review-rules.ts'
import { readRules } from './rules-store.ts'
import { readTeams } from './stored-teams.ts'
import type { ApplicationTable } from './tables.ts'
import { change, closeUnit, say, takeInstance, tell, unitOf, type SafetyDeps, type Unit } from './unit.ts'
import type { ApplicationState } from './words.ts'

export type Application = Selectable<ApplicationTable>
export type ApplicationUnit = Unit<Application>

/** Locks an application and reads its process; null when there is none. */
export async function openApplication(
  tx: Tx,
  deps: SafetyDeps,
  id: string,
  cause: Cause,
  batch?: WriteBatch,
): Promise<ApplicationUnit | null> {
  const [[row], [found]] = await executeTogether(
    tx,
    tx.selectFrom('review_application').selectAll().where('zone_id', '=', deps.zoneId).where('id', '=', id).forUpdate(),
    sql<{ instance: LoadedInstance | null }>`select
      ${instanceJson(deps.zoneId, { kind: 'review_application', id })} as instance`,
  )
  if (!row) return null
  return unitOf(deps, 'review_application', row, cause, {
    ...(batch ? { batch } : {}),
    instance: found?.instance ? openInstance(found.instance) : null,
  })
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
export const reviewHost = (deps: SafetyDeps): ProcessHost<ApplicationUnit> => ({
  key: 'review',
  businessKind: 'review_application',
  file: 'modules/safety/processes/review.bpmn',
  handlers: {
    'safety.remind': remind,
    'safety.compare': compare,
    'safety.closePrefecture': closePrefecture,
    'safety.settleScore': settleScore,
  },
  lock: (tx, businessId, cause) => openApplication(tx, deps, businessId, cause),
  taskParty: (task, { row }) => {
    if (task.roles.includes('enterprise')) return row.enterprise_id
    return task.nodeId === 'county_decide' ? row.area_id : null
  },
  taskAssignee: (task) => (typeof task.vars.reviewer === 'string' ? task.vars.reviewer : null),
  instance: takeInstance,
  batch: (unit) => unit.batch,
  settle,
})

function settle(_tx: Tx, unit: ApplicationUnit, played: Played): void {
  const marks = played.effects.flatMap((effect) => (effect.kind === 'marked' ? [effect.state] : []))
  // The drawing's marks are states of the contract: checked at deployment by the tests of the shipped drawing.
  const state = (marks.at(-1) as ApplicationState | undefined) ?? unit.row.state
  const due = played.vars[dueOfState[state] ?? '']
  change(unit, {
    state,
    due_at: typeof due === 'number' ? epochMs(due) : null,
    next_step: played.openTasks[0]?.nodeId ?? null,
  })
  if (state === 'lapsed') say(unit, { verb: 'lapse', public: true })
  if (state !== unit.before.state) tell(unit, 'application_moved', concerned(unit), { from: unit.before.state })
  closeUnit(unit)
}

/** The parties that a change concerns: the enterprise and its county. */
export const concerned = ({ row }: ApplicationUnit): readonly string[] => [row.enterprise_id, row.area_id]

async function remind(_tx: Tx, unit: ApplicationUnit): Promise<Vars> {
  say(unit, { verb: 'remind', public: true, data: { state: unit.row.state } })
  tell(unit, 'application_reminded', concerned(unit), { step: unit.row.next_step })
  return {}
}

/** What the reviewers of the prefecture gave so far, in this round. */
async function prefectureTotals(tx: Tx, { deps, row }: ApplicationUnit): Promise<readonly number[]> {
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

const rulesOf = (tx: Tx, { deps, row }: ApplicationUnit) =>
  readRules(tx, deps.zoneId, row.campaign_id, row.rules_version)

/** One more reviewer while there are fewer than two scores, or two too far apart; who may be it then sees the team. */
async function compare(tx: Tx, unit: ApplicationUnit): Promise<Vars> {
  const { gapCenti } = await rulesOf(tx, unit)
  if (!needsMore(await prefectureTotals(tx, unit), gapCenti)) return { next: 'done' }
  const { deps, row } = unit
  const eligible = eligibleFor(
    await readPanel(tx, deps.zoneId, row.campaign_id),
    'prefecture',
    await reviewedOf(tx, unit),
  )
  await grantReach(
    tx,
    deps.zoneId,
    eligible.map((partyId) => ({
      objectKind: 'review_application',
      objectId: row.id,
      partyId,
      relation: 'person' as const,
    })),
  )
  say(unit, { verb: 'more_reviewers', data: {} })
  tell(unit, 'reviewer_wanted', eligible)
  return { next: 'more' }
}

/** What decides who may review the team. One statement. */
export async function reviewedOf(tx: Tx, { deps, row }: ApplicationUnit): Promise<Reviewed> {
  return {
    areaId: row.area_id,
    departmentId: row.department_id,
    enterpriseId: row.enterprise_id,
    recusedIds: await readRecusals(tx, deps.zoneId, row.id),
  }
}

/** The level is over: what was given counts when it is enough. */
async function closePrefecture(tx: Tx, unit: ApplicationUnit): Promise<Vars> {
  const { gapCenti } = await rulesOf(tx, unit)
  return { enough: !needsMore(await prefectureTotals(tx, unit), gapCenti) }
}

async function settleScore(tx: Tx, unit: ApplicationUnit): Promise<Vars> {
  const { deps, row } = unit
  const [team] = await readTeams(tx, deps.zoneId, row.campaign_id, { id: row.id })
  assert(team, 'the application was submitted')
  const levels = levelsOf(team)
  change(unit, {
    county_centi: levels.countyCenti,
    prefecture_centi: levels.prefectureCenti,
    composite_centi: levels.compositeCenti,
    vetoes: levels.vetoes,
  })
  say(unit, {
    verb: 'settle',
    public: true,
    data: { self: levels.selfCenti, county: levels.countyCenti, prefecture: levels.prefectureCenti },
  })
  return { vetoed: levels.vetoes.length > 0 }
}
