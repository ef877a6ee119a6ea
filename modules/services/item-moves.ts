import { sql } from 'kysely'
import { at, type Tx } from '@tingzhou/db'
import { assert, err, ok, type Result } from '@tingzhou/kernel'
import { listMemberships } from '@tingzhou/parties'
import { isAllowed, type Vars } from '@tingzhou/process'
import { planOfApplication } from './application-check.ts'
import { change, grant, say, tell, write, type Dossier, type ItemCase } from './dossier.ts'
import type { ServiceError } from './errors.ts'
import type { ItemMove } from './item-contract.ts'
import { stoppedClock } from './item-clock.ts'
import { applicationOf } from './item-decide.ts'
import { taskFor } from './item-desk.ts'
import { itemHost } from './item-host.ts'
import { askedOfItem, judgeItemMaterials, mayApproveItem } from './item-judge.ts'
import { standInItem, taskRefusal, type ItemStand } from './item-stand.ts'
import { only, type Movable, type MoveSpec, type MoveTable, type Told } from './move.ts'
import { finishStep, specialRuns } from './special-steps.ts'
import { insertAsks, listOfToday } from './supplement-list.ts'
import type { AskLine } from './tables.ts'
import { urgeDayOf, urgeItem } from './urge-store.ts'
import { urgedStates } from './urged-states.ts'

type Spec<N extends ItemMove['move']> = MoveSpec<'item_case', ItemStand, Extract<ItemMove, { move: N }>>
type Subject = Dossier<'item_case'>

const departmentOnly = ({ head, officer }: ItemStand) => only(head || officer, 'department_only')
const headOnly = ({ head }: ItemStand) => only(head, 'head_only')

/** For the department, on a task of a state that nothing holds back. */
const departmentAt =
  (state: string, signedAfter = true) =>
  (stand: ItemStand): string | null =>
    departmentOnly(stand) ?? taskRefusal(stand, state, signedAfter)

/** The answer to the task of a state, whatever its drawing calls it. */
function answer(stand: ItemStand, move: string, state: string, vars: Vars, node?: string): Result<Told, ServiceError> {
  const task = taskFor(stand.desk, state, node)
  return task ? ok({ kind: 'complete', node: task.nodeId, vars }) : err({ kind: 'task_gone', move, state })
}

const assign: Spec<'assign'> = {
  from: ['review', 'supplement', 'special'],
  may: headOnly,
  run: async ({ tx, dossier, input }) => {
    const { deps, row } = dossier
    const members = await listMemberships(tx, deps.zoneId, { accountId: input.accountId })
    if (!members.some(({ partyId }) => partyId === row.department_id))
      return err({ kind: 'not_member', field: 'accountId', value: input.accountId, rule: 'a member of the department' })
    change(dossier, { assignee_id: input.accountId })
    write(
      dossier,
      tx
        .updateTable('process_task')
        .set({ assignee_id: input.accountId })
        .where('zone_id', '=', deps.zoneId)
        .where('business_id', '=', row.id)
        .where('state', '=', 'open')
        .where('main_task_id', 'is', null)
        .where('delegated_by', 'is', null)
        .where(sql<boolean>`not jsonb_exists(data->'outcomes', 'approve')`),
    )
    grant(dossier, [{ partyId: input.accountId, relation: 'person' }])
    say(dossier, { verb: 'assign', reason: input.reason || null, internal: true, data: { accountId: input.accountId } })
    return ok(null)
  },
}

const passReview: Spec<'pass_review'> = {
  from: ['review'],
  may: departmentAt('review'),
  run: async ({ tx, dossier, stand, input }) => {
    // Whether the days of the steps can be counted is known before, not when the steps begin.
    const specials = await specialRuns(tx, dossier)
    if (!specials.ok) return specials
    change(dossier, { reviewed_by: stand.accountId })
    say(dossier, { verb: 'pass_review', reason: input.opinion, internal: true })
    const runs = specials.value.map(({ kind, dueAt }) => ({ kind, dueAt }))
    const clock = runs.length > 0 ? stoppedClock : {}
    return answer(stand, 'pass_review', 'review', { outcome: 'pass', specials: runs, ...clock })
  },
}

