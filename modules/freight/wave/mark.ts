import { sql } from 'kysely'
import { at, newId, type Tx } from '@tingzhou/db'
import { keysetPage } from '@tingzhou/http'
import { epochMs, err, ok, type Result } from '@tingzhou/kernel'
import { hasRole, type Actor } from '@tingzhou/parties'
import type { Reader } from '../papers-view.ts'
import type { FreightError } from '../problems.ts'
import { note, type FreightDeps } from '../record.ts'
import { keepingRoles } from '../roles.ts'
import '../tables.ts'
import './tables.ts'
import { markDaysMax, type MarkKind } from './words.ts'

type NewMark = {
  readonly loadId: string
  readonly vehicleId: string
  readonly kind: MarkKind
  /** Milliseconds since the epoch. */
  readonly until: number
  readonly why: string
}

const dayMs = 86_400_000

/** Says that a truck shall take a load, or never; what was said of the two before is forgotten. Five statements. */
export async function setMark(
  tx: Tx,
  deps: FreightDeps,
  actor: Actor,
  { loadId, vehicleId, kind, until, why }: NewMark,
): Promise<Result<{ id: string }, FreightError>> {
  if (!hasRole(actor, ...keepingRoles)) return err({ kind: 'not_allowed' })
  const { zoneId, clock } = deps
  const now = clock()
  const no = (field: string, value: string, rule: string) => err({ kind: 'field_refused', field, value, rule } as const)
  if (until <= now) return no('until', String(until), 'in_future')
  if (until > now + markDaysMax * dayMs) return no('until', String(until), 'wave_mark_days')
  const load = await tx
    .selectFrom('freight_load')
    .select(['number', 'mode', 'state'])
    .where('zone_id', '=', zoneId)
    .where('id', '=', loadId)
    .executeTakeFirst()
  if (!load) return no('loadId', loadId, 'within_reach')
  if (load.mode !== 'assign') return err({ kind: 'load_state', field: 'mode', value: load.mode, rule: 'load_mode' })
  if (load.state !== 'published' && load.state !== 'draft')
    return err({ kind: 'load_state', field: 'state', value: load.state, rule: 'load_draft_or_published' })
  const vehicle = await tx
    .selectFrom('freight_vehicle')
    .select(['plate', 'state'])
    .where('zone_id', '=', zoneId)
    .where('id', '=', vehicleId)
    .executeTakeFirst()
  if (!vehicle) return no('vehicleId', vehicleId, 'within_reach')
  if (vehicle.state === 'closed')
    return err({ kind: 'not_open', field: 'vehicleId', value: vehicle.plate, rule: 'still_open' })
  const said = { kind, ends_at: at(epochMs(until)), why, created_at: at(now), created_by: actor.name }
  const { id } = await tx
    .insertInto('freight_wave_mark')
    .values({ zone_id: zoneId, id: newId(), load_id: loadId, vehicle_id: vehicleId, ...said })
    .onConflict((conflict) => conflict.constraint('freight_wave_mark_of').doUpdateSet(said))
    .returning('id')
    .executeTakeFirstOrThrow()
  await note(tx, deps, actor, {
    objectKind: 'freight_wave_mark',
    objectId: id,
    verb: kind,
    why,
    data: { loadId, number: load.number, vehicleId, plate: vehicle.plate, until },
  })
  return ok({ id })
}

/** Takes a pin or a forbid back: it ends now. Two statements. */
export async function endMark(
  tx: Tx,
  deps: FreightDeps,
  actor: Actor,
  { id }: { readonly id: string },
): Promise<Result<{ id: string }, FreightError>> {
  if (!hasRole(actor, ...keepingRoles)) return err({ kind: 'not_allowed' })
  const { numDeletedRows } = await tx
    .deleteFrom('freight_wave_mark')
    .where('zone_id', '=', deps.zoneId)
    .where('id', '=', id)
    .executeTakeFirst()
  if (numDeletedRows === 0n) return err({ kind: 'not_found' })
  await note(tx, deps, actor, { objectKind: 'freight_wave_mark', objectId: id, verb: 'end' })
  return ok({ id })
}

type MarkWish = {
  readonly kind?: MarkKind | undefined
  readonly loadId?: string | undefined
  readonly cursor?: string | undefined
  readonly limit: number
}

/** Pins and forbids that hold, the soonest end first. Two statements, by freight_wave_mark_end. */
export async function listMarks({ deps: { db, zoneId, clock } }: Reader, wish: MarkWish) {
  let query = db
    .selectFrom('freight_wave_mark as m')
    .innerJoin('freight_load as l', (join) => join.onRef('l.zone_id', '=', 'm.zone_id').onRef('l.id', '=', 'm.load_id'))
    .innerJoin('freight_vehicle as v', (join) =>
      join.onRef('v.zone_id', '=', 'm.zone_id').onRef('v.id', '=', 'm.vehicle_id'),
    )
    .where('m.zone_id', '=', zoneId)
    .where(sql<boolean>`m.ends_at > ${at(clock())}::timestamptz`)
    .select(['m.id', 'm.kind', 'm.ends_at as until', 'm.why', 'm.created_at as createdAt', 'm.created_by as createdBy'])
    .select(['m.load_id as loadId', 'l.number', 'l.goods', 'm.vehicle_id as vehicleId', 'v.plate'])
  if (wish.kind) query = query.where('m.kind', '=', wish.kind)
  if (wish.loadId) query = query.where('m.load_id', '=', wish.loadId)
  const page = await keysetPage(
    query,
    [
      { ref: sql.ref('m.ends_at'), order: 'asc', kind: 'instant', read: (row) => row.until },
      { ref: sql.ref('m.id'), order: 'asc', kind: 'string', read: (row) => row.id },
    ],
    wish,
  )
  const counted = await query
    .clearSelect()
    .select(({ fn }) => fn.countAll<number>().as('n'))
    .executeTakeFirst()
  return {
    rows: page.rows.map(({ loadId, number, goods, vehicleId, plate, ...row }) => ({
      ...row,
      load: { id: loadId, number, goods },
      vehicle: { id: vehicleId, plate },
    })),
    next: page.next,
    total: counted?.n ?? 0,
  }
}
