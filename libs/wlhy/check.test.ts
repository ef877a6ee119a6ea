import { describe, expect, it } from 'vitest'
import { adapterIds, type AdapterId } from './adapter.ts'
import { faultsOf } from './check.ts'
import { documentKinds, type DocumentKind } from './documents.ts'
import { examples } from './examples.fixture.ts'
import { fieldAt, fieldsOf, type Field } from './fields.ts'
import type { WireRecord, WireValue } from './record.ts'
import { render } from './render.ts'

const recordOf = (adapter: AdapterId, kind: DocumentKind): WireRecord => render(adapter, kind, examples[kind])

/** A record with another value at a path: `VehicleInfo.Driver.0.DriverName`. */
function withValue(record: WireRecord, path: string, value: unknown): WireRecord {
  const copy: Record<string, unknown> = structuredClone(record)
  const names = path.split('.')
  const last = names.pop() ?? ''
  const holder = names.reduce<Record<string, unknown>>((at, name) => at[name] as Record<string, unknown>, copy)
  holder[last] = value
  return copy as Record<string, WireValue>
}

type Leaf = { readonly path: string; readonly field: Field }

/** Every text of a document, the first row of a list for all of them. */
function leavesOf(adapter: AdapterId, fields: readonly Field[], path = ''): readonly Leaf[] {
  return fields
    .filter((field) => field.isOf(adapter))
    .flatMap((field) => {
      const { shape } = field
      if (shape.shape === 'part') return leavesOf(adapter, shape.fields, `${path}${field.name}.`)
      if (shape.shape === 'list') return leavesOf(adapter, shape.fields, `${path}${field.name}.0.`)
      return [{ path: path + field.name, field }]
    })
}

const leaves = adapterIds.flatMap((adapter) =>
  documentKinds.flatMap((kind) => leavesOf(adapter, fieldsOf(kind)).map((leaf) => ({ ...leaf, adapter, kind }))),
)
const ruleAt = ({ adapter, kind, path }: (typeof leaves)[number], value: unknown): string | undefined =>
  faultsOf(adapter, kind, withValue(recordOf(adapter, kind), path, value)).find(({ field }) => field === path)?.rule

