import { addDuration } from '@tingzhou/calendar'
import type { Tx } from '@tingzhou/db'
import { assert, epochMs, err, type EpochMs } from '@tingzhou/kernel'
import type { ProcessHost, Vars } from '@tingzhou/process'
import { copiesOf, lackingOf, planOfApplication, toleranceOf } from './application-check.ts'
import {
  calendarOf,
  change,
  grant,
  say,
  settleDossier,
  tell,
  openDossier,
  write,
  type Application,
  type Dossier,
  type ServicesDeps,
} from './dossier.ts'
import { forgetAnswers, markUnanswered } from './data-asking.ts'
import { jointResult, type ItemOutcome, type Outcomes } from './item-run.ts'
import { itemNamed } from './one-thing.ts'
import { oneThingOf } from './one-thing-store.ts'
import { deciderOf, type Planned } from './plan.ts'
import { settingOf } from './setting.ts'
import { logRequests } from './shared-fact.ts'
import { acceptBySilence, type Silence } from './silence.ts'
import { textOf } from './texts.ts'

type Subject = Dossier<'service_application'>

/** Working days until an application that nobody answered counts as accepted. Licensing Law, article 32. */
export const checkDays = 5

/** Every variable of a fresh application; expressions of the drawing never meet an unknown name. */
export const freshVars: Vars = {
  outcome: null,
  items: [],
  applicationId: null,
  tolerant: false,
  deliverBy: 'online',
  checkDueAt: null,
  requests: [],
  rateUntil: null,
  promiseState: null,
}

/** An application on its drawn process: `processes/onething.bpmn`, or the drawing of its one-thing. */
export const applicationHost = (deps: ServicesDeps): ProcessHost<Subject> => ({
  key: 'onething',
  businessKind: 'application',
  file: 'modules/services/processes/onething.bpmn',
  handlers: {
    'services.accept': accept,
    'services.askMaterial': askMaterial,
    'services.noteBroken': noteBroken,
    'services.conclude': conclude,
    'services.deliverOnline': deliverOnline,
    'services.withdraw': withdraw,
  },
  lock: (tx, businessId, cause) => openDossier(tx, deps, 'service_application', businessId, cause),
  taskParty: (task, { row }) => (task.roles.includes('enterprise') ? row.enterprise_id : null),
  taskAssignee: (task, { row }) => (task.roles.includes('enterprise') ? row.applicant_account : null),
  instance: () => null,
  batch: ({ batch }) => batch,
  settle: async (tx, subject, played) => {
    await sayWhatEnded(tx, subject)
    const { state } = subject.before
    settleDossier(subject, played, 'withdrawn', () => {
      if (state !== subject.row.state) tell(subject, 'application_moved', concerned(subject.row), { from: state })
    })
  },
})

/** An item has ended: the application's history says which, and how, before what followed from it. */
async function sayWhatEnded(tx: Tx, { cause, deps, row, said }: Subject): Promise<void> {
  if (cause.by !== 'event' || cause.about?.kind !== 'item_case') return
  const item = await tx
    .selectFrom('item_case')
    .select(['code', 'state', 'decision_reason'])
    .where('zone_id', '=', deps.zoneId)
    .where('id', '=', cause.about.id)
    .executeTakeFirst()
  if (!item) return
  const { body } = await oneThingOf(tx, deps, row.one_thing_id)
  const because = itemNamed(body, item.decision_reason)
  said.unshift({
    verb: 'item_ended',
    reason: item.decision_reason,
    data: { ...itemNamed(body, item.code), outcome: item.state, ...(because ? { because } : {}) },
  })
}

/** The parties that a change of the application concerns. */
export const concerned = ({ enterprise_id, applicant_account, raised_by }: Application) => [
  enterprise_id,
  applicant_account,
  raised_by,
]

/** The end of office hours so many working days after an instant; null beyond the calendar. */
export async function dueAfter(
  tx: Tx,
  dossier: Pick<Dossier, 'deps'>,
  from: EpochMs,
  days: number,
): Promise<EpochMs | null> {
  const due = addDuration(await calendarOf(tx, dossier), from, { kind: 'working_days', days })
  return due.ok ? due.value : null
}

/** 受理: by a move, or by silence when the five days are over. The joint clock begins, the departments get to see it. */
async function accept(tx: Tx, subject: Subject): Promise<Vars> {
  const { row, deps, now, cause } = subject
  const planned = await planOfApplication(tx, deps, row)
  const silence = cause.by === 'timer' ? await silenceOf(tx, subject, planned) : null
  const from = silence?.from ?? now
  const jointDueAt = await dueAfter(tx, subject, from, planned.clock.days)
  change(subject, {
    acceptance: silence ? 'by_silence' : row.acceptance,
    accepted_at: from,
    due_at: jointDueAt,
    joint_due_at: jointDueAt,
    joint_days: planned.clock.days,
    sum_days: planned.clock.sumDays,
    ...(await burdenOf(tx, subject, planned)),
  })
  grant(
    subject,
    planned.selection.items.map((item) => ({
      partyId: deciderOf(planned, item).id,
      relation: 'assistant' as const,
    })),
  )
  await logHeld(tx, subject, planned)
  if (planned.places.size > 0) tell(subject, 'joint_accepted', [])
  say(subject, {
    verb: silence ? 'accepted_by_silence' : row.acceptance === 'tolerant' ? 'accept_tolerant' : 'accept',
    data: {
      items: planned.selection.items.length,
      days: planned.clock.days,
      ...(silence ? { from: new Date(from).toISOString(), promise: { ...silence.promise } } : {}),
    },
  })
  return {
    items: planned.selection.items.map(({ code }) => code),
    applicationId: row.id,
    tolerant: silence ? silence.promise.state === 'in_force' : row.acceptance === 'tolerant',
    deliverBy: row.deliver_by,
  }
}

