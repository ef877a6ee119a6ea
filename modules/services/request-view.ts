import { sql } from 'kysely'
import { reaches } from '@tingzhou/access'
import { keysetPage } from '@tingzhou/http'
import type { Reader } from './reader.ts'

/** Questions to data services about applications within reach: applicants read who asked about them. */
export async function listRequests(
  { deps, actor }: Reader,
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
              requester: row.requester_name,
              applicationId: row.application_id,
              itemCaseId: row.item_case_id,
              purpose: row.purpose,
              consentId: row.consent_id,
              responseHash: row.response_sha256,
              used: row.used,
              failure: row.failure,
            },
          ],
    ),
    next: page.next,
  }
}
