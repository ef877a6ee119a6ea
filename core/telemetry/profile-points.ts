import { sql, type RawBuilder } from 'kysely'
import { at, jsonb, type Tx } from '@tingzhou/db'
import { err, ok, type EpochMs, type Result } from '@tingzhou/kernel'
import { powerOfTen, toDecimal } from './decimal.ts'
import type { Formula } from './formula.ts'
import type { Name, PointKind, PointSays } from './point.ts'

/** A point that every piece of equipment of a type has. */
export type PointTemplate = Omit<PointSays, 'formula' | 'rawDays'> & {
  /** The last part of the point's code, `I`. */
  readonly key: string
  readonly kind: PointKind
  /** The smallest meaningful step: a decimal of at most nine places. */
  readonly resolution: number
  /** For how many days their readings are kept; absent or null: as long as the zone keeps them. */
  readonly rawDays?: number | null | undefined
  /** What the points are computed by; absent or null: they are measured. */
  readonly formula?: Formula | null | undefined
}

/** A type of equipment. */
export type Profile = { readonly key: string; readonly name: Name; readonly points: readonly PointTemplate[] }

/** What was kept of points is told in their kind and resolution: their type cannot change these. */
export type TemplateFixed = {
  readonly kind: 'template_fixed'
  readonly field: string
  readonly value: string | number
  /** What the points have. */
  readonly rule: string
  readonly points: number
}

/** Entries of a type as rows, for one statement. */
function templateRows(templates: readonly PointTemplate[]) {
  const rows = templates.map(({ key, kind, name, unit, resolution, ...says }) => {
    const step = toDecimal(resolution)
    if (!step) throw new RangeError(`a resolution must be a decimal of at most nine places, got ${resolution}`)
    const { euLow, euHigh, sampleMs, staleAfterS, counterMax, rawDays, formula } = says
    return {
      key,
      kind,
      name,
      unit,
      mantissa: step.mantissa,
      scale: step.scale,
      eu_low: euLow,
      eu_high: euHigh,
      sample_ms: sampleMs,
      stale_after_s: staleAfterS,
      counter_max: counterMax,
      raw_days: rawDays ?? null,
      formula: formula ?? null,
    }
  })
  return sql`jsonb_to_recordset(${jsonb(rows)}::jsonb) as t(key text, kind text, name jsonb, unit text, mantissa integer,
    scale smallint, eu_low float8, eu_high float8, sample_ms integer, stale_after_s integer, counter_max float8, raw_days integer,
    formula jsonb)`
}

/**
 * Makes the points that nodes do not have yet; those that are there stay. A point that is there costs no number.
 * @param where  one node, or every piece of a type that is in use; with `profileKey` the points follow that type
 * @returns how many
 * Source: own. One statement.
 */
export async function makePoints(
  tx: Tx,
  zoneId: string,
  templates: readonly PointTemplate[],
  { nodeId, profileKey }: { readonly nodeId?: string; readonly profileKey?: string },
): Promise<number> {
  if (templates.length === 0) return 0
  const which =
    nodeId === undefined ? sql`n.profile_key = ${profileKey} and n.retired_at is null` : sql`n.id = ${nodeId}`
  const { numAffectedRows } = await sql`
    insert into telemetry_point (zone_id, node_id, code, template, profile_key, kind, name, unit, resolution_mantissa,
      resolution_scale, eu_low, eu_high, sample_ms, stale_after_s, counter_max, raw_days, formula)
    select n.zone_id, n.id, n.code || '.' || t.key, t.key, ${profileKey ?? null}::text, t.kind, t.name, t.unit, t.mantissa,
      t.scale, t.eu_low, t.eu_high, t.sample_ms, t.stale_after_s, t.counter_max, t.raw_days, t.formula
    from telemetry_node n cross join ${templateRows(templates)}
    where n.zone_id = ${zoneId} and ${which}
      and not exists (select from telemetry_point p where p.zone_id = n.zone_id and p.code = n.code || '.' || t.key)
    on conflict (zone_id, code) do nothing`.execute(tx)
  return Number(numAffectedRows ?? 0n)
}

/**
 * Whether the points that were made from a type can stay with it as it is now.
 * @returns refused at the first entry whose points have another kind or resolution
 * Source: own. One statement by the index of points by type.
 */
export async function keepFixed(
  tx: Tx,
  zoneId: string,
  { key, points }: Profile,
): Promise<Result<null, TemplateFixed>> {
  const rows = await tx
    .selectFrom('telemetry_point')
    .select(['template', 'kind', 'resolution_mantissa as mantissa', 'resolution_scale as scale'])
    .select(sql<number>`count(*)::integer`.as('count'))
    .where('zone_id', '=', zoneId)
    .where('profile_key', '=', key)
    .groupBy(['template', 'kind', 'resolution_mantissa', 'resolution_scale'])
    .execute()
  for (const { template, kind, mantissa, scale, count } of rows) {
    const index = points.findIndex((one) => one.key === template)
    const now = points[index]
    if (!now) continue
    const step = mantissa / powerOfTen(scale)
    if (now.kind !== kind) return err(fixed(index, 'kind', now.kind, kind, count))
    if (now.resolution !== step) return err(fixed(index, 'resolution', now.resolution, String(step), count))
  }
  return ok(null)
}

