import { at, flushBatch, jsonb, runCommand, type Tx, type WriteBatch } from '@tingzhou/db'
import { err, ok, type Result } from '@tingzhou/kernel'
import { hasRole, type Actor } from '@tingzhou/parties'
import { giveMaterials, type MaterialLine } from './application-draft.ts'
import { applicationHost, concerned } from './application-host.ts'
import { planOfApplication } from './application-check.ts'
import { isApplicant } from './application-stand.ts'
import { canonicalJson, sha256 } from './canonical.ts'
import { answered, type SourceAnswer, type Unusable } from './data-answer.ts'
import type { RequestState } from './request-states.ts'
import { askApplicant } from './data-asking.ts'
import { closeDossier, openDossier, say, tell, type Dossier, type ServicesDeps } from './dossier.ts'
import type { ServiceError } from './errors.ts'
import { message, movedOf, type Moved } from './move.ts'
import type { Planned } from './plan.ts'

type Subject = Dossier<'service_application'>

export type Arrival =
  | { readonly kind: 'answer'; readonly answer: SourceAnswer }
  | { readonly kind: 'unusable'; readonly why: Unusable }
export type Arrived = { readonly id: string; readonly state: RequestState; readonly used: boolean }

/**
 * An answer has come, at once or by callback. In time it is used and the drawing goes on; a late one is logged, and used only when
 * the applicant agrees again; what cannot be used makes the material the applicant's. One transaction under the application's lock.
 */
export const receiveAnswer = (
  deps: ServicesDeps,
  requestId: string,
  arrival: Arrival,
): Promise<Result<Arrived, ServiceError>> =>
  deps.db.transaction().execute((tx) => takeAnswer(tx, deps, requestId, arrival))

async function takeAnswer(
  tx: Tx,
  deps: ServicesDeps,
  requestId: string,
  arrival: Arrival,
): Promise<Result<Arrived, ServiceError>> {
  const place = await tx
    .selectFrom('data_request')
    .select('application_id')
    .where('zone_id', '=', deps.zoneId)
    .where('id', '=', requestId)
    .executeTakeFirst()
  const cause = { by: 'event', type: 'services.data_answered' } as const
  const dossier = place?.application_id
    ? await openDossier(tx, deps, 'service_application', place.application_id, cause)
    : null
  if (!dossier) return err({ kind: 'not_found' })
  const request = await lockRequest(tx, deps, requestId)
  const decided = answered({ state: request.state, dueAt: request.due_at }, dossier.now)
  if (!decided.ok) return decided
  const { state, used } = outcomeOf(decided.value, arrival)
  const answer = arrival.kind === 'answer' ? arrival.answer : null
  await tx
    .updateTable('data_request')
    .set({
      state,
      used,
      send_at: null,
      failure: arrival.kind === 'answer' ? null : arrival.why,
      answered_at: answer ? at(dossier.now) : null,
      response_sha256: answer ? sha256(canonicalJson(answer.value)) : null,
      answer: answer && isOpen(dossier) ? jsonb(answer.value) : null,
      as_of: answer?.asOf ?? null,
      valid_to: answer?.validTo ?? null,
    })
    .where('zone_id', '=', deps.zoneId)
    .where('id', '=', requestId)
    .execute()
  const note = (subject: Subject) => {
    if (state === 'failed')
      return askApplicant(subject, requestId, request.service_id, arrival.kind === 'answer' ? '' : arrival.why)
    say(subject, {
      verb: state === 'late' ? 'data_late' : 'data_answered',
      data: { service: request.service_id, requestId },
    })
    tell(subject, state === 'late' ? 'data_late' : 'data_answered', concerned(subject.row))
  }
  await hear(tx, deps, dossier, requestId, note)
  return ok({ id: requestId, state, used })
}

/** An unusable answer in time has failed; one after the hour leaves the question as unanswered as it was. */
function outcomeOf(decided: { readonly state: 'answered' | 'late'; readonly used: boolean }, { kind }: Arrival) {
  if (kind === 'answer') return decided
  return { state: decided.state === 'late' ? ('unanswered' as const) : ('failed' as const), used: false }
}

/** Tells the drawing that waits for the answer; where none does, the history alone. */
async function hear(
  tx: Tx,
  deps: ServicesDeps,
  dossier: Subject,
  requestId: string,
  note: (subject: Subject) => void,
): Promise<void> {
  const { id } = dossier.row
  const host = applicationHost(deps)
  const cause = 'services.data_answered'
  const told = { name: 'data-answered', correlationKey: requestId }
  const heard = await message(tx, deps, host, ['service_application', id], cause, told, note)
  if (heard) return
  note(dossier)
  closeDossier(dossier)
  await flushBatch(tx, dossier.batch)
}

