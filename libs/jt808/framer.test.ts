import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { createFramer, decode, encode, fieldProfiles, Jt808Error, type FramerCounts, type Outgoing } from './index.ts'
import { frames, hex, kinds, messageOf, versions } from './messages.fixture.ts'

const concat = (parts: readonly Uint8Array[]): Uint8Array => Uint8Array.from(parts.flatMap((part) => [...part]))

/** What one framer gives for these pieces of a stream. */
const framesOf = (
  pieces: readonly Uint8Array[],
): { readonly found: readonly Uint8Array[]; readonly counts: FramerCounts } => {
  const framer = createFramer()
  const found = pieces.flatMap((piece) => framer.push(piece))
  return { found, counts: framer.counts() }
}

/** The stream cut at these places. */
const cutAt = (stream: Uint8Array, places: readonly number[]): readonly Uint8Array[] => {
  const cuts = [0, ...places.map((place) => place % (stream.length + 1)).toSorted((a, b) => a - b), stream.length]
  return cuts.slice(1).map((cut, index) => stream.subarray(cuts[index], cut))
}

const nothing = { frames: 0, short: 0, escape: 0, checksum: 0, oversize: 0, noiseBytes: 0, discardedBytes: 0 }
const two = [frames.position, frames.platformAnswer]

describe('frames in a stream', () => {
  it.each([
    ['one after the other', concat(two)],
    ['with one flag between them', concat([frames.position, frames.platformAnswer.subarray(1)])],
    ['with empty runs', concat([hex('7E7E'), frames.position, hex('7E7E7E'), frames.platformAnswer, hex('7E')])],
  ])('are found %s', (_how, stream) => {
    expect(framesOf([stream])).toEqual({ found: two, counts: { ...nothing, frames: 2 } })
  })

  it('are found byte by byte', () => {
    const stream = concat(two)

    expect(framesOf(Array.from(stream, (byte) => Uint8Array.of(byte))).found).toEqual(two)
  })

  it('are copies: the chunk may be used again', () => {
    const chunk = frames.position.slice()
    const [frame] = createFramer().push(chunk)

    chunk.fill(0)

    expect(frame).toEqual(frames.position)
  })

  it('are found in buffers as a socket gives them', () => {
    const chunk = Buffer.concat(two)
    const found = createFramer().push(chunk)

    chunk.fill(0)

    expect(found).toEqual(two)
    expect(found.map((frame) => decode(frame).kind)).toEqual(['position', 'platform_answer'])
  })

  it('are doubled when they come twice', () => {
    expect(framesOf([concat([frames.text, frames.text])]).found).toEqual([frames.text, frames.text])
  })
})

describe('garbage', () => {
  it.each<[string, Uint8Array, Partial<FramerCounts>]>([
    ['before the first flag is noise', hex('0102030405'), { noiseBytes: 5 }],
    ['too short for a header', hex('7E 0102 7E'), { short: 1, discardedBytes: 2 }],
    [
      'with an escape that does not exist',
      hex('7E 7D03 0000000000000000000000000000 7E'),
      { escape: 1, discardedBytes: 16 },
    ],
    ['with a mark before the flag', hex('7E 000000000000000000000000007D 7E'), { escape: 1, discardedBytes: 14 }],
    ['that does not sum up', hex('7E 00000000000000000000000001 7E'), { checksum: 1, discardedBytes: 13 }],
  ])('%s', (_what, garbage, counts) => {
    const { found, counts: seen } = framesOf([concat([garbage, frames.text])])

    expect(found).toEqual([frames.text])
    expect(seen).toEqual({ ...nothing, frames: 1, ...counts })
  })

  it('a frame that was cut does not take the next with it', () => {
    for (let length = 1; length < frames.position.length - 1; length++) {
      const { found } = framesOf([frames.position.subarray(0, length), frames.text])
      expect(found).toEqual([frames.text])
    }
  })

  it('a corrupted frame between two is counted, the two are found', () => {
    const broken = frames.setParameters.with(9, 0x55)
    const { found, counts } = framesOf([concat([frames.position, broken, frames.text])])

    expect(found).toEqual([frames.position, frames.text])
    expect(counts).toEqual({ ...nothing, frames: 2, checksum: 1, discardedBytes: broken.length - 2 })
  })

  it('four megabytes without a flag keep nothing, and the next frame is found', () => {
    const framer = createFramer()
    framer.push(hex('7E'))
    const chunk = new Uint8Array(65_536).fill(0x41)

    for (let sent = 0; sent < 64; sent++) {
      expect(framer.push(chunk)).toEqual([])
      expect(framer.pendingLength()).toBeLessThanOrEqual(4_096)
    }
    const found = framer.push(frames.position)

    expect(found).toEqual([frames.position])
    expect(framer.counts()).toEqual({ ...nothing, frames: 1, oversize: 1, discardedBytes: 4 * 2 ** 20 })
  })

  it('four megabytes byte by byte without a flag take time in proportion', () => {
    const framer = createFramer()
    framer.push(hex('7E'))
    const one = Uint8Array.of(0x41)

    for (let sent = 0; sent < 4 * 2 ** 20; sent++) framer.push(one)

    expect(framer.pendingLength()).toBe(0)
    expect(framer.counts()).toMatchObject({ oversize: 1, discardedBytes: 4 * 2 ** 20 })
  })

  it('a run of exactly the limit is still looked at', () => {
    const limit = 2_100
    const framer = createFramer({ frameLengthMax: limit })
    const run = (length: number): Uint8Array => concat([hex('7E'), new Uint8Array(length), hex('7E')])

    // Zero bytes sum to zero: framing has nothing against them, decoding does.
    expect(framer.push(run(limit))).toHaveLength(1)
    expect(framer.push(run(limit + 1))).toHaveLength(0)
    expect(framer.counts()).toMatchObject({ frames: 1, oversize: 1 })
  })

  it('refuses a limit that lawful frames exceed', () => {
    expect(() => createFramer({ frameLengthMax: 1_000 })).toThrow(Jt808Error)
  })
})

