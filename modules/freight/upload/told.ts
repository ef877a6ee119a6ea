import type { Tx } from '@tingzhou/db'
import { addNotices } from '@tingzhou/notices'
import { accountsWithRole } from '@tingzhou/parties'
import type { FreightDeps } from '../record.ts'
import { uploadArea } from './texts.ts'
import type { UploadKind } from './words.ts'

/** Tells the platform's audit what was refused, by us or by the regulator. Two statements at most. */
export async function tellRefused(
  tx: Tx,
  { zoneId, clock }: FreightDeps,
  refused: readonly { readonly id: string; readonly kind: UploadKind; readonly title: string }[],
): Promise<void> {
  if (refused.length === 0) return
  const accounts = await accountsWithRole(tx, zoneId, ['freight_audit'], null)
  await addNotices(
    tx,
    zoneId,
    refused.flatMap(({ id, kind, title }) =>
      accounts.map((accountId) => ({
        accountId,
        kind: 'freight.upload_refused',
        needsMe: true,
        titleKey: `${uploadArea}:refused.${kind}`,
        params: { title },
        objectKind: 'freight_upload',
        objectId: id,
        link: `/freight-uploads/${id}`,
        at: clock(),
      })),
    ),
  )
}
