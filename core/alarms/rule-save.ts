import { sql } from 'kysely'
import { appendHistory } from '@tingzhou/audit'
import type { Tx } from '@tingzhou/db'
import { err, ok, type EpochMs, type Result } from '@tingzhou/kernel'
import type { Actor } from '@tingzhou/parties'
import { codeOf, readPlaces, type PlacePoint } from './place.ts'
import { saveRule, type RuleError, type RuleRow, type RuleSeat } from './rule-rows.ts'
import { fitsPoint, referenceOf, type AlarmRule } from './rule.ts'

export type RuleSaveError =
  | RuleError
  | { readonly kind: 'rule_missing' }
  | { readonly kind: 'rule_key_differs'; readonly key: string; readonly value: string }
  | Unfit
  | { readonly kind: 'point_unknown'; readonly field: string; readonly value: string }
  | { readonly kind: 'type_unknown'; readonly profileKey: string; readonly template: string }

type Unfit = {
  readonly kind: 'condition_unfit'
  readonly condition: string
  /** What kind of point it is: the condition is not for these. */
  readonly rule: string
}

export type RuleWish = {
  readonly key: string
  readonly mode: RuleRow['mode']
  readonly rule: AlarmRule | null
  readonly reason: string
  readonly rev: number
}

export type SaveDeps = { readonly zoneId: string; readonly now: EpochMs }

/**
 * Keeps what somebody says of a rule of one point, with the reason, in the history of the point's rules.
 * Source: plant telemetry §1, local overrides. Five statements.
 */
export async function savePointRule(
  tx: Tx,
  deps: SaveDeps,
  actor: Actor,
  point: PlacePoint,
  wish: RuleWish,
): Promise<Result<{ readonly rev: number }, RuleSaveError>> {
  const refused = check(wish, point.kind) ?? (wish.rule ? await checkNames(tx, deps.zoneId, point, wish.rule) : null)
  return refused ? err(refused) : keep(tx, deps, actor, { pointId: point.id }, `point:${point.id}`, wish)
}

/** Keeps a rule of a type of equipment; it counts at each of its points that says nothing else. Five statements. */
export async function saveTypeRule(
  tx: Tx,
  deps: SaveDeps,
  actor: Actor,
  seat: { readonly profileKey: string; readonly template: string },
  wish: RuleWish,
): Promise<Result<{ readonly rev: number }, RuleSaveError>> {
  const { rows } = await sql<{ readonly kind: string; readonly templates: readonly string[] }>`
    select t ->> 'kind' as kind, jsonb_path_query_array(p.points, '$[*].key') as templates from telemetry_profile p, jsonb_array_elements(p.points) t
    where p.zone_id = ${deps.zoneId} and p.key = ${seat.profileKey} and t ->> 'key' = ${seat.template}`.execute(tx)
  const [found] = rows
  if (!found) return err({ kind: 'type_unknown', ...seat })
  const refused =
    check(wish, found.kind) ?? (wish.rule ? await checkTypeNames(tx, deps.zoneId, found.templates, wish.rule) : null)
  return refused ? err(refused) : keep(tx, deps, actor, seat, `type:${seat.profileKey}:${seat.template}`, wish)
}

function check({ mode, rule, key }: RuleWish, pointKind: string): RuleSaveError | null {
  if (mode !== 'own') return null
  if (!rule) return { kind: 'rule_missing' }
  if (rule.key !== key) return { kind: 'rule_key_differs', key, value: rule.key }
  const fits = checkFit(rule, pointKind)
  return fits.ok ? null : fits.error
}

/** Whether a point of a kind can be watched as a rule says. O(1). */
export const checkFit = ({ condition }: AlarmRule, pointKind: string): Result<null, Unfit> =>
  fitsPoint(condition, pointKind)
    ? ok(null)
    : err({ kind: 'condition_unfit', condition: condition.kind, rule: pointKind })

type Named = readonly [field: string, name: string]

/** The points that a rule names beside its own. */
function namesIn(rule: AlarmRule): readonly Named[] {
  const reference = referenceOf(rule)
  return [
    ...(rule.suppress ? [['rule.suppress.point', rule.suppress.point] as const] : []),
    ...(reference === null ? [] : [['rule.condition.reference', reference] as const]),
  ]
}

/** What a rule names must be there: a typing error would keep an alarm quiet for ever, or never. */
const checkNames = (tx: Tx, zoneId: string, point: PlacePoint, rule: AlarmRule): Promise<RuleSaveError | null> =>
  checkCodes(
    tx,
    zoneId,
    namesIn(rule).map(([field, name]) => [field, codeOf(point, name)]),
  )

/** A type's rule names points of its own type, or one point of the zone by its whole code. */
async function checkTypeNames(
  tx: Tx,
  zoneId: string,
  templates: readonly string[],
  rule: AlarmRule,
): Promise<RuleSaveError | null> {
  const named = namesIn(rule)
  const missing = named.find(([, name]) => !name.includes('.') && !templates.includes(name))
  if (missing) return { kind: 'point_unknown', field: missing[0], value: missing[1] }
  return checkCodes(
    tx,
    zoneId,
    named.filter(([, name]) => name.includes('.')),
  )
}

async function checkCodes(tx: Tx, zoneId: string, named: readonly Named[]): Promise<RuleSaveError | null> {
  if (named.length === 0) return null
  const known = await readPlaces(tx, zoneId, { codes: named.map(([, code]) => code) })
  const missing = named.find(([, code]) => !known.some((one) => one.code === code))
  return missing ? { kind: 'point_unknown', field: missing[0], value: missing[1] } : null
}

async function keep(tx: Tx, { zoneId, now }: SaveDeps, actor: Actor, seat: RuleSeat, objectId: string, wish: RuleWish) {
  const { key, mode, reason } = wish
  const rule = mode === 'own' ? wish.rule : null
  const saved = await saveRule(tx, zoneId, seat, key, { mode, rule, reason, rev: wish.rev }, actor)
  if (!saved.ok) return saved
  await appendHistory(tx, zoneId, [
    {
      objectKind: 'alarm_rule',
      objectId,
      at: now,
      verb: mode,
      actorId: actor.accountId,
      actorName: actor.name,
      onBehalfOf: null,
      node: null,
      public: false,
      reason,
      data: { key, rev: saved.value.rev, ...(rule ? { rule } : {}) },
    },
  ])
  return ok(saved.value)
}
