import { formatMoney, formatNumber, unitWord } from '@tingzhou/ui'
import type { Shown } from './api.ts'

type T = (key: string, values?: Readonly<Record<string, string | number>>) => string

const shares: ReadonlySet<string> = new Set([
  'sufficiency',
  'actual_local',
  'potential_local',
  'gap',
  'utilisation',
  'completeness',
  'present',
  'pull',
])
const money: ReadonlySet<string> = new Set(['inbound_freight', 'substitution'])
/** Parts that are shares themselves. */
const shareParts: ReadonlySet<string> = new Set(['actual', 'potential', 'largestShare'])
/** Parts that count units of the product. */
const unitParts: ReadonlySet<string> = new Set([
  'need',
  'inputs',
  'demand',
  'byProduct',
  'capacity',
  'output',
  'promised',
  'units',
  'imported',
  'spare',
  'replaced',
])
const kgPerTonne = 1_000

/** Money that is told in steps, so without fen. */
export const roundedMoney = (fen: number): string => `≈ ${fen < 0 ? '-' : ''}¥${formatNumber(Math.abs(fen) / 100, 0)}`

export const percentText = (share: number, digits = 1): string => `${formatNumber(share * 100, digits)} %`

/** The value of a figure, or why there is none. */
export function valueText(t: T, figure: Shown | undefined, kMin: number): string {
  if (!figure) return '–'
  if (figure.value === null) return figure.hidden ? t('industry.fewer', { n: kMin }) : t('industry.none')
  const about = figure.isRounded ? '≈ ' : ''
  if (shares.has(figure.name)) return about + percentText(figure.value, figure.isRounded ? 0 : 1)
  if (money.has(figure.name)) return formatMoney(figure.value)
  return about + formatNumber(figure.value, 0)
}

/** A number of a formula with its unit. */
export function partText(t: T, name: string, value: number | null, unit: string, kMin: number): string {
  if (value === null) return t('industry.fewer', { n: kMin })
  if (name.endsWith('Fen')) return formatMoney(value)
  if (name.endsWith('Km')) return `${formatNumber(value, 0)} ${unitWord('km')}`
  if (name === 'kg') return `${formatNumber(value / kgPerTonne, 0)} ${unitWord('t')}`
  if (shareParts.has(name)) return percentText(value)
  if (unitParts.has(name)) return `${formatNumber(value, value < 100 ? 2 : 0)} ${unitWord(unit)}`
  return formatNumber(value, Number.isInteger(value) ? 0 : 3)
}

export const figureOf = (figures: readonly Shown[], name: Shown['name']): Shown | undefined =>
  figures.find((figure) => figure.name === name)
