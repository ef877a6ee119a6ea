import { mayReach } from '@tingzhou/access'
import type { Db } from '@tingzhou/db'
import { isUuid } from '@tingzhou/kernel'
import type { Actor } from '@tingzhou/parties'
import { fileColumns, type FileRow } from './file.ts'

/** A file and the object it belongs to, if any. */
export type FoundFile = FileRow & { readonly object_kind: string | null; readonly object_id: string | null }

/**
 * A file, when the actor may read it: it belongs to an object within reach, or is the actor's own and belongs to none yet.
 * @returns null as well when there is no such file: nothing is told about what is out of reach
 * Source: own. Two statements.
 */
export async function findFile(db: Db, zoneId: string, actor: Actor, id: string): Promise<FoundFile | null> {
  if (!isUuid(id)) return null
  const row = await db
    .selectFrom('file')
    .leftJoin('file_link', (join) =>
      join.onRef('file_link.zone_id', '=', 'file.zone_id').onRef('file_link.file_id', '=', 'file.id'),
    )
    .select(fileColumns.map((column) => `file.${column}` as const))
    .select(['object_kind', 'object_id'])
    .where('file.zone_id', '=', zoneId)
    .where('file.id', '=', id)
    .executeTakeFirst()
  if (!row) return null
  if (row.object_kind === null || row.object_id === null) return row.uploaded_by === actor.accountId ? row : null
  return (await mayReach(db, actor, zoneId, row.object_kind, row.object_id)) ? row : null
}
