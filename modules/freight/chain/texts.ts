import { fill, registerProblems, registerWords } from '@tingzhou/http'
import type { Lang } from '@tingzhou/parties'
import { shown } from '../wave/texts.ts'
import type { Unserved } from './kept.ts'
import { rangeRules } from '@tingzhou/records'
import en from './locales/en.json' with { type: 'json' }
import zhCN from './locales/zh-CN.json' with { type: 'json' }
import type { Reason } from './returns.ts'
import { chainBounds, type NextEnd, type NextFlag } from './words.ts'

const bundles = { 'zh-CN': zhCN, en } satisfies Record<Lang, object>

/** The rules of this folder as problems name them: each number with its bounds. */
const rulesOf = ({ chain_range, ...rules }: typeof zhCN.rule): Readonly<Record<string, string>> => ({
  ...rules,
  ...rangeRules('chain_range', chainBounds, chain_range),
})

registerProblems('freight-chain', { 'zh-CN': zhCN.problem, en: en.problem })
registerWords('freight', { 'zh-CN': rulesOf(zhCN.rule), en: rulesOf(en.rule) })

/** Why a return load stands where it stands, in words. */
export const returnText = (lang: Lang, { kind, numbers }: Reason): string =>
  fill(bundles[lang].reason[kind], shown(numbers))

/** What threatens a next load, in words. */
export const flagText = (lang: Lang, flag: NextFlag): string => bundles[lang].flag[flag]

/** Why a next load is over, in words. */
export const nextEndText = (lang: Lang, end: NextEnd): string => bundles[lang].end[end]

/** Why truckloads are in no tour, in words. */
export const unservedText = (lang: Lang, { kind, numbers }: Unserved): string =>
  fill(bundles[lang].unserved[kind], shown(numbers))
