import { sql } from 'kysely'
import { containing } from '@tingzhou/db'
import { keysetPage } from '@tingzhou/http'
import type { Name } from '@tingzhou/telemetry'
import type * as z from 'zod'
import type { RuleTypeQuery } from './contract.ts'
import type { Reader } from './list.ts'
import { builtInRules } from './rule-rows.ts'

const samplesMax = 20

/** Points of types of equipment, one row a point of a type. */
const types = ({ db, zoneId }: Reader) =>
  db
    .selectFrom('telemetry_profile as p')
    .innerJoin(
      sql<{ readonly value: Template }>`lateral jsonb_array_elements(p.points)`.as<'t'>(sql`t(value)`),
      (join) => join.onTrue(),
    )
    .select(['p.key as profileKey', 'p.name as profileName'])
    .select([
      sql<string>`t.value ->> 'key'`.as('template'),
      sql<Name>`t.value -> 'name'`.as('name'),
      sql<string>`t.value ->> 'kind'`.as('kind'),
      sql<string | null>`t.value ->> 'unit'`.as('unit'),
      sql<number | null>`(t.value ->> 'euLow')::float8`.as('euLow'),
      sql<number | null>`(t.value ->> 'euHigh')::float8`.as('euHigh'),
      sql<number>`(select count(*)::int from telemetry_point x join telemetry_node n on n.zone_id = x.zone_id and n.id = x.node_id
        where x.zone_id = p.zone_id and n.profile_key = p.key and x.template = t.value ->> 'key' and x.retired_at is null)`.as(
        'points',
      ),
      sql<number>`(select count(*)::int from alarm_rule r where r.zone_id = p.zone_id and r.point_id is null
        and r.profile_key = p.key and r.template = t.value ->> 'key' and r.mode = 'own')`.as('rules'),
    ])
    .where('p.zone_id', '=', zoneId)

type Template = { readonly key: string; readonly name: Name }

/** What types of equipment measure, with how many rules watch it. One statement. */
export async function listRuleTypes(reader: Reader, input: z.output<typeof RuleTypeQuery>) {
  let query = types(reader)
  if (input.ruled)
    query = query.where(
      sql<boolean>`exists (select from alarm_rule r where r.zone_id = p.zone_id and r.point_id is null
        and r.profile_key = p.key and r.template = t.value ->> 'key')`,
    )
  if (input.q) {
    const words = containing(input.q)
    query = query.where(
      sql<boolean>`(p.key ilike ${words} or p.name::text ilike ${words} or t.value ->> 'key' ilike ${words}
        or (t.value -> 'name')::text ilike ${words})`,
    )
  }
  const { rows, next } = await keysetPage(
    query,
    [
      { ref: sql.ref('p.key'), order: 'asc', kind: 'string', read: (row) => row.profileKey },
      { ref: sql`t.value ->> 'key'`, order: 'asc', kind: 'string', read: (row) => row.template },
    ],
    input,
  )
  return { rows, next, total: null }
}

/** The rules of one point of a type, how many points say otherwise, and points to try them at; null when there is none. Four statements. */
export async function findTypeRules(reader: Reader, profileKey: string, template: string) {
  const { db, zoneId } = reader
  const found = await types(reader)
    .where('p.key', '=', profileKey)
    .where(sql<boolean>`t.value ->> 'key' = ${template}`)
    .executeTakeFirst()
  if (!found) return null
  const rows = await db
    .selectFrom('alarm_rule')
    .select(['key', 'mode', 'rule', 'reason', 'changed_name as by', 'changed_at as at', 'rev'])
    .where('zone_id', '=', zoneId)
    .where('point_id', 'is', null)
    .where('profile_key', '=', profileKey)
    .where('template', '=', template)
    .orderBy('key')
    .execute()
  const points = db
    .selectFrom('telemetry_point as x')
    .innerJoin('telemetry_node as n', (join) =>
      join.onRef('n.zone_id', '=', 'x.zone_id').onRef('n.id', '=', 'x.node_id'),
    )
    .where('x.zone_id', '=', zoneId)
    .where('x.template', '=', template)
    .where('x.retired_at', 'is', null)
    .where('n.profile_key', '=', profileKey)
  const ofPoints = await points
    .innerJoin('alarm_rule as r', (join) => join.onRef('r.zone_id', '=', 'x.zone_id').onRef('r.point_id', '=', 'x.id'))
    .select(['r.key', sql<number>`count(*)::int`.as('n')])
    .where('r.mode', '<>', 'inherit')
    .groupBy('r.key')
    .execute()
  const samples = await points.select(['x.id as point', 'x.code']).orderBy('x.code').limit(samplesMax).execute()
  const builtIn = builtInRules.find((one) => one.profileKey === profileKey && one.template === template)?.rules ?? []
  const views = rows.map((row) => ({
    key: row.key,
    rule: row.mode === 'own' ? row.rule : null,
    builtIn: builtIn.find(({ key }) => key === row.key) ?? null,
    reason: row.reason,
    by: row.by,
    at: row.at,
    rev: row.rev,
    otherwise: ofPoints.find(({ key }) => key === row.key)?.n ?? 0,
  }))
  return { ...found, samples, views }
}
