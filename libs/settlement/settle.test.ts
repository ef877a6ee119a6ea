import { createHash } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { factsOf, prices, rulesOf } from './case.fixture.ts'
import { canonicalJson, regulatorMass, regulatorMoney, reproduce } from './index.ts'
import { refused, settled } from './testing.ts'

const minTons = { basis: { unit: 'ton', weight: 'min' } }
const overTwoPerMille = { mode: 'excess', as: 'money', tolerance: { by: 'rate', bp: 20 } }
const loadingFee = { kind: 'loading_fee', side: 'both', amount: { by: 'sum', fen: 20_00 } }
const paySum = (to: string, fen: number) => ({ to, amount: { by: 'sum', fen } })

/** Coal, 32,460 kg loaded, 32,310 kg unloaded: the worked example of the specification. */
const example = {
  rules: rulesOf({
    terms: { ...minTons, loss: overTwoPerMille },
    rules: { paidRounding: 'yuan_truncated', split: { parts: [paySum('advance', 500_00)] } },
  }),
  facts: factsOf({ facts: { items: [loadingFee], parts: [paySum('fuel_card', 1_000_00)] } }),
}
describe('the worked example', () => {
  const sheet = settled(example.rules, example.facts)

  it('weighs: 150 kg lost, 64.92 kg tolerated, 85.08 kg over', () => {
    expect(sheet.weighing.carrier).toEqual({
      lossG: 150_000,
      countedLossG: 85_080,
      countedSurplusG: 0,
      lossToleranceG: 64_920,
      surplusToleranceG: null,
      basisOf: 'unload',
      basisG: 32_310_000,
      cutG: 0,
    })
    expect(sheet.weighing.shipper).toEqual(sheet.weighing.carrier)
  })

  it('has every line with its quantity and price', () => {
    const shared = { ref: null, basis: null }
    const freight = { unit: 'g', quantity: 32_310_000 }
    const loss = { unit: 'g', quantity: 85_080, priceMilliFen: 420_00_000 }
    expect(sheet.lines).toEqual([
      {
        ...shared,
        side: 'carrier',
        key: 'freight',
        sign: 1,
        amountFen: 2_520_18,
        measured: { ...freight, priceMilliFen: 78_00_000 },
        basis: 'unload',
      },
      { ...shared, side: 'carrier', key: 'loading_fee', sign: 1, amountFen: 20_00, measured: null },
      { ...shared, side: 'carrier', key: 'loss', sign: -1, amountFen: 35_73, measured: loss },
      { ...shared, side: 'carrier', key: 'm0_paid', sign: -1, amountFen: 45, measured: null },
      {
        ...shared,
        side: 'shipper',
        key: 'freight',
        sign: 1,
        amountFen: 2_746_35,
        measured: { ...freight, priceMilliFen: 85_00_000 },
        basis: 'unload',
      },
      { ...shared, side: 'shipper', key: 'loading_fee', sign: 1, amountFen: 20_00, measured: null },
      { ...shared, side: 'shipper', key: 'loss', sign: -1, amountFen: 35_73, measured: loss },
    ])
  })

  it('pays 500 in advance, 1,000 on the fuel card, 1,004 at the end', () => {
    expect(sheet.pays).toEqual([
      { to: 'advance', ref: null, askedFen: 500_00, amountFen: 500_00, group: 'paid' },
      { to: 'fuel_card', ref: null, askedFen: 1_000_00, amountFen: 1_000_00, group: 'paid' },
      { to: 'balance', ref: null, askedFen: 1_004_00, amountFen: 1_004_00, group: 'paid' },
    ])
  })

  it('comes to 2,504.45 due, 2,504.00 paid, 2,730.62 billed with 225.46 of tax', () => {
    expect(sheet.totals).toEqual({
      computedFen: 2_504_45,
      carriedFen: 0,
      dueFen: 2_504_45,
      paidFen: 2_504_00,
      outFen: 2_504_00,
      heldFen: 0,
      withheldFen: 0,
      shortFen: 0,
      billFen: 2_730_62,
      billCarriedFen: 0,
      netFen: 2_505_16,
      taxFen: 225_46,
      incomeFen: 226_17,
    })
  })

  it('is told to the regulator with three decimals', () => {
    const fuel = sheet.pays.filter(({ to }) => to === 'fuel_card' || to === 'etc').map(({ amountFen }) => amountFen)

    expect(regulatorMoney(sheet.totals.billFen)).toBe('2730.620')
    expect(fuel.map(regulatorMoney)).toEqual(['1000.000'])
    expect(sheet.pays.map(({ amountFen }) => regulatorMoney(amountFen))).toEqual(['500.000', '1000.000', '1004.000'])
    expect(regulatorMass(sheet.facts.unloadKg ?? 0)).toBe('32310.000')
  })

  it('has the same text, and so the same hash, on every machine', () => {
    const text = canonicalJson(sheet)

    // Computed once and written down: another one means another edition of the sheet.
    expect(createHash('sha256').update(text).digest('hex')).toBe(
      '6942bddb80afa74a0431d11ac36441fb10d50fdcd0b87b3592fd2291429eeefa',
    )
    expect(text.startsWith('{"edition":1,"facts":{"distanceM":null,"items":[{"amount":{"by":"sum","fen":2000},')).toBe(
      true,
    )
  })
})

