import { epochMs } from '@tingzhou/kernel'
import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { formatQn, formatTime, parseQn, parseTime } from './index.ts'

describe('parseTime', () => {
  it.each([
    ['20260703081500', '2026-07-03T00:15:00Z'],
    ['20240229235959', '2024-02-29T15:59:59Z'],
    ['19700101080000', '1970-01-01T00:00:00Z'],
    ['20000101000000', '1999-12-31T16:00:00Z'],
  ])('reads %s as Beijing time', (text, instant) => {
    expect(parseTime(text)).toBe(Date.parse(instant))
  })

  it.each([
    '20260229000000',
    '20261301000000',
    '20260700000000',
    '20260703240000',
    '20260703086000',
    '2026070308150',
    '2026070308150x',
    '00000101000000',
    '',
  ])('refuses %j', (text) => expect(parseTime(text)).toBeNull())

  it('is undone by formatTime for every second of the years 1 to 9999, as Date has them', () => {
    const [first, last] = [Date.parse('0001-01-01T00:00:00+08:00'), Date.parse('9999-12-31T23:59:59+08:00')]

    fc.assert(
      fc.property(fc.integer({ min: first / 1_000, max: last / 1_000 }), (second) => {
        const at = epochMs(second * 1_000)
        const text = formatTime(at)
        const local = new Date(second * 1_000 + 28_800_000).toISOString().replaceAll(/[-T:]/g, '').slice(0, 14)
        return text === local && parseTime(text) === at
      }),
    )
  })

  it('refuses to write a year that has not four digits', () => {
    expect(() => formatTime(epochMs(Date.parse('9999-12-31T23:59:59Z')))).toThrow('year of four digits')
  })
})

describe('parseQn', () => {
  it('reads and writes milliseconds, before 1970 too', () => {
    expect(parseQn('20260703081500120')).toBe(Date.parse('2026-07-03T00:15:00.120Z'))
    expect(formatQn(epochMs(-1))).toBe('19700101075959999')
    expect(parseQn('19700101075959999')).toBe(-1)
    expect(parseQn('2026070308150012x')).toBeNull()
    expect(parseQn('20260703081500')).toBeNull()
  })
})
