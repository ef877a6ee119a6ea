import { isOk, localDate } from '@tingzhou/kernel'
import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  catalogueOf,
  convert,
  createAliasMatcher,
  createResolver,
  judgeSpecs,
  normalise,
  readDetails,
  readDue,
  readFigures,
  readQuantity,
  starterProducts,
  textLengthMax,
  unitOf,
} from './index.ts'

const anyText = fc.oneof(
  fc.string({ unit: 'binary' }),
  fc.string({ unit: 'grapheme' }),
  fc
    .array(fc.constantFrom(...'面粉厂水泥 PVC树脂-35号,，。500吨/月<b>12.5%万千x'), { maxLength: 80 })
    .map((letters) => letters.join('')),
)
const today = localDate('2026-11-29')
const catalogue = catalogueOf(starterProducts)
const resolver = createResolver(catalogue)
const productOf = (code: string) => catalogue.products.get(code)! // of the starter catalogue

describe('normalise', () => {
  it.each([
    ['ＰＶＣ　树脂　ＳＧ－５', 'pvc树脂sg-5'],
    ['P.O４２．５ 水泥 20 万吨', 'p.o42.5水泥20万吨'],
    ['硅片 182，210', '硅片182, 210'],
    ['30㎡／㎏ · 3×95', '30m2/kg · 3x95'],
    ['12µm 电池\u200b铝箔', '12um电池铝箔'],
    ['a\ud800b \u0000 c', 'a b c'],
    ['<script>alert(1)</script> 水泥', '<script>alert(1)</script> 水泥'],
  ])('writes %j as %j', (text, plain) => expect(normalise(text)).toBe(plain))

  it('answers the same for its own answer, and never more than it reads', () => {
    fc.assert(
      fc.property(anyText, (text) => {
        const once = normalise(text)
        return normalise(once) === once && once.length <= textLengthMax && !/\p{Surrogate}/u.test(once)
      }),
    )
  })
})

describe('readFigures', () => {
  const measured = (text: string) =>
    readFigures(normalise(text)).measures.map(({ low, high, unit, bound, period }) => [low, high, unit, bound, period])

  it.each([
    ['每月300吨', [300e6, 300e6, 't', 'exact', 'month']],
    ['20 万只', [200_000, 200_000, 'pcs', 'exact', null]],
    ['3.5万 t/年', [35_000e6, 35_000e6, 't', 'exact', 'year']],
    ['三百五十头', [350, 350, 'head', 'exact', null]],
    ['两千零五台', [2_005, 2_005, 'set', 'exact', null]],
    ['1.2亿度', [1.2e11, 1.2e11, 'kWh', 'exact', null]],
    ['5,000吨', [5_000e6, 5_000e6, 't', 'exact', null]],
    ['500余吨', [500e6, 500e6, 't', 'about', null]],
    ['近200吨', [200e6, 200e6, 't', 'about', null]],
    ['不少于50吨', [50e6, 50e6, 't', 'min', null]],
    ['蛋白 3.2% 以上', [32_000, 32_000, 'percent', 'min', null]],
    ['水分不超过14%', [140_000, 140_000, 'percent', 'max', null]],
    ['28-30%', [280_000, 300_000, 'percent', 'exact', null]],
    ['10%-12%', [100_000, 120_000, 'percent', 'exact', null]],
    ['5吨-10天', [5e6, 5e6, 't', 'exact', null]],
    ['5~20mm', [5_000, 20_000, 'mm', 'exact', null]],
    ['200斤', [100_000, 100_000, 'jin', 'exact', null]],
    ['at least 40 tonnes per month', [40e6, 40e6, 't', 'min', 'month']],
    ['3 thousand bottles a year', [3_000, 3_000, 'btl', 'exact', 'year']],
    ['10亩', [66_666_670, 66_666_670, 'mu', 'exact', null]],
    ['20w只', [200_000, 200_000, 'pcs', 'exact', null]],
    ['二三十吨', [20e6, 30e6, 't', 'exact', null]],
    ['三五百吨', [300e6, 500e6, 't', 'exact', null]],
    ['十二三吨', [12e6, 13e6, 't', 'exact', null]],
    ['两万五公斤', [25e6, 25e6, 'kg', 'exact', null]],
    ['一百八十吨', [180e6, 180e6, 't', 'exact', null]],
    ['一百八吨', [180e6, 180e6, 't', 'exact', null]],
    ['一万零五个', [10_005, 10_005, 'pcs', 'exact', null]],
    ['一吨半', [1.5e6, 1.5e6, 't', 'exact', null]],
    ['30支', [30, 30, 'pcs', 'exact', null]],
    ['12个', [12, 12, 'pcs', 'exact', null]],
    ['580w组件', [580, 580, 'W', 'exact', null]],
    ['预算 -200 吨', [-200e6, -200e6, 't', 'exact', null]],
  ])('reads %j', (text, measure) => expect(measured(text)).toEqual([measure]))

  it('counts no months, working days, colours or containers as pieces', () => {
    for (const text of ['3个月', '5 个工作日', '两个星期', '4个颜色', '6个规格', '20 个柜'])
      expect(measured(text)).toEqual([])
  })

  it('reads no measure inside a code', () => {
    for (const text of ['SG-5', 'P.O42.5', '3x95', '12R22.5', 'HRB400E', '240/30', '6063-T5', 'T30S'])
      expect(measured(text)).toEqual([])
  })

  it.each([
    ['3200元/吨', { low: 320e6, high: 320e6, per: 't' }],
    ['每吨 5600 元', { low: 560e6, high: 560e6, per: 't' }],
    ['0.3125元/度', { low: 31_250, high: 31_250, per: 'kWh' }],
    ['3000-3200元每吨', { low: 300e6, high: 320e6, per: 't' }],
    ['¥450/m³', { low: 45e6, high: 45e6, per: 'm3' }],
  ])('reads the price of %j in milli-fen', (text, price) =>
    expect(readFigures(normalise(text)).prices).toMatchObject([price]),
  )

  it('reads any count of tonnes that it can write', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 9_999_999 }),
        fc.constantFrom('t', 'kg', 'm3', 'pcs', 'kWh', 'm2'),
        (count, name) => {
          const [measure] = readFigures(normalise(`采购 ${count} ${name}`)).measures
          return measure?.low === count * unitOf(name)!.base && measure.unit === name // a unit of the list
        },
      ),
    )
  })

  it('ends for any text, with ranges in order', () => {
    fc.assert(
      fc.property(anyText, (text) =>
        readFigures(normalise(text)).measures.every(({ low, high, at, end }) => low <= high && at < end),
      ),
    )
  })
})

