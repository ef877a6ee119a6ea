/** Durations: months, or seconds, never both. Source: DMN 1.5 clause 10.3.2.3.7 and .8; XML Schema part 2. */
import { tagged, type Duration, type FeelMonths, type FeelSpan } from './value.ts'

const nanosInSecond = 1_000_000_000

export function monthsDuration(months: number): FeelMonths {
  const whole = Math.trunc(months) + 0
  return tagged({ feel: 'years and months duration', months: whole, text: monthsText(whole) })
}

function monthsText(months: number): string {
  const size = Math.abs(months)
  const [years, rest] = [Math.floor(size / 12), size % 12]
  if (size === 0) return 'P0M'
  return `${months < 0 ? '-' : ''}P${years > 0 ? `${years}Y` : ''}${rest > 0 ? `${rest}M` : ''}`
}

/** A duration of days and time; seconds and nanos may have any size and sign. */
export function span(seconds: number, nanos = 0): FeelSpan {
  let whole = Math.trunc(seconds)
  let rest = Math.round((seconds - whole) * nanosInSecond) + nanos
  whole += Math.trunc(rest / nanosInSecond)
  rest %= nanosInSecond
  if (whole > 0 && rest < 0) [whole, rest] = [whole - 1, rest + nanosInSecond]
  if (whole < 0 && rest > 0) [whole, rest] = [whole + 1, rest - nanosInSecond]
  return tagged({
    feel: 'days and time duration',
    seconds: whole + 0,
    nanos: rest + 0,
    text: spanText(whole, rest),
  })
}

function spanText(seconds: number, nanos: number): string {
  if (seconds === 0 && nanos === 0) return 'PT0S'
  const size = Math.abs(seconds)
  const [days, hours, minutes] = [Math.floor(size / 86_400), Math.floor(size / 3600) % 24, Math.floor(size / 60) % 60]
  const second = `${size % 60}${fraction(Math.abs(nanos))}`
  const time = `${hours > 0 ? `${hours}H` : ''}${minutes > 0 ? `${minutes}M` : ''}${second === '0' ? '' : `${second}S`}`
  return `${seconds < 0 || nanos < 0 ? '-' : ''}P${days > 0 ? `${days}D` : ''}${time === '' ? '' : `T${time}`}`
}

/** Nanoseconds as the decimals of a second. */
export function fraction(nanos: number): string {
  return nanos === 0 ? '' : `.${String(nanos).padStart(9, '0').replace(/0+$/, '')}`
}

/** Reads the decimals of a second, with their point. */
export function readFraction(text: string | undefined): number {
  return text === undefined ? 0 : Number(text.slice(1, 10).padEnd(9, '0'))
}

/** Reads a duration; null when it is none. */
export function readDuration(text: string): Duration | null {
  const [, monthsSign, years, months] = /^(-?)P(?=\d)(?:(\d+)Y)?(?:(\d+)M)?$/.exec(text) ?? []
  if (monthsSign !== undefined) return monthsDuration(signed(monthsSign, Number(years ?? 0) * 12 + Number(months ?? 0)))
  const form = /^(-?)P(?=\d|T\d)(?:(\d+)D)?(?:T(?=\d)(?:(\d+)H)?(?:(\d+)M)?(?:(\d+)(\.\d*)?S)?)?$/
  const [, sign, days, hours, minutes, seconds, decimals] = form.exec(text) ?? []
  if (sign === undefined) return null
  const whole =
    Number(days ?? 0) * 86_400 + Number(hours ?? 0) * 3600 + Number(minutes ?? 0) * 60 + Number(seconds ?? 0)
  return span(signed(sign, whole), signed(sign, readFraction(decimals)))
}

function signed(sign: string, size: number): number {
  return sign === '-' ? -size : size
}

/** The length of a duration in seconds, with decimals. */
export function secondsOf(duration: FeelSpan): number {
  return duration.seconds + duration.nanos / nanosInSecond
}

/** The same duration, times a factor. Months are cut to whole ones, towards zero. */
export function scaled(duration: Duration, factor: number): Duration {
  if (duration.feel === 'years and months duration') return monthsDuration(duration.months * factor)
  return span(duration.seconds * factor, Math.round(duration.nanos * factor))
}
