import { fill, registerProblems, registerWords } from '@tingzhou/http'
import type { Lang } from '@tingzhou/parties'
import type { StaleWhy } from '../wave/kept.ts'
import { staleIn } from '../wave/texts.ts'
import type { LeftLoad } from './kept.ts'
import { rangeRules } from '@tingzhou/records'
import en from './locales/en.json' with { type: 'json' }
import zhCN from './locales/zh-CN.json' with { type: 'json' }
import { tourBounds } from './words.ts'

const bundles = { 'zh-CN': zhCN, en } satisfies Record<Lang, object>

/** The rules of this folder as problems name them: each number with its bounds. */
const rulesOf = ({ tour_range, ...rules }: typeof zhCN.rule): Readonly<Record<string, string>> => ({
  ...rules,
  ...rangeRules('tour_range', tourBounds, tour_range),
})

registerProblems('freight-tour', { 'zh-CN': zhCN.problem, en: en.problem })
registerWords('freight', { 'zh-CN': rulesOf(zhCN.rule), en: rulesOf(en.rule) })

/** Why a load is in no tour, in words. */
export const leftText = (lang: Lang, { kind, numbers }: LeftLoad): string =>
  fill(bundles[lang].left[kind], shown(numbers))

/** Why a tour was not sent, in words: this folder's, or those of what a waybill refused. */
export const tourStaleText = (lang: Lang, why: StaleWhy): string => staleIn(bundles[lang].stale, lang, why)

/** Numbers as they are read: metres in kilometres, kilograms in tons, cubic decimetres in cubic metres too. */
function shown(numbers: LeftLoad['numbers']): Readonly<Record<string, number>> {
  const scaled = Object.entries(numbers).flatMap(([name, value]): readonly (readonly [string, number])[] => {
    if (name === 'kg' || name.endsWith('Kg')) return [[name.replace(/kg$/i, 't'), Math.round(value) / 1_000]]
    if (name === 'dm3' || name.endsWith('Dm3')) return [[name.replace(/dm3$/i, 'm3'), Math.round(value) / 1_000]]
    return name.endsWith('M') ? [[`${name.slice(0, -1)}Km`, Math.round(value / 100) / 10]] : []
  })
  return { ...numbers, ...Object.fromEntries(scaled) }
}
