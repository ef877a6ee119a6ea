import { fill, problemText, registerProblems, registerWords } from '@tingzhou/http'
import type { Lang } from '@tingzhou/parties'
import type { Reason, StaleWhy, Unserved } from './kept.ts'
import { rangeRules } from '@tingzhou/records'
import en from './locales/en.json' with { type: 'json' }
import zhCN from './locales/zh-CN.json' with { type: 'json' }
import type { WhyNot } from './why-not.ts'
import { numberBounds, type IdlePinKind } from './words.ts'

const bundles = { 'zh-CN': zhCN, en } satisfies Record<Lang, object>

/** The rules of this folder as problems name them: each number with its bounds. */
const rulesOf = ({ wave_range, ...rules }: typeof zhCN.rule): Readonly<Record<string, string>> => ({
  ...rules,
  ...rangeRules('wave_range', numberBounds, wave_range),
})

registerProblems('freight-wave', { 'zh-CN': zhCN.problem, en: en.problem })
registerWords('freight', { 'zh-CN': rulesOf(zhCN.rule), en: rulesOf(en.rule) })

/** Why a pair was chosen, in words. */
export const reasonText = (lang: Lang, { kind, numbers, names }: Reason): string =>
  fill(bundles[lang].reason[kind], { ...shown(numbers), ...names })

/** Why a load was left out, in words. */
export const unservedText = (lang: Lang, { kind, numbers }: Unserved): string =>
  fill(bundles[lang].unserved[kind], shown(numbers))

/** Why a pin was not kept, in words. */
export const idlePinText = (lang: Lang, why: IdlePinKind): string => bundles[lang].pin[why]

/** Why a proposal was not sent, in words: this folder's, or those of what assigning refused. */
export const staleText = (lang: Lang, why: StaleWhy): string => staleIn(bundles[lang].stale, lang, why)

/** The same in the words of another folder. @param own  by the kind of what changed */
export const staleIn = (own: Readonly<Record<string, string>>, lang: Lang, { kind, value, rule }: StaleWhy): string =>
  fill(own[kind] ?? problemText(lang, kind, 'freight').title, { value, rule })

/** What became of a truck in a wave, in words. */
export const whyNotText = (lang: Lang, { kind, numbers }: WhyNot): string =>
  fill(bundles[lang].why_not[kind], shown(numbers))

/** Numbers as they are read: what is named in metres in kilometres too. */
export function shown(numbers: Reason['numbers']): Readonly<Record<string, number>> {
  const km = Object.entries(numbers)
    .filter(([name]) => name.endsWith('M'))
    .map(([name, metres]) => [`${name.slice(0, -1)}Km`, Math.round(metres / 100) / 10] as const)
  return { ...numbers, ...Object.fromEntries(km) }
}
