import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  bitsOf,
  decode,
  encode,
  flagsOf,
  fieldProfiles,
  Jt808Error,
  alarmFlags,
  loadOf,
  messages,
  statusFlags,
  type DecodeOptions,
  type Outgoing,
} from './index.ts'
import { closeFrame, openFrame } from './wire.ts'
import { frames, hex, kinds, messageOf, versions } from './messages.fixture.ts'

/** 2025-11-10 16:30:05 in GMT+8. */
const fixTimeMs = 1_762_763_405_000

const header2013 = {
  version: '2013',
  protocolVersion: 0,
  phone: '13800138000',
  encryption: 'none',
  package: null,
} as const
const header2019 = { ...header2013, version: '2019', protocolVersion: 1 } as const

const fails = (frame: Uint8Array, options?: DecodeOptions): Jt808Error => {
  try {
    decode(frame, options)
  } catch (error) {
    if (error instanceof Jt808Error) return error
    throw error
  }
  throw new Error('the frame was read')
}

/** The frame with one byte of its content set, its checksum made right again. */
const withByte = (frame: Uint8Array, offset: number, value: number): Uint8Array => {
  const { bytes, length } = openFrame(frame)
  const content = bytes.slice(0, length)
  content[offset] = value
  return closeFrame(content)
}

/** A frame of 2013 with this id and body. */
const frameOf = (id: number, body: string, version: 'header2013' | 'header2019' = 'header2013'): Uint8Array => {
  const bytes = hex(body)
  const head =
    version === 'header2013'
      ? [0, bytes.length, ...hex('013800138000'), 0, 1]
      : [0x40, bytes.length, 1, ...hex('00000000013800138000'), 0, 1]
  return closeFrame(Uint8Array.from([id >> 8, id & 0xff, ...head, ...bytes]))
}

describe('the worked examples', () => {
  it('reads a registration of 2013', () => {
    expect(decode(frames.registerOf2013)).toEqual({
      kind: 'register',
      id: 0x0100,
      header: { ...header2013, serial: 0 },
      body: {
        provinceCode: 65,
        cityCode: 2301,
        maker: 'TZHOU',
        model: 'TZ-BD100',
        terminalId: 'TZ00001',
        plateColour: 'yellow',
        plate: '新B12345',
      },
      forgiven: [],
    })
  })

  it('reads the answer to it', () => {
    expect(decode(frames.registerAnswer)).toMatchObject({
      kind: 'register_answer',
      header: { ...header2013, serial: 0 },
      body: { answeredSerial: 0, result: 'ok', authCode: 'TZAUTH01' },
    })
  })

  it('reads an authentication of 2019 and its answer', () => {
    expect(decode(frames.authenticateOf2019)).toMatchObject({
      kind: 'authenticate',
      header: { ...header2019, serial: 1 },
      body: { authCode: 'TZAUTH01', imei: '868120300001234', softwareVersion: 'V1.0.3' },
    })
    expect(decode(frames.platformAnswer)).toMatchObject({
      kind: 'platform_answer',
      header: { ...header2019, serial: 0 },
      body: { answeredSerial: 1, answeredId: 0x0102, result: 'ok' },
    })
  })

  it('reads a position of 2019 with both escapes and seven items', () => {
    const message = decode(frames.position)

    expect(message).toEqual({
      kind: 'position',
      id: 0x0200,
      header: { ...header2019, serial: 2 },
      body: {
        alarmBits: 2,
        statusBits: 0x000c_0303,
        latitude: 44.007806,
        longitude: 87.305341,
        altitudeM: 577,
        speedKmh: 65,
        directionDeg: 271,
        timeMs: fixTimeMs,
        items: [
          { kind: 'odometer', odometerM: 123_456_700 },
          { kind: 'fuel', fuelL: 318.5 },
          { kind: 'recorder_speed', speedKmh: 65 },
          { kind: 'vehicle_signals', signalBits: 0x10 },
          { kind: 'io_state', ioBits: 0 },
          { kind: 'radio_signal', signalStrength: 27 },
          { kind: 'satellites', satelliteCount: 13 },
        ],
      },
      forgiven: [],
    })
    if (message.kind !== 'position') throw new Error('not a position')
    expect(flagsOf(alarmFlags, message.body.alarmBits)).toEqual(['overspeed'])
    expect(flagsOf(statusFlags, message.body.statusBits)).toEqual([
      'acc_on',
      'fixed',
      'load_low',
      'load_high',
      'gps',
      'beidou',
    ])
    expect(loadOf(message.body.statusBits)).toBe('full')
    expect(bitsOf(statusFlags, flagsOf(statusFlags, message.body.statusBits))).toBe(message.body.statusBits)
  })

  it('reads a batch of two positions from a time without network', () => {
    const message = decode(frames.positionBatch)

    expect(message).toMatchObject({ kind: 'position_batch', header: { ...header2013, serial: 3 } })
    expect(message.body).toMatchObject({
      batchKind: 'blind_area',
      positions: [
        { latitude: 44, longitude: 87, altitudeM: 500, speedKmh: 60, directionDeg: 90, timeMs: 1_762_761_600_000 },
        { latitude: 44.001, longitude: 87.01, speedKmh: 61.5, items: [{ kind: 'odometer', odometerM: 123_457_000 }] },
      ],
    })
  })

  it('reads parameters and a text', () => {
    expect(decode(frames.setParameters).body).toEqual({
      parameters: [
        { kind: 'heartbeat_s', value: 60 },
        { kind: 'default_interval_s', value: 10 },
      ],
    })
    expect(decode(frames.text).body).toEqual({ flagBits: 0x0d, textKind: 'notice', text: '已派单' })
  })

  it('keeps packages of a picture raw and reads the answer to it', () => {
    expect(decode(frames.media1)).toMatchObject({
      kind: 'part',
      id: 0x0801,
      header: { serial: 9, package: { total: 2, index: 1 } },
    })
    expect(decode(frames.media2).body).toEqual({ bytes: hex('0102FFD9') })
    expect(decode(frames.mediaAnswer)).toMatchObject({ kind: 'media_answer', body: { mediaId: 7 } })
  })

  it.each(Object.entries(frames))('writes %s byte for byte', (_name, frame) => {
    expect(encode(decode(frame))).toEqual(frame)
  })
})

