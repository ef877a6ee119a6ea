import { readFileSync } from 'node:fs'
import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  catalogueOf,
  createOfferIndex,
  starterProducts,
  type Candidate,
  type FreightQuote,
  type OfferIndex,
  type Posting,
} from '../index.ts'

type Labelled = {
  readonly id: string
  readonly text: string
  readonly product: string | null
  readonly spec: string | null
}

const catalogue = catalogueOf(starterProducts)
const fixture = (name: string): readonly Labelled[] =>
  readFileSync(new URL(`../fixtures/${name}.jsonl`, import.meta.url), 'utf8')
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line))
const offers = fixture('offers')
const kilometres: Readonly<Record<string, number>> = { near: 20, far: 900 }
const freight = (offer: Posting): FreightQuote | null => {
  const km = kilometres[offer.place ?? '']
  // 30 yuan a tonne for handling and 0.35 yuan a tonne-kilometre.
  return km === undefined ? null : { km, milliFenPerTonne: 3_000_000 + 35_000 * km, rate: '0.35 CNY/t·km' }
}

function filled(all: readonly Posting[], options = {}): OfferIndex {
  const index = createOfferIndex(catalogue, options)
  for (const offer of all) expect(index.offers.put(offer).ok).toBe(true)
  return index
}

function matched(index: OfferIndex, need: string | Posting, limit = 10): readonly Candidate[] {
  const found = index.match(typeof need === 'string' ? { id: 'n', text: need } : need, limit)
  if (!found.ok) throw new Error(JSON.stringify(found.error))
  return found.value
}

describe('reading of postings', () => {
  const index = createOfferIndex(catalogue)
  const productOf = ({ id, text }: Labelled): string | null => {
    const read = index.read({ id, text })
    return read.ok ? (read.value.product?.code ?? null) : null
  }

  it.each(['offers', 'own-offers', 'needs', 'own-needs'])(
    'finds the product of every one in %s, and none in the traps',
    (name) => {
      const wrong = fixture(name).flatMap((one) => (productOf(one) === (one.product ?? null) ? [] : [one.text]))
      expect(wrong).toEqual([])
    },
  )

  it.each([
    [{ product: 'P9999' }, { field: 'product', value: 'P9999', rule: 'product_known' }],
    [
      { quantity: { value: -5, dimension: 'mass', period: null } },
      { field: 'quantity.value', value: '-5', rule: 'not_negative' },
    ],
    [
      { quantity: { value: 1.5, dimension: 'mass', period: null } },
      { field: 'quantity.value', value: '1.5', rule: 'safe_integer' },
    ],
    [{ price: { milliFen: Number.NaN, per: 't' } }, { field: 'price.milliFen', value: 'NaN', rule: 'safe_integer' }],
    [{ price: { milliFen: 5, per: '堆' } }, { field: 'price.per', value: '堆', rule: 'unit_known' }],
    [{ record: 1.1 }, { field: 'record', value: '1.1', rule: 'share_of_one' }],
    [{ leadDays: -1 }, { field: 'leadDays', value: '-1', rule: 'not_negative' }],
  ])('refuses %j by field, value and rule, and keeps nothing of it', (part, error) => {
    const index = createOfferIndex(catalogue)
    expect(index.offers.put({ id: 'x', text: '水泥', ...part })).toEqual({ ok: false, error })
    expect(index.offers.size()).toBe(0)
  })
})