const isOpen = ({ row }: Subject): boolean => ['check', 'correction', 'running'].includes(row.state)

const lockRequest = (tx: Tx, { zoneId }: ServicesDeps, id: string) =>
  tx
    .selectFrom('data_request')
    .select(['id', 'service_id', 'state', 'due_at', 'application_id'])
    .where('zone_id', '=', zoneId)
    .where('id', '=', id)
    .forUpdate()
    .executeTakeFirstOrThrow()

type Consent = { readonly id: string; readonly commandId: string; readonly agree: boolean }

/** The applicant agrees again, or not, that an answer which came too late is used. */
export const consentToLate = (deps: ServicesDeps, actor: Actor, input: Consent): Promise<Result<Moved, ServiceError>> =>
  runCommand(
    deps,
    { commandId: input.commandId, actorId: actor.accountId, name: 'services.consent_late', input },
    async (tx, last): Promise<Result<Moved, ServiceError>> => {
      const found = await openRequest(tx, last, deps, actor, input.id, 'consent_late')
      if (!found.ok) return found
      const { dossier, request } = found.value
      if (!isApplicant(actor, dossier.row))
        return err({ kind: 'not_allowed', move: 'consent_late', reason: 'applicant_only' })
      if (request.state !== 'late' || !isOpen(dossier))
        return err({ kind: 'not_late', field: 'id', value: request.state, rule: 'an answer that came too late' })
      await tx
        .updateTable('data_request')
        .set(
          input.agree
            ? { state: 'answered', used: true, consent_id: `${dossier.row.id}/late/${request.id}` }
            : { state: 'unanswered', answer: null },
        )
        .where('zone_id', '=', deps.zoneId)
        .where('id', '=', request.id)
        .execute()
      say(dossier, { verb: input.agree ? 'consent_late' : 'refuse_late', data: { service: request.service_id } })
      closeDossier(dossier)
      return ok(movedOf(dossier))
    },
  )

type HandIn = { readonly id: string; readonly commandId: string; readonly materials: readonly MaterialLine[] }

/** What a source did not answer is handed in by the applicant or the window while the application is checked. */
export const handInInstead = (deps: ServicesDeps, actor: Actor, input: HandIn): Promise<Result<Moved, ServiceError>> =>
  runCommand(
    deps,
    { commandId: input.commandId, actorId: actor.accountId, name: 'services.hand_in_instead', input },
    async (tx, last): Promise<Result<Moved, ServiceError>> => {
      const found = await openRequest(tx, last, deps, actor, input.id, 'hand_in')
      if (!found.ok) return found
      const { dossier, request } = found.value
      const { state } = dossier.row
      if (!isApplicant(actor, dossier.row) && !hasRole(actor, 'window_officer'))
        return err({ kind: 'not_allowed', move: 'hand_in', reason: 'applicant_only' })
      if (state !== 'check' && state !== 'correction')
        return err({
          kind: 'not_in_state',
          move: 'hand_in',
          state,
          rule: 'check, correction',
          states: ['check', 'correction'],
        })
      const planned = await planOfApplication(tx, deps, dossier.row)
      const own = materialsOf(planned, request.service_id)
      const foreign = input.materials.find(({ code }) => !own.includes(code))
      if (foreign)
        return err({
          kind: 'unknown_material',
          field: 'materials',
          value: foreign.code,
          rule: 'a material of the service',
        })
      const bare = input.materials.find(({ fileIds }) => fileIds.length === 0 && dossier.row.mode !== 'window')
      if (bare) return err({ kind: 'file_needed', field: 'materials', value: bare.code, rule: 'at_least_one' })
      const given = await giveMaterials(tx, dossier, input.materials, true)
      if (!given.ok) return given
      say(dossier, { verb: 'hand_in', data: { materials: input.materials.map(({ code }) => code) } })
      closeDossier(dossier)
      return ok(movedOf(dossier))
    },
  )

/** The materials of a plan that a service gives. Pure. */
export const materialsOf = ({ selection }: Pick<Planned, 'selection'>, service: string): readonly string[] =>
  selection.materials.flatMap(({ material: { code, from } }) =>
    'service' in from && from.service === service ? [code] : [],
  )

async function openRequest(tx: Tx, batch: WriteBatch, deps: ServicesDeps, actor: Actor, id: string, verb: string) {
  const place = await tx
    .selectFrom('data_request')
    .select('application_id')
    .where('zone_id', '=', deps.zoneId)
    .where('id', '=', id)
    .executeTakeFirst()
  const cause = { by: 'actor', actor, verb } as const
  const dossier = place?.application_id
    ? await openDossier(tx, deps, 'service_application', place.application_id, cause, batch)
    : null
  if (!dossier) return err({ kind: 'not_found' } as const)
  return ok({ dossier, request: await lockRequest(tx, deps, id) })
}
