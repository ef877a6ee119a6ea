import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { builtInOneThings } from './built-in.ts'
import { ancestorsOf, findCycle, restrict } from './item-graph.ts'
import { jointClock, jointClockOf, specialStepsOf, type TimedNode } from './joint-clock.ts'
import { share, cut } from './measures.ts'
import { select } from './situation.ts'

/** Graphs without circles: every node waits only for earlier ones. */
const graphs = fc
  .array(fc.record({ days: fc.integer({ min: 0, max: 30 }), after: fc.array(fc.nat(30), { maxLength: 4 }) }), {
    minLength: 1,
    maxLength: 9,
  })
  .map((rows): readonly TimedNode[] =>
    rows.map(({ days, after }, at) => ({
      code: `n${at}`,
      days,
      after: at === 0 ? [] : [...new Set(after.map((n) => `n${n % at}`))],
    })),
  )

/** Every way through the graph, walked. */
function allPathDays(nodes: readonly TimedNode[], node: TimedNode): readonly number[] {
  const before = node.after.flatMap((code) => {
    const found = nodes.find((one) => one.code === code)
    return found ? allPathDays(nodes, found) : []
  })
  return before.length === 0 ? [node.days] : before.map((days) => days + node.days)
}

const node = (code: string, days: number, ...after: readonly string[]): TimedNode => ({ code, days, after })

describe('jointClock', () => {
  it('is the longest path and not the sum', () => {
    const clock = jointClock([
      node('tax', 10),
      node('register', 1, 'tax'),
      node('seal', 1, 'register'),
      node('bank', 1, 'register'),
    ])

    expect(clock).toEqual({ ok: true, value: { days: 12, sumDays: 13, path: ['tax', 'register', 'seal'] } })
  })

  it('agrees with walking every path', () => {
    fc.assert(
      fc.property(graphs, (nodes) => {
        const clock = jointClock(nodes)
        const longest = Math.max(...nodes.flatMap((one) => allPathDays(nodes, one)))

        expect(clock).toMatchObject({ ok: true, value: { days: longest } })
      }),
    )
  })

  it('names a path of the graph whose days are the clock', () => {
    fc.assert(
      fc.property(graphs, (nodes) => {
        const clock = jointClock(nodes)
        const path = clock.ok ? clock.value.path : []
        const onPath = path.map((code) => nodes.find((one) => one.code === code))

        expect(onPath.reduce((sum, one) => sum + (one?.days ?? 0), 0)).toBe(clock.ok && clock.value.days)
        expect(onPath.every((one, at) => at === 0 || one?.after.includes(path[at - 1] ?? ''))).toBe(true)
      }),
    )
  })

  it('refuses a circle by name', () => {
    expect(jointClock([node('b', 1, 'a'), node('a', 1, 'c'), node('c', 1, 'b')])).toEqual({
      ok: false,
      error: { kind: 'cycle', items: ['a', 'c', 'b', 'a'] },
    })
  })
})

describe('restrict', () => {
  it('lets an item wait for what stands behind one that is left out', () => {
    const nodes = [node('a', 1), node('b', 1, 'a'), node('c', 1, 'b')]

    expect(restrict(nodes, new Set(['a', 'c']))).toEqual([
      { code: 'a', after: [] },
      { code: 'c', after: ['a'] },
    ])
  })

  it('keeps who comes before whom, and never makes the way longer', () => {
    fc.assert(
      fc.property(graphs, fc.infiniteStream(fc.boolean()), (nodes, coins) => {
        const kept = new Set(nodes.filter(() => coins.next().value).map(({ code }) => code))
        const restricted = restrict(nodes, kept)

        for (const { code } of restricted)
          expect([...ancestorsOf(restricted, code)].toSorted()).toEqual(
            [...ancestorsOf(nodes, code)].filter((before) => kept.has(before)).toSorted(),
          )
        const timed = restricted.map((one) => ({
          ...one,
          days: nodes.find(({ code }) => code === one.code)?.days ?? 0,
        }))
        const [whole, part] = [jointClock(nodes), jointClock(timed)]
        expect(whole.ok && part.ok && part.value.days <= whole.value.days).toBe(true)
      }),
    )
  })
})

describe('findCycle', () => {
  it('finds none in a graph without, and one as soon as an end waits for its beginning', () => {
    fc.assert(
      fc.property(graphs, (nodes) => {
        expect(findCycle(nodes)).toBeNull()
        const last = nodes.at(-1)
        const [first] = last ? ancestorsOf(nodes, last.code) : []
        if (!last || first === undefined) return
        const closed = nodes.map((one) => (one.code === first ? { ...one, after: [...one.after, last.code] } : one))
        const circle = findCycle(closed) ?? []
        expect(circle.length).toBeGreaterThan(1)
        expect(circle[0]).toBe(circle.at(-1))
      }),
    )
  })
})

describe('the deregistration one-thing', () => {
  const oneThing = builtInOneThings().find(({ code }) => code === 'deregistration')
  const answers = { procedure: ['simple'], customs: ['yes'], medical: ['no'], applied_by: ['self'] }
  const selection = oneThing && select(oneThing, answers)
  const items = selection?.ok ? selection.value.items : []

  it('takes 10 + 1 + 1 = 12 days instead of 15: a cut of 20.00 %', () => {
    const clock = oneThing && jointClockOf(oneThing, new Set(items.map(({ code }) => code)))

    expect(items.map(({ promised }) => promised.days)).toEqual([10, 1, 1, 1, 1, 1])
    expect(clock).toMatchObject({ ok: true, value: { days: 12, sumDays: 15 } })
    expect(cut(15, 12)).toEqual({ valuePct: 20, numerator: 3, base: 15 })
    expect(share(3, 15).valuePct?.toFixed(2)).toBe('20.00')
  })

  it('shows the notice of 20 days outside the clock, and 45 for the ordinary way', () => {
    const steps = (procedure: string) =>
      specialStepsOf({ items }, { ...answers, procedure: [procedure] }).map(({ step }) => step.days.days)

    expect(steps('simple')).toEqual([20])
    expect(steps('ordinary')).toEqual([45])
  })
})
