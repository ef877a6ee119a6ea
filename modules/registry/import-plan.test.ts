import { describe, expect, it } from 'vitest'
import type { Table } from '@tingzhou/sheets'
import { planImport } from './import-plan.ts'
import { indexIndustries, readIndustries } from './industry.ts'
import { faultText } from './texts.ts'

const scene = {
  industries: indexIndustries(readIndustries()),
  areas: new Map([
    ['e', 'east'],
    ['城东片区', 'east'],
  ]),
  thisYear: 2026,
}

const table = (header: readonly string[], ...rows: readonly (readonly string[])[]): Table => ({
  header,
  headerRow: 1,
  rows: rows.map((cells, i) => ({ rowNumber: i + 2, cells })),
  notes: [],
})

describe('planImport', () => {
  it('reads Chinese and English heads alike', () => {
    const zh = planImport(
      table(['统一社会信用代码', '企业名称', '片区', '规模'], ['91350100M000100Y43', '甲公司', 'E', '大型企业']),
      scene,
    )
    const en = planImport(
      table(['USCC', 'Name *', 'Area', 'Size'], ['91350100M000100Y43', '甲公司', '城东片区', 'Large']),
      scene,
    )

    expect(zh.good).toEqual(en.good)
    expect(zh.good[0]?.input).toEqual({ uscc: '91350100M000100Y43', name: '甲公司', areaId: 'east', size: 'large' })
  })

  it('reads days, years, codes, choices, lists and points the ways people write them', () => {
    const plan = planImport(
      table(
        ['名称', '成立日期', '规上年份', '行业', '状态', '标签', '经度', '纬度', '联系人', '电话'],
        [
          '甲',
          '2015/3/2',
          '2021、2023年-2025年',
          '0111',
          '存续',
          '链主、规上',
          '87.31',
          '44.02',
          '张三',
          '13812345678',
        ],
      ),
      scene,
    )

    expect(plan.faults).toEqual([])
    expect(plan.good[0]).toEqual({
      row: 2,
      name: '甲',
      code: null,
      input: {
        name: '甲',
        founded: '2015-03-02',
        aboveScaleYears: [2021, 2023, 2024, 2025],
        industry: 'A0111',
        status: 'active',
        tags: ['链主', '规上'],
        point: { lon: 87.31, lat: 44.02 },
      },
      contact: { name: '张三', phone: '13812345678' },
    })
  })

  it('names row, column, value and rule of each fault and keeps the good rows', () => {
    const plan = planImport(
      table(
        ['名称', '片区', '成立日期', '经度', '纬度'],
        ['甲', 'E', '2015-02-30', '87', '44'],
        ['', 'E', '', '', ''],
        ['乙', '北区', '', '187', '44'],
        ['丙', 'E', '', '87', ''],
        ['丁', 'E', '', '', ''],
      ),
      scene,
    )

    expect(plan.faults).toEqual([
      { row: 2, column: '成立日期', value: '2015-02-30', rule: 'date' },
      { row: 3, column: '名称', value: '', rule: 'required' },
      { row: 4, column: '片区', value: '北区', rule: 'unknown_area' },
      { row: 4, column: '经度', value: '187', rule: 'max 180' },
      { row: 5, column: '纬度', value: '', rule: 'half_a_point' },
    ])
    expect(plan.good.map(({ name }) => name)).toEqual(['丁'])
    expect(plan.badRows.size).toBe(4)
  })

  it('finds the same enterprise twice in one file, by code and by name', () => {
    const plan = planImport(
      table(
        ['名称', '统一社会信用代码'],
        ['甲', '91350100M000100Y43'],
        ['甲（更名）', '9135 0100 M000 100Y 43'],
        ['甲', ''],
        ['乙', '000000'],
        ['丙', '000000'],
      ),
      scene,
    )

    expect(plan.faults.map(({ row, rule }) => [row, rule])).toEqual([
      [3, 'repeated_in_file 2'],
      [4, 'repeated_in_file 2'],
    ])
    expect(plan.good.map(({ name }) => name)).toEqual(['甲', '乙', '丙'])
  })

  it('warns of codes and blocks none', () => {
    const plan = planImport(
      table(['名称', '统一社会信用代码'], ['甲', '91350100M0001TGQXM'], ['乙', '9135010'], ['丙', '无']),
      scene,
    )

    expect(plan.good).toHaveLength(3)
    expect(plan.warnings.map(({ row, rule }) => [row, rule])).toEqual([
      [2, 'uscc_legacy 1'],
      [3, 'uscc_length 8'],
    ])
  })

  it('refuses every row when the names have no column, and says so once', () => {
    const plan = planImport(table(['地址'], ['一路'], ['二路']), scene)

    expect(plan.faults).toEqual([{ row: 1, column: '企业名称', value: '', rule: 'column_missing' }])
    expect(plan.badRows.size).toBe(2)
  })

  it('says every rule in both languages', () => {
    const plan = planImport(
      table(['名称', '规模', '规上年份', '标签'], ['甲', '巨型', '三年前', 'x'.repeat(31)], ['乙', '', '1900', '']),
      scene,
    )

    expect(plan.faults.map((fault) => faultText('zh-CN', fault))).toEqual([
      '应为其中之一：大型、中型、小型、微型',
      '应为年份或年份区间，如 2021、2023-2025',
      '最多 30 个字符',
      '年份应在 1949-2027 之间',
    ])
    expect(plan.faults.map((fault) => faultText('en', fault))[2]).toBe('At most 30')
  })
})
