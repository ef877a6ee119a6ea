import { sql, type RawBuilder } from 'kysely'
import { assert, err, ok, type EpochMs, type Result } from '@tingzhou/kernel'
import type { Duration } from '@tingzhou/calendar'
import { at, expectRevision, type Db, type StaleRevision, type Tx } from '@tingzhou/db'
import type { Actor } from '@tingzhou/parties'
import { urgencyClasses } from './appeal-contract.ts'
import type { ClockRule } from './clock-contract.ts'
import type { ClockRules, Stage } from './clocks.ts'
import builtIn from './data/clock-rules.json' with { type: 'json' }
import { recordDeeds, type ZoneDeps } from './deed.ts'
import type { UrgencyClass } from './words.ts'

export type ClockRuleError =
  | { readonly kind: 'clock_rule_repeated'; readonly class: UrgencyClass; readonly stage: Stage }
  | { readonly kind: 'clock_rule_missing'; readonly class: UrgencyClass; readonly stage: Stage }
  | {
      readonly kind: 'clock_rule_too_long'
      readonly class: UrgencyClass
      readonly stage: Stage
      readonly amount: number
      readonly max: number
    }
  | {
      readonly kind: 'clock_rule_out_of_order'
      readonly class: UrgencyClass
      readonly stage: Stage
      readonly after: Stage
    }
  | StaleRevision

/** One version of the limits, as an administrator reads it. */
export type ClockRuleVersion = {
  readonly version: number
  readonly changedAt: EpochMs
  readonly changedBy: string
  readonly why: string
  readonly rules: readonly ClockRule[]
}

// Every class must be dispatched, signed and answered in time; a question needs no first contact, and P0 has no return window.
const required: readonly Stage[] = ['dispatch', 'sign', 'result']
// A year: longer than anything an applicant is asked to wait.
const amountMax = { calendar_seconds: 366 * 86_400, working_hours: 2_000, working_days: 250 } as const
// Each must not be shorter than the one before it.
const order: readonly Stage[] = ['sign', 'contact', 'result']

/**
 * Whether a set of limits can be worked with: complete, each once, none absurdly long, contact not before signing.
 * Source: casework.md §4. O(rules).
 */
export function checkClockRules(rules: readonly ClockRule[]): Result<void, ClockRuleError> {
  for (const [index, rule] of rules.entries()) {
    const { class: urgency, stage, amount } = rule
    if (rules.findIndex((other) => other.class === urgency && other.stage === stage) !== index)
      return err({ kind: 'clock_rule_repeated', class: urgency, stage })
    const max = amountMax[rule.unit]
    if (amount > max) return err({ kind: 'clock_rule_too_long', class: urgency, stage, amount, max })
  }
  for (const urgency of urgencyClasses) {
    const own = rules.filter((rule) => rule.class === urgency)
    const missing = required.find((stage) => !own.some((rule) => rule.stage === stage))
    if (missing) return err({ kind: 'clock_rule_missing', class: urgency, stage: missing })
    const ordered = order.flatMap((stage) => own.filter((rule) => rule.stage === stage))
    for (const [index, rule] of ordered.entries()) {
      const before = ordered[index - 1]
      // Limits of different units cannot be compared without a calendar.
      if (before && before.unit === rule.unit && before.amount > rule.amount)
        return err({ kind: 'clock_rule_out_of_order', class: urgency, stage: rule.stage, after: before.stage })
    }
  }
  return ok(undefined)
}

/** How long a rule gives, for `core/calendar`. O(1). */
export function durationOf(rule: Pick<ClockRule, 'unit' | 'amount'>): Duration {
  switch (rule.unit) {
    case 'calendar_seconds':
      return { kind: 'calendar', seconds: rule.amount }
    case 'working_hours':
      return { kind: 'working_hours', hours: rule.amount }
    case 'working_days':
      return { kind: 'working_days', days: rule.amount }
  }
}

/** Writes the built-in limits as version 1 where a zone has none. Safe to repeat. */
export async function loadClockRules(tx: Tx, zoneId: string, now: EpochMs): Promise<void> {
  const claimed = await tx
    .insertInto('clock_rule_version')
    .values({ zone_id: zoneId, version: 1, changed_at: at(now), changed_by: '', why: '' })
    .onConflict((conflict) => conflict.doNothing())
    .returning('version')
    .executeTakeFirst()
  // The file was written with these words; the check of the table repeats them.
  if (claimed) await insertRules(tx, zoneId, 1, builtIn as readonly ClockRule[])
}