describe('the bound of every field', () => {
  it('knows as many fields as the guides have', () => {
    const countOf = (adapter: AdapterId, kind: DocumentKind) =>
      leaves.filter((leaf) => leaf.adapter === adapter && leaf.kind === kind).length

    expect(documentKinds.map((kind) => countOf('fujian-2.0', kind))).toEqual([9, 15, 43, 17])
    expect(documentKinds.map((kind) => countOf('tianjin-1.2.1', kind))).toEqual([9, 15, 46, 17])
  })

  it('holds at its length and breaks one character behind it, a Chinese one counting as one', () => {
    const texts = leaves.filter(({ field }) => field.shape.shape === 'text' && field.codes === null)

    expect(texts.length).toBeGreaterThan(60)
    for (const leaf of texts) {
      const { shape } = leaf.field
      if (shape.shape !== 'text') continue
      const whole = '汉'.repeat(shape.lengthMax)
      const rule = shape.exact ? `length ${shape.lengthMax}` : `length_max ${shape.lengthMax}`
      expect([leaf.path, ruleAt(leaf, whole)]).toEqual([leaf.path, undefined])
      expect([leaf.path, ruleAt(leaf, `${whole}汉`)]).toEqual([leaf.path, rule])
      expect([leaf.path, ruleAt(leaf, '𠮷'.repeat(shape.lengthMax))]).toEqual([leaf.path, undefined])
    }
  })

  it('holds at its digits and breaks one digit behind them, or with other decimals, a sign, an exponent', () => {
    const numbers = leaves.filter(({ field }) => field.shape.shape === 'number' && field.codes === null)

    expect(numbers.length).toBeGreaterThan(15)
    for (const leaf of numbers) {
      const { shape } = leaf.field
      if (shape.shape !== 'number') continue
      const { digitsMax, decimals } = shape
      const most = '9'.repeat(digitsMax - decimals) + (decimals > 0 ? `.${'9'.repeat(decimals)}` : '')
      expect([leaf.path, ruleAt(leaf, most)?.startsWith('digits_max')]).not.toEqual([leaf.path, true])
      expect([leaf.path, ruleAt(leaf, `9${most}`)]).toEqual([leaf.path, `digits_max ${digitsMax}`])
      for (const odd of [`-${most}`, `+1`, '1e3', `01${most}`, `1.${'0'.repeat(decimals + 1)}`, 'NaN', '１'])
        expect([leaf.path, odd, ruleAt(leaf, odd)]).toEqual([leaf.path, odd, `decimals ${decimals}`])
      const zero = decimals > 0 ? `0.${'0'.repeat(decimals)}` : '0'
      expect([leaf.path, ruleAt(leaf, zero)]).toEqual([leaf.path, shape.positive ? 'above_0' : undefined])
    }
  })

  it('is an existing day or second', () => {
    const times = leaves.filter(({ field }) => field.shape.shape === 'day' || field.shape.shape === 'time')

    expect(times.length).toBeGreaterThan(15)
    for (const leaf of times)
      for (const odd of ['20260229', '20260229120000', '2026-11-20', '20261120T0930Z', '99999999999999', '0'])
        expect([leaf.path, odd, ruleAt(leaf, odd)]).toEqual([leaf.path, odd, expect.stringMatching(/^(day|time) /)])
  })

  it('is a code of its table', () => {
    const coded = leaves.filter(({ field }) => field.codes !== null)

    expect(coded.length).toBeGreaterThan(25)
    for (const leaf of coded)
      expect([leaf.path, ruleAt(leaf, '～')]).toEqual([
        leaf.path,
        expect.stringMatching(/^(known_code|decimals|length) /),
      ])
  })

  it('may not be missing where it is mandatory, and may where it is not', () => {
    for (const leaf of leaves) {
      const isMandatory = leaf.field.needOf(leaf.adapter) === 'always'
      expect([leaf.adapter, leaf.path, ruleAt(leaf, '')]).toEqual([
        leaf.adapter,
        leaf.path,
        isMandatory ? 'needed' : undefined,
      ])
      expect([leaf.path, ruleAt(leaf, undefined)]).toEqual([leaf.path, isMandatory ? 'needed' : undefined])
    }
  })

  it('takes texts alone, on one line, without spaces around', () => {
    for (const leaf of leaves) {
      expect([leaf.path, ruleAt(leaf, 7)]).toEqual([leaf.path, 'a_text'])
      expect([leaf.path, ruleAt(leaf, { a: '1' })]).toEqual([leaf.path, 'a_text'])
      expect([leaf.path, ruleAt(leaf, 'a\nb')]).toEqual([leaf.path, 'no_control_characters'])
      expect([leaf.path, ruleAt(leaf, 'a\ud800')]).toEqual([leaf.path, 'no_control_characters'])
      expect([leaf.path, ruleAt(leaf, ' 1')]).toEqual([leaf.path, 'no_outer_space'])
    }
  })
})

