import { i18n } from './i18n.ts'
import { zoneNow } from './zone-clock.ts'

/** China has had one zone without summer time since 1992; every instant is shown in it. */
const zone = 'Asia/Shanghai'
const clockFormat = new Intl.DateTimeFormat('en-GB', {
  timeZone: zone,
  year: 'numeric',
  month: '2-digit',
  day: '2-digit',
  hour: '2-digit',
  minute: '2-digit',
  second: '2-digit',
  hourCycle: 'h23',
})

type ClockParts = { year: string; month: string; day: string; hour: string; minute: string; second: string }

function clockParts(ms: number): ClockParts {
  const parts = { year: '', month: '', day: '', hour: '', minute: '', second: '' }
  for (const { type, value } of clockFormat.formatToParts(ms))
    if (type in parts) Object.assign(parts, { [type]: value })
  return parts
}

/** `11-22 12:26`; with the year when it is not the current one. */
export function formatTime(ms: number, now: number = zoneNow()): string {
  const { year, month, day, hour, minute } = clockParts(ms)
  const short = `${month}-${day} ${hour}:${minute}`
  return year === clockParts(now).year ? short : `${year}-${short}`
}

/** `2026-11-22 12:26:05`. */
export function formatTimeFull(ms: number): string {
  const { year, month, day, hour, minute, second } = clockParts(ms)
  return `${year}-${month}-${day} ${hour}:${minute}:${second}`
}

/** The calendar day of an instant, `2026-11-22`. */
export function localDateOf(ms: number): string {
  const { year, month, day } = clockParts(ms)
  return `${year}-${month}-${day}`
}

/** The calendar day now, by the clock of the zone. */
export const zoneToday = (): string => localDateOf(zoneNow())

/** `2026-11-22T12:26`, as a browser's own field for date and time holds an instant. */
export function localTimeOf(ms: number): string {
  const { year, month, day, hour, minute } = clockParts(ms)
  return `${year}-${month}-${day}T${hour}:${minute}`
}

/** The instant of such a text; NaN of what is none. */
export const instantOfLocalTime = (text: string): number => Date.parse(`${text}:00+08:00`)

/** `11-22` this year, `2025-11-22` otherwise. */
export function formatDate(date: string, now: number = zoneNow()): string {
  return date.startsWith(clockParts(now).year) ? date.slice(5) : date
}

/** `1,234.5`. With digits, exactly so many decimals; without, at most three. */
export function formatNumber(n: number, digits?: number): string {
  const limits =
    digits === undefined
      ? { maximumFractionDigits: 3 }
      : { minimumFractionDigits: digits, maximumFractionDigits: digits }
  return new Intl.NumberFormat('en-US', limits).format(n)
}

/**
 * `1,234.50` from 123450 and scale 2: a whole number of 10^-scale, digit by digit, so that every fen is shown.
 * @param n  a safe integer
 */
export function formatAmount(n: number, scale: number): string {
  const digits = String(Math.abs(n)).padStart(scale + 1, '0')
  const cut = digits.length - scale
  const whole = formatNumber(Number(digits.slice(0, cut)))
  return `${n < 0 ? '-' : ''}${whole}${scale > 0 ? `.${digits.slice(cut)}` : ''}`
}

/** `¥1,234.50` from fen. */
export function formatMoney(fen: number): string {
  return `${fen < 0 ? '-' : ''}¥${formatAmount(Math.abs(fen), 2)}`
}

/** Tonnes with three decimals, without the unit: the unit stands in the column head. */
export function formatMass(kg: number): string {
  return formatNumber(kg / 1000, 3)
}

/** A share always with its base: `95.00 % (114/120)`; a dash when the base is empty. */
export function formatShare(part: number, whole: number): string {
  if (whole === 0) return `– (0/0)`
  return `${formatNumber((part / whole) * 100, 2)} % (${formatNumber(part)}/${formatNumber(whole)})`
}

/** `1.4 MB`, powers of 1000. */
export function formatBytes(bytes: number): string {
  if (bytes < 1000) return `${bytes} B`
  if (bytes < 1_000_000) return `${formatNumber(Math.round(bytes / 100) / 10)} kB`
  return `${formatNumber(Math.round(bytes / 100_000) / 10)} MB`
}

/** Big figures of the control room: 万 and 亿 in Chinese, k and M in English. Never in tables. */
export function formatBig(n: number): string {
  const steps = i18n.language === 'zh-CN' ? [1e8, 1e4] : [1e6, 1e3]
  const [large, small] = steps
  if (large !== undefined && Math.abs(n) >= large) return i18n.t('ui:big.large', { n: formatNumber(n / large, 2) })
  if (small !== undefined && Math.abs(n) >= small) return i18n.t('ui:big.small', { n: formatNumber(n / small, 1) })
  return formatNumber(n)
}

/** The two largest units of a duration. */
export function durationParts(seconds: number, hoursOnly = false): readonly (readonly ['d' | 'h' | 'm', number])[] {
  const minutes = Math.floor(Math.abs(seconds) / 60)
  const days = hoursOnly ? 0 : Math.floor(minutes / 1440)
  const hours = Math.floor((minutes - days * 1440) / 60)
  const parts = [
    ['d', days],
    ['h', hours],
    ['m', minutes % 60],
  ] as const
  const first = parts.findIndex(([, n]) => n > 0)
  return first < 0 ? [] : parts.slice(first, first + 2).filter(([, n]) => n > 0)
}

/** `2 天 3 时`, `3 时 20 分`, `不足 1 分`. The sign is the caller's to say in words. */
export function formatDuration(seconds: number, options: { readonly hoursOnly?: boolean } = {}): string {
  const parts = durationParts(seconds, options.hoursOnly)
  if (parts.length === 0) return i18n.t('ui:duration.less')
  return parts.map(([unit, n]) => i18n.t(`ui:duration.${unit}`, { n: formatNumber(n) })).join(' ')
}
