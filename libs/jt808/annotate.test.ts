import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  alarmFlags,
  annotate,
  areaFlags,
  decode,
  encode,
  fieldNames,
  flagNames,
  itemIds,
  Jt808Error,
  meaningNames,
  messages,
  parameterIds,
  statusFlags,
  vehicleSignalFlags,
  type Annotation,
  type DecodeOptions,
  type Message,
  type Outgoing,
} from './index.ts'
import { additionalItem, frames, hex, kinds, messageOf, versions } from './messages.fixture.ts'
import { closeFrame, openFrame } from './wire.ts'

const row = ({ fields }: Annotation, path: string) => fields.find((field) => field.path === path)

/** What decode gives, or the error it throws. */
const attempt = (frame: Uint8Array, options: DecodeOptions): Message | string => {
  try {
    return decode(frame, options)
  } catch (error) {
    if (error instanceof Jt808Error) return error.message
    throw error
  }
}

/** Fields stand one after the other and leave no byte out; so they do on the wire. */
const expectTiles = ({ fields }: Annotation, frame: Uint8Array): void => {
  const { length } = openFrame(frame)
  let [at, onWire] = [0, 1]
  for (const field of fields) {
    expect(field.offset).toBe(at)
    expect(field.wireOffset).toBe(onWire)
    expect(field.length).toBeGreaterThan(0)
    expect(field.hex).toHaveLength(field.length * 2)
    at += field.length
    onWire += field.wireLength
  }
  expect(at).toBe(length + 1)
  expect(onWire).toBe(frame.length - 1)
}

describe('an annotated frame', () => {
  const annotation = annotate(frames.position)

  it('says where a field stands, what it is called and what it holds', () => {
    expect(row(annotation, 'latitude')).toEqual({
      path: 'latitude',
      key: 'latitude',
      name: { en: 'latitude, degrees', zh: '纬度(°)' },
      offset: 25,
      length: 4,
      wireOffset: 26,
      // The last byte was escaped.
      wireLength: 5,
      hex: '029f817e',
      value: 44.007806,
      flags: null,
      meaning: null,
    })
    expect(row(annotation, 'header.phone')).toMatchObject({ offset: 5, length: 10, value: '13800138000' })
    expect(row(annotation, 'items[1].fuelL')).toMatchObject({ hex: '0c71', value: 318.5 })
    expect(row(annotation, 'checksum')).toMatchObject({ hex: 'a3', length: 1 })
  })

  it('names bits, messages and items', () => {
    expect(row(annotation, 'alarmBits')?.flags).toEqual([
      { key: 'overspeed', name: { en: 'overspeed', zh: '超速报警' } },
    ])
    expect(row(annotation, 'header.messageId')?.meaning).toEqual({
      key: 'position',
      name: { en: 'position', zh: '位置信息汇报' },
    })
    expect(row(annotation, 'items[0].id')?.meaning?.name.zh).toBe('里程')
  })

  it('names parameters and the length of a list', () => {
    const parameters = annotate(frames.setParameters)

    expect(row(parameters, 'parameters.count')?.value).toBe(2)
    expect(row(parameters, 'parameters[1].id')?.meaning?.name.zh).toBe('缺省时间汇报间隔(s)')
    expect(row(parameters, 'parameters[1].value')?.value).toBe(10)
  })

  it('shows what is wrong with a frame and the bytes that nobody read', () => {
    const content = openFrame(frames.platformAnswer)
    const cut = content.bytes.slice(0, content.length - 2)
    cut[3] = 3
    const frame = closeFrame(cut)
    const broken = annotate(frame)

    expect(broken.message).toBeNull()
    expect(broken.error).toMatchObject({ rule: 'body_end', field: 'answeredId' })
    expect(row(broken, 'answeredSerial')?.value).toBe(1)
    expect(row(broken, 'unread')).toMatchObject({ offset: 19, length: 1, name: { zh: '未解析' } })
    expectTiles(broken, frame)
  })

  it('shows no fields of what is no frame', () => {
    expect(annotate(hex('7E 7D03 7E'))).toMatchObject({ fields: [], message: null, error: { rule: 'frame_escape' } })
  })

  it('shows a position of a batch that cannot be read, and the one behind it', () => {
    const fixed = '00000000 00000000 029F6300 052F83C0 01F4 0258 005A 251110160000'
    // The second has a latitude off the globe, which alone would be forgiven, and then it ends.
    const body = hex(`0003 00 001C ${fixed} 0010 00000000 00000000 FFFFFFFF 00000000 001C ${fixed}`)
    const frame = closeFrame(Uint8Array.from([7, 4, 0, body.length, ...hex('013800138000'), 0, 1, ...body]))
    const read = annotate(frame, { mode: 'lenient' })

    expect(read.forgiven.map(({ rule }) => rule)).toEqual(['batch_item'])
    expect(row(read, 'positions[1].unreadable')).toMatchObject({ length: 16, name: { zh: '无法解析的位置' } })
    expect(row(read, 'positions[1].latitude')).toBeUndefined()
    expect(row(read, 'positions[2].latitude')?.value).toBe(44)
    expectTiles(read, frame)
  })

  it('shows a forgiven rest', () => {
    const { bytes, length } = openFrame(frames.mediaAnswer)
    const longer = Uint8Array.from([...bytes.slice(0, length), 1, 0, 9, 0xff]).with(3, 8)
    const read = annotate(closeFrame(longer), { mode: 'lenient' })

    expect(read.forgiven).toMatchObject([{ rule: 'trailing_bytes', value: 'ff' }])
    expect(row(read, 'trailing')).toMatchObject({ hex: 'ff', name: { zh: '多余字节' } })
  })
})

