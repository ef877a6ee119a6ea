import { epochMs } from '@tingzhou/kernel'
import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  createFenceIndex,
  destination,
  distanceToFenceM,
  explainFence,
  fenceRules,
  inverse,
  isInFence,
  isInPolygon,
  noFences,
  orderFixes,
  readyFence,
  step,
  type Fence,
  type FenceEvent,
  type FenceIndex,
  type FenceRules,
  type Fix,
  type LonLat,
  type ReadyFence,
} from './index.ts'

const gate = { lon: 87.305, lat: 44.008 }
const square = (centre: LonLat, half: number): readonly LonLat[] =>
  [
    [-1, -1],
    [1, -1],
    [1, 1],
    [-1, 1],
  ].map(([x = 0, y = 0]) => ({ lon: centre.lon + x * half, lat: centre.lat + y * half }))
const ready = (fence: Fence): ReadyFence => {
  const made = readyFence(fence)
  if (!made.ok) throw new Error(explainFence(made.error))
  return made.value
}

describe('a circle', () => {
  it('has its border at its radius in every direction', () => {
    const circle = ready({ kind: 'circle', centre: gate, radiusM: 500 })

    fc.assert(
      fc.property(
        fc.double({ min: 0, max: 360, noNaN: true }),
        fc.double({ min: 0, max: 5_000, noNaN: true }),
        (azimuth, distanceM) => {
          const place = destination(gate, azimuth, distanceM)
          expect(Math.abs(distanceToFenceM(place, circle) - (distanceM - 500))).toBeLessThan(0.05)
          if (Math.abs(distanceM - 500) > 0.05) expect(isInFence(place, circle)).toBe(distanceM < 500)
        },
      ),
    )
  })
})

describe('a polygon', () => {
  const rings = [square(gate, 0.1), square(gate, 0.02)]

  it('has holes, and takes rings that repeat their first place', () => {
    const closed = rings.map((ring) => [...ring, ...ring.slice(0, 1)])

    for (const polygon of [rings, closed]) {
      expect(isInPolygon({ lon: gate.lon + 0.05, lat: gate.lat }, polygon)).toBe(true)
      expect(isInPolygon(gate, polygon)).toBe(false)
      expect(isInPolygon({ lon: gate.lon + 0.11, lat: gate.lat }, polygon)).toBe(false)
    }
  })

  it('knows the distance to its nearest border, the hole among them', () => {
    const polygon = ready({ kind: 'polygon', rings })
    const east = (degrees: number) => ({ lon: gate.lon + degrees, lat: gate.lat })

    expect(distanceToFenceM(gate, polygon)).toBeCloseTo(inverse(gate, east(0.02)).distanceM, 0)
    expect(distanceToFenceM(east(0.03), polygon)).toBeCloseTo(-inverse(east(0.03), east(0.02)).distanceM, 0)
    expect(distanceToFenceM(east(0.12), polygon)).toBeCloseTo(inverse(east(0.12), east(0.1)).distanceM, 0)
  })

  it('counts a border once between neighbours', () => {
    const west = [square({ lon: 87, lat: 44 }, 0.5)]
    const east = [square({ lon: 88, lat: 44 }, 0.5)]

    fc.assert(
      fc.property(fc.double({ min: 43.51, max: 44.49, noNaN: true }), (lat) => {
        const place = { lon: 87.5, lat }
        return isInPolygon(place, west) !== isInPolygon(place, east)
      }),
    )
  })
})

describe('a corridor', () => {
  const line = [gate, { lon: 87.5, lat: 44.1 }, { lon: 87.9, lat: 44.0 }]
  const road = ready({ kind: 'corridor', line, halfWidthM: 200 })

  it('holds what is within half its width of the line', () => {
    fc.assert(
      fc.property(
        fc.double({ min: 0, max: 1, noNaN: true }),
        fc.double({ min: 0, max: 360, noNaN: true }),
        (share, azimuth) => {
          const onLine = { lon: 87.305 + share * 0.195, lat: 44.008 + share * 0.092 }
          expect(isInFence(destination(onLine, azimuth, 199), road)).toBe(true)
          expect(distanceToFenceM(onLine, road)).toBeCloseTo(-200, 0)
        },
      ),
    )
    expect(distanceToFenceM(destination(gate, 270, 500), road)).toBeCloseTo(300, 0)
  })
})

