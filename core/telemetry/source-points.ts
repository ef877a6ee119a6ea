import { sql } from 'kysely'
import type { Tx } from '@tingzhou/db'
import { err, ok, type Result } from '@tingzhou/kernel'
import { templateOf } from './declared-point.ts'
import { powerOfTen } from './decimal.ts'
import type { NewPoint } from './ingest-contract.ts'
import type { Point } from './point.ts'
import type { DeviceSource } from './source-contract.ts'

/** A point that is there, with the last part of its code. */
export type HeldPoint = Pick<Point, 'id' | 'name' | 'unit' | 'resolution'> & { readonly key: string }

/** What a point is called and told in from now on. */
export type PointChange = Pick<Point, 'id' | 'name' | 'unit'>

/** What was kept of a point is told in its resolution: another one would change what it says. */
export type ResolutionFixed = {
  readonly kind: 'resolution_fixed'
  readonly field: string
  readonly value: number
  /** The resolution that it has. */
  readonly rule: string
}

/**
 * What a source changes of points that are there: the names and units in which it says something else than before. Of what it
 * never said the point keeps its own.
 * @param before  the points of the source until now
 * @returns refused when it wants another resolution of a point than that has
 * Source: own. Pure. O(points).
 */
export function pointChanges(
  held: readonly HeldPoint[],
  before: readonly NewPoint[],
  after: readonly NewPoint[],
): Result<readonly PointChange[], ResolutionFixed> {
  const heldByKey = new Map(held.map((point) => [point.key, point]))
  const beforeByKey = new Map(before.map((point) => [point.key, point]))
  const changes: PointChange[] = []
  for (const [index, point] of after.entries()) {
    const own = heldByKey.get(point.key)
    if (!own) continue
    const step = own.resolution.mantissa / powerOfTen(own.resolution.scale)
    if (point.resolution !== undefined && point.resolution !== step)
      return err({
        kind: 'resolution_fixed',
        field: `source.points.${index}.resolution`,
        value: point.resolution,
        rule: String(step),
      })
    const said = beforeByKey.get(point.key)
    const { name, unit } = templateOf(point)
    const change = {
      id: own.id,
      name: said?.name === point.name ? own.name : name,
      unit: said?.unit === point.unit ? own.unit : unit,
    }
    if (change.name !== own.name || change.unit !== own.unit) changes.push(change)
  }
  return ok(changes)
}

/**
 * Gives the points of a node the names and units that the changed source of its device says.
 * Source: own. Two statements, by the index of points by node.
 */
export async function followSource(
  tx: Tx,
  zoneId: string,
  nodeId: string,
  before: DeviceSource | undefined,
  after: DeviceSource,
): Promise<Result<null, ResolutionFixed>> {
  const rows = await tx
    .selectFrom('telemetry_point')
    .select(['id', 'template', 'name', 'unit', 'resolution_mantissa as mantissa', 'resolution_scale as scale'])
    .where('zone_id', '=', zoneId)
    .where('node_id', '=', nodeId)
    .where('retired_at', 'is', null)
    .execute()
  const held = rows.flatMap(({ template: key, mantissa, scale, ...row }) =>
    key === null ? [] : [{ ...row, key, resolution: { mantissa, scale } }],
  )
  const changes = pointChanges(held, before?.points ?? [], after.points)
  if (!changes.ok) return changes
  await savePoints(tx, zoneId, changes.value)
  return ok(null)
}

async function savePoints(tx: Tx, zoneId: string, changes: readonly PointChange[]): Promise<void> {
  if (changes.length === 0) return
  await sql`
    update telemetry_point p set name = c.name::jsonb, unit = c.unit, rev = p.rev + 1, changed_at = clock_timestamp(),
      -- What the device says of a point of its type, the type does not take back.
      own_fields = case when p.profile_key is null then p.own_fields else p.own_fields
        || case when p.name <> c.name::jsonb and not p.own_fields @> '["name"]' then '["name"]' else '[]' end::jsonb
        || case when p.unit is distinct from c.unit and not p.own_fields @> '["unit"]' then '["unit"]' else '[]' end::jsonb end
    from unnest(${changes.map(({ id }) => id)}::integer[], ${changes.map(({ name }) => JSON.stringify(name))}::text[],
      ${changes.map(({ unit }) => unit)}::text[]) as c (id, name, unit)
    where p.zone_id = ${zoneId} and p.id = c.id`.execute(tx)
}
