import { localDate } from '@tingzhou/kernel'
import { addDays, instantOf } from '@tingzhou/calendar'
import { err, ok, type EpochMs, type Result } from '@tingzhou/kernel'
import type { RuleSet } from './rule-set.ts'
import { sheetFault } from './score-sheet.ts'

/** The three levels 三级, in order. */
export type Level = 'self' | 'county' | 'prefecture'

export type RulesError =
  | { readonly kind: 'sheet_key_repeated' | 'sheet_sum'; readonly field: string; readonly value: unknown }
  | { readonly kind: 'weights_sum'; readonly field: string; readonly value: number }
  | { readonly kind: 'deadline_order'; readonly field: string; readonly value: string; readonly after: string }
  | { readonly kind: 'minimum_order'; readonly field: string; readonly value: number; readonly model: number }
  | { readonly kind: 'quota_repeated'; readonly field: string; readonly value: string }
  | { readonly kind: 'tier_places'; readonly field: string; readonly value: number; readonly award: string }

/** Whether a rule set can be reviewed by. Pure. O(items). */
export function checkRules(rules: RuleSet): Result<RuleSet, RulesError> {
  const sheet = sheetFault(rules.sheet)
  if (sheet) return err(sheet)
  const { selfPct, countyPct, prefecturePct } = rules.weights
  const weights = selfPct + countyPct + prefecturePct
  if (weights !== 100) return err({ kind: 'weights_sum', field: 'rules.weights', value: weights })
  const days = [
    ['rules.countyDue', rules.countyDue, rules.selfDue],
    ['rules.prefectureDue', rules.prefectureDue, rules.countyDue],
  ] as const
  for (const [field, value, after] of days)
    if (value <= after) return err({ kind: 'deadline_order', field, value, after })
  if (rules.goodMinCenti > rules.modelMinCenti)
    return err({
      kind: 'minimum_order',
      field: 'rules.goodMinCenti',
      value: rules.goodMinCenti / 100,
      model: rules.modelMinCenti / 100,
    })
  const areas = rules.quotas.map(({ areaId }) => areaId)
  const repeated = areas.find((areaId, index) => areas.indexOf(areaId) !== index)
  if (repeated !== undefined) return err({ kind: 'quota_repeated', field: 'rules.quotas', value: repeated })
  for (const [award, max] of [
    ['model', rules.modelMax],
    ['good', rules.goodMax],
  ] as const) {
    const places = rules.prize.tiers.reduce((sum, tier) => sum + (tier.award === award ? tier.places : 0), 0)
    if (places > max) return err({ kind: 'tier_places', field: 'rules.prize.tiers', value: places, award })
  }
  return ok(rules)
}

/** When a level is due, and when it closes: at the end of its day, and `graceDays` days later. */
export type Deadline = { readonly dueAt: EpochMs; readonly closeAt: EpochMs }

/** The deadlines of the three levels. Pure. O(1). */
export function deadlinesOf(rules: RuleSet): Readonly<Record<Level, Deadline>> {
  const ends = (day: string): Deadline => ({
    dueAt: instantOf(addDays(localDate(day), 1), '00:00'),
    closeAt: instantOf(addDays(localDate(day), 1 + rules.graceDays), '00:00'),
  })
  return { self: ends(rules.selfDue), county: ends(rules.countyDue), prefecture: ends(rules.prefectureDue) }
}
