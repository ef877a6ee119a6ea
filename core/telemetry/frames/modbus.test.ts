import { expect, it } from 'vitest'
import { framesIn, readFrame, readLogged } from '../frame-view.ts'

const bytesOf = (hex: string) => Uint8Array.from(Buffer.from(hex.replaceAll(' ', ''), 'hex'))
const read = (hex: string, direction?: 'up' | 'down') => readFrame('modbus', bytesOf(hex), undefined, direction)
const said = (hex: string, direction?: 'up' | 'down') =>
  Object.fromEntries(read(hex, direction).fields.map(({ en, value }) => [en, value]))

// MODBUS Application Protocol V1.1b3, clause 6.3: registers 108 to 110 hold 555, 0 and 100.
const request = '0001 0000 0006 11 03 006B 0003'
const answer = '0001 0000 0009 11 03 06 022B 0000 0064'

it("reads the standard's example of holding registers", () => {
  expect(read(request)).toMatchObject({
    kind: 'read_holding_registers',
    fault: null,
    title: { en: 'read holding registers: request' },
  })
  expect(said(request)).toEqual({
    transaction: '1',
    protocol: '0',
    length: '6',
    unit: '17',
    function: '3',
    address: '107',
    quantity: '3',
  })

  expect(read(answer)).toMatchObject({ fault: null, title: { zh: '读保持寄存器 应答' } })
  expect(said(answer)).toMatchObject({ 'byte count': '6', registers: '555, 0, 100' })
})

it("reads the standard's example of coils, bit by bit", () => {
  // Clause 6.1: coils 20 to 38 are CD 6B 05.
  expect(said('0002 0000 0006 01 01 0013 0013')).toMatchObject({ address: '19', quantity: '19' })
  expect(said('0002 0000 0006 01 01 03 CD6B05', 'up')).toMatchObject({ bits: '10110011 11010110 10100000' })
})

it('reads what is written', () => {
  // Clauses 6.5, 6.6, 6.12.
  expect(read('0003 0000 0006 01 05 00AC FF00').fields.at(-1)).toMatchObject({ value: '65280', words: { en: 'on' } })
  expect(said('0003 0000 0006 01 06 0001 0003')).toMatchObject({ address: '1', value: '3' })
  expect(said('0003 0000 000B 01 10 0001 0002 04 000A 0102')).toMatchObject({ quantity: '2', registers: '10, 258' })
  expect(read('0003 0000 0006 01 10 0001 0002').title).toMatchObject({ en: 'write multiple registers: answer' })
})

it('names an exception', () => {
  const { title, fields, fault } = read('0004 0000 0003 01 81 02')

  expect([title?.en, fault]).toEqual(['read coils: exception', null])
  expect(fields.at(-1)).toMatchObject({
    en: 'exception',
    value: '2',
    words: { zh: '非法数据地址', en: 'illegal data address' },
  })
})

it.each([
  ['nothing', '', 'it ends before its function'],
  ['half a head', '0001 00', 'it ends before its function'],
  ['a head without its function', '0001 0000 0001 01', 'it ends before its function'],
  ['another protocol', '0001 0007 0006 11 03 006B 0003', 'protocol 7 is not Modbus, which is 0'],
  ['a length that is not so', '0001 0000 0009 11 03 06 022B 00', 'its length says 9 bytes, there are 6'],
  ['bytes that are not as many as it says', '0001 0000 0006 11 03 06 022B 00', 'its function says other fields'],
])('says what is wrong with %s, whatever comes', (_name, hex, fault) => {
  expect(read(hex, 'up').fault).toBe(fault)
})

it('reads each beginning of a message, and any bytes, without a fault of ours', () => {
  for (const whole of [request, answer, '0003 0000 000B 01 10 0001 0002 04 000A 0102', 'FF'.repeat(300)])
    for (let size = 0; size <= bytesOf(whole).length; size++) {
      const bytes = bytesOf(whole).slice(0, size)
      const { fields } = readFrame('modbus', bytes)
      expect(fields.reduce((sum, { length }) => sum + length, 0)).toBe(size)
    }
})

it('cuts what somebody pastes into messages, and shows a logged one with what was found wrong with it', () => {
  expect(framesIn('modbus', `${request}\n${answer}`)).toEqual([bytesOf(request), bytesOf(answer)])
  const logged = readLogged('modbus', 'mill-1', { at: 1, direction: 'up', bytes: bytesOf(answer), fault: 'late' })
  expect(logged).toMatchObject({ fault: 'late', kind: 'read_holding_registers' })
})
