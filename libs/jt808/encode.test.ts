import { describe, expect, it } from 'vitest'
import {
  decode,
  encode,
  encodeParts,
  fieldProfiles,
  Jt808Error,
  standardProfile,
  type Outgoing,
  type Profile,
} from './index.ts'
import { hex } from './messages.fixture.ts'

const header = { version: '2013', phone: '13800138000', serial: 7 } as const
const header2019 = { ...header, version: '2019' } as const
const place = {
  alarmBits: 0,
  statusBits: 2,
  latitude: 44,
  longitude: 87,
  altitudeM: 500,
  speedKmh: 60,
  directionDeg: 90,
  timeMs: 1_762_763_405_000,
  items: [],
} as const
const position = (changes: object): Outgoing => ({ kind: 'position', header, body: { ...place, ...changes } })

const fails = (message: unknown, profile: Profile = standardProfile): Jt808Error => {
  try {
    // Callers without types are refused as well.
    encode(message as Outgoing, { profile })
  } catch (error) {
    if (error instanceof Jt808Error) return error
    throw error
  }
  throw new Error('the message was written')
}

describe('what cannot be written', () => {
  it.each<[string, unknown, Partial<Jt808Error>]>([
    [
      'a place off the globe',
      position({ latitude: 90.000001 }),
      { rule: 'range', field: 'latitude', value: '90.000001' },
    ],
    ['a place that is no number', position({ longitude: Number.NaN }), { rule: 'range', field: 'longitude' }],
    ['a sign that the status denies', position({ latitude: -44 }), { rule: 'range', field: 'latitude' }],
    ['a status that the sign denies', position({ statusBits: 4 }), { rule: 'range', field: 'latitude' }],
    ['a heading of 360 degrees', position({ directionDeg: 360 }), { rule: 'range', field: 'directionDeg' }],
    ['a speed below zero', position({ speedKmh: -1 }), { rule: 'range', field: 'speedKmh' }],
    ['a speed past the field', position({ speedKmh: 6_553.6 }), { rule: 'range', field: 'speedKmh', value: '65536' }],
    ['half a second', position({ timeMs: 1_762_763_405_500 }), { rule: 'range', field: 'timeMs' }],
    ['a time before 2000', position({ timeMs: 0 }), { rule: 'range', field: 'timeMs' }],
    ['a position without time', position({ timeMs: null }), { rule: 'missing', field: 'timeMs' }],
    ['a position without items', position({ items: undefined }), { rule: 'missing', field: 'items' }],
    [
      'an item of no kind',
      position({ items: [{ kind: 'weather' }] }),
      { rule: 'unknown_kind', field: 'items[0]', value: 'weather' },
    ],
    [
      'an item that is too long',
      position({ items: [{ kind: 'raw', id: 0xe1, bytes: new Uint8Array(256) }] }),
      { rule: 'range', field: 'items[0].length', value: '256' },
    ],
    [
      'a percentage of fuel without a profile',
      position({ items: [{ kind: 'fuel_share', fuelPct: 50 }] }),
      { rule: 'not_applicable', field: 'items[0]' },
    ],
    ['a message of no kind', { kind: 'greeting', header, body: {} }, { rule: 'unknown_kind', value: 'greeting' }],
    [
      'a message whose kind is a word of the language',
      { kind: 'constructor', header, body: {} },
      { rule: 'unknown_kind' },
    ],
    [
      'a phone with letters',
      { kind: 'heartbeat', header: { ...header, phone: '1380013800a' }, body: {} },
      { rule: 'phone_digit', field: 'header.phone' },
    ],
    [
      'a phone of 13 digits before 2019',
      { kind: 'heartbeat', header: { ...header, phone: '1'.repeat(13) }, body: {} },
      { rule: 'phone_digit', value: '1'.repeat(13) },
    ],
    [
      'a serial past 65535',
      { kind: 'heartbeat', header: { ...header, serial: 65_536 }, body: {} },
      { rule: 'range', field: 'header.serial' },
    ],
    [
      'a field that the version lacks',
      { kind: 'authenticate', header, body: { authCode: 'A', imei: '868120300001234' } },
      { rule: 'not_in_version', field: 'imei' },
    ],
    [
      'a field that the version needs',
      { kind: 'authenticate', header: header2019, body: { authCode: 'A', imei: '1' } },
      { rule: 'missing', field: 'softwareVersion' },
    ],
    [
      'a code with a refusal',
      { kind: 'register_answer', header, body: { answeredSerial: 1, result: 'vehicle_unknown', authCode: 'A' } },
      { rule: 'not_applicable', field: 'authCode' },
    ],
    [
      'a success without a code',
      { kind: 'register_answer', header, body: { answeredSerial: 1, result: 'ok' } },
      { rule: 'missing', field: 'authCode' },
    ],
    [
      'a result of no name',
      { kind: 'platform_answer', header, body: { answeredSerial: 1, answeredId: 2, result: 'fine' } },
      { rule: 'range', field: 'result' },
    ],
    [
      'a character that GBK lacks',
      { kind: 'text', header, body: { flagBits: 1, text: '好😀' } },
      { rule: 'text_encoding', field: 'text', value: '好😀' },
    ],
    [
      'a text that ends in zero',
      { kind: 'call_back', header, body: { mode: 'call', phoneNumber: '1\0' } },
      { rule: 'text_end' },
    ],
    [
      'a maker of six characters',
      {
        kind: 'register',
        header,
        body: {
          provinceCode: 65,
          cityCode: 2301,
          maker: 'TZHOU6',
          model: '',
          terminalId: '',
          plateColour: 'blue',
          plate: '',
        },
      },
      { rule: 'range', field: 'maker', value: 'TZHOU6' },
    ],
    [
      'a padded text that begins with a space',
      { kind: 'authenticate', header: header2019, body: { authCode: '', imei: ' 1', softwareVersion: '' } },
      { rule: 'text_end', field: 'imei' },
    ],
    [
      'an argument with a separator',
      { kind: 'terminal_control', header, body: { command: 'reset', arguments: ['a;b'] } },
      { rule: 'range', field: 'arguments', value: 'a;b' },
    ],
    [
      'a day that does not exist',
      {
        kind: 'driver_identity',
        header,
        body: {
          cardState: 'inserted',
          timeMs: place.timeMs,
          readResult: 'ok',
          name: '',
          licence: '',
          issuer: '',
          validTo: '2027-02-29',
        },
      },
      { rule: 'calendar', field: 'validTo' },
    ],
    [
      'a key of the wrong length',
      { kind: 'platform_key', header, body: { exponent: 65_537, modulus: new Uint8Array(127) } },
      { rule: 'range', field: 'modulus', value: '127 bytes' },
    ],
    [
      'a body of 1,024 bytes',
      { kind: 'text', header, body: { flagBits: 1, text: 'a'.repeat(1_023) } },
      { rule: 'body_length', value: '1024' },
    ],
  ])('%s', (_what, message, error) => {
    expect(fails(message)).toMatchObject(error)
  })

  it('is said in one line: field, value, rule', () => {
    expect(fails(position({ directionDeg: 400 })).message).toBe(
      'directionDeg 400 at byte 20: must be at most 359 (range)',
    )
  })
})

