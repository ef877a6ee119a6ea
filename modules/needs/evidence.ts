import type { Tx } from '@tingzhou/db'
import { attachFiles, type AttachError } from '@tingzhou/files'
import { ok, type Result } from '@tingzhou/kernel'
import type { Dossier } from './dossier.ts'

/** Attaches uploaded files to the appeal: whoever reaches it may read them. Three statements, none without files. */
export async function attachTo(
  tx: Tx,
  dossier: Pick<Dossier, 'deps' | 'appeal' | 'now' | 'doer'>,
  fileIds: readonly string[],
): Promise<Result<void, AttachError>> {
  const attached = await attachFiles(tx, dossier.deps.zoneId, {
    objectKind: 'appeal',
    objectId: dossier.appeal.id,
    fileIds,
    actorId: dossier.doer.id,
    now: dossier.now,
  })
  return attached.ok ? ok(undefined) : attached
}
