import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  createAssembler,
  decode,
  decodeWhole,
  encode,
  encodeParts,
  isFragment,
  toResendRequest,
  type Assembler,
  type DecodeOptions,
  type MediaFragment,
  type Outgoing,
  type RawMessage,
} from './index.ts'
import { frames, hex, kinds, messageOf, versions } from './messages.fixture.ts'

const part = (frame: Uint8Array, options: DecodeOptions = {}): RawMessage => {
  const message = decode(frame, options)
  if (message.kind !== 'part') throw new Error('not a package')
  return message
}

const header = { version: '2013', phone: '13800138000', serial: 100 } as const
const media = (data: Uint8Array, serial = 100): readonly RawMessage[] =>
  encodeParts(
    {
      kind: 'media_data',
      header: { ...header, serial },
      body: {
        mediaId: 7,
        mediaKind: 'image',
        format: 'jpeg',
        event: 'platform_order',
        channel: 1,
        position: {
          alarmBits: 0,
          statusBits: 3,
          latitude: 44,
          longitude: 87,
          altitudeM: 500,
          speedKmh: 0,
          directionDeg: 0,
          timeMs: 1_762_761_600_000,
        },
        data,
      },
    },
    100,
  ).map((frame) => part(frame))

const lettersOf = (length: number): Uint8Array => Uint8Array.from({ length }, (_, at) => at % 251)

const addAll = (assembler: Assembler, parts: readonly RawMessage[], nowMs = 0) =>
  parts.map((one) => assembler.add(one, nowMs)).at(-1)

describe('packages', () => {
  it('become the picture of the worked example', () => {
    const added = addAll(createAssembler(), [part(frames.media1), part(frames.media2)])
    if (added?.state !== 'complete') throw new Error('not complete')

    expect(decodeWhole(added.whole)).toMatchObject({
      kind: 'media_data',
      header: { phone: '13800138000', serial: 9, package: null },
      body: { mediaId: 7, format: 'jpeg', position: { latitude: 44 }, data: hex('FFD8FFE00102FFD9') },
    })
  })

  it('of any message become it again, in any order, with repeats between', () => {
    const any = fc.tuple(fc.constantFrom(...kinds), fc.constantFrom(...versions))
    const cut = any.chain(([kind, version]) =>
      fc.tuple(messageOf(kind, version), fc.integer({ min: 1, max: 40 }), fc.infiniteStream(fc.nat())),
    )
    fc.assert(
      fc.property(cut, ([message, length, order]) => {
        // The arbitrary pairs each kind with its body.
        const sent = encodeParts(message as Outgoing, length)
        fc.pre(sent.length > 1)
        const options = { before2019: message.header.version === '2011' ? ('2011' as const) : ('2013' as const) }
        const parts = sent.map((frame) => part(frame, options))
        const shuffled = parts
          .map((one) => ({ one, at: order.next().value ?? 0 }))
          .toSorted((a, b) => a.at - b.at)
          .map(({ one }) => one)
        const assembler = createAssembler()
        const before = shuffled
          .slice(0, -1)
          .flatMap((one) => [assembler.add(one, 0).state, assembler.add(one, 0).state])
        const last = addAll(assembler, shuffled.slice(-1))
        if (last?.state !== 'complete') throw new Error('not complete')

        expect(new Set(before)).toEqual(new Set(['waiting', 'duplicate']))
        const { forgiven: _forgiven, id: _id, ...whole } = decodeWhole(last.whole, options)
        expect(whole).toEqual(message)
        expect(assembler.openCount()).toBe(0)
        expect(assembler.bytes()).toBe(0)
      }),
      { numRuns: 300 },
    )
  })

  it('wrap with the serial numbers', () => {
    const parts = media(lettersOf(300), 65_534)

    expect(parts.map(({ header }) => header.serial)).toEqual([65_534, 65_535, 0, 1])
    expect(addAll(createAssembler(), parts.toReversed())).toMatchObject({
      state: 'complete',
      whole: { header: { serial: 65_534 } },
    })
  })

  it('that come again after the message was complete are repeats', () => {
    const assembler = createAssembler()
    const parts = media(lettersOf(300))
    addAll(assembler, parts)

    expect(addAll(assembler, parts.slice(-1), 60_000)).toEqual({ state: 'duplicate', isDone: true })
    expect(assembler.openCount()).toBe(0)
  })

  it('with other bytes under the same numbers are another message', () => {
    const assembler = createAssembler()
    addAll(assembler, media(lettersOf(300)))
    const restarted = media(new Uint8Array(300))

    // The first package holds other data already.
    expect(addAll(assembler, restarted, 1_000)).toMatchObject({ state: 'complete' })

    addAll(assembler, media(lettersOf(300), 500).slice(0, 2))
    expect(addAll(assembler, media(new Uint8Array(300), 500), 2_000)).toMatchObject({ state: 'complete' })
    expect(assembler.due(2_000).dropped).toMatchObject([{ why: 'replaced', had: 2, total: 4 }])
  })
})

