import { sql } from 'kysely'
import type { Db } from '@tingzhou/db'
import { alarmItemsOf, fromSteps, type Decimal, type Telemetry } from '@tingzhou/telemetry'
import type { AlarmRule } from './rule.ts'
import { readSaid } from './said.ts'

type Asked = { readonly point: number; readonly startedAt: number; readonly rule: AlarmRule }
type Deps = { readonly db: Db; readonly zoneId: string; readonly telemetry: Pick<Telemetry, 'store'> }

/**
 * What a terminal said more of an alarm when it began: the area or route that it crossed, where it was too fast.
 * Source: JT/T 808, additional items 0x11–0x13. Nothing for other alarms; else a statement, and one for each of at most three points.
 */
export async function detailsOf(deps: Deps, { point, startedAt, rule }: Asked) {
  const { db, zoneId, telemetry } = deps
  const keys = rule.condition.kind === 'bit' ? alarmItemsOf(rule.condition.bit) : []
  if (keys.length === 0) return []
  const rows = await db
    .selectFrom('telemetry_point as p')
    .select(['p.id', 'p.kind', 'p.template as key', 'p.name', 'p.unit'])
    .select(['p.resolution_mantissa as mantissa', 'p.resolution_scale as scale'])
    .where('p.zone_id', '=', zoneId)
    .where(sql<boolean>`p.template = any(${[...keys]}::text[])`)
    .where('p.node_id', '=', (from) =>
      from
        .selectFrom('telemetry_point as o')
        .select('o.node_id')
        .where('o.zone_id', '=', zoneId)
        .where('o.id', '=', point),
    )
    .execute()
  // What is told stands at the time of its report.
  const at = startedAt - rule.onDelayS * 1_000
  const details = await Promise.all(
    rows.map(async ({ id, kind, key, name, unit, mantissa, scale }) => {
      const [said] = await readSaid(deps, { id, kind }, at, at + 1, telemetry.store.openMinutes())
      const resolution: Decimal = { mantissa, scale }
      return said?.counts ? { key: key ?? '', name, unit, value: fromSteps(said.steps, resolution) } : null
    }),
  )
  return details.filter((one) => one !== null).toSorted((a, b) => keys.indexOf(a.key) - keys.indexOf(b.key))
}