describe('match', () => {
  const index = filled(offers.map(({ id, text }) => ({ id, text })))

  it('puts the product with the right specification before the product, and both before its family', () => {
    const places = fixture('own-needs').flatMap((need) => {
      const truth = new Map(offers.map((offer) => [offer.id, offer]))
      const first = truth.get(matched(index, need.text, 1)[0]?.id ?? '')
      return need.product === null || first?.product === need.product ? [] : [need.text]
    })
    expect(places).toEqual([])

    const found = matched(index, 'P.O42.5 水泥 5000 吨')
    expect(found.slice(0, 4).map(({ explanation }) => explanation.path)).toEqual(
      Array.from({ length: 4 }, () => ({ wanted: 'P1201', offered: 'P1201', nearness: 'same', family: 'cement' })),
    )
    expect(found.slice(0, 4).map(({ explanation }) => explanation.specs.map(({ verdict }) => verdict))).toEqual([
      ['equal'],
      ['equal'],
      ['conflict'],
      ['conflict'],
    ])
    expect(found[2]?.score).toBeLessThanOrEqual(59)
  })

  it('scores as the sum of its parts, under its cap, and explains each candidate and the next three', () => {
    for (const { text } of fixture('own-needs').slice(0, 60)) {
      const found = matched(index, text)
      for (const [i, { score, explanation, next }] of found.entries()) {
        const sum = explanation.parts.reduce((points, part) => points + part.points, 0)
        expect(score).toBeCloseTo(Math.min(sum, explanation.cap?.points ?? 100), 5)
        expect(score).toBeGreaterThanOrEqual(0)
        expect(score).toBeLessThanOrEqual(found[i - 1]?.score ?? 100)
        for (const [j, other] of next.entries()) {
          expect(other.score).toBeLessThanOrEqual(score)
          if (i + j + 1 < found.length) expect(other.id).toBe(found[i + j + 1]?.id)
        }
      }
    }
  })

  it('never gives a product to what asks for a machine, a package or another thing', () => {
    for (const text of ['番茄酱生产线', '面粉厂装包装袋', '变压器油 20 吨', '旧轮胎回收', 'wire packaging'])
      for (const { score, explanation } of matched(index, text)) {
        expect(explanation.path).toMatchObject({ wanted: null, nearness: 'text' })
        expect(score).toBeLessThanOrEqual(24)
      }
  })

  it('weighs delivered cost, quantity, days, record and nearness, and says by how much the next ones are behind', () => {
    const text = 'P.O42.5 水泥'
    const price = { milliFen: 40_000_000, per: 't' }
    const tonnes = (value: number) => ({ value: value * 1e6, dimension: 'mass', period: null })
    const index = filled(
      [
        { id: 'best', text, price, place: 'near', quantity: tonnes(500), leadDays: 3, record: 1 },
        { id: 'far', text, price, place: 'far', quantity: tonnes(500), leadDays: 3, record: 1 },
        { id: 'small', text, price, place: 'near', quantity: tonnes(50), leadDays: 3, record: 1 },
        { id: 'late', text, price, place: 'near', quantity: tonnes(500), leadDays: 30, record: 1 },
        { id: 'silent', text },
        { id: 'by-bag', text, price: { milliFen: 2_000_000, per: '袋' } },
      ],
      { freight, allowedDays: () => 10 },
    )
    const found = matched(index, { id: 'n', text: '求购 P.O42.5 水泥 200 吨', place: 'near' })

    expect(found.map(({ id, score }) => [id, score])).toEqual(
      [
        ['best', 100],
        ['late', 95],
        ['small', 92.5],
        ['by-bag', 80],
        ['silent', 80],
        ['far', 80],
      ].toSorted((a, b) => Number(b[1]) - Number(a[1]) || (String(a[0]) < String(b[0]) ? -1 : 1)),
    )
    expect(found[0]?.explanation.cost).toEqual({
      unitPrice: price,
      freight: { km: 20, milliFenPerTonne: 3_700_000, rate: '0.35 CNY/t·km' },
      deliveredMilliFen: 43_700_000,
      bestMilliFen: 43_700_000,
    })
    expect(found[0]?.explanation.quantity).toEqual({
      needed: 200e6,
      free: 500e6,
      dimension: 'mass',
      isComparable: true,
    })
    expect(found[0]?.next.map(({ id, lacks }) => [id, lacks])).toEqual([
      ['late', [{ part: 'lead', points: 5 }]],
      ['small', [{ part: 'quantity', points: 7.5 }]],
      expect.anything(),
    ])
    expect(found.find(({ id }) => id === 'by-bag')?.explanation.cost.deliveredMilliFen).toBeNull()
  })

  it('compares quantities of one period only, and takes no capacity of the buyer for its need', () => {
    const index = filled([
      { id: 'stock', text: '水泥 现货 200 吨' },
      { id: 'daily', text: '水泥 每天 200 吨' },
    ])
    const comparable = (need: string) =>
      Object.fromEntries(
        matched(index, need).map(({ id, explanation: { quantity } }) => [id, [quantity.isComparable, quantity.needed]]),
      )
    expect(comparable('求购水泥 每天 200 吨')).toEqual({ stock: [false, 200e6], daily: [true, 200e6] })
    expect(comparable('求购水泥 200 吨')).toEqual({ stock: [true, 200e6], daily: [false, 200e6] })
    expect(comparable('年产 30 万吨管桩的厂求购水泥')).toEqual({ stock: [false, null], daily: [false, null] })
  })

  it('knows no delivered cost where the way is not known, and lets none such be the best', () => {
    const price = { milliFen: 40_000_000, per: 't' }
    const all = [
      { id: 'known', text: 'P.O42.5 水泥', price, place: 'near' },
      { id: 'nowhere', text: 'P.O42.5 水泥', price: { milliFen: 30_000_000, per: 't' } },
    ]
    const costs = (options: object) =>
      matched(filled(all, options), 'P.O42.5 水泥').map(({ id, explanation: { cost } }) => [
        id,
        cost.deliveredMilliFen,
        cost.bestMilliFen,
      ])
    expect(costs({ freight })).toEqual([
      ['known', 43_700_000, 43_700_000],
      ['nowhere', null, 43_700_000],
    ])
    expect(costs({})).toEqual([
      ['nowhere', 30_000_000, 30_000_000],
      ['known', 40_000_000, 30_000_000],
    ])
  })

  it('lets what does not fit its specification be nobody’s best', () => {
    const index = filled([
      { id: 'fits', text: '螺纹钢 HRB400E 25mm', price: { milliFen: 330_000_000, per: 't' } },
      { id: 'thin', text: '螺纹钢 HRB400E 12mm', price: { milliFen: 300_000_000, per: 't' } },
    ])
    const found = matched(index, '求购螺纹钢 HRB400E 25mm')
    expect(found.map(({ id, explanation: { cap, cost } }) => [id, cap?.rule, cost.bestMilliFen])).toEqual([
      ['fits', undefined, 330_000_000],
      ['thin', 'spec_conflict', 330_000_000],
    ])
    expect(found[0]?.explanation.parts.find(({ part }) => part === 'cost')).toMatchObject({ points: 15, of: 15 })
  })

  it('takes what a person confirmed before what the text says', () => {
    const index = filled([{ id: 'o', text: '特殊材料 X', product: 'P0602', spec: ['HRB400E 25mm'] }])
    const [found] = matched(index, { id: 'n', text: '随便', product: 'P0602', spec: ['HRB400E 25mm'] })
    expect(found?.explanation).toMatchObject({
      path: { nearness: 'same' },
      isSure: { need: true, offer: true },
      specs: [{ verdict: 'equal' }, { verdict: 'equal' }],
    })
    expect(matched(index, { id: 'n', text: '特殊材料', product: null })[0]?.explanation.path.nearness).toBe('text')
  })

  it('guesses by words where no name is known, and says that it guesses', () => {
    const index = filled(['a', 'b', 'c'].map((id) => ({ id, text: `石墨电极 ${id} 级`, product: 'P0804' })))
    const [found] = matched(index, '石墨电极')
    expect(found?.explanation).toMatchObject({ path: { wanted: 'P0804', nearness: 'same' }, isSure: { need: false } })
  })

  it.each([
    ['求购手机', ['手机 黑色 五百台 现货', '手机壳 批发']],
    ['求购对讲机 20 台', ['防爆对讲机，含充电座', '对讲机皮套 批发']],
  ])('of what no name is known for, puts the thing before its parts: %s', (need, [thing = '', part = '']) => {
    const index = filled([
      { id: 'a part', text: part },
      { id: 'the thing', text: thing },
    ])
    expect(matched(index, need).map(({ id }) => id)).toEqual(['the thing', 'a part'])
  })

  it('finds siblings of a tree after the family', () => {
    const product = (code: string, family: string, parent: string, zh: string) => ({
      code,
      family,
      parent,
      unit: 't',
      zh: [zh],
      en: [],
    })
    const tree = catalogueOf([
      product('A', 'f', 'top', '甲料子'),
      product('B', 'f', 'other', '乙料子'),
      product('C', 'g', 'top', '丙料子'),
      product('D', 'h', 'far', '丁料子'),
    ])
    const index = createOfferIndex(tree)
    for (const [id, text] of Object.entries({ d: '丁料子', c: '丙料子', b: '乙料子', a: '甲料子' }))
      index.offers.put({ id, text })
    expect(matched(index, '甲料子').map(({ id, explanation }) => [id, explanation.path.nearness])).toEqual([
      ['a', 'same'],
      ['b', 'family'],
      ['c', 'sibling'],
      ['d', 'text'],
    ])
  })

  it('finds the open needs of an offer with the same scores', () => {
    const index = filled([{ id: 'o', text: 'P.O42.5 水泥 500 吨' }])
    for (const [id, text] of Object.entries({ n1: '求购 P.O42.5 水泥 200 吨', n2: 'P.O52.5 水泥', n3: '苗木' }))
      index.needs.put({ id, text })
    const found = index.needsFor({ id: 'o', text: 'P.O42.5 水泥 500 吨' }, 5)
    expect(found.ok && found.value.map(({ id }) => id)).toEqual(['n1', 'n2'])
    expect(found.ok && found.value[0]?.score).toBe(matched(index, '求购 P.O42.5 水泥 200 吨')[0]?.score)
  })

  it('answers with nothing in an empty market, and for texts that say nothing', () => {
    expect(matched(createOfferIndex(catalogue), '水泥')).toEqual([])
    for (const text of ['', '，。！', '\ud800', '🙂']) expect(matched(index, text)).toEqual([])
  })

  it('reads the beginning of a long text once for what it names', () => {
    const index = filled([
      { id: 'the thing', text: '对讲机' },
      ...Array.from({ length: 60 }, (_, i) => ({ id: `part ${i}`, text: '对讲机皮套'.repeat(700) })),
    ])
    const found = matched(index, '求购对讲机', 50)
    expect(found[0]?.id).toBe('the thing')
    expect(found).toHaveLength(50)
  })

  it('keeps markup as text', () => {
    const index = filled([{ id: 'o', text: '<img src=x onerror=alert(1)> 水泥 P.O42.5' }])
    const read = index.read({ id: 'o', text: '<img src=x onerror=alert(1)> 水泥 P.O42.5' })
    expect(read.ok && read.value.text).toContain('<img src=x onerror=alert(1)>')
    expect(matched(index, '水泥')[0]?.id).toBe('o')
  })

  it('is the same after any order of adding, replacing and removing as when built anew', () => {
    const step = fc.record({
      id: fc.integer({ min: 0, max: 8 }).map(String),
      text: fc.constantFrom(...offers.slice(0, 60).map(({ text }) => text)),
      isGone: fc.boolean(),
    })
    fc.assert(
      fc.property(
        fc.array(step, { maxLength: 25 }),
        fc.constantFrom('5500 大卡电煤', '甲醇 99.9%', '一级粉煤灰', '包装'),
        (steps, need) => {
          const index = createOfferIndex(catalogue)
          const kept = new Map<string, string>()
          for (const { id, text, isGone } of steps) {
            if (isGone) {
              expect(index.offers.remove(id)).toBe(kept.delete(id))
            } else {
              index.offers.put({ id, text })
              kept.set(id, text)
            }
          }
          const anew = filled([...kept].map(([id, text]) => ({ id, text })))
          expect(index.offers.size()).toBe(kept.size)
          expect(matched(index, need)).toEqual(matched(anew, need))
        },
      ),
      { numRuns: 40 },
    )
  })

  it('answers for any texts', () => {
    fc.assert(
      fc.property(
        fc.array(fc.string({ unit: 'binary' }), { maxLength: 6 }),
        fc.string({ unit: 'binary' }),
        (texts, need) => {
          const index = filled(texts.map((text, i) => ({ id: String(i), text })))
          return matched(index, need).every(({ score }) => score >= 0 && score <= 100)
        },
      ),
    )
  })

  it('answers of those that are wanted as if there were no others, not even their price', () => {
    const offer = (id: string, yuan: number) => ({ id, text: `供应螺纹钢 HRB400E 25mm 500 吨，${yuan}元/吨` })
    const need = { id: 'n', text: '求购 25mm 三级抗震钢筋 200 吨' }
    const [all, alone] = [createOfferIndex(catalogue), createOfferIndex(catalogue)]
    for (const one of [offer('cheap', 3_000), offer('dear', 3_300)]) all.offers.put(one)
    alone.offers.put(offer('dear', 3_300))

    expect(all.match(need, 10, (id) => id === 'dear')).toEqual(alone.match(need, 10))
    expect(all.match(need, 10, () => false)).toEqual({ ok: true, value: [] })
  })
})
