import { sql } from 'kysely'
import { at, flushBatch } from '@tingzhou/db'
import { assert, epochMs, type EpochMs } from '@tingzhou/kernel'
import type { TimerSource } from '@tingzhou/timers'
import { answerBytesMax, askAgainAt, dayOf, readResponse, type Response } from './data-answer.ts'
import { markUnanswered } from './data-asking.ts'
import { receiveAnswer, type Arrival } from './data-request.ts'
import { openSources, type DataSource } from './data-source.ts'
import { tokenOf } from './data-token.ts'
import { closeDossier, openDossier, type ServicesDeps } from './dossier.ts'
import { oneThingOf } from './one-thing-store.ts'

/** Asks sources outside the zone over HTTP: after the commit, outside every transaction, without holding other timers back. */
export type DataSender = {
  readonly source: TimerSource
  /** Asks everything that is due and waits for what comes back; gives how many were asked. */
  readonly sendDue: (now: EpochMs) => Promise<number>
  /** Waits for what is under way. */
  readonly settled: () => Promise<void>
}

export type SenderDeps = ServicesDeps & {
  /** Where a source answers by callback. */
  readonly publicUrl: string
  /** How long one call may take; ten seconds when absent. */
  readonly timeoutMs?: number
  readonly log: { readonly error: (fields: Record<string, unknown>, message: string) => void }
}

const batch = 20
const timeoutMsDefault = 10_000
// The drawing marks a question first; what no drawing waits for is marked here.
const sweepAfterMs = 60_000

type Question = {
  id: string
  applicationId: string
  service: string
  purpose: string
  consentId: string | null
  requester: string
  attempts: number
  dueAt: EpochMs
}

/** Makes the sender of a server. */
export function createDataSender(deps: SenderDeps): DataSender {
  const underWay = new Set<Promise<void>>()
  const launch = (questions: readonly Question[]) => {
    for (const question of questions) {
      const work = ask(deps, question)
        .catch((error: unknown) =>
          deps.log.error({ err: error, requestId: question.id }, 'a data source could not be asked'),
        )
        .finally(() => underWay.delete(work))
      underWay.add(work)
    }
  }
  const settled = async () => {
    while (underWay.size > 0) await Promise.all(underWay)
  }
  const fire = async (now: EpochMs) => {
    const questions = await claim(deps, now)
    launch(questions)
    return questions.length + (await sweep(deps, now))
  }
  return {
    source: {
      name: 'services.data_sources',
      fireDue: async (now) => ({ fired: await fire(now), failed: 0 }),
      nextDue: () => nextDue(deps),
    },
    sendDue: async (now) => {
      const fired = await fire(now)
      await settled()
      return fired
    },
    settled,
  }
}

/** Takes due questions, each for as long as until it is tried again: a process that dies loses none. One transaction. */
const claim = (deps: SenderDeps, now: EpochMs): Promise<readonly Question[]> =>
  deps.db.transaction().execute(async (tx) => {
    const { rows } = await sql<Question>`select id, application_id as "applicationId", service_id as service, purpose,
        consent_id as "consentId", requester_name as requester, attempts, due_at as "dueAt"
      from data_request where zone_id = ${deps.zoneId} and send_at <= ${at(now)} and state = 'asked'
      order by send_at limit ${batch} for update skip locked`.execute(tx)
    const taken: Question[] = []
    for (const row of rows) {
      const next = askAgainAt(row.attempts + 1, now, row.dueAt)
      await tx
        .updateTable('data_request')
        .set({ attempts: row.attempts + 1, send_at: next === null ? null : at(next) })
        .where('zone_id', '=', deps.zoneId)
        .where('id', '=', row.id)
        .execute()
      taken.push({ ...row, attempts: row.attempts + 1 })
    }
    return taken
  })

/** Questions whose hour is over and that no drawing marked. */
async function sweep(deps: SenderDeps, now: EpochMs): Promise<number> {
  const rows = await deps.db
    .selectFrom('data_request')
    .select(['id', 'application_id'])
    .where('zone_id', '=', deps.zoneId)
    .where('state', '=', 'asked')
    .where('due_at', '<', at(epochMs(now - sweepAfterMs)) as never)
    .limit(batch)
    .execute()
  for (const { id, application_id } of rows)
    await deps.db.transaction().execute(async (tx) => {
      const cause = { by: 'event', type: 'services.data_unanswered' } as const
      const dossier = await openDossier(tx, deps, 'service_application', application_id ?? '', cause)
      assert(dossier, 'a question is asked for an application')
      await markUnanswered(tx, dossier, id)
      if (dossier.said.length === 0) return
      closeDossier(dossier)
      await flushBatch(tx, dossier.batch)
    })
  return rows.length
}

