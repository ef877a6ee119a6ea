import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { inOrder, mergeMovers, movedSince } from './mover-merge.ts'
import type { Mover } from './movers.ts'

const mover = (point: number, name: string, at: number): Mover => ({
  point,
  name,
  at,
  deviceId: null,
  online: true,
  lonDeg: 87,
  latDeg: 44,
  altitudeM: 600,
  speedKmh: 60,
  headingDeg: 90,
  status: 3,
  alarm: 0,
  odometerKm: null,
  flags: 0,
})
// A point is called by its number, or was given another name.
const movers = fc.uniqueArray(
  fc.record({ point: fc.integer({ min: 1, max: 40 }), other: fc.boolean(), at: fc.nat(9) }),
  { selector: ({ point }) => point },
)
const made = (wish: readonly { point: number; other: boolean; at: number }[]) =>
  wish.map(({ point, other, at }) => mover(point, other ? `新A${point}` : `新B${point}`, at))

describe('movers that are merged', () => {
  it('come to the same as all of them sorted, whatever changed', () => {
    fc.assert(
      fc.property(movers, movers, (before, after) => {
        const known = inOrder(made(before))
        const changed = made(after)
        const all = new Map([...known, ...changed].map((one) => [one.point, one]))

        const merged = mergeMovers(known, changed)

        expect(merged.map(({ name, at }) => `${name} ${at}`)).toEqual(
          inOrder([...all.values()]).map(({ name, at }) => `${name} ${at}`),
        )
      }),
    )
  })

  it('whoever did not move stays the same object, so that only the others are drawn', () => {
    const known = inOrder([mover(1, '新B1', 1), mover(2, '新B2', 1), mover(3, '新B3', 1)])
    const drawn = new Map(known.map((one) => [one.point, one]))
    const moved = mover(2, '新B2', 5)

    const merged = mergeMovers(known, [moved])

    expect(movedSince(drawn, merged)).toEqual({ changed: [moved], gone: [] })
    expect(movedSince(drawn, merged.slice(1))).toEqual({ changed: [moved], gone: [1] })
    expect(mergeMovers(known, [])).toBe(known)
  })
})
