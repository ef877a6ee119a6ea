import { registerWords } from '@tingzhou/http'
import en from './locales/rules.en.json' with { type: 'json' }
import zhCN from './locales/rules.zh-CN.json' with { type: 'json' }

/** Words for states, reasons and rules that refusals name. */
registerWords('services', { 'zh-CN': zhCN, en })
