import { registerProblems, registerWords } from '@tingzhou/http'
import en from './locales/en.json' with { type: 'json' }
import zhCN from './locales/zh-CN.json' with { type: 'json' }

registerProblems('telemetry', { 'zh-CN': zhCN.problem, en: en.problem })
registerWords('telemetry', { 'zh-CN': zhCN.words, en: en.words })
