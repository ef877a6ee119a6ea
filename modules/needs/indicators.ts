import type { Figure, Weights } from './indicators-contract.ts'

/** Where the rows behind figures come from; one SQL query each (indicator-rows.ts). */
export const sources = {
  contact_due: { unit: 'order', periodBy: 'contact_due', parts: ['base', 'in_time', 'late'] },
  result_due: {
    unit: 'order',
    periodBy: 'result_due',
    parts: ['base', 'on_time', 'first_on_time', 'extended', 'late'],
  },
  dispatches: { unit: 'order', periodBy: 'dispatched', parts: ['base', 'accepted_return', 'first', 'again'] },
  returns: { unit: 'order', periodBy: 'returned', parts: ['base', 'refused', 'accepted', 'pending'] },
  callbacks: { unit: 'callback', periodBy: 'called_back', parts: ['base', 'yes', 'partly', 'no', 'reopened'] },
  ratings: {
    unit: 'callback',
    periodBy: 'called_back',
    parts: ['base', 'satisfied', 'stars5', 'stars4', 'stars3', 'stars2', 'stars1', 'unrated'],
  },
  due_callbacks: { unit: 'reply', periodBy: 'replied', parts: ['base', 'reached', 'unreached'] },
  closed: { unit: 'appeal', periodBy: 'closed', parts: ['base', 'repeated', 'unclassified', 'reclassified'] },
  registered: { unit: 'appeal', periodBy: 'received', parts: ['base', 'merged'] },
  registered_30d: { unit: 'appeal', periodBy: 'received', parts: ['base', 'closed', 'open'] },
  contacted: { unit: 'order', periodBy: 'contacted', parts: ['base'] },
  replied: { unit: 'order', periodBy: 'replied', parts: ['base'] },
  backlog: {
    unit: 'appeal',
    periodBy: 'now',
    parts: ['base', 'days0_3', 'days3_7', 'days7_15', 'days15_30', 'days30'],
  },
  enterprises: { unit: 'enterprise', periodBy: 'visited', parts: ['base', 'visited'] },
  visits: { unit: 'visit', periodBy: 'visited', parts: ['base'] },
  findings: { unit: 'finding', periodBy: 'visited', parts: ['base', 'solved'] },
  p0_missed: { unit: 'supervision', periodBy: 'opened', parts: ['base'] },
} as const satisfies Record<
  string,
  Pick<Figure, 'periodBy'> & { unit: Figure['unitCounted']; parts: readonly string[] }
>
export type SourceId = keyof typeof sources

/** How many rows of a source carry each flag. */
export type Counts = Readonly<Record<SourceId, Readonly<Record<string, number>>>>
/** Working hours of the rows of a source, in any order. */
export type Hours = Readonly<Record<'contacted' | 'replied', readonly number[]>>

type Part = { readonly id: string; readonly source: SourceId; readonly flag: string }
type Share = {
  readonly id: string
  readonly unit: 'percent' | 'times'
  readonly source: SourceId
  /** Part that the numerator counts, or how it is made up. */
  readonly over: string | ((count: (flag: string) => number, weights: Weights) => number)
  readonly under: string
  readonly parts?: readonly Part[]
}

const percent = (id: string, source: SourceId, over: Share['over']): Share => ({
  id,
  unit: 'percent',
  source,
  over,
  under: 'base',
})

/** Figures that are one count over another. Source: casework.md §8. */
const shares: readonly Share[] = [
  percent('response_rate', 'contact_due', 'in_time'),
  percent('resolution_rate', 'callbacks', (count, { partly }) => count('yes') + partly * count('partly')),
  percent('satisfaction_rate', 'ratings', 'satisfied'),
  percent('on_time_rate', 'result_due', 'on_time'),
  percent('first_on_time_rate', 'result_due', 'first_on_time'),
  percent('return_rate', 'dispatches', 'accepted_return'),
  percent('wrong_return_rate', 'returns', 'refused'),
  { id: 'redispatch_mean', unit: 'times', source: 'dispatches', over: 'again', under: 'first' },
  percent('reopen_rate', 'callbacks', 'reopened'),
  percent('callback_reach_rate', 'due_callbacks', 'reached'),
  percent('repeat_rate', 'closed', 'repeated'),
  percent('closed_loop_rate', 'registered_30d', 'closed'),
  percent('merge_share', 'registered', 'merged'),
  percent('unclassified_share', 'closed', 'unclassified'),
  percent('reclassified_share', 'closed', 'reclassified'),
  percent('visit_coverage', 'enterprises', 'visited'),
  percent('findings_solved_rate', 'findings', 'solved'),
]

const times = [
  { id: 'contact_hours_median', source: 'contacted', rank: 0.5 },
  { id: 'contact_hours_p90', source: 'contacted', rank: 0.9 },
  { id: 'result_hours_median', source: 'replied', rank: 0.5 },
  { id: 'result_hours_p90', source: 'replied', rank: 0.9 },
] as const

const plain = ['backlog', 'p0_missed'] as const satisfies readonly SourceId[]

/** Parts of the figures that are made of two sources. */
const problemsPerVisit: readonly Part[] = [
  { id: 'base', source: 'visits', flag: 'base' },
  { id: 'findings', source: 'findings', flag: 'base' },
]

/** Where the list behind a part of a figure lies; null: no such figure or part. The composite has no list of its own. O(figures). */
export function findPart(figureId: string, partId: string): Part | null {
  return partsOf(figureId)?.find((part) => part.id === partId) ?? null
}

