import { frameOf } from '@tingzhou/hj212'
import { examples } from '@tingzhou/hj212/examples'
import { encode, fieldProfiles } from '@tingzhou/jt808'
import { describe, expect, it } from 'vitest'
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

describe('a frame of JT/T 808', () => {
  const hexBytes = (hex: string) => Uint8Array.from(Buffer.from(hex.replaceAll(/\s/g, ''), 'hex'))
  const valuesOf = (frame: ReturnType<typeof readFrame>, name: string) =>
    frame.fields.filter(({ en }) => en === name).map(({ value }) => value)

  it('says what was read over in it: a month 1A', () => {
    const frame = readFrame(
      'jt808',
      hexBytes(`7E 0200 403A 01 00000000013800138000 0002 00000002 000C0303 029F817D02 05342C7D01 0241 028A 010F 251A10163005
        01040012D687 02020C71 0302028A 250400000010 2A020000 30011B 31010D A8 7E`),
    )

    expect(frame).toMatchObject({ kind: 'position', fault: null })
    expect(frame.forgiven).toEqual([{ rule: 'bcd_digit', offset: 40, value: '1a' }])
    expect(valuesOf(frame, 'time')).toEqual([''])
    expect(readFrame('jt808', hexBytes('7E 0002 0000 013800138000 0001 17 7E')).forgiven).toEqual([])
  })

  it('is read as its device speaks: in its version, with the ways of its maker', () => {
    const position = {
      alarmBits: 0,
      statusBits: 3,
      latitude: 44.007806,
      longitude: 87.305341,
      altitudeM: 577,
      speedKmh: 65,
      directionDeg: 271,
      timeMs: 1_762_763_405_000,
      items: [],
    }
    const header = { version: '2011', phone: '13800138000', serial: 1 } as const
    const bytes = encode({ kind: 'position_answer', header, body: { position } })
    const logged = { at: 1, direction: 'up', bytes, fault: null } as const

    const read = readLogged('jt808', '13800138000', logged, { before2019: '2011' })
    expect(read).toMatchObject({ kind: 'position_answer', fault: null, forgiven: [] })
    expect(valuesOf(read, 'latitude, degrees')).toEqual(['44.007806'])
    expect(readFrame('jt808', bytes).fault).not.toBeNull()

    const share = encode(
      {
        kind: 'position',
        header: { ...header, version: '2013' },
        body: { ...position, items: [{ kind: 'fuel_share', fuelPct: 80 }] },
      },
      { profile: fieldProfiles.fuelPct },
    )
    expect(valuesOf(readFrame('jt808', share, undefined, 'up', { profile: 'fuelPct' }), 'fuel, %')).toEqual(['80'])
    expect(valuesOf(readFrame('jt808', share), 'fuel, %')).toEqual([])
  })
})
