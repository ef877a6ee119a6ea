import { sql } from 'kysely'
import type { CaseDeps } from '@tingzhou/casework'
import type { Tx } from '@tingzhou/db'
import type { EpochMs } from '@tingzhou/kernel'
import { schedule, type JobHandler } from '@tingzhou/timers'
import { queueDocuments } from './queue.ts'
import { findRegulator, type Regulator } from './regulator.ts'
import { reportWaybill } from './report.ts'
import type { Subject } from './subject.ts'
import './tables.ts'
import '../tables.ts'

const sweepSoon = 'freight.sweep_uploads_soon'
const batchRows = 50

/** Sweeps as soon as the commit: the regulator was set. One statement. */
export const sweepLater = (tx: Tx, zoneId: string, now: EpochMs): Promise<void> =>
  schedule(tx, zoneId, { id: sweepSoon, kind: sweepSoon, dueAt: now })

/**
 * Each hour, and when the regulator was set: what was settled before anybody was told, what waits in the words of another system, and
 * paid waybills that the regulator has but whose process stood still then. Fifty of each a turn, until nothing is left.
 */
export const sweepJobs = (deps: CaseDeps): readonly JobHandler[] => [
  { kind: 'freight.sweep_uploads', recurs: { everySeconds: 3_600 }, run: (tx) => sweep(tx, deps) },
  { kind: sweepSoon, run: (tx) => sweep(tx, deps) },
]

async function sweep(tx: Tx, deps: CaseDeps): Promise<void> {
  const regulator = await findRegulator(tx, deps.zoneId)
  if (!regulator?.isOn) return
  const untold = [...(await foreign(tx, deps, regulator)), ...(await forgotten(tx, deps))]
  const queued = await queueDocuments(tx, deps, regulator, untold)
  const done = await unreported(tx, deps)
  let reported = 0
  for (const id of done) if (await reportWaybill(tx, deps, id, 'freight.sweep')) reported++
  // What could not be moved is looked at again in an hour, not at once.
  if (queued.length >= batchRows || reported === batchRows) await sweepLater(tx, deps.zoneId, deps.clock())
}

/** What waits for another system than the one that counts. By freight_upload_due. */
async function foreign(tx: Tx, { zoneId }: CaseDeps, { adapter }: Regulator): Promise<readonly Subject[]> {
  const rows = await tx
    .selectFrom('freight_upload')
    .select(['kind', 'subject_id as id'])
    .where('zone_id', '=', zoneId)
    .where('state', '=', 'waiting')
    .where('adapter', '<>', adapter)
    .limit(batchRows)
    .execute()
  return rows
}

/** Settled and paid waybills of which something was never put into the outbox. By freight_waybill_state, freight_upload_subject. */
async function forgotten(tx: Tx, { zoneId }: CaseDeps): Promise<readonly Subject[]> {
  const missing = (kind: string, id: string) => sql`not exists (
    select from freight_upload u where u.zone_id = w.zone_id and u.kind = ${kind} and u.subject_id = ${sql.ref(id)}::text)`
  const { rows } = await sql<{
    readonly id: string
    readonly driverId: string
    readonly vehicleId: string
    readonly isPaid: boolean
  }>`select w.id, w.driver_id as "driverId", w.vehicle_id as "vehicleId", w.state = 'paid' as "isPaid"
    from freight_waybill w
    where w.zone_id = ${zoneId} and w.state in ('settled', 'paid')
      and (${missing('waybill', 'w.id')} or (w.state = 'paid' and ${missing('fund_flow', 'w.id')})
        or ${missing('driver', 'w.driver_id')} or ${missing('vehicle', 'w.vehicle_id')})
    order by w.created_at limit ${batchRows}`.execute(tx)
  return rows.flatMap(({ id, driverId, vehicleId, isPaid }): readonly Subject[] => [
    { kind: 'driver', id: driverId },
    { kind: 'vehicle', id: vehicleId },
    { kind: 'waybill', id },
    ...(isPaid ? [{ kind: 'fund_flow', id } as const] : []),
  ])
}

/** Paid waybills of which both documents were accepted, and that no rule blocks (`blockedBy`). */
async function unreported(tx: Tx, { zoneId }: CaseDeps): Promise<readonly string[]> {
  const accepted = (kind: string) => sql`exists (
    select from freight_upload u where u.zone_id = w.zone_id and u.kind = ${kind} and u.subject_id = w.id::text
      and u.state = 'accepted')`
  const { rows } = await sql<{ readonly id: string }>`select w.id from freight_waybill w
    where w.zone_id = ${zoneId} and w.state = 'paid' and ${accepted('waybill')} and ${accepted('fund_flow')}
      and not exists (select from jsonb_array_elements(w.audit -> 'findings') f
        where f ->> 'result' = 'block' and not (w.audit -> 'overrides') @> jsonb_build_array(jsonb_build_object('rule', f ->> 'rule')))
    order by w.paid_at limit ${batchRows}`.execute(tx)
  return rows.map(({ id }) => id)
}
