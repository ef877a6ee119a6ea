import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { clashes, seeded } from './testing.ts'
import { timetable, type MeetingPair, type Timetable, type TimetableProblem } from './timetable.ts'

const pairOf = (a: number, b: number, weight = 1, fixed: number | null = null): MeetingPair => ({ a, b, weight, fixed })
const made = (problem: TimetableProblem): Timetable => {
  const answer = timetable(problem)
  if (!answer.ok) throw new Error(JSON.stringify(answer.error))
  return answer.value
}
const plain = { unavailable: [] }

type Wish = { firms: number; tables: number; slots: number; share: number; twoSided: boolean; awayShare: number }
function invent(seed: number, { firms, tables, slots, share, twoSided, awayShare }: Wish): TimetableProblem {
  const random = seeded(seed)
  const pairs: MeetingPair[] = []
  for (let a = 0; a < firms; a++)
    for (let b = a + 1; b < firms; b++) {
      if (twoSided && a % 2 === b % 2) continue
      if (random() < share) pairs.push(pairOf(a, b, Math.floor(random() * 100)))
    }
  const unavailable = Array.from({ length: firms }, () =>
    Array.from({ length: slots }, (_, slot) => slot).filter(() => random() < awayShare),
  )
  return { pairs, firms, tables, slots, unavailable }
}

