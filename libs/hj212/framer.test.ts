import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { examples, join, toBytes, wire } from './examples.fixture.ts'
import { createFramer, frameOf, type Framer } from './index.ts'

const { water, waterAnswer, airPart2 } = examples
const all = Object.values(examples)

const segments = (framer: Framer, ...pieces: readonly Uint8Array[]): readonly string[] =>
  pieces.flatMap((piece) => framer.push(piece)).map(({ segment }) => new TextDecoder().decode(segment))
const segmentOf = (example: string): string => new TextDecoder().decode(toBytes(example).slice(6, -4))

/** Bytes, and where to cut them. */
const cut = (bytes: Uint8Array, places: readonly number[]): readonly Uint8Array[] => {
  const ends = [...places.map((place) => place % (bytes.length + 1)), bytes.length].toSorted((a, b) => a - b)
  return ends.map((end, i) => bytes.slice(i === 0 ? 0 : ends[i - 1], end))
}

describe('createFramer', () => {
  it('finds a frame that arrives in pieces of one byte', () => {
    const framer = createFramer()

    const found = segments(framer, ...Array.from(wire(water), (byte) => Uint8Array.of(byte)))

    expect(found).toEqual([segmentOf(water)])
    expect(framer.counts()).toMatchObject({ bytes: 243, frames: 1, frameBytes: 241, lineEndBytes: 2, noiseBytes: 0 })
  })

  it('finds two frames that arrive in one piece', () => {
    const found = createFramer().push(join(wire(water), wire(waterAnswer)))

    expect(found.map(({ offset }) => offset)).toEqual([0, 243])
  })

  it('finds the frame behind garbage that looks like the beginning of one', () => {
    const framer = createFramer()

    expect(segments(framer, toBytes('##12'), wire(water))).toEqual([segmentOf(water)])
    expect(framer.counts()).toMatchObject({ noiseBytes: 4, refused: { length_digits: 1 } })
  })

  it('finds the good frame behind one that lost a byte', () => {
    const framer = createFramer()
    const short = wire(water).filter((_, i) => i !== 100)

    expect(segments(framer, short, wire(waterAnswer))).toEqual([segmentOf(waterAnswer)])
    expect(framer.counts().refused).toMatchObject({ crc_digits: 1 })
  })

  it('does not wait for the bytes that a damaged length announces when a line end comes first', () => {
    const long = toBytes(`${waterAnswer.replace('##0087', '##0887')}\r\n`)

    expect(segments(createFramer(), long, wire(water))).toEqual([segmentOf(water)])
  })

  it.each([
    ['21C1', 'crc_impossible'],
    ['7340', 'crc_wrong'],
    ['21G0', 'crc_digits'],
  ] as const)('refuses the check value %s: %s', (crc, fault) => {
    const framer = createFramer()

    expect(framer.push(toBytes(`${waterAnswer.slice(0, -4)}${crc}\r\n`))).toEqual([])
    expect(framer.counts().refused[fault]).toBe(1)
  })

  it('takes every line end or none when lenient, and only CR LF when strict', () => {
    const ends = ['\r\n', '\n', '\r', ''].map((end) => toBytes(waterAnswer + end))
    const [lenient, strict] = [createFramer(), createFramer({ mode: 'strict' })]

    for (const framer of [lenient, strict]) framer.push(join(...ends))
    for (const framer of [lenient, strict]) framer.giveUp()

    expect(lenient.counts()).toMatchObject({ frames: 4, lineEnds: { crlf: 1, lf: 1, cr: 1, none: 1 }, noiseBytes: 0 })
    expect(strict.counts()).toMatchObject({ frames: 1, refused: { line_end: 2, incomplete: 1 } })
  })

  it('answers a lenient frame before its line end has come', () => {
    expect(createFramer().push(toBytes(waterAnswer))).toHaveLength(1)
    expect(createFramer({ mode: 'strict' }).push(toBytes(waterAnswer))).toHaveLength(0)
  })

  it('refuses 1,025 bytes when strict and 4,097 always', () => {
    const frame = (length: number) => frameOf(new Uint8Array(length).fill(0x41))

    expect(createFramer({ mode: 'strict' }).push(frame(1_024))).toHaveLength(1)
    expect(createFramer({ mode: 'strict' }).push(frame(1_025))).toHaveLength(0)
    const lenient = createFramer()
    expect(lenient.push(frame(4_096))).toHaveLength(1)
    expect(lenient.counts().overlong).toBe(1)
    expect(createFramer().push(toBytes(`##4097${'A'.repeat(4_097)}0000\r\n`))).toHaveLength(0)
    expect(() => frame(4_097)).toThrow('at most 4096 bytes, got 4097')
  })

  it('counts small letters in the check field when lenient and refuses them when strict', () => {
    const small = toBytes(`${airPart2.replace(/DA81$/, 'da81')}\r\n`)
    const [lenient, strict] = [createFramer(), createFramer({ mode: 'strict' })]

    expect(lenient.push(small)).toHaveLength(1)
    expect(lenient.counts().smallLetters).toBe(1)
    expect(strict.push(small)).toHaveLength(0)
    expect(strict.counts().refused.crc_case).toBe(1)
  })

  it('gives up an incomplete frame when told, and finds what stands inside it', () => {
    const framer = createFramer()

    expect(framer.push(join(toBytes('##0900'), toBytes(waterAnswer)))).toEqual([])
    expect(framer.pendingBytes()).toBe(103)
    expect(framer.giveUp()).toHaveLength(1)
    expect(framer.counts().refused.incomplete).toBe(1)
  })

  it('calls a stream hopeless after 8,192 bytes without a frame, wherever they are cut', () => {
    const framer = createFramer()

    framer.push(new Uint8Array(8_192).fill(0x41))
    expect(framer.isHopeless()).toBe(false)
    framer.push(Uint8Array.of(0x41))
    expect(framer.isHopeless()).toBe(true)
    expect(framer.push(wire(water))).toEqual([])
    expect(framer.counts().noiseBytes).toBe(8_193 + 243)
  })

  it('refuses a bound that is no number', () => {
    expect(() => createFramer({ noiseMaxBytes: Number.NaN })).toThrow('noiseMaxBytes is 0 or more bytes')
  })

  it('holds at most one frame of the greatest length, whatever arrives', () => {
    const hostile = fc.array(fc.constantFrom('##', '##4096', '##0009', '0000', 'C0C1', 'A', '\r\n', waterAnswer), {
      minLength: 500,
      maxLength: 2_000,
    })

    fc.assert(
      fc.property(hostile, (pieces) => {
        const framer = createFramer({ noiseMaxBytes: Infinity })
        return pieces.every((piece) => {
          framer.push(toBytes(piece))
          return framer.pendingBytes() <= 4_096 + 10
        })
      }),
      { numRuns: 30 },
    )
  })

  it('finds the same frames and counts the same garbage for every cut of every stream, and accounts for every byte', () => {
    const piece = fc.oneof(
      fc.constantFrom(...all).map(wire),
      fc.constantFrom(...all).map(toBytes),
      fc.uint8Array({ maxLength: 40 }),
      fc.constantFrom('#', '##', '##12', '##0030', '##9999', '\r', '\n').map(toBytes),
    )
    const stream = fc.array(piece, { maxLength: 12 }).map((pieces) => join(...pieces))
    const mode = fc.constantFrom('strict' as const, 'lenient' as const)

    fc.assert(
      fc.property(stream, fc.array(fc.nat(5_000), { maxLength: 20 }), mode, (bytes, places, mode) => {
        const [whole, cutUp] = [createFramer({ mode }), createFramer({ mode })]
        const expected = [...whole.push(bytes), ...whole.giveUp()]
        const found = [...cut(bytes, places).flatMap((part) => cutUp.push(part)), ...cutUp.giveUp()]
        expect(found).toEqual(expected)
        expect(cutUp.counts()).toEqual(whole.counts())
        const { frameBytes, lineEndBytes, noiseBytes } = whole.counts()
        expect(frameBytes + lineEndBytes + noiseBytes).toBe(bytes.length)
      }),
      { numRuns: 200 },
    )
  })

  it('finds every frame of every concatenation, however it is cut', () => {
    const chosen = fc.array(fc.constantFrom(...all), { minLength: 1, maxLength: 10 })

    fc.assert(
      fc.property(chosen, fc.array(fc.nat(4_000), { maxLength: 30 }), (frames, places) => {
        const parts = cut(join(...frames.map(wire)), places)
        expect(segments(createFramer({ mode: 'strict' }), ...parts)).toEqual(frames.map(segmentOf))
        expect(segments(createFramer(), ...parts)).toEqual(frames.map(segmentOf))
      }),
    )
  })

  it('comes through a megabyte that begins a frame every ten bytes, and refuses each beginning', () => {
    // Each of these frames is 4,088 bytes long and has a check field that is possible: hashing each anew would read 410 megabytes.
    const period = toBytes('##4088C0C1')
    const hostile = new Uint8Array(1_000_000).map((_, i) => period[i % period.length] ?? 0)
    const framer = createFramer({ noiseMaxBytes: Infinity })

    framer.push(hostile)
    framer.giveUp()

    const { noiseBytes, refused } = framer.counts()
    expect(noiseBytes).toBe(1_000_000)
    expect(refused.crc_wrong + refused.crc_impossible + refused.crc_digits).toBeGreaterThan(90_000)
  })
})
