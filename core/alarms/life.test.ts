import { describe, expect, it } from 'vitest'
import * as fc from 'fast-check'
import { after, newFacts, stateOf, type Change, type Facts } from './life.ts'

const walk = (facts: Facts, ...changes: readonly Change[]): readonly string[] => {
  let now: Facts = facts
  return changes.map((change) => {
    now = after(now, change) ?? now
    return stateOf(now)
  })
}
const plain = newFacts(0, 0, null, false, false)

describe('the life of an alarm', () => {
  it('ends when it is over and acknowledged, in either order', () => {
    expect(stateOf(plain)).toBe('unack_active')
    expect(walk(plain, { verb: 'acknowledge', at: 1 }, { verb: 'return', at: 2 })).toEqual(['ack_active', 'normal'])
    expect(walk(plain, { verb: 'return', at: 1 }, { verb: 'acknowledge', at: 2 })).toEqual(['unack_returned', 'normal'])
  })

  it('stays when it is latched until somebody resets it, which nobody can before', () => {
    const latched = newFacts(0, 0, null, true, false)

    expect(
      walk(
        latched,
        { verb: 'reset', at: 1 },
        { verb: 'return', at: 2 },
        { verb: 'reset', at: 3 },
        { verb: 'acknowledge', at: 4 },
        { verb: 'reset', at: 5 },
      ),
    ).toEqual(['unack_active', 'unack_latched', 'unack_latched', 'ack_latched', 'normal'])
  })

  it('is kept quiet by what is strongest, cannot be acknowledged meanwhile, and comes up again', () => {
    expect(
      walk(
        plain,
        { verb: 'hold', at: 1, hold: 'shelved' },
        { verb: 'acknowledge', at: 2 },
        { verb: 'hold', at: 3, hold: 'suppressed' },
        { verb: 'release', at: 4, hold: 'shelved' },
        { verb: 'release', at: 5, hold: 'suppressed' },
      ),
    ).toEqual(['shelved', 'shelved', 'suppressed', 'suppressed', 'unack_active'])
  })

  it('needs nobody when it was over before anybody saw it', () => {
    const held = newFacts(0, 0, 'shelved', false, false)

    expect(held.announcedAt).toBeNull()
    expect(walk(held, { verb: 'return', at: 1 })).toEqual(['normal'])
  })

  it('has one start, at most one end and one acknowledgement, whatever happens', () => {
    const hold = fc.constantFrom('shelved' as const, 'suppressed' as const, 'out_of_service' as const)
    const change = fc.oneof(
      fc.record({
        verb: fc.constantFrom('return' as const, 'acknowledge' as const, 'reset' as const),
        at: fc.nat(100),
      }),
      fc.record({ verb: fc.constantFrom('hold' as const, 'release' as const), at: fc.nat(100), hold }),
    )
    fc.assert(
      fc.property(
        fc.boolean(),
        fc.option(hold, { nil: null }),
        fc.array(change, { maxLength: 30 }),
        (latch, held, changes) => {
          let facts = newFacts(50, 50, held, latch, false)
          for (const one of changes) {
            const next = after(facts, one)
            if (!next) continue
            expect(next.startedAt).toBe(facts.startedAt)
            if (facts.endedAt !== null) expect(next.endedAt).toBe(facts.endedAt)
            if (facts.ackedAt !== null) expect(next.ackedAt).toBe(facts.ackedAt)
            if (facts.closedAt !== null) expect(next.closedAt).toBe(facts.closedAt)
            if (next.endedAt !== null) expect(next.endedAt).toBeGreaterThanOrEqual(next.startedAt)
            // What leaves the list is over, and seen or kept quiet.
            if (next.closedAt !== null) expect(next.endedAt).not.toBeNull()
            if (next.closedAt !== null && !latch) expect(next.ackedAt !== null || next.hold !== null).toBe(true)
            facts = next
          }
        },
      ),
    )
  })
})