/** The parts of a figure, or null when there is no such figure. O(figures). */
export function partsOf(figureId: string): readonly Part[] | null {
  if (figureId === 'problems_per_visit') return problemsPerVisit
  if (figureId === 'composite') return []
  const source =
    shares.find(({ id }) => id === figureId)?.source ??
    times.find(({ id }) => id === figureId)?.source ??
    plain.find((id) => id === figureId)
  if (source === undefined) return null
  return sources[source].parts.map((flag) => ({ id: flag, source, flag }))
}

/** Ids of all figures, in the order of showing. */
export const figureIds: readonly string[] = [
  ...shares.map(({ id }) => id),
  'problems_per_visit',
  ...times.map(({ id }) => id),
  ...plain,
  'composite',
]

/**
 * Computes every figure from counts.
 * @returns percent and points rounded to two decimals, half away from zero; hours to two; counts as they are
 * Source: casework.md §8. O(figures + hours log hours).
 */
export function computeFigures(counts: Counts, hours: Hours, weights: Weights): readonly Figure[] {
  const made = shares.map((share) => shareFigure(share, counts, weights))
  return [
    ...made,
    perVisit(counts),
    ...times.map(({ id, source, rank }) => timeFigure(id, source, rank, counts, hours[source])),
    ...plain.map((id) => countFigure(id, counts)),
    composite(counts, weights),
  ]
}

function shareFigure(share: Share, counts: Counts, weights: Weights): Figure {
  const count = (flag: string) => counts[share.source][flag] ?? 0
  const numerator = typeof share.over === 'string' ? count(share.over) : share.over(count, weights)
  const denominator = count(share.under)
  const factor = share.unit === 'percent' ? 100 : 1
  return {
    ...frame(share.id, share.source, counts),
    unit: share.unit,
    value: denominator === 0 ? null : round2((factor * numerator) / denominator),
    numerator,
    denominator,
    note: denominator === 0 ? 'nothing_counted' : null,
  }
}

function perVisit(counts: Counts): Figure {
  const numerator = counts.findings.base ?? 0
  const denominator = counts.visits.base ?? 0
  return {
    ...frame('problems_per_visit', 'visits', counts),
    unit: 'times',
    value: denominator === 0 ? null : round2(numerator / denominator),
    numerator,
    denominator,
    note: denominator === 0 ? 'nothing_counted' : null,
  }
}

function timeFigure(id: string, source: SourceId, rank: number, counts: Counts, hours: readonly number[]): Figure {
  const value = percentile(hours, rank)
  return {
    ...frame(id, source, counts),
    unit: 'hours',
    value: value === null ? null : round2(value),
    numerator: null,
    denominator: hours.length,
    note: value === null ? 'nothing_counted' : null,
  }
}

function countFigure(id: SourceId, counts: Counts): Figure {
  return {
    ...frame(id, id, counts),
    unit: 'count',
    value: counts[id].base ?? 0,
    numerator: null,
    denominator: null,
    note: null,
  }
}

function composite(counts: Counts, weights: Weights): Figure {
  const part = (id: string): number | null => {
    const share = shares.find((one) => one.id === id)
    const figure = share ? shareFigure(share, counts, weights) : null
    return figure?.denominator ? (100 * (figure.numerator ?? 0)) / figure.denominator : null
  }
  const [response, resolution, satisfaction] = [
    part('response_rate'),
    part('resolution_rate'),
    part('satisfaction_rate'),
  ]
  const known = response !== null && resolution !== null && satisfaction !== null
  const callbacks = counts.callbacks.base ?? 0
  return {
    id: 'composite',
    unit: 'points',
    // Rounded once, from the unrounded rates.
    value: known
      ? round2(weights.response * response + weights.resolution * resolution + weights.satisfaction * satisfaction)
      : null,
    numerator: null,
    denominator: callbacks,
    unitCounted: 'none',
    parts: [],
    formula: 'needs.formula.composite',
    periodBy: 'called_back',
    note: callbacks < weights.callbacksMin ? 'sample_too_small' : known ? null : 'nothing_counted',
  }
}

function frame(id: string, source: SourceId, counts: Counts) {
  const { unit, periodBy } = sources[source]
  const parts = (partsOf(id) ?? []).map((part) => ({ id: part.id, count: counts[part.source][part.flag] ?? 0 }))
  return { id, unitCounted: unit, periodBy, parts, formula: `needs.formula.${id}` }
}

/**
 * Gives ranks by composite to groups whose sample is large enough; equal values share the better rank.
 * @returns ranks in the order of the groups, null where the sample is too small
 * Source: casework.md §8. O(groups²).
 */
export function rankByComposite(groups: readonly (readonly Figure[])[]): readonly (number | null)[] {
  const values = groups.map((figures) => {
    const figure = figures.find(({ id }) => id === 'composite')
    return figure && figure.note === null ? figure.value : null
  })
  return values.map((value) =>
    value === null ? null : 1 + values.filter((other) => other !== null && other > value).length,
  )
}

/**
 * The value below which a share of the values lies, by linear interpolation between the closest ranks.
 * @param rank  0..1, 0.5 for the median
 * Source: Hyndman, Fan (1996), definition 7. O(n log n).
 */
export function percentile(values: readonly number[], rank: number): number | null {
  const sorted = values.toSorted((a, b) => a - b)
  const place = (sorted.length - 1) * rank
  const low = sorted[Math.floor(place)]
  const high = sorted[Math.ceil(place)]
  if (low === undefined || high === undefined) return null
  return low + (high - low) * (place - Math.floor(place))
}

// The term keeps 86.645 from becoming 86.64 when its binary value lies a hair below.
const round2 = (value: number): number => Math.round(value * 100 + 1e-9) / 100
