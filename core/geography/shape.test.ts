import { describe, expect, it } from 'vitest'
import * as fc from 'fast-check'
import { judgeShape, type Shape } from './shape.ts'

const at = (lon: number, lat: number) => ({ lon, lat })
const polygon = (...rings: readonly (readonly { lon: number; lat: number }[])[]): Shape => ({ kind: 'polygon', rings })
const square = [at(87, 44), at(88, 44), at(88, 45), at(87, 45)]

describe('the shape of a fence', () => {
  it.each<readonly [string, Shape, object]>([
    [
      'crosses itself',
      polygon([at(87, 44), at(88, 45), at(88, 44), at(87, 45)]),
      { kind: 'shape_crosses_itself', field: 'shape.rings[0][0]' },
    ],
    [
      'has a spike',
      polygon([at(87, 44), at(88, 44), at(88, 45), at(88, 44.5), at(87, 45)]),
      { kind: 'shape_crosses_itself' },
    ],
    [
      'touches itself',
      polygon([at(87, 44), at(89, 44), at(89, 46), at(88, 44), at(87, 46)]),
      { kind: 'shape_crosses_itself' },
    ],
    [
      'has a hole across its border',
      polygon(square, [at(87.5, 44.5), at(88.5, 44.5), at(88.5, 44.7)]),
      { kind: 'shape_crosses_itself' },
    ],
    [
      'repeats a place',
      polygon([at(87, 44), at(87, 44), at(88, 45)]),
      { kind: 'shape_repeats_place', field: 'shape.rings[0][1]' },
    ],
    [
      'has two places',
      polygon([at(87, 44), at(88, 44)]),
      { kind: 'shape_malformed', field: 'shape.rings[0]', value: 2 },
    ],
    [
      'is in London',
      { kind: 'circle', centre: at(-0.1, 51.5), radiusM: 500 },
      { kind: 'shape_outside_region', field: 'shape.centre.lon', value: -0.1 },
    ],
    [
      'is a point',
      { kind: 'circle', centre: at(87, 44), radiusM: 5 },
      { kind: 'shape_too_large', field: 'shape.radiusM', value: 5, rule: '20..100000 m' },
    ],
    ['is a province', { kind: 'circle', centre: at(87, 44), radiusM: 200_000 }, { kind: 'shape_too_large' }],
    [
      'is a wide road',
      { kind: 'corridor', line: [at(87, 44), at(88, 44)], halfWidthM: 50_000 },
      { kind: 'shape_too_large', field: 'shape.halfWidthM' },
    ],
    ['has no line', { kind: 'corridor', line: [], halfWidthM: 50 }, { kind: 'shape_malformed', field: 'shape.line' }],
    ['is no number', { kind: 'circle', centre: at(Number.NaN, 44), radiusM: 500 }, { kind: 'shape_outside_region' }],
    [
      'has too many corners',
      polygon(Array.from({ length: 501 }, (_, i) => at(87 + Math.cos(i / 80) / 10, 44 + Math.sin(i / 80) / 10))),
      { kind: 'shape_too_many_places', value: 501, rule: '<= 500 places' },
    ],
  ])('is refused by name when it %s', (_what, shape, error) => {
    expect(judgeShape(shape)).toMatchObject({ ok: false, error })
  })

  it('is taken when it is simple: closed or not, with a hole, a line of one place', () => {
    expect(judgeShape(polygon(square))).toEqual({ ok: true, value: { west: 87, south: 44, east: 88, north: 45 } })
    expect(judgeShape(polygon([...square, at(87, 44)])).ok).toBe(true)
    expect(judgeShape(polygon(square, [at(87.2, 44.2), at(87.8, 44.2), at(87.5, 44.8)])).ok).toBe(true)
    expect(judgeShape({ kind: 'corridor', line: [at(87, 44)], halfWidthM: 50 }).ok).toBe(true)
  })

  it('is simple when its corners go round a place, and is not when two of them are exchanged', () => {
    fc.assert(
      fc.property(
        fc.array(fc.double({ min: 0.05, max: 0.5, noNaN: true }), { minLength: 5, maxLength: 60 }),
        fc.nat(),
        (radii, place) => {
          const star = radii.map((r, i) => {
            const angle = (2 * Math.PI * i) / radii.length
            return at(87 + r * Math.cos(angle), 44 + r * Math.sin(angle))
          })
          expect(judgeShape(polygon(star)).ok).toBe(true)
          const round = star.map((_, i) =>
            at(
              87 + 0.3 * Math.cos((2 * Math.PI * i) / radii.length),
              44 + 0.3 * Math.sin((2 * Math.PI * i) / radii.length),
            ),
          )
          const one = place % round.length
          const next = (one + 1) % round.length
          const turned = round.map((p, i) => (i === one ? round[next] : i === next ? round[one] : p) ?? p)
          expect(judgeShape(polygon(turned)).ok).toBe(false)
        },
      ),
    )
  })
})
