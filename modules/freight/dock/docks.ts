import { sql } from 'kysely'
import { reaches } from '@tingzhou/access'
import { at, expectRevision, type Tx } from '@tingzhou/db'
import { err, ok, type Result } from '@tingzhou/kernel'
import type { Actor } from '@tingzhou/parties'
import { boundsFault } from '@tingzhou/records/bounds'
import { keepsForShipper } from '../place/place.ts'
import type { FreightError } from '../problems.ts'
import { changesBetween, note, type FreightDeps } from '../record.ts'
import type { PlaceEnd } from '../words.ts'
import './tables.ts'
import { dockBounds, type DockField } from './words.ts'

type DockFields = Readonly<Record<DockField, number>> & {
  readonly opens: string
  readonly closes: string
  readonly isOn: boolean
}
type Wish = DockFields & {
  readonly placeId: string
  readonly end: PlaceEnd
  /** 0: there are none yet. */
  readonly rev: number
  readonly why: string
}

/** The first field that cannot be, or null. Pure. O(1). */
function dockFault(fields: DockFields): { field: string; value: string; rule: string } | null {
  const wrong = boundsFault(dockBounds, fields, (name) => `dock_range ${name}`, '')
  if (wrong || fields.opens !== fields.closes) return wrong
  return { field: 'closes', value: fields.closes, rule: 'dock_hours' }
}

/**
 * Sets the docks of one end of a place: dispatchers and administrators anywhere, a shipper at its own places. What is booked beyond what
 * there is now is moved by the clock. The history is the place's. Five statements.
 */
export async function setDocks(
  tx: Tx,
  deps: FreightDeps,
  actor: Actor,
  { placeId, end, rev, why, ...fields }: Wish,
): Promise<Result<{ rev: number }, FreightError>> {
  const { zoneId, clock } = deps
  const place = await lockPlace(tx, deps, actor, placeId)
  if (!place) return err({ kind: 'not_found' })
  if (!keepsForShipper(actor, place.shipper_id)) return err({ kind: 'not_allowed' })
  const fault = dockFault(fields)
  if (fault) return err({ kind: 'field_refused', ...fault })
  const before = await tx
    .selectFrom('freight_dock')
    .select(['docks', 'service_s', 'share_pct', 'opens', 'closes', 'is_on', 'rev'])
    .where('zone_id', '=', zoneId)
    .where('place_id', '=', placeId)
    .where('place_end', '=', end)
    .forUpdate()
    .executeTakeFirst()
  const fresh = expectRevision(before?.rev ?? 0, rev)
  if (!fresh.ok) return fresh
  const after = {
    docks: fields.docks,
    service_s: fields.serviceS,
    share_pct: fields.sharePct,
    opens: fields.opens,
    closes: fields.closes,
    is_on: fields.isOn,
  }
  const row = {
    ...after,
    is_changed: before !== undefined,
    rev: rev + 1,
    updated_at: at(clock()),
    updated_by: actor.name,
  }
  await tx
    .insertInto('freight_dock')
    .values({ zone_id: zoneId, place_id: placeId, place_end: end, ...row })
    .onConflict((conflict) => conflict.columns(['zone_id', 'place_id', 'place_end']).doUpdateSet(row))
    .execute()
  await note(tx, deps, actor, {
    objectKind: 'freight_place',
    objectId: placeId,
    verb: `docks_${end}`,
    why,
    data: changesBetween(before ?? {}, after),
    to: place.shipper_id === null ? [] : [place.shipper_id],
  })
  return ok({ rev: rev + 1 })
}

/**
 * A place within reach; locked, so that of two who set its docks first one waits, but nobody who makes a waybill there. One statement.
 */
const lockPlace = (tx: Tx, { zoneId }: FreightDeps, actor: Actor, id: string) =>
  tx
    .selectFrom('freight_place')
    .select('shipper_id')
    .where('zone_id', '=', zoneId)
    .where('id', '=', id)
    .where(reaches(actor, 'freight_place', { zoneId, objectId: sql.ref('freight_place.id') }))
    .forNoKeyUpdate()
    .executeTakeFirst()
