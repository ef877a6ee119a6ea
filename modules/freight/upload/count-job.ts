import { addDays, localDateOf } from '@tingzhou/calendar'
import type { Deps } from '@tingzhou/http'
import { localDate } from '@tingzhou/kernel'
import { addNotices } from '@tingzhou/notices'
import { clockwork, accountsWithRole } from '@tingzhou/parties'
import type { JobHandler } from '@tingzhou/timers'
import { countMonth, keepCount } from './reconcile.ts'
import { findRegulator } from './regulator.ts'
import { senderOf } from './server.ts'
import './tables.ts'
import { uploadArea } from './texts.ts'

/**
 * Each night: counts the month before with the regulator when it was not counted since it ended, and tells audit of a difference. The
 * regulator is asked after the commit of the job; one that does not answer is asked the next night.
 */
export const countJob = (deps: Deps): JobHandler => ({
  kind: 'freight.count_uploads',
  recurs: { dailyAt: '02:40' },
  run: async (tx) => {
    const today = localDateOf(deps.clock())
    const month = addDays(localDate(`${today.slice(0, 7)}-01`), -1).slice(0, 7)
    const regulator = await findRegulator(tx, deps.zoneId)
    if (!regulator?.isOn) return
    const counted = await tx
      .selectFrom('freight_upload_count')
      .select('counted_at')
      .where('zone_id', '=', deps.zoneId)
      .where('month', '=', month)
      .executeTakeFirst()
    if (counted && localDateOf(counted.counted_at).slice(0, 7) > month) return
    return () => count(deps, month)
  },
})

async function count(deps: Deps, month: string): Promise<void> {
  const counted = await countMonth({ ...deps, sender: senderOf(deps) }, month)
  if (!counted.ok) {
    deps.log.info({ month, error: counted.error }, 'the regulator was not counted with')
    return
  }
  await deps.db.transaction().execute(async (tx) => {
    const kept = await keepCount(tx, deps, clockwork, counted.value)
    if (!kept.ok || kept.value.isEqual) return
    const accounts = await accountsWithRole(tx, deps.zoneId, ['freight_audit'], null)
    await addNotices(
      tx,
      deps.zoneId,
      accounts.map((accountId) => ({
        accountId,
        kind: 'freight.uploads_differ',
        needsMe: true,
        titleKey: `${uploadArea}:differs`,
        params: { month },
        objectKind: 'freight_upload_count',
        objectId: kept.value.id,
        link: `/freight-uploads/months/${kept.value.id}`,
        at: deps.clock(),
      })),
    )
  })
}
