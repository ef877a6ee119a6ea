import type { Tx } from '@tingzhou/db'
import type { CaseworkDone, Played } from '@tingzhou/process'
import {
  change,
  closeDossier,
  grant,
  markState,
  say,
  settleDossier,
  tell,
  type Dossier,
  type ItemCase,
} from './dossier.ts'
import { pauseClock, resumeClock } from './item-clock.ts'
import { beginSpecials } from './special-steps.ts'
import type { SpecialRun } from './tables.ts'

type Subject = Dossier<'item_case'>

const over: ReadonlySet<ItemCase['state']> = new Set(['granted', 'refused', 'cancelled', 'ended', 'revoked'])
const movedBack: ReadonlySet<string> = new Set(['return', 'take_back'])
const isCasework: ReadonlySet<string> = new Set(['return', 'take_back', 'suspend', 'resume', 'sign', 'drop_sign'])

/** After a step of an item: its state, its special steps, its clock, the history. */
export async function settleItem(tx: Tx, subject: Subject, played: Played): Promise<void> {
  const wasStopped = markState(subject, played, 'cancelled')
  noteSuspension(subject, played)
  if (wasMovedBack(subject)) forgetWhatFollowed(subject, played)
  await beginSpecials(tx, subject)
  await keepClock(tx, subject)
  const { cause, before, row } = subject
  // What somebody did beside the drawing stands in the history already; here only that it changed the state.
  if (subject.said.length === 0 && cause.by === 'actor' && isCasework.has(cause.verb)) {
    if (before.state !== row.state) say(subject, { verb: cause.verb, internal: true })
    return closeDossier(subject)
  }
  if (wasStopped && subject.said.length === 0) say(subject, { verb: 'stopped' })
  settleDossier(subject, played, 'cancelled')
}

const wasMovedBack = ({ cause }: Subject): boolean => cause.by === 'actor' && movedBack.has(cause.verb)

/** 中止 and 恢复, whoever did it: the applicant is told why. */
function noteSuspension(subject: Subject, { effects }: Played): void {
  for (const effect of effects) {
    if (effect.kind !== 'suspended' && effect.kind !== 'resumed') continue
    const isHalt = effect.kind === 'suspended'
    change(subject, { suspended_at: isHalt ? subject.now : null })
    say(subject, { verb: isHalt ? 'suspend' : 'resume', reason: effect.reason })
    tell(subject, isHalt ? 'item_suspended' : 'item_resumed', [], { applicationId: subject.row.application_id })
  }
}

/** A case that was sent back is reviewed anew; steps that had not ended are gone. */
function forgetWhatFollowed(subject: Subject, { openTasks }: Played): void {
  const { row } = subject
  const open = new Set(openTasks.flatMap(({ form, state }) => (form !== null && state === 'open' ? [form] : [])))
  const stays = ({ kind, doneAt }: SpecialRun) => doneAt !== null || row.state === 'special' || open.has(kind)
  if (row.specials.some((run) => !stays(run))) change(subject, { specials: row.specials.filter(stays) })
  if (row.state === 'review') change(subject, { reviewed_by: null, decided_by: null, decision_reason: null })
}

/** The clock stands still while the applicant has to give something, a special step runs, or the case is suspended. Pure. */
export const standsStill = ({ state, specials, suspended_at }: Pick<ItemCase, 'state' | 'specials' | 'suspended_at'>) =>
  state === 'supplement' || suspended_at !== null || specials.some(({ doneAt }) => doneAt === null)

/** Stops the clock, or lets it go on. The timer of the drawing follows when the step was none of the drawing's own. */
async function keepClock(tx: Tx, subject: Subject): Promise<void> {
  const { row, before } = subject
  if (over.has(row.state)) return change(subject, { suspended_at: null })
  if (row.started_at === null) return
  const still = standsStill(row)
  if (still && row.paused_at === null) pauseClock(subject)
  if (!still && row.paused_at !== null) await resumeClock(tx, subject)
  if (subject.row.paused_at === before.paused_at) return
  if (wasMovedBack(subject) || row.suspended_at !== before.suspended_at) tell(subject, 'item_clock_moved')
}

/** After a verb of casework: whose the case is, who may see it. Verbs that moved tokens have settled before. */
export async function settleCasework(tx: Tx, subject: Subject, done: CaseworkDone): Promise<void> {
  if (done.to !== null) grant(subject, [{ partyId: done.to, relation: 'person' }])
  if (subject.row.rev !== subject.before.rev) return
  if (done.agrees === false) forgetAnswer(subject)
  const assignee = assigneeAfter(done, subject.doer.id)
  // Whoever decides is not the officer in charge.
  if (assignee !== undefined && !(await isDecision(tx, subject, done.taskId)))
    change(subject, { assignee_id: assignee })
  closeDossier(subject)
}

function assigneeAfter({ verb, to, delegatedBy }: CaseworkDone, actorId: string): string | null | undefined {
  switch (verb) {
    case 'claim':
      return actorId
    case 'release':
      return null
    case 'transfer':
    case 'delegate':
      return to
    case 'give_back':
      return delegatedBy
    default:
      return undefined
  }
}

/** An answer that was not agreed with was never given. */
function forgetAnswer(subject: Subject): void {
  const isReview = subject.row.state === 'review'
  change(subject, { decided_by: null, decision_reason: null, basis: null, ...(isReview ? { reviewed_by: null } : {}) })
}

async function isDecision(tx: Tx, { deps, row }: Subject, taskId: string): Promise<boolean> {
  const task = await tx
    .selectFrom('process_task')
    .select('data')
    .where('zone_id', '=', deps.zoneId)
    .where('business_id', '=', row.id)
    .where('id', '=', taskId)
    .executeTakeFirst()
  return task?.data.outcomes.includes('approve') ?? false
}
