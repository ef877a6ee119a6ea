import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { blankFacts } from '../enterprise.ts'
import { planMerges, readSide, type AskedPair, type PairEntry } from './merge-plan.ts'

const codes = ['91350100M000100Y43', '91652301M000100Y4D'] as const
const entry = (id: string, more: Partial<PairEntry['facts']> = {}, mergedInto: string | null = null): PairEntry => ({
  id,
  mergedInto,
  facts: { ...blankFacts, name: id, ...more },
})
const pairs = (...all: readonly (readonly [string, string])[]): readonly AskedPair[] =>
  all.map(([from, into], i) => ({ row: i + 2, from, into, why: '同一企业' }))
const plan = (rows: readonly AskedPair[], entries: readonly PairEntry[]) =>
  planMerges(rows, (text) => entries.filter(({ facts }) => facts.name === text))
const told = (planned: ReturnType<typeof plan>) => planned.map(({ fault, turn }) => fault?.rule ?? turn)

const abc = ['a', 'b', 'c', 'd'].map((id) => entry(id))

describe('planMerges', () => {
  it('runs a chain from its beginning, in whatever order it is written', () => {
    expect(told(plan(pairs(['a', 'b'], ['b', 'c']), abc))).toEqual([1, 2])
    expect(told(plan(pairs(['b', 'c'], ['a', 'b']), abc))).toEqual([2, 1])
    expect(told(plan(pairs(['c', 'd'], ['a', 'c'], ['b', 'c']), abc))).toEqual([3, 1, 2])
  })

  it('refuses a circle whole, and what only leads into it not', () => {
    expect(told(plan(pairs(['a', 'b'], ['b', 'a'], ['c', 'a']), abc))).toEqual(['circle', 'circle', 1])
    expect(told(plan(pairs(['a', 'b'], ['b', 'c'], ['c', 'a']), abc))).toEqual(['circle', 'circle', 'circle'])
  })

  it('refuses what names nobody, several, itself, one that is gone, or goes over twice', () => {
    const entries = [...abc, entry('x'), { ...entry('x'), id: 'x2' }, entry('gone', {}, 'a')]
    const asked = pairs(['nobody', 'a'], ['a', 'x'], ['a', 'a'], ['gone', 'b'], ['a', 'b'], ['a', 'c'])

    expect(told(plan(asked, entries))).toEqual([
      'unknown_enterprise',
      'ambiguous_name 2',
      'same_enterprise',
      'merged_already a',
      1,
      'goes_already 6',
    ])
  })

  it('refuses to lose one of two valid codes, also one that came in with the row before', () => {
    const [one, two] = codes
    const entries = [entry('a', { uscc: one }), entry('b'), entry('c', { uscc: two }), entry('d', { uscc: '000000' })]

    expect(told(plan(pairs(['a', 'c']), entries))).toEqual([`conflicting_codes ${two}`])
    expect(told(plan(pairs(['a', 'b'], ['b', 'c']), entries))).toEqual([1, `conflicting_codes ${two}`])
    expect(told(plan(pairs(['a', 'd']), entries))).toEqual([1])
  })

  it('lists what would be lost without refusing it', () => {
    const entries = [entry('a', { address: '旧址', size: 'small' }), entry('b', { address: '新址', tags: ['规上'] })]

    expect(plan(pairs(['a', 'b']), entries)[0]?.conflicts).toEqual([{ field: 'address', kept: '新址', lost: '旧址' }])
  })

  it('of any pairs lets no entry go twice, nothing into what has gone, and leaves no circle', () => {
    const names = ['a', 'b', 'c', 'd', 'e', 'f', 'g']
    const entries = names.map((name) => entry(name))
    const anyPair = fc.tuple(fc.constantFrom(...names), fc.constantFrom(...names))

    fc.assert(
      fc.property(fc.array(anyPair, { maxLength: 20 }), (asked) => {
        const planned = plan(pairs(...asked), entries)
        expect(planned).toHaveLength(asked.length)
        const gone = new Set<string>()
        const turns = planned.filter(({ turn }) => turn !== null).toSorted((a, b) => (a.turn ?? 0) - (b.turn ?? 0))
        for (const { from, into, turn } of turns) {
          expect([gone.has(from), gone.has(into), turn]).toEqual([false, false, gone.size + 1])
          gone.add(from)
        }
      }),
    )
  })
})

describe('readSide', () => {
  it.each([
    [' 0192F0C1-0000-7000-8000-000000000001 ', 'id', '0192f0c1-0000-7000-8000-000000000001'],
    ['91350100-M000100Y43', 'code', '91350100M000100Y43'],
    ['000000', 'name', '000000'],
    ['昌吉  示例 公司', 'name', '昌吉 示例 公司'],
  ])('reads %s as %s', (text, kind, key) => {
    expect(readSide(text)).toEqual({ kind, key })
  })
})
