import { sql } from 'kysely'
import { change, makeMove, only, say, tell, type CaseDeps, type CaseError } from '@tingzhou/casework'
import type { Movable, MoveStep, Told } from '@tingzhou/casework'
import { at, jsonb, type Tx } from '@tingzhou/db'
import { attachFiles } from '@tingzhou/files'
import { err, ok, type Result } from '@tingzhou/kernel'
import type { Actor } from '@tingzhou/parties'
import type { ApplicationMoveInput } from './application-contract.ts'
import {
  applicationPlay,
  concerned,
  letSee,
  reviewedOf,
  rulesOf,
  type ApplicationCase,
  type ApplicationDossier,
} from './application-process.ts'
import { scoringNodes, standOf, type Stand } from './application-stand.ts'
import { dayMs } from './day.ts'
import type { ReviewError } from './errors.ts'
import { eligibleFor, leastLoaded, readLoad, readPanel } from './panel.ts'
import { deadlinesOf } from './review-rules.ts'
import type { RuleSet } from './rule-set.ts'
import { itemsOf } from './score-sheet.ts'
import { scoreMarks, unexplained } from './score.ts'
import { runningStates, type ApplicationState } from './words.ts'

export type Moved = { readonly id: string; readonly rev: number; readonly state: ApplicationState }

type Step<M extends ApplicationMoveInput['move']> = MoveStep<
  ApplicationCase,
  Stand,
  Extract<ApplicationMoveInput, { move: M }>
>
type Outcome = Promise<Result<Told, ReviewError>>

const applicant = (stand: Stand) => only(stand.applicant, 'enterprise_only')
const reviewer = (stand: Stand) => (stand.reviewer ? null : stand.refused)

/** How people move an application. */
export const applicationMovable: Movable<ApplicationCase, Stand, ApplicationMoveInput, ReviewError, Moved> = {
  play: applicationPlay,
  moves: {
    save: { from: ['draft', 'returned'], may: applicant, run: save },
    submit: { from: ['draft', 'returned'], may: applicant, run: submit },
    score: { from: ['county', 'prefecture'], may: reviewer, run: score },
    decide: { from: ['county'], may: ({ areaLead }) => only(areaLead, 'area_lead_only'), run: decide },
    recuse: { from: ['county', 'prefecture'], may: reviewer, run: recuse },
    veto: { from: runningStates, may: ({ office }) => only(office, 'office_only'), run: veto },
    withdraw: { from: runningStates, may: applicant, run: withdraw },
  },
  standOf: standIn,
  answer: ({ row: { id, rev, state } }) => ({ id, rev, state }),
  stateFirst: true,
  shows: 'all',
  wording,
}

/** Makes a move on an application: one command, one transaction. */
export const moveApplication = (
  deps: CaseDeps,
  actor: Actor,
  id: string,
  input: ApplicationMoveInput,
): Promise<Result<Moved, ReviewError>> => makeMove(deps, actor, applicationMovable, id, input)

/** What keeps a reviewer away is told by its own name. */
function wording(error: CaseError): ReviewError {
  if (error.kind === 'not_found') return { kind: 'application_not_found' }
  if (error.kind !== 'not_allowed') return error
  switch (error.reason) {
    case 'own_department':
    case 'own_enterprise':
    case 'recused':
    case 'scored_already':
      return { kind: error.reason }
    default:
      return error
  }
}

async function standIn(tx: Tx, dossier: ApplicationDossier, actor: Actor): Promise<Stand> {
  const { deps, row } = dossier
  return standOf(actor, {
    application: row,
    panel: await readPanel(tx, deps.zoneId, row.campaign_id),
    reviewed: await reviewedOf(tx, dossier),
    scores: await scoresOf(tx, dossier),
    asked: askedIn(dossier),
    rules: await rulesOf(tx, dossier),
  })
}

async function scoresOf(tx: Tx, { deps, row }: ApplicationDossier) {
  const rows = await tx
    .selectFrom('review_score')
    .select(['reviewer_id', 'level'])
    .where('zone_id', '=', deps.zoneId)
    .where('application_id', '=', row.id)
    .where('round', '=', row.round)
    .execute()
  return rows.map(({ reviewer_id: reviewerId, level }) => ({ reviewerId, level }))
}

/** For whom a score is open, as the process stands. */
const askedIn = ({ instance }: ApplicationDossier): readonly (string | null)[] =>
  (instance?.state.tasks ?? []).flatMap(({ nodeId, state, vars }) =>
    state === 'open' && scoringNodes.includes(nodeId) ? [typeof vars.reviewer === 'string' ? vars.reviewer : null] : [],
  )

const attach = (tx: Tx, { deps, row, doer, now }: ApplicationDossier, fileIds: readonly string[]) =>
  attachFiles(tx, deps.zoneId, {
    objectKind: 'review_application',
    objectId: row.id,
    fileIds,
    actorId: doer.id,
    now,
  })

