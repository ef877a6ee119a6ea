import {
  fieldNames,
  findFactor,
  periodNames,
  proposeUnit,
  qualityOf,
  suffixNames,
  type Message,
  type NumberSuffix,
  type Period,
  type Reading,
} from '@tingzhou/hj212'
import { quality, type Name, type PointKind, type PointTemplate, type Quality } from '@tingzhou/telemetry'
import { timeFault } from '../reading-time.ts'

/** One value that a message says, and the point that it belongs to. */
export type Value = {
  readonly template: PointTemplate
  readonly at: number
  readonly value: number
  readonly quality: Quality
}

/** Why something of a message becomes no reading; its frame is kept instead. */
export type Unread = 'text' | 'time'

export type Values = {
  readonly values: readonly Value[]
  readonly unread: Unread | null
  /** Values that there were none of: empty, `-`, NaN. */
  readonly missing: number
}

/** What the statistics of a period have behind the name of their point. */
const periodKeys: Readonly<Record<Period, string>> = {
  realtime: '',
  raw: '-raw',
  five_minutes: '-5min',
  minute: '-minute',
  hour: '-hour',
  day: '-day',
  single: '-single',
  check: '-check',
}

// Fine enough for every factor of annex B; sums of a day still fit into 2^50 steps.
const valueResolution = 0.0001
const sumResolution = 0.001
const codeRule = /^\w{1,20}$/

/**
 * The values of a message, and the points they belong to: statistics of a period are points of their own, apart from the
 * samples of the moment. A time that cannot be makes no reading.
 * @param now  milliseconds since the epoch
 * Source: HJ 212-2017 tables 4 and 8; HJ 212 server duties (quality by flag, times). O(items).
 */
export function valuesOf({ segment, body }: Message, now: number): Values {
  switch (body.type) {
    case 'data': {
      const values: Value[] = []
      let unread: Unread | null = hasTexts(body.readings) || body.rest.length > 0 ? 'text' : null
      let missing = 0
      for (const reading of body.readings) {
        const at = timeOf(reading, body.period, body.at?.at ?? null)
        if (!codeRule.test(codeOf(reading))) {
          unread ??= 'text'
          continue
        }
        if (at === null || !isPossible(at, now)) {
          unread = 'time'
          continue
        }
        const found = valuesOfReading(segment.st, body.period, reading, at)
        values.push(...found.values)
        missing += found.missing
      }
      return { values, unread: body.readings.length === 0 ? 'time' : unread, missing }
    }
    case 'facility_states': {
      const states = body.states.map(({ facility, state }) => ({ facility, value: Number.parseInt(state.text, 10) }))
      return ofFacilities(body.at?.at ?? null, now, body.rest.length > 0, states, 'RS')
    }
    case 'running_times': {
      const hours = body.hours.map(({ facility, hours }) => ({ facility, value: hours.number ?? Number.NaN }))
      return ofFacilities(body.at?.at ?? null, now, body.rest.length > 0, hours, 'RT')
    }
    case 'restarted': {
      const at = body.restartedAt?.at ?? body.at?.at ?? null
      if (at === null || !isPossible(at, now)) return { values: [], unread: 'time', missing: 0 }
      return { values: [{ template: restart, at, value: 1, quality: quality.good }], unread: null, missing: 0 }
    }
    default:
      return { values: [], unread: 'text', missing: 0 }
  }
}

const isPossible = (at: number, now: number): boolean => timeFault(at, now) === null

const hasTexts = (readings: readonly Reading[]): boolean =>
  readings.some(({ others, makerFlag }) => others.length > 0 || (makerFlag ?? '') !== '')

/** A value of the moment may have a time of its own. */
const timeOf = (reading: Reading, period: Period, at: number | null): number | null =>
  period === 'raw' || period === 'check' ? (reading.sampledAt?.at ?? at) : at

/** Codes of 2005, and those that lost their letter, mean the same factors. */
const codeOf = ({ code }: Reading): string => findFactor(code)?.code ?? code