const fixed = (index: number, field: string, value: string | number, rule: string, points: number): TemplateFixed => ({
  kind: 'template_fixed',
  field: `points.${index}.${field}`,
  value,
  rule,
  points,
})

/** A point has a limit of its own on the wrong side of the one that the type has now. */
export type RangeCrossed = {
  readonly kind: 'range_crossed'
  readonly field: string
  readonly value: number
  readonly rule: string
  readonly code: string
}

/** The points that were made from a type as they are when they follow it: what they say themselves stays. */
const merged = (zoneId: string, key: string, points: readonly PointTemplate[]) => sql`
  select o.id, o.code, t.key,
    case when o.own_fields @> '["name"]' then o.name else t.name end as name,
    case when o.own_fields @> '["unit"]' then o.unit else t.unit end as unit,
    case when o.own_fields @> '["euLow"]' then o.eu_low else t.eu_low end as eu_low,
    case when o.own_fields @> '["euHigh"]' then o.eu_high else t.eu_high end as eu_high,
    case when o.own_fields @> '["sampleMs"]' then o.sample_ms else t.sample_ms end as sample_ms,
    case when o.own_fields @> '["staleAfterS"]' then o.stale_after_s else t.stale_after_s end as stale_after_s,
    case when o.own_fields @> '["counterMax"]' then o.counter_max else t.counter_max end as counter_max,
    case when o.own_fields @> '["rawDays"]' then o.raw_days else t.raw_days end as raw_days,
    case when o.own_fields @> '["formula"]' then o.formula else t.formula end as formula
  from telemetry_point o join ${templateRows(points)} on t.key = o.template
  where o.zone_id = ${zoneId} and o.profile_key = ${key}`

/**
 * Lets the points that were made from a type say what it says now, but for what they say themselves; those of entries that it no
 * longer has become points of their equipment's own.
 * @returns refused where a limit of a point's own and one of the type would cross
 * Source: plant telemetry §1. Three statements by the index of points by type; rows that say the same already stay untouched.
 */
export async function followType(
  tx: Tx,
  zoneId: string,
  { key, points }: Profile,
  now: EpochMs,
): Promise<Result<{ readonly changed: number; readonly freed: number }, RangeCrossed>> {
  const freed = await tx
    .updateTable('telemetry_point')
    .set({ profile_key: null, own_fields: jsonb([]), rev: sql`rev + 1`, changed_at: sql<Date>`clock_timestamp()` })
    .where('zone_id', '=', zoneId)
    .where('profile_key', '=', key)
    .where(sql<boolean>`not template = any(${points.map((point) => point.key)}::text[])`)
    .executeTakeFirst()
  const noted = { changed: 0, freed: Number(freed.numUpdatedRows) }
  if (points.length === 0) return ok(noted)
  const rows = merged(zoneId, key, points)
  const crossed = await findCrossed(tx, points, rows)
  if (crossed) return err(crossed)
  const { numAffectedRows } = await sql`
    update telemetry_point p set name = s.name, unit = s.unit, eu_low = s.eu_low, eu_high = s.eu_high, sample_ms = s.sample_ms,
      stale_after_s = s.stale_after_s, counter_max = s.counter_max, raw_days = s.raw_days, formula = s.formula,
      formula_inputs = case when p.formula is distinct from s.formula then null else p.formula_inputs end,
      formula_at = case when p.formula is distinct from s.formula then ${at(now)}::timestamptz else p.formula_at end,
      rev = p.rev + 1, changed_at = clock_timestamp()
    from (${rows}) s
    where p.zone_id = ${zoneId} and p.id = s.id
      and (p.name, p.unit, p.eu_low, p.eu_high, p.sample_ms, p.stale_after_s, p.counter_max, p.raw_days, p.formula)
        is distinct from
        (s.name, s.unit, s.eu_low, s.eu_high, s.sample_ms, s.stale_after_s, s.counter_max, s.raw_days, s.formula)`.execute(
    tx,
  )
  return ok({ ...noted, changed: Number(numAffectedRows ?? 0n) })
}

async function findCrossed(
  tx: Tx,
  points: readonly PointTemplate[],
  rows: RawBuilder<unknown>,
): Promise<RangeCrossed | null> {
  const found = await sql<{ code: string; key: string; low: number; high: number }>`
    select s.code, s.key, s.eu_low as low, s.eu_high as high from (${rows}) s where s.eu_low >= s.eu_high
    order by s.code limit 1`.execute(tx)
  const [first] = found.rows
  if (!first) return null
  const { code, key, low, high } = first
  const index = points.findIndex((point) => point.key === key)
  const isHigh = points[index]?.euHigh === high
  const field = `points.${index}.${isHigh ? 'euHigh' : 'euLow'}`
  return { kind: 'range_crossed', field, value: isHigh ? high : low, rule: isHigh ? `> ${low}` : `< ${high}`, code }
}
