/** Zones: fixed distances from UTC, and names of the IANA database as the runtime knows it. */
import { dayNumber } from './calendar.ts'
import type { Zone } from './value.ts'

// 18 hours is the largest distance that java.time and the conformance tests allow.
const offsetMaxS = 18 * 3600

/** Reads `Z`, `+08:00`, `-05:30:15` or `@Asia/Shanghai`; undefined when it is none of them or no such zone. */
export function readZone(text: string): Zone | undefined {
  if (text === '') return null
  if (text === 'Z' || text === 'z') return { offsetS: 0 }
  if (text.startsWith('@')) return isZoneName(text.slice(1)) ? { name: text.slice(1) } : undefined
  const [, sign, hours, minutes, seconds] = /^([+-])(\d{2}):(\d{2})(?::(\d{2}))?$/.exec(text) ?? []
  if (sign === undefined || Number(minutes) > 59 || Number(seconds ?? 0) > 59) return undefined
  const offsetS = Number(hours) * 3600 + Number(minutes) * 60 + Number(seconds ?? 0)
  if (offsetS > offsetMaxS) return undefined
  // Adding zero turns -0 into 0.
  return { offsetS: (sign === '-' ? -offsetS : offsetS) + 0 }
}

export function zoneText(zone: Zone): string {
  if (zone === null) return ''
  if ('name' in zone) return `@${zone.name}`
  if (zone.offsetS === 0) return 'Z'
  const size = Math.abs(zone.offsetS)
  const parts = [Math.floor(size / 3600), Math.floor(size / 60) % 60, ...(size % 60 === 0 ? [] : [size % 60])]
  return (zone.offsetS < 0 ? '-' : '+') + parts.map((part) => String(part).padStart(2, '0')).join(':')
}

const formats = new Map<string, Intl.DateTimeFormat | null>()

/** A format that tells a zone's local time; null when there is no such zone. */
function formatOf(name: string): Intl.DateTimeFormat | null {
  const known = formats.get(name)
  if (known !== undefined) return known
  const format = /^[A-Za-z]/.test(name) ? makeFormat(name) : null
  // Names come from models and data: those that are none must not fill the memory.
  if (format !== null) formats.set(name, format)
  return format
}

function makeFormat(name: string): Intl.DateTimeFormat | null {
  try {
    return new Intl.DateTimeFormat('en-US', {
      timeZone: name,
      calendar: 'gregory',
      hourCycle: 'h23',
      era: 'short',
      year: 'numeric',
      month: 'numeric',
      day: 'numeric',
      hour: 'numeric',
      minute: 'numeric',
      second: 'numeric',
    })
  } catch {
    // The runtime raises on a name it does not know; that is an answer, not a fault.
    return null
  }
}

function isZoneName(name: string): boolean {
  return formatOf(name) !== null
}

/**
 * A zone's distance from UTC at a local time.
 * @param localS  seconds since 1970-01-01T00:00:00 as a clock in the zone shows them
 * @returns seconds; null for local time
 */
export function offsetAt(zone: Zone, localS: number): number | null {
  if (zone === null) return null
  if ('offsetS' in zone) return zone.offsetS
  // Years beyond the runtime's calendar repeat every 400 years.
  const cycleS = 146_097 * 86_400
  const nearS = Math.abs(localS) > 10 * cycleS ? ((localS % cycleS) + cycleS) % cycleS : localS
  const first = offsetOfInstant(zone.name, nearS)
  const second = offsetOfInstant(zone.name, nearS - first)
  return first === second
    ? first
    : offsetOfInstant(zone.name, nearS - second) === second
      ? second
      : Math.min(first, second)
}

/** A zone's distance from UTC at an instant, both in seconds. */
export function offsetOfInstant(name: string, instantS: number): number {
  const format = formatOf(name)
  if (format === null) return 0
  const parts = new Map(format.formatToParts(instantS * 1000).map((part) => [part.type, part.value]))
  const number = (type: Intl.DateTimeFormatPartTypes) => Number(parts.get(type) ?? 0)
  const year = parts.get('era') === 'BC' ? 1 - number('year') : number('year')
  const days = dayNumber(year, number('month'), number('day'))
  return days * 86_400 + number('hour') * 3600 + number('minute') * 60 + number('second') - Math.floor(instantS)
}
