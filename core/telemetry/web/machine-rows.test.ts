import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import server from '../locales/en.json' with { type: 'json' }
import { modbusTables, sourceForms, type CalledProtocol } from '../source-contract.ts'
import en from './locales/en.json' with { type: 'json' }
import zhCN from './locales/zh-CN.json' with { type: 'json' }
import {
  copyOf,
  faultsOf,
  isBlank,
  nextRow,
  pointsMax,
  pointsOf,
  rowWith,
  withCell,
  withSaid,
  type PointRow,
} from './machine-rows.ts'
import { newSource, sourceOf, valuesOf } from './machine-source.ts'

const ruleIn = (protocol: CalledProtocol, row: PointRow, column: keyof PointRow['cells']) =>
  faultsOf(protocol, [row]).get(row.id)?.[column]?.rule

const good = { key: 'I', register: '0' } as const

const key = fc.stringMatching(/^[A-Za-z0-9][\w-]{0,39}$/)
const finite = fc.double({ noDefaultInfinity: true, noNaN: true }).map((value) => value + 0)
const write = fc.option(fc.tuple(finite, finite).map(([a, b]) => ({ low: Math.min(a, b), high: Math.max(a, b) })))
const common = { unit: fc.constantFrom('A', 'Cel', 'kW.h'), name: fc.constantFrom('电流', 'Temperature') }
const modbusPoint = fc.record(
  {
    key,
    ...common,
    resolution: fc.constantFrom(0.1, 1),
    table: fc.constant('holding' as const),
    register: fc.integer({ min: 0, max: 65_532 }),
    as: fc.constantFrom('int16', 'uint32', 'float32', 'float64'),
    words: fc.constantFrom('big', 'little'),
    scale: finite.filter((value) => value !== 0),
    offset: finite,
    write,
  },
  { requiredKeys: ['key', 'table', 'register', 'as', 'words', 'scale', 'offset', 'write'] },
)
const opcuaPoint = fc.record(
  { key, ...common, nodeId: fc.constantFrom('i=2258', 'ns=2;s=Mill.B1-3.I'), write },
  { requiredKeys: ['key', 'nodeId', 'write'] },
)
const pointsWith = <P extends { readonly key: string }>(point: fc.Arbitrary<P>) =>
  fc.uniqueArray(point, { selector: (one) => one.key, minLength: 1, maxLength: 20 })
const sources = fc.oneof(
  fc.record({
    host: fc.constantFrom('10.1.2.3', 'mill-plc', 'fe80::1'),
    port: fc.integer({ min: 1, max: 65_535 }),
    unit: fc.integer({ min: 0, max: 255 }),
    everyMs: fc.integer({ min: 100, max: 3_600_000 }),
    points: pointsWith(modbusPoint),
  }),
  fc.record({
    url: fc.constant('opc.tcp://mill:4840/line'),
    security: fc.constantFrom('none', 'sign', 'sign_and_encrypt'),
    username: fc.option(fc.constant('reader')),
    everyMs: fc.integer({ min: 100, max: 3_600_000 }),
    points: pointsWith(opcuaPoint),
  }),
)

describe('a machine in a form', () => {
  it('comes back as the server has it', () => {
    fc.assert(
      fc.property(sources, (given) => {
        const protocol = 'host' in given ? 'modbus' : 'opcua'
        const source = sourceForms[protocol].parse(given)
        const { points } = valuesOf(source)

        expect(faultsOf(protocol, points)).toEqual(new Map())
        expect(sourceForms[protocol].parse(sourceOf(protocol, valuesOf(source)))).toEqual(source)
      }),
    )
  })

  it('has a fault in its form wherever the contract has one, and none elsewhere', () => {
    const cells = fc.record({
      key: fc.constantFrom('I', 'T 1', ''),
      table: fc.constantFrom(...modbusTables, 'flash'),
      register: fc.constantFrom('0', '65535', '65536', '1.5', 'x', '0x10'),
      as: fc.constantFrom('int16', 'float32', 'bit', 'bit3', 'text'),
      unit: fc.constantFrom('', 'A', 'a unit that is far too long'),
      scale: fc.constantFrom('1', '0', '', '0.1'),
      resolution: fc.constantFrom('', '0.1', '-1', '1e-12'),
      low: fc.constantFrom('', '0', '9'),
      high: fc.constantFrom('', '5'),
    })
    fc.assert(
      fc.property(cells, (wish) => {
        const row = rowWith(wish)
        const isFaulty = faultsOf('modbus', [row]).size > 0
        const isWhole = (wish.low === '') === (wish.high === '')
        const [point] = pointsOf('modbus', [row])
        const source = { host: 'h', points: [point] }

        expect(isFaulty).toBe(!(sourceForms.modbus.safeParse(source).success && isWhole && wish.register !== 'x'))
      }),
    )
  })

  it('begins with one row in which nothing is written, which is not sent', () => {
    const { points } = newSource()

    expect(points.map(isBlank)).toEqual([true])
    expect(pointsOf('modbus', [...points, rowWith(good)])).toHaveLength(1)
  })
})

