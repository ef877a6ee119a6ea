import { addDays, addDuration, instantOf, localDateOf } from '@tingzhou/calendar'
import type { Tx } from '@tingzhou/db'
import { assert, type EpochMs, type LocalDate } from '@tingzhou/kernel'
import type { Call, ProcessHost, Vars } from '@tingzhou/process'
import { planOfApplication } from './application-check.ts'
import {
  calendarOf,
  change,
  dossierOf,
  grant,
  openDossier,
  say,
  settleDossier,
  tell,
  type Dossier,
  type PromiseRow,
  type ServicesDeps,
} from './dossier.ts'
import { expire, promiseDays, type PromiseDays, type TolerancePromise } from './promise.ts'
import { textOf } from './texts.ts'

type Subject = Dossier<'tolerance_promise'>

/** A promise on its drawn process: `processes/promise.bpmn`. */
export const promiseHost = (deps: ServicesDeps): ProcessHost<Subject> => ({
  key: 'promise',
  businessKind: 'promise',
  file: 'modules/services/processes/promise.bpmn',
  handlers: {
    'services.openPromise': openPromise,
    'services.remindPromise': remind,
    'services.breakPromise': breakPromise,
  },
  lock: (tx, businessId, cause) => openDossier(tx, deps, 'tolerance_promise', businessId, cause),
  open: (tx, call) => openCase(tx, deps, call),
  taskParty: () => null,
  taskAssignee: () => null,
  instance: () => null,
  batch: ({ batch }) => batch,
  settle: (_tx, subject, played) => {
    const verifying = played.openTasks.some(({ nodeId }) => nodeId === 'verify')
    settleDossier(subject, played, 'ended', () => {
      if (verifying && subject.before.state === 'open') tell(subject, 'promise_supplied', [])
    })
  },
})

/** The promise as the rules know it. Pure. */
export function promiseOf(row: PromiseRow, missing: readonly string[]): TolerancePromise {
  const { application_id: application, due_on: due, extended } = row
  switch (row.state) {
    case 'open':
      return { state: 'open', application, due, extended, materials: missing }
    case 'verifying':
      return {
        state: 'supplied',
        application,
        due,
        extended,
        materials: row.materials,
        suppliedOn: localDateOf(row.supplied_at ?? row.updated_at),
      }
    case 'kept':
      return { state: 'kept', application, keptOn: localDateOf(row.ended_at ?? row.updated_at) }
    case 'broken':
    case 'repaired':
    case 'ended':
      return { state: 'broken', application, brokenOn: localDateOf(row.ended_at ?? row.updated_at) }
  }
}

/** What was promised and has not come. Pure. */
export const missingOf = ({ materials, supplied }: PromiseRow): readonly string[] =>
  materials.filter((code) => !supplied.includes(code))

// Reminders go out when the office opens.
const morning = '10:00'

/** The timers of a promise: two mornings, and the end of the due day. */
export const timersOf = (days: Pick<PromiseDays, 'due' | 'reminders'>, now: EpochMs): Vars => {
  const ahead = days.reminders.map((day) => instantOf(day, morning)).filter((instant) => instant > now)
  const [first = null, second = null] = ahead
  return { remind50At: first, remindLastAt: second, deadlineAt: endOf(days.due) }
}

/** A promise may be kept until the day is over. */
const endOf = (day: LocalDate): EpochMs => instantOf(addDays(day, 1), '00:00')

