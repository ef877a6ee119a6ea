import { registerProblems, registerWords } from '@tingzhou/http'
import { registerNoticeTexts } from '@tingzhou/notices'
import type { Lang } from '@tingzhou/parties'
import { ruleWords } from '../texts.ts'
import en from './locales/en.json' with { type: 'json' }
import zhCN from './locales/zh-CN.json' with { type: 'json' }

const bundles = { 'zh-CN': zhCN, en } satisfies Record<Lang, object>

/** Under which the texts of uploads are kept. */
export const uploadArea = 'freight-upload'

registerProblems(uploadArea, { 'zh-CN': zhCN.problem, en: en.problem })
registerNoticeTexts(uploadArea, { 'zh-CN': zhCN.notice, en: en.notice })
registerWords('freight', { 'zh-CN': zhCN.rule, en: en.rule })

/** The texts of uploads that the server writes, in a language. */
export const uploadTexts = (lang: Lang): typeof zhCN => bundles[lang]

/** What a rule of the interface says to the reader: a key and, after a space, its limit; the regulator's own words stay. */
export function faultWords(lang: Lang, rule: string): string {
  const [key = '', ...limit] = rule.split(' ')
  const words: Readonly<Record<string, string>> = uploadTexts(lang).fault
  const text = words[key]
  return text === undefined ? ruleWords(lang, rule) : text.replaceAll('{limit}', limit.join(' '))
}
