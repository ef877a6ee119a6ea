import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import categories from './data/categories.json' with { type: 'json' }
import { createSuggestIndex, suggestByHints } from './suggest.ts'
import { tokensOf } from './tokens.ts'
import { rankDuplicates, type Candidate } from './duplicates.ts'

describe('createSuggestIndex', () => {
  it('points to the category of the appeals most alike, with the share that agrees', () => {
    const index = createSuggestIndex(100)
    const past = [
      ['0402', '车间频繁停电，设备停机'],
      ['0402', '昨晚突然停电，生产线中断'],
      ['0402', '电压不稳，经常跳闸停电'],
      ['0301', '招工困难，缺少熟练普工'],
      ['0301', '春节后招工不足'],
    ] as const
    for (const [i, [code, text]] of past.entries()) index.add(`a${i}`, code, tokensOf(text))

    const { categories: found, basis } = index.suggest(tokensOf('我厂今天又停电了，生产线停机'))

    expect(found[0]?.code).toBe('0402')
    expect(found[0]?.share).toBeGreaterThan(0.7)
    expect(basis).toBeGreaterThanOrEqual(3)
  })

  it('says nothing on one or two stray words', () => {
    const index = createSuggestIndex(100)
    index.add('a', '0402', ['停电'])

    expect(index.suggest(['停电']).categories).toEqual([])
  })

  it('lets the oldest go when it is full, and replaces an appeal that was closed again', () => {
    const index = createSuggestIndex(3)
    for (const id of ['a', 'b', 'c', 'd']) index.add(id, '0101', ['贷款'])
    index.add('d', '0102', ['担保'])

    expect(index.size()).toBe(3)
    expect(index.suggest(['贷款']).basis).toBe(2)
  })

  it('gives shares that never sum over one', () => {
    const appeal = fc.tuple(
      fc.constantFrom('0101', '0402', '0301', '0601'),
      fc.array(fc.constantFrom('水', '电', '贷款', '招工', '停电'), { maxLength: 6 }),
    )
    fc.assert(
      fc.property(
        fc.array(appeal, { maxLength: 40 }),
        fc.array(fc.constantFrom('电', '贷款', '停电'), { maxLength: 4 }),
        (past, words) => {
          const index = createSuggestIndex(30)
          past.forEach(([code, tokens], i) => index.add(`a${i}`, code, tokens))
          const { categories: found } = index.suggest(words)
          expect(found.length).toBeLessThanOrEqual(3)
          expect(found.reduce((sum, { share }) => sum + share, 0)).toBeLessThanOrEqual(1 + 1e-9)
        },
      ),
    )
  })
})

describe('suggestByHints', () => {
  const hints = new Map(
    categories.flatMap((one) =>
      'hint' in one && one.hint ? [[one.code, new Set(tokensOf(`${one.zh} ${one.hint}`))] as const] : [],
    ),
  )

  it.each([
    ['想申请一笔银行贷款，流动资金紧张', '0101'],
    ['昨天停电三次，电压不稳', '0402'],
    ['孩子入学学位怎么申请', '0304'],
    ['厂区门口道路坑洼，货车限行', '0503'],
    ['污水管道堵塞', '0406'],
  ])('leads "%s" to %s without any closed appeal', (text, code) => {
    const { categories: found, basis } = suggestByHints(hints, tokensOf(text))

    expect(found.map((one) => one.code)).toContain(code)
    expect(basis).toBe(0)
  })
})

describe('rankDuplicates', () => {
  const matter = {
    id: 'x',
    title: '二号车间频繁停电',
    body: '最近一周每天下午停电两次',
    enterpriseId: 'e1',
    category: '0402',
  }
  const candidate = (given: Partial<Candidate>): Candidate => ({
    ...matter,
    id: 'y',
    no: 'SQ1',
    state: 'handling',
    ...given,
  })

  it('proposes the same enterprise and category whatever the words', () => {
    const [found] = rankDuplicates(matter, [candidate({ title: '变压器报修', body: '请尽快处理' })])

    expect(found).toMatchObject({ id: 'y', sameEnterprise: true, sameCategory: true })
  })

  it('proposes alike words of another enterprise, and leaves other matters and itself out', () => {
    const alike = candidate({ id: 'a', enterpriseId: 'e2', title: '二号车间频繁停电', body: '一周来每天下午停电两次' })
    const other = candidate({ id: 'b', enterpriseId: 'e2', category: '0301', title: '招工困难', body: '缺少普工' })

    const found = rankDuplicates(matter, [other, alike, candidate({ id: 'x' })])

    expect(found.map(({ id }) => id)).toEqual(['a'])
  })
})
