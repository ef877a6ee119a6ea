import type { Message } from '@tingzhou/hj212'
import type { Device } from '@tingzhou/telemetry'
import type { MonitorLink } from './link.ts'
import type { Platform } from './platform.ts'
import { intervalS, noteBeat } from './rhythm.ts'

/** The point of a station that says in how many seconds it is heard again: silence is judged by it. */
export const intervalPoint = 'INTERVAL'

// Every station sends its hours.
const unknownS = 3_600
// What comes at once, as after an outage, is heard once.
const noteEveryMs = 5_000

/** Notes that a device was heard, and when it is expected again. O(periods). */
export function noteInterval(platform: Platform, device: Device, link: MonitorLink, { body }: Message): void {
  const { telemetry, intake, clock } = platform
  const now = clock()
  if (body.type === 'data' && body.at?.at) noteBeat(link.rhythm, body.period, body.at.at, now)
  const point = device.points[intervalPoint]
  if (point === undefined) return
  const last = telemetry.last.sample(point)
  // What it did over connections before counts until its records say otherwise.
  const expectedS = intervalS(link.rhythm, now) ?? last?.steps ?? unknownS
  if (last && last.steps === expectedS && now - last.at < noteEveryMs) return
  intake.sample(point, now, expectedS)
}