describe('places and times', () => {
  const place = (statusBits: string, altitude = '0000') =>
    decode(frameOf(0x0200, `00000000 ${statusBits} 01C9C380 05F5E100 ${altitude} 0000 0000 000101000000`)).body

  it('gives degrees their signs from the status', () => {
    expect(place('00000000')).toMatchObject({ latitude: 30, longitude: 100 })
    expect(place('00000004')).toMatchObject({ latitude: -30, longitude: 100 })
    expect(place('00000008')).toMatchObject({ latitude: 30, longitude: -100 })
  })

  it('knows land below the sea', () => {
    expect(place('00000000', 'FF66')).toMatchObject({ altitudeM: -154 })
  })

  it('reads midnight in GMT+8 as the afternoon before in UTC', () => {
    // 2000-01-01 00:00:00 +08:00
    expect(place('00000000')).toMatchObject({ timeMs: 946_656_000_000 })
  })

  it('reads the server time as UTC', () => {
    // 2020-02-29 23:59:59 UTC
    expect(decode(frameOf(0x8004, '200229235959')).body).toEqual({ timeMs: 1_583_020_799_000 })
  })

  it.each([
    ['0A0101000000', 'bcd_digit', 34],
    ['200A01000000', 'bcd_digit', 35],
    ['2001010000F0', 'bcd_digit', 39],
    ['200001000000', 'calendar', 34],
    ['201301000000', 'calendar', 34],
    ['200230000000', 'calendar', 34],
    ['210229000000', 'calendar', 34],
    ['200101240000', 'calendar', 34],
    ['200101006000', 'calendar', 34],
    ['200101000060', 'calendar', 34],
    ['000000000000', 'calendar', 34],
  ])('names what is wrong with the time %s: %s', (time, rule, offset) => {
    const frame = frameOf(0x0200, `00000000 00000000 01C9C380 05F5E100 0000 0000 0000 ${time}`)

    expect(fails(frame)).toMatchObject({ rule, offset, field: 'timeMs' })
    const read = decode(frame, { mode: 'lenient' })
    expect(read.body).toMatchObject({ timeMs: null, latitude: 30 })
    expect(read.forgiven).toMatchObject([{ rule, offset }])
  })

  it.each([
    ['055D4A81 05F5E100', 'latitude', 90_000_001],
    ['01C9C380 0ABA9501', 'longitude', 180_000_001],
  ])('refuses a place off the globe: %s', (where, field, value) => {
    const frame = frameOf(0x0200, `00000000 00000000 ${where} 0000 0000 0000 200101000000`)

    expect(fails(frame)).toMatchObject({ rule: 'range', field, value: String(value) })
    expect(decode(frame, { mode: 'lenient' }).forgiven).toMatchObject([{ rule: 'range', value: String(value) }])
  })
})

