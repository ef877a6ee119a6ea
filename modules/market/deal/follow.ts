import { sql } from 'kysely'
import type { EventHandler } from '@tingzhou/events'
import { findLoadStand } from '@tingzhou/freight'
import { at, type Tx } from '@tingzhou/db'
import { clockwork } from '@tingzhou/parties'
import type { RecordDeps } from '@tingzhou/records'
import type { JobHandler } from '@tingzhou/timers'
import '../tables.ts'
import { pairAmong, settle, type Deal } from './deal.ts'
import { hasCome } from './load-stand.ts'
import { lockPostings } from './pair.ts'

const batchRows = 100

/** Each minute: proposals that stood long enough lapse. */
export const lapseJob = (deps: RecordDeps): JobHandler => ({
  kind: 'market.lapse_deals',
  recurs: { everySeconds: 60 },
  // One batch a firing: what is due beyond waits a minute, and answers wait for no more than a batch.
  run: async (tx) => {
    await lapseDeals(tx, deps)
  },
})

/** Ends up to 100 proposals whose time is over. @returns how many */
export async function lapseDeals(tx: Tx, deps: RecordDeps): Promise<number> {
  const due = await tx
    .selectFrom('market_deal')
    .selectAll()
    .where('zone_id', '=', deps.zoneId)
    .where('state', '=', 'proposed')
    .where(sql<boolean>`stands_until <= ${at(deps.clock())}::timestamptz`)
    .orderBy('stands_until')
    .limit(batchRows)
    .forUpdate()
    .skipLocked()
    .execute()
  await end(tx, deps, due, 'lapsed', 'lapse')
  return due.length
}

/** Ends locked deals, whose postings are locked all at once. What is reserved stays: the goods are the buyer's. */
async function end(
  tx: Tx,
  deps: RecordDeps,
  deals: readonly Deal[],
  state: 'lapsed' | 'delivered',
  verb: string,
): Promise<void> {
  const ids = deals.flatMap(({ need_id, offer_id }) => [need_id, offer_id])
  const postings = await lockPostings(tx, deps.zoneId, [...new Set(ids)])
  for (const deal of deals)
    await settle(tx, deps, clockwork, { deal, pair: pairAmong(postings, deal) }, { state }, { verb })
}

/** Marks deals delivered once everything of their load was signed for. */
export const deliveryHandler = (deps: RecordDeps): EventHandler => ({
  name: 'market.follow_loads',
  types: ['freight.waybill_moved', 'freight.load_changed'],
  handle: async (tx, event) => {
    const loadId = event.objectKind === 'freight_load' ? event.objectId : loadOf(event.data)
    if (loadId === null) return
    const deals = await tx
      .selectFrom('market_deal')
      .selectAll()
      .where('zone_id', '=', deps.zoneId)
      .where('load_id', '=', loadId)
      .where('state', '=', 'agreed')
      .forUpdate()
      .execute()
    if (deals.length === 0) return
    const stand = await findLoadStand(tx, deps.zoneId, loadId)
    if (stand && hasCome(stand)) await end(tx, deps, deals, 'delivered', 'signed')
  },
})

const loadOf = (data: unknown): string | null =>
  typeof data === 'object' && data !== null && 'loadId' in data && typeof data.loadId === 'string' ? data.loadId : null