describe('what is missing', () => {
  it('is asked for after 30 s, three times, then the message is dropped', () => {
    const assembler = createAssembler()
    const parts = media(lettersOf(500))
    addAll(
      assembler,
      [parts[0], parts[3]].filter((one) => one !== undefined),
    )

    expect(assembler.due(29_999)).toEqual({ missing: [], dropped: [] })
    const rounds = [30_000, 60_000, 90_000].map((nowMs) => assembler.due(nowMs))
    expect(rounds.map(({ missing }) => missing.map(({ indexes }) => indexes))).toEqual([
      [[2, 3, 5, 6]],
      [[2, 3, 5, 6]],
      [[2, 3, 5, 6]],
    ])
    expect(assembler.due(119_999).dropped).toEqual([])
    expect(assembler.due(120_000).dropped).toMatchObject([{ id: 0x0801, why: 'timeout', had: 2, total: 6 }])
    expect(assembler.openCount()).toBe(0)
    expect(assembler.bytes()).toBe(0)
  })

  it('completes the message when it comes', () => {
    const assembler = createAssembler()
    const parts = media(lettersOf(500))
    addAll(assembler, parts.slice(1))
    const [missing] = assembler.due(30_000).missing

    expect(missing).toMatchObject({ firstSerial: 100, indexes: [1], mediaId: null })
    expect(addAll(assembler, parts.slice(0, 1), 31_000)).toMatchObject({ state: 'complete' })
  })

  it('is asked for by 0x8800 when the medium is known, by 0x8003 when not, by 0x0005 from a terminal', () => {
    const assembler = createAssembler()
    const parts = media(lettersOf(500))
    addAll(assembler, parts.slice(0, 2))
    const [known] = assembler.due(30_000).missing
    if (!known) throw new Error('nothing is missing')

    expect(decode(encode(toResendRequest(known, 'down', 3)))).toMatchObject({
      kind: 'media_answer',
      header: { phone: '13800138000', serial: 3 },
      body: { mediaId: 7, indexes: [3, 4, 5, 6] },
    })
    expect(decode(encode(toResendRequest({ ...known, mediaId: null }, 'down', 4)))).toMatchObject({
      kind: 'platform_resend_request',
      body: { firstSerial: 100, indexes: [3, 4, 5, 6] },
    })
    expect(decode(encode(toResendRequest(known, 'up', 5)))).toMatchObject({ kind: 'terminal_resend_request' })
    const of2011 = { ...known, header: { ...known.header, version: '2011' as const } }
    expect(decode(encode(toResendRequest(of2011, 'down', 6)), { before2019: '2011' })).toMatchObject({
      kind: 'media_answer',
      body: { answeredSerial: 100, mediaId: 7 },
    })
  })

  it('is asked for 125 at a time', () => {
    const assembler = createAssembler()
    addAll(assembler, media(lettersOf(20_000)).slice(0, 1))

    expect(assembler.due(30_000).missing[0]?.indexes).toHaveLength(125)
  })
})

