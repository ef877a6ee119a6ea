import type { Tx } from '@tingzhou/db'
import { addNotices, registerNoticeTexts } from '@tingzhou/notices'
import { accountsWithRole } from '@tingzhou/parties'
import type { FreightDeps } from '../record.ts'
import en from './locales/notices.en.json' with { type: 'json' }
import zhCN from './locales/notices.zh-CN.json' with { type: 'json' }

registerNoticeTexts('freight-chain', { 'zh-CN': zhCN, en })

type Side = 'driver' | 'carrier' | 'dispatcher'

/** Whom a next load concerns. */
export type Concerned = {
  readonly nextId: string
  readonly afterId: string
  readonly carrierId: string
  readonly driverAccountId: string | null
  readonly plate: string
  readonly trip: string
  readonly load: string
}

/** Tells those whom a next load concerns, but for whoever did it. Three statements at most. */
export async function tellNext(
  tx: Tx,
  { zoneId, clock }: FreightDeps,
  { nextId, afterId, carrierId, driverAccountId, plate, trip, load }: Concerned,
  key: keyof typeof zhCN,
  sides: readonly Side[],
  { doneBy, needsMe }: { readonly doneBy: string; readonly needsMe: boolean },
): Promise<void> {
  const ofCarrier = sides.includes('carrier') ? await accountsWithRole(tx, zoneId, ['carrier'], carrierId) : []
  const ofPlatform = sides.includes('dispatcher')
    ? await accountsWithRole(tx, zoneId, ['freight_dispatcher'], null)
    : []
  const ofDriver = sides.includes('driver') && driverAccountId !== null ? [driverAccountId] : []
  const accounts = new Set([...ofDriver, ...ofCarrier, ...ofPlatform])
  accounts.delete(doneBy)
  await addNotices(
    tx,
    zoneId,
    [...accounts].map((accountId) => ({
      accountId,
      kind: `freight-chain.${needsMe ? 'to_do' : 'progress'}`,
      needsMe,
      titleKey: `freight-chain:${key}`,
      params: { plate, number: trip, load },
      objectKind: 'freight_next',
      objectId: nextId,
      link: `/freight-waybills/${afterId}`,
      at: clock(),
    })),
  )
}