describe('any stream', () => {
  const frame = fc
    .tuple(fc.constantFrom(...kinds), fc.constantFrom(...versions))
    .chain(([kind, version]) => messageOf(kind, version))
    // The arbitrary pairs each kind with its body.
    .map((message) => encode(message as Outgoing))
  // Noise with flags in it, but for the one in 256 that sums to its checksum and so is a frame.
  const noise = fc
    .uint8Array({ maxLength: 60 })
    .filter((bytes) => framesOf([concat([hex('7E'), bytes, hex('7E')])]).found.length === 0)
  const noisy = fc.array(fc.tuple(noise, frame), { maxLength: 6 })
  const places = fc.array(fc.nat(), { maxLength: 12 })

  it('gives the same frames however it is cut, with noise between', () => {
    fc.assert(
      fc.property(noisy, places, (parts, cuts) => {
        const stream = concat(parts.flat())
        const whole = framesOf([stream])

        expect(whole.found).toEqual(parts.map(([, sent]) => sent))
        expect(framesOf(cutAt(stream, cuts))).toEqual(whole)
      }),
      { numRuns: 500 },
    )
  })

  it('of random bytes is counted to the last byte however it is cut', () => {
    const bytes = fc.array(fc.constantFrom(0x7e, 0x7d, 0x01, 0x02, 0x00, 0x41), { maxLength: 400 })
    fc.assert(
      fc.property(bytes, places, (all, cuts) => {
        const stream = Uint8Array.from(all)
        const whole = framesOf([stream])
        const { noiseBytes, discardedBytes } = whole.counts
        const kept = whole.found.reduce((sum, one) => sum + one.length - 2, 0)
        const open = stream.length - 1 - stream.lastIndexOf(0x7e)
        const flags = stream.filter((byte) => byte === 0x7e).length
        const pending = flags === 0 ? 0 : open

        expect(noiseBytes + discardedBytes + kept + flags + pending).toBe(stream.length)
        expect(framesOf(cutAt(stream, cuts))).toEqual(whole)
      }),
      { numRuns: 1_000 },
    )
  })
})

describe('profiles', () => {
  it('frames with the other delimiter and seven bytes of phone', () => {
    const profile = fieldProfiles.alternativeFlags
    const outgoing: Outgoing = {
      kind: 'transparent_up',
      header: { version: '2013', phone: '12345678901234', serial: 0xe6e7 },
      body: { channelKind: 0xf0, data: hex('E6 E7 3E 3D 7E 7D') },
    }
    const frame = encode(outgoing, { profile })
    const framer = createFramer({ profile })

    expect(frame.filter((byte) => byte === 0xe7)).toHaveLength(2)
    expect([...frame.subarray(1, 12)].map((byte) => byte.toString(16))).not.toContain('3d')
    const found = framer.push(concat([hex('00'), frame, frame]))
    expect(found).toEqual([frame, frame])
    expect(decode(frame, { profile })).toMatchObject(outgoing)
  })

  it('frames what does not sum up only for a device that is known for it', () => {
    const broken = frames.text.with(frames.text.length - 2, 0x00)
    const framer = createFramer({ profile: fieldProfiles.noChecksum })

    expect(framer.push(broken)).toEqual([broken])
    expect(framesOf([broken]).found).toEqual([])
    expect(decode(broken, { profile: fieldProfiles.noChecksum })).toMatchObject({
      kind: 'text',
      forgiven: [{ rule: 'checksum', value: '00' }],
    })
  })
})