describe('limits', () => {
  const lone = (phone: string, serial: number, total: number, size = 1): RawMessage => ({
    kind: 'part',
    id: 0x0801,
    header: { version: '2013', protocolVersion: 0, phone, serial, encryption: 'none', package: { total, index: 1 } },
    body: { bytes: new Uint8Array(size) },
    forgiven: [],
  })

  it('refuses too many packages, an index outside, too many bytes', () => {
    const assembler = createAssembler({ totalMax: 10, messageBytesMax: 1_000 })

    expect(assembler.add(lone('1', 1, 11), 0)).toEqual({ state: 'refused', why: 'total' })
    expect(
      assembler.add({ ...lone('1', 1, 2), header: { ...lone('1', 1, 2).header, package: { total: 2, index: 0 } } }, 0),
    ).toEqual({ state: 'refused', why: 'index' })
    expect(assembler.add(lone('1', 1, 2, 1_000), 0)).toEqual({ state: 'refused', why: 'message_bytes' })
    expect(assembler.openCount()).toBe(0)
  })

  it('drops the oldest of a terminal that opens a fifth', () => {
    const assembler = createAssembler()
    for (let serial = 1; serial <= 5; serial++) assembler.add(lone('1', serial, 2), serial)
    assembler.add(lone('2', 9, 2), 9)

    expect(assembler.openCount()).toBe(5)
    expect(assembler.due(10).dropped).toMatchObject([{ why: 'crowded', header: { phone: '1', serial: 1 } }])
  })

  it('holds no more than its bytes and its messages, whoever sends', () => {
    const assembler = createAssembler({ bytesMax: 100_000, openMax: 50 })
    for (let phone = 0; phone < 10_000; phone++) {
      assembler.add(lone(String(phone), 1, 4_096, 900), phone)
      expect(assembler.bytes()).toBeLessThanOrEqual(100_000)
      expect(assembler.openCount()).toBeLessThanOrEqual(50)
    }
    const full = createAssembler({ bytesMax: 1_000 })
    full.add(lone('1', 1, 2, 900), 0)

    expect(full.add(lone('2', 1, 2, 900), 0)).toEqual({ state: 'refused', why: 'bytes' })
  })
})

describe('pieces of a medium, as 2011 sends them', () => {
  const piece = (partIndex: number, mediaId = 7, partCount = 3): MediaFragment => {
    const what = { mediaId, mediaKind: 'image', format: 'jpeg', event: 'timer', channel: 1 } as const
    const frame = encode({
      kind: 'media_data',
      header: { version: '2011', phone: '13800138000', serial: 40 + partIndex },
      body: { ...what, partCount, partIndex, data: Uint8Array.of(partIndex) },
    })
    const message = decode(frame, { before2019: '2011' })
    if (message.kind !== 'media_data' || !isFragment(message)) throw new Error('not a piece')
    return message
  }

  it('are joined by its id, and asked for by it', () => {
    const assembler = createAssembler()
    for (const index of [3, 1]) expect(assembler.addFragment(piece(index), 0).state).toBe('waiting')
    const [missing] = assembler.due(30_000).missing
    if (!missing) throw new Error('nothing is missed')
    expect(toResendRequest(missing, 'down', 5)).toMatchObject({
      kind: 'media_answer',
      body: { answeredSerial: 41, mediaId: 7, indexes: [2] },
    })

    const added = assembler.addFragment(piece(2), 31_000)

    expect(added).toMatchObject({ state: 'complete', whole: { bytes: Uint8Array.of(1, 2, 3) } })
    expect(assembler.addFragment(piece(2), 32_000)).toEqual({ state: 'duplicate', isDone: true })
    assembler.forget(piece(1))
    expect(assembler.addFragment(piece(2), 33_000).state).toBe('waiting')
  })

  it('take no more room than packages do', () => {
    const assembler = createAssembler({ openPerPhoneMax: 2, messageBytesMax: 2 * 65 })
    for (const mediaId of [1, 2, 3]) assembler.addFragment(piece(1, mediaId), 0)
    expect(assembler.openCount()).toBe(2)
    expect(assembler.due(0).dropped).toMatchObject([{ why: 'crowded', had: 1, total: 3 }])
    assembler.addFragment(piece(2, 3), 0)
    expect(assembler.addFragment(piece(3, 3), 0)).toEqual({ state: 'refused', why: 'message_bytes' })
    expect(assembler.addFragment(piece(1, 9, 5_000), 0)).toEqual({ state: 'refused', why: 'total' })
  })
})
