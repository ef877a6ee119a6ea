import { verdict, type Verdict } from './machine.ts'
import type { AlarmRule, Condition } from './rule.ts'

/** What a judge must know of the point. */
type Span = { readonly euLow: number | null; readonly euHigh: number | null }

/** Says what a value means for one condition; remembers what it must. One judge serves one rule of one point. */
export type Judge = (at: number, value: number) => Verdict

const deadbandShare = 0.02

/** How far back a value must come before an alarm ends: as the rule says, else 2 % of the span. O(1). */
function deadbandOf(condition: Condition, { euLow, euHigh }: Span): number {
  if (condition.kind !== 'limit' && condition.kind !== 'deviation') return 0
  if (condition.deadband !== null) return condition.deadband
  return euLow === null || euHigh === null ? 0 : (euHigh - euLow) * deadbandShare
}

/** Whether the range of its point tells how far back a value must come. O(1). */
export const followsRange = ({ condition }: Pick<AlarmRule, 'condition'>): boolean =>
  (condition.kind === 'limit' || condition.kind === 'deviation') && condition.deadband === null

/**
 * Makes the judge of a condition that looks at values.
 * @param reference  gives the present value of the point that a deviation is measured from; null: not known
 * @returns null for what is judged otherwise: missing data by the timer, bits by the alarm word
 * Source: plant telemetry §4. O(1) a value.
 */
export function judgeOf(
  { condition }: Pick<AlarmRule, 'condition'>,
  span: Span,
  reference: () => number | null,
): Judge | null {
  const back = deadbandOf(condition, span)
  switch (condition.kind) {
    case 'limit': {
      const sign = condition.side === 'hi' || condition.side === 'hihi' ? 1 : -1
      const limit = condition.limit * sign
      return (_at, value) => band(value * sign, limit, back)
    }
    case 'deviation': {
      const { limit, direction, reference: from } = condition
      return (_at, value) => {
        const base = typeof from === 'number' ? from : reference()
        if (base === null) return verdict.between
        const off = value - base
        return band(direction === 'above' ? off : direction === 'below' ? -off : Math.abs(off), limit, back)
      }
    }
    case 'rate': {
      const { direction, perMinute } = condition
      const slope = slopeOver(condition.windowS)
      return (at, value) => {
        const found = slope(at, value)
        if (found === null) return verdict.between
        const rate = direction === 'rising' ? found : direction === 'falling' ? -found : Math.abs(found)
        return band(rate * 60_000, perMinute, 0)
      }
    }
    case 'forecast': {
      const sign = condition.side === 'hi' ? 1 : -1
      const slope = slopeOver(condition.windowS)
      const limit = condition.limit * sign
      return (at, value) => {
        const found = slope(at, value)
        return found === null ? verdict.between : band((value + found * condition.withinS * 1_000) * sign, limit, 0)
      }
    }
    case 'stuck':
      return stuckFor(condition.forS * 1_000)
    case 'state': {
      const values = new Set(condition.values)
      const wanted = condition.is === 'in'
      return (_at, value) => (values.has(value) === wanted ? verdict.met : verdict.over)
    }
    case 'no_data':
    case 'bit':
      return null
  }
}

const band = (value: number, limit: number, back: number): Verdict => {
  if (value > limit) return verdict.met
  return value <= limit - back ? verdict.over : verdict.between
}

const anchors = 16

/**
 * The slope over a window, change a millisecond; null until half of the window is known. Keeps sixteen values, spread over
 * the window, whatever comes: O(16) a value at worst, O(1) in between.
 */
function slopeOver(windowS: number): (at: number, value: number) => number | null {
  const times = new Float64Array(anchors)
  const values = new Float64Array(anchors)
  const windowMs = windowS * 1_000
  const spacing = windowMs / (anchors - 1)
  let first = 0
  let count = 0
  return (at, value) => {
    while (count > 1 && at - (times[first] as number) > windowMs) {
      first = (first + 1) % anchors
      count--
    }
    const newest = (first + count - 1) % anchors
    if (count === 0 || at - (times[newest] as number) >= spacing) {
      if (count === anchors) {
        first = (first + 1) % anchors
        count--
      }
      const place = (first + count) % anchors
      times[place] = at
      values[place] = value
      count++
    }
    const span = at - (times[first] as number)
    // After a gap as long as the window nothing is known of a slope.
    if (span < windowMs / 2 || span > windowMs * 2) return null
    return (value - (values[first] as number)) / span
  }
}

function stuckFor(forMs: number): Judge {
  let last = Number.NaN
  let since = 0
  return (at, value) => {
    if (value !== last) {
      last = value
      since = at
      return verdict.over
    }
    return at - since >= forMs ? verdict.met : verdict.between
  }
}
