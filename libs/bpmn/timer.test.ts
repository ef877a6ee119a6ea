import { epochMs } from '@tingzhou/kernel'
import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { addDuration, instantText, nextFiring, parseCycle, parseDuration, parseInstant, schedule } from './timer.ts'

const at = (text: string): number => Number(parseInstant(text))

describe('instants', () => {
  it('reads the forms of ISO 8601', () => {
    expect(parseInstant('1970-01-01T00:00:00Z')).toBe(0)
    expect(parseInstant('2026-11-22T10:00:00+08:00')).toBe(1_795_312_800_000)
    expect(parseInstant('2026-11-22T02:00:00.250Z')).toBe(1_795_312_800_250)
    expect(parseInstant('2024-02-29T24:00:00Z')).toBe(at('2024-03-01T00:00:00Z'))
  })

  it('takes Beijing time when no offset is written', () => {
    expect(parseInstant('2026-11-22T10:00')).toBe(1_795_312_800_000)
    expect(parseInstant('2026-11-22')).toBe(at('2026-11-21T16:00:00Z'))
    expect(parseInstant('2026-11-22', 0)).toBe(at('2026-11-22T00:00:00Z'))
  })

  it.each(['2025-02-29', '2026-13-01', '2026-11-22T25:00', 'tomorrow', '', '2026-11-22T10:60Z'])(
    'refuses %s',
    (text) => {
      expect(parseInstant(text)).toBeNull()
    },
  )

  it('reads back what it writes', () => {
    fc.assert(
      fc.property(fc.integer({ min: -6e13, max: 2e14 }), fc.integer({ min: -720, max: 840 }), (ms, offset) => {
        expect(parseInstant(instantText(epochMs(ms), offset))).toBe(ms)
      }),
    )
  })
})

describe('durations', () => {
  it('reads days, hours, weeks and months', () => {
    expect(parseDuration('PT1H30M')).toEqual({ months: 0, ms: 5_400_000 })
    expect(parseDuration('P1W')).toEqual({ months: 0, ms: 604_800_000 })
    expect(parseDuration('P1Y2M3DT4S')).toEqual({ months: 14, ms: 259_204_000 })
  })

  it.each(['P', 'PT', '1h', '-PT1H', 'P1H', 'PT1D', ''])('refuses %s', (text) => {
    expect(parseDuration(text)).toBeNull()
  })

  it('adds months on the calendar of local time, clamped to the last day', () => {
    const moved = addDuration(epochMs(at('2026-01-31T10:00:00+08:00')), { months: 1, ms: 0 })

    expect(moved).toBe(at('2026-02-28T10:00:00+08:00'))
  })
})

describe('schedules', () => {
  it('takes epoch ms, instants, durations and cycles', () => {
    expect(schedule(5, epochMs(100), {})?.dueAt).toBe(5)
    expect(schedule('1970-01-01T00:00:01Z', epochMs(100), {})?.dueAt).toBe(1000)
    expect(schedule('PT1S', epochMs(100), {})?.dueAt).toBe(1100)
    expect(schedule('R3/PT1S', epochMs(100), {})).toEqual({ dueAt: 1100, repeats: 2 })
  })

  it('asks the shell for durations in its own words', () => {
    const durations = (text: string, from: number) => (text === 'next day' ? epochMs(from + 7) : undefined)

    expect(schedule('next day', epochMs(100), { durations })?.dueAt).toBe(107)
    expect(schedule('next day', epochMs(100), {})).toBeNull()
  })

  it('repeats a cycle as often as it says', () => {
    expect(nextFiring('R2/PT1S', epochMs(1100), 1, {})).toEqual({ dueAt: 2100, repeats: 0 })
    expect(nextFiring('R2/PT1S', epochMs(2100), 0, {})).toBeNull()
    expect(nextFiring('R/PT1S', epochMs(1100), null, {})).toEqual({ dueAt: 2100, repeats: null })
    expect(parseCycle('R0/PT1S')).toBeNull()
  })

  it('refuses a cycle that never moves', () => {
    expect(schedule('R/PT0S', epochMs(0), {})).toBeNull()
  })

  it.each([true, 'soon', [1], Number.MAX_VALUE])('refuses %s', (value) => {
    expect(schedule(value, epochMs(0), {})).toBeNull()
  })
})
