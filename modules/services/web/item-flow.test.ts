import { describe, expect, it } from 'vitest'
import { levelsOf } from './item-flow.tsx'
import type { ItemLine } from './words.ts'

const item = (code: string, after: readonly string[]): ItemLine => ({
  id: `id-${code}`,
  applicationId: 'a',
  applicationNo: null,
  oneThing: { code: 'restaurant', name: { zh: '开办餐饮店', en: 'Restaurant' } },
  code,
  name: { zh: code, en: code },
  department: { code: 'd', id: null, name: 'd' },
  place: null,
  state: 'waiting',
  after: [...after],
  automatic: false,
  clock: null,
  supervised: false,
  suspendedAt: null,
  urgedAt: null,
  assignee: null,
  decidedAt: null,
  reason: null,
  because: null,
  rev: 1,
})
const codes = (items: readonly ItemLine[]) => levelsOf(items).map((column) => column.map(({ code }) => code))

describe('the columns of an application', () => {
  it('put each item after everything that it waits for', () => {
    const items = [
      item('licence', []),
      item('food', ['licence']),
      item('sign', ['licence']),
      item('open', ['food', 'health']),
      item('health', []),
    ]

    expect(codes(items)).toEqual([['licence', 'health'], ['food', 'sign'], ['open']])
  })

  it('end for a circle too, and pass over items that were not selected', () => {
    expect(
      codes([item('a', ['b']), item('b', ['a'])])
        .flat()
        .toSorted(),
    ).toEqual(['a', 'b'])
    expect(codes([item('a', ['gone'])])).toEqual([['a']])
  })
})
