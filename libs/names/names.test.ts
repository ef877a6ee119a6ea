import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  bigrams,
  createNameIndex,
  evenly,
  frontHeavy,
  jaccard,
  makeNameSample,
  measureNames,
  nameCore,
  textSimilarity,
  weightedJaccard,
} from './index.ts'

const places = ['新疆', '昌吉', '阜康', '新疆维吾尔自治区', '奇台']
const shortText = fc
  .array(fc.constantFrom(...'天山面粉恒安纸业科技abc'), { maxLength: 12 })
  .map((letters) => letters.join(''))

describe('nameCore', () => {
  it.each([
    ['昌吉市恒安（新疆）纸业有限公司', '恒安纸业'],
    ['昌吉回族自治州恒安纸业有限责任公司', '恒安纸业'],
    ['恒安纸业(集团)股份有限公司', '恒安纸业'],
    ['ＨＥＮＧＡＮ Paper Co., Ltd.', 'henganpaper'],
    ['恒安纸业有限公司阜康分公司', '恒安纸业'],
    ['恒安纸业集团有限公司 阜康分公司', '恒安纸业'],
    ['奇台县丰禾农民专业合作社', '丰禾'],
    ['奇台县丰禾农民专业合作社阜康分公司', '丰禾'],
    ['新疆维吾尔自治区 恒安 纸业', '恒安纸业'],
    ['某某投资管理合伙企业(有限合伙)', '某某投资管理'],
  ])('reduces %s to %s', (name, core) => {
    expect(nameCore(name, places)).toBe(core)
  })

  it('keeps what is left when a step would leave nothing', () => {
    expect(nameCore('新疆有限公司', places)).toBe('新疆')
    expect(nameCore('集团有限公司', places)).toBe('集团有限公司')
    expect(nameCore('（）', places)).toBe('')
  })

  it('treats a place with a sign of patterns as letters', () => {
    expect(nameCore('昌吉.*恒安', ['.*', '昌吉'])).toBe('恒安')
  })

  it('answers the same for its own answer, for any text', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), (name) => nameCore(nameCore(name, []), []) === nameCore(name, [])),
    )
  })
})

describe('bigram Jaccard', () => {
  it('is 3 common of 5 for two cores that differ at the end', () => {
    expect(bigrams('恒安纸业')).toEqual(new Set(['恒安', '安纸', '纸业']))
    expect(jaccard(bigrams('恒安纸业'), bigrams('恒安纸业科技'))).toBeCloseTo(3 / 5)
  })

  it('counts a rare character outside the first plane as one', () => {
    expect(bigrams('𠮷野')).toEqual(new Set(['𠮷野']))
  })

  it('is symmetric, within [0, 1], and 1 for a text with itself', () => {
    fc.assert(
      fc.property(shortText, shortText, (a, b) => {
        const score = textSimilarity(a, b)
        expect(score).toBe(textSimilarity(b, a))
        expect(score).toBeGreaterThanOrEqual(0)
        expect(score).toBeLessThanOrEqual(1)
        expect(textSimilarity(a, a)).toBe(a === '' ? 0 : 1)
      }),
    )
  })

  it('ignores spacing, punctuation and case in short texts', () => {
    expect(textSimilarity('3号 厂房，停电！Power', '3号厂房停电power')).toBe(1)
    expect(textSimilarity('厂区道路积水', '申请用电增容')).toBe(0)
  })
})

