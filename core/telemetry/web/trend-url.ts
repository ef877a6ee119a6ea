const secondMs = 1_000
const dayMs = 86_400_000
export const spanMinMs = 10 * secondMs
export const spanMaxMs = 20 * 366 * dayMs
// The last instant that a form can show.
const latest = 253_402_300_799_999
export const pointsMax = 8

/** Spans that one click gives. */
export const spans = [
  ['hour', 3_600_000],
  ['shift', 8 * 3_600_000],
  ['day', dayMs],
  ['week', 7 * dayMs],
  ['month', 30 * dayMs],
  ['year', 365 * dayMs],
] as const

/** How much earlier the period lies that is compared; `span`: the one just before. */
export const shifts = ['none', 'span', 'day', 'week', 'month', 'year'] as const
export type Shift = (typeof shifts)[number]

/** What the address says of a trend. */
export type TrendView = {
  readonly points: readonly number[]
  readonly spanMs: number
  /** Where the window ends; null: it follows the clock. */
  readonly to: number | null
  readonly shift: Shift
}
/** Changes the view that is on show. */
export type ChangeView = (how: (view: TrendView) => TrendView) => void
export type TrendWindow = { readonly from: number; readonly to: number }

const clamp = (value: number, least: number, most: number): number => Math.min(most, Math.max(least, value))

/** Reads the address; what cannot be is left out. Pure. */
export function viewOf(query: URLSearchParams): TrendView {
  const ids = (query.get('points') ?? '').split(',').map(Number)
  const points = [...new Set(ids.filter((id) => Number.isInteger(id) && id > 0 && id < 2 ** 24))].slice(0, pointsMax)
  const span = Number(query.get('span'))
  const spanMs = Number.isFinite(span) && span > 0 ? clamp(Math.round(span), spanMinMs, spanMaxMs) : dayMs
  const to = query.get('to')
  const end = to === null || to === '' ? NaN : Number(to)
  const shift = shifts.find((known) => known === query.get('shift')) ?? 'none'
  return { points, spanMs, to: Number.isFinite(end) ? clamp(Math.round(end), spanMs, latest) : null, shift }
}

/** Writes the address. Pure. */
export function queryOf({ points, spanMs, to, shift }: TrendView): URLSearchParams {
  return new URLSearchParams({
    ...(points.length > 0 ? { points: points.join(',') } : {}),
    ...(spanMs === dayMs ? {} : { span: String(spanMs) }),
    ...(to === null ? {} : { to: String(to) }),
    ...(shift === 'none' ? {} : { shift }),
  })
}

/** The window of a view. @param now  where one that follows the clock ends */
export function windowOf({ spanMs, to }: Pick<TrendView, 'spanMs' | 'to'>, now: number): TrendWindow {
  const end = to ?? now
  return { from: end - spanMs, to: end }
}

/** The same span, moved by a share of itself. Pure. */
export const panned = (view: TrendView, share: number, now: number): TrendView => ({
  ...view,
  to: clamp(Math.round((view.to ?? now) + share * view.spanMs), view.spanMs, latest),
})

/**
 * A longer or shorter span.
 * @param factor  above 1: longer
 * @param around  what stays where it is: 0 the beginning, 1 the end
 */
export function zoomed(view: TrendView, factor: number, around: number, now: number): TrendView {
  const spanMs = clamp(Math.round(view.spanMs * factor), spanMinMs, spanMaxMs)
  // What follows the clock goes on doing so when its end stays.
  if (view.to === null && around === 1) return { ...view, spanMs }
  const { from, to } = windowOf(view, now)
  const fixed = from + around * (to - from)
  return { ...view, spanMs, to: clamp(Math.round(fixed + (1 - around) * spanMs), spanMs, latest) }
}

/** How much earlier the compared period lies, ms; null: none is. */
export function shiftMs({ shift, spanMs }: TrendView): number | null {
  switch (shift) {
    case 'none':
      return null
    case 'span':
      return spanMs
    case 'day':
      return dayMs
    case 'week':
      return 7 * dayMs
    case 'month':
      return 28 * dayMs
    case 'year':
      return 365 * dayMs
  }
}
