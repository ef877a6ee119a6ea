import type { Tx } from '@tingzhou/db'
import { assert, type EpochMs } from '@tingzhou/kernel'
import type { Call, ProcessHost, Vars } from '@tingzhou/process'
import { dueAfter } from './application-host.ts'
import { planOfApplication } from './application-check.ts'
import { issueCertificate } from './certificate.ts'
import {
  change,
  dossierOf,
  grant,
  openDossier,
  say,
  tell,
  write,
  type Dossier,
  type ItemCase,
  type ServicesDeps,
} from './dossier.ts'
import { pauseClock, resumeClock } from './item-clock.ts'
import { drawingOfItem } from './drawing-store.ts'
import { applicationOf, decideByRule } from './item-decide.ts'
import { settleCasework, settleItem } from './item-settle.ts'
import { receivedPlaces } from './joint-place.ts'
import { itemNamed } from './one-thing.ts'
import { oneThingOf } from './one-thing-store.ts'
import { deciderOf, departmentIn } from './plan.ts'
import { itemStart } from './silence.ts'
import { beginStep, endStep, neededSteps, superviseStep } from './special-steps.ts'

type Subject = Dossier<'item_case'>

const over: ReadonlySet<ItemCase['state']> = new Set(['granted', 'refused', 'cancelled', 'ended', 'revoked'])

/** One item of an application on its drawn process: `processes/item-case.bpmn`. */
export const itemHost = (deps: ServicesDeps): ProcessHost<Subject> => ({
  key: 'item-case',
  businessKind: 'item_case',
  file: 'modules/services/processes/item-case.bpmn',
  handlers: {
    'services.openItem': openItem,
    'services.cancelItem': cancelItem,
    'services.decide': decide,
    'services.resumeItem': resumeItem,
    'services.pauseItem': async (_tx, subject) => pauseClock(subject),
    'services.beginStep': beginStep,
    'services.endStep': endStep,
    'services.superviseStep': superviseStep,
    'services.superviseItem': superviseItem,
    'services.refuseItem': refuseItem,
    'services.certify': certify,
    'services.endItem': endItem,
  },
  lock: (tx, businessId, cause) => openDossier(tx, deps, 'item_case', businessId, cause),
  open: (tx, call) => openCase(tx, deps, call),
  taskParty: (_task, { row }) => row.department_id,
  // Whoever decides is not the officer in charge.
  taskAssignee: (task, { row }) => (task.outcomes.includes('approve') ? null : row.assignee_id),
  doer: ({ doer }) => doer.actor?.accountId ?? null,
  instance: () => null,
  batch: ({ batch }) => batch,
  settle: settleItem,
  casework: settleCasework,
})

/**
 * Opens the case of an item that the application calls. The lock of the application orders it against the telling of what an item
 * came to: whichever is first, no dependent is forgotten.
 */
async function openCase(tx: Tx, deps: ServicesDeps, { caller, vars }: Call) {
  const cause = { by: 'event', type: 'process.called' } as const
  const parent = await openDossier(tx, deps, 'service_application', caller.businessId, cause)
  assert(parent, 'an application calls its items')
  const planned = await planOfApplication(tx, deps, parent.row)
  const item = planned.selection.items.find(({ code }) => code === vars.item)
  assert(item, 'the item is one of the selected')
  const department = deciderOf(planned, item)
  const drawing = await drawingOfItem(tx, deps, parent.row.one_thing_id, item.process.key)
  const now = deps.clock()
  const row: ItemCase = {
    ...blank,
    drawing: drawing?.key ?? null,
    zone_id: deps.zoneId,
    id: deps.newId(),
    application_id: parent.row.id,
    code: item.code,
    department: department.code === '' ? item.department : department.code,
    place: planned.places.get(item.code)?.area ?? null,
    department_id: department.id,
    after_items: [...(planned.selection.graph.find(({ code }) => code === item.code)?.after ?? [])],
    promised_days: item.promised.days,
    created_at: now,
    updated_at: now,
  }
  const subject = dossierOf(deps, 'item_case', row, cause, { fresh: true })
  grant(subject, [
    { partyId: department.id, relation: 'owner' },
    { partyId: department.id, relation: 'pool' },
    // Whoever leads the one-thing follows every item of it, and urges those that are late.
    { partyId: departmentIn(planned, planned.stored.body.lead).id, relation: 'assistant' },
    { partyId: parent.row.enterprise_id, relation: 'enterprise' },
    { partyId: parent.row.applicant_account, relation: 'person' },
    { partyId: parent.row.raised_by, relation: 'person' },
  ])
  say(subject, { verb: 'open', data: { after: row.after_items } })
  return { subject, businessId: row.id, ...drawing }
}

/** For how many items it still waits. One of them may have failed before this case was opened: then it asks to be told. */
async function openItem(tx: Tx, subject: Subject): Promise<Vars> {
  const { deps, row } = subject
  const before =
    row.after_items.length === 0
      ? []
      : await tx
          .selectFrom('item_case')
          .select(['code', 'state'])
          .where('zone_id', '=', deps.zoneId)
          .where('application_id', '=', row.application_id)
          .where('code', 'in', row.after_items)
          .execute()
  if (before.some(({ state }) => state !== 'granted' && over.has(state)))
    tell(subject, 'item_blocked', [], { applicationId: row.application_id, code: row.code })
  const granted = new Set(before.filter(({ state }) => state === 'granted').map(({ code }) => code))
  // What another place decides begins when that place has taken it in.
  const isTakenIn = row.place === null || (await receivedPlaces(tx, deps, row.application_id)).has(row.place)
  return {
    outcome: null,
    auto: null,
    waiting: row.after_items.filter((code) => !granted.has(code)).length + (isTakenIn ? 0 : 1),
    specials: [],
    steps: {},
    needed: [],
    promisedDueAt: null,
    supplementDueAt: null,
  }
}

