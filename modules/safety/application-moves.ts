import { sql } from 'kysely'
import { grantReach } from '@tingzhou/access'
import { at, expectRevision, jsonb, runCommand, type Tx, type WriteBatch } from '@tingzhou/db'
import { attachFiles } from '@tingzhou/files'
import { err, ok, type Result } from '@tingzhou/kernel'
import type { Actor } from '@tingzhou/parties'
import type { ApplicationMoveInput } from './application-contract.ts'
import { concerned, openApplication, reviewedOf, reviewHost, type ApplicationUnit } from './application-process.ts'
import { movesFrom, refusalOf, scoringNodes, standOf, type Stand } from './application-stand.ts'
import { dayMs } from './day.ts'
import type { ReviewError } from './errors.ts'
import { eligibleFor, leastLoaded, readLoad, readPanel, type PanelMember, type Reviewed } from './panel.ts'
import { deadlinesOf } from './review-rules.ts'
import type { RuleSet } from './rule-set.ts'
import { readRules } from './rules-store.ts'
import { itemsOf } from './score-sheet.ts'
import { scoreMarks, unexplained } from './score.ts'
import { tellProcess, type Told } from './told.ts'
import { change, say, tell, type SafetyDeps } from './unit.ts'
import type { ApplicationState } from './words.ts'

export type Moved = { readonly id: string; readonly rev: number; readonly state: ApplicationState }

type Input<M extends ApplicationMoveInput['move']> = Extract<ApplicationMoveInput, { move: M }>
type Scene = {
  readonly tx: Tx
  readonly unit: ApplicationUnit
  readonly actor: Actor
  readonly stand: Stand
  readonly rules: RuleSet
  readonly panel: readonly PanelMember[]
  readonly reviewed: Reviewed
}
type Step = Promise<Result<Told, ReviewError>>

/** Makes a move on an application: one command, one transaction; a repeat gets the first answer, an older revision 409. */
export function moveApplication(
  deps: SafetyDeps,
  actor: Actor,
  id: string,
  input: ApplicationMoveInput,
): Promise<Result<Moved, ReviewError>> {
  const { commandId, ...rest } = input
  const command = { commandId, actorId: actor.accountId, name: `safety.${input.move}`, input: { id, ...rest } }
  return runCommand(deps, command, (tx, last) => makeMove(tx, last, deps, actor, id, input))
}

async function makeMove(
  tx: Tx,
  last: WriteBatch,
  deps: SafetyDeps,
  actor: Actor,
  id: string,
  input: ApplicationMoveInput,
): Promise<Result<Moved, ReviewError>> {
  const { move } = input
  const unit = await openApplication(tx, deps, id, { by: 'actor', actor, verb: move }, last)
  if (!unit) return err({ kind: 'application_not_found' })
  const fresh = expectRevision(unit.row.rev, input.rev)
  if (!fresh.ok) return fresh
  const reviewed = await reviewedOf(tx, unit)
  const panel = await readPanel(tx, deps.zoneId, unit.row.campaign_id)
  const stand = standOf(actor, {
    application: unit.row,
    panel,
    reviewed,
    scores: await scoresOf(tx, unit),
    asked: askedIn(unit),
  })
  if (!movesFrom[move].includes(unit.row.state)) return err({ kind: 'not_in_state', move, state: unit.row.state })
  const refused = refusalOf(stand, move)
  if (refused !== null) return err(refusalError(move, refused))
  const rules = await readRules(tx, deps.zoneId, unit.row.campaign_id, unit.row.rules_version)
  const told = await run({ tx, unit, actor, stand, rules, panel, reviewed }, input)
  if (!told.ok) return told
  const done = await tellProcess(tx, reviewHost(deps), unit, move, told.value)
  return done.ok ? ok({ id, rev: unit.row.rev, state: unit.row.state }) : done
}

/** What keeps a reviewer away is told by its own name. */
function refusalError(move: string, reason: string): ReviewError {
  switch (reason) {
    case 'own_department':
    case 'own_enterprise':
    case 'recused':
    case 'scored_already':
      return { kind: reason }
    default:
      return { kind: 'not_allowed', move, reason }
  }
}

function run(scene: Scene, input: ApplicationMoveInput): Step {
  switch (input.move) {
    case 'save':
      return save(scene, input)
    case 'submit':
      return submit(scene, input)
    case 'score':
      return score(scene, input)
    case 'decide':
      return decide(scene, input)
    case 'recuse':
      return recuse(scene, input)
    case 'veto':
      return veto(scene, input)
    case 'withdraw':
      return withdraw(scene, input)
  }
}