const askSupplement: Spec<'ask_supplement'> = {
  from: ['review'],
  may: departmentAt('review', false),
  run: async ({ tx, dossier, stand, input }) => {
    const known = await checkAsks(tx, dossier, input.asks)
    if (!known.ok) return known
    const asks = await askedOfItem(tx, dossier, input.asks)
    if (!asks.ok) return asks
    const list = await listOfToday(tx, dossier, dossier.row.application_id)
    await insertAsks(tx, dossier, list.id, dossier.row.id, asks.value)
    change(dossier, { supplement_id: list.id })
    say(dossier, { verb: 'ask_supplement', data: { asks: asks.value.length, supplementId: list.id } })
    tell(dossier, 'supplement_asked', [], { applicationId: dossier.row.application_id, supplementId: list.id })
    const vars = { outcome: 'supplement', supplementDueAt: list.dueAt, ...stoppedClock }
    return answer(stand, 'ask_supplement', 'review', vars)
  },
}

async function checkAsks(tx: Tx, subject: Subject, asks: readonly AskLine[]): Promise<Result<void, ServiceError>> {
  const planned = await planOfApplication(tx, subject.deps, await applicationOf(tx, subject))
  const { materials, fields } = planned.stored.body
  const material = asks.find((ask) => ask.material !== null && !materials.some(({ code }) => code === ask.material))
  if (material)
    return err({
      kind: 'unknown_material',
      field: 'asks',
      value: material.material,
      rule: 'a material of the one-thing',
    })
  const field = asks.find((ask) => ask.field !== null && !fields.some(({ code }) => code === ask.field))
  if (field) return err({ kind: 'unknown_field', field: 'asks', value: field.field, rule: 'a field of the form' })
  return ok(undefined)
}

const finishSpecial: Spec<'finish_special'> = {
  from: ['special'],
  may: departmentAt('special'),
  run: async ({ dossier, stand, input }) => {
    const task = taskFor(stand.desk, 'special', input.step)
    if (!task) return err({ kind: 'task_gone', move: 'finish_special', state: 'special' })
    // In a drawing of its own a step is known by its form; the ordinary one goes through them in their order.
    const specials = finishStep(dossier.row.specials, task.form, dossier.now, input.words)
    const done = specials.find(({ doneAt }, index) => doneAt !== dossier.row.specials[index]?.doneAt)
    change(dossier, { specials })
    say(dossier, { verb: 'finish_special', reason: input.words, data: { kind: done?.kind ?? null } })
    const vars = input.outcome === undefined ? {} : { outcome: input.outcome }
    return answer(stand, 'finish_special', 'special', vars, task.nodeId)
  },
}

/** Whoever reviewed does not approve. */
const otherHead = (stand: ItemStand, row: ItemCase): string | null =>
  headOnly(stand) ??
  only(row.reviewed_by !== stand.accountId, 'reviewer_may_not_approve') ??
  taskRefusal(stand, 'approval')

const approve: Spec<'approve'> = {
  from: ['approval'],
  may: otherHead,
  run: async ({ tx, dossier, stand, input }) => {
    const fit = await mayApproveItem(tx, dossier)
    if (!fit.ok) return fit
    change(dossier, { decided_by: stand.accountId, decision_reason: input.words || null })
    say(dossier, { verb: 'approve', reason: input.words || null })
    return answer(stand, 'approve', 'approval', { outcome: 'approve' })
  },
}

const refuse: Spec<'refuse'> = {
  from: ['approval'],
  may: otherHead,
  run: async ({ dossier, stand, input }) => {
    change(dossier, { decided_by: stand.accountId, decision_reason: input.reason, basis: input.basis })
    say(dossier, { verb: 'refuse', reason: input.reason, data: { basis: input.basis } })
    return answer(stand, 'refuse', 'approval', { outcome: 'refuse' })
  },
}

