import { localTimeOf } from '@tingzhou/ui'

/** `HH:MM` in the zone. O(1). */
export const clockOf = (ms: number): string => localTimeOf(ms).slice(-5)

/** The same, with the day before it where it is another than that of `nowMs`. O(1). */
export function dayClockOf(ms: number, nowMs: number): string {
  const [day = '', time] = localTimeOf(ms).split('T')
  return localTimeOf(nowMs).startsWith(day) ? clockOf(ms) : `${day.slice(5)} ${time}`
}
