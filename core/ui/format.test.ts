import { beforeAll, describe, expect, it } from 'vitest'
import {
  durationParts,
  formatAmount,
  formatBig,
  formatBytes,
  formatDate,
  formatDuration,
  formatMass,
  formatMoney,
  formatNumber,
  formatShare,
  formatTime,
  formatTimeFull,
  instantOfLocalTime,
  localDateOf,
  localTimeOf,
} from './format.ts'
import { startI18n, switchLanguage } from './i18n.ts'

// 2026-11-22 12:26:05 in Asia/Shanghai.
const noon = Date.UTC(2026, 10, 22, 4, 26, 5)

beforeAll(() => startI18n('zh-CN', []))

describe('time', () => {
  it('shows month, day and minute this year', () => {
    expect(formatTime(noon, noon)).toBe('11-22 12:26')
  })

  it('adds the year of another year, by the Shanghai calendar', () => {
    // 2026-01-01 00:30 in Shanghai is still 2025 in UTC.
    const newYear = Date.UTC(2025, 11, 31, 16, 30)

    expect(formatTime(newYear, noon)).toBe('01-01 00:30')
    expect(formatTime(newYear - 3_600_000, noon)).toBe('2025-12-31 23:30')
    expect(localDateOf(newYear)).toBe('2026-01-01')
  })

  it('shows seconds in full', () => {
    expect(formatTimeFull(noon)).toBe('2026-11-22 12:26:05')
  })

  it('shortens a date of this year', () => {
    expect(formatDate('2026-02-03', noon)).toBe('02-03')
    expect(formatDate('2025-02-03', noon)).toBe('2025-02-03')
  })

  it('goes into a field for date and time in the zone, and comes back', () => {
    expect(localTimeOf(Date.UTC(2026, 10, 22, 16, 5))).toBe('2026-11-23T00:05')
    expect(instantOfLocalTime('2026-11-23T00:05')).toBe(Date.UTC(2026, 10, 22, 16, 5))
    expect(instantOfLocalTime('')).toBeNaN()
  })
})

describe('duration', () => {
  it('keeps the two largest units', () => {
    expect(durationParts(2 * 86_400 + 3 * 3600 + 59 * 60)).toEqual([
      ['d', 2],
      ['h', 3],
    ])
    expect(durationParts(3 * 3600 + 20 * 60 + 59)).toEqual([
      ['h', 3],
      ['m', 20],
    ])
    expect(durationParts(2 * 86_400 + 59)).toEqual([['d', 2]])
  })

  it('speaks working time in hours, because a working day is not 24', () => {
    expect(formatDuration(30 * 3600, { hoursOnly: true })).toBe('30 时')
  })

  it('is written in the language on screen', async () => {
    expect(formatDuration(2 * 86_400 + 3 * 3600)).toBe('2 天 3 时')
    expect(formatDuration(10)).toBe('不足 1 分')
    expect(formatBig(123_456_789)).toBe('1.23 亿')
    await switchLanguage('en', [])
    expect(formatDuration(2 * 86_400 + 3 * 3600)).toBe('2 d 3 h')
    await switchLanguage('zh-CN', [])
  })
})

describe('numbers', () => {
  it('groups thousands', () => {
    expect(formatNumber(1234.5)).toBe('1,234.5')
    expect(formatNumber(95, 2)).toBe('95.00')
  })

  it('writes money from fen', () => {
    expect(formatMoney(123_450)).toBe('¥1,234.50')
    expect(formatMoney(-5)).toBe('-¥0.05')
    // As a quotient of doubles it would end in .91.
    expect(formatMoney(9_007_199_254_740_990)).toBe('¥90,071,992,547,409.90')
  })

  it('writes amounts with the digits of their unit, to the last one', () => {
    expect(formatAmount(0, 2)).toBe('0.00')
    expect(formatAmount(-7, 3)).toBe('-0.007')
    expect(formatAmount(1_234_567, 0)).toBe('1,234,567')
    expect(formatAmount(-9_007_199_254_740_991, 2)).toBe('-90,071,992,547,409.91')
  })

  it('writes mass in tonnes with three decimals', () => {
    expect(formatMass(49_000)).toBe('49.000')
  })

  it('never shows a share without its base', () => {
    expect(formatShare(114, 120)).toBe('95.00 % (114/120)')
    expect(formatShare(0, 0)).toBe('– (0/0)')
  })

  it('writes file sizes', () => {
    expect(formatBytes(999)).toBe('999 B')
    expect(formatBytes(1_440_000)).toBe('1.4 MB')
  })
})
