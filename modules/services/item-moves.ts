import { sql } from 'kysely'
import { addDuration, localDateOf } from '@tingzhou/calendar'
import { at, type Db, type Tx } from '@tingzhou/db'
import { assert, err, ok, type EpochMs, type Result } from '@tingzhou/kernel'
import { hasRole, listMemberships, partiesOf, type Actor } from '@tingzhou/parties'
import { planOfApplication } from './application-check.ts'
import { isOfficial } from './application-stand.ts'
import {
  calendarOf,
  change,
  grant,
  say,
  tell,
  write,
  type Dossier,
  type ItemCase,
  type ServicesDeps,
} from './dossier.ts'
import type { ServiceError } from './errors.ts'
import type { ItemMove } from './item-contract.ts'
import { pauseClock } from './item-clock.ts'
import { applicationOf } from './item-decide.ts'
import { itemHost } from './item-host.ts'
import { only, type Movable, type MoveSpec, type MoveTable } from './move.ts'
import { specialsOf } from './plan.ts'
import { settingOf } from './setting.ts'
import type { AskLine, SpecialRun } from './tables.ts'

/** What somebody is to one item case. */
export type ItemStand = {
  readonly accountId: string
  readonly head: boolean
  /** An officer of the department to whom the case is given, or who may take it because nobody has it. */
  readonly officer: boolean
  readonly supervisor: boolean
  readonly official: boolean
}

/** Pure. O(memberships). */
export function standOnItem(actor: Actor, { department_id, assignee_id }: ItemCase): ItemStand {
  const of = (role: 'dept_head' | 'dept_officer') =>
    department_id !== null && partiesOf(actor, role).includes(department_id)
  const free = assignee_id === null || assignee_id === actor.accountId
  return {
    accountId: actor.accountId,
    head: of('dept_head'),
    officer: of('dept_officer') && free,
    supervisor: hasRole(actor, 'supervisor'),
    official: isOfficial(actor),
  }
}

type Spec<N extends ItemMove['move']> = MoveSpec<'item_case', ItemStand, Extract<ItemMove, { move: N }>>
type Subject = Dossier<'item_case'>

const departmentOnly = ({ head, officer }: ItemStand) => only(head || officer, 'department_only')
const headOnly = ({ head }: ItemStand) => only(head, 'head_only')

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
        .where('node_id', 'in', ['review', 'special']),
    )
    grant(dossier, [{ partyId: input.accountId, relation: 'person' }])
    say(dossier, { verb: 'assign', reason: input.reason || null, internal: true, data: { accountId: input.accountId } })
    return ok(null)
  },
}

const passReview: Spec<'pass_review'> = {
  from: ['review'],
  node: 'review',
  may: departmentOnly,
  run: async ({ tx, dossier, stand, input }) => {
    change(dossier, { reviewed_by: stand.accountId })
    say(dossier, { verb: 'pass_review', reason: input.opinion, internal: true })
    // Special steps are gone through once, however often the case is sent back.
    const specials = dossier.row.specials.length > 0 ? ok<readonly SpecialRun[]>([]) : await specialRuns(tx, dossier)
    if (!specials.ok) return specials
    if (specials.value.length === 0)
      return ok({ kind: 'complete', node: 'review', vars: { outcome: 'pass', specials: [] } })
    change(dossier, { specials: specials.value })
    const vars = specials.value.map(({ kind, dueAt }) => ({ kind, dueAt }))
    return ok({ kind: 'complete', node: 'review', vars: { outcome: 'pass', specials: vars, ...pauseClock(dossier) } })
  },
}

/** The special steps of the item by the answers, one after the other, each with days of its own. */
async function specialRuns(tx: Tx, subject: Subject): Promise<Result<readonly SpecialRun[], ServiceError>> {
  const planned = await planOfApplication(tx, subject.deps, await applicationOf(tx, subject))
  const calendar = await calendarOf(tx, subject)
  const runs: SpecialRun[] = []
  let from: EpochMs = subject.now
  for (const step of specialsOf(planned, subject.row.code)) {
    const due = addDuration(calendar, from, { kind: 'working_days', days: step.days.days })
    if (!due.ok) return due
    runs.push({ ...step, dueAt: due.value, doneAt: null, words: '' })
    from = due.value
  }
  return ok(runs)
}

