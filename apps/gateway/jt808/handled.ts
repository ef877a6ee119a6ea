import { alarmFlags, confirmableAlarms, type Position, type Version } from '@tingzhou/jt808'
import type { DeviceOrder } from '@tingzhou/telemetry'
import type { Result, State } from './state.ts'

/** An order that the answer to a report tells: which alarms somebody has handled. */
export type Handled = {
  readonly order: DeviceOrder
  readonly alarmBits: number
  isTold: boolean
}

const confirmable = confirmableAlarms.reduce((bits, name) => bits | (1 << alarmFlags.indexOf(name)), 0)

/**
 * Whether an order is told by result 4 of 0x8001: terminals of 2011 have no 0x8203, and 0x8203 has no bit for a door that was opened
 * illegally.
 * @returns null when it is sent as a message of its own
 * Source: JT/T 808-2011, -2013 and -2019, 0x8001 and 0x8203. O(1).
 */
export function handledBy(order: DeviceOrder, version: Version): Handled | null {
  if (order.kind !== 'confirm_alarm') return null
  const { alarmBits } = order.body as { readonly alarmBits?: unknown }
  if (typeof alarmBits !== 'number' || !Number.isInteger(alarmBits) || alarmBits < 0 || alarmBits > 0xffff_ffff)
    return null
  const isOwnMessage = version !== '2011' && (alarmBits & ~confirmable) === 0
  return isOwnMessage ? null : { order, alarmBits, isTold: false }
}

// What is older says nothing of the alarms of now.
const freshMs = 300_000

/**
 * What a report is answered that is durable now: 4 as long as it tells of an alarm that somebody has handled. The order ends when
 * the terminal no longer tells of it.
 * Source: JT/T 808, 0x8001 result 4. O(orders that wait for that).
 */
export function resultFor({ platform, handled }: State, { timeMs, alarmBits }: Position): Result {
  const now = platform.clock()
  if (handled.size === 0 || timeMs === null || now - timeMs > freshMs) return 'ok'
  let result: Result = 'ok'
  for (const [id, one] of handled) {
    // The database has ended it.
    if (now >= one.order.expiresAt) handled.delete(id)
    else if ((alarmBits & one.alarmBits) !== 0) {
      one.isTold = true
      result = 'alarm_handled'
    } else {
      handled.delete(id)
      platform.answerOrder(id, 'acknowledged', { result: one.isTold ? 'alarm_handled' : 'alarm_over' })
    }
  }
  return result
}
