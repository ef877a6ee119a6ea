import { sql } from 'kysely'
import { at, jsonb, type Db, type Tx } from '@tingzhou/db'
import { assert, err, ok, type EpochMs, type Result } from '@tingzhou/kernel'
import { hasRole, type Actor } from '@tingzhou/parties'
import type { FreightError } from '../problems.ts'
import { note, type FreightDeps } from '../record.ts'
import { rulingRoles } from '../roles.ts'
import { asksTerminal, fileEdition, fileSettings, isFixed, limitsOf, weightMax, withFile } from './rule-file.ts'
import type { Breach, RiskRule, RuleSetting, RuleSettings } from './words.ts'
import './tables.ts'

/** The rules as they hold, and which edition that is. */
export type Edition = { readonly edition: number; readonly rules: RuleSettings }

/** Gives a zone that has none the edition of the file. One statement. */
export async function loadRiskRules(tx: Tx | Db, zoneId: string, now: EpochMs): Promise<void> {
  await sql`insert into freight_risk_edition (zone_id, edition, rules, rule, why, created_at, created_by)
    select ${zoneId}, ${fileEdition}::integer, ${jsonb(fileSettings())}::jsonb, null, '', ${at(now)}::timestamptz, ''
    where not exists (select from freight_risk_edition e where e.zone_id = ${zoneId})
    on conflict do nothing`.execute(tx)
}

/**
 * The latest edition, or a waybill's own; one of before there were editions is judged by the latest. One statement by the key.
 */
export async function riskEdition(tx: Tx | Db, zoneId: string, edition: number | null = null): Promise<Edition> {
  const row = await tx
    .selectFrom('freight_risk_edition')
    .select(['edition', 'rules'])
    .where('zone_id', '=', zoneId)
    .where(
      sql<boolean>`edition in (${edition ?? 0}::integer,
        (select max(e.edition) from freight_risk_edition e where e.zone_id = ${zoneId}))`,
    )
    // A waybill's own, where there is one, is not above the latest.
    .orderBy('edition')
    .limit(1)
    .executeTakeFirst()
  assert(row, 'a zone has an edition of its rules of risk from the start')
  return { edition: row.edition, rules: withFile(row.rules) }
}

export type RuleWish = {
  readonly rule: RiskRule
  /** The edition that was looked at. */
  readonly edition: number
  readonly breach: Breach
  readonly weight: number
  readonly withoutTerminal: 'block' | 'warn' | null
  readonly limits: Readonly<Record<string, number>>
  readonly why: string
}

type Fault = { readonly field: string; readonly value: string; readonly rule: string }

/** What is wrong with a setting, or null. Pure. O(limits). */
export function settingFault(wish: RuleWish): Fault | null {
  const { rule, breach, weight, withoutTerminal, limits } = wish
  if (breach === 'off' && isFixed(rule)) return { field: 'breach', value: breach, rule: 'risk_fixed' }
  if (weight < 0 || weight > weightMax)
    return { field: 'weight', value: String(weight), rule: `risk_range 0–${weightMax}` }
  if ((withoutTerminal !== null) !== asksTerminal(rule))
    return { field: 'withoutTerminal', value: String(withoutTerminal), rule: 'risk_limits_of_rule' }
  const known = limitsOf(rule)
  const strange = Object.keys(limits).find((name) => known[name] === undefined)
  if (strange !== undefined) return { field: `limits.${strange}`, value: strange, rule: 'risk_limits_of_rule' }
  for (const [name, { min, max }] of Object.entries(known)) {
    const value = limits[name]
    if (value === undefined || !Number.isSafeInteger(value) || value < min || value > max)
      return { field: `limits.${name}`, value: String(value ?? ''), rule: `risk_range ${min}–${max}` }
  }
  return orderFault(limits)
}

/** Pairs whose second is not below the first. */
const pairs = [
  ['gapWarnMin', 'gapBlockMin'],
  ['ratioMinPct', 'ratioMaxPct'],
  ['silentMin', 'gapWarnMin'],
] as const

function orderFault(limits: Readonly<Record<string, number>>): Fault | null {
  for (const [low, high] of pairs) {
    const [from, to] = [limits[low], limits[high]]
    if (from !== undefined && to !== undefined && to < from)
      return { field: `limits.${high}`, value: String(to), rule: `risk_at_least ${from}` }
  }
  return null
}

/** Writes another edition in which one rule is set otherwise. Waybills that were judged keep theirs. Five statements. */
export async function changeRiskRule(
  tx: Tx,
  deps: FreightDeps,
  actor: Actor,
  wish: RuleWish,
): Promise<Result<{ edition: number }, FreightError>> {
  if (!hasRole(actor, ...rulingRoles)) return err({ kind: 'not_allowed' })
  const fault = settingFault(wish)
  if (fault) return err({ kind: 'field_refused', ...fault })
  const { zoneId, clock } = deps
  const { rule, breach, weight, withoutTerminal, limits, why } = wish
  // Of two who look at the same edition, the second waits here and then sees the first one's.
  await sql`select pg_advisory_xact_lock(hashtextextended(${`freight_risk_edition ${zoneId}`}, 0))`.execute(tx)
  const latest = await riskEdition(tx, zoneId)
  if (latest.edition !== wish.edition)
    return err({
      kind: 'taken',
      field: 'edition',
      value: String(wish.edition),
      rule: `latest_version ${latest.edition}`,
    })
  const before = latest.rules[rule]
  const after: RuleSetting = { breach, weight, ...(withoutTerminal === null ? {} : { withoutTerminal }), limits }
  const edition = latest.edition + 1
  await tx
    .insertInto('freight_risk_edition')
    .values({
      zone_id: zoneId,
      edition,
      rules: jsonb({ ...latest.rules, [rule]: after }),
      rule,
      why,
      created_at: at(clock()),
      created_by: actor.name,
    })
    .execute()
  await note(tx, deps, actor, {
    objectKind: 'freight_risk_rule',
    objectId: `${zoneId}:${rule}`,
    verb: 'change',
    why,
    data: { edition, before: plain(before), after: plain(after) },
  })
  return ok({ edition })
}

const plain = ({ breach, weight, withoutTerminal, limits }: RuleSetting) => ({
  breach,
  weight,
  withoutTerminal: withoutTerminal ?? null,
  limits: { ...limits },
})
