import { sql } from 'kysely'
import { at } from '@tingzhou/db'
import type { RequestContext } from '@tingzhou/http'
import { epochMs } from '@tingzhou/kernel'
import type { JobHandler } from '@tingzhou/timers'
import { chainSettings } from './settings.ts'
import './tables.ts'

const dayMs = 86_400_000
const plansMax = 500

/** Each hour plans go that are older than the zone keeps them, with their tours. Two statements, by freight_chain_list. */
export const sweepPlansJob = ({ zoneId }: Pick<RequestContext['deps'], 'zoneId'>): JobHandler => ({
  kind: 'freight.sweep_plans',
  recurs: { everySeconds: 3_600 },
  run: async (tx, { now }) => {
    const { numbers } = await chainSettings(tx, zoneId)
    const oldest = sql`${at(epochMs(now - numbers.keepDays * dayMs))}::timestamptz`
    await sql`delete from freight_chain where zone_id = ${zoneId} and id in (
      select id from freight_chain where zone_id = ${zoneId} and made_at < ${oldest} order by made_at limit ${plansMax})`.execute(
      tx,
    )
  },
})
