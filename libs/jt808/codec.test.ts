import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { u8 } from './codec.ts'
import { decode, encode, standardProfile, type Outgoing, type Rule } from './index.ts'
import { hex, kinds, messageOf, versions } from './messages.fixture.ts'
import { openReader } from './reader.ts'
import { sized } from './sequence.ts'

// The runs of each kind and version; there are 71 kinds and 3 versions.
const numRuns = 30

const known = (version: (typeof versions)[number]) =>
  version === '2011' ? { before2019: '2011' as const } : { before2019: '2013' as const }

describe('something behind its length', () => {
  const reader = (forgives: ReadonlySet<Rule>) =>
    openReader(hex('03 0A0B0C 0D'), 5, '2013', { profile: standardProfile, forgives }, null)

  it('may not leave bytes of it unread', () => {
    expect(() => sized(u8, u8).read(reader(new Set()), null)).toThrow(/trailing_bytes/)
  })

  it('goes on behind it where that is forgiven', () => {
    const lenient = reader(new Set<Rule>(['trailing_bytes']))

    expect(sized(u8, u8).read(lenient, null)).toBe(0x0a)
    expect(lenient).toMatchObject({ at: 4, end: 5, forgiven: [{ rule: 'trailing_bytes', offset: 2, value: '0b0c' }] })
  })
})

describe.each(versions)('every message of %s', (version) => {
  it.each(kinds)('%s: what was written is read', (kind) => {
    fc.assert(
      fc.property(messageOf(kind, version), (message) => {
        // The arbitrary pairs each kind with its own body.
        const frame = encode(message as Outgoing)

        expect(decode(frame, known(version))).toMatchObject(message)
        const { forgiven, id, ...back } = decode(frame, known(version))
        expect(back).toEqual(message)
        expect(forgiven).toEqual([])
        expect(encode(decode(frame, known(version)))).toEqual(frame)
        expect(id).toBeGreaterThan(0)
      }),
      { numRuns },
    )
  })
})
