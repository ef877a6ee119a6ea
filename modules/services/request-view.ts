import { sql } from 'kysely'
import { reaches } from '@tingzhou/access'
import { keysetPage } from '@tingzhou/http'
import { assert } from '@tingzhou/kernel'
import { hasRole } from '@tingzhou/parties'
import { isApplicant, isOfficial } from './application-stand.ts'
import { standingOf } from './data-answer.ts'
import { oneThingOf } from './one-thing-store.ts'
import type { Reader } from './reader.ts'
import { serviceNames } from './service-name.ts'

/** Questions to data services about applications within reach: applicants read who asked about them. */
export async function listRequests(
  { deps, actor, now }: Reader,
  filter: {
    readonly applicationId?: string | undefined
    readonly service?: string | undefined
    readonly cursor?: string | undefined
    readonly limit: number
  },
) {
  let query = deps.db
    .selectFrom('data_request as r')
    .selectAll('r')
    .where('r.zone_id', '=', deps.zoneId)
    .where(reaches(actor, 'application', { zoneId: deps.zoneId, objectId: sql.ref('r.application_id') }))
  if (filter.applicationId !== undefined) query = query.where('r.application_id', '=', filter.applicationId)
  if (filter.service !== undefined) query = query.where('r.service_id', '=', filter.service)
  const page = await keysetPage(
    query,
    [
      { ref: sql.ref('r.asked_at'), order: 'desc', kind: 'instant', read: (row) => row.asked_at },
      { ref: sql.ref('r.id'), order: 'desc', kind: 'string', read: (row) => row.id },
    ],
    filter,
  )
  const nameOf = await serviceNames(
    deps.db,
    deps,
    page.rows.map((row) => row.service_id),
  )
  const applications = await applicationsOf(deps, [...new Set(page.rows.flatMap((row) => row.application_id ?? []))])
  const view = async (row: (typeof page.rows)[number]) => {
    const application = applications.get(row.application_id ?? '')
    const body = application && (await oneThingOf(deps.db, deps, application.one_thing_id)).body
    const materials = (body?.materials ?? []).flatMap(({ code, name, from }) =>
      'service' in from && from.service === row.service_id ? [{ code, name }] : [],
    )
    const own = application !== undefined && isApplicant(actor, application)
    const isWaiting = application?.state === 'check' || application?.state === 'correction'
    const state = standingOf({ state: row.state, dueAt: row.due_at }, now)
    return {
      state,
      dueAt: row.due_at,
      attempts: row.attempts,
      answer: isOfficial(actor) ? (row.answer ?? null) : null,
      materials,
      mayConsent: own && state === 'late' && (isWaiting || application.state === 'running'),
      mayHandIn:
        row.due_at !== null &&
        materials.length > 0 &&
        isWaiting &&
        ['unanswered', 'failed', 'late'].includes(state) &&
        (own || hasRole(actor, 'window_officer')),
    }
  }
  const views = new Map(await Promise.all(page.rows.map(async (row) => [row.id, await view(row)] as const)))
  return {
    rows: page.rows.flatMap((row) =>
      row.application_id === null
        ? []
        : [
            {
              id: row.id,
              at: row.asked_at,
              answeredAt: row.answered_at,
              service: row.service_id,
              serviceName: nameOf(row.service_id),
              requester: row.requester_name,
              applicationId: row.application_id,
              itemCaseId: row.item_case_id,
              purpose: row.purpose,
              consentId: row.consent_id,
              responseHash: row.response_sha256,
              used: row.used,
              failure: row.failure,
              ...viewIn(views, row.id),
            },
          ],
    ),
    next: page.next,
  }
}

function viewIn<V>(views: ReadonlyMap<string, V>, id: string): V {
  const view = views.get(id)
  assert(view, 'every row of the page has its view')
  return view
}

/** Whose the applications of a page are, and where they stand. One statement. */
async function applicationsOf({ db, zoneId }: Reader['deps'], ids: readonly string[]) {
  if (ids.length === 0) return new Map<string, never>()
  const rows = await db
    .selectFrom('service_application')
    .select(['id', 'one_thing_id', 'state', 'enterprise_id', 'applicant_account', 'raised_by'])
    .where('zone_id', '=', zoneId)
    .where('id', 'in', [...ids])
    .execute()
  return new Map(rows.map((row) => [row.id, row]))
}
