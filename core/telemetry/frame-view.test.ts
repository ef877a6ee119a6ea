import { frameOf } from '@tingzhou/hj212'
import { examples } from '@tingzhou/hj212/examples'
import { expect, it } from 'vitest'
import { readFrame, readLogged } from './frame-view.ts'

const mn = 'A110000_XJCJ_WWTP_000001'
const bytes = new TextEncoder().encode(`${examples.log}\r\n`)

it('an MN that is not hexadecimal is a fault of a frame that somebody pastes, and none of the device that is known under it', () => {
  expect(readFrame('hj212', bytes).fault).toContain(mn)
  expect(readFrame('hj212', bytes, 'another').fault).toContain(mn)

  const logged = readLogged('hj212', mn, { at: 1, direction: 'up', bytes, fault: null })
  expect(logged).toMatchObject({ kind: '3020', fault: null })
  const odd = frameOf(new TextEncoder().encode(`QN=20260703110000000;ST=32;CN=3020;PW=1234567;MN=${mn};Flag=5;CP=&&&&`))
  expect(readFrame('hj212', odd, mn).fault).toMatch(/^PW "1234567" at byte \d+: [^·]*$/)
})

it('a notification of OPC UA is read field by field, with the place of each and what its status says', () => {
  const text =
    '{"service":"publish","items":[{"nodeId":"ns=2;s=磨粉 \\"value\\":9","value":41.8,"status":"Good","sourceTimestamp":null},{"nodeId":"i=7","value":null,"status":"BadSensorFailure","sourceTimestamp":"2026-07-03T11:00:00.000Z"}],"more":3}'
  const frame = readFrame('opcua', Buffer.from(text))

  expect(frame).toMatchObject({ kind: 'publish', title: { en: 'Publish, changed values' }, fault: null, text })
  expect(frame.fields.map(({ en, value, words }) => [en, value, words?.en ?? null])).toEqual([
    ['service', 'publish', null],
    ['node id', 'ns=2;s=磨粉 "value":9', null],
    ['value', '41.8', null],
    ['status', 'Good', 'good'],
    ['source timestamp', '', null],
    ['node id', 'i=7', null],
    ['value', '', null],
    ['status', 'BadSensorFailure', 'the sensor failed'],
    ['source timestamp', '2026-07-03T11:00:00.000Z', null],
    ['nodes not shown', '3', null],
  ])
  for (const { offset, length, raw } of frame.fields)
    expect(
      Buffer.from(text)
        .subarray(offset, offset + length)
        .toString('hex'),
    ).toBe(raw)
})

it('of OPC UA the fields are read as far as a frame goes, and what is none is said', () => {
  const half = readFrame(
    'opcua',
    Buffer.from('{"service":"write","items":[{"nodeId":"i=7","value":1,"status":"BadOdd","sour'),
  )
  expect(half.fields.map(({ value }) => value)).toEqual(['write', 'i=7', '1', 'BadOdd'])
  expect(half.fields.at(-1)?.words?.en).toBe('bad')

  expect(readFrame('opcua', Buffer.from([0xff, 0x00])).fault).toBe('neither a notification nor a write')
  expect(readFrame('opcua', Buffer.from('{"service":"toString"}')).fault).toBe('neither a notification nor a write')
})
