import { describe, expect, it } from 'vitest'
import { judgeOf } from './judge.ts'
import { newMachine, take } from './machine.ts'
import { positionsOf } from './performance.ts'
import type { AlarmRule } from './rule.ts'
import { ruleOf } from './testing.ts'

/** When a rule is first met by a signal, seconds from its beginning. */
function firstMet(
  rule: AlarmRule,
  seconds: number,
  value: (s: number) => number,
  reference: (s: number) => number = () => 0,
) {
  const machine = newMachine()
  let now = 0
  let met: number | null = null
  const judge = judgeOf(rule, { euLow: 0, euHigh: 150 }, () => reference(now))
  const delays = { onMs: rule.onDelayS * 1_000, offMs: rule.offDelayS * 1_000 }
  for (; now <= seconds && met === null; now++)
    if (judge)
      take(machine, delays, now * 1_000, judge(now * 1_000, value(now)), (what, at) => {
        if (what === 'raise') met = at / 1_000
      })
  return met
}

// Plant telemetry §3: T' = (T_amb + 32·(0.6 + 0.4·λ)·f − T) / 1500 s; grease is lost while f ramps from 1 to 2.2 in 40 minutes.
const temperatures = (() => {
  const values = [25 + 32]
  for (let s = 1; s <= 7_200; s++) {
    const f = 1 + 1.2 * Math.min(1, s / 2_400)
    const before = values[s - 1] ?? 0
    values.push(before + (25 + 32 * f - before) / 1_500)
  }
  return values
})()
const bearing = (s: number) => Math.round((temperatures[s] ?? 0) * 10) / 10

describe('a bearing that loses its grease', () => {
  const alarm = ruleOf({ condition: { kind: 'limit', side: 'hihi', limit: 85 }, onDelayS: 0 })
  const expectedOff = ruleOf({
    condition: { kind: 'deviation', reference: 'EXP', limit: 8, direction: 'above' },
    onDelayS: 900,
  })
  const forecast = ruleOf({ condition: { kind: 'forecast', side: 'hi', limit: 85, windowS: 600, withinS: 1_800 } })

  it('is announced at least ten minutes before it is too hot', () => {
    const tooHot = firstMet(alarm, 7_200, bearing) ?? 0
    const early = [expectedOff, forecast].map((rule) => firstMet(rule, 7_200, bearing, () => 57))

    expect(tooHot).toBeGreaterThan(3_000)
    for (const met of early) {
      expect(met).not.toBeNull()
      expect(tooHot - (met ?? Infinity)).toBeGreaterThanOrEqual(600)
    }
  })

  it('is not announced while it is healthy', () => {
    const healthy = (s: number) => 57 + 0.3 * Math.sin(s / 40)

    for (const rule of [alarm, expectedOff, forecast]) expect(firstMet(rule, 7_200, healthy, () => 57)).toBeNull()
  })
})

describe('a motor that is overloaded', () => {
  it('warns after a minute above 1.05 of its current, not for a start of four seconds', () => {
    const warn = ruleOf({ condition: { kind: 'limit', side: 'hi', limit: 41.8 * 1.05 }, onDelayS: 60 })

    expect(firstMet(warn, 300, (s) => (s < 4 ? 250 : 40))).toBeNull()
    expect(firstMet(warn, 300, (s) => (s < 100 ? 40 : 45))).toBe(160)
  })
})

describe('the load of a position', () => {
  it('is a flood above ten alarms in ten minutes, a share of all windows', () => {
    const window = 600_000
    const rows = [
      { owner: 'dispatcher', place: 0, n: 10 },
      { owner: 'dispatcher', place: 1, n: 11 },
      { owner: 'duty_officer', place: 5, n: 1 },
    ]

    expect(positionsOf(rows, 0, 144 * window)).toMatchObject([
      {
        owner: 'dispatcher',
        alarms: 21,
        perDay: 21,
        worstTenMinutes: 11,
        floodWindows: 1,
        windows: 144,
        floodPct: 100 / 144,
      },
      { owner: 'duty_officer', floodPct: 0 },
    ])
  })
})
