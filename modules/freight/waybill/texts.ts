import { registerProblems, registerWords, ruleText } from '@tingzhou/http'
import type { Lang } from '@tingzhou/parties'
import en from './locales/en.json' with { type: 'json' }
import wordsEn from './locales/words.en.json' with { type: 'json' }
import wordsZh from './locales/words.zh-CN.json' with { type: 'json' }
import zhCN from './locales/zh-CN.json' with { type: 'json' }

registerProblems('freight-waybill', { 'zh-CN': zhCN, en })
// States and reasons as a reader knows them.
registerWords('freight', { 'zh-CN': wordsZh, en: wordsEn })

/** Why a waybill ended before its time, in words; what a person wrote stays as it is. O(1). */
export const endText = (lang: Lang, reason: string): string => ruleText(lang, `ended.${reason}`, 'freight') ?? reason
