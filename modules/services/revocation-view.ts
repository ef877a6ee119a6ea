import { offerMoves } from './move.ts'
import type { Reader } from './reader.ts'
import { revocationMovable, standOnRevocation } from './revocation-moves.ts'
import type { KnownDepartment } from './department.ts'
import type { Words } from './words.ts'

type Naming = (item: string) => { readonly item: Words; readonly department: KnownDepartment }

/** What is looked at again in an application. One statement, and one a row for who may move it: there are as many as items at most. */
export async function revocationsOf(reader: Reader, applicationId: string, naming: Naming) {
  const { deps, actor } = reader
  const rows = await deps.db
    .selectFrom('revocation as r')
    .innerJoin('item_case as i', (join) =>
      join.onRef('i.zone_id', '=', 'r.zone_id').onRef('i.id', '=', 'r.item_case_id'),
    )
    .selectAll('r')
    .select('i.code')
    .where('r.zone_id', '=', deps.zoneId)
    .where('r.application_id', '=', applicationId)
    .orderBy('r.created_at')
    .limit(100)
    .execute()
  return Promise.all(
    rows.map(async ({ code, ...row }) => ({
      id: row.id,
      applicationId,
      itemCaseId: row.item_case_id,
      ...naming(code),
      cause: row.cause,
      state: row.state,
      hearingUntil: row.hearing_until,
      hearingMinutes: row.hearing_minutes,
      reason: row.reason,
      openedAt: row.created_at,
      decidedAt: row.decided_at,
      rev: row.rev,
      moves: offerMoves(revocationMovable, await standOnRevocation(deps.db, deps, actor, row), row),
    })),
  )
}
