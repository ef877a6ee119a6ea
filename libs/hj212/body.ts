import { commands, type Code, type Direction } from './catalogue-commands.ts'
import type { Item } from './segment.ts'
import type { Decimal, Time } from './value.ts'
import type { numberSuffixes } from './fields.ts'

/** A suffix under which a factor's numbers are sent. */
export type NumberSuffix = (typeof numberSuffixes)[number]

/** What a message says of one factor. */
export type Reading = {
  /** As sent, new code or of 2005; `findFactor` names it. */
  readonly code: string
  readonly numbers: Readonly<Partial<Record<NumberSuffix, Decimal>>>
  /** Data flag, as sent; `qualityOf` judges it. */
  readonly flag: string | null
  /** The maker's own flag, up to four characters. */
  readonly makerFlag: string | null
  readonly sampledAt: Time | null
  /** What else was sent of this factor. */
  readonly others: readonly Item[]
}

/** The period that a value stands for. `realtime` and `raw` are moments. */
export type Period = 'realtime' | 'raw' | 'five_minutes' | 'minute' | 'hour' | 'day' | 'single' | 'check'

/** A code as sent, and what it means when the standard knows it. */
export type ReadCode = { readonly text: string; readonly meaning: Code | null }

/** A text of a named thing: `i11001-Info`, `w01018-SN`. */
export type Info = { readonly code: string; readonly kind: 'Info' | 'SN'; readonly text: string }

/** What the data area of a command says. `rest` holds the items that the type does not name; nothing is lost. */
export type Body = { readonly rest: readonly Item[] } & (
  | { readonly type: 'data'; readonly period: Period; readonly at: Time | null; readonly readings: readonly Reading[] }
  | { readonly type: 'facility_states'; readonly at: Time | null; readonly states: readonly FacilityState[] }
  | { readonly type: 'running_times'; readonly at: Time | null; readonly hours: readonly FacilityHours[] }
  | { readonly type: 'query'; readonly from: Time | null; readonly to: Time | null; readonly polId: string | null }
  | { readonly type: 'switch'; readonly what: 'realtime' | 'facility_states'; readonly on: boolean }
  | { readonly type: 'restarted'; readonly at: Time | null; readonly restartedAt: Time | null }
  | { readonly type: 'retry_settings'; readonly overTimeS: number | null; readonly repeats: number | null }
  | { readonly type: 'clock'; readonly polId: string | null; readonly clock: Time | null }
  | { readonly type: 'realtime_interval'; readonly intervalS: number | null }
  | { readonly type: 'minute_interval'; readonly intervalMin: number | null }
  | { readonly type: 'password'; readonly password: string | null }
  | { readonly type: 'key'; readonly madeAt: Time | null; readonly key: string | null }
  | {
      readonly type: 'control'
      readonly polId: string | null
      readonly infoId: string | null
      readonly at: Time | null
      readonly from: Time | null
      readonly to: Time | null
      readonly bottle: string | null
      readonly cycleStart: string | null
      readonly cycleH: number | null
      readonly analysisMin: number | null
      readonly infos: readonly Info[]
    }
  | { readonly type: 'request_answer'; readonly answer: ReadCode | null }
  | { readonly type: 'result'; readonly result: ReadCode | null }
  | { readonly type: 'notice_answer' }
  | { readonly type: 'upload_answer' }
  | { readonly type: 'heartbeat' }
  | { readonly type: 'unknown' }
)

/** `SBxxx-RS`: the state of a facility. */
export type FacilityState = { readonly facility: string; readonly state: ReadCode }
/** `SBxxx-RT`: hours a facility ran on the day. */
export type FacilityHours = { readonly facility: string; readonly hours: Decimal }

/** Periods of the commands that upload data. HJ 212-2017 table 9; the rows of 2025 after implementations. */
export const periodOf: ReadonlyMap<string, Period> = new Map([
  ['2011', 'realtime'],
  ['2013', 'raw'],
  ['2031', 'day'],
  ['2051', 'minute'],
  ['2052', 'single'],
  ['2061', 'hour'],
  ['2062', 'check'],
  ['2111', 'five_minutes'],
])

const uploads: ReadonlySet<Body['type']> = new Set(['data', 'facility_states', 'running_times', 'restarted'])
const orders: ReadonlySet<Body['type']> = new Set(['query', 'switch', 'retry_settings', 'password'])

/**
 * Who said it: the number of a command does not always tell, its data area does.
 * @returns `both` when neither tells, as for a device's clock that is read by 1011 without PolId
 * Source: HJ 212-2017 table 9. O(rows of the command table).
 */
export function directionOf(cn: string, body: Body): Direction {
  if (uploads.has(body.type)) return 'up'
  if (orders.has(body.type)) return 'down'
  const rows = commands.filter((row) => row.cn === cn)
  const [first] = rows
  if (rows.length === 1 && first) return first.direction
  // What is asked for and uploaded under one number carries a value only on the way up.
  if (body.type === 'clock') return body.clock ? 'up' : 'down'
  if (body.type === 'realtime_interval') return body.intervalS === null ? 'down' : 'up'
  if (body.type === 'minute_interval') return body.intervalMin === null ? 'down' : 'up'
  if (body.type === 'control') return hasNews(body) ? 'up' : 'down'
  return 'both'
}

const hasNews = (body: Body & { readonly type: 'control' }): boolean =>
  body.at !== null || body.bottle !== null || body.cycleH !== null || body.analysisMin !== null || body.infos.length > 0

/** What a value is worth. */
export type Quality = 'good' | 'substituted' | 'bad' | 'unflagged'

/**
 * Judges a data flag: N is good; calibrating, maintenance and set by hand are substituted; everything else is bad.
 * @param flag  as sent; null when none was sent
 * Source: HJ 212-2017 table 8; the three classes are own. O(1).
 */
export function qualityOf(flag: string | null): Quality {
  if (flag === null || flag === '') return 'unflagged'
  if (flag === 'N') return 'good'
  return flag === 'C' || flag === 'M' || flag === 'S' ? 'substituted' : 'bad'
}
