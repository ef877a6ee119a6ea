import { describe, expect, it } from 'vitest'
import server from '../locales/en.json' with { type: 'json' }
import { sourceForms, type CalledProtocol } from '../source-contract.ts'
import en from './locales/en.json' with { type: 'json' }
import zhCN from './locales/zh-CN.json' with { type: 'json' }
import { faultsOf, pointsMax, withSaid } from './machine-faults.ts'
import { rowWith, withCell, type PointRow } from './machine-rows.ts'

const ruleIn = (protocol: CalledProtocol, row: PointRow, column: keyof PointRow['cells']) =>
  faultsOf(protocol, [row]).get(row.id)?.[column]?.rule

const good = { key: 'I', register: '0' } as const

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
    expect(of({ scale: '0.1', as: 'bit3' }, 'scale')).toBe('bit_not_scaled')
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

  it('reads the row that changed and none of the others again', () => {
    const rows = Array.from({ length: pointsMax }, (_, index) => rowWith({ key: `P${index}`, register: 'x' }))
    const changed = rows.with(250, withCell(rows[250] ?? rowWith(), 'register', '7'))

    const [before, after] = [faultsOf('modbus', rows), faultsOf('modbus', changed)]

    expect([before.size, after.size]).toEqual([pointsMax, pointsMax - 1])
    expect(changed.filter(({ id }) => after.get(id) !== before.get(id)).map(({ cells }) => cells.key)).toEqual(['P250'])
  })

  it('is counted against as many points as the contract takes', () => {
    const points = Array.from({ length: pointsMax + 1 }, (_, index) => ({ key: `P${index}`, nodeId: `i=${index}` }))
    const takes = (count: number) =>
      sourceForms.opcua.safeParse({ url: 'opc.tcp://mill', points: points.slice(0, count) }).success

    expect([takes(pointsMax), takes(pointsMax + 1)]).toEqual([true, false])
  })
})