describe('strict reading', () => {
  it.each([
    ['another byte than an escape', hex('7E 0002 0000 7D03 3800138000 0001 00 7E'), 'frame_escape', 'frame'],
    ['no flag at the end', hex('7E 0002 0000 013800138000 0001 00'), 'frame_flag', 'frame'],
    ['a flag inside', hex('7E 0002 7E 0000 013800138000 0001 00 7E'), 'frame_flag', 'frame'],
    [
      'a flag inside that looks like an escape',
      hex('7E 0002 7E02 0000 013800138000 0001 00 7E'),
      'frame_flag',
      'frame',
    ],
    ['too few bytes', hex('7E 0002 00 7E'), 'frame_length', 'frame'],
    ['nothing', new Uint8Array(0), 'frame_flag', 'frame'],
    ['a header that is cut', closeFrame(hex('0002 4000 01 013800138000 0001')), 'frame_length', 'header'],
  ])('refuses %s', (_what, frame, rule, field) => {
    expect(fails(frame)).toMatchObject({ rule, field })
    expect(fails(frame, { mode: 'lenient' })).toMatchObject({ rule, field })
  })

  it('refuses a checksum that does not agree, in lenient mode too', () => {
    const broken = frames.registerAnswer.with(frames.registerAnswer.length - 2, 0x26)

    expect(fails(broken)).toMatchObject({ rule: 'checksum', field: 'checksum', value: '26', offset: 23 })
    expect(fails(broken, { mode: 'lenient' }).message).toBe(
      'checksum 26 at byte 23: the bytes before it sum to 27 (checksum)',
    )
  })

  it.each([
    ['body_length', withByte(frames.registerAnswer, 3, 0x0c), 'header.bodyLength', 2],
    ['reserved_bit', withByte(frames.registerAnswer, 2, 0x80), 'header.attributes', 2],
    ['phone_digit', withByte(frames.registerAnswer, 5, 0x3a), 'header.phone', 5],
    ['trailing_bytes', frameOf(0x0301, '01 02'), 'body', 13],
    ['text_encoding', frameOf(0x8300, '01 C1FF'), 'text', 13],
    ['text_end', frameOf(0x8300, '01 4100'), 'text', 14],
    ['item_length', frameOf(0x8103, '01 00000001 02 003C'), 'parameters[0]', 13],
    ['range', withByte(frames.position, 37, 0xff), 'directionDeg', 37],
  ])('refuses %s and lenient reading says that it forgave it', (rule, frame, field, offset) => {
    expect(fails(frame)).toMatchObject({ rule, field, offset })
    expect(decode(frame, { mode: 'lenient' }).forgiven).toMatchObject([{ rule, offset }])
  })

  it('refuses a package beyond the total', () => {
    const frame = closeFrame(hex('0801 2001 013800138000 0009 0002 0003 00'))

    expect(fails(frame)).toMatchObject({ rule: 'package_index', field: 'header.package', value: '3 of 2' })
  })

  it('refuses a body that ends inside a field, in lenient mode too', () => {
    const cut = frameOf(0x8600, '01 01 00000007 0000 02')

    expect(fails(cut)).toMatchObject({ rule: 'body_end', field: 'circles[0].latitude', offset: 20 })
    expect(fails(cut, { mode: 'lenient' })).toMatchObject({ rule: 'body_end' })
  })

  it('is not led into a long loop by a count', () => {
    expect(fails(frameOf(0x0608, '01 FFFFFFFF', 'header2019'))).toMatchObject({
      rule: 'body_end',
      field: 'areas[0].areaId',
    })
  })
})

