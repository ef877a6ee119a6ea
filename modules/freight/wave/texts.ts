import { fill, problemText, registerProblems, registerWords } from '@tingzhou/http'
import type { Lang } from '@tingzhou/parties'
import type { Reason, StaleWhy, Unserved } from './kept.ts'
import en from './locales/en.json' with { type: 'json' }
import zhCN from './locales/zh-CN.json' with { type: 'json' }
import { numberBounds, waveNumbers, type IdlePinKind } from './words.ts'

const bundles = { 'zh-CN': zhCN, en } satisfies Record<Lang, object>

registerProblems('freight-wave', { 'zh-CN': zhCN.problem, en: en.problem })
registerWords({ 'zh-CN': rulesOf(zhCN.rule), en: rulesOf(en.rule) })

/** The rules of this folder as problems name them: each number with its bounds. */
function rulesOf({ wave_range, ...rules }: typeof zhCN.rule): Readonly<Record<string, string>> {
  const ranges = waveNumbers.map((name) => [`wave_range ${name}`, fill(wave_range, numberBounds[name])] as const)
  return { ...rules, ...Object.fromEntries(ranges) }
}

/** Why a pair was chosen, in words. */
export const reasonText = (lang: Lang, { kind, numbers, names }: Reason): string =>
  fill(bundles[lang].reason[kind], { ...shown(numbers), ...names })

/** Why a load was left out, in words. */
export const unservedText = (lang: Lang, { kind, numbers }: Unserved): string =>
  fill(bundles[lang].unserved[kind], shown(numbers))

/** Why a pin was not kept, in words. */
export const idlePinText = (lang: Lang, why: IdlePinKind): string => bundles[lang].pin[why]

/** Why a proposal was not sent, in words: this folder's, or those of what assigning refused. */
export function staleText(lang: Lang, { kind, value, rule }: StaleWhy): string {
  const own: Readonly<Record<string, string>> = bundles[lang].stale
  return fill(own[kind] ?? problemText(lang, kind, 'freight').title, { value, rule })
}

/** Numbers as they are read: what is named in metres in kilometres too. */
function shown(numbers: Reason['numbers']): Readonly<Record<string, number>> {
  const km = Object.entries(numbers)
    .filter(([name]) => name.endsWith('M'))
    .map(([name, metres]) => [`${name.slice(0, -1)}Km`, Math.round(metres / 100) / 10] as const)
  return { ...numbers, ...Object.fromEntries(km) }
}
