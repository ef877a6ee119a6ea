import fc from 'fast-check'
import { expect, it } from 'vitest'
import { createFrameLog } from './frame-log.ts'

const frame = fc.record({
  at: fc.double({ min: 0, max: 8e15, noNaN: true }),
  direction: fc.constantFrom('up' as const, 'down' as const),
  bytes: fc.uint8Array({ maxLength: 1_500 }),
  fault: fc.option(fc.string(), { nil: null, freq: 3 }),
})

it('keeps the last thirty frames of a device as they came, cut at 1,100 bytes', () => {
  fc.assert(
    fc.property(fc.array(fc.tuple(fc.constantFrom('a', 'b'), frame), { maxLength: 150 }), (said) => {
      const log = createFrameLog()

      for (const [identity, one] of said) log.add('jt808', identity, one)

      for (const identity of ['a', 'b'])
        expect(log.read('jt808', identity)).toEqual(
          said
            .filter(([of]) => of === identity)
            .slice(-30)
            .map(([, one]) => ({ ...one, bytes: one.bytes.slice(0, 1_100) })),
        )
      expect(log.read('hj212', 'a')).toEqual([])
    }),
  )
})

it('does not hold the bytes that were given to it', () => {
  const log = createFrameLog()
  const bytes = Uint8Array.of(1, 2)
  log.add('jt808', 'a', { at: 1, direction: 'up', bytes, fault: null })
  bytes[0] = 9

  expect(log.read('jt808', 'a')[0]?.bytes).toEqual(Uint8Array.of(1, 2))
})