describe('lenient reading', () => {
  const fixed = '00000000 00000000 029F6300 052F83C0 01F4 0258 005A 251110160000'

  it('keeps an item of an odd length raw and goes on by its length', () => {
    const frame = frameOf(0x0200, `${fixed} 01 02 FFFF 31 01 0D`)

    expect(fails(frame)).toMatchObject({ rule: 'item_length', field: 'items[0]', offset: 40 })
    expect(decode(frame, { mode: 'lenient' })).toMatchObject({
      body: {
        items: [
          { kind: 'raw', id: 1, bytes: hex('FFFF') },
          { kind: 'satellites', satelliteCount: 13 },
        ],
      },
      forgiven: [{ rule: 'item_length', offset: 40, value: '0102ffff' }],
    })
  })

  it('ends at an item that runs past the end', () => {
    const frame = frameOf(0x0200, `${fixed} 31 01 0D 01 04 0000`)

    expect(fails(frame)).toMatchObject({ rule: 'item_truncated', field: 'items[1]', offset: 43 })
    expect(decode(frame, { mode: 'lenient' })).toMatchObject({
      body: { items: [{ kind: 'satellites', satelliteCount: 13 }] },
      forgiven: [{ rule: 'item_truncated', offset: 43, value: '01040000' }],
    })
  })

  it('gives up on a message with more than 256 deviations', () => {
    const broken = '0100'
    const many = (count: number) => {
      const body = hex(`${fixed} ${broken.repeat(count)}`)
      const attributes = [body.length >> 8, body.length & 0xff]
      return closeFrame(Uint8Array.from([2, 0, ...attributes, ...hex('013800138000'), 0, 1, ...body]))
    }

    expect(decode(many(256), { mode: 'lenient' }).forgiven).toHaveLength(256)
    expect(fails(many(257), { mode: 'lenient' })).toMatchObject({ rule: 'item_length', field: 'items[256]' })
  })

  it('keeps doubles and what nobody knows', () => {
    expect(decode(frameOf(0x0200, `${fixed} 31 01 0D 31 01 0E EE 02 ABCD F0 00`)).body).toMatchObject({
      items: [
        { kind: 'satellites', satelliteCount: 13 },
        { kind: 'satellites', satelliteCount: 14 },
        { kind: 'raw', id: 0xee, bytes: hex('ABCD') },
        { kind: 'raw', id: 0xf0, bytes: hex('') },
      ],
    })
  })

  it('does not lose a batch to one position that cannot be read', () => {
    const frame = frameOf(0x0704, `0003 00 001C ${fixed} 0003 000102 001C ${fixed}`)

    expect(fails(frame)).toMatchObject({ rule: 'body_end', field: 'positions[1].alarmBits' })
    const read = decode(frame, { mode: 'lenient' })
    if (read.kind !== 'position_batch') throw new Error('not a batch')
    expect(read.body.positions).toHaveLength(2)
    expect(read.forgiven).toMatchObject([{ rule: 'batch_item', offset: 45, value: '0003000102' }])
  })
})

describe('a batch that counts more than it has', () => {
  const fixed = '00000000 00000000 029F6300 052F83C0 01F4 0258 005A 251110160000'

  it('is refused, or read as far as it goes', () => {
    const frame = frameOf(0x0704, `FFFF 00 001C ${fixed}`)

    expect(fails(frame)).toMatchObject({ rule: 'batch_item', field: 'positions', value: '1 of 65535' })
    const read = decode(frame, { mode: 'lenient' })
    expect(read.body).toMatchObject({ positions: [{ latitude: 44 }] })
    expect(read.forgiven).toMatchObject([{ rule: 'batch_item', offset: 45, value: '1 of 65535' }])
  })
})