describe('readyFence', () => {
  it.each<[string, Fence, string]>([
    [
      'a polygon across 180 degrees',
      {
        kind: 'polygon',
        rings: [
          [
            { lon: 179, lat: 0 },
            { lon: -179, lat: 0 },
            { lon: 179, lat: 1 },
          ],
        ],
      },
      'crosses_antimeridian: rings[0][1].lon -179',
    ],
    [
      'a circle across 180 degrees',
      { kind: 'circle', centre: { lon: 179.999, lat: 0 }, radiusM: 1_000 },
      'crosses_antimeridian: circle 180.00',
    ],
    [
      'a ring of two places',
      { kind: 'polygon', rings: [[gate, { lon: 88, lat: 44 }, gate]] },
      'too_few_places: rings[0] 2',
    ],
    ['a polygon without rings', { kind: 'polygon', rings: [] }, 'too_few_places: rings 0'],
    ['a line without places', { kind: 'corridor', line: [], halfWidthM: 10 }, 'too_few_places: line 0'],
    [
      'a latitude of 91',
      { kind: 'corridor', line: [gate, { lon: 0, lat: 91 }], halfWidthM: 10 },
      'coordinate: line[1].lat 91',
    ],
    ['a pole', { kind: 'circle', centre: { lon: 0, lat: 89 }, radiusM: 10 }, 'near_pole: centre.lat 89'],
    ['no radius', { kind: 'circle', centre: gate, radiusM: 0 }, 'size: radiusM 0'],
    ['a radius that is no number', { kind: 'circle', centre: gate, radiusM: Number.NaN }, 'size: radiusM NaN'],
    ['a width of 300 km', { kind: 'corridor', line: [gate], halfWidthM: 300_000 }, 'size: halfWidthM 300000'],
    [
      'too many places',
      { kind: 'corridor', line: Array.from({ length: 20_001 }, () => gate), halfWidthM: 10 },
      'too_many_places: line 20001',
    ],
  ])('refuses %s by name', (_what, fence, message) => {
    const made = readyFence(fence)

    expect(made.ok ? '' : explainFence(made.error)).toContain(message)
    if (fence.kind === 'polygon') expect(() => isInPolygon(gate, fence.rings)).toThrow(message)
  })
})

// Fences and places within a square of two degrees, so that they meet often; sizes from a yard to a county.
const near = fc.record({
  lon: fc.double({ min: 86, max: 88, noNaN: true }),
  lat: fc.double({ min: 43, max: 45, noNaN: true }),
})
const sizeM = fc.constantFrom(20, 300, 5_000, 60_000)
const anyFence: fc.Arbitrary<Fence> = fc.oneof(
  fc.record({ kind: fc.constant('circle' as const), centre: near, radiusM: sizeM }),
  fc.record({
    kind: fc.constant('corridor' as const),
    line: fc.array(near, { minLength: 1, maxLength: 6 }),
    halfWidthM: sizeM,
  }),
  fc
    .record({
      kind: fc.constant('polygon' as const),
      rings: fc.array(fc.array(near, { minLength: 3, maxLength: 7 }), { minLength: 1, maxLength: 2 }),
    })
    .filter((fence) => readyFence(fence).ok),
)

