import { parseQn, type Message } from '@tingzhou/hj212'
import { epochMs } from '@tingzhou/kernel'
import { contactOrders, isTold, tellFirst, type Device } from '@tingzhou/telemetry'
import type { Platform } from './platform.ts'

/** A clock that is further off is set. */
export const driftMaxMs = 60_000
const waitsMs = 3_600_000

/**
 * Tells a logger how to report, where its settings say so and it was not told yet: what it speaks first begins it. The orders are those
 * of any person, and so are their answers.
 * Source: HJ 212-2017 clause 6.7. O(1); two statements once.
 */
export function meetFirst(platform: Platform, device: Device, { segment: { qn } }: Message): void {
  const { db, zoneId, clock, clocksSet, counters, devices, log, meeting } = platform
  const wish = device.settings.firstContact
  if (!wish || isTold(device.settings) || meeting.has(device.id)) return
  const now = clock()
  const said = qn === null ? null : parseQn(qn)
  const isClockOff = said === null || Math.abs(said - now) > driftMaxMs
  const orders = contactOrders(wish, isClockOff)
  if (orders.some(({ kind }) => kind === 'set_time')) clocksSet.set(device.id, now)
  meeting.add(device.id)
  const who = {
    actorId: 'gateway',
    actorName: '庭州',
    reason: 'first contact',
    expiresAt: epochMs(now + waitsMs),
  }
  tellFirst(db, zoneId, device.id, wish, orders, who, now)
    .then(async (isFirst) => {
      if (isFirst) counters.add('hj212.first_contacts')
      await devices.reload(device.identity)
    })
    // It is told with what it says next.
    .catch((error: unknown) => log.error({ err: error, device: device.identity }, 'a first contact could not be kept'))
    .finally(() => meeting.delete(device.id))
}
