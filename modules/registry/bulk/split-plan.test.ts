import { describe, expect, it } from 'vitest'
import { blankFacts } from '../enterprise.ts'
import type { PairEntry } from './merge-plan.ts'
import { planSplits, type AskedSplit, type NamedPart } from './split-plan.ts'

const codes = ['91350100M000100Y43', '92350100M000100Y4U'] as const
const entry = (id: string, aliases: readonly string[], mergedInto: string | null = null): PairEntry => ({
  id,
  mergedInto,
  facts: { ...blankFacts, name: id, aliases: [...aliases], areaId: 'east' },
})
const shut: PairEntry = { id: '停', mergedInto: null, facts: { ...blankFacts, name: '停', areaId: 'closed' } }
const entries = [
  entry('甲', ['一厂', '二厂', '同名']),
  entry('乙', ['一厂']),
  entry('丙', []),
  entry('走', [], '甲'),
  shut,
]
const parts: Readonly<Record<string, readonly NamedPart[]>> = {
  甲: [
    { module: 'contacts', id: 'c1', labels: ['王某', '王某'] },
    { module: 'contacts', id: 'c2', labels: ['同名', '同名'] },
    { module: 'figures', id: 'f1', labels: ['营业收入 2025', 'Turnover 2025'] },
    { module: 'figures', id: 'f2', labels: ['营业收入 2025', 'Turnover 2025'] },
    { module: 'chains', id: 'position:1', labels: ['小麦粉 生产 2025', 'wheat flour makes 2025'] },
  ],
}
type Line = readonly [firm: string, name: string, takes?: string, uscc?: string | null]
const asked = (lines: readonly Line[]): readonly AskedSplit[] =>
  lines.map(([firm, name, takes = '', uscc = null], i) => ({ row: i + 2, firm, name, takes, uscc, why: '两家' }))
const plan = (...lines: readonly Line[]) =>
  planSplits(asked(lines), {
    find: (text) => entries.filter(({ facts }) => facts.name === text),
    partsOf: (id) => parts[id] ?? [],
    hasMore: (id) => id === '丙',
    isClosedArea: (id) => id === 'closed',
    holderOf: (code) => (code === codes[0] ? '丁' : null),
  })
const told = (...lines: readonly Line[]) => plan(...lines).map(({ fault, turn }) => fault?.rule ?? turn)

describe('planSplits', () => {
  it('finds what goes by its name in either language; figures of one indicator and period go together', () => {
    const [first] = plan(['甲', '甲印染', ' 二厂；王某;  Turnover   2025\n小麦粉 生产 2025；王某 ', codes[1]])

    expect(first?.chosen).toEqual({
      aliases: ['二厂'],
      contactIds: ['c1'],
      figureIds: ['f1', 'f2'],
      parts: [{ module: 'chains', id: 'position:1' }],
    })
  })

  it('refuses who is not there, and what the entry does not have or has twice', () => {
    expect(
      told(
        ['丁', '丁一'],
        ['走', '走一'],
        ['甲', '甲一', '三厂'],
        ['甲', '甲一', '同名'],
        ['乙', '乙一', '王某'],
        ['丙', '丙一', '王某'],
        ['停', '停一'],
        ['甲', ' 甲 '],
        ['甲', '甲一', '', codes[0]],
        ['丙', '丙一'],
      ),
    ).toEqual([
      'unknown_enterprise',
      'merged_already 甲',
      'unknown_item',
      'ambiguous_item 2',
      'unknown_item',
      'item_not_read',
      'entry_area_closed',
      'own_name',
      'uscc_taken',
      1,
    ])
  })

  it('lets a thing, a name and a code go once, to the first row that may have it', () => {
    expect(
      told(
        ['甲', '甲一', '一厂；三厂'],
        ['甲', '甲一', '一厂；王某', codes[1]],
        ['甲', '甲二', '王某'],
        ['甲', '一厂'],
        ['甲', '甲一'],
        ['乙', '甲一', '一厂'],
        ['乙', '乙一', '', codes[1]],
        ['甲', '甲二', '二厂'],
      ),
    ).toEqual(['unknown_item', 1, 'taken_already 3', 'taken_already 3', 'repeated_split 3', 2, 'repeated_code 3', 3])
  })
})
