import { describe, expect, it } from 'vitest'
import { epochMs } from './quantities.ts'
import { isUuid, uuidv7 } from './uuid.ts'

describe('a UUID of version 7', () => {
  it('is that of RFC 9562 appendix A.6, whatever the bits that say version and variant were', () => {
    const random = (first: number, third: number) =>
      Uint8Array.from([first, 0xc3, third, 0xc4, 0xdc, 0x0c, 0x0c, 0x07, 0x39, 0x8f])

    for (const bytes of [random(0x0c, 0x18), random(0xfc, 0xd8)])
      expect(uuidv7(epochMs(0x017f22e279b0), bytes)).toBe('017f22e2-79b0-7cc3-98c4-dc0c0c07398f')
  })

  it('sorts by birth from 1970 on', () => {
    const of = (ms: number) => uuidv7(epochMs(ms), new Uint8Array(10))

    expect([0, 1, 255, 256, 2 ** 40].map(of)).toEqual([0, 1, 255, 256, 2 ** 40].map(of).toSorted())
    expect(of(0)).toBe('00000000-0000-7000-8000-000000000000')
  })

  it('is told from what PostgreSQL would refuse to read as one', () => {
    const id = uuidv7(epochMs(1), new Uint8Array(10))
    expect([id, id.toUpperCase()].map(isUuid)).toEqual([true, true])
    expect(['', 'not an id', `${id}0`, ` ${id}`, id.replaceAll('-', ''), `${id}\n`].map(isUuid)).toEqual(
      Array.from({ length: 6 }, () => false),
    )
  })
})
