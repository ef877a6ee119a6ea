import { lang, say } from './i18n.ts'

const zone = 'Asia/Shanghai'

/** 11-28 19:30 in the zone's time. */
export const moment = (at: number): string =>
  new Intl.DateTimeFormat('zh-CN', {
    timeZone: zone,
    month: '2-digit',
    day: '2-digit',
    hour: '2-digit',
    minute: '2-digit',
    hour12: false,
  })
    .format(at)
    .replace('/', '-')

/** ¥2,504.45 of fen. */
export const money = (fen: number): string =>
  `¥${new Intl.NumberFormat(lang(), { minimumFractionDigits: 2, maximumFractionDigits: 2 }).format(fen / 100)}`

/** A price in thousandths of a fen as yuan, with as many decimals as it has and at least two. */
export const price = (milliFen: number): string =>
  `¥${new Intl.NumberFormat(lang(), { minimumFractionDigits: 2, maximumFractionDigits: 5 }).format(milliFen / 100_000)}`

/** 32.310 t of kilograms. */
export const tons = (kg: number): string =>
  `${new Intl.NumberFormat(lang(), { minimumFractionDigits: 3, maximumFractionDigits: 3 }).format(kg / 1_000)} ${say('per.ton')}`

export const km = (metres: number): string =>
  `${new Intl.NumberFormat(lang(), { maximumFractionDigits: metres < 10_000 ? 1 : 0 }).format(metres / 1_000)} ${say('unit.km')}`