describe('what is rounded', () => {
  it('degrees to a millionth, speed and fuel to a tenth', () => {
    const items = [{ kind: 'fuel', fuelL: 100.04 }]
    const sent = encode(position({ latitude: 44.0000004, longitude: 87.0000006, speedKmh: 59.96, items }))

    expect(decode(sent).body).toMatchObject({
      latitude: 44,
      longitude: 87.000001,
      speedKmh: 60,
      items: [{ fuelL: 100 }],
    })
  })
})

describe('a message that is too long for a package', () => {
  const long: Outgoing = {
    kind: 'text',
    header: { ...header, serial: 65_535 },
    body: { flagBits: 1, text: '派'.repeat(1_200) },
  }

  it('is cut into packages with consecutive serial numbers', () => {
    const parts = encodeParts(long).map((frame) => decode(frame))

    expect(parts.map(({ kind, header }) => [kind, header.serial, header.package])).toEqual([
      ['part', 65_535, { total: 3, index: 1 }],
      ['part', 0, { total: 3, index: 2 }],
      ['part', 1, { total: 3, index: 3 }],
    ])
  })

  it('is one frame when it fits', () => {
    expect(encodeParts({ kind: 'heartbeat', header, body: {} })).toEqual([
      encode({ kind: 'heartbeat', header, body: {} }),
    ])
  })

  it('is not cut into nothing', () => {
    expect(() => encodeParts(long, 0)).toThrow(Jt808Error)
    expect(() => encodeParts(long, 1_024)).toThrow(Jt808Error)
  })
})