async function scoresOf(tx: Tx, { deps, row }: ApplicationUnit) {
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
const askedIn = ({ instance }: ApplicationUnit): readonly (string | null)[] =>
  (instance?.state.tasks ?? []).flatMap(({ nodeId, state, vars }) =>
    state === 'open' && scoringNodes.includes(nodeId) ? [typeof vars.reviewer === 'string' ? vars.reviewer : null] : [],
  )

const attach = ({ tx, unit, actor }: Scene, fileIds: readonly string[]) =>
  attachFiles(tx, unit.deps.zoneId, {
    objectKind: 'review_application',
    objectId: unit.row.id,
    fileIds,
    actorId: actor.accountId,
    now: unit.now,
  })

/** Keeps the self-evaluation as far as it has come; items may be missing, what is there must fit. */
async function save(scene: Scene, input: Input<'save'>): Step {
  const { unit, rules } = scene
  const zeros = Object.fromEntries(itemsOf(rules.sheet).map(({ key }) => [key, 0]))
  const fits = scoreMarks(rules.sheet, { ...zeros, ...input.marks })
  if (!fits.ok) return fits
  const attached = await attach(scene, input.fileIds)
  if (!attached.ok) return attached
  change(unit, { self_marks: input.marks, self_words: input.words })
  say(unit, { verb: 'save', public: true })
  return ok(null)
}

async function submit(scene: Scene, input: Input<'submit'>): Step {
  const { tx, unit, rules, panel, reviewed } = scene
  const scored = scoreMarks(rules.sheet, input.marks)
  if (!scored.ok) return scored
  const [vetoed] = scored.value.vetoes
  if (vetoed !== undefined) return err({ kind: 'veto_marked', field: `marks.${vetoed}`, value: vetoed })
  const countyReviewers = eligibleFor(panel, 'county', reviewed)
  if (countyReviewers.length === 0) return err({ kind: 'no_county_panel' })
  const attached = await attach(scene, input.fileIds)
  if (!attached.ok) return attached
  const again = unit.row.state === 'returned'
  change(unit, {
    self_marks: input.marks,
    self_words: input.words,
    self_centi: scored.value.totalCenti,
    // The first submission decides ties, also when it was sent back once.
    submitted_at: unit.row.submitted_at ?? unit.now,
    round: again ? unit.row.round + 1 : unit.row.round,
  })
  await letSee(tx, unit, countyReviewers)
  say(unit, { verb: again ? 'resubmit' : 'submit', public: true })
  tell(unit, 'reviewer_wanted', countyReviewers)
  return ok({ kind: 'complete', nodes: ['self_evaluate', 'correct'], vars: { countyReviewers, outcome: null } })
}

const letSee = (tx: Tx, { deps, row }: ApplicationUnit, accountIds: readonly string[]) =>
  grantReach(
    tx,
    deps.zoneId,
    accountIds.map((partyId) => ({
      objectKind: 'review_application',
      objectId: row.id,
      partyId,
      relation: 'person' as const,
    })),
  )

/** A reviewer's marks: complete, in range, each difference from the team's own with a reason. */
async function score(scene: Scene, input: Input<'score'>): Step {
  const { tx, unit, rules, actor, stand } = scene
  const scored = scoreMarks(rules.sheet, input.marks)
  if (!scored.ok) return scored
  const [open] = unexplained(rules.sheet, unit.row.self_marks, input.marks, input.reasons)
  if (open) return err({ kind: 'reason_missing', field: `reasons.${open.key}`, value: null, item: open.name })
  const attached = await attach(scene, input.fileIds)
  if (!attached.ok) return attached
  // `reviewer` is the level that the application is at: the stand was asked before.
  const level = stand.reviewer ?? 'prefecture'
  await tx
    .insertInto('review_score')
    .values({
      zone_id: unit.deps.zoneId,
      id: unit.deps.newId(),
      application_id: unit.row.id,
      level,
      round: unit.row.round,
      reviewer_id: actor.accountId,
      reviewer_name: actor.name,
      marks: jsonb(input.marks),
      reasons: jsonb(input.reasons),
      words: input.words,
      total_centi: scored.value.totalCenti,
      sections_centi: jsonb(scored.value.sectionsCenti),
      vetoes: jsonb(scored.value.vetoes),
      at: at(unit.now),
    })
    .execute()
  // The total stays out of the history: others must not read it before they have given theirs.
  say(unit, { verb: 'score', data: { level } })
  return ok(taskOf(scene))
}

/** The task of this reviewer: the own one of several, or the one that any eligible reviewer may take. */
const taskOf = ({ actor }: Scene): Told => ({
  kind: 'complete',
  nodes: scoringNodes,
  having: ['reviewer', actor.accountId],
  vars: {},
})

async function decide(scene: Scene, input: Input<'decide'>): Step {
  const { unit } = scene
  if (input.outcome !== 'accept' && input.reason === '')
    return err({ kind: 'reason_missing', field: 'reason', value: null, item: input.outcome })
  change(unit, { reason: input.outcome === 'accept' ? '' : input.reason })
  say(unit, { verb: input.outcome, public: true, ...(input.reason ? { reason: input.reason } : {}) })
  switch (input.outcome) {
    case 'accept':
      return accept(scene)
    case 'return':
      return giveBack(scene)
    case 'reject':
      return ok({ kind: 'complete', nodes: ['county_decide'], vars: { outcome: 'reject' } })
  }
}

async function accept({ tx, unit, rules, panel, reviewed }: Scene): Step {
  const { deps, row } = unit
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
  const quota = await checkQuota(tx, unit, rules)
  if (!quota.ok) return quota
  const eligible = eligibleFor(panel, 'prefecture', reviewed)
  if (eligible.length < rules.reviewers)
    return err({ kind: 'panel_too_small', eligible: eligible.length, needed: rules.reviewers })
  const prefectureReviewers = leastLoaded(eligible, await readLoad(tx, deps.zoneId, row.campaign_id), rules.reviewers)
  await letSee(tx, unit, prefectureReviewers)
  tell(unit, 'reviewer_wanted', prefectureReviewers)
  return ok({ kind: 'complete', nodes: ['county_decide'], vars: { outcome: 'accept', prefectureReviewers } })
}

/** Teams of a county that went on may not be more than its quota; one at a time decides. */
async function checkQuota(tx: Tx, { deps, row }: ApplicationUnit, rules: RuleSet): Promise<Result<void, ReviewError>> {
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
async function giveBack({ unit, rules }: Scene): Step {
  if (unit.row.round > 1) return err({ kind: 'returned_before', field: 'outcome', value: 'return' })
  const { prefecture, county } = deadlinesOf(rules)
  const selfDueAt = unit.now + correctDays * dayMs
  const selfCloseAt = selfDueAt + rules.graceDays * dayMs
  const countyDueAt = Math.max(county.dueAt, selfCloseAt + correctDays * dayMs)
  const countyCloseAt = countyDueAt + rules.graceDays * dayMs
  if (countyCloseAt >= prefecture.dueAt) return err({ kind: 'return_too_late', field: 'outcome', value: 'return' })
  return ok({
    kind: 'complete',
    nodes: ['county_decide'],
    vars: { outcome: 'return', selfDueAt, selfCloseAt, countyDueAt, countyCloseAt },
  })
}

/** A reviewer with an interest steps back; at the prefecture another takes the place. */
async function recuse(scene: Scene, input: Input<'recuse'>): Step {
  const { tx, unit, actor, stand, panel, reviewed } = scene
  const others = eligibleFor(panel, stand.reviewer ?? 'prefecture', reviewed).filter((id) => id !== actor.accountId)
  if (stand.reviewer === 'county' && others.length === 0) return err({ kind: 'last_reviewer' })
  await tx
    .insertInto('review_recusal')
    .values({
      zone_id: unit.deps.zoneId,
      application_id: unit.row.id,
      account_id: actor.accountId,
      reason: input.reason,
      at: at(unit.now),
    })
    .execute()
  say(unit, { verb: 'recuse', reason: input.reason })
  // Whoever is only one of those who may take the third score leaves no task behind.
  return ok(askedIn(unit).includes(actor.accountId) ? taskOf(scene) : null)
}

async function veto(scene: Scene, input: Input<'veto'>): Step {
  const { tx, unit, rules, actor } = scene
  const known = itemsOf(rules.sheet).some(({ key, kind }) => kind === 'veto' && key === input.item)
  if (!known) return err({ kind: 'unknown_veto', field: 'item', value: input.item })
  const attached = await attach(scene, input.fileIds)
  if (!attached.ok) return attached
  await tx
    .insertInto('review_veto')
    .values({
      zone_id: unit.deps.zoneId,
      id: unit.deps.newId(),
      application_id: unit.row.id,
      item: input.item,
      facts: input.facts,
      happened_on: input.happenedOn,
      objection_id: null,
      at: at(unit.now),
      by_account: actor.accountId,
    })
    .execute()
  change(unit, { vetoes: [...new Set([...unit.row.vetoes, input.item])].toSorted() })
  say(unit, { verb: 'veto', public: true, reason: input.facts, data: { item: input.item } })
  tell(unit, 'application_vetoed', concerned(unit), { item: input.item })
  return ok({ kind: 'message', name: 'veto', vars: {} })
}

async function withdraw({ unit }: Scene, input: Input<'withdraw'>): Step {
  change(unit, { reason: input.reason })
  say(unit, { verb: 'withdraw', public: true, reason: input.reason })
  return ok({ kind: 'message', name: 'withdraw', vars: {} })
}
