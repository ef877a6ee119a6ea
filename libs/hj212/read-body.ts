import { toItem, type Area, type AreaItem } from './area.ts'
import {
  periodOf,
  type Body,
  type FacilityHours,
  type FacilityState,
  type Info,
  type NumberSuffix,
  type Period,
  type ReadCode,
} from './body.ts'
import { blame, type Report } from './report.ts'
import type { Item } from './segment.ts'
import type { Decimal, Time, Value } from './value.ts'

/**
 * Reads the data area of a command.
 * @param cn  command code; an unknown one gives `unknown` with everything in `rest`
 * Source: HJ 212-2017 table 9 and annex C. O(items).
 */
export function readBody(cn: string, area: Area, report: Report): Body {
  const fields: AreaItem[] = []
  for (const group of area) for (const item of group) fields.push(item)
  const period = periodOf.get(cn)
  if (period) return readData(cn, period, fields, report)
  const reader = readers.get(cn)
  return reader ? reader(sortFields(fields, report)) : { type: 'unknown', rest: fields.map(toItem) }
}

/** Fields by name, the last of a name; `take` marks what a type names, the rest is kept. */
type Sorted = {
  readonly fields: readonly AreaItem[]
  readonly time: (name: string) => Time | null
  readonly text: (name: string) => string | null
  readonly integer: (name: string) => number | null
  readonly code: (name: string) => ReadCode | null
  /** Every field of a suffix. */
  readonly withSuffix: (suffix: string) => readonly AreaItem[]
  readonly rest: () => readonly Item[]
}

function sortFields(fields: readonly AreaItem[], report: Report): Sorted {
  const byName = new Map<string, AreaItem>()
  for (const field of fields) {
    if (byName.has(field.name)) blame(report, 'field_duplicate', field)
    byName.set(field.name, field)
  }
  const taken = new Set<AreaItem>()
  const take = <Kind extends Value['kind']>(name: string, kind: Kind): (Value & { kind: Kind }) | null => {
    const field = byName.get(name)
    if (!field || !isKind(field.value, kind)) return null
    taken.add(field)
    return field.value
  }
  const integer = (name: string) => take(name, 'integer')?.number ?? null
  return {
    fields,
    time: (name) => take(name, 'time'),
    text: (name) => take(name, 'text')?.text ?? null,
    integer,
    code: (name) => toCode(take(name, 'code')),
    withSuffix: (suffix) => {
      const found = fields.filter((field) => field.field.suffix === suffix && byName.get(field.name) === field)
      for (const field of found) taken.add(field)
      return found
    },
    rest: () => fields.filter((field) => !taken.has(field)).map(toItem),
  }
}

const isKind = <Kind extends Value['kind']>(value: Value, kind: Kind): value is Value & { kind: Kind } =>
  value.kind === kind

const toCode = (value: ReadCode | null): ReadCode | null => value && { text: value.text, meaning: value.meaning }

type MutableReading = {
  code: string
  numbers: Partial<Record<NumberSuffix, Decimal>>
  flag: string | null
  makerFlag: string | null
  sampledAt: Time | null
  others: Item[]
}

function readData(cn: string, period: Period, fields: readonly AreaItem[], report: Report): Body {
  const readings = new Map<string, MutableReading>()
  const own: AreaItem[] = []
  for (const field of fields) {
    const { code, suffix } = field.field
    if (suffix === '') {
      own.push(field)
      continue
    }
    const reading = readings.get(code) ?? emptyReading(code)
    readings.set(code, reading)
    if (!addTo(reading, suffix, field)) blame(report, 'field_duplicate', field)
  }
  const [first] = own
  // As nearly every message has it: the time alone.
  if (own.length === 1 && first?.name === 'DataTime' && first.value.kind === 'time')
    return { type: 'data', period, at: first.value, readings: [...readings.values()], rest: [] }
  const sorted = sortFields(own, report)
  if (readings.size === 0 && isOrder(own)) return readOrder(cn, sorted)
  const at = sorted.time('DataTime')
  return { type: 'data', period, at, readings: [...readings.values()], rest: sorted.rest() }
}

const emptyReading = (code: string): MutableReading => ({
  code,
  numbers: {},
  flag: null,
  makerFlag: null,
  sampledAt: null,
  others: [],
})

/** Adds what a field says; false when the same was said before: the last one counts. */
function addTo(reading: MutableReading, suffix: string, { name, raw, value }: AreaItem): boolean {
  if (value.kind === 'decimal' && suffix !== 'RT') {
    const isNew = reading.numbers[suffix as NumberSuffix] === undefined // fields.ts reads decimals for these and RT
    reading.numbers[suffix as NumberSuffix] = value
    return isNew
  }
  if (suffix === 'Flag') {
    const isNew = reading.flag === null
    reading.flag = raw
    return isNew
  }
  if (suffix === 'EFlag') {
    const isNew = reading.makerFlag === null
    reading.makerFlag = raw
    return isNew
  }
  if (suffix === 'SampleTime' && value.kind === 'time') {
    const isNew = reading.sampledAt === null
    reading.sampledAt = value
    return isNew
  }
  const isNew = !reading.others.some((other) => other.name === name)
  reading.others.push({ name, text: raw })
  return isNew
}