describe('guides that differ', () => {
  const ruleOf = (adapter: AdapterId, kind: DocumentKind, path: string, value: unknown) =>
    faultsOf(adapter, kind, withValue(recordOf(adapter, kind), path, value))

  it('ask for class, issuer and days of each driver in Fujian, of those of light vehicles in Tianjin', () => {
    const driver = { ...examples.driver, qualification: '', light: true, licenceClass: '' }

    expect(ruleOf('fujian-2.0', 'driver', 'VehicleClass', '')).toMatchObject([{ rule: 'needed' }])
    expect(ruleOf('tianjin-1.2.1', 'driver', 'VehicleClass', '')).toEqual([])
    expect(faultsOf('tianjin-1.2.1', 'driver', render('tianjin-1.2.1', 'driver', driver))).toEqual([
      { field: 'VehicleClass', value: '', rule: 'needed light' },
    ])
  })

  it('ask for six more fields of vehicles up to 4.5 t', () => {
    const bare = { owner: '', useCharacter: '', vin: '', issuer: '', registeredOn: null, issuedOn: null }
    const faultsAt = (grossKg: number) =>
      faultsOf(
        'fujian-2.0',
        'vehicle',
        render('fujian-2.0', 'vehicle', { ...examples.vehicle, ...bare, grossKg, ratedLoadKg: 1_000 }),
      )

    expect(faultsAt(4_500).map(({ field, rule }) => `${field} ${rule}`)).toEqual([
      'Owner needed light',
      'UseCharacter needed light',
      'VIN needed light',
      'IssuingOrganizations needed light',
      'RegisterDate needed light',
      'IssueDate needed light',
    ])
    expect(faultsAt(4_510)).toEqual([])
  })

  it('refuse the six zeros for a heavy vehicle', () => {
    expect(ruleOf('fujian-2.0', 'vehicle', 'RoadTransportCertificateNumber', '652300000000')).toEqual([
      { field: 'RoadTransportCertificateNumber', value: '652300000000', rule: 'filler_only_light' },
    ])
  })

  it('ask for the leg where the serial number names a segment', () => {
    const record = withValue(recordOf('tianjin-1.2.1', 'waybill'), 'VehicleInfo.PlaceOfLoading', '')

    expect(faultsOf('tianjin-1.2.1', 'waybill', record)).toEqual([])
    expect(faultsOf('tianjin-1.2.1', 'waybill', { ...record, SerialNumber: '0101' })).toEqual([
      { field: 'VehicleInfo.PlaceOfLoading', value: '', rule: 'needed segment' },
    ])
  })

  it('have express goods only in Tianjin', () => {
    const path = 'VehicleInfo.GoodsInfo.0.CargoTypeClassificationCode'

    expect(ruleOf('tianjin-1.2.1', 'waybill', path, '1702')).toEqual([])
    expect(ruleOf('fujian-2.0', 'waybill', path, '1702')).toMatchObject([
      { field: path, rule: 'known_code cargo-class' },
    ])
  })

  it('know no field of the other', () => {
    const record = { ...recordOf('fujian-2.0', 'waybill'), TransportationCost: '1.000' }

    expect(faultsOf('fujian-2.0', 'waybill', record)).toEqual([
      { field: 'TransportationCost', value: '', rule: 'known_field' },
    ])
  })
})

describe('a record as a whole', () => {
  it('has lists with at least one row and not too many', () => {
    const record = recordOf('fujian-2.0', 'fund_flow')
    const rows = Array.from({ length: 101 }, () => (record.Financiallist as readonly WireRecord[])[0])

    expect(faultsOf('fujian-2.0', 'fund_flow', { ...record, Financiallist: [] })).toMatchObject([{ rule: 'needed' }])
    expect(faultsOf('fujian-2.0', 'fund_flow', withValue(record, 'Financiallist', rows))).toMatchObject([
      { field: 'Financiallist', value: '101', rule: 'rows_max 100' },
    ])
    expect(faultsOf('fujian-2.0', 'fund_flow', withValue(record, 'Financiallist', 'x'))).toMatchObject([
      { rule: 'a_list' },
    ])
    expect(faultsOf('fujian-2.0', 'fund_flow', withValue(record, 'Financiallist', ['x']))).toMatchObject([
      { field: 'Financiallist.0', rule: 'a_part' },
    ])
  })

  it('fits into what Tianjin takes of it', () => {
    const goods = Array.from({ length: 20 }, () => ({ ...examples.waybill.goods[0], name: '煤'.repeat(100) }))
    const record = withValue(
      recordOf('tianjin-1.2.1', 'waybill'),
      'VehicleInfo.GoodsInfo',
      goods.map(({ name }) => ({
        DescriptionOfGoods: name,
        CargoTypeClassificationCode: '0100',
        GoodsItemGrossWeight: '1.000',
      })),
    )

    expect(faultsOf('tianjin-1.2.1', 'waybill', record)).toMatchObject([{ field: '', rule: 'sealed_length_max 8192' }])
  })

  it('may be anything at all and is answered, not thrown at', () => {
    for (const odd of [{}, { __proto__: null }, { DriverName: [] }, { VehicleInfo: 'x' }, { VehicleInfo: [[]] }])
      for (const kind of documentKinds)
        expect(faultsOf('fujian-2.0', kind, odd as unknown as WireRecord).length).toBeGreaterThan(0)
  })

  it('has a name for people at each path that a fault says', () => {
    expect(fieldAt('waybill', 'VehicleInfo.Driver.0.DrivingLicense')).toMatchObject({ zh: '身份证号' })
    expect(fieldAt('waybill', 'VehicleInfo.Nobody')).toBeUndefined()
  })
})
