import * as z from 'zod'
import {
  beginExchange,
  encode,
  explain,
  formatQn,
  formatTime,
  item,
  requestAnswers,
  requestOf,
  results,
  type Address,
  type Code,
  type Exchange,
  type Group,
  type Period,
} from '@tingzhou/hj212'
import type { Json } from '@tingzhou/db'
import { epochMs, type EpochMs } from '@tingzhou/kernel'
import type { DeviceOrder, hj212Commands } from '@tingzhou/telemetry'

/** An order on the wire. */
export type Sent = {
  readonly order: DeviceOrder
  readonly cn: string
  readonly frame: Uint8Array
  exchange: Exchange
  /** How often the device sends once it has done it; null: as before. */
  readonly sets: Sets | null
  /** What the device said meanwhile in words: its clock, its intervals, its information. */
  readonly heard: Json[]
}

/** How often records of a period are sent, ms; null: no more. */
type Sets = { readonly period: Period; readonly everyMs: number | null }

/** How an order is written: which command, what stands in its data area. */
type Definition = {
  readonly cn: string
  readonly kind: Exchange['kind']
  /** @throws ZodError for a body that cannot be sent */
  readonly area: (body: Json, now: EpochMs) => readonly Group[]
}

const Nothing = z.object({})
const Factor = z.object({ polId: z.string().regex(/^\w{1,20}$/) })
const Info = Factor.extend({ infoId: z.string().regex(/^\w{1,20}$/) })
const Whole = (min: number, max: number) => z.int().min(min).max(max)
const Instant = Whole(0, 253_402_300_799_999)
const Span = z
  .object({ from: Instant, to: Instant })
  .refine(({ from, to }) => from < to, { path: ['to'], error: '> from' })

const define = <Body>(
  cn: string,
  body: z.ZodType<Body>,
  area: (body: Body, now: EpochMs) => readonly Group[] = () => [],
  kind: Exchange['kind'] = 'request',
): Definition => ({ cn, kind, area: (given, now) => area(body.parse(given), now) })

const span = ({ from, to }: z.infer<typeof Span>): readonly Group[] => [
  item('BeginTime', formatTime(epochMs(from))),
  item('EndTime', formatTime(epochMs(to))),
]
const factor = ({ polId }: z.infer<typeof Factor>): readonly Group[] => [item('PolId', polId)]

/** What may be asked of a device. Source: HJ 212-2017 table 9 and annex C. */
const definitions = {
  set_time: define('1012', Nothing, (_body, now) => [item('SystemTime', formatTime(now))]),
  read_time: define('1011', Nothing),
  set_retries: define('1000', z.object({ overTimeS: Whole(1, 3_600), repeats: Whole(0, 99) }), (body) => [
    item('OverTime', String(body.overTimeS)),
    item('ReCount', String(body.repeats)),
  ]),
  set_realtime_interval: define('1062', z.object({ intervalS: Whole(30, 3_600) }), ({ intervalS }) => [
    item('RtdInterval', String(intervalS)),
  ]),
  read_realtime_interval: define('1061', Nothing),
  set_minute_interval: define(
    '1064',
    z.object({ intervalMin: z.literal([1, 2, 3, 4, 5, 6, 10, 12, 15, 20, 30]) }),
    ({ intervalMin }) => [item('MinInterval', String(intervalMin))],
  ),
  read_minute_interval: define('1063', Nothing),
  start_realtime: define('2011', Nothing),
  stop_realtime: define('2012', Nothing, () => [], 'notice'),
  start_states: define('2021', Nothing),
  stop_states: define('2022', Nothing, () => [], 'notice'),
  query_minutes: define('2051', Span, span),
  query_hours: define('2061', Span, span),
  query_days: define('2031', Span, span),
  query_running_times: define('2041', Span, span),
  calibrate: define('3011', Factor, factor),
  sample_now: define('3012', Factor, factor),
  wash: define('3013', Factor, factor),
  compare: define('3014', Factor, factor),
  keep_sample: define('3015', Nothing),
  set_sampling_cycle: define(
    '3016',
    Factor.extend({ start: z.string().regex(/^(?:[01]\d|2[0-3])[0-5]\d[0-5]\d$/), cycleH: Whole(1, 24) }),
    ({ polId, start, cycleH }) => [item('PolId', polId), item('CstartTime', start), item('Ctime', String(cycleH))],
  ),
  read_sampling_cycle: define('3017', Factor, factor),
  read_analysis_time: define('3018', Factor, factor),
  read_ids: define('3019', Factor, factor),
  read_info: define('3020', Info, ({ polId, infoId }) => [item('PolId', polId), item('InfoId', infoId)]),
  set_parameter: define(
    '3021',
    Info.extend({ value: z.string().regex(/^[^;,&=\p{Cc}]{1,100}$/u) }),
    ({ polId, infoId, value }) => [item('PolId', polId), item('InfoId', infoId), item(`${infoId}-Info`, value)],
  ),
  keep_sample_now: define('3022', Nothing),
  start_check: define('3024', Factor, factor),
} as const satisfies Record<OrderKind, Definition>

