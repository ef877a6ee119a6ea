import { sql } from 'kysely'
import type { Db } from '@tingzhou/db'
import type { Decimal } from './decimal.ts'
import type { PointKind } from './point.ts'

/** A point as a device calls it. */
export type NamedPoint = { readonly id: number; readonly kind: PointKind; readonly resolution: Decimal }

const pointsMax = 20_000

type Row = {
  readonly id: number
  readonly kind: PointKind
  readonly code: string
  readonly base: string
  readonly mantissa: number
  readonly scale: number
}

/**
 * The points of a piece of equipment and of all below it, by whole code and by what is left of it after the equipment's own:
 * the device of section `TSMF.L1.MILL` may say `B1-3.I` or `TSMF.L1.MILL.B1-3.I`. What is computed no device says.
 * @returns at most 20 000 points
 * Source: own. One statement by the indexes of nodes by parent and points by node.
 */
export async function namedPoints(db: Db, zoneId: string, nodeId: string): Promise<ReadonlyMap<string, NamedPoint>> {
  const { rows } = await sql<Row>`
    with recursive below (id, base) as (
      select id, code from telemetry_node where zone_id = ${zoneId} and id = ${nodeId} and retired_at is null
      union all
      select n.id, b.base from below b join telemetry_node n on n.zone_id = ${zoneId} and n.parent_id = b.id
      where n.retired_at is null
    )
    select p.id, p.kind, p.code, b.base, p.resolution_mantissa as mantissa, p.resolution_scale as scale
    from below b join telemetry_point p on p.zone_id = ${zoneId} and p.node_id = b.id
    where p.retired_at is null and p.formula is null order by p.id limit ${pointsMax}`.execute(db)
  const named = new Map<string, NamedPoint>()
  for (const { id, kind, code, base, mantissa, scale } of rows) {
    const point = { id, kind, resolution: { mantissa, scale } }
    named.set(code, point)
    if (code.startsWith(`${base}.`)) named.set(code.slice(base.length + 1), point)
  }
  return named
}