/** What it waits for failed: the reason is the code of that item. */
async function cancelItem(tx: Tx, subject: Subject, { blame }: Vars): Promise<Vars> {
  const reason = typeof blame === 'string' ? blame : subject.row.decision_reason
  const { one_thing_id: version } = await applicationOf(tx, subject)
  const because = itemNamed((await oneThingOf(tx, subject.deps, version)).body, reason)
  change(subject, { decision_reason: reason, due_at: null })
  say(subject, { verb: 'cancel', reason, data: because ? { because } : {} })
  concluded(subject, 'cancelled')
  return {}
}

/** The clock of the item begins; rules approve, or a person decides. A rule never refuses. */
async function decide(tx: Tx, subject: Subject): Promise<Vars> {
  const { row, now } = subject
  const start = itemStart(row.after_items.length > 0, await receiptOf(tx, subject), now)
  const due = await dueAfter(tx, subject, start, row.promised_days)
  change(subject, { started_at: start, due_at: due })
  const auto = await decideByRule(tx, subject)
  say(subject, { verb: auto === 'approve' ? 'approve_by_rule' : 'receive' })
  if (auto === 'manual') tell(subject, 'item_received', [subject.row.department_id])
  return { auto, promisedDueAt: auto === 'approve' ? null : due, ...(await neededSteps(tx, subject)) }
}

/** The receipt from which an item counts that waits for no other; null: from now on. */
async function receiptOf(tx: Tx, { deps, row }: Subject): Promise<EpochMs | null> {
  if (row.place !== null) return (await receivedPlaces(tx, deps, row.application_id)).get(row.place) ?? null
  const application = await tx
    .selectFrom('service_application')
    .select(['acceptance', 'accepted_at'])
    .where('zone_id', '=', deps.zoneId)
    .where('id', '=', row.application_id)
    .executeTakeFirstOrThrow()
  return application.acceptance === 'by_silence' ? application.accepted_at : null
}

async function resumeItem(tx: Tx, subject: Subject): Promise<Vars> {
  const { row, cause, deps } = subject
  if (cause.by === 'timer') {
    say(subject, { verb: 'supplement_over' })
    if (row.supplement_id !== null)
      write(
        subject,
        tx
          .updateTable('service_supplement')
          .set({ state: 'late' })
          .where('zone_id', '=', deps.zoneId)
          .where('id', '=', row.supplement_id)
          .where('state', '=', 'open'),
      )
  }
  const vars = await resumeClock(tx, subject)
  change(subject, { supplement_id: null })
  return { ...vars, supplementDueAt: null, specials: [] }
}

async function superviseItem(_tx: Tx, subject: Subject): Promise<Vars> {
  const { row, now } = subject
  // The clock was moved, and the timer has not followed yet: it will ring again.
  if (row.paused_at !== null || (row.due_at !== null && row.due_at > now)) return {}
  change(subject, { supervised_at: subject.now })
  say(subject, { verb: 'supervise', internal: true })
  tell(subject, 'item_overdue', [subject.row.department_id])
  return {}
}

async function refuseItem(_tx: Tx, subject: Subject): Promise<Vars> {
  change(subject, { decided_at: subject.now, due_at: null })
  concluded(subject, 'refused')
  return {}
}

async function certify(tx: Tx, subject: Subject): Promise<Vars> {
  const automatic = subject.row.reviewed_by === null
  const no = await issueCertificate(tx, subject, automatic)
  change(subject, { decided_at: subject.now, due_at: null, automatic })
  say(subject, { verb: 'grant', data: { automatic, certificate: no } })
  concluded(subject, 'granted')
  return {}
}

/** Ended from outside: a promise was broken, or the department stops it and has said why. */
async function endItem(_tx: Tx, subject: Subject): Promise<Vars> {
  const isStopped = subject.cause.by === 'actor'
  const reason = isStopped ? subject.row.decision_reason : 'promise_broken'
  change(subject, { decided_at: subject.now, decision_reason: reason, due_at: null, paused_at: null })
  if (!isStopped) say(subject, { verb: 'end', reason })
  concluded(subject, 'ended')
  return {}
}

/** The other items of the application hear what became of this one. */
function concluded(subject: Subject, outcome: ItemCase['state']): void {
  assert(over.has(outcome), 'an item is told when it is over')
  const { application_id: applicationId, code } = subject.row
  tell(subject, 'item_concluded', [], { applicationId, code, outcome })
}

const blank = {
  state: 'waiting',
  automatic: false,
  assignee_id: null,
  reviewed_by: null,
  started_at: null,
  due_at: null,
  paused_at: null,
  supplement_id: null,
  specials: [],
  supervised_at: null,
  suspended_at: null,
  urged_at: null,
  drawing: null,
  decided_at: null,
  decided_by: null,
  decision_reason: null,
  basis: null,
  instance_id: null,
  next_step: null,
  next_roles: [],
  next_party: null,
  rev: 1,
} satisfies Partial<ItemCase>