/** A data area without DataTime and without readings is the platform's question. */
const isOrder = (own: readonly AreaItem[]): boolean => !own.some(({ name }) => name === 'DataTime')

function readOrder(cn: string, sorted: Sorted): Body {
  if (cn === '2011') return { type: 'switch', what: 'realtime', on: true, rest: sorted.rest() }
  return readQuery(sorted)
}

function readQuery(sorted: Sorted): Body {
  const [from, to, polId] = [sorted.time('BeginTime'), sorted.time('EndTime'), sorted.text('PolId')]
  return { type: 'query', from, to, polId, rest: sorted.rest() }
}

function readStates(sorted: Sorted): Body {
  if (sorted.fields.length === 0) return { type: 'switch', what: 'facility_states', on: true, rest: [] }
  const at = sorted.time('DataTime')
  const states = sorted.withSuffix('RS').flatMap(({ field: { code }, value }): FacilityState[] => {
    return value.kind === 'code' ? [{ facility: code, state: { text: value.text, meaning: value.meaning } }] : []
  })
  return { type: 'facility_states', at, states, rest: sorted.rest() }
}

function readRunningTimes(sorted: Sorted): Body {
  if (isOrder(sorted.fields)) return readQuery(sorted)
  const at = sorted.time('DataTime')
  const hours = sorted.withSuffix('RT').flatMap(({ field: { code }, value }): FacilityHours[] => {
    return value.kind === 'decimal' ? [{ facility: code, hours: value }] : []
  })
  return { type: 'running_times', at, hours, rest: sorted.rest() }
}

function readControl(sorted: Sorted): Body {
  const infosOf = (kind: Info['kind']) =>
    sorted.withSuffix(kind).map(({ field: { code }, value }): Info => ({ code, kind, text: value.text }))
  return {
    type: 'control',
    polId: sorted.text('PolId'),
    infoId: sorted.text('InfoId'),
    at: sorted.time('DataTime'),
    from: sorted.time('BeginTime'),
    to: sorted.time('EndTime'),
    bottle: sorted.text('VaseNo'),
    cycleStart: sorted.text('CstartTime'),
    cycleH: sorted.integer('Ctime'),
    analysisMin: sorted.integer('Stime'),
    infos: [...infosOf('Info'), ...infosOf('SN')],
    rest: sorted.rest(),
  }
}

type Reader = (sorted: Sorted) => Body

const clock: Reader = (sorted) => {
  const [polId, time] = [sorted.text('PolId'), sorted.time('SystemTime')]
  return { type: 'clock', polId, clock: time, rest: sorted.rest() }
}
const realtimeInterval: Reader = (sorted) => {
  const intervalS = sorted.integer('RtdInterval')
  return { type: 'realtime_interval', intervalS, rest: sorted.rest() }
}
const minuteInterval: Reader = (sorted) => {
  const intervalMin = sorted.integer('MinInterval')
  return { type: 'minute_interval', intervalMin, rest: sorted.rest() }
}

const readers: ReadonlyMap<string, Reader> = new Map<string, Reader>([
  [
    '1000',
    (sorted) => {
      const [overTimeS, repeats] = [sorted.integer('OverTime'), sorted.integer('ReCount')]
      return { type: 'retry_settings', overTimeS, repeats, rest: sorted.rest() }
    },
  ],
  ['1001', readControl],
  ['1002', readControl],
  ['1011', clock],
  ['1012', clock],
  ['1013', clock],
  [
    '1014',
    (sorted) => {
      const [madeAt, key] = [sorted.time('SKCreateTime'), sorted.text('NewSK')]
      return { type: 'key', madeAt, key, rest: sorted.rest() }
    },
  ],
  ['1061', realtimeInterval],
  ['1062', realtimeInterval],
  ['1063', minuteInterval],
  ['1064', minuteInterval],
  [
    '1072',
    (sorted) => {
      const password = sorted.text('NewPW')
      return { type: 'password', password, rest: sorted.rest() }
    },
  ],
  ['2012', (sorted) => ({ type: 'switch', what: 'realtime', on: false, rest: sorted.rest() })],
  ['2021', readStates],
  ['2022', (sorted) => ({ type: 'switch', what: 'facility_states', on: false, rest: sorted.rest() })],
  ['2041', readRunningTimes],
  [
    '2081',
    (sorted) => {
      const [at, restartedAt] = [sorted.time('DataTime'), sorted.time('RestartTime')]
      return { type: 'restarted', at, restartedAt, rest: sorted.rest() }
    },
  ],
  ...['3011', '3012', '3013', '3014', '3015', '3016', '3017', '3018', '3019', '3020', '3021', '3022', '3024'].map(
    (cn) => [cn, readControl] as const,
  ),
  [
    '9011',
    (sorted) => {
      const answer = sorted.code('QnRtn')
      return { type: 'request_answer', answer, rest: sorted.rest() }
    },
  ],
  [
    '9012',
    (sorted) => {
      const result = sorted.code('ExeRtn')
      return { type: 'result', result, rest: sorted.rest() }
    },
  ],
  ['9013', (sorted) => ({ type: 'notice_answer', rest: sorted.rest() })],
  ['9014', (sorted) => ({ type: 'upload_answer', rest: sorted.rest() })],
  ['9015', (sorted) => ({ type: 'heartbeat', rest: sorted.rest() })],
])
