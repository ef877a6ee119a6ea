import { describe, expect, it } from 'vitest'
import { isBlock, readBlock } from './block-text.ts'
import en from './locales/en.json' with { type: 'json' }
import zhCN from './locales/zh-CN.json' with { type: 'json' }
import { faultsOf } from './machine-faults.ts'
import { numberingOf, readPasted, type Numbering } from './machine-paste.ts'
import { allColumns, type PointRow } from './machine-rows.ts'

const cellsOf = ({ rows }: { readonly rows: readonly PointRow[] }) => rows.map(({ cells }) => cells)
const modbus = (text: string, chosen: Numbering | null = null) => readPasted('modbus', text, chosen)

describe('a block from a spreadsheet', () => {
  it('is separated by tabs wherever there are any, otherwise by what its first line has most of', () => {
    expect(readBlock('a\tb,c\nd\t')).toEqual([
      ['a', 'b,c'],
      ['d', ''],
    ])
    expect(readBlock('a,b;c\n1,2')).toEqual([
      ['a', 'b;c'],
      ['1', '2'],
    ])
    expect(readBlock('a；b，c，d')).toEqual([['a；b', 'c', 'd']])
  })

  it('may have quoted cells, ends of lines of any kind, a mark of its encoding and lines without anything', () => {
    expect(readBlock('\uFEFF"a, ""b""\nc",2\r\n\r\n,,\n3,4')).toEqual([
      ['a, "b"\nc', '2'],
      ['3', '4'],
    ])
    expect(readBlock('')).toEqual([])
  })

  it('is told from a text for one cell', () => {
    expect([isBlock('40001'), isBlock('a, b\n'), isBlock('a\tb'), isBlock('a\nb')]).toEqual([false, false, true, true])
  })
})