describe('profiles', () => {
  it('writes and reads a body of 2013 under a header of 2019', () => {
    const profile = fieldProfiles.header2019Body2013
    const message: Outgoing = {
      kind: 'authenticate',
      header: { ...header, protocolVersion: 1 },
      body: { authCode: 'ABC' },
    }
    const frame = encode(message, { profile })

    expect(frame.subarray(3, 6)).toEqual(hex('40 03 01'))
    expect(decode(frame, { profile })).toMatchObject(message)
    // Without the profile the code's first byte is a length.
    expect(() => decode(frame)).toThrow(Jt808Error)
  })

  it('forgives a wrong body length to a device that is known for it, and says so', () => {
    const frame = hex('7E 0002 0005 013800138000 0001 0000 7E')
    const sum = [...frame.subarray(1, -2)].reduce((all, byte) => all ^ byte, 0)
    const broken = frame.with(frame.length - 2, sum)

    expect(() => decode(broken)).toThrow(/body_length/)
    expect(
      decode(broken, { profile: { ...fieldProfiles.wrongBodyLength, forgive: ['body_length', 'trailing_bytes'] } })
        .forgiven,
    ).toMatchObject([
      { rule: 'body_length', value: '5' },
      { rule: 'trailing_bytes', value: '00' },
    ])
  })

  it('reads fuel as a percentage when the top bit says so', () => {
    const profile = fieldProfiles.fuelPct
    const message = position({
      items: [
        { kind: 'fuel_share', fuelPct: 62 },
        { kind: 'fuel', fuelL: 62 },
      ],
    })
    const frame = encode(message, { profile })

    expect(decode(frame, { profile }).body).toMatchObject({
      items: [
        { kind: 'fuel_share', fuelPct: 62 },
        { kind: 'fuel', fuelL: 62 },
      ],
    })
    expect(decode(frame).body).toMatchObject({
      items: [
        { kind: 'fuel', fuelL: 3_283 },
        { kind: 'fuel', fuelL: 62 },
      ],
    })
  })

  it('keeps items raw that a maker uses for something else', () => {
    const frame = encode(position({ items: [{ kind: 'video_alarms', videoAlarmBits: 1 }] }))

    expect(decode(frame, { profile: fieldProfiles.foreignVideoItems }).body).toMatchObject({
      items: [{ kind: 'raw', id: 0x14, bytes: hex('00000001') }],
    })
  })

  it('reads items with two bytes of id or four of length where a profile says so', () => {
    const profile: Profile = {
      ...standardProfile,
      itemLayouts: [
        { id: 0x0c01, idBytes: 2, lengthBytes: 2 },
        { id: 0xf3, idBytes: 1, lengthBytes: 4 },
      ],
    }
    const items = [
      { kind: 'raw', id: 0x0c01, bytes: hex('AABB') },
      { kind: 'odometer', odometerM: 100 },
      { kind: 'raw', id: 0xf3, bytes: new Uint8Array(300) },
    ]
    const frame = encode(position({ items }), { profile })

    expect(decode(frame, { profile }).body).toMatchObject({ items })
    expect(frame.subarray(41, 47)).toEqual(hex('0C01 0002 AABB'))
  })

  it('keeps messages that a maker uses for something else', () => {
    const frame = encode({ kind: 'electronic_waybill', header, body: { data: hex('01') } })

    expect(decode(frame, { profile: fieldProfiles.foreignCommands })).toMatchObject({
      kind: 'unknown',
      id: 0x0701,
      body: { bytes: hex('0000000101') },
    })
  })
})
