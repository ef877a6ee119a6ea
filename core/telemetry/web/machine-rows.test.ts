import { describe, expect, it } from 'vitest'
import { copyOf, isBlank, moreColumnsOf, nextRow, rowWith, withCell } from './machine-rows.ts'

const good = { key: 'I', register: '0' } as const

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

  it('takes scale and offset from what becomes a bit, where they are not shown', () => {
    const scaled = rowWith({ ...good, scale: '0.1', offset: '3' })
    const bits = [withCell(scaled, 'as', 'bit3'), withCell(scaled, 'table', 'coil')]

    expect(bits.map(({ cells: { scale, offset } }) => [scale, offset])).toEqual([
      ['1', '0'],
      ['1', '0'],
    ])
    for (const row of bits) expect(moreColumnsOf('modbus', row, null)).not.toContain('scale')
    for (const row of bits) expect(moreColumnsOf('modbus', row, null)).not.toContain('offset')
    expect(withCell(scaled, 'as', 'int32').cells.scale).toBe('0.1')
  })

  it('shows what was pasted with a bit although it has none, so that it can be corrected', () => {
    const pasted = rowWith({ ...good, as: 'bit3', scale: '0.1' })

    expect(moreColumnsOf('modbus', pasted, null)).toContain('scale')
  })
})