async function openCase(tx: Tx, deps: ServicesDeps, { caller }: Call) {
  const cause = { by: 'event', type: 'process.called' } as const
  const parent = await openDossier(tx, deps, 'service_application', caller.businessId, cause)
  assert(parent?.row.promise_given, 'only an application with a promise calls one')
  const { row: application } = parent
  const { promise_given: given } = parent.row
  const now = deps.clock()
  const promised = await tx
    .selectFrom('material_copy')
    .select('code')
    .where('zone_id', '=', deps.zoneId)
    .where('application_id', '=', application.id)
    .where('how', '=', 'promised')
    .orderBy('code')
    .execute()
  const calendar = await calendarOf(tx, parent)
  // What silence accepts counts from its receipt; a promise counts from the day on which it came into force, or it could be broken then.
  const signed = application.acceptance === 'by_silence' ? now : (application.accepted_at ?? now)
  const days = promiseDays(calendar, localDateOf(signed), given.workingDays)
  const due = addDuration(calendar, signed, { kind: 'working_days', days: given.workingDays })
  assert(days.ok && due.ok, 'the calendar holds the days of a promise: it was asked when the promise was accepted')
  const row: PromiseRow = {
    ...blank,
    zone_id: deps.zoneId,
    id: deps.newId(),
    application_id: application.id,
    enterprise_id: application.enterprise_id,
    applicant_account: application.applicant_account,
    applicant_name: application.applicant_name,
    materials: promised.map(({ code }) => code),
    working_days: given.workingDays,
    consequence: textOf('consequence').zh,
    signed_by: given.signedBy,
    signed_at: signed,
    due_on: days.value.due,
    due_at: due.value,
    created_at: now,
    updated_at: now,
  }
  const subject = dossierOf(deps, 'tolerance_promise', row, cause, { fresh: true })
  grant(subject, [
    { partyId: application.enterprise_id, relation: 'enterprise' },
    { partyId: application.applicant_account, relation: 'person' },
    { partyId: application.raised_by, relation: 'person' },
  ])
  say(subject, { verb: 'promise', data: { materials: row.materials, due: row.due_on } })
  return { subject, businessId: row.id }
}

async function openPromise(tx: Tx, subject: Subject): Promise<Vars> {
  const { row, now } = subject
  const days = promiseDays(await calendarOf(tx, subject), localDateOf(row.signed_at), row.working_days)
  const timers = days.ok ? timersOf(days.value, now) : timersOf({ due: row.due_on, reminders: [] }, now)
  return { ...timers, outcome: null, decided: [], cause: 'promise_broken', promiseState: 'open' }
}

async function remind(_tx: Tx, subject: Subject): Promise<Vars> {
  const { row, now } = subject
  change(subject, { reminded_at: [...row.reminded_at, now] })
  say(subject, { verb: 'remind_promise' })
  tell(subject, 'promise_reminded', [row.enterprise_id, row.applicant_account], { due: row.due_on })
  return {}
}

/** The due day is over: undecided items that lack what was promised end, decided ones are looked at again. */
async function breakPromise(tx: Tx, subject: Subject): Promise<Vars> {
  const { row, now } = subject
  const missing = missingOf(row)
  const lacking = await lackingItems(tx, subject, missing)
  const expired = expire(
    promiseOf(row, missing),
    lacking.map(({ code, state }) => ({ code, isDecided: state === 'granted' })),
    localDateOf(now),
  )
  assert(expired.ok, `an open promise expires after its day, got ${JSON.stringify(expired)}`)
  change(subject, { state: 'broken', ended_at: now })
  say(subject, { verb: 'promise_broken', data: { missing } })
  const byCode = new Map(lacking.map((item) => [item.code, item.id]))
  const idsOf = (codes: readonly string[]) => codes.flatMap((code) => byCode.get(code) ?? [])
  tell(subject, 'promise_broken', [row.enterprise_id, row.applicant_account], {
    applicationId: row.application_id,
    items: idsOf(expired.value.ended),
  })
  return { decided: idsOf(expired.value.toRevoke), promiseState: 'broken' }
}

/** The items that are granted or still open and need one of the missing materials. */
async function lackingItems(tx: Tx, { deps, row }: Subject, missing: readonly string[]) {
  const application = await tx
    .selectFrom('service_application')
    .selectAll()
    .where('zone_id', '=', deps.zoneId)
    .where('id', '=', row.application_id)
    .executeTakeFirstOrThrow()
  const planned = await planOfApplication(tx, deps, application)
  const needing = new Set(
    planned.materials.filter(({ material }) => missing.includes(material.code)).flatMap(({ items }) => items),
  )
  const cases = await tx
    .selectFrom('item_case')
    .select(['id', 'code', 'state'])
    .where('zone_id', '=', deps.zoneId)
    .where('application_id', '=', row.application_id)
    .where('state', 'not in', ['refused', 'cancelled', 'ended', 'revoked'])
    .orderBy('code')
    .limit(500)
    .execute()
  return cases.filter(({ code }) => needing.has(code))
}

const blank = {
  state: 'open',
  supplied: [],
  extended: false,
  supplied_at: null,
  reminded_at: [],
  ended_at: null,
  instance_id: null,
  next_step: null,
  next_roles: [],
  next_party: null,
  rev: 1,
} satisfies Partial<PromiseRow>