describe('units', () => {
  it('converts within a dimension and refuses beyond it, naming field, value and rule', () => {
    expect(convert(3, 't', '公斤')).toEqual({ ok: true, value: 3_000 })
    expect(convert(1, 'MWh', '度')).toEqual({ ok: true, value: 1_000 })
    expect(convert(5, '方', '吨')).toEqual({
      ok: false,
      error: { field: 'unit', value: '方 → 吨', rule: 'unit_of_the_dimension' },
    })
    expect(convert(5, '台', '件')).toMatchObject({ ok: false, error: { rule: 'unit_of_the_dimension' } })
    expect(convert(5, '堆', '吨')).toEqual({ ok: false, error: { field: 'from', value: '堆', rule: 'unit_known' } })
  })

  it.each([
    ['200 吨', 't', { ok: true, value: { value: 200e6, dimension: 'mass', period: null } }],
    ['20', 'pcs', { ok: true, value: { value: 20, dimension: 'pieces', period: null } }],
    ['200 方', 't', { ok: false, error: { field: 'quantity', value: '200方', rule: 'unit_of_the_dimension' } }],
    ['-5 t', 't', { ok: false, error: { field: 'quantity', value: '-5 t', rule: 'not_negative' } }],
    ['0 t', 't', { ok: false, error: { field: 'quantity', value: '0 t', rule: 'not_zero' } }],
    ['很多', 't', { ok: false, error: { field: 'quantity', value: '很多', rule: 'unit_known' } }],
    ['5 t', 'stone', { ok: false, error: { field: 'unit', value: 'stone', rule: 'unit_known' } }],
    ['999999999999999 t', 't', { ok: false, error: { rule: 'unit_known' } }],
  ])('takes or refuses the quantity %j of a product traded in %s', (text, unit, answer) =>
    expect(readQuantity(normalise(text), unit)).toMatchObject(answer),
  )
})

