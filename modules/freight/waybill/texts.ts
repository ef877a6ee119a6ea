import { registerProblems, registerWords } from '@tingzhou/http'
import en from './locales/en.json' with { type: 'json' }
import wordsEn from './locales/words.en.json' with { type: 'json' }
import wordsZh from './locales/words.zh-CN.json' with { type: 'json' }
import zhCN from './locales/zh-CN.json' with { type: 'json' }

registerProblems('freight-waybill', { 'zh-CN': zhCN, en })
// States and reasons as a reader knows them.
registerWords('freight', { 'zh-CN': wordsZh, en: wordsEn })
