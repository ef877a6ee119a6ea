import { formatAmount, formatMoney, formatNumber, formatTimeFull, i18n } from '@tingzhou/ui'
import { formatPrice } from '../carriage/scaled.ts'

/** The units of limits by the end of their name, the longest first; a limit without one is a number of things. */
const units = ['LPer100Km', 'Kmh', 'Days', 'Pct', 'Fen', 'Min', 'M'] as const

/** The unit of a limit, as a key of the texts; null: it is counted. O(1). */
export const unitOf = (name: string): (typeof units)[number] | null => units.find((unit) => name.endsWith(unit)) ?? null

export type Text = (key: string, values?: Readonly<Record<string, string>>) => string

/** A limit with its unit. */
export function limitText(t: Text, name: string, value: number): string {
  const unit = unitOf(name)
  if (unit === 'Fen') return formatMoney(value)
  return unit === null ? formatNumber(value) : `${formatNumber(value)} ${t(`limit_unit.${unit}`)}`
}

/** What is told of a value by the end of its name, where its unit stands. */
const readers: readonly (readonly [end: string, say: (t: Text, value: number) => string])[] = [
  ['MilliFen', (_t, value) => `¥${formatPrice(value)}`],
  ['Fen', (_t, value) => formatMoney(value)],
  ['Kmh', (t, value) => `${formatNumber(value)} ${t('limit_unit.Kmh')}`],
  ['Pct', (_t, value) => `${formatNumber(value)} %`],
  ['Min', (t, value) => `${formatNumber(value)} ${t('limit_unit.Min')}`],
  ['Kg', (_t, value) => `${formatAmount(value, 3)} t`],
  ['At', (_t, value) => formatTimeFull(value)],
  ['M', (t, value) => metres(t, value)],
  ['L', (_t, value) => `${formatNumber(value)} L`],
]
const instants: ReadonlySet<string> = new Set(['at', 'from', 'to'])

function metres(t: Text, value: number): string {
  return Math.abs(value) < 10_000
    ? `${formatNumber(value)} ${t('limit_unit.M')}`
    : `${formatNumber(Math.round(value / 100) / 10)} ${t('limit_unit.Km')}`
}

/** A value of the evidence in words; codes that have a name in the texts are named. */
export function valueText(t: Text, name: string, value: unknown): string {
  if (value === null || value === undefined || value === '') return '–'
  if (typeof value === 'boolean') return t(value ? 'yes' : 'no')
  if (typeof value === 'number') {
    if (instants.has(name)) return formatTimeFull(value)
    return readers.find(([end]) => name.endsWith(end))?.[1](t, value) ?? formatNumber(value)
  }
  if (typeof value === 'string') return codeText(t, name === 'paperKind' ? 'paper_kind' : 'audit_value', value)
  if (Array.isArray(value))
    return value.length === 0 ? t('audit.none') : value.map((one) => valueText(t, name, one)).join(t('audit.between'))
  return factsOf(t, value)
    .map(({ label, lines }) => `${label} ${lines.join(t('audit.between'))}`)
    .join(t('audit.and'))
}

const codeText = (t: Text, among: string, code: string): string =>
  i18n.exists(`freight:${among}.${code}`) ? t(`${among}.${code}`) : code

/** The values of evidence in the order in which they are told; those without a name here come last, as they are called. */
export const evidenceNames = [
  'terminal',
  'end',
  'place',
  'number',
  'same',
  'step',
  'at',
  'from',
  'to',
  'times',
  'wrong',
  'trips',
  'slips',
  'grossKg',
  'netKg',
  'ratedLoadKg',
  'vehicleGrossKg',
  'legalGrossKg',
  'phonePositions',
  'wayMin',
  'departedAt',
  'arrivedAt',
  'coverPct',
  'gaps',
  'gapMaxMin',
  'trouble',
  'ends',
  'statedFromAt',
  'statedToAt',
  'distanceM',
  'seenAt',
  'fenceM',
  'lengthM',
  'plannedM',
  'onTour',
  'ratioPct',
  'fixes',
  'meanKmh',
  'leaps',
  'fromAt',
  'toAt',
  'speedKmh',
  'apartM',
  'agreedPlate',
  'leftWith',
  'registered',
  'plate',
  'plateColour',
  'trailerPlate',
  'devicePlate',
  'payees',
  'delegated',
  'dueFen',
  'billFen',
  'sheet',
  'priceMilliFen',
  'medianMilliFen',
  'deviationPct',
  'neededMin',
  'weighings',
  'alike',
  'bits',
  'photos',
  'photosThatTell',
  'photoApartMin',
  'photoApartM',
  'days',
  'day',
  'found',
  'subject',
  'reason',
  'paperKind',
  'validTo',
  'cargoClass',
  'typeCode',
  'body',
  'sameParty',
  'capacityKg',
  'tripsMax',
  'paidFen',
  'signedAt',
  'early',
  'line',
  'doneAt',
  'serial',
  'serialsTwice',
  'fuelFen',
  'litreFen',
  'fuelL',
  'fuelMaxL',
] as const

const placeOf = (name: string): number => {
  const place = evidenceNames.findIndex((one) => one === name)
  return place < 0 ? evidenceNames.length : place
}

/** Ids are for machines. */
const unsaid: ReadonlySet<string> = new Set(['id'])

/** A value with its name; of a list each entry is a line. */
export type FactText = { readonly key: string; readonly label: string; readonly lines: readonly string[] }

/** What a rule looked at, each value with its name. */
export function factsOf(t: Text, evidence: unknown): readonly FactText[] {
  if (typeof evidence !== 'object' || evidence === null) return []
  return Object.entries(evidence)
    .filter(([key]) => !unsaid.has(key))
    .toSorted(([one], [other]) => placeOf(one) - placeOf(other))
    .map(([key, value]) => ({
      key,
      label: i18n.exists(`freight:audit_fact.${key}`) ? t(`audit_fact.${key}`) : key,
      lines:
        Array.isArray(value) && value.length > 0
          ? value.map((one) => valueText(t, key, one))
          : [valueText(t, key, value)],
    }))
}
