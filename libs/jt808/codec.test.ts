import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { decode, encode, type Outgoing } from './index.ts'
import { kinds, messageOf, versions } from './messages.fixture.ts'

// The runs of each kind and version; there are 69 kinds and 3 versions.
const numRuns = 60

const known = (version: (typeof versions)[number]) =>
  version === '2011' ? { before2019: '2011' as const } : { before2019: '2013' as const }

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
