import { at, type Db, type Tx } from '@tingzhou/db'
import { epochMs, type EpochMs } from '@tingzhou/kernel'
import { openSources } from './data-source.ts'
import { say, tell, type Dossier, type ServicesDeps } from './dossier.ts'
import { outsideServices } from './outside.ts'
import type { Planned } from './plan.ts'
import { textOf } from './texts.ts'

type Subject = Dossier<'service_application'>
/** A question as the drawing waits for it. */
export type Waiting = { readonly id: string; readonly dueAt: EpochMs }

/**
 * Asks the sources outside the zone, each once an application: rows that a sender takes up after the commit. What the zone itself
 * holds was looked up at once. Two statements.
 */
export async function askSources(tx: Tx, dossier: Subject, planned: Planned): Promise<readonly Waiting[]> {
  const { deps, row, now } = dossier
  const wanted = outsideServices(planned).filter((service) => planned.outside.get(service)?.state === 'expected')
  const sources = await openSources(tx, deps.zoneId, wanted)
  const asked = [...sources.values()].map((source) => ({
    id: deps.newId(),
    service: source.service,
    dueAt: epochMs(now + source.waitMinutes * 60_000),
  }))
  if (asked.length === 0) return []
  await tx
    .insertInto('data_request')
    .values(
      asked.map(({ id, service, dueAt }) => ({
        zone_id: deps.zoneId,
        id,
        application_id: row.id,
        item_case_id: null,
        service_id: service,
        requester_id: 'system',
        requester_name: planned.stored.body.name.zh,
        purpose: textOf('materialPurpose').zh,
        consent_id: row.consents.length > 0 ? `${row.id}/${row.consents.join('+')}` : null,
        asked_at: at(now),
        answered_at: null,
        response_sha256: null,
        used: false,
        failure: null,
        state: 'asked' as const,
        due_at: at(dueAt),
        send_at: at(now),
      })),
    )
    .execute()
  say(dossier, { verb: 'ask_sources', data: { services: asked.map(({ service }) => service) } })
  tell(dossier, 'data_asked', [])
  return asked.map(({ id, dueAt }) => ({ id, dueAt }))
}

/** The hour is over: the question is unanswered, and the applicant is asked for the material. */
export async function markUnanswered(tx: Tx, dossier: Subject, requestId: string): Promise<void> {
  const { deps, row } = dossier
  const marked = await tx
    .updateTable('data_request')
    .set({ state: 'unanswered', failure: 'no_answer', send_at: null })
    .where('zone_id', '=', deps.zoneId)
    .where('application_id', '=', row.id)
    .where('id', '=', requestId)
    .where('state', '=', 'asked')
    .returning('service_id')
    .executeTakeFirst()
  if (marked) askApplicant(dossier, requestId, marked.service_id, 'no_answer')
}

/** Says and tells that the applicant has to give what a source did not. */
export function askApplicant(dossier: Subject, requestId: string, service: string, why: string): void {
  const { enterprise_id, applicant_account, raised_by } = dossier.row
  say(dossier, { verb: 'data_unanswered', reason: why, data: { service, requestId } })
  tell(dossier, 'data_unanswered', [enterprise_id, applicant_account, raised_by], { service })
}

/** The application is over: answers are not kept beyond need, only their hashes. One statement. */
export const forgetAnswers = (tx: Tx | Db, { zoneId }: Pick<ServicesDeps, 'zoneId'>, applicationId: string) =>
  tx
    .updateTable('data_request')
    .set({ answer: null, send_at: null })
    .where('zone_id', '=', zoneId)
    .where('application_id', '=', applicationId)
    .where((eb) => eb.or([eb('answer', 'is not', null), eb('send_at', 'is not', null)]))