describe('points that are pasted', () => {
  it('may come with their columns in any order, named in either language', () => {
    const [first, second] = cellsOf(
      modbus(
        '寄存器地址\t位号\t数据类型\t寄存器类型\t单位\tWord Order\n0\tI\t浮点\t保持寄存器\tA\tCDAB\n2\tT1\tINT\tInput Register\tCel\t',
      ),
    )

    expect(first).toMatchObject({
      key: 'I',
      register: '0',
      as: 'float32',
      table: 'holding',
      unit: 'A',
      words: 'little',
    })
    expect(second).toMatchObject({ key: 'T1', register: '2', as: 'int16', table: 'input', unit: 'Cel', words: 'big' })
  })

  it('stand without names of columns as they stand on the screen', () => {
    const pasted = modbus('I,电流,holding,0,uint16,A\nRun,运行,coil,3')

    expect(cellsOf(pasted)[0]).toMatchObject({ key: 'I', name: '电流', register: '0', as: 'uint16', unit: 'A' })
    expect(cellsOf(pasted)[1]).toMatchObject({ key: 'Run', table: 'coil', register: '3', as: 'bit' })
    expect(faultsOf('modbus', pasted.rows).size).toBe(0)
  })

  it('keep their place and what was written when something is wrong with them, and the good ones are good', () => {
    const pasted = modbus('key,register,as\nI,0,int16\nT,tenth,int16\nI,2,text\nP,3,uint16')
    const faults = faultsOf('modbus', pasted.rows)

    expect(pasted.rows.map(({ cells: { register } }) => register)).toEqual(['0', 'tenth', '2', '3'])
    expect(pasted.rows.map(({ id }) => Object.keys(faults.get(id) ?? {}))).toEqual([
      ['key'],
      ['register'],
      ['as', 'key'],
      [],
    ])
    expect(pasted.rows.every(({ isChecked }) => isChecked)).toBe(true)
  })

  it('name the columns that are none of ours', () => {
    expect(modbus('key,register,Owner,as\nI,0,me,int16').unknown).toEqual(['Owner'])
  })

  it('with numbers such as 40001 have a table and a register from 0', () => {
    const pasted = modbus('key,address,type\nI,40001,int16\nE,40011,uint32\nT,30005,int16\nRun,00001\nDoor,10002')

    expect(pasted.numbering).toBe('with_table')
    expect(cellsOf(pasted).map(({ table, register, as }) => `${table} ${register} ${as}`)).toEqual([
      'holding 0 int16',
      'holding 10 uint32',
      'input 4 int16',
      'coil 0 bit',
      'discrete 1 bit',
    ])
  })

  it('with a register beyond 40000 keep it where not every line is numbered so', () => {
    const pasted = modbus('key,register\nI,40001\nT,7')

    expect(pasted.numbering).toBe('from_0')
    expect(cellsOf(pasted).map(({ register }) => register)).toEqual(['40001', '7'])
  })

  it('are counted from 1 when they are said to be', () => {
    expect(cellsOf(modbus('key,register\nI,1\nT,x', 'from_1')).map(({ register }) => register)).toEqual(['0', 'x'])
  })

  it('with numbers such as 40001 keep them when they are said to be counted from 0 or 1', () => {
    const block = 'key,register,type\nI,40001,int16\nE,40011,uint32'
    const registers = (chosen: Numbering) => cellsOf(modbus(block, chosen)).map(({ register }) => register)

    expect(numberingOf('modbus', block)).toBe('with_table')
    expect(registers('from_0')).toEqual(['40001', '40011'])
    expect(registers('from_1')).toEqual(['40000', '40010'])
    expect(registers('with_table')).toEqual(['0', '10'])
    expect(modbus(block, 'from_0').numbering).toBe('from_0')
  })

  it('are not thought to be numbered so where a number does not agree with its table or type', () => {
    expect(numberingOf('modbus', 'key,table,register\nI,input,40001')).toBe('from_0')
    expect(numberingOf('modbus', 'key,register,type\nI,10001,float')).toBe('from_0')
    expect(numberingOf('modbus', 'key,register\nI,x')).toBe('from_0')
    expect(numberingOf('opcua', 'key\tnode id\nI\t40001')).toBe('from_0')
  })

  it('are thought to be numbered so whatever stands where a number should', () => {
    const pasted = modbus('key,register\nI,40001\nT,二')

    expect(pasted.numbering).toBe('with_table')
    expect(cellsOf(pasted).map(({ register }) => register)).toEqual(['0', '二'])
  })

  it('have no order of words from an order of bytes, unless it spells both', () => {
    for (const title of ['字节序', 'Byte order', 'endianness']) {
      const pasted = modbus(
        `key\tregister\ttype\t${title}\nI\t0\tfloat\tbig\nT\t2\tfloat\t大端\nP\t4\tfloat\tCDAB\nE\t6\tfloat\t`,
      )
      const faults = faultsOf('modbus', pasted.rows)

      expect(pasted.unknown).toEqual([])
      expect(cellsOf(pasted).map(({ words }) => words)).toEqual([`${title}: big`, `${title}: 大端`, 'little', 'big'])
      expect(pasted.rows.map(({ id }) => faults.get(id)?.words?.rule)).toEqual([
        'one_of',
        'one_of',
        undefined,
        undefined,
      ])
    }
    expect(cellsOf(modbus('key\tregister\ttype\t字序\nI\t0\tfloat\t小端'))[0]).toMatchObject({ words: 'little' })
  })

  it('of OPC UA have nodes', () => {
    const pasted = readPasted(
      'opcua',
      '节点标识\t编码\t写入下限\t写入上限\nns=2;s=Mill.I\tI\t\t\nns=2;s=Mill.SP\tSP\t0\t50',
      null,
    )

    expect(cellsOf(pasted)[1]).toMatchObject({ key: 'SP', nodeId: 'ns=2;s=Mill.SP', low: '0', high: '50' })
    expect(faultsOf('opcua', pasted.rows).size).toBe(0)
  })

  it('are found under the names that the columns have on the screen, in both languages', () => {
    for (const { machine } of [zhCN, en])
      for (const protocol of ['modbus', 'opcua'] as const) {
        const head = allColumns(protocol).map((column) => machine.column[column])
        const { unknown, rows } = readPasted(
          protocol,
          [head, head.map(() => '7')].map((line) => line.join('\t')).join('\n'),
          null,
        )

        expect(unknown).toEqual([])
        expect(rows.map(({ cells }) => allColumns(protocol).every((column) => cells[column] === '7'))).toEqual([true])
      }
  })
})