describe('versions', () => {
  it('tells a registration of 2011 by its layout', () => {
    // Province 65, city 2301, maker TZHOU, model padded with spaces, terminal id, colour, plate.
    const frame = frameOf(0x0100, '0041 08FD 545A484F55 545A2D3131202020 30303030303031 02 D0C2423132333435')

    expect(decode(frame)).toMatchObject({
      header: { version: '2011' },
      body: { maker: 'TZHOU', model: 'TZ-11', terminalId: '0000001', plateColour: 'yellow', plate: '新B12345' },
    })
  })

  it('tells a registration of 2011 that names a VIN', () => {
    const frame = frameOf(
      0x0100,
      '0041 08FD 545A484F55 545A2D3131202020 30303030303031 00 4C53414141414141414141414141414141',
    )

    expect(decode(frame)).toMatchObject({
      header: { version: '2011' },
      body: { plateColour: 'none', plate: 'LSAAAAAAAAAAAAAAA' },
    })
  })

  it('tells a registration of 2013 whose model is padded in front', () => {
    const frame = frameOf(
      0x0100,
      '0041 08FD 545A484F55 000000000000000000000000 545A2D4244313030 545A3030303031 02 D0C2423132333435',
    )

    expect(decode(frame)).toMatchObject({
      header: { version: '2013' },
      body: { model: 'TZ-BD100', terminalId: 'TZ00001', plate: '新B12345' },
    })
  })

  it.each(['2011', '2013'] as const)('finds out which of the two a registration is: %s', (version) => {
    fc.assert(
      fc.property(messageOf('register', version), (message) => {
        // The arbitrary pairs the kind with its body.
        const outgoing = message as Outgoing
        fc.pre(
          outgoing.kind === 'register' &&
            /^[\x21-\x7e]{0,7}$/.test(outgoing.body.model) &&
            outgoing.body.terminalId !== '',
        )
        expect(decode(encode(outgoing)).header.version).toBe(version)
      }),
    )
  })

  it('reads an answer to a position query as the device is configured', () => {
    const body = '00000000 00000000 029F6300 052F83C0 01F4 0258 005A 251110160000'

    expect(decode(frameOf(0x0201, body), { before2019: '2011' }).body).toMatchObject({ position: { latitude: 44 } })
    expect(decode(frameOf(0x0201, `0007 ${body}`)).body).toMatchObject({
      answeredSerial: 7,
      position: { latitude: 44 },
    })
  })

  it('reads a phone of zeros as one zero', () => {
    const frame = closeFrame(hex('0002 0000 000000000000 0001'))

    expect(decode(frame).header.phone).toBe('0')
    expect(encode(decode(frame))).toEqual(frame)
  })

  it('keeps what it has no name for', () => {
    expect(decode(frameOf(0xe123, 'ABCD'))).toMatchObject({ kind: 'unknown', id: 0xe123, body: { bytes: hex('ABCD') } })
  })

  it('keeps what is encrypted', () => {
    const frame = closeFrame(hex('0200 0402 013800138000 0009 ABCD'))

    expect(decode(frame)).toMatchObject({
      kind: 'encrypted',
      id: 0x0200,
      header: { encryption: 'rsa' },
      body: { bytes: hex('ABCD') },
    })
    expect(encode(decode(frame))).toEqual(frame)
  })
})