type OrderKind = (typeof hj212Commands)[number]

/**
 * Writes an order for a device.
 * @param qnAt  the instant that names the exchange: no two of one device share it
 * @returns the order on the wire, or what is wrong with it
 */
export function writeOrder(
  order: DeviceOrder,
  address: Address,
  qnAt: EpochMs,
  now: EpochMs,
): Sent | { readonly fault: string } {
  const definition = Object.hasOwn(definitions, order.kind) ? definitions[order.kind as OrderKind] : undefined
  if (!definition) return { fault: `kind ${order.kind} cannot be sent to an HJ 212 device` }
  const { cn, kind } = definition
  const qn = formatQn(qnAt)
  try {
    const encoded = encode(requestOf(address, qn, cn, definition.area(order.body, now)))
    if (!encoded.ok) return { fault: explain(encoded.error) }
    const exchange = beginExchange({ mn: address.mn, qn, kind }, now)
    return { order, cn, frame: encoded.value, exchange, heard: [], sets: setsOf(order) }
  } catch (error) {
    if (error instanceof z.ZodError)
      return { fault: error.issues.map(({ path, message }) => `${path.join('.')}: ${message}`).join('; ') }
    // Years that the standard's times cannot tell.
    if (error instanceof RangeError) return { fault: error.message }
    throw error
  }
}

// Bodies are checked when they are written.
function setsOf({ kind, body }: DeviceOrder): Sets | null {
  const { intervalS = 0, intervalMin = 0 } = body as { readonly intervalS?: number; readonly intervalMin?: number }
  switch (kind) {
    case 'set_realtime_interval':
      return { period: 'realtime', everyMs: intervalS * 1_000 }
    case 'set_minute_interval':
      return { period: 'minute', everyMs: intervalMin * 60_000 }
    case 'stop_realtime':
      return { period: 'realtime', everyMs: null }
    default:
      return null
  }
}

/** What became of an exchange that is over. */
export function outcomeOf({ exchange, heard }: Sent): {
  readonly state: 'acknowledged' | 'failed'
  readonly answer: Json
} {
  const said = heard.length > 0 ? { heard } : {}
  const { state, answer, result, kind } = exchange
  if (state === 'refused') return { state: 'failed', answer: { qnRtn: wordsOf(requestAnswers, answer), ...said } }
  if (state === 'timed_out')
    return { state: 'failed', answer: { fault: answer === null ? 'no answer' : 'no result', ...said } }
  if (kind === 'notice') return { state: 'acknowledged', answer: { answered: true } }
  const done = result === '1'
  return { state: done ? 'acknowledged' : 'failed', answer: { exeRtn: wordsOf(results, result), ...said } }
}

const wordsOf = (codes: readonly Code[], code: string | null): Json => {
  const { zh = '', en = '' } = codes.find((one) => one.code === code) ?? {}
  return { code, zh, en }
}