describe('createFenceIndex', () => {
  it('finds what asking every fence finds, while fences come, change and go', () => {
    const change = fc.record({
      id: fc.nat(30).map(String),
      fence: fc.option(anyFence, { freq: 4 }),
      places: fc.array(near, { maxLength: 5 }),
    })

    fc.assert(
      fc.property(fc.array(change, { maxLength: 60 }), (changes) => {
        const index = createFenceIndex()
        const known = new Map<string, ReadyFence>()
        for (const { id, fence, places } of changes) {
          if (fence) {
            expect(index.insert(id, fence).ok).toBe(true)
            known.set(id, ready(fence))
          } else expect(index.remove(id)).toBe(known.delete(id))
          expect(index.size()).toBe(known.size)
          for (const place of places) {
            const expected = [...known].filter(([, one]) => isInFence(place, one)).map(([id]) => id)
            expect(index.at(place).toSorted()).toEqual(expected.toSorted())
          }
        }
      }),
      { numRuns: 150 },
    )
  })

  it('holds 10,000 fences and loses none', () => {
    const index = createFenceIndex()
    const centreOf = (i: number) => ({ lon: 80 + (i % 100) * 0.17, lat: 40 + Math.floor(i / 100) * 0.09 })
    for (let i = 0; i < 10_000; i++) index.insert(String(i), { kind: 'circle', centre: centreOf(i), radiusM: 500 })

    for (let i = 0; i < 10_000; i++) expect(index.at(centreOf(i))).toEqual([String(i)])
    for (let i = 0; i < 10_000; i += 2) index.remove(String(i))

    expect(index.size()).toBe(5_000)
    for (let i = 0; i < 10_000; i++) expect(index.at(centreOf(i))).toEqual(i % 2 === 0 ? [] : [String(i)])
  })

  it('finds circles and corridors up to 85 degrees of latitude, whatever their size', () => {
    const centre = fc.record({
      lon: fc.double({ min: -100, max: 100, noNaN: true }),
      lat: fc.double({ min: -85, max: 85, noNaN: true }),
    })
    const share = fc.double({ min: 0, max: 1, noNaN: true })
    const azimuth = fc.double({ min: 0, max: 360, noNaN: true })

    fc.assert(
      fc.property(
        centre,
        fc.constantFrom(50, 2_000, 200_000),
        azimuth,
        share,
        fc.boolean(),
        (centre, sizeM, azimuth, share, isCircle) => {
          const fence: Fence = isCircle
            ? { kind: 'circle', centre, radiusM: sizeM }
            : { kind: 'corridor', line: [centre, { lon: centre.lon + 0.5, lat: centre.lat * 0.99 }], halfWidthM: sizeM }
          const index = createFenceIndex()
          const place = destination(centre, azimuth, share * sizeM)
          expect(index.insert('one', fence).ok).toBe(true)
          expect(index.at(place)).toEqual(isInFence(place, ready(fence)) ? ['one'] : [])
        },
      ),
      { numRuns: 1_000 },
    )
  })

  it('keeps the old fence when the new one has a fault', () => {
    const index = createFenceIndex()
    index.insert('gate', { kind: 'circle', centre: gate, radiusM: 500 })

    expect(index.insert('gate', { kind: 'circle', centre: gate, radiusM: -1 })).toMatchObject({
      ok: false,
      error: { kind: 'size' },
    })
    expect(index.at(gate)).toEqual(['gate'])
  })
})

const start = Date.parse('2026-07-03T00:00:00Z')
const minute = (count: number) => epochMs(start + count * 60_000)
const yard = (): FenceIndex => {
  const index = createFenceIndex()
  index.insert('yard', { kind: 'circle', centre: gate, radiusM: 500 })
  return index
}
/** A fix so many metres from the yard's middle. */
const fixAt = (minutes: number, fromMiddleM: number): Fix => ({
  at: minute(minutes),
  ...destination(gate, 90, fromMiddleM),
})
const replay = (fixes: readonly Fix[], index: FenceIndex, rules: FenceRules = fenceRules) => {
  let state = noFences
  const events: FenceEvent[] = []
  for (const fix of fixes) {
    const next = step(state, fix, index, rules)
    state = next.state
    events.push(...next.events)
  }
  return { state, events }
}