const askSupplement: Spec<'ask_supplement'> = {
  from: ['review'],
  node: 'review',
  may: departmentOnly,
  run: async ({ tx, dossier, input }) => {
    const known = await checkAsks(tx, dossier, input.asks)
    if (!known.ok) return known
    const list = await listOfToday(tx, dossier)
    await insertAsks(tx, dossier, list.id, input.asks)
    change(dossier, { supplement_id: list.id })
    say(dossier, { verb: 'ask_supplement', data: { asks: input.asks.length, supplementId: list.id } })
    tell(dossier, 'supplement_asked', [], { applicationId: dossier.row.application_id, supplementId: list.id })
    return ok({
      kind: 'complete',
      node: 'review',
      vars: { outcome: 'supplement', supplementDueAt: list.dueAt, ...pauseClock(dossier) },
    })
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

/** What several departments ask on one day is one list: the first one opens it, the others add to it. */
async function listOfToday(tx: Tx, subject: Subject): Promise<{ readonly id: string; readonly dueAt: EpochMs | null }> {
  const { deps, row, now } = subject
  const { supplementDays } = await settingOf(tx, deps)
  const due = addDuration(await calendarOf(tx, subject), now, { kind: 'working_days', days: supplementDays })
  const list = await tx
    .insertInto('service_supplement')
    .values({
      zone_id: deps.zoneId,
      id: deps.newId(),
      application_id: row.application_id,
      day: localDateOf(now),
      state: 'open',
      due_at: due.ok ? at(due.value) : null,
    })
    .onConflict((conflict) =>
      conflict
        .columns(['zone_id', 'application_id', 'day'])
        .where('state', '=', 'open')
        .doUpdateSet({ rev: sql`service_supplement.rev + 1` }),
    )
    .returning(['id', 'due_at'])
    .executeTakeFirst()
  assert(list, 'the list of the day is there')
  return { id: list.id, dueAt: list.due_at }
}

async function insertAsks(tx: Tx, { deps, row, now, doer }: Subject, list: string, asks: readonly AskLine[]) {
  await tx
    .insertInto('supplement_ask')
    .values(
      asks.map((ask) => ({
        zone_id: deps.zoneId,
        id: deps.newId(),
        supplement_id: list,
        item_case_id: row.id,
        material: ask.material,
        field: ask.field,
        words: ask.words,
        asked_at: at(now),
        asked_by: doer.id,
      })),
    )
    .execute()
}

const finishSpecial: Spec<'finish_special'> = {
  from: ['special'],
  node: 'special',
  may: departmentOnly,
  run: async ({ dossier, input }) => {
    const { row, now } = dossier
    const at = row.specials.findIndex(({ doneAt }) => doneAt === null)
    change(dossier, {
      specials: row.specials.map((special, index) =>
        index === at ? { ...special, doneAt: now, words: input.words } : special,
      ),
    })
    say(dossier, { verb: 'finish_special', reason: input.words, data: { kind: row.specials[at]?.kind ?? null } })
    return ok({ kind: 'complete', node: 'special', vars: {} })
  },
}

/** Whoever reviewed does not approve. */
const otherHead = (stand: ItemStand, row: ItemCase): string | null =>
  headOnly(stand) ?? only(row.reviewed_by !== stand.accountId, 'reviewer_may_not_approve')

const approve: Spec<'approve'> = {
  from: ['approval'],
  node: 'approve',
  may: otherHead,
  run: async ({ dossier, stand, input }) => {
    change(dossier, { decided_by: stand.accountId, decision_reason: input.words || null })
    say(dossier, { verb: 'approve', reason: input.words || null })
    return ok({ kind: 'complete', node: 'approve', vars: { outcome: 'approve' } })
  },
}

const refuse: Spec<'refuse'> = {
  from: ['approval'],
  node: 'approve',
  may: otherHead,
  run: async ({ dossier, stand, input }) => {
    change(dossier, { decided_by: stand.accountId, decision_reason: input.reason, basis: input.basis })
    say(dossier, { verb: 'refuse', reason: input.reason, data: { basis: input.basis } })
    return ok({ kind: 'complete', node: 'approve', vars: { outcome: 'refuse' } })
  },
}

const sendBack: Spec<'send_back'> = {
  from: ['approval'],
  node: 'approve',
  may: headOnly,
  run: async ({ dossier, input }) => {
    change(dossier, { reviewed_by: null })
    say(dossier, { verb: 'send_back', reason: input.reason, internal: true })
    return ok({ kind: 'complete', node: 'approve', vars: { outcome: 'back' } })
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

const moves: MoveTable<'item_case', ItemStand, ItemMove> = {
  assign,
  pass_review: passReview,
  ask_supplement: askSupplement,
  finish_special: finishSpecial,
  approve,
  refuse,
  send_back: sendBack,
  judge_sample: judgeSample,
  note,
}

/** How people move an item case. */
export const itemMovable: Movable<'item_case', ItemStand, ItemMove> = {
  table: 'item_case',
  moves,
  host: itemHost,
  standIn: async (_tx: Tx | Db, _deps: ServicesDeps, actor, row) => standOnItem(actor, row),
}