describe('what is wrong with a row', () => {
  it('is said in the words of the rule that it breaks', () => {
    const of = (cells: Partial<PointRow['cells']>, column: keyof PointRow['cells']) =>
      ruleIn('modbus', rowWith({ ...good, ...cells }), column)

    expect(of({}, 'key')).toBeUndefined()
    expect(of({ key: '' }, 'key')).toBe('required')
    expect(of({ key: 'a b' }, 'key')).toBe('key')
    expect(of({ register: 'ten' }, 'register')).toBe('number')
    expect(of({ register: '1.5' }, 'register')).toBe('whole')
    expect(of({ register: '70000' }, 'register')).toBe('at_most')
    expect(of({ register: '-1' }, 'register')).toBe('at_least')
    expect(of({ register: '65535', as: 'float32' }, 'register')).toBe('beyond_table')
    expect(of({ table: 'flash' }, 'table')).toBe('one_of')
    expect(of({ table: 'coil' }, 'as')).toBe('bit_of_table')
    expect(of({ scale: '0' }, 'scale')).toBe('not_zero')
    expect(of({ resolution: '0' }, 'resolution')).toBe('above')
    expect(of({ unit: 'x'.repeat(21) }, 'unit')).toBe('length')
    expect(of({ low: '0' }, 'high')).toBe('both_limits')
    expect(of({ low: '9', high: '5' }, 'high')).toBe('high_below_low')
    expect(of({ low: '0', high: '1', table: 'input' }, 'low')).toBe('table_read_only')
    expect(of({ low: '0', high: '1', as: 'bit3' }, 'low')).toBe('bit_not_written')
    expect(ruleIn('opcua', rowWith({ key: 'I', nodeId: 'Mill' }), 'nodeId')).toBe('node_id')
  })

  it('has words for every rule of the contract that a point can break', () => {
    // That an address holds no user name and no password is a rule of the machine, not of a point.
    const rules = Object.keys(server.words).flatMap((name) =>
      (/^source\.(?!without_login)(.+)$/.exec(name) ?? []).slice(1),
    )

    expect(rules.length).toBeGreaterThan(5)
    for (const { machine } of [zhCN, en]) expect(Object.keys(machine.fault)).toEqual(expect.arrayContaining(rules))
  })

  it('is that its key stands twice', () => {
    const rows = [rowWith(good), rowWith({ key: 'T', register: '1' }), rowWith({ key: 'I ', register: '2' })]

    expect(rows.map(({ id }) => faultsOf('modbus', rows).get(id)?.key?.rule)).toEqual(['unique', undefined, 'unique'])
  })

  it('is put by the server at the row that was sent, whatever stands between without being sent', () => {
    const rows = [rowWith(good), rowWith(), rowWith({ key: 'T', register: '1' })]
    const errors = [
      { field: 'source.points.1.write.high', message: 'too high' },
      { field: 'source.points.7.key', message: 'of nobody' },
      { field: 'name', message: 'elsewhere' },
    ]

    const marked = withSaid('modbus', rows, errors)

    expect(marked.placed).toBe(1)
    expect(marked.rows.map(({ said }) => said)).toEqual([{}, {}, { high: 'too high' }])
  })
})

describe('writing a table', () => {
  it('goes on with the register behind the last one, of the same kind', () => {
    const first = rowWith({ key: 'E', register: '10', as: 'uint32', words: 'little' })

    expect(nextRow([first]).cells).toMatchObject({ key: '', register: '12', as: 'uint32', words: 'little' })
    expect([nextRow([first])].map(isBlank)).toEqual([true])
    expect(isBlank(withCell(nextRow([first]), 'register', '14'))).toBe(false)
    expect(nextRow([]).cells).toMatchObject({ table: 'holding', register: '', as: 'int16' })
  })

  it('copies a row under the next free key', () => {
    const rows = ['T1', 'T2', 'I', 'A09'].map((one, index) => rowWith({ key: one, register: String(index) }))
    const keys = rows.map((row) => copyOf(row, rows).cells.key)

    expect(keys).toEqual(['T3', 'T3', 'I2', 'A10'])
    expect(rows.map((row) => copyOf(row, rows).cells.register)).toEqual(['1', '2', '3', '4'])
  })

  it('turns a number into a bit where the table holds bits, and back', () => {
    const bit = withCell(rowWith(good), 'table', 'coil')

    expect(bit.cells.as).toBe('bit')
    expect(withCell(bit, 'table', 'input').cells.as).toBe('int16')
    expect(withCell(rowWith({ as: 'float32' }), 'table', 'input').cells.as).toBe('float32')
  })

  it('reads the row that changed and none of the others again', () => {
    const rows = Array.from({ length: pointsMax }, (_, index) => rowWith({ key: `P${index}`, register: 'x' }))
    const changed = rows.with(250, withCell(rows[250] ?? rowWith(), 'register', '7'))

    const [before, after] = [faultsOf('modbus', rows), faultsOf('modbus', changed)]

    expect([before.size, after.size]).toEqual([pointsMax, pointsMax - 1])
    expect(changed.filter(({ id }) => after.get(id) !== before.get(id)).map(({ cells }) => cells.key)).toEqual(['P250'])
  })
})