describe('step', () => {
  it('tells entry and exit with the fixes around the border', () => {
    const { events } = replay([fixAt(0, 900), fixAt(1, 100), fixAt(2, 0), fixAt(3, 900)], yard())

    expect(events).toEqual([
      { kind: 'entry', fenceId: 'yard', at: minute(1), knownAt: minute(1), after: minute(0) },
      {
        kind: 'exit',
        fenceId: 'yard',
        at: minute(3),
        knownAt: minute(3),
        after: minute(2),
        enteredAt: minute(1),
        cause: 'crossing',
      },
    ])
  })

  it('says that nothing was seen before when a vehicle appears inside', () => {
    expect(replay([fixAt(0, 0)], yard()).events).toMatchObject([{ kind: 'entry', after: null }])
  })

  it('does not flutter at the border: 529 m of 500 m is still inside, 531 m is not', () => {
    const along = [490, 510, 495, 529, 499, 531].map((distanceM, i) => fixAt(i, distanceM))

    expect(replay(along, yard()).events.map(({ kind, at }) => [kind, at])).toEqual([
      ['entry', minute(0)],
      ['exit', minute(5)],
    ])
  })

  it('waits for a confirmation of both, and dates them back', () => {
    const rules = { ...fenceRules, confirmMs: 120_000 }
    const passing = [fixAt(0, 900), fixAt(1, 0), fixAt(2, 900), fixAt(3, 900)]
    const staying = [
      fixAt(0, 900),
      fixAt(1, 0),
      fixAt(2, 0),
      fixAt(3, 0),
      fixAt(4, 900),
      fixAt(5, 0),
      fixAt(6, 900),
      fixAt(8, 900),
    ]

    expect(replay(passing, yard(), rules).events).toEqual([])
    expect(replay(staying, yard(), rules).events).toMatchObject([
      { kind: 'entry', at: minute(1), knownAt: minute(3) },
      { kind: 'exit', at: minute(6), knownAt: minute(8), after: minute(5) },
    ])
  })

  it('tells a long stay once', () => {
    const fixes = [0, 10, 20, 30, 40].map((at) => fixAt(at, 0))

    expect(replay(fixes, yard(), { ...fenceRules, dwellMs: 1_200_000 }).events).toMatchObject([
      { kind: 'entry' },
      { kind: 'dwell', at: minute(20), enteredAt: minute(0) },
    ])
  })

  it('ends the stay of a fence that was removed', () => {
    const index = yard()
    const { state } = replay([fixAt(0, 0)], index)
    index.remove('yard')

    expect(step(state, fixAt(1, 0), index).events).toMatchObject([{ kind: 'exit', cause: 'fence_removed' }])
  })

  it('takes no duplicate, no late fix, and nothing that is no place', () => {
    const { state } = replay([fixAt(1, 0)], yard())

    expect(step(state, fixAt(1, 900), yard())).toEqual({ state, events: [], taken: 'duplicate' })
    expect(step(state, fixAt(0, 900), yard())).toEqual({ state, events: [], taken: 'late' })
    expect(step(state, { at: minute(2), lon: 0, lat: 99 }, yard())).toEqual({ state, events: [], taken: 'no_place' })
  })

  const walk = fc
    .array(fc.tuple(fc.integer({ min: 1, max: 30 }), near), { minLength: 1, maxLength: 60 })
    .map((steps) => {
      let time = 0
      return steps.map(([minutes, place]): Fix => ({ at: minute((time += minutes)), ...place }))
    })
  const rules = fc.record({
    exitMarginM: fc.constantFrom(0, 30, 20_000),
    confirmMs: fc.constantFrom(0, 600_000),
    dwellMs: fc.constantFrom(null, 0, 1_200_000),
  })
  const fences = fc.array(anyFence, { minLength: 1, maxLength: 8 }).map((list) => {
    const index = createFenceIndex()
    for (const [i, fence] of list.entries()) index.insert(String(i), fence)
    return index
  })

  it('lets entries and exits of each fence alternate, a dwell only between them, for any walk and any rules', () => {
    fc.assert(
      fc.property(walk, fences, rules, (fixes, index, rules) => {
        const { events, state } = replay(fixes, index, rules)
        const open = new Map<string, { enteredAt: number; dwelt: boolean }>()
        for (const event of events) {
          const stay = open.get(event.fenceId)
          expect(stay === undefined).toBe(event.kind === 'entry')
          if (event.kind === 'entry') open.set(event.fenceId, { enteredAt: event.at, dwelt: false })
          if (event.kind !== 'entry') expect(event.enteredAt).toBe(stay?.enteredAt)
          if (event.kind === 'exit') open.delete(event.fenceId)
          if (event.kind === 'dwell' && stay) {
            expect(stay.dwelt).toBe(false)
            stay.dwelt = true
          }
        }
        const inside = state.stays.filter(({ phase }) => phase === 'inside').map(({ fenceId }) => fenceId)
        expect(inside.toSorted()).toEqual([...open.keys()].toSorted())
      }),
      { numRuns: 300 },
    )
  })

  it('tells the same whatever late and duplicate fixes come between', () => {
    const noise = fc.array(fc.tuple(fc.nat(60), fc.nat(60)), { maxLength: 40 })

    fc.assert(
      fc.property(walk, fences, rules, noise, (fixes, index, rules, noise) => {
        const disturbed = fixes.flatMap((fix, i) => [
          fix,
          ...noise.flatMap(([at, back]) =>
            at === i ? [{ ...(fixes[Math.max(0, i - back)] ?? fix), lon: 87, lat: 44 }] : [],
          ),
        ])
        expect(replay(disturbed, index, rules)).toEqual(replay(fixes, index, rules))
      }),
      { numRuns: 200 },
    )
  })

  it('tells of fixes in any order, once put in order, what the walk tells', () => {
    fc.assert(
      fc.property(
        walk.chain((fixes) =>
          fc.tuple(fc.constant(fixes), fc.shuffledSubarray([...fixes, ...fixes], { minLength: 2 * fixes.length })),
        ),
        fences,
        ([fixes, shuffled], index) => {
          expect(replay(orderFixes(shuffled), index)).toEqual(replay(fixes, index))
        },
      ),
      { numRuns: 100 },
    )
  })
})
