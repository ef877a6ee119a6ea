import type { Db } from '@tingzhou/db'
import { riskEdition } from './edition.ts'
import { isFixed, limitsOf, withFile } from './rule-file.ts'
import { riskRules, type RiskRule, type RuleSetting } from './words.ts'
import './tables.ts'

/** The rules as they hold, with the bounds of their limits. Two statements by the key. */
export async function readRules(db: Db, zoneId: string) {
  const { edition, rules } = await riskEdition(db, zoneId)
  const written = await db
    .selectFrom('freight_risk_edition')
    .select(['edition', 'why', 'created_at as createdAt', 'created_by as createdBy'])
    .where('zone_id', '=', zoneId)
    .where('edition', '=', edition)
    .executeTakeFirstOrThrow()
  return {
    ...written,
    rules: riskRules.map((rule) => ({
      ...shown(rule, rules[rule]),
      fixed: isFixed(rule),
      limits: Object.entries(limitsOf(rule)).map(([name, { value, min, max }]) => ({
        name,
        value: rules[rule].limits[name] ?? value,
        min,
        max,
      })),
    })),
  }
}

const shown = (rule: RiskRule, { breach, weight, withoutTerminal }: RuleSetting) => ({
  rule,
  breach,
  weight,
  withoutTerminal: withoutTerminal ?? null,
})

/** Editions, the latest first, each with what it set otherwise. One statement by the key. */
export async function listEditions(
  db: Db,
  zoneId: string,
  { before, limit }: { readonly before?: number | undefined; readonly limit: number },
) {
  let query = db
    .selectFrom('freight_risk_edition')
    .select(['edition', 'rules', 'rule', 'why', 'created_at as createdAt', 'created_by as createdBy'])
    .where('zone_id', '=', zoneId)
  if (before !== undefined) query = query.where('edition', '<', before)
  // One more tells what the last of the page set otherwise, and whether another page follows.
  const found = await query
    .orderBy('edition', 'desc')
    .limit(limit + 1)
    .execute()
  const rows = found.slice(0, limit).map(({ rules, rule: name, ...written }, index) => {
    const rule = riskRules.find((one) => one === name) ?? null
    const earlier = found[index + 1]
    if (rule === null || !earlier) return { ...written, rule, before: null, after: null, limits: [] }
    const [was, is] = [withFile(earlier.rules)[rule], withFile(rules)[rule]]
    const limits = Object.keys(limitsOf(rule))
      .map((key) => ({ name: key, before: was.limits[key] ?? 0, after: is.limits[key] ?? 0 }))
      .filter((one) => one.before !== one.after)
    return { ...written, rule, before: shown(rule, was), after: shown(rule, is), limits }
  })
  return { rows, next: found.length > limit ? (rows.at(-1)?.edition ?? null) : null }
}
