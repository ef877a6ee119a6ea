import { sql } from 'kysely'
import { jsonb, newId, type Db, type Tx } from '@tingzhou/db'
import { err, ok, type Result } from '@tingzhou/kernel'
import { clockwork, type Actor } from '@tingzhou/parties'
import builtIn from './data/rules.json' with { type: 'json' }
import { AlarmRule } from './rule.ts'
import './tables.ts'

/** What a row says of a rule: it stands here, it does not count here, nothing. */
export type RuleRow = {
  readonly profileKey: string | null
  readonly template: string | null
  readonly pointId: number | null
  readonly key: string
  readonly mode: 'own' | 'off' | 'inherit'
  readonly rule: AlarmRule | null
  readonly reason: string
  readonly changedName: string
  readonly changedAt: number
  readonly rev: number
}

/** Where a rule belongs: to a point of a type of equipment, or to one point. */
export type RuleSeat = { readonly profileKey: string; readonly template: string } | { readonly pointId: number }

export type RuleError = { readonly kind: 'rule_changed'; readonly rev: number; readonly current: number }

/** The columns that a row of a rule is read from. */
export const ruleColumns = [
  'profile_key as profileKey',
  'template',
  'point_id as pointId',
  'key',
  'mode',
  'rule',
  'reason',
  'changed_name as changedName',
  'changed_at as changedAt',
  'rev',
] as const

// A row that was written before a later one may become visible after it.
const overlapMs = 10_000

/**
 * Rules that changed.
 * @param since  milliseconds since the epoch by the database's clock; 0: all
 * Source: own. One statement.
 */
export async function readRules(db: Db | Tx, zoneId: string, since = 0): Promise<readonly RuleRow[]> {
  const from = new Date(Math.max(0, since - overlapMs))
  return db
    .selectFrom('alarm_rule')
    .select(ruleColumns)
    .where('zone_id', '=', zoneId)
    .where(sql<boolean>`changed_at >= ${from}::timestamptz`)
    .orderBy('changed_at')
    .execute()
}

type Who = Pick<Actor, 'accountId' | 'name'>

/**
 * Keeps what somebody says of a rule.
 * @param rule  null: `mode` is off or inherit
 * @param rev  as it was read; 0: nothing was there
 * Source: own. One statement.
 */
export async function saveRule(
  tx: Tx,
  zoneId: string,
  seat: RuleSeat,
  key: string,
  wish: {
    readonly mode: RuleRow['mode']
    readonly rule: AlarmRule | null
    readonly reason: string
    readonly rev: number
  },
  who: Who,
): Promise<Result<{ readonly rev: number }, RuleError>> {
  const isType = 'profileKey' in seat
  const place = isType
    ? { profile_key: seat.profileKey, template: seat.template, point_id: null }
    : { profile_key: null, template: null, point_id: seat.pointId }
  const said = {
    mode: wish.mode,
    rule: wish.rule === null ? null : jsonb(wish.rule),
    reason: wish.reason,
    changed_by: who.accountId,
    changed_name: who.name,
    // Changes are found by their time: that of the database, which is one however many servers there are.
    changed_at: sql<Date>`clock_timestamp()`,
  }
  const found = await tx
    .selectFrom('alarm_rule')
    .select(['id', 'rev', 'mode'])
    .where('zone_id', '=', zoneId)
    .where('key', '=', key)
    .where(sql<boolean>`profile_key is not distinct from ${place.profile_key} and template is not distinct from ${place.template}
      and point_id is not distinct from ${place.point_id}::integer`)
    .forUpdate()
    .executeTakeFirst()
  const current = found?.rev ?? 0
  // A row that says nothing is not shown, so it is nothing to whoever gives its name again.
  const isSeen = wish.rev === current || (wish.rev === 0 && found?.mode === 'inherit')
  if (!isSeen) return err({ kind: 'rule_changed', rev: wish.rev, current })
  if (found) {
    await tx
      .updateTable('alarm_rule')
      .set({ ...said, rev: found.rev + 1 })
      .where('zone_id', '=', zoneId)
      .where('id', '=', found.id)
      .execute()
    return ok({ rev: found.rev + 1 })
  }
  const { numInsertedOrUpdatedRows } = await tx
    .insertInto('alarm_rule')
    .values({ zone_id: zoneId, id: newId(), key, ...place, ...said })
    .onConflict((conflict) => conflict.doNothing())
    .executeTakeFirst()
  return numInsertedOrUpdatedRows ? ok({ rev: 1 }) : err({ kind: 'rule_changed', rev: wish.rev, current: 1 })
}

type BuiltIn = { readonly profileKey: string; readonly template: string; readonly rules: readonly AlarmRule[] }

/** Rules that every zone has for types of equipment that it knows. */
export const builtInRules: readonly BuiltIn[] = builtIn.map(({ profileKey, template, rules }) => ({
  profileKey,
  template,
  rules: rules.map((rule) => AlarmRule.parse(rule)),
}))

/**
 * Makes the rules known that every zone has; those that are there already stay as somebody made them.
 * Source: own. One statement, and two a new rule.
 */
export async function ensureRules(db: Db, zoneId: string): Promise<void> {
  const rows = await readRules(db, zoneId)
  const known = new Set(rows.filter(({ pointId }) => pointId === null).map((row) => nameOf(row)))
  const missing = builtInRules.flatMap(({ profileKey, template, rules }) =>
    rules
      .filter(({ key }) => !known.has(nameOf({ profileKey, template, key })))
      .map((rule) => ({ profileKey, template, rule })),
  )
  if (missing.length === 0) return
  await db.transaction().execute(async (tx) => {
    for (const { profileKey, template, rule } of missing)
      await saveRule(
        tx,
        zoneId,
        { profileKey, template },
        rule.key,
        { mode: 'own', rule, reason: '', rev: 0 },
        clockwork,
      )
  })
}

const nameOf = ({ profileKey, template, key }: Pick<RuleRow, 'profileKey' | 'template' | 'key'>) =>
  `${profileKey} ${template} ${key}`

/** A rule as it counts at a point, and where it comes from. */
export type EffectiveRule = { readonly rule: AlarmRule; readonly from: 'type' | 'point' }

/**
 * The rules that count at a point: those of its type, where the point says nothing else.
 * Source: plant telemetry §1: changes to the type propagate, local overrides survive. O(rules).
 */
export function effectiveRules(
  ofType: ReadonlyMap<string, RuleRow> | undefined,
  ofPoint: ReadonlyMap<string, RuleRow> | undefined,
): readonly EffectiveRule[] {
  const found: EffectiveRule[] = []
  for (const [key, { mode, rule }] of ofType ?? []) {
    const own = ofPoint?.get(key)
    if (mode === 'own' && rule && (!own || own.mode === 'inherit')) found.push({ rule, from: 'type' })
  }
  for (const { mode, rule } of ofPoint?.values() ?? []) if (mode === 'own' && rule) found.push({ rule, from: 'point' })
  return found
}
