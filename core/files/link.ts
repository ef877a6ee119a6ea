import { sql } from 'kysely'
import { err, isUuid, ok, type EpochMs, type Result } from '@tingzhou/kernel'
import { at, type Db, type Tx } from '@tingzhou/db'
import { fileColumns, toInfo, type FileInfo } from './file.ts'

export type AttachError =
  | { readonly kind: 'file_unknown'; readonly field: 'files'; readonly value: string }
  | { readonly kind: 'file_not_yours'; readonly field: 'files'; readonly value: string }
  | { readonly kind: 'file_already_attached'; readonly field: 'files'; readonly value: string }

/** The object that gets the files, and who gives them. */
export type Attachment = {
  readonly objectKind: string
  readonly objectId: string
  readonly fileIds: readonly string[]
  readonly actorId: string
  readonly now: EpochMs
}

/**
 * Attaches uploaded files to an object: from then on, who reaches the object may read them. All or none.
 * Attaching the same file to the same object again changes nothing.
 * @returns the files, in the order asked
 * Source: own. Two statements.
 */
export async function attachFiles(
  tx: Tx,
  zoneId: string,
  attachment: Attachment,
): Promise<Result<readonly FileInfo[], AttachError>> {
  const ids = [...new Set(attachment.fileIds)]
  if (ids.length === 0) return ok([])
  const byId = await lockFiles(tx, zoneId, ids)
  for (const id of ids) {
    const refusal = check(id, byId.get(id), attachment)
    if (refusal) return err(refusal)
  }
  await link(
    tx,
    zoneId,
    ids.map((fileId) => ({ ...attachment, fileId })),
  )
  return ok(ids.flatMap((id) => byId.get(id) ?? []).map(toInfo))
}

/** Files that go to objects of one kind, each to one object. */
export type Attachments = Omit<Attachment, 'objectId' | 'fileIds'> & {
  readonly pairs: readonly { readonly objectId: string; readonly fileId: string }[]
}

/**
 * The same for many objects at once, each with a file: those that can be attached are, the others are refused by file.
 * @returns by file id
 * Source: own. Two statements.
 */
export async function attachEach(
  tx: Tx,
  zoneId: string,
  { pairs, ...attachment }: Attachments,
): Promise<ReadonlyMap<string, Result<FileInfo, AttachError>>> {
  if (pairs.length === 0) return new Map()
  const byId = await lockFiles(tx, zoneId, [...new Set(pairs.map(({ fileId }) => fileId))])
  // The first who asks for a file has it.
  const asked = new Map(pairs.toReversed().map(({ fileId, objectId }) => [fileId, objectId]))
  const answers = new Map<string, Result<FileInfo, AttachError>>()
  for (const [id, objectId] of asked) {
    const row = byId.get(id)
    const refusal = check(id, row, { ...attachment, objectId, fileIds: [id] })
    answers.set(
      id,
      refusal || !row ? err(refusal ?? { kind: 'file_unknown', field: 'files', value: id }) : ok(toInfo(row)),
    )
  }
  const good = [...asked].filter(([id]) => answers.get(id)?.ok)
  if (good.length > 0)
    await link(
      tx,
      zoneId,
      good.map(([fileId, objectId]) => ({ ...attachment, objectId, fileId })),
    )
  return answers
}

/** Files with the object that each belongs to, locked. One statement, by the key of files. */
async function lockFiles(tx: Tx, zoneId: string, ids: readonly string[]) {
  const rows = await tx
    .selectFrom('file')
    .select(fileColumns)
    .select((eb) =>
      eb
        .selectFrom('file_link')
        .select('object_id')
        .whereRef('file_link.zone_id', '=', 'file.zone_id')
        .whereRef('file_link.file_id', '=', 'file.id')
        .as('objectId'),
    )
    .where('zone_id', '=', zoneId)
    .where(sql<boolean>`id = any(${ids.filter(isUuid)}::uuid[])`)
    .orderBy('id')
    .forUpdate()
    .execute()
  return new Map(rows.map((row) => [row.id, row]))
}

type Link = Omit<Attachment, 'fileIds'> & { readonly fileId: string }

const link = (tx: Tx, zoneId: string, links: readonly Link[]) =>
  tx
    .insertInto('file_link')
    .values(
      links.map(({ objectKind, objectId, fileId, actorId, now }) => ({
        zone_id: zoneId,
        object_kind: objectKind,
        object_id: objectId,
        file_id: fileId,
        linked_by: actorId,
        linked_at: at(now),
      })),
    )
    .onConflict((conflict) => conflict.columns(['zone_id', 'object_id', 'file_id']).doNothing())
    .execute()

type Found = { readonly uploaded_by: string; readonly objectId: string | null }

function check(id: string, row: Found | undefined, { actorId, objectId }: Attachment): AttachError | null {
  if (!row) return { kind: 'file_unknown', field: 'files', value: id }
  if (row.objectId !== null)
    return row.objectId === objectId ? null : { kind: 'file_already_attached', field: 'files', value: id }
  return row.uploaded_by === actorId ? null : { kind: 'file_not_yours', field: 'files', value: id }
}

/**
 * The files of objects, in the order they were attached; the caller has checked that the objects may be read.
 * @returns by object id
 * Source: own. One statement.
 */
export async function listFiles(
  db: Db | Tx,
  zoneId: string,
  objectIds: readonly string[],
): Promise<ReadonlyMap<string, readonly FileInfo[]>> {
  if (objectIds.length === 0) return new Map()
  const rows = await db
    .selectFrom('file_link')
    .innerJoin('file', (join) =>
      join.onRef('file.zone_id', '=', 'file_link.zone_id').onRef('file.id', '=', 'file_link.file_id'),
    )
    .select(fileColumns.map((column) => `file.${column}` as const))
    .select('object_id')
    .where('file_link.zone_id', '=', zoneId)
    .where('object_id', 'in', objectIds)
    .orderBy('linked_at')
    .orderBy('file.id')
    .execute()
  const byObject = new Map<string, FileInfo[]>()
  for (const row of rows) byObject.set(row.object_id, [...(byObject.get(row.object_id) ?? []), toInfo(row)])
  return byObject
}
