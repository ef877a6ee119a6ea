import file from '../data/risk-rules.json' with { type: 'json' }
import type { Breach, RiskRule, RuleSetting, RuleSettings } from './words.ts'
import { riskRules } from './words.ts'

type Limit = { readonly value: number; readonly min: number; readonly max: number }
type FileRule = {
  readonly breach: string
  readonly weight: number
  readonly fixed?: boolean
  readonly withoutTerminal?: string
  readonly limits: Readonly<Record<string, Limit>>
}

const rows: Readonly<Record<RiskRule, FileRule>> = file.rules

/** The edition of the file: the first of a zone. */
export const fileEdition = file.edition
/** A rule weighs at most this much. */
export const weightMax = 100

/** Whether a rule may not be switched off. O(1). */
export const isFixed = (rule: RiskRule): boolean => rows[rule].fixed === true
/** The limits of a rule with their bounds. O(1). */
export const limitsOf = (rule: RiskRule): Readonly<Record<string, Limit>> => rows[rule].limits
/** Whether it makes a difference to the rule that no terminal tells of the trip. O(1). */
export const asksTerminal = (rule: RiskRule): boolean => rows[rule].withoutTerminal !== undefined

/** The rules as the file has them. Pure. O(rules). */
export const fileSettings = (): RuleSettings => withFile({})

/**
 * The rules of an edition; what it does not say, because it is older than the rule or the limit, is as in the file.
 * Pure. O(rules).
 */
export const withFile = (kept: Readonly<Record<string, Partial<RuleSetting> | undefined>>): RuleSettings =>
  // Every rule has a row.
  Object.fromEntries(riskRules.map((rule) => [rule, settingOf(rule, kept[rule])])) as RuleSettings

function settingOf(rule: RiskRule, kept: Partial<RuleSetting> = {}): RuleSetting {
  const { breach, weight, withoutTerminal, limits } = rows[rule]
  const values = Object.entries(limits).map(([name, { value }]) => [name, kept.limits?.[name] ?? value] as const)
  return {
    breach: kept.breach ?? asBreach(breach),
    weight: kept.weight ?? weight,
    ...(withoutTerminal === undefined
      ? {}
      : { withoutTerminal: kept.withoutTerminal ?? (withoutTerminal === 'block' ? 'block' : 'warn') }),
    limits: Object.fromEntries(values),
  }
}

const asBreach = (text: string): Breach => (text === 'off' || text === 'warn' ? text : 'block')
