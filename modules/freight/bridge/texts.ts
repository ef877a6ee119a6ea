import { registerProblems, registerWords } from '@tingzhou/http'
import type { Lang } from '@tingzhou/parties'
import { ruleWords } from '../texts.ts'
import en from './locales/en.json' with { type: 'json' }
import zhCN from './locales/zh-CN.json' with { type: 'json' }

const bundles = { 'zh-CN': zhCN, en } satisfies Record<Lang, object>

/** Under which the texts of weighbridges are kept. */
export const bridgeArea = 'freight-bridge'

registerProblems(bridgeArea, { 'zh-CN': zhCN.problem, en: en.problem })
registerWords('freight', { 'zh-CN': zhCN.rule, en: en.rule })

/** What is wrong with a record, to whoever keeps the weighbridge's software: a key and, after a space, its limit. */
export function weighingWords(lang: Lang, rule: string): string {
  const [key = '', ...limit] = rule.split(' ')
  const words: Readonly<Record<string, string>> = bundles[lang].rule
  const text = words[key]
  return text === undefined ? ruleWords(lang, rule) : text.replaceAll('{limit}', limit.join(' '))
}
