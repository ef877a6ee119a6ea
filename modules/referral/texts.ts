import { registerProblems, registerWords } from '@tingzhou/http'
import en from './locales/en.json' with { type: 'json' }
import wordsEn from './locales/words.en.json' with { type: 'json' }
import wordsZh from './locales/words.zh-CN.json' with { type: 'json' }
import zhCN from './locales/zh-CN.json' with { type: 'json' }

registerProblems('referral', { 'zh-CN': zhCN, en })
// States, reasons and rules as a reader knows them.
registerWords('referral', { 'zh-CN': wordsZh, en: wordsEn })