describe('a service-rate contract', () => {
  const rules = { ...example.rules, shipper: { by: 'service_rate', rateBp: 600 } }

  it('bills what is due and the rate on the whole, with nothing passed through twice', () => {
    const own = { kind: 'other_addition', side: 'shipper', amount: { by: 'sum', fen: 15_00 } }
    const sheet = settled(rules, { ...example.facts, items: [loadingFee, own] })

    // 2504.45 / 0.94 = 2664.3085…; 2664.31 + 15.00 = 2679.31; 2679.31 / 1.09 = 2458.0825…
    const bill = sheet.lines.filter(({ side }) => side === 'shipper').map(({ key, amountFen }) => [key, amountFen])
    expect(bill).toEqual([
      ['carriage', 2_504_45],
      ['service_fee', 159_86],
      ['other_addition', 15_00],
    ])
    expect(sheet.totals).toMatchObject({ billFen: 2_679_31, netFen: 2_458_08, taxFen: 221_23, incomeFen: 174_86 })
  })

  it('needs no price of the shipper, and rounds its bill by a rule of its own', () => {
    const rounded = { ...rules, shipper: { by: 'service_rate', rateBp: 600, rounding: 'yuan_truncated' } }
    const sheet = settled(rounded, { ...example.facts, prices: { ...prices, shipperMilliFen: null } })

    // 2664.00 / 1.09 = 2444.0366…
    expect(sheet.totals).toMatchObject({ billFen: 2_664_00, netFen: 2_444_04, taxFen: 219_96 })
  })
})

