import type { Rule, Target, Watcher } from '../routing-contract.ts'
import type { Texts } from './words.ts'

export type Names = Readonly<Record<string, string>>
export type AnyTarget = Target | Watcher

/** A target as the value of a choice: `department:…` or the name of the place. */
export const keyOfTarget = (target: AnyTarget): string =>
  target.kind === 'department' ? `department:${target.id}` : target.kind

export function targetOfKey(key: string): Target | null {
  if (key.startsWith('department:')) return { kind: 'department', id: key.slice('department:'.length) }
  return key === 'area_office' || key === 'chain_office' ? { kind: key } : null
}

export function watcherOfKey(key: string): Watcher | null {
  if (key.startsWith('department:')) return { kind: 'department', id: key.slice('department:'.length) }
  return key === 'area_office' || key === 'leader_in_charge' ? { kind: key } : null
}

export function targetText(t: Texts, names: Names, target: AnyTarget): string {
  return target.kind === 'department' ? (names[target.id] ?? target.id) : t(`routing.target.${target.kind}`)
}

export function targetsText(t: Texts, names: Names, targets: readonly AnyTarget[]): string {
  return targets.map((target) => targetText(t, names, target)).join(t('list_comma')) || '–'
}

/** The condition of a rule in words; a rule without any fits every appeal. */
export function conditionText(t: Texts, names: Names, labelOf: (code: string | null) => string, rule: Rule): string {
  const parts = [
    rule.category === null ? null : labelOf(rule.category),
    rule.areaId === null ? null : (names[rule.areaId] ?? rule.areaId),
    rule.enterpriseId === null ? null : (names[rule.enterpriseId] ?? rule.enterpriseId),
    rule.tag === null ? null : t('routing.tag_is', { tag: rule.tag }),
    rule.nature === null ? null : t(`nature.${rule.nature}`),
    rule.severity === null ? null : t(`class.${rule.severity}`),
    rule.validFrom === null && rule.validTo === null
      ? null
      : t('from_to', { from: rule.validFrom ?? '…', to: rule.validTo ?? '…' }),
  ].filter((part) => part !== null)
  return parts.length === 0 ? t('routing.every') : parts.join(t('routing.and'))
}

export type RuleChange = {
  readonly number: number
  readonly kind: 'added' | 'removed' | 'changed'
  readonly before: Rule | null
  readonly after: Rule | null
}

/** What a table changes against another, by rule number. Pure. O(rules). */
export function diffRules(before: readonly Rule[], after: readonly Rule[]): readonly RuleChange[] {
  const old = new Map(before.map((rule) => [rule.number, rule]))
  const now = new Map(after.map((rule) => [rule.number, rule]))
  const numbers = [...new Set([...old.keys(), ...now.keys()])].toSorted((a, b) => a - b)
  return numbers.flatMap((number): RuleChange[] => {
    const [was, is] = [old.get(number) ?? null, now.get(number) ?? null]
    if (was && is) return sameRule(was, is) ? [] : [{ number, kind: 'changed', before: was, after: is }]
    return [{ number, kind: is ? 'added' : 'removed', before: was, after: is }]
  })
}

const sameRule = (a: Rule, b: Rule): boolean => canonical(a) === canonical(b)
const canonical = (rule: Rule): string =>
  JSON.stringify(Object.entries(rule).toSorted(([a], [b]) => a.localeCompare(b)))
