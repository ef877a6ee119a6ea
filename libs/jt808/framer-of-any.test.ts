import { describe, expect, it } from 'vitest'
import { createFramerOfAny, decode, encode, fieldProfiles, readHead, standardProfile } from './index.ts'
import { frames } from './messages.fixture.ts'

const { alternativeFlags } = fieldProfiles
const header = { version: '2013', phone: '13800138000', serial: 1 } as const
const other = encode({ kind: 'heartbeat', header, body: {} }, { profile: alternativeFlags })
const concat = (...parts: readonly Uint8Array[]) => Uint8Array.from(parts.flatMap((part) => [...part]))

describe('a stream whose delimiter is not known', () => {
  it.each([
    ['0x7E', frames.position, standardProfile],
    ['0xE7', other, alternativeFlags],
  ])(
    'is framed by %s when its first good frame is, whatever stands before it, byte by byte',
    (_flag, frame, profile) => {
      const stream = concat(Uint8Array.of(0xe7, 1, 0x7e, 2, 0xe7), frame, frame)
      const framer = createFramerOfAny([standardProfile, alternativeFlags])

      const found = [...stream].flatMap((byte) => framer.push(Uint8Array.of(byte)))

      expect(found).toEqual([frame, frame])
      expect(framer.profile()).toBe(profile)
    },
  )
})

describe('the head of a frame', () => {
  it('is read where the body cannot be, and says whether the frame sums up', () => {
    const cut = encode({ kind: 'unknown', id: 0x0200, header, body: { bytes: Uint8Array.of(1) } })

    expect(readHead(cut)).toMatchObject({ id: 0x0200, header, isSound: true })
    expect(readHead(cut.with(cut.length - 2, 0))).toMatchObject({ id: 0x0200, isSound: false })
    expect(readHead(Uint8Array.of(0x7e, 1, 2, 0x7e))).toBeNull()
  })
})

describe('tolerant reading', () => {
  it('forgives what lenient reading forgives, but for another length than the header says', () => {
    const body = { bytes: Uint8Array.of(9) }
    const longer = encode({ kind: 'unknown', id: 0x0002, header, body })
    expect(decode(longer, { mode: 'tolerant' }).forgiven).toMatchObject([{ rule: 'trailing_bytes' }])

    // One byte of body where the header says none, with the checksum mended.
    const wrong = longer.with(4, 0).with(longer.length - 2, (longer.at(-2) ?? 0) ^ 1)
    expect(() => decode(wrong, { mode: 'tolerant' })).toThrow('body_length')
    expect(decode(wrong, { mode: 'lenient' }).forgiven).toMatchObject([
      { rule: 'body_length' },
      { rule: 'trailing_bytes' },
    ])
  })
})
