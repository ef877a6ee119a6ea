import type { Figure } from '../indicators-contract.ts'
import { formatNumber, zoneToday } from '@tingzhou/ui'
import { keyed, type Texts } from './words.ts'

/** The figures in the groups in which people discuss them; one that is not named here stands in the last group. */
export const figureGroups = [
  { key: 'sum', ids: ['composite', 'closed_loop_rate', 'backlog', 'p0_missed'] },
  {
    key: 'time',
    ids: [
      'response_rate',
      'on_time_rate',
      'first_on_time_rate',
      'contact_hours_median',
      'contact_hours_p90',
      'result_hours_median',
      'result_hours_p90',
    ],
  },
  {
    key: 'result',
    ids: ['resolution_rate', 'satisfaction_rate', 'reopen_rate', 'callback_reach_rate', 'repeat_rate'],
  },
  {
    key: 'dispatch',
    ids: [
      'return_rate',
      'wrong_return_rate',
      'redispatch_mean',
      'merge_share',
      'unclassified_share',
      'reclassified_share',
    ],
  },
  { key: 'visit', ids: ['visit_coverage', 'problems_per_visit', 'findings_solved_rate'] },
] as const

const grouped: ReadonlySet<string> = new Set(figureGroups.flatMap(({ ids }) => ids))

/** The figures of a group in their order. Pure. */
export function figuresOf(key: string, figures: readonly Figure[]): readonly Figure[] {
  const ids: readonly string[] = figureGroups.find((group) => group.key === key)?.ids ?? []
  if (key === 'other') return figures.filter(({ id }) => !grouped.has(id))
  return ids.flatMap((id) => figures.filter((figure) => figure.id === id))
}

export type FigureScope = {
  readonly from: string
  readonly to: string
  readonly ownerId?: string | undefined
  readonly areaId?: string | undefined
}

/** The list behind a figure, or a part of it. */
export function figureHref(id: string, part: string, { from, to, ownerId, areaId }: FigureScope): string {
  const query = new URLSearchParams({ part, from, to, ...(ownerId ? { ownerId } : {}), ...(areaId ? { areaId } : {}) })
  return `/need-indicators/${id}?${query.toString()}`
}

/** The part whose rows are the figure's base: a mean of redispatches is taken over first dispatches, not over all. */
export function basePart({ denominator, parts }: Pick<Figure, 'denominator' | 'parts'>): string {
  const base = parts.find(({ id }) => id === 'base')
  if (denominator === null || base?.count === denominator) return 'base'
  return parts.find(({ count }) => count === denominator)?.id ?? 'base'
}

export const figureName = (t: Texts, id: string): string => keyed(t, 'figure', id, id)
export const formulaText = (t: Texts, id: string): string => keyed(t, 'formula', id, '–')
export const partName = (t: Texts, part: string): string => keyed(t, 'figure_part', part, part)

export function figureUnit(t: Texts, figure: Pick<Figure, 'unit' | 'unitCounted'>): string {
  if (figure.unit === 'percent') return '%'
  if (figure.unit === 'count') return t(`unit_counted.${figure.unitCounted}`)
  return t(`figure_unit.${figure.unit}`)
}

export const digitsOf = ({ unit }: Pick<Figure, 'unit'>): number => (unit === 'count' ? 0 : 2)

/** What a figure is counted over, `114 / 120 orders`, or why it says nothing. */
export function basisText(t: Texts, figure: Figure): string {
  if (figure.note !== null) return t(`figure_note.${figure.note}`)
  const counted = t(`unit_counted.${figure.unitCounted}`)
  if (figure.numerator !== null && figure.denominator !== null)
    return t('figure_basis.share', {
      numerator: formatNumber(figure.numerator, undefined),
      denominator: formatNumber(figure.denominator),
      counted,
    })
  if (figure.denominator !== null) return t('figure_basis.of', { n: formatNumber(figure.denominator), counted })
  return t(`period_by.${figure.periodBy}`)
}

/** The period that the address names; this month up to today without one. */
export function periodOf(query: URLSearchParams): { readonly from: string; readonly to: string } {
  const today = zoneToday()
  const day = (name: string) => {
    const value = query.get(name)
    return value !== null && /^\d{4}-\d{2}-\d{2}$/.test(value) ? value : null
  }
  return { from: day('from') ?? `${today.slice(0, 8)}01`, to: day('to') ?? today }
}
