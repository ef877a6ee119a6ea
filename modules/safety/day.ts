import { localDateOf } from '@tingzhou/calendar'
import type { EpochMs } from '@tingzhou/kernel'

const minuteMs = 60_000
const hourMs = 60 * minuteMs
/** Asia/Shanghai has had one offset since 1991. */
const offsetMs = 8 * hourMs

/** An instant in zone time, as a refusal names it: `2026-04-04 00:00`. O(1). */
export function isoOf(ms: EpochMs): string {
  const inDay = (ms + offsetMs) % (24 * hourMs)
  const two = (n: number) => String(n).padStart(2, '0')
  return `${localDateOf(ms)} ${two(Math.floor(inDay / hourMs))}:${two(Math.floor((inDay % hourMs) / minuteMs))}`
}

/** A calendar day's milliseconds: days of grace run day and night. */
export const dayMs = 24 * hourMs

/** The same day some years later, such as the end of a certificate; 29 February becomes the 28th. Pure. O(1). */
export function addYears(day: string, years: number): string {
  const year = String(Number(day.slice(0, 4)) + years)
  const leap = Number(year) % 4 === 0 && (Number(year) % 100 !== 0 || Number(year) % 400 === 0)
  return day.endsWith('-02-29') && !leap ? `${year}-02-28` : `${year}${day.slice(4)}`
}