/** What the silence of the window leads to. A promise whose day the calendar does not know is none. */
async function silenceOf(tx: Tx, subject: Subject, planned: Planned): Promise<Silence> {
  const { deps, row, now } = subject
  const [last] = await tx
    .selectFrom('correction_list')
    .select('answered_at')
    .where('zone_id', '=', deps.zoneId)
    .where('application_id', '=', row.id)
    .orderBy('round', 'desc')
    .limit(1)
    .execute()
  const copies = await copiesOf(tx, deps.zoneId, row.id)
  const promised = row.promise_given !== null && copies.some(({ how }) => how === 'promised')
  const tolerance = promised ? await toleranceOf(tx, deps, row, planned, copies) : null
  const due = await dueAfter(tx, subject, now, row.promise_given?.workingDays ?? 0)
  return acceptBySilence(
    row.received_at ?? now,
    last?.answered_at ?? null,
    tolerance?.ok && due === null ? err([{ kind: 'deadline_too_long' }]) : tolerance,
  )
}

/** How many materials the items need, and how many the applicant had to bring. */
async function burdenOf(tx: Tx, { deps, row }: Subject, planned: Planned) {
  const copies = await copiesOf(tx, deps.zoneId, row.id)
  const asked = planned.materials.filter(({ way }) => way === 'asked')
  assert(lackingOf(planned, copies).length <= asked.length, 'what lacks was asked')
  return { materials_needed: planned.materials.length, materials_asked: asked.length }
}

/** What the zone took from its own stock instead of asking is a data request too. */
async function logHeld(tx: Tx, { deps, row }: Subject, planned: Planned): Promise<void> {
  const consentId = row.consents.length > 0 ? `${row.id}/${row.consents.join('+')}` : null
  const requester = { id: 'system', name: planned.stored.body.name.zh }
  await logRequests(
    tx,
    deps,
    planned.asked.map(({ service, fact }) => ({
      applicationId: row.id,
      itemCaseId: null,
      service,
      requester,
      purpose: textOf('materialPurpose').zh,
      consentId,
      fact,
      used: fact !== null,
    })),
  )
}

/** A source did not answer within its hour: the applicant is asked. */
async function askMaterial(tx: Tx, subject: Subject, { request }: Vars): Promise<Vars> {
  const id = typeof request === 'object' && request !== null && 'id' in request ? request.id : null
  assert(typeof id === 'string', 'the drawing waits for a request by its id')
  await markUnanswered(tx, subject, id)
  return {}
}

async function noteBroken(_tx: Tx, subject: Subject): Promise<Vars> {
  say(subject, { verb: 'promise_broken' })
  return { promiseState: 'broken' }
}

/** 办结: the joint result out of what became of the items. */
async function conclude(tx: Tx, subject: Subject): Promise<Vars> {
  const { deps, row, now } = subject
  const result = jointResult(await outcomesOf(tx, deps, row.id))
  assert(result, 'every item has ended')
  write(subject, forgetAnswers(tx, deps, row.id))
  change(subject, { result, concluded_at: now, due_at: null })
  say(subject, { verb: 'conclude', data: { result } })
  tell(subject, 'application_concluded', concerned(row), { result, packageId: row.package_id })
  return { deliverBy: row.deliver_by }
}

const outcomeOfState = {
  waiting: 'waiting',
  review: 'running',
  supplement: 'running',
  special: 'running',
  approval: 'running',
  granted: 'granted',
  refused: 'refused',
  cancelled: 'cancelled',
  ended: 'stopped',
  revoked: 'stopped',
} as const satisfies Record<string, ItemOutcome>

/** What became of the items of an application. A decision that was taken back is none, even before its own row says so. */
export async function outcomesOf(tx: Tx, deps: ServicesDeps, applicationId: string): Promise<Outcomes> {
  const rows = await tx
    .selectFrom('item_case as i')
    .leftJoin('revocation as r', (join) =>
      join.onRef('r.zone_id', '=', 'i.zone_id').onRef('r.item_case_id', '=', 'i.id').on('r.state', '=', 'revoked'),
    )
    .select(['i.code', 'i.state', 'r.id as revoked'])
    .where('i.zone_id', '=', deps.zoneId)
    .where('i.application_id', '=', applicationId)
    .limit(500)
    .execute()
  return Object.fromEntries(rows.map(({ code, state, revoked }) => [code, revoked ? 'stopped' : outcomeOfState[state]]))
}

async function deliverOnline(tx: Tx, subject: Subject): Promise<Vars> {
  change(subject, { delivered_at: subject.now })
  say(subject, { verb: 'deliver', data: { how: 'online' } })
  return ratingVars(tx, subject)
}

/** Until when the applicant may rate. Beyond the calendar the case is filed after as many plain days. */
export async function ratingVars(tx: Tx, subject: Subject): Promise<Vars> {
  const { rateDays } = await settingOf(tx, subject.deps)
  const due = await dueAfter(tx, subject, subject.now, rateDays)
  return { rateUntil: due ?? epochMs(subject.now + rateDays * 86_400_000) }
}

async function withdraw(tx: Tx, subject: Subject): Promise<Vars> {
  write(subject, forgetAnswers(tx, subject.deps, subject.row.id))
  change(subject, { due_at: null })
  tell(subject, 'application_withdrawn', concerned(subject.row), { packageId: subject.row.package_id })
  return {}
}