let kept: { readonly key: string; readonly rules: ClockRules } | null = null

/** Which limits are in force, as an expression inside a larger query: the version and when it was written. */
export const clockRulesStamp = (zoneId: string): RawBuilder<string | null> =>
  sql<
    string | null
  >`(select version || ' ' || extract(epoch from changed_at) from clock_rule_version where zone_id = ${zoneId} order by version desc limit 1)`

/**
 * The limits that a stamp names; read only when the last ones kept have another stamp.
 * @throws Error when the zone has none: `loadClockRules` runs at the start of the server
 */
export async function clockRulesOf(db: Db | Tx, zoneId: string, stamp: string | null): Promise<ClockRules> {
  assert(stamp !== null, 'the zone has clock rules')
  const key = `${zoneId} ${stamp}`
  if (kept?.key === key) return kept.rules
  const version = Number.parseInt(stamp, 10)
  const rows = await selectRules(db, zoneId, version)
  const durations = Object.fromEntries(
    urgencyClasses.map((urgency) => [
      urgency,
      Object.fromEntries(rows.filter((row) => row.class === urgency).map((row) => [row.stage, durationOf(row)])),
    ]),
    // Every class has an entry.
  ) as ClockRules['durations']
  const rules = { version, durations }
  kept = { key, rules }
  return rules
}

/** A version of the limits, the newest when none is named; null when there is no such version. */
export async function findClockRules(db: Db | Tx, zoneId: string, version?: number): Promise<ClockRuleVersion | null> {
  const head = await findHead(db, zoneId, version)
  if (!head) return null
  return { ...head, rules: await selectRules(db, zoneId, head.version) }
}

/** Writes a new version of the limits. Clocks that run keep the due times they have. */
export async function changeClockRules(
  tx: Tx,
  deps: ZoneDeps,
  actor: Actor,
  input: { readonly rev: number; readonly rules: readonly ClockRule[]; readonly why: string },
): Promise<Result<ClockRuleVersion, ClockRuleError>> {
  const before = await findHead(tx, deps.zoneId)
  assert(before, 'the zone has clock rules')
  const fresh = expectRevision(before.version, input.rev)
  if (!fresh.ok) return fresh
  const allowed = checkClockRules(input.rules)
  if (!allowed.ok) return allowed
  const version = before.version + 1
  const now = deps.clock()
  const claimed = await tx
    .insertInto('clock_rule_version')
    .values({ zone_id: deps.zoneId, version, changed_at: at(now), changed_by: actor.name, why: input.why })
    .onConflict((conflict) => conflict.doNothing())
    .returning('version')
    .executeTakeFirst()
  // Somebody else wrote this version while we looked.
  if (!claimed) return err({ kind: 'stale_revision', expected: input.rev, actual: version })
  await insertRules(tx, deps.zoneId, version, input.rules)
  const old = await selectRules(tx, deps.zoneId, before.version)
  await recordDeeds(tx, deps, actor, [
    {
      objectKind: 'clock_rules',
      objectId: 'clock_rules',
      verb: 'change',
      event: 'clock_rules_changed',
      reason: input.why,
      data: { version, before: old, after: [...input.rules] },
    },
  ])
  return ok({
    version,
    changedAt: now,
    changedBy: actor.name,
    why: input.why,
    rules: await selectRules(tx, deps.zoneId, version),
  })
}

async function findHead(db: Db | Tx, zoneId: string, version?: number) {
  const query = db
    .selectFrom('clock_rule_version')
    .select(['version', 'changed_at as changedAt', 'changed_by as changedBy', 'why'])
    .where('zone_id', '=', zoneId)
    .orderBy('version', 'desc')
    .limit(1)
  return (await (version === undefined ? query : query.where('version', '=', version)).executeTakeFirst()) ?? null
}

async function insertRules(tx: Tx, zoneId: string, version: number, rules: readonly ClockRule[]): Promise<void> {
  await tx
    .insertInto('clock_rule')
    .values(rules.map((rule) => ({ zone_id: zoneId, version, ...rule })))
    .execute()
}

async function selectRules(db: Db | Tx, zoneId: string, version: number): Promise<ClockRule[]> {
  return db
    .selectFrom('clock_rule')
    .select(['class', 'stage', 'unit', 'amount', 'source'])
    .where('zone_id', '=', zoneId)
    .where('version', '=', version)
    .orderBy('class')
    .orderBy('stage')
    .limit(25)
    .execute()
}
