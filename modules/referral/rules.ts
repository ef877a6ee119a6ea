import { addDuration, type Calendar, type CalendarNotLoaded, type Duration } from '@tingzhou/calendar'
import { at, expectRevision, jsonb, type Db, type StaleRevision, type Tx } from '@tingzhou/db'
import { appendHistory } from '@tingzhou/audit'
import { assert, err, ok, type EpochMs, type Result } from '@tingzhou/kernel'
import type { Actor } from '@tingzhou/parties'
import builtIn from './data/rules.json' with { type: 'json' }
import { RuleSet, type Limit } from './rules-contract.ts'
import type { CaseDeps } from '@tingzhou/casework'
import './tables.ts'

export type RuleError =
  | { readonly kind: 'rule_code_repeated'; readonly field: string; readonly value: string; readonly rule: string }
  | { readonly kind: 'rule_no_paper'; readonly field: string; readonly value: number; readonly rule: string }
  | { readonly kind: 'rule_out_of_order'; readonly field: string; readonly value: number; readonly rule: string }
  | StaleRevision

export type RuleVersion = {
  readonly version: number
  readonly rules: RuleSet
  readonly changedAt: EpochMs
  readonly changedBy: string
  readonly why: string
}

/** Whether a set of rules can be worked with: codes once, at least one paper, an emergency not slower than the rest. Pure. */
export function checkRules(rules: RuleSet): Result<void, RuleError> {
  for (const field of ['checklist', 'declineReasons'] as const) {
    const codes = rules[field].map(({ code }) => code)
    const repeated = codes.find((code, index) => codes.indexOf(code) !== index)
    if (repeated !== undefined)
      return err({ kind: 'rule_code_repeated', field: `rules.${field}`, value: repeated, rule: 'each code once' })
  }
  if (!rules.checklist.some(({ paper }) => paper))
    return err({ kind: 'rule_no_paper', field: 'rules.checklist', value: 0, rule: 'at least one paper' })
  const { emergency, urgent, planned } = rules.offer
  for (const [faster, slower, name] of [
    [emergency, urgent, 'emergency'],
    [urgent, planned, 'urgent'],
  ] as const)
    // Limits of different units cannot be compared without a calendar.
    if (faster.unit === slower.unit && faster.amount > slower.amount)
      return err({
        kind: 'rule_out_of_order',
        field: `rules.offer.${name}`,
        value: faster.amount,
        rule: `at most ${slower.amount}`,
      })
  return ok(undefined)
}

/** How long a limit gives, for `core/calendar`. O(1). */
export function durationOf({ unit, amount }: Limit): Duration {
  switch (unit) {
    case 'calendar_seconds':
      return { kind: 'calendar', seconds: amount }
    case 'working_hours':
      return { kind: 'working_hours', hours: amount }
    case 'working_days':
      return { kind: 'working_days', days: amount }
  }
}

/** When a limit that starts now is over. */
export const dueOf = (calendar: Calendar, now: EpochMs, limit: Limit): Result<EpochMs, CalendarNotLoaded> =>
  addDuration(calendar, now, durationOf(limit))

/** Writes the built-in rules as version 1 where a zone has none; they are invented and say so. Safe to repeat. */
export async function loadRules(tx: Tx, zoneId: string, now: EpochMs): Promise<void> {
  await tx
    .insertInto('referral_rule')
    .values({
      zone_id: zoneId,
      version: 1,
      rules: jsonb(RuleSet.parse(builtIn)),
      changed_at: at(now),
      changed_by: '',
      why: '',
    })
    .onConflict((conflict) => conflict.doNothing())
    .execute()
}

/** A version of the rules, the newest when none is named; null when there is no such version. */
export async function findRules(db: Db | Tx, zoneId: string, version?: number): Promise<RuleVersion | null> {
  const query = db
    .selectFrom('referral_rule')
    .select(['version', 'rules', 'changed_at as changedAt', 'changed_by as changedBy', 'why'])
    .where('zone_id', '=', zoneId)
    .orderBy('version', 'desc')
    .limit(1)
  return (await (version === undefined ? query : query.where('version', '=', version)).executeTakeFirst()) ?? null
}

/** @throws Error when the zone has none: `loadRules` runs at the start of the server */
export async function getRules(db: Db | Tx, zoneId: string, version?: number): Promise<RuleVersion> {
  const found = await findRules(db, zoneId, version)
  assert(found, 'the zone has referral rules')
  return found
}

/** Writes a new version. Orders under way keep the version they began with. */
export async function changeRules(
  tx: Tx,
  deps: Pick<CaseDeps, 'zoneId' | 'clock'>,
  actor: Actor,
  input: { readonly rev: number; readonly rules: RuleSet; readonly why: string },
): Promise<Result<{ version: number }, RuleError>> {
  const before = await getRules(tx, deps.zoneId)
  const fresh = expectRevision(before.version, input.rev)
  if (!fresh.ok) return fresh
  const allowed = checkRules(input.rules)
  if (!allowed.ok) return allowed
  const version = before.version + 1
  const now = deps.clock()
  const claimed = await tx
    .insertInto('referral_rule')
    .values({
      zone_id: deps.zoneId,
      version,
      rules: jsonb(input.rules),
      changed_at: at(now),
      changed_by: actor.name,
      why: input.why,
    })
    .onConflict((conflict) => conflict.doNothing())
    .returning('version')
    .executeTakeFirst()
  // Somebody else wrote this version while we looked.
  if (!claimed) return err({ kind: 'stale_revision', expected: input.rev, actual: version })
  await appendHistory(tx, deps.zoneId, [
    {
      objectKind: 'referral_rules',
      objectId: 'referral_rules',
      at: now,
      verb: 'change',
      actorId: actor.accountId,
      actorName: actor.name,
      public: false,
      reason: input.why,
      data: { version, before: before.rules, after: input.rules },
    },
  ])
  return ok({ version })
}
