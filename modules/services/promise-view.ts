import type { PromiseRow } from './dossier.ts'
import { offerMoves } from './move.ts'
import { promiseMovable, standOnPromise } from './promise-moves.ts'
import type { Reader } from './reader.ts'
import type { Words } from './words.ts'

/** The promises of an application. One statement. */
export async function promisesOf(reader: Reader, applicationId: string, nameOf: (material: string) => Words) {
  const { deps, actor } = reader
  const rows = await deps.db
    .selectFrom('tolerance_promise')
    .selectAll()
    .where('zone_id', '=', deps.zoneId)
    .where('application_id', '=', applicationId)
    .limit(10)
    .execute()
  return rows.map((row: PromiseRow) => ({
    id: row.id,
    applicationId,
    state: row.state,
    materials: row.materials.map((code) => ({ code, name: nameOf(code), supplied: row.supplied.includes(code) })),
    signedBy: row.signed_by,
    signedAt: row.signed_at,
    dueAt: row.due_at,
    extended: row.extended,
    remindedAt: [...row.reminded_at],
    suppliedAt: row.supplied_at,
    endedAt: row.ended_at,
    rev: row.rev,
    moves: offerMoves(promiseMovable, standOnPromise(actor, row), row),
  }))
}