describe('a sheet', () => {
  const sheet = settled(example.rules, example.facts)

  it('is frozen to its leaves', () => {
    const isFrozen = (value: unknown): boolean =>
      typeof value !== 'object' || value === null || (Object.isFrozen(value) && Object.values(value).every(isFrozen))

    expect(isFrozen(sheet)).toBe(true)
  })

  it('is reproduced from what was stored of it, whatever the order of the keys', () => {
    const turned = (value: unknown): unknown => {
      if (Array.isArray(value)) return value.map(turned)
      if (typeof value !== 'object' || value === null) return value
      return Object.fromEntries(
        Object.entries(value)
          .toReversed()
          .map(([key, inner]) => [key, turned(inner)]),
      )
    }
    const stored = turned(JSON.parse(JSON.stringify(sheet)))

    expect(JSON.stringify(stored)).not.toBe(JSON.stringify(sheet))
    expect(canonicalJson(stored)).toBe(canonicalJson(sheet))
    expect(reproduce(stored)).toEqual({ ok: true, value: sheet })
  })

  it.each([
    ['an amount', 'lines', (text: string) => text.replace('"amountFen":252018', '"amountFen":252019')],
    ['a weight', 'weighing', (text: string) => text.replace('"countedLossG":85080', '"countedLossG":85081')],
    ['a price', 'lines', (text: string) => text.replace('"carrierMilliFen":7800000', '"carrierMilliFen":7800001')],
    ['a part', 'pays', (text: string) => text.replace('"fen":100000', '"fen":90000')],
    ['a total', 'totals', (text: string) => text.replace('"incomeFen":22617', '"incomeFen":22618')],
    ['a rule', 'weighing', (text: string) => text.replace('"bp":20', '"bp":21')],
    ['a default that was left out', 'rules', (text: string) => text.replace('"unloadBp":10000', '"loadBp":10000')],
    ['a field of a line', 'lines', (text: string) => text.replace('"measured":null', '"measured":null,"note":""')],
  ])('is not, when %s was changed', (_what, field, change) => {
    const text = change(JSON.stringify(sheet))

    expect(text).not.toBe(JSON.stringify(sheet))
    expect(reproduce(JSON.parse(text))).toMatchObject({ ok: false, error: [{ field, rule: 'not_reproduced' }] })
  })

  it('is not, when it is of another edition, whose rules may be others', () => {
    expect(reproduce({ ...sheet, edition: 2, rules: { tiers: [] } })).toEqual({
      ok: false,
      error: [{ field: 'edition', value: 2, rule: 'not_reproduced', limit: '1' }],
    })
  })

  it('holds one zero', () => {
    const none = { ...example.facts, loadKg: -0, unloadKg: -0, parts: [] }

    expect(Object.is(settled({ ...example.rules, split: undefined }, none).facts.loadKg, 0)).toBe(true)
  })

  it('is refused when it is none', () => {
    expect(reproduce(null)).toMatchObject({ ok: false, error: [{ rule: 'object' }] })
    expect(reproduce({ ...sheet, extra: 1 })).toMatchObject({ ok: false, error: [{ field: 'extra' }] })
    expect(reproduce({ edition: 1, facts: sheet.facts })).toMatchObject({ ok: false, error: [{ rule: 'missing' }] })
    expect(reproduce({ ...sheet, facts: { ...sheet.facts, loadKg: 0.5 } })).toMatchObject({
      ok: false,
      error: [{ field: 'loadKg', value: 0.5, rule: 'integer' }],
    })
  })
})

