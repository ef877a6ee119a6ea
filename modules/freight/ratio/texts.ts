import { registerProblems, registerWords } from '@tingzhou/http'
import en from './locales/en.json' with { type: 'json' }
import zhCN from './locales/zh-CN.json' with { type: 'json' }

registerProblems('freight-ratio', { 'zh-CN': zhCN.problem, en: en.problem })
registerWords('freight', { 'zh-CN': zhCN.rule, en: en.rule })