describe('readDue', () => {
  it.each([
    ['25mm 钢筋 200 吨 月底前', '2026-11-30'],
    ['下月底交货', '2026-12-31'],
    ['10天内到货', '2026-12-09'],
    ['请在十天内', '2026-12-09'],
    ['within 2 weeks', '2026-12-13'],
    ['3月15日前', '2027-03-15'],
    ['12月5号', '2026-12-05'],
    ['2027年2月28日', '2027-02-28'],
    ['before 15 Dec', '2026-12-15'],
    ['by January 3rd', '2027-01-03'],
    ['by 3 September', '2027-09-03'],
    ['Sept. 4', '2027-09-04'],
    ['明天早上浇', '2026-11-30'],
    ['年底前', '2026-12-31'],
    ['by end of month', '2026-11-30'],
    ['2026-12-24', '2026-12-24'],
  ])('reads %j, written on a Sunday, as %s', (text, day) =>
    expect(readDue(normalise(text), today)).toMatchObject({ ok: true, value: { day } }),
  )

  it('says nothing where nothing is said, and refuses a day that does not exist', () => {
    for (const text of ['面粉 30 吨', '3 market days', '20 separate lots', 'petrol 95 octane', 'for 12 marble slabs'])
      expect(readDue(text, today)).toEqual({ ok: true, value: null })
    expect(readDue('2027年2月30日', today)).toEqual({
      ok: false,
      error: { field: 'due', value: '2027年2月30日', rule: 'a_day_that_exists' },
    })
  })

  it('adds days as the calendar does', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 3_000 }), (days) => {
        const due = readDue(`${days}天内`, today)
        const day = new Date(Date.UTC(2026, 10, 29 + days)).toISOString().slice(0, 10)
        return isOk(due) && due.value?.day === day
      }),
    )
  })
})

describe('specification', () => {
  const verdicts = (code: string, wanted: string, offered: string) => {
    const product = productOf(code)
    const specs = (text: string) => readDetails(normalise(text), product, []).specs
    return judgeSpecs(specs(wanted), specs(offered), product).map(({ verdict }) => verdict)
  }

  it.each([
    ['P0602', '25mm 三级抗震', 'HRB400E 25mm', ['equal', 'equal']],
    ['P0602', 'HRB400E 25mm', 'HRB400E 12mm', ['equal', 'conflict']],
    ['P0602', 'HRB500E', 'HRB400E 12mm', ['conflict']],
    ['P0204', 'SG-5', 'SG-8', ['conflict']],
    ['P1201', '42.5 水泥', 'P.O42.5', ['equal']],
    ['P1202', 'C35', 'C40', ['conflict']],
    ['P0301', '-35号', '0号', ['conflict']],
    ['P0301', '负35号', '-35号', ['equal']],
    ['P1902', '28-30%', '28-30%', ['equal']],
    ['P2201', '蛋白 3.2% 以上', '3.4%', ['tolerance']],
    ['P2201', '蛋白 3.4% 以上', '3.2%', ['conflict']],
    ['P0801', '10MVA', '10 MVA', ['equal']],
    ['P0801', '10MVA', '1600kVA', ['conflict']],
    ['P0502', 'N-type', 'N型', ['equal']],
    ['P1304', '五层', '5层', ['equal']],
    ['P1304', 'five-ply', '三层', ['conflict']],
    ['P0705', 'dn110', '现货', ['unknown']],
    ['P0803', '240/30', 'JL/G1A-240/30', ['equal']],
    ['P0805', '0.2mm', '0.20 毫米', ['equal']],
    ['P0303', '46号', 'ISO 46', ['equal']],
    ['P1706', '压榨', '一级', ['conflict']],
    ['P0301', '柴油 30 吨，12月5号前送到', '0号', []],
    ['P0301', '0号柴油，8号前送到', '0号', ['equal']],
    ['P0902', '风机叶片 30 支', '风机叶片 20 支', []],
    ['P1201', '12标段 水泥 3号仓', '5号仓', []],
    ['P1802', '32支', '40支', ['conflict']],
    ['P1802', '32支', '32S', ['equal']],
    ['P0104', '二级以上', '一级', ['tolerance']],
    ['P0104', '二级以上', '二级', ['equal']],
    ['P0104', '一级以上', '二级', ['conflict']],
    ['P0104', '二级以下', '一级', ['conflict']],
    ['P1302', '3层以上', '4层', ['tolerance']],
    ['P1001', '99.999%', '95.5%', ['conflict']],
    ['P1001', '99.999%', '99.99%', ['conflict']],
    ['P1902', '30%', '29%', ['tolerance']],
  ])('of %s: %s against %s', (code, wanted, offered, expected) =>
    expect(verdicts(code, wanted, offered).toSorted()).toEqual(expected.toSorted()),
  )

  it('takes what a name says only when nothing else says it', () => {
    const text = '供应一级灰, 二级, 月产775吨'
    const details = readDetails(text, productOf('P0104'), [{ at: 2, end: 5 }])
    expect(details.specs.map(({ text }) => text)).toEqual(['二级'])
    expect(details.quantity).toEqual({ value: 775e6, dimension: 'mass', period: 'month' })
  })

  it('takes no count for a specification, and knows a quantity that it cannot compare', () => {
    const details = readDetails(normalise('五层纸箱 2 万只'), productOf('P1304'), [])
    expect(details.specs.map(({ text }) => text)).toEqual(['五层'])
    expect(details.quantity).toEqual({ value: 20_000, dimension: 'pieces', period: null })
  })

  it('takes no capacity of the buyer for what it needs, and no pieces for a grade', () => {
    const quantity = (text: string, code: string, isNeed: boolean) =>
      readDetails(normalise(text), productOf(code), [], isNeed).quantity
    const need = '年产10万吨面粉厂求购小麦 300 吨'
    expect(quantity(need, 'P1701', true)).toEqual({ value: 300e6, dimension: 'mass', period: null })
    expect(quantity('日产 500 吨的厂要小麦', 'P1701', true)).toBeNull()
    expect(quantity('小麦 月产 500 吨', 'P1701', false)).toEqual({ value: 500e6, dimension: 'mass', period: 'month' })
    expect(quantity('风机叶片 30 支', 'P0902', true)).toEqual({ value: 30, dimension: 'pieces', period: null })
    expect(quantity('32支棉纱 5 吨', 'P1802', true)).toEqual({ value: 5e6, dimension: 'mass', period: null })
    expect(quantity('32支棉纱', 'P1802', true)).toBeNull()
  })

  it('tells a quantity from a size of the same dimension', () => {
    const details = readDetails(normalise('25kg 袋装奶粉 20 吨'), productOf('P2203'), [])
    expect([details.specs.map(({ text }) => text), details.quantity?.value]).toEqual([['25kg'], 20e6])
  })
})