describe('frontHeavy', () => {
  const likeness = (a: string, b: string) => weightedJaccard(frontHeavy(a), frontHeavy(b))

  it('gives the first pair 3, the second 2, the others 1, and a pair that stands twice its heavier place', () => {
    expect(frontHeavy('恒安农业科技')).toEqual(
      new Map([
        ['恒安', 3],
        ['安农', 2],
        ['农业', 1],
        ['业科', 1],
        ['科技', 1],
      ]),
    )
    expect(frontHeavy('安安安安')).toEqual(new Map([['安安', 3]]))
    expect([frontHeavy('安'), frontHeavy('')]).toEqual([new Map([['安', 3]]), new Map()])
  })

  it('forgives a trade cut short (6 of 8) sooner than another beginning (5 of 11) or another trade (3 of 9)', () => {
    expect(likeness('恒安农业科技', '恒安农业')).toBeCloseTo(6 / 8)
    expect(likeness('恒安农业科技', '瑞安农业科技')).toBeCloseTo(5 / 11)
    expect(likeness('恒安纸业', '恒安物流')).toBeCloseTo(3 / 9)
  })

  it('with equal weights is Jaccard itself, and symmetric with others', () => {
    fc.assert(
      fc.property(shortText, shortText, (a, b) => {
        expect(weightedJaccard(evenly(a), evenly(b))).toBe(jaccard(bigrams(a), bigrams(b)))
        expect(likeness(a, b)).toBe(likeness(b, a))
        expect(likeness(a, a)).toBe(a === '' ? 0 : 1)
      }),
    )
  })
})

describe('createNameIndex', () => {
  it('suggests best first, within the limit, with the score', () => {
    const index = createNameIndex()
    index.add('a', '天山面粉')
    index.add('b', '天山面粉厂')
    index.add('c', '恒安纸业')

    expect(index.lookup('天山面粉')).toEqual([
      { id: 'a', key: '天山面粉', score: 1 },
      { id: 'b', key: '天山面粉厂', score: 0.75 },
    ])
    expect(index.lookup('天山面粉', { limit: 1 })).toHaveLength(1)
    expect(index.lookup('天山面粉', { threshold: 0.8 })).toHaveLength(1)
  })

  it('forgets what was removed and what was replaced', () => {
    const index = createNameIndex()
    index.add('a', '天山面粉')
    index.add('a', '恒安纸业')
    index.add('b', '恒安纸业')
    index.remove('b')
    index.remove('unknown')

    expect(index.size()).toBe(1)
    expect(index.lookup('天山面粉')).toEqual([])
    expect(index.lookup('恒安纸业').map(({ id }) => id)).toEqual(['a'])
  })

  it('finds exactly what a comparison with every key finds', () => {
    const keys = fc.array(shortText, { maxLength: 40 })
    const threshold = fc.constantFrom(0.1, 0.3, 0.5, 0.7, 0.9, 1)
    const weigh = fc.constantFrom(evenly, frontHeavy)

    fc.assert(
      fc.property(keys, fc.array(fc.nat(39)), shortText, threshold, weigh, (keys, removed, asked, threshold, weigh) => {
        const index = createNameIndex(weigh)
        keys.forEach((key, i) => index.add(String(i), key))
        for (const i of removed) index.remove(String(i))

        const found = index.lookup(asked, { threshold, limit: 100 }).map(({ id }) => Number(id))

        const expected = keys
          .map((key, i) => ({ i, score: weightedJaccard(weigh(asked), weigh(key)) }))
          .filter(({ i, score }) => score >= threshold && !removed.includes(i))
        expect(found.toSorted((a, b) => a - b)).toEqual(expected.map(({ i }) => i))
      }),
    )
  })

  it('refuses a threshold that would match everything', () => {
    expect(() => createNameIndex().lookup('a', { threshold: 0 })).toThrow(RangeError)
  })
})

describe('on 2,360 invented names, 1,500 variants and 500 strangers', () => {
  it('suggests the right enterprise for most variants and hardly a wrong one', () => {
    const measured = measureNames(makeNameSample(20_261_122))

    expect(measured).toMatchObject({ registered: 2_360, variants: 1_500, strangers: 500 })
    expect(measured.recall).toBeGreaterThanOrEqual(0.86)
    expect(measured.precision).toBeGreaterThanOrEqual(0.98)
    expect(measured.sharedCoreShare).toBeLessThan(0.1)
  })

  it('is the same for the same seed', () => {
    expect(makeNameSample(1, 20, 20, 5)).toEqual(makeNameSample(1, 20, 20, 5))
  })
})