describe('bits that fall over on the way', () => {
  const anyMessage = fc
    .tuple(fc.constantFrom(...kinds), fc.constantFrom(...versions))
    .chain(([kind, version]) => messageOf(kind, version))
    // The arbitrary pairs each kind with its body.
    .map((message) => encode(message as Outgoing))

  /** A position without escapes, so that a byte of the frame is a byte of the content. */
  const withoutEscapes = (): Uint8Array =>
    frameOf(0x0200, '00000000 00000000 029F6300 052F83C0 01F4 0258 005A 251110160000', 'header2019')

  const flipped = (frame: Uint8Array, bit: number): Uint8Array =>
    frame.with(bit >> 3, (frame[bit >> 3] ?? 0) ^ (1 << (bit & 7)))
  const ofTheFrame = ['checksum', 'frame_flag', 'frame_escape', 'frame_length']

  it('no single bit of a frame passes: checksum, flag, escape or length differ', () => {
    fc.assert(
      fc.property(anyMessage, fc.nat(), (frame, at) => {
        const broken = flipped(frame, at % (frame.length * 8))

        expect([...ofTheFrame, 'body_length']).toContain(fails(broken).rule)
      }),
      { numRuns: 3_000 },
    )
  })

  it.each([
    ['7E', '7D', '7C'],
    ['7C02', '7C', '7D'],
    ['7D', '7D', '7C'],
    ['7C01', '7C', '7D'],
  ])(
    'one flip between 7D and 7C in %s keeps the sum: only the length tells, and lenient reading says so',
    (data, sent, came) => {
      const frame = frameOf(0x0900, `00 ${data}`)
      const broken = frame.with(frame.lastIndexOf(Number.parseInt(sent, 16)), Number.parseInt(came, 16))

      expect(decode(frame)).toMatchObject({ kind: 'transparent_up', body: { data: hex(data) } })
      expect(fails(broken).rule).toBe('body_length')
      expect(decode(broken, { mode: 'lenient' }).forgiven).toMatchObject([{ rule: 'body_length' }])
    },
  )

  it('every single bit of one position: refused, or read with the length forgiven', () => {
    const passed: string[] = []
    for (let bit = 0; bit < frames.position.length * 8; bit++) {
      const broken = flipped(frames.position, bit)
      expect(fails(broken)).toBeInstanceOf(Jt808Error)
      try {
        const { forgiven } = decode(broken, { mode: 'lenient' })
        passed.push(forgiven[0]?.rule ?? 'silently')
      } catch (error) {
        expect(ofTheFrame).toContain((error as Jt808Error).rule)
      }
    }

    // Two escapes, each with one such bit.
    expect(passed).toEqual(['body_length', 'body_length'])
  })

  it('the same bit of two bytes passes the checksum: that is all an XOR can do', () => {
    const broken = withoutEscapes().with(20, 0x01).with(21, 0x01)

    expect(decode(broken)).toMatchObject({ kind: 'position' })
  })
})

describe('random bytes', () => {
  const all: readonly DecodeOptions[] = [
    {},
    { mode: 'lenient' },
    { before2019: '2011' },
    { mode: 'lenient', before2019: '2011' },
    { mode: 'lenient', profile: fieldProfiles.header2019Body2013 },
    {
      mode: 'lenient',
      profile: { ...fieldProfiles.fuelPct, itemLayouts: [{ id: 0x0100, idBytes: 2, lengthBytes: 4 }] },
    },
  ]
  const idsOfAll = Object.values(messages).map(({ id }) => id)
  /** Throws what is not the documented error. */
  const readsOrRefuses = (frame: Uint8Array): true => {
    for (const options of all)
      try {
        decode(frame, options)
      } catch (error) {
        if (!(error instanceof Jt808Error)) throw error
      }
    return true
  }

  it('are read or refused by the one error', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 120 }), (bytes) => readsOrRefuses(bytes)),
      { numRuns: 3_000 },
    )
  })

  it('in a frame that is sound are read or refused by the one error', () => {
    const id = fc.oneof(fc.constantFrom(...idsOfAll), fc.nat(0xffff))
    const content = fc.tuple(id, fc.boolean(), fc.uint8Array({ maxLength: 200 })).map(([id, has2019, body]) => {
      const length = [(body.length >> 8) | (has2019 ? 0x40 : 0), body.length & 0xff]
      const phone = has2019 ? hex('01 00000000013800138000') : hex('013800138000')
      return Uint8Array.from([id >> 8, id & 0xff, ...length, ...phone, 0, 1, ...body])
    })

    fc.assert(
      fc.property(content, (bytes) => readsOrRefuses(closeFrame(bytes))),
      { numRuns: 5_000 },
    )
  })
})
