import { addDuration } from '@tingzhou/calendar'
import type { Tx } from '@tingzhou/db'
import { assert, ok, type EpochMs, type Result } from '@tingzhou/kernel'
import type { Vars } from '@tingzhou/process'
import { planOfApplication } from './application-check.ts'
import { calendarOf, change, say, tell, type Dossier } from './dossier.ts'
import type { ServiceError } from './errors.ts'
import { pauseClock, resumeClock } from './item-clock.ts'
import { applicationOf } from './item-decide.ts'
import type { SpecialStep } from './item.ts'
import { specialsOf } from './plan.ts'
import type { SpecialRun } from './tables.ts'

type Subject = Dossier<'item_case'>

/** The special steps that the answers ask of an item and that have not been gone through. */
export async function stepsLeft(tx: Tx, subject: Subject): Promise<readonly SpecialStep[]> {
  const planned = await planOfApplication(tx, subject.deps, await applicationOf(tx, subject))
  const done = new Set(subject.row.specials.flatMap(({ kind, doneAt }) => (doneAt === null ? [] : [kind])))
  // However often a case is sent back, a step is gone through once.
  return specialsOf(planned, subject.row.code).filter(({ kind }) => !done.has(kind))
}

/** Those steps one after the other, each with days of its own. */
export async function specialRuns(tx: Tx, subject: Subject): Promise<Result<readonly SpecialRun[], ServiceError>> {
  const calendar = await calendarOf(tx, subject)
  const runs: SpecialRun[] = []
  let from: EpochMs = subject.now
  for (const step of await stepsLeft(tx, subject)) {
    const due = addDuration(calendar, from, { kind: 'working_days', days: step.days.days })
    if (!due.ok) return due
    runs.push({ ...step, dueAt: due.value, doneAt: null, words: '' })
    from = due.value
  }
  return ok(runs)
}

/** The steps of the ordinary drawing begin when it comes to them. */
export async function beginSpecials(tx: Tx, subject: Subject): Promise<void> {
  const { row, before } = subject
  if (row.state !== 'special' || before.state === 'special' || row.specials.some(isOpen)) return
  const runs = await specialRuns(tx, subject)
  assert(runs.ok, 'the days of the steps were counted when the review was passed')
  change(subject, { specials: [...row.specials, ...runs.value] })
}

const isOpen = ({ doneAt }: SpecialRun): boolean => doneAt === null

/** A step of an item's own drawing begins: its days are counted, the clock of the item stands still. */
export async function beginStep(tx: Tx, subject: Subject, { step: kind }: Vars): Promise<Vars> {
  const { row, now } = subject
  const planned = await planOfApplication(tx, subject.deps, await applicationOf(tx, subject))
  // Whether a step is gone through is for the drawing to say; of two of a kind the answers choose.
  const all = planned.selection.items.find(({ code }) => code === row.code)?.specialSteps ?? []
  const step = [...specialsOf(planned, row.code), ...all].find((one) => one.kind === kind)
  assert(step, `the drawing begins steps that the item has, not ${String(kind)}`)
  const due = addDuration(await calendarOf(tx, subject), now, { kind: 'working_days', days: step.days.days })
  const run: SpecialRun = { ...step, dueAt: due.ok ? due.value : null, doneAt: null, words: '' }
  change(subject, { specials: [...row.specials.filter((one) => one.kind !== kind || !isOpen(one)), run] })
  say(subject, { verb: 'begin_special', data: { kind: step.kind, days: step.days.days } })
  // Of all that run: two that begin side by side do not see each other's variables.
  const steps = Object.fromEntries(subject.row.specials.filter(isOpen).map((one) => [one.kind, one.dueAt]))
  return { steps: steps, ...pauseClock(subject) }
}

/** A step of an item's own drawing has ended, by a person or by its own timer; with the last one the clock goes on. */
export async function endStep(tx: Tx, subject: Subject, { step: kind }: Vars): Promise<Vars> {
  const { row, now, cause } = subject
  const isOver = row.specials.some((run) => run.kind === kind && isOpen(run))
  if (isOver) {
    change(subject, {
      specials: row.specials.map((run) => (run.kind === kind && isOpen(run) ? { ...run, doneAt: now } : run)),
    })
    if (cause.by === 'timer') say(subject, { verb: 'special_over', data: { kind: String(kind) } })
  }
  return subject.row.specials.some(isOpen) ? {} : resumeClock(tx, subject)
}

/** Which steps the answers ask of an item with a drawing of its own: `list contains(needed, "survey")`. */
export async function neededSteps(tx: Tx, subject: Subject): Promise<Vars> {
  if (subject.row.drawing === null) return {}
  const planned = await planOfApplication(tx, subject.deps, await applicationOf(tx, subject))
  return { needed: [...new Set(specialsOf(planned, subject.row.code).map(({ kind }) => kind))] }
}

/** The days of a step are over, and it is not. */
export async function superviseStep(_tx: Tx, subject: Subject, { step }: Vars): Promise<Vars> {
  say(subject, { verb: 'supervise_step', internal: true, data: { kind: String(step) } })
  tell(subject, 'item_overdue', [subject.row.department_id])
  return {}
}

/** Marks one step of a case as done, with what was found. Pure. O(steps). */
export function finishStep(specials: readonly SpecialRun[], kind: string | null, now: EpochMs, words: string) {
  const index = specials.findIndex((run) => isOpen(run) && (kind === null || run.kind === kind))
  return specials.map((run, at) => (at === index ? { ...run, doneAt: now, words } : run))
}
