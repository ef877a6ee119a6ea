import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { modbusTables, sourceForms } from '../source-contract.ts'
import { faultsOf } from './machine-faults.ts'
import { isBlank, rowWith } from './machine-rows.ts'
import { newSource, pointIn, sourceOf, valuesOf } from './machine-source.ts'

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
        const { point } = pointIn('modbus', row)
        const source = { host: 'h', points: [point] }

        expect(isFaulty).toBe(!(sourceForms.modbus.safeParse(source).success && isWhole && wish.register !== 'x'))
      }),
    )
  })

  it('begins with one row in which nothing is written, which is not sent', () => {
    const { points } = newSource()

    expect(points.map(isBlank)).toEqual([true])
    expect(sourceOf('modbus', { points: [...points, rowWith({ key: 'I', register: '0' })] })).toMatchObject({
      points: [{ key: 'I' }],
    })
  })
})