describe('createAliasMatcher', () => {
  const found = (names: readonly (readonly [string, string])[], text: string) =>
    createAliasMatcher(names)
      .find(normalise(text))
      .map(({ alias, codes }) => [alias, ...codes])

  it('finds the longest names, of two that overlap the later, Latin only as whole words', () => {
    const names = [
      ['a', '棉花'],
      ['b', '棉花种子'],
      ['c', '光伏组件'],
      ['d', '组件边框'],
      ['e', 'PET'],
      ['f', 'wine bottles'],
      ['g', 'ready-mix concrete'],
    ] as const
    expect(found(names, '棉花种子')).toEqual([['棉花种子', 'b']])
    expect(found(names, '光伏组件边框')).toEqual([['组件边框', 'd']])
    expect(found(names, 'carpets, PET, petrol')).toEqual([['pet', 'e']])
    expect(found(names, 'a wine bottle; ready mix concrete')).toEqual([
      ['wine bottle', 'f'],
      ['ready mix concrete', 'g'],
    ])
  })

  it('finds what a look at every place finds, among thousands of names', () => {
    const letters = fc
      .array(fc.constantFrom(...'水泥粉煤灰'), { minLength: 1, maxLength: 4 })
      .map((all) => all.join(''))
    fc.assert(
      fc.property(
        fc.array(letters, { minLength: 1, maxLength: 30 }),
        fc.array(letters, { maxLength: 12 }),
        (names, parts) => {
          const text = parts.join('')
          const hits = createAliasMatcher(names.map((name) => [name, name])).find(text)
          const isFound = hits.every(({ at, end, alias }) => names.includes(alias) && text.slice(at, end) === alias)
          const isApart = hits.every((hit, i) => i === 0 || hit.at >= (hits[i - 1]?.end ?? 0))
          return isFound && isApart && (hits.length > 0 || names.every((name) => !text.includes(name)))
        },
      ),
    )
  })
})

