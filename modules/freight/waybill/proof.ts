import type { Json } from '@tingzhou/db'
import { attachFiles, type FileInfo } from '@tingzhou/files'
import { err, type Result } from '@tingzhou/kernel'
import type { Tx } from '@tingzhou/db'
import type { WaybillDossier } from './case.ts'
import type { WaybillError } from './errors.ts'
import { keptTime, lastStepAt, type Kept } from './times.ts'
import type { PhonePosition } from './arrive.ts'

/** What every step of a phone says beside what was done. */
type Driven = { readonly at: number | null; readonly sentAt: number | null; readonly position: PhonePosition | null }

/** The time that is kept of a step, and what of the phone's words goes into the history. Pure. O(1). */
export function heard(
  { row, now }: Pick<WaybillDossier, 'row' | 'now'>,
  { position, ...claimed }: Driven,
): Pick<Kept, 'at'> & { readonly data: { readonly [key: string]: Json } } {
  const { at, data } = keptTime(claimed, lastStepAt(row), now)
  return { at, data: { ...data, at, ...(position ? { position: { ...position } } : {}) } }
}

/** Attaches pictures to the waybill: who reaches it may look at them. Three statements at most. */
export async function attachPictures(
  tx: Tx,
  { deps, row, doer, now }: WaybillDossier,
  fileIds: readonly string[],
): Promise<Result<readonly FileInfo[], WaybillError>> {
  const attached = await attachFiles(tx, deps.zoneId, {
    objectKind: 'freight_waybill',
    objectId: row.id,
    fileIds,
    actorId: doer.id,
    now,
  })
  if (!attached.ok) return attached
  const other = attached.value.find(({ mediaType }) => !mediaType.startsWith('image/'))
  return other ? err({ kind: 'photo_not_image', field: 'fileIds', value: other.name, rule: 'a picture' }) : attached
}
