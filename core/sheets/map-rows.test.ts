import { describe, expect, it } from 'vitest'
import { dateCell, integerCell, mapRows, numberCell, oneOfCell, textCell, type Table } from './index.ts'

const specs = {
  name: { headers: ['企业名称', 'Name'], required: true, parse: textCell(10) },
  staff: { headers: ['职工人数', 'Staff'], required: false, parse: integerCell({ min: 0, max: 100_000 }) },
  founded: { headers: ['成立日期', 'Founded'], required: false, parse: dateCell },
} as const
const tableOf = (header: readonly string[], ...rows: readonly (readonly string[])[]): Table => ({
  header,
  headerRow: 1,
  rows: rows.map((cells, i) => ({ rowNumber: i + 2, cells })),
  notes: [],
})

describe('mapRows', () => {
  it('keeps the good rows and tells every refused cell by row, column, value and rule', () => {
    const table = tableOf(
      ['企业名称*', '职工人数', '成立日期', '备注'],
      ['天山面粉', '1,200', '2001年5月8日', 'x'],
      ['', '-1', 'soon'],
      ['恒安纸业'],
    )

    const { good, bad, unknownHeaders } = mapRows(specs, table)

    expect(good).toEqual([
      { rowNumber: 2, value: { name: '天山面粉', staff: 1_200, founded: '2001-05-08' } },
      { rowNumber: 4, value: { name: '恒安纸业', staff: null, founded: null } },
    ])
    expect(bad).toEqual([
      { row: 3, key: 'name', column: '企业名称*', value: '', rule: 'required' },
      { row: 3, key: 'staff', column: '职工人数', value: '-1', rule: 'min 0' },
      { row: 3, key: 'founded', column: '成立日期', value: 'soon', rule: 'date' },
    ])
    expect(unknownHeaders).toEqual(['备注'])
  })

  it('finds columns by English headers in any order, case and width', () => {
    const { good } = mapRows(specs, tableOf([' STAFF ', 'ｎａｍｅ：'], ['3', 'Firm']))

    // The type of a required column has no null.
    const name: string | undefined = good[0]?.value.name
    expect(name).toBe('Firm')
    expect(good[0]?.value.staff).toBe(3)
  })

  it('imports nothing without a required column or with a column twice', () => {
    expect(mapRows(specs, tableOf(['Staff'], ['3']))).toMatchObject({
      good: [],
      bad: [{ row: 1, key: 'name', column: '企业名称', rule: 'column_missing' }],
    })
    expect(mapRows(specs, tableOf(['Name', '企业名称'], ['a', 'b']))).toMatchObject({
      good: [],
      bad: [{ row: 1, key: 'name', column: '企业名称', rule: 'column_repeated' }],
    })
  })
})

describe('cells', () => {
  it.each([
    ['2025-09-26', '2025-09-26'],
    ['2025/9/6', '2025-09-06'],
    ['2025.9.6', '2025-09-06'],
    ['2025年9月6日', '2025-09-06'],
    ['20250906', '2025-09-06'],
    ['2025-09-26 18:00:00', '2025-09-26'],
  ])('read the day %s', (text, day) => {
    expect(dateCell(text)).toEqual({ ok: true, value: day })
  })

  it.each(['2025-02-30', '26/09/2025', '45926', '2025', ''])('refuse %s as a day', (text) => {
    expect(dateCell(text)).toEqual({ ok: false, error: { rule: 'date' } })
  })

  it('read numbers as people write them and refuse the rest', () => {
    const number = numberCell({ min: -10, max: 1e7 })

    expect(number('１,２３４.５')).toEqual({ ok: true, value: 1_234.5 })
    expect(number('-3')).toEqual({ ok: true, value: -3 })
    expect(number('1,23')).toEqual({ ok: false, error: { rule: 'number' } })
    expect(number('0x10')).toEqual({ ok: false, error: { rule: 'number' } })
    expect(number('99999999')).toEqual({ ok: false, error: { rule: 'max 10000000' } })
    expect(integerCell({ min: 0, max: 9 })('1.5')).toEqual({ ok: false, error: { rule: 'integer' } })
  })

  it('read words of either language', () => {
    const scale = oneOfCell({ 大型: 'large', Large: 'large', 小型: 'small' })

    expect(scale('LARGE')).toEqual({ ok: true, value: 'large' })
    expect(scale('巨型')).toEqual({ ok: false, error: { rule: 'one of 大型, Large, 小型' } })
  })

  it('name the length that a text may have', () => {
    expect(textCell(3)('四个汉字')).toEqual({ ok: false, error: { rule: 'max 3' } })
  })
})
