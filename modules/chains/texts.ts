import { registerProblems, registerWords } from '@tingzhou/http'
import type { Lang } from '@tingzhou/parties'
import { rangeRules, ruleWording } from '@tingzhou/records'
import en from './locales/en.json' with { type: 'json' }
import zhCN from './locales/zh-CN.json' with { type: 'json' }
import './target/texts.ts'
import { chainBounds } from './settings/words.ts'

const bundles = { 'zh-CN': zhCN, en } satisfies Record<Lang, object>

registerProblems('chains', { 'zh-CN': zhCN.problem, en: en.problem })
registerWords('chains', { 'zh-CN': rulesOf(zhCN), en: rulesOf(en) })

/** The rules of this module as problems name them: each number of the settings with its bounds. */
function rulesOf({ rule, range }: typeof zhCN): Readonly<Record<string, string>> {
  return { ...rule, ...rangeRules('chain_range', chainBounds, range) }
}

/** The texts of this module that the server writes, in a language. */
export const textsOf = (lang: Lang): typeof zhCN => bundles[lang]

export const worded = ruleWording({ 'zh-CN': zhCN.rule, en: en.rule })