/** Keeps the self-evaluation as far as it has come; items may be missing, what is there must fit. */
async function save({ tx, dossier, stand, input }: Step<'save'>): Outcome {
  const { rules } = stand
  const zeros = Object.fromEntries(itemsOf(rules.sheet).map(({ key }) => [key, 0]))
  const fits = scoreMarks(rules.sheet, { ...zeros, ...input.marks })
  if (!fits.ok) return fits
  const attached = await attach(tx, dossier, input.fileIds)
  if (!attached.ok) return attached
  change(dossier, { self_marks: input.marks, self_words: input.words })
  say(dossier, { verb: 'save', public: true })
  return ok(null)
}

async function submit({ tx, dossier, stand, input }: Step<'submit'>): Outcome {
  const { rules, panel, reviewed } = stand
  const scored = scoreMarks(rules.sheet, input.marks)
  if (!scored.ok) return scored
  const [vetoed] = scored.value.vetoes
  if (vetoed !== undefined) return err({ kind: 'veto_marked', field: `marks.${vetoed}`, value: vetoed })
  const countyReviewers = eligibleFor(panel, 'county', reviewed)
  if (countyReviewers.length === 0) return err({ kind: 'no_county_panel' })
  const attached = await attach(tx, dossier, input.fileIds)
  if (!attached.ok) return attached
  const again = dossier.row.state === 'returned'
  change(dossier, {
    self_marks: input.marks,
    self_words: input.words,
    self_centi: scored.value.totalCenti,
    // The first submission decides ties, also when it was sent back once.
    submitted_at: dossier.row.submitted_at ?? dossier.now,
    round: again ? dossier.row.round + 1 : dossier.row.round,
  })
  letSee(dossier, countyReviewers)
  say(dossier, { verb: again ? 'resubmit' : 'submit', public: true })
  tell(dossier, 'reviewer_wanted', countyReviewers)
  return ok({ kind: 'complete', node: ['self_evaluate', 'correct'], vars: { countyReviewers, outcome: null } })
}

/** A reviewer's marks: complete, in range, each difference from the team's own with a reason. */
async function score({ tx, dossier, stand, input }: Step<'score'>): Outcome {
  const { rules } = stand
  const { doer } = dossier
  const scored = scoreMarks(rules.sheet, input.marks)
  if (!scored.ok) return scored
  const [open] = unexplained(rules.sheet, dossier.row.self_marks, input.marks, input.reasons)
  if (open) return err({ kind: 'reason_missing', field: `reasons.${open.key}`, value: null, item: open.name })
  const attached = await attach(tx, dossier, input.fileIds)
  if (!attached.ok) return attached
  // `reviewer` is the level that the application is at: the stand was asked before.
  const level = stand.reviewer ?? 'prefecture'
  await tx
    .insertInto('review_score')
    .values({
      zone_id: dossier.deps.zoneId,
      id: dossier.deps.newId(),
      application_id: dossier.row.id,
      level,
      round: dossier.row.round,
      reviewer_id: doer.id,
      reviewer_name: doer.name,
      marks: jsonb(input.marks),
      reasons: jsonb(input.reasons),
      words: input.words,
      total_centi: scored.value.totalCenti,
      sections_centi: jsonb(scored.value.sectionsCenti),
      vetoes: jsonb(scored.value.vetoes),
      at: at(dossier.now),
    })
    .execute()
  // The total stays out of the history: others must not read it before they have given theirs.
  say(dossier, { verb: 'score', data: { level } })
  return ok(taskOf(doer.id))
}

/** The task of this reviewer: the own one of several, or the one that any eligible reviewer may take. */
const taskOf = (accountId: string): Told => ({
  kind: 'complete',
  node: scoringNodes,
  having: ['reviewer', accountId],
  vars: {},
})

async function decide(step: Step<'decide'>): Outcome {
  const { dossier, input } = step
  if (input.outcome !== 'accept' && input.reason === '')
    return err({ kind: 'reason_missing', field: 'reason', value: null, item: input.outcome })
  change(dossier, { reason: input.outcome === 'accept' ? '' : input.reason })
  say(dossier, { verb: input.outcome, public: true, ...(input.reason ? { reason: input.reason } : {}) })
  switch (input.outcome) {
    case 'accept':
      return accept(step)
    case 'return':
      return giveBack(step)
    case 'reject':
      return ok({ kind: 'complete', node: 'county_decide', vars: { outcome: 'reject' } })
  }
}

async function accept({ tx, dossier, stand: { rules, panel, reviewed } }: Step<'decide'>): Outcome {
  const { deps, row } = dossier
  const county = await tx
    .selectFrom('review_score')
    .select(['vetoes'])
    .where('zone_id', '=', deps.zoneId)
    .where('application_id', '=', row.id)
    .where('level', '=', 'county')
    .where('round', '=', row.round)
    .execute()
  if (county.length === 0) return err({ kind: 'county_unscored' })
  const vetoed = county.flatMap(({ vetoes }) => vetoes)[0]
  if (vetoed !== undefined) return err({ kind: 'veto_marked', field: 'outcome', value: vetoed })
  const quota = await checkQuota(tx, dossier, rules)
  if (!quota.ok) return quota
  const eligible = eligibleFor(panel, 'prefecture', reviewed)
  if (eligible.length < rules.reviewers)
    return err({ kind: 'panel_too_small', eligible: eligible.length, needed: rules.reviewers })
  const prefectureReviewers = leastLoaded(eligible, await readLoad(tx, deps.zoneId, row.campaign_id), rules.reviewers)
  letSee(dossier, prefectureReviewers)
  tell(dossier, 'reviewer_wanted', prefectureReviewers)
  return ok({ kind: 'complete', node: 'county_decide', vars: { outcome: 'accept', prefectureReviewers } })
}

