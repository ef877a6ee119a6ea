import { registerProblems, registerWords } from '@tingzhou/http'
import { registerNoticeTexts } from '@tingzhou/notices'
import type { Lang } from '@tingzhou/parties'
import { ruleWording } from '@tingzhou/records'
import en from './locales/en.json' with { type: 'json' }
import zhCN from './locales/zh-CN.json' with { type: 'json' }

const bundles = { 'zh-CN': zhCN, en } satisfies Record<Lang, object>

registerProblems('market', { 'zh-CN': zhCN.problem, en: en.problem })
registerNoticeTexts('market', { 'zh-CN': zhCN.notice, en: en.notice })
registerWords('market', { 'zh-CN': zhCN.rule, en: en.rule })

/** The texts of this module that the server writes, in a language. */
export const textsOf = (lang: Lang): typeof zhCN => bundles[lang]

const ruled = ruleWording({ 'zh-CN': zhCN.rule, en: en.rule })

/** A refusal with its rule, and the state that it names, in the reader's words. Pure. O(1). */
export function worded<E extends object>(lang: Lang, error: E): E {
  const said = ruled(lang, error)
  if (!('kind' in said) || said.kind !== 'posting_state') return said
  if (!('value' in said) || typeof said.value !== 'string') return said
  const states: Readonly<Record<string, string>> = bundles[lang].state
  return { ...said, stateWords: states[said.value] ?? said.value }
}
