import type { Tx } from '@tingzhou/db'
import { attachFiles, type AttachError } from '@tingzhou/files'
import { err, ok, type EpochMs, type Result } from '@tingzhou/kernel'
import type { Fault } from '../problems.ts'

type To = { readonly zoneId: string; readonly id: string; readonly actorId: string; readonly now: EpochMs }

/** Attaches pictures to a complaint: who reaches it may look at them. Two statements at most. */
export async function attachPhotos(
  tx: Tx,
  { zoneId, id: objectId, actorId, now }: To,
  fileIds: readonly string[],
): Promise<Result<void, AttachError | ({ readonly kind: 'field_refused' } & Fault)>> {
  const attached = await attachFiles(tx, zoneId, { objectKind: 'freight_complaint', objectId, fileIds, actorId, now })
  if (!attached.ok) return attached
  const other = attached.value.find(({ mediaType }) => !mediaType.startsWith('image/'))
  return other ? err({ kind: 'field_refused', field: 'photoIds', value: other.name, rule: 'picture' }) : ok(undefined)
}
