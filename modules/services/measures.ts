import type { Burden, OneThing } from './one-thing.ts'
import { jointClockOf, type Cycle } from './joint-clock.ts'
import type { PlannedMaterial } from './material.ts'
import { ok, type Result } from '@tingzhou/kernel'
import type { Selection } from './situation.ts'

/** A share in per cent with what it is made of; null when there is nothing to divide by. */
export type Share = { readonly valuePct: number | null; readonly numerator: number; readonly base: number }

/**
 * One count over another.
 * @returns per cent, rounded once, to two decimals, half away from zero
 */
export const share = (numerator: number, base: number): Share => ({
  valuePct: base === 0 ? null : round2((100 * numerator) / base),
  numerator,
  base,
})

// The term keeps 86.645 from becoming 86.64 when its binary value lies a hair below; it goes with the sign.
const round2 = (value: number): number => (Math.sign(value) * Math.round(Math.abs(value) * 100 + 1e-9)) / 100

/**
 * How much less the applicant has to do: 1 − after / before. Negative when it became more.
 * Source: casework.md §10, measures. O(1).
 */
export const cut = (before: number, after: number): Share => share(before - after, before)

export type BurdenKind = keyof Burden
const burdenKinds: readonly BurdenKind[] = ['materials', 'forms', 'steps', 'visits', 'days']

/** The cuts of every count that both sides know. O(1). */
export const cutsOf = (before: Burden, after: Burden): readonly { readonly kind: BurdenKind; readonly cut: Share }[] =>
  burdenKinds.flatMap((kind) => {
    const [b, a] = [before[kind], after[kind]]
    return b === null || a === null ? [] : [{ kind, cut: cut(b, a) }]
  })

/**
 * What the selected items cost one by one, and as one thing. Alone every item asks for all of its own materials; together the applicant
 * hands in only what is asked, once. Days before are the sum of the items, days after the joint clock.
 * @param planned  how each material of the selection is come by
 * Source: casework.md §10, measures. O(items × materials).
 */
export function burdensOf(
  oneThing: Pick<OneThing, 'items' | 'together'>,
  { items }: Pick<Selection, 'items'>,
  planned: readonly PlannedMaterial[],
  automatic: ReadonlySet<string> = new Set(),
): Result<{ readonly before: Burden; readonly after: Burden }, Cycle> {
  const clock = jointClockOf(oneThing, new Set(items.map(({ code }) => code)), automatic)
  if (!clock.ok) return clock
  const sum = (kind: 'forms' | 'steps' | 'visits') => items.reduce((total, { alone }) => total + alone[kind], 0)
  const { steps, visits } = oneThing.together
  return ok({
    before: {
      materials: planned.reduce((total, { items: needing }) => total + needing.length, 0),
      forms: sum('forms'),
      steps: sum('steps'),
      visits: sum('visits'),
      days: items.reduce((total, { promised }) => total + promised.days, 0),
    },
    after: {
      materials: planned.filter(({ way }) => way === 'asked').length,
      forms: 1,
      steps,
      visits,
      days: clock.value.days,
    },
  })
}

/** Counts of a period, as rows are counted. */
export type ServiceCounts = {
  /** Applications whose check ended. */
  readonly checked: number
  /** Of them those accepted without any correction. */
  readonly acceptedAtOnce: number
  /** Of them those that were sent back at least once. */
  readonly corrected: number
  readonly accepted: number
  readonly acceptedTolerant: number
  readonly promisesEnded: number
  readonly promisesKept: number
  readonly itemsDecided: number
  readonly itemsAutomatic: number
  readonly materialsNeeded: number
  readonly materialsAsked: number
  readonly concluded: number
  readonly concludedOnTime: number
}

export type ServiceFigures = Readonly<
  Record<
    | 'firstPassAcceptance'
    | 'correctionRate'
    | 'tolerantShare'
    | 'tolerantKept'
    | 'automaticShare'
    | 'sharingShare'
    | 'jointOnTime',
    Share
  >
> & { readonly windowMinutesMedian: { readonly value: number | null; readonly base: number } }

/**
 * Every figure of a period with its numerator and base.
 * @param windowMinutes  minutes of each visit to a window
 * Source: casework.md §10, measures. O(visits log visits).
 */
export function figuresOf(counts: ServiceCounts, windowMinutes: readonly number[]): ServiceFigures {
  return {
    firstPassAcceptance: share(counts.acceptedAtOnce, counts.checked),
    correctionRate: share(counts.corrected, counts.checked),
    tolerantShare: share(counts.acceptedTolerant, counts.accepted),
    tolerantKept: share(counts.promisesKept, counts.promisesEnded),
    automaticShare: share(counts.itemsAutomatic, counts.itemsDecided),
    sharingShare: share(counts.materialsNeeded - counts.materialsAsked, counts.materialsNeeded),
    jointOnTime: share(counts.concludedOnTime, counts.concluded),
    windowMinutesMedian: { value: median(windowMinutes), base: windowMinutes.length },
  }
}

/** The middle value, or the mean of the two in the middle; null of none. O(n log n). */
function median(values: readonly number[]): number | null {
  const sorted = values.toSorted((a, b) => a - b)
  const low = sorted[Math.floor((sorted.length - 1) / 2)]
  const high = sorted[Math.ceil((sorted.length - 1) / 2)]
  return low === undefined || high === undefined ? null : round2((low + high) / 2)
}