describe('createResolver', () => {
  it.each([
    ['面粉厂装包装袋 5 万条', null],
    ['wire packaging', null],
    ['旧轮胎回收', null],
    ['变压器油', null],
    ['番茄酱生产线', null],
    ['空分设备', null],
    ['葡萄酒瓶', 'P2003'],
    ['葡萄酒', 'P2002'],
    ['棉花种子', 'P2402'],
    ['棉花', 'P1801'],
    ['PE管', 'P0705'],
    ['PE粒料', 'P0203'],
    ['钢芯铝绞线', 'P0803'],
    ['铝锭', 'P0401'],
    ['装葡萄酒的玻璃瓶', 'P2003'],
    ['电缆用铜杆', 'P0804'],
    ['光伏组件厂采购 35mm 铝边框', 'P0404'],
    ['transport of coal from Changji to Xi’an', 'P1603'],
    ['looking for cement suppliers', 'P1201'],
    ['our flour mill needs wheat', 'P1701'],
    ['外星合成物 三号', null],
    ['找冷链运输', 'P1603'],
    ['面粉批发商求购小麦', 'P1701'],
    ['flour wholesaler needs wheat', 'P1701'],
    ['二手 10MVA 变压器', null],
    ['used 10 MVA transformer', null],
    ['面粉厂转让', null],
    ['牛肉检验检疫合格 5 吨', 'P2102'],
    ['番茄酱质检报告齐全', 'P1902'],
    ['水泥 检测合格', 'P1201'],
    ['棉纱存放在昌吉', 'P1802'],
    ['水泥检测', null],
    ['原酒 20 吨', null],
    ['', null],
    ['，。！？——', null],
    ['\ud800\udfff\ud83d', null],
    ['<script>alert("水泥")</script>', 'P1201'],
  ])('resolves %j to %s', (text, code) => expect(resolver.resolve(text).product).toBe(code))

  it.each([
    '锅炉引风机',
    '水泵叶片',
    '手机支架',
    'GPS tracker',
    '生石灰',
    '塑钢型材',
    '实木板材',
    '不锈钢波纹管',
    'phone charger',
  ])('is not sure of %j, another thing with a general name', (text) =>
    expect(resolver.resolve(text).certainty).not.toBe('sure'),
  )

  it.each([
    '求购风机 2 台',
    '供应铝型材',
    '昌吉支架',
    'HDPE波纹管',
    'solar tracker',
    'EV charger',
    'need cement',
    'for sale cement 300 t',
    'ready for shipment tomato paste',
    'Contract for cement 500 t',
    '优质板材',
  ])('is sure of %j', (text) => expect(resolver.resolve(text).certainty).toBe('sure'))

  it('says why', () => {
    const rules = (text: string) => resolver.resolve(text).mentions.map(({ alias, rules }) => [alias, ...rules])
    expect(rules('番茄酱生产线')).toEqual([['番茄酱', 'service_after']])
    expect(rules('面粉厂收小麦')).toEqual([['小麦'], ['面粉', 'actor']])
    expect(rules('用于电缆的铜杆')).toEqual([['铜杆'], ['电缆', 'purpose', 'modifier']])
    expect(rules('二手变压器')).toEqual([['变压器', 'recycled']])
    expect(rules('变压器油')).toEqual([['变压器', 'other_thing']])
    expect(resolver.resolve('番茄酱生产线').service).toEqual({ kind: 'line', of: 'P1902' })
  })

  it('hands unknown words on for review', () => {
    expect(resolver.resolve('求购石墨电极 20 吨').unknown).toEqual(['石墨电极'])
    expect(resolver.resolve('need 20 t of graphite electrodes').unknown).toEqual(['graphite', 'electrodes'])
    const dated = 'need 20 t of graphite electrodes by 20 December <img src=x onerror=steal(1)>'
    expect(resolver.resolve(dated).unknown).toEqual(['graphite', 'electrodes'])
  })

  it('answers for any text, about itself', () => {
    fc.assert(
      fc.property(anyText, (text) => {
        const { text: read, product, mentions, certainty } = resolver.resolve(text)
        return (
          read === normalise(text) &&
          (product === null) === (certainty === 'none') &&
          mentions.every(({ at, end, weight }) => at >= 0 && end <= read.length && weight >= 0 && weight <= 1)
        )
      }),
    )
  })

  it.each(['水泥', '面粉厂用', '1', '-', 'for of ', 'PVC ', '一', 'a', '（', '《水泥,', '棉', '12%-', '\ud800'])(
    'reads a text of a million characters of %j as one that is cut off',
    (letters) => {
      const before = performance.now()
      const huge = letters.repeat(Math.ceil(1_000_000 / letters.length))
      const { text } = resolver.resolve(huge)
      readFigures(text)
      readDetails(text, productOf('P0602'), [])
      readDue(text, today)
      expect(text.length).toBeLessThanOrEqual(textLengthMax)
      expect(performance.now() - before).toBeLessThan(5_000)
    },
  )
})