describe('what cannot be settled is refused', () => {
  const { rules, facts } = example

  it.each([
    ['loadKg', { loadKg: null }, { value: null, rule: 'missing', limit: null }],
    ['unloadKg', { unloadKg: 32_310.5 }, { value: 32_310.5, rule: 'integer', limit: null }],
    ['loadKg', { loadKg: -1 }, { value: -1, rule: 'range', limit: '0..99999999999' }],
    ['loadKg', { loadKg: 100_000_000_000 }, { value: 100_000_000_000, rule: 'range', limit: '0..99999999999' }],
    ['loadKg', { loadKg: Number.NaN }, { value: 'NaN', rule: 'integer', limit: null }],
    ['loadKg', { loadKg: '32460' }, { value: '32460', rule: 'integer', limit: null }],
    ['vatBp', { vatBp: undefined }, { value: null, rule: 'missing', limit: null }],
    ['vatBp', { vatBp: 10_001 }, { value: 10_001, rule: 'range', limit: '0..10000' }],
    ['trucks', { trucks: 0 }, { value: 0, rule: 'range', limit: '1..9999' }],
    ['prices.goodsMilliFen', { prices: { ...prices, goodsMilliFen: null } }, { value: null, rule: 'missing' }],
    ['prices.shipperMilliFen', { prices: { ...prices, shipperMilliFen: null } }, { value: null, rule: 'missing' }],
    [
      'prices.carrierMilliFen',
      { prices: { ...prices, carrierMilliFen: 2 ** 53 } },
      { value: 2 ** 53, rule: 'integer' },
    ],
    ['items[1]', { items: [loadingFee, loadingFee] }, { value: 'loading_fee', rule: 'duplicate', limit: null }],
    ['items[0].kind', { items: [{ ...loadingFee, kind: 'bribe' }] }, { value: 'bribe', rule: 'one_of' }],
    ['items[0].ref', { items: [{ ...loadingFee, ref: 'a b' }] }, { value: 'a b', rule: 'pattern' }],
    ['items[0].amount.by', { items: [{ ...loadingFee, amount: {} }] }, { value: null, rule: 'missing' }],
    ['items', { items: Array.from({ length: 201 }, () => loadingFee) }, { value: 201, rule: 'too_many', limit: '200' }],
    ['parts[0].to', { parts: [paySum('balance', 1)] }, { value: 'balance', rule: 'one_of' }],
    ['loadKgs', { loadKgs: 1 }, { value: 1, rule: 'unknown_field', limit: null }],
  ])('%s: %o', (field, change, says) => {
    expect(refused(rules, { ...facts, ...change })).toEqual([expect.objectContaining({ field, ...says })])
  })

  it('with all faults at once', () => {
    const faults = refused(rules, { ...facts, loadKg: -1, vatBp: 0.09, prices: null })

    expect(faults.map(({ field }) => field)).toEqual(['loadKg', 'prices', 'vatBp'])
  })

  it('for want of a volume or a distance', () => {
    for (const [unit, field] of [
      ['m3', 'volumeDm3'],
      ['ton_km', 'distanceM'],
    ] as const) {
      const basis = unit === 'm3' ? { unit } : { unit, weight: 'min' }
      expect(refused({ ...rules, carrier: { basis } }, facts)).toMatchObject([{ field, rule: 'missing' }])
    }
  })

  it('when reductions are above everything else, on either side, unless it is carried over', () => {
    const claim = (side: string) => ({ kind: 'claim', side, amount: { by: 'sum', fen: 3_000_00 } })
    const of = (side: string) => ({ ...facts, parts: [], items: [claim(side)] })
    const unsplit = { ...rules, split: undefined }

    // 2520.18 − 35.73 − 3000 = −515.55; 2746.35 − 35.73 − 3000 = −289.38.
    expect(refused(unsplit, of('carrier'))).toMatchObject([
      { field: 'carrier.computed', value: '-51555', rule: 'below_zero' },
    ])
    expect(refused(unsplit, of('shipper'))).toMatchObject([
      { field: 'shipper.computed', value: '-28938', rule: 'below_zero' },
    ])
    expect(settled({ ...unsplit, whenNegative: 'carry' }, of('both')).totals).toMatchObject({
      computedFen: -515_55,
      carriedFen: 515_55,
      dueFen: 0,
      paidFen: 0,
      billCarriedFen: 289_38,
      billFen: 0,
    })
  })

  it('beyond the range of money, by the name of the line or the total', () => {
    const heavy = { ...facts, loadKg: 99_999_999_999, unloadKg: 99_999_999_999, items: [], parts: [] }
    const at = (carrierMilliFen: number) => ({ ...heavy, prices: { ...prices, carrierMilliFen } })
    const unsplit = { ...rules, split: undefined }

    // 99,999,999.999 t × 901,000 = 90,099,999,999,099.00 yuan, above 90,071,992,547,409.91.
    expect(refused(unsplit, at(901_000_00_000))).toEqual([
      {
        field: 'carrier.freight',
        value: '9009999999909900',
        rule: 'amount_too_large',
        limit: '9007199254740991',
      },
    ])
    const most = (fen: number) => ({ kind: 'toll', side: 'carrier', amount: { by: 'sum', fen } })
    expect(refused(unsplit, { ...at(1), items: [most(Number.MAX_SAFE_INTEGER)] })).toMatchObject([
      { field: 'computedFen', rule: 'amount_too_large' },
    ])
  })

  it('keeps several of a kind apart by their reference', () => {
    const claim = (ref: string) => ({ kind: 'claim', ref, side: 'both', amount: { by: 'sum', fen: 1_00 } })
    const sheet = settled(rules, { ...facts, items: [claim('c1'), claim('c2')] })

    const refs = sheet.lines.filter(({ key }) => key === 'claim').map(({ side, ref }) => `${side} ${ref}`)
    expect(refs).toEqual(['carrier c1', 'carrier c2', 'shipper c1', 'shipper c2'])
  })
})