// Nobody says that a value without a flag is valid.
const qualities = {
  good: quality.good,
  substituted: quality.substituted,
  bad: quality.bad,
  unflagged: quality.uncertain,
} as const

function valuesOfReading(st: string, period: Period, reading: Reading, at: number) {
  const worth = qualities[qualityOf(reading.flag)]
  const values: Value[] = []
  let missing = 0
  for (const [suffix, decimal] of Object.entries(reading.numbers)) {
    if (decimal.number === null) missing++
    // The keys of the numbers are suffixes.
    else
      values.push({
        template: templateOf(st, period, reading, suffix as NumberSuffix),
        at,
        value: decimal.number,
        quality: worth,
      })
  }
  // The letter itself, so that letters nobody knows are kept as they are.
  const letter = reading.flag?.codePointAt(0)
  if (letter !== undefined && letter < 0x10000)
    values.push({ template: templateOf(st, period, reading, 'Flag'), at, value: letter, quality: quality.good })
  return { values, missing }
}

const templates = new Map<string, PointTemplate>()
const templatesMax = 10_000

function templateOf(st: string, period: Period, reading: Reading, suffix: NumberSuffix | 'Flag'): PointTemplate {
  const id = `${st} ${period} ${reading.code} ${suffix}`
  const known = templates.get(id)
  if (known) return known
  const code = codeOf(reading)
  const factor = findFactor(code)
  const word = suffixNames[suffix]
  const isSum = suffix === 'Cou'
  const unit = suffix === 'Flag' ? null : isSum ? sumUnitOf(code) : proposeUnit(st, code)
  const [zh, en] = [`${factor?.zh ?? code} ${word.zh}`, `${factor?.en ?? code}, ${word.en}`]
  const of = periodNames[period]
  const name = period === 'realtime' ? { zh, en } : { zh: `${zh}（${of.zh}）`, en: `${en} (${of.en})` }
  const made = template(
    `${code}-${suffix}${periodKeys[period]}`,
    suffix === 'Flag' ? 'discrete' : 'analog',
    name,
    unit,
    isSum,
  )
  if (templates.size < templatesMax) templates.set(id, made)
  return made
}

/** What passed in a period: volume of a flow, mass of what it carries. */
function sumUnitOf(code: string): string | null {
  const unit = findFactor(code)?.unit
  if (unit === 'L/s' || unit === 'm³/s') return 'm³'
  return unit === 'mg/L' || unit === 'mg/m³' ? 'kg' : null
}

const template = (key: string, kind: PointKind, name: Name, unit: string | null, isSum = false): PointTemplate => ({
  key,
  kind,
  name,
  unit,
  resolution: kind === 'discrete' ? 1 : isSum ? sumResolution : valueResolution,
  euLow: null,
  euHigh: null,
  sampleMs: null,
  staleAfterS: null,
  counterMax: null,
})

const restart = template('RestartTime', 'discrete', fieldNames.RestartTime ?? { zh: '', en: 'restart' }, null)

function ofFacilities(
  at: number | null,
  now: number,
  hasMore: boolean,
  found: readonly { readonly facility: string; readonly value: number }[],
  suffix: 'RS' | 'RT',
): Values {
  if (at === null || !isPossible(at, now)) return { values: [], unread: 'time', missing: 0 }
  const known = found.filter(({ facility, value }) => Number.isFinite(value) && codeRule.test(facility))
  const values = known.map(({ facility, value }): Value => {
    const { zh, en } = suffixNames[suffix] ?? { zh: suffix, en: suffix }
    const name = { zh: `${facility} ${zh}`, en: `${facility}, ${en}` }
    const kind = suffix === 'RS' ? 'discrete' : 'analog'
    const made = template(`${facility}-${suffix}`, kind, name, suffix === 'RT' ? 'h' : null)
    return { template: made, at, value, quality: quality.good }
  })
  return { values, unread: hasMore ? 'text' : null, missing: found.length - known.length }
}
