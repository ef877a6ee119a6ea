import { sql } from 'kysely'
import { at } from '@tingzhou/db'
import type { RequestContext } from '@tingzhou/http'
import { epochMs } from '@tingzhou/kernel'
import type { JobHandler } from '@tingzhou/timers'
import { waveSettings } from './settings.ts'
import './tables.ts'

const dayMs = 86_400_000
// A wave every five seconds makes 720 in an hour; twice as many go.
const wavesMax = 1_500
const marksMax = 2_000

/** Each hour waves go that are older than the zone keeps them, with their pairs, and marks that ended as long ago. Two statements. */
export const sweepWavesJob = ({ zoneId }: Pick<RequestContext['deps'], 'zoneId'>): JobHandler => ({
  kind: 'freight.sweep_waves',
  recurs: { everySeconds: 3_600 },
  run: async (tx, { now }) => {
    const { numbers } = await waveSettings(tx, zoneId)
    const oldest = sql`${at(epochMs(now - numbers.keepDays * dayMs))}::timestamptz`
    // By freight_wave_list and freight_wave_mark_end.
    await sql`delete from freight_wave where zone_id = ${zoneId} and id in (
      select id from freight_wave where zone_id = ${zoneId} and made_at < ${oldest} order by made_at limit ${wavesMax})`.execute(
      tx,
    )
    await sql`delete from freight_wave_mark where zone_id = ${zoneId} and id in (
      select id from freight_wave_mark where zone_id = ${zoneId} and ends_at < ${oldest} order by ends_at limit ${marksMax})`.execute(
      tx,
    )
  },
})