describe.each(versions)('every message of %s', (version) => {
  const options = version === '2011' ? { before2019: '2011' as const } : { before2019: '2013' as const }

  it.each(kinds)('%s: the annotation tiles the frame, agrees with decode and has names', (kind) => {
    fc.assert(
      fc.property(messageOf(kind, version), (message) => {
        // The arbitrary pairs each kind with its body.
        const frame = encode(message as Outgoing)
        const annotation = annotate(frame, options)

        expectTiles(annotation, frame)
        expect(annotation.error).toBeNull()
        expect(annotation.message).toEqual(decode(frame, options))
        expect(annotation.fields.map(({ key }) => key).filter((key) => !(key in fieldNames))).toEqual([])
      }),
      { numRuns: 10 },
    )
  })
})

describe('the short way of a position', () => {
  const item = additionalItem
  const content = fc
    .tuple(
      fc.uint8Array({ minLength: 16, maxLength: 16 }),
      fc.boolean(),
      fc.array(item, { maxLength: 8 }),
      fc.uint8Array({ maxLength: 5 }),
      fc.array(fc.tuple(fc.nat(), fc.nat(0xff)), { maxLength: 3 }),
    )
    .map(([fixed, isSane, items, rest, changes]) => {
      const sane = isSane ? { latitude: 44, longitude: 87 } : { latitude: 90, longitude: 180 }
      const position = {
        kind: 'position' as const,
        header: { version: '2019' as const, phone: '1', serial: 1 },
        body: {
          alarmBits: 0,
          statusBits: 0,
          ...sane,
          altitudeM: 0,
          speedKmh: 0,
          directionDeg: 0,
          timeMs: 1_762_763_405_000,
          items,
        },
      }
      const { bytes, length } = openFrame(encode(position))
      const body = [...bytes.slice(0, length), ...rest]
      for (const [index, byte] of fixed.subarray(0, 8).entries()) body[17 + index] = byte
      for (const [at, byte] of changes) body[17 + (at % (body.length - 17))] = byte
      const size = body.length - 17
      body[2] = 0x40 | (size >> 8)
      body[3] = size & 0xff
      return Uint8Array.from(body)
    })

  it.each(['strict', 'lenient'] as const)('reads, forgives and refuses as the description does, %s', (mode) => {
    let read = 0
    fc.assert(
      fc.property(content, (bytes) => {
        const frame = closeFrame(bytes)
        const { message, error } = annotate(frame, { mode })
        const decoded = attempt(frame, { mode })

        expect(decoded).toEqual(message ?? error?.message)
        if (typeof decoded !== 'string') read++
      }),
      { numRuns: 3_000 },
    )
    // Otherwise the property would speak of refusals only.
    expect(read).toBeGreaterThan(200)
  })
})

describe('random bytes', () => {
  it('are annotated and tiled', () => {
    const id = fc.constantFrom(...Object.values(messages).map((row) => row.id))
    const body = fc.uint8Array({ maxLength: 150 })
    fc.assert(
      fc.property(id, body, fc.constantFrom('strict' as const, 'lenient' as const), (id, body, mode) => {
        const head = [id >> 8, id & 0xff, 0, body.length, 0, 0, 0, 0, 0, 1, 0, 1]
        const frame = closeFrame(Uint8Array.from([...head, ...body]))

        expectTiles(annotate(frame, { mode }), frame)
      }),
      { numRuns: 3_000 },
    )
  })
})

describe('the catalogue', () => {
  it('names every message, item, parameter and bit', () => {
    const kindsOfAll = [...Object.keys(messages), ...Object.keys(itemIds), ...Object.keys(parameterIds)]
    const bits = [...alarmFlags, ...statusFlags, ...vehicleSignalFlags, ...areaFlags].filter((name) => name !== null)

    expect(kindsOfAll.filter((kind) => !(kind in meaningNames))).toEqual([])
    expect(bits.filter((bit) => !(bit in flagNames))).toEqual([])
  })
})
