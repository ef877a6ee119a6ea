import { err, ok, type Result } from '@tingzhou/kernel'
import type { Figure, Indicator, IndicatorUnit, PeriodKind } from './figure-contract.ts'

/** What a source says of one indicator and period. */
export type FigureFields = Pick<
  Figure,
  'indicator' | 'period' | 'value' | 'unit' | 'qualifier' | 'basis' | 'source' | 'confidence' | 'asOf'
>

export type FigureFault =
  | { readonly kind: 'unknown_indicator'; readonly field: 'indicator'; readonly value: string }
  | { readonly kind: 'indicator_closed'; readonly field: 'indicator'; readonly value: string }
  | { readonly kind: 'unknown_unit'; readonly field: 'unit'; readonly value: string; readonly rule: string }
  | { readonly kind: 'figure_below'; readonly field: 'value'; readonly value: number; readonly rule: string }
  | { readonly kind: 'actual_of_future'; readonly field: 'period'; readonly value: string; readonly rule: string }
  | { readonly kind: 'as_of_future'; readonly field: 'asOf'; readonly value: string; readonly rule: string }

/** What a period is. Pure. O(1). */
export const kindOfPeriod = (period: string): PeriodKind =>
  period.length === 4 ? 'year' : period.includes('Q') ? 'quarter' : 'month'

/** The first day of a period. Pure. O(1). */
export function firstDayOf(period: string): string {
  const [year = '', part] = period.split('-')
  if (part === undefined) return `${year}-01-01`
  const month = part.startsWith('Q') ? (Number(part.slice(1)) - 1) * 3 + 1 : Number(part)
  return `${year}-${String(month).padStart(2, '0')}-01`
}

/** Twelve digits: what a multiplication by 0.0001 adds behind them was never measured. */
const exact = (value: number): number => Number(value.toPrecision(12))

/** A value in the indicator's first unit; null when the unit is none of the indicator's. Pure. O(units). */
export function inFirstUnit(value: number, unit: string, units: readonly IndicatorUnit[]): number | null {
  const factor = units.find(({ code }) => code === unit)?.factor
  return factor === undefined ? null : exact(value * factor)
}

/**
 * Whether a figure may stand as it is said.
 * @param indicator  undefined: there is none of this code
 * @param today  `YYYY-MM-DD` of the zone
 */
export function checkFigure(
  fields: FigureFields,
  indicator: Indicator | undefined,
  today: string,
): Result<Indicator, FigureFault> {
  if (indicator === undefined) return err({ kind: 'unknown_indicator', field: 'indicator', value: fields.indicator })
  if (indicator.state === 'closed')
    return err({ kind: 'indicator_closed', field: 'indicator', value: fields.indicator })
  const compared = inFirstUnit(fields.value, fields.unit, indicator.units)
  if (compared === null) {
    const rule = indicator.units.map(({ code }) => code).join(', ')
    return err({ kind: 'unknown_unit', field: 'unit', value: fields.unit, rule })
  }
  if (indicator.least !== null && compared < indicator.least)
    return err({ kind: 'figure_below', field: 'value', value: fields.value, rule: String(indicator.least) })
  if (fields.qualifier === 'actual' && firstDayOf(fields.period) > today)
    return err({ kind: 'actual_of_future', field: 'period', value: fields.period, rule: `begun by ${today}` })
  if (fields.asOf > today)
    return err({ kind: 'as_of_future', field: 'asOf', value: fields.asOf, rule: `not after ${today}` })
  return ok(indicator)
}

/** A figure as history keeps it, in both languages. */
export type ToldFigure = {
  readonly indicator: { readonly zh: string; readonly en: string }
  readonly unit: { readonly zh: string; readonly en: string }
} & Omit<FigureFields, 'indicator' | 'unit'>

/** A figure as history keeps it: readable when the list of indicators has changed. Pure. O(units). */
export function toldFigure(fields: FigureFields, { zh, en, units }: Indicator): ToldFigure {
  const { indicator: _indicator, unit, ...rest } = fields
  const word = units.find(({ code }) => code === unit)
  return { ...rest, indicator: { zh, en }, unit: { zh: word?.zh ?? unit, en: word?.en ?? unit } }
}