async function nextDue({ db, zoneId }: SenderDeps): Promise<EpochMs | null> {
  const { rows } = await sql<{ due: EpochMs | null }>`select least(
      (select min(send_at) from data_request where zone_id = ${zoneId} and send_at is not null and state = 'asked'),
      (select min(due_at) + interval '1 minute' from data_request where zone_id = ${zoneId} and state = 'asked')) as due`.execute(
    db,
  )
  return rows[0]?.due ?? null
}

async function ask(deps: SenderDeps, question: Question): Promise<void> {
  const source = (await openSources(deps.db, deps.zoneId, [question.service])).get(question.service)
  if (!source) return
  const key = source.keySetting === null ? null : deps.secret(source.keySetting)
  if (source.keySetting !== null && key === null) {
    deps.log.error({ setting: source.keySetting, service: source.service }, 'a data source has no key')
    return
  }
  const response = await request(source, key, await bodyOf(deps, question), deps)
  switch (response.kind) {
    case 'answer':
    case 'unusable':
      return settle(deps, question, response)
    case 'later':
      await deps.db
        .updateTable('data_request')
        .set({ send_at: null })
        .where('zone_id', '=', deps.zoneId)
        .where('id', '=', question.id)
        .execute()
      return
    case 'again':
      return
  }
}

async function settle(deps: SenderDeps, question: Question, arrival: Arrival): Promise<void> {
  const received = await receiveAnswer(deps, question.id, arrival)
  // A callback was faster: its answer stands.
  if (!received.ok && received.error.kind !== 'already_answered')
    deps.log.error({ error: received.error, requestId: question.id }, 'an answer could not be kept')
}

/** One call: no redirect, ten seconds, a bounded body. A fault of the network is worth asking again. */
async function request(
  source: DataSource,
  key: string | null,
  body: unknown,
  { clock, timeoutMs = timeoutMsDefault }: Pick<SenderDeps, 'clock' | 'timeoutMs'>,
): Promise<Response> {
  try {
    const response = await fetch(source.url, {
      method: 'POST',
      redirect: 'error',
      signal: AbortSignal.timeout(timeoutMs),
      headers: {
        'content-type': 'application/json',
        accept: 'application/json',
        ...(key === null ? {} : { authorization: `Bearer ${key}` }),
      },
      body: JSON.stringify(body),
    })
    const text = await textOf(response)
    if (text === null) return { kind: 'unusable', why: 'answer_too_large' }
    return readResponse(response.status, text, dayOf(clock()))
  } catch {
    return { kind: 'again' }
  }
}

/** The body as text; null when it is larger than an answer may be. */
async function textOf(response: globalThis.Response): Promise<string | null> {
  const bytesMax = 2 * answerBytesMax
  const parts: Uint8Array[] = []
  let length = 0
  for await (const part of response.body ?? []) {
    length += part.length
    if (length > bytesMax) return null
    parts.push(part)
  }
  return Buffer.concat(parts).toString('utf8')
}

/** What a source is told: who asks about whom, for what, with whose consent, and where it may answer later. */
async function bodyOf(deps: SenderDeps, question: Question) {
  const { db, zoneId } = deps
  const application = await db
    .selectFrom('service_application')
    .select(['no', 'one_thing_id', 'enterprise_id', 'field_values'])
    .where('zone_id', '=', zoneId)
    .where('id', '=', question.applicationId)
    .executeTakeFirstOrThrow()
  const { body } = await oneThingOf(db, deps, application.one_thing_id)
  const numbers = body.fields.flatMap(({ code, type }) => {
    const value = application.field_values[code]
    return type === 'id_number' && typeof value === 'string' && value !== '' ? [value] : []
  })
  const enterprise = application.enterprise_id
    ? await db
        .selectFrom('enterprise')
        .select(['name', 'uscc'])
        .where('zone_id', '=', zoneId)
        .where('id', '=', application.enterprise_id)
        .executeTakeFirst()
    : undefined
  return {
    requestId: question.id,
    service: question.service,
    requester: question.requester,
    application: application.no,
    purpose: question.purpose,
    consent: question.consentId,
    answerBy: new Date(question.dueAt).toISOString(),
    subjects: [
      ...(enterprise ? [{ kind: 'enterprise', name: enterprise.name, uscc: enterprise.uscc }] : []),
      ...[...new Set(numbers)].map((idNumber) => ({ kind: 'person', idNumber })),
    ],
    callback: {
      url: `${deps.publicUrl.replace(/\/+$/, '')}/api/v1/data-requests/${question.id}/answer`,
      token: await tokenOf(db, deps, question.id),
    },
  }
}
