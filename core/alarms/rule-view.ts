import { sql } from 'kysely'
import { containing } from '@tingzhou/db'
import { keysetPage } from '@tingzhou/http'
import { reachesNode } from '@tingzhou/telemetry'
import type * as z from 'zod'
import type { RulePointQuery } from './contract.ts'
import type { Reader } from './list.ts'
import { ruleColumns, type RuleRow } from './rule-rows.ts'

const points = ({ db, zoneId, actor }: Reader) =>
  db
    .selectFrom('telemetry_point as p')
    .innerJoin('telemetry_node as n', (join) =>
      join.onRef('n.zone_id', '=', 'p.zone_id').onRef('n.id', '=', 'p.node_id'),
    )
    .select([
      'p.id as point',
      'p.code',
      'p.name',
      'p.kind',
      'p.unit',
      'p.template',
      'p.eu_low as euLow',
      'p.eu_high as euHigh',
    ])
    .select(['n.code as place', 'n.profile_key as profileKey'])
    .select([
      sql<number>`(select count(*)::int from alarm_rule r where r.zone_id = p.zone_id and r.mode = 'own'
        and (r.point_id = p.id or (r.point_id is null and r.profile_key = n.profile_key and r.template = p.template
          and not exists (select from alarm_rule o where o.zone_id = p.zone_id and o.point_id = p.id and o.key = r.key
            and o.mode <> 'inherit'))))`.as('rules'),
      sql<number>`(select count(*)::int from alarm_rule r where r.zone_id = p.zone_id and r.point_id = p.id
        and r.mode <> 'inherit')`.as('own'),
    ])
    .where('p.zone_id', '=', zoneId)
    .where('p.retired_at', 'is', null)
    .where(reachesNode(actor, sql`n.party_id`))

const hasRules = sql<boolean>`(exists (select from alarm_rule r where r.zone_id = p.zone_id and r.point_id = p.id)
  or exists (select from alarm_rule r where r.zone_id = p.zone_id and r.point_id is null and r.profile_key = n.profile_key
    and r.template = p.template))`

/** Points with how many rules they have, by code. One statement. */
export async function listRulePoints(reader: Reader, input: z.output<typeof RulePointQuery>) {
  let query = points(reader)
  if (input.ruled === 'yes') query = query.where(hasRules)
  if (input.ruled === 'own')
    query = query.where(
      sql<boolean>`exists (select from alarm_rule r where r.zone_id = p.zone_id and r.point_id = p.id and r.mode <> 'inherit')`,
    )
  if (input.q) {
    const words = containing(input.q)
    query = query.where(
      sql<boolean>`(p.code ilike ${words} or n.name ->> 'zh' ilike ${words} or n.name ->> 'en' ilike ${words})`,
    )
  }
  const { rows, next } = await keysetPage(
    query,
    [{ ref: sql.ref('p.code'), order: 'asc', kind: 'string', read: (row) => row.code }],
    input,
  )
  return { rows, next, total: null }
}

/** A point with its rules: what its type says, what it says itself, what keeps them quiet; null when it is out of reach. Three statements. */
export async function findPointRules(reader: Reader, point: number) {
  const { db, zoneId } = reader
  const found = await points(reader).where('p.id', '=', point).executeTakeFirst()
  if (!found) return null
  const rows = await db
    .selectFrom('alarm_rule')
    .select(ruleColumns)
    .where('zone_id', '=', zoneId)
    .where(
      sql<boolean>`(point_id = ${point} or (point_id is null and profile_key = ${found.profileKey} and template = ${found.template}))`,
    )
    .orderBy('key')
    .execute()
  const holds = await db
    .selectFrom('alarm_hold')
    .select(['rule_key as key', 'kind', 'actor_name as by', 'reason', 'since', 'until'])
    .where('zone_id', '=', zoneId)
    .where('point_id', '=', point)
    .orderBy('kind')
    .execute()
  const byKey = new Map<string, { type?: RuleRow; own?: RuleRow }>()
  for (const row of rows) byKey.set(row.key, { ...byKey.get(row.key), [row.pointId === null ? 'type' : 'own']: row })
  const views = [...byKey].map(([key, { type, own }]) => {
    const ofType = type?.mode === 'own' ? type.rule : null
    const isOwn = own !== undefined && own.mode !== 'inherit'
    const speaks = isOwn ? own : type
    const hold = holds.find((one) => one.key === key)
    return {
      key,
      rule: speaks?.rule ?? null,
      from: isOwn ? ('point' as const) : ('type' as const),
      ofType,
      reason: speaks?.reason ?? '',
      by: speaks?.changedName ?? '',
      at: speaks?.changedAt ?? null,
      rev: own?.rev ?? 0,
      hold: hold ? { kind: hold.kind, by: hold.by, reason: hold.reason, since: hold.since, until: hold.until } : null,
    }
  })
  return {
    ...found,
    views: views.filter(({ rule, ofType, from }) => rule !== null || ofType !== null || from === 'point'),
  }
}