describe('timetable', () => {
  it('gives nobody two meetings at once', () => {
    const problem = { ...plain, firms: 3, tables: 5, slots: 5, pairs: [pairOf(0, 1), pairOf(1, 2), pairOf(0, 2)] }

    const answer = made(problem)

    // Three firms that all meet need three slots although none has more than two meetings.
    expect(answer).toMatchObject({ slotsUsed: 3, slotsBound: 2, leftOut: [] })
    expect(clashes(problem, answer)).toEqual([])
  })

  it('keeps what is fixed and goes round absences', () => {
    const pairs = [pairOf(0, 1, 1, 2), pairOf(0, 2), pairOf(1, 2)]
    const problem = { pairs, firms: 3, tables: 1, slots: 4, unavailable: [[0], [], [3]] }

    const answer = made(problem)

    expect([...answer.slot]).toEqual([2, 1, 0])
    expect(answer.leftOut).toEqual([])
  })

  it('leaves the least worthy out, and says why', () => {
    const pairs = [pairOf(0, 1, 5), pairOf(0, 2, 90), pairOf(0, 3, 80), pairOf(4, 5, 1)]
    const problem = { pairs, firms: 6, tables: 2, slots: 2, unavailable: [[], [], [], [], [0], [1]] }

    const answer = made(problem)

    expect(answer.leftOut).toEqual([
      { pair: 0, reason: 'firm_full', firm: 0 },
      { pair: 3, reason: 'never_together', firm: null },
    ])
  })

  it('lets a lighter meeting step aside when the tables are full', () => {
    const pairs = [pairOf(0, 1, 10), pairOf(2, 3, 20), pairOf(4, 5, 30)]
    const answer = made({ ...plain, pairs, firms: 6, tables: 1, slots: 2 })

    expect(answer.leftOut).toEqual([{ pair: 0, reason: 'tables_full', firm: null }])
  })

  it('draws the meetings of a firm together', () => {
    // Firm 0 has three meetings; in six slots with one table nobody else needs to sit between them.
    const pairs = [pairOf(0, 1, 9), pairOf(2, 3, 8), pairOf(0, 4, 7), pairOf(5, 6, 6), pairOf(0, 7, 5)]
    expect(made({ ...plain, pairs, firms: 8, tables: 1, slots: 6 })).toMatchObject({ waits: 0, slotsUsed: 5 })
  })

  it('refuses what is no problem, naming field, value and rule', () => {
    const good = { ...plain, firms: 2, tables: 1, slots: 2, pairs: [pairOf(0, 1)] }
    const said = (over: Partial<TimetableProblem>) => {
      const answer = timetable({ ...good, ...over })
      return answer.ok ? null : `${answer.error.field} ${answer.error.rule}`
    }
    expect(said({})).toBe(null)
    expect(said({ slots: 97 })).toBe('slots is at most 96')
    expect(said({ tables: 0 })).toBe('tables is a whole number from 1')
    expect(said({ pairs: [pairOf(0, 0)] })).toBe('pairs[0] is another firm')
    expect(said({ pairs: [pairOf(0, 2)] })).toBe('pairs[0] is a firm')
    expect(said({ pairs: [pairOf(0, 1, Number.NaN)] })).toBe('pairs[0].weight is from 0')
    expect(said({ pairs: [pairOf(0, 1), pairOf(1, 0)] })).toBe('pairs[1] meets once')
    expect(said({ unavailable: [[2]] })).toBe('unavailable[0] is a slot of the day')
    expect(said({ pairs: [pairOf(0, 1, 1, 0)], unavailable: [[0]] })).toBe('pairs[0].fixed is a slot in which both can')
    const three = [pairOf(0, 1, 1, 0), pairOf(0, 2, 1, 0)]
    expect(said({ firms: 3, tables: 2, pairs: three })).toBe('pairs[1].fixed is free for both firms')
  })

  const wishes = fc.record({
    firms: fc.integer({ min: 0, max: 24 }),
    tables: fc.integer({ min: 1, max: 12 }),
    slots: fc.integer({ min: 1, max: 20 }),
    share: fc.double({ min: 0, max: 1, noNaN: true }),
    twoSided: fc.boolean(),
    awayShare: fc.constantFrom(0, 0.1, 0.5),
  })

  it('never clashes, whatever is asked; what is fixed stays when it is planned again', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 1e9 }), wishes, (seed, wish) => {
        const problem = invent(seed, wish)
        const first = made(problem)
        expect(clashes(problem, first)).toEqual([])
        if (first.leftOut.length === 0)
          expect(first.slotsUsed).toBeGreaterThanOrEqual(Math.min(first.slotsBound, problem.pairs.length))

        const pairs = problem.pairs.map((pair, index) => {
          const slot = first.slot[index] ?? -1
          return { ...pair, fixed: slot >= 0 && index % 3 === 0 ? slot : null }
        })
        const again = { ...problem, pairs }
        expect(clashes(again, made(again))).toEqual([])
      }),
      { numRuns: 200 },
    )
  })

  it('is exact for two-sided markets without absences: the most meetings of a firm, or what the tables carry', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 1e9 }), wishes, (seed, wish) => {
        const problem = invent(seed, { ...wish, twoSided: true, awayShare: 0, slots: 96 })
        fc.pre(problem.pairs.length <= 96 * wish.tables)
        const answer = made(problem)
        expect(answer.leftOut).toEqual([])
        expect(answer.slotsUsed).toBeLessThanOrEqual(answer.slotsBound)
        expect(answer.waits).toBeGreaterThanOrEqual(0)
      }),
      { numRuns: 200 },
    )
  })

  it('is at most one slot above the bound for whoever may meet whom', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 1e9 }), wishes, (seed, wish) => {
        const problem = invent(seed, { ...wish, twoSided: false, awayShare: 0, slots: 96 })
        fc.pre(problem.pairs.length <= 90 * wish.tables)
        const answer = made(problem)
        expect(answer.leftOut).toEqual([])
        expect(answer.slotsUsed).toBeLessThanOrEqual(answer.slotsBound + 1)
      }),
      { numRuns: 200 },
    )
  })

  it('leaves out no pair that has a free slot and a free table', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 1e9 }), wishes, (seed, wish) => {
        const problem = invent(seed, { ...wish, slots: Math.min(wish.slots, 5) })
        const { slot, leftOut } = made(problem)
        const taken = (firm: number) =>
          new Set(
            [...problem.pairs.entries()].filter(([, { a, b }]) => a === firm || b === firm).map(([pair]) => slot[pair]),
          )
        for (const { pair } of leftOut) {
          const { a, b } = problem.pairs[pair]!
          const [ofA, ofB] = [taken(a), taken(b)]
          const open = Array.from({ length: problem.slots }, (_, one) => one).filter(
            (one) => !ofA.has(one) && !ofB.has(one) && ![a, b].some((firm) => problem.unavailable[firm]?.includes(one)),
          )
          for (const one of open) expect(slot.filter((at) => at === one).length).toBe(problem.tables)
        }
      }),
      { numRuns: 200 },
    )
  })

  it('plans a day of 200 firms', () => {
    const problem = invent(7, { firms: 200, tables: 60, slots: 32, share: 0.06, twoSided: true, awayShare: 0.1 })
    const began = performance.now()
    const answer = made(problem)
    expect(clashes(problem, answer)).toEqual([])
    expect(performance.now() - began).toBeLessThan(20_000)
  })
})