const sendBack: Spec<'send_back'> = {
  from: ['approval'],
  may: (stand) => headOnly(stand) ?? taskRefusal(stand, 'approval', false),
  run: async ({ dossier, stand, input }) => {
    change(dossier, { reviewed_by: null })
    say(dossier, { verb: 'send_back', reason: input.reason, internal: true })
    return answer(stand, 'send_back', 'approval', { outcome: 'back' })
  },
}

const judgeSample: Spec<'judge_sample'> = {
  from: ['granted'],
  may: ({ head, supervisor }) => only(head || supervisor, 'head_or_supervisor_only'),
  run: async ({ tx, dossier, input }) => {
    const { deps, row, now, doer } = dossier
    const judged = await tx
      .updateTable('item_decision')
      .set({
        judgement: input.right ? 'right' : 'wrong',
        judged_at: at(now),
        judged_by: doer.id,
        judged_reason: input.reason,
      })
      .where('zone_id', '=', deps.zoneId)
      .where('item_case_id', '=', row.id)
      .where('sampled', '=', true)
      .where('judgement', 'is', null)
      .executeTakeFirst()
    if (judged.numUpdatedRows === 0n)
      return err({ kind: 'not_sampled', rule: 'decided by rule, drawn for a person, not yet looked at' })
    say(dossier, { verb: 'judge_sample', reason: input.reason, internal: true, data: { right: input.right } })
    if (!input.right) tell(dossier, 'sample_wrong', [row.department_id], { itemCaseId: row.id })
    return ok(null)
  },
}

const note: Spec<'note'> = {
  from: ['waiting', 'review', 'supplement', 'special', 'approval', 'granted', 'refused'],
  may: ({ official }) => only(official, 'official_only'),
  run: async ({ dossier, input }) => {
    say(dossier, { verb: 'note', reason: input.text, internal: input.internal })
    return ok(null)
  },
}

/** 催办 by whoever waits: the applicant, the leading department, supervision; each side once an interval. */
const urge: Spec<'urge'> = {
  from: urgedStates,
  may: ({ urges, urgeFrom, desk }) =>
    only(urges !== null, 'not_waiting_for_it') ??
    only(desk?.status !== 'suspended', 'suspended') ??
    only(desk === null || desk.tasks.some(({ policy }) => isAllowed(policy, 'urge')), 'not_by_policy') ??
    only(urgeFrom === null, 'urged_lately'),
  run: async ({ tx, dossier, stand, input }) => {
    assert(stand.urges, 'somebody urges for a side')
    const again = await urgeDayOf(tx, dossier.deps, dossier.row, stand.urges)
    if (!again.ok) return again
    const [task] = stand.desk?.tasks ?? []
    urgeItem(tx, dossier, stand.urges, input.words, task?.assignee?.id ?? null)
    return ok(null)
  },
}

/** 终止: the department ends the case without a decision and says why; what depends on it is cancelled. */
const stop: Spec<'stop'> = {
  from: ['review', 'special', 'approval'],
  may: (stand) =>
    headOnly(stand) ??
    only(stand.desk?.status !== 'suspended', 'suspended') ??
    only(stand.desk?.tasks.some(({ policy }) => policy.includes('stop')) ?? false, 'not_by_policy'),
  run: async ({ dossier, stand, input }) => {
    change(dossier, { decided_by: stand.accountId, decision_reason: input.reason, basis: input.basis })
    say(dossier, { verb: 'stop', reason: input.reason, data: { basis: input.basis } })
    return ok({ kind: 'message', name: 'promise-broken', vars: {} })
  },
}

const moves: MoveTable<'item_case', ItemStand, ItemMove> = {
  assign,
  pass_review: passReview,
  ask_supplement: askSupplement,
  judge_materials: judgeItemMaterials,
  finish_special: finishSpecial,
  approve,
  refuse,
  send_back: sendBack,
  judge_sample: judgeSample,
  urge,
  stop,
  note,
}

/** How people move an item case. */
export const itemMovable: Movable<'item_case', ItemStand, ItemMove> = {
  table: 'item_case',
  moves,
  host: itemHost,
  standIn: standInItem,
}
