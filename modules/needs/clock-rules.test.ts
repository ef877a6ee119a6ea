import { sql } from 'kysely'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { testDatabase, type TestDatabase } from '@tingzhou/db/testing'
import { epochMs } from '@tingzhou/kernel'
import type { Actor } from '@tingzhou/parties'
import './extra-tables.ts'
import type { ClockRule } from './clock-contract.ts'
import {
  changeClockRules,
  checkClockRules,
  clockRulesOf,
  clockRulesStamp,
  findClockRules,
  loadClockRules,
} from './clock-rules.ts'

let test: TestDatabase
const now = epochMs(1_795_300_000_000)
const deps = { zoneId: 'zone', clock: () => now }
const admin: Actor = { accountId: 'a', name: '管理员', kind: 'person', lang: 'zh-CN', memberships: [] }

beforeAll(async () => {
  test = await testDatabase()
  await test.db.transaction().execute((tx) => loadClockRules(tx, 'zone', now))
  await test.db.transaction().execute((tx) => loadClockRules(tx, 'zone', now))
})
afterAll(() => test.database.close())

const rulesNow = async (): Promise<readonly ClockRule[]> => (await findClockRules(test.db, 'zone'))?.rules ?? []
const put = (rev: number, rules: readonly ClockRule[]) =>
  test.db.transaction().execute((tx) => changeClockRules(tx, deps, admin, { rev, rules, why: 'trial' }))

async function rulesInForce() {
  const stamp = await sql<{ stamp: string | null }>`select ${clockRulesStamp('zone')} as stamp`.execute(test.db)
  return clockRulesOf(test.db, 'zone', stamp.rows[0]?.stamp ?? null)
}

describe('the built-in limits', () => {
  it('are those of casework.md §4, with their sources', async () => {
    const { durations, version } = await rulesInForce()

    expect(version).toBe(1)
    expect(durations.P0).toEqual({
      dispatch: { kind: 'calendar', seconds: 3_600 },
      sign: { kind: 'calendar', seconds: 900 },
      contact: { kind: 'calendar', seconds: 1_800 },
      result: { kind: 'calendar', seconds: 7_200 },
    })
    expect(durations.P2.sign).toEqual({ kind: 'working_hours', hours: 4 })
    expect(durations.P2.return).toEqual({ kind: 'working_days', days: 1 })
    expect(durations.P3.result).toEqual({ kind: 'calendar', seconds: 15 * 86_400 })
    expect(durations.P4).toEqual({
      dispatch: { kind: 'working_days', days: 1 },
      sign: { kind: 'working_hours', hours: 4 },
      result: { kind: 'working_days', days: 3 },
      return: { kind: 'working_hours', hours: 4 },
    })
    expect((await rulesNow()).every((rule) => /^\[[VI]\]/.test(rule.source))).toBe(true)
  })
})

describe('a change', () => {
  it('is a new version that holds at once; the old one can still be read', async () => {
    const rules = (await rulesNow()).map((rule) =>
      rule.class === 'P2' && rule.stage === 'result' ? { ...rule, amount: 5 * 86_400 } : rule,
    )

    const changed = await put(1, rules)

    expect(changed).toMatchObject({ ok: true, value: { version: 2, changedBy: '管理员' } })
    expect((await rulesInForce()).durations.P2.result).toEqual({
      kind: 'calendar',
      seconds: 432_000,
    })
    expect((await findClockRules(test.db, 'zone', 1))?.rules).toContainEqual(
      expect.objectContaining({ class: 'P2', stage: 'result', amount: 604_800 }),
    )
  })

  it('is refused on an older view', async () => {
    expect(await put(1, await rulesNow())).toEqual({
      ok: false,
      error: { kind: 'stale_revision', expected: 1, actual: 2 },
    })
  })
})

describe('checkClockRules', () => {
  it('names the class and stage that is missing, repeated, too long or out of order', async () => {
    const rules = await rulesNow()
    const without = rules.filter((rule) => !(rule.class === 'P1' && rule.stage === 'result'))
    const first = rules[0]
    const bent = (stage: string, amount: number) =>
      rules.map((rule) => (rule.class === 'P0' && rule.stage === stage ? { ...rule, amount } : rule))

    expect(checkClockRules(rules).ok).toBe(true)
    expect(checkClockRules(without)).toMatchObject({
      error: { kind: 'clock_rule_missing', class: 'P1', stage: 'result' },
    })
    expect(checkClockRules(first ? [...rules, first] : [])).toMatchObject({ error: { kind: 'clock_rule_repeated' } })
    expect(checkClockRules(bent('result', 400 * 86_400))).toMatchObject({ error: { kind: 'clock_rule_too_long' } })
    expect(checkClockRules(bent('contact', 600))).toMatchObject({
      error: { kind: 'clock_rule_out_of_order', class: 'P0', stage: 'contact', after: 'sign' },
    })
  })
})
