import type { AlarmRule, Condition, Suppression } from '../rule.ts'

/** A rule as the form holds it: flat, so that a field keeps its value when the kind changes and back. */
export type RuleValues = {
  readonly zh: string
  readonly en: string
  readonly kind: Condition['kind']
  readonly level: AlarmRule['level']
  readonly side?: 'hihi' | 'hi' | 'lo' | 'lolo'
  readonly forecastSide?: 'hi' | 'lo'
  readonly limit?: number
  readonly deadband?: number | null
  readonly reference?: string
  readonly deviationDirection?: 'above' | 'below' | 'both'
  readonly perMinute?: number
  readonly rateDirection?: 'rising' | 'falling' | 'both'
  readonly windowS?: number
  readonly withinS?: number
  readonly forS?: number
  readonly afterS?: number | null
  readonly byValue?: boolean
  readonly stateIs?: 'in' | 'not_in'
  readonly values?: string
  readonly bit?: number
  readonly onDelayS: number
  readonly offDelayS: number
  readonly latch: boolean
  readonly needsAction: boolean
  readonly owner: AlarmRule['owner']
  readonly shelveMaxH: number
  readonly suppressPoint?: string
  readonly suppressIs?: Suppression['is']
  readonly suppressValue?: number
  readonly consequenceZh?: string
  readonly consequenceEn?: string
  readonly responseZh?: string
  readonly responseEn?: string
  readonly reason: string
}

const beginning = {
  side: 'hi',
  forecastSide: 'hi',
  deviationDirection: 'both',
  rateDirection: 'both',
  windowS: 300,
  withinS: 1_800,
  forS: 3_600,
  stateIs: 'in',
} as const

/**
 * The name under which a new rule is kept at its point: what it looks for, with a number where there is one already. Pure.
 * @param taken  names that are in use
 */
export function freeKey(
  { kind, side, forecastSide }: Pick<RuleValues, 'kind' | 'side' | 'forecastSide'>,
  taken: readonly string[],
): string {
  const base = kind === 'limit' ? (side ?? kind) : kind === 'forecast' ? `forecast_${forecastSide ?? 'hi'}` : kind
  for (let number = 1; ; number++) {
    const key = number === 1 ? base : `${base}_${number}`
    if (!taken.includes(key)) return key
  }
}

/** The form's values for a rule; for a new one where most begin. Pure. O(1). */
export function fromValues(rule: AlarmRule | null, isMoving: boolean): Partial<RuleValues> {
  if (!rule)
    return {
      ...beginning,
      kind: isMoving ? 'no_data' : 'limit',
      level: 3,
      onDelayS: 0,
      offDelayS: 0,
      latch: false,
      needsAction: false,
      owner: 'dispatcher',
      shelveMaxH: 8,
    }
  const { name, level, onDelayS, offDelayS, latch, needsAction, owner, shelveMaxH, suppress } = rule
  return {
    ...beginning,
    level,
    onDelayS,
    offDelayS,
    latch,
    needsAction,
    owner,
    shelveMaxH,
    zh: name.zh,
    en: name.en,
    ...conditionValues(rule.condition),
    ...(suppress ? { suppressPoint: suppress.point, suppressIs: suppress.is, suppressValue: suppress.value } : {}),
    consequenceZh: rule.consequence.zh,
    consequenceEn: rule.consequence.en,
    responseZh: rule.response.zh,
    responseEn: rule.response.en,
  }
}

function conditionValues(condition: Condition): Partial<RuleValues> {
  switch (condition.kind) {
    case 'limit':
      return { kind: 'limit', side: condition.side, limit: condition.limit, deadband: condition.deadband }
    case 'deviation': {
      const { limit, deadband, direction, reference } = condition
      return { kind: 'deviation', limit, deadband, deviationDirection: direction, reference: String(reference) }
    }
    case 'rate':
      return {
        kind: 'rate',
        perMinute: condition.perMinute,
        rateDirection: condition.direction,
        windowS: condition.windowS,
      }
    case 'forecast': {
      const { side, limit, windowS, withinS } = condition
      return { kind: 'forecast', forecastSide: side, limit, windowS, withinS }
    }
    case 'stuck':
      return { kind: 'stuck', forS: condition.forS }
    case 'no_data':
      return { kind: 'no_data', afterS: condition.afterS, byValue: condition.byValue }
    case 'state':
      return { kind: 'state', stateIs: condition.is, values: condition.values.join(', ') }
    case 'bit':
      return { kind: 'bit', bit: condition.bit }
  }
}

/** The rule that the form's values say; what is missing the server refuses by name. Pure. O(1). */
export function toRule(key: string, values: RuleValues): AlarmRule {
  const { zh, en, level, onDelayS, offDelayS, latch, needsAction, owner, shelveMaxH } = values
  const { suppressPoint, suppressIs = 'eq', suppressValue = 0 } = values
  return {
    key,
    level,
    onDelayS,
    offDelayS,
    owner,
    shelveMaxH,
    latch: latch ?? false,
    needsAction: needsAction ?? false,
    name: { zh, en },
    condition: conditionOf(values),
    suppress: suppressPoint
      ? { point: suppressPoint.trim().toUpperCase(), is: suppressIs, value: suppressValue }
      : null,
    consequence: { zh: values.consequenceZh ?? '', en: values.consequenceEn ?? '' },
    response: { zh: values.responseZh ?? '', en: values.responseEn ?? '' },
  }
}

function conditionOf(values: RuleValues): Condition {
  const { kind, limit = 0, windowS = 300 } = values
  const deadband = values.deadband ?? null
  switch (kind) {
    case 'limit':
      return { kind, side: values.side ?? 'hi', limit, deadband }
    case 'deviation': {
      const text = (values.reference ?? '').trim()
      const reference = /^-?\d+(?:\.\d+)?$/.test(text) ? Number(text) : text.toUpperCase()
      return { kind, reference, limit, direction: values.deviationDirection ?? 'both', deadband }
    }
    case 'rate':
      return { kind, perMinute: values.perMinute ?? 0, windowS, direction: values.rateDirection ?? 'both' }
    case 'forecast':
      return { kind, side: values.forecastSide ?? 'hi', limit, windowS, withinS: values.withinS ?? 1_800 }
    case 'stuck':
      return { kind, forS: values.forS ?? 3_600 }
    case 'no_data':
      return { kind, afterS: values.afterS ?? null, byValue: values.byValue ?? false }
    case 'state':
      return {
        kind,
        is: values.stateIs ?? 'in',
        values: (values.values ?? '')
          .split(/[\s,，]+/)
          .filter(Boolean)
          .map(Number),
      }
    case 'bit':
      return { kind, bit: values.bit ?? 0 }
  }
}