/** Teams of a county that went on may not be more than its quota; one at a time decides. */
async function checkQuota(
  tx: Tx,
  { deps, row }: ApplicationDossier,
  rules: RuleSet,
): Promise<Result<void, ReviewError>> {
  const quota = rules.quotas.find(({ areaId }) => areaId === row.area_id)
  if (!quota) return ok(undefined)
  await sql`select pg_advisory_xact_lock(hashtext(${`${row.campaign_id} ${row.area_id}`}), hashtext(${deps.zoneId}))`.execute(
    tx,
  )
  const taken = await tx
    .selectFrom('review_application')
    .select((eb) => eb.fn.countAll<number>().as('n'))
    .where('zone_id', '=', deps.zoneId)
    .where('campaign_id', '=', row.campaign_id)
    .where('area_id', '=', row.area_id)
    .where('state', 'in', ['prefecture', 'scored'])
    .executeTakeFirst()
  return Number(taken?.n ?? 0) >= quota.max
    ? err({ kind: 'quota_full', field: 'outcome', value: 'accept', max: quota.max })
    : ok(undefined)
}

const correctDays = 5

/** Sent back once, with five days to correct; the county has five more, as far as its level goes into the next. */
async function giveBack({ dossier, stand: { rules } }: Step<'decide'>): Outcome {
  if (dossier.row.round > 1) return err({ kind: 'returned_before', field: 'outcome', value: 'return' })
  const { prefecture, county } = deadlinesOf(rules)
  const selfDueAt = dossier.now + correctDays * dayMs
  const selfCloseAt = selfDueAt + rules.graceDays * dayMs
  const countyDueAt = Math.max(county.dueAt, selfCloseAt + correctDays * dayMs)
  const countyCloseAt = countyDueAt + rules.graceDays * dayMs
  if (countyCloseAt >= prefecture.dueAt) return err({ kind: 'return_too_late', field: 'outcome', value: 'return' })
  return ok({
    kind: 'complete',
    node: 'county_decide',
    vars: { outcome: 'return', selfDueAt, selfCloseAt, countyDueAt, countyCloseAt },
  })
}

/** A reviewer with an interest steps back; at the prefecture another takes the place. */
async function recuse({ tx, dossier, stand, input }: Step<'recuse'>): Outcome {
  const { doer } = dossier
  const { panel, reviewed, asked } = stand
  const others = eligibleFor(panel, stand.reviewer ?? 'prefecture', reviewed).filter((id) => id !== doer.id)
  if (stand.reviewer === 'county' && others.length === 0) return err({ kind: 'last_reviewer' })
  await tx
    .insertInto('review_recusal')
    .values({
      zone_id: dossier.deps.zoneId,
      application_id: dossier.row.id,
      account_id: doer.id,
      reason: input.reason,
      at: at(dossier.now),
    })
    .execute()
  say(dossier, { verb: 'recuse', reason: input.reason })
  // Whoever is only one of those who may take the third score leaves no task behind.
  return ok(asked.includes(doer.id) ? taskOf(doer.id) : null)
}

async function veto({ tx, dossier, stand: { rules }, input }: Step<'veto'>): Outcome {
  const known = itemsOf(rules.sheet).some(({ key, kind }) => kind === 'veto' && key === input.item)
  if (!known) return err({ kind: 'unknown_veto', field: 'item', value: input.item })
  const attached = await attach(tx, dossier, input.fileIds)
  if (!attached.ok) return attached
  await tx
    .insertInto('review_veto')
    .values({
      zone_id: dossier.deps.zoneId,
      id: dossier.deps.newId(),
      application_id: dossier.row.id,
      item: input.item,
      facts: input.facts,
      happened_on: input.happenedOn,
      objection_id: null,
      at: at(dossier.now),
      by_account: dossier.doer.id,
    })
    .execute()
  change(dossier, { vetoes: [...new Set([...dossier.row.vetoes, input.item])].toSorted() })
  say(dossier, { verb: 'veto', public: true, reason: input.facts, data: { item: input.item } })
  tell(dossier, 'application_vetoed', concerned(dossier), { item: input.item })
  return ok({ kind: 'message', name: 'veto', vars: {} })
}

async function withdraw({ dossier, input }: Step<'withdraw'>): Outcome {
  change(dossier, { reason: input.reason })
  say(dossier, { verb: 'withdraw', public: true, reason: input.reason })
  return ok({ kind: 'message', name: 'withdraw', vars: {} })
}
