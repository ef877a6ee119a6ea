import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { merge } from './merge.ts'

const base = {
  name: { zh: '店', en: 'Shop' },
  items: [
    { code: 'a', days: 5, after: [] },
    { code: 'b', days: 3, after: ['a'] },
  ],
}

describe('two versions that grew out of one', () => {
  it('are one again when they changed different places, even of one part', () => {
    const mine = { ...base, items: [{ code: 'a', days: 6, after: [] }, base.items[1]] }
    const theirs = {
      name: { en: 'Restaurant', zh: '店' },
      items: [{ code: 'a', days: 5, after: ['b'] }, base.items[1], { code: 'c', days: 1, after: [] }],
    }

    expect(merge(base, mine, theirs)).toEqual({
      value: {
        name: { zh: '店', en: 'Restaurant' },
        items: [{ code: 'a', days: 6, after: ['b'] }, base.items[1], { code: 'c', days: 1, after: [] }],
      },
      clashes: [],
    })
  })

  it('name the place that both changed differently, and stand there as the preferred side has it', () => {
    const mine = { ...base, name: { zh: '甲', en: 'Shop' } }
    const theirs = { ...base, name: { zh: '乙', en: 'Shop' } }

    expect(merge(base, mine, theirs).clashes).toEqual([{ path: ['name', 'zh'], mine: '甲', theirs: '乙' }])
    expect(merge(base, mine, theirs, 'mine').value).toEqual(mine)
    expect(merge(base, mine, theirs, 'theirs').value).toEqual(theirs)
  })

  it('clash where one took a part away that the other changed, and keep one that nobody touched away', () => {
    const [, second] = base.items
    const without = { ...base, items: [second] }
    const changed = { ...base, items: [{ code: 'a', days: 9, after: [] }, second] }

    expect(merge(base, without, changed).clashes).toEqual([
      { path: ['items', 'a'], mine: undefined, theirs: { code: 'a', days: 9, after: [] } },
    ])
    expect(merge(base, without, base).value).toEqual(without)
    expect(merge(base, base, without).value).toEqual(without)
  })

  it('lose nothing: one side alone is taken whole, and a merge with itself changes nothing', () => {
    const json = fc.jsonValue({ maxDepth: 3 }).filter((value) => !JSON.stringify(value).includes('__proto__'))
    fc.assert(
      fc.property(json, json, (one, other) => {
        expect(merge(one, one, other).value).toEqual(other)
        expect(merge(one, other, one)).toMatchObject({ value: other, clashes: [] })
        expect(merge(one, other, other)).toMatchObject({ value: other, clashes: [] })
      }),
    )
  })
})
