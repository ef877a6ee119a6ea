import { formatNumber, i18n } from '@tingzhou/ui'
import { useQuery } from '@tanstack/react-query'
import { Confidence, PeriodKind, Qualifier, type Figure, type Indicator } from '../figure/figure-contract.ts'
import type { ToldFigure } from '../figure/figure.ts'
import { api } from './api.ts'
import type { Texts } from './words.ts'

export const qualifiers = Qualifier.options
export const confidences = Confidence.options
export const periodKinds = PeriodKind.options

/** What is said in both languages, in the reader's. */
export const inReaderLang = (both: { readonly zh: string; readonly en: string }): string =>
  i18n.language === 'en' ? both.en : both.zh

const rarelyMs = 5 * 60_000

/** The indicators of the zone. */
export function useIndicators(): readonly Indicator[] {
  const { data } = useQuery({ ...api.indicators.list.queryOptions({ input: {} }), staleTime: rarelyMs })
  return data?.rows ?? []
}

/** The word for a unit of an indicator. */
export function unitWord(indicator: Indicator | undefined, code: string): string {
  const unit = indicator?.units.find((one) => one.code === code)
  return unit ? inReaderLang(unit) : code
}

/** What an indicator counts. */
export const definitionOf = ({ definitionZh, definitionEn }: Indicator): string =>
  inReaderLang({ zh: definitionZh, en: definitionEn })

/** A period as a reader says it. */
export function periodWord(t: Texts, period: string): string {
  const [year = '', part] = period.split('-')
  if (part === undefined) return t('figure.year', { year })
  return part.startsWith('Q') ? t('figure.quarter', { year, n: part.slice(1) }) : `${year}-${part}`
}

/** A value with the sign of an estimate. */
export const valueWord = ({ qualifier, value }: Pick<Figure, 'qualifier' | 'value'>): string =>
  `${qualifier === 'estimate' ? '≈ ' : ''}${formatNumber(value)}`

/** The same with its unit. */
export const shownFigure = (row: Figure, indicator: Indicator | undefined): string =>
  `${valueWord(row)} ${unitWord(indicator, row.unit)}`

/** A figure of the history in one line. */
export function toldWord(t: Texts, told: ToldFigure): string {
  const { indicator, unit, period, qualifier, source, asOf } = told
  return t('figure.told', {
    indicator: inReaderLang(indicator),
    period: periodWord(t, period),
    value: valueWord(told),
    unit: inReaderLang(unit),
    qualifier: t(`qualifier.${qualifier}`),
    source,
    asOf,
  })
}

/** Every period from the first to the last, so that a missing one is a gap. At most 600. Pure. */
export function periodsBetween(first: string, last: string): readonly string[] {
  const periods: string[] = []
  for (let period = first; period <= last && periods.length < 600; period = nextPeriod(period)) periods.push(period)
  return periods
}

function nextPeriod(period: string): string {
  const [year = '', part] = period.split('-')
  if (part === undefined) return String(Number(year) + 1)
  const quarters = part.startsWith('Q')
  const next = Number(quarters ? part.slice(1) : part) + 1
  const isOver = next > (quarters ? 4 : 12)
  const shown = isOver ? 1 : next
  return `${isOver ? Number(year) + 1 : year}-${quarters ? `Q${shown}` : String(shown).padStart(2, '0')}`
}
