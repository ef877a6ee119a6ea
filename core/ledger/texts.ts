import { registerProblems } from '@tingzhou/http'
import en from './locales/en.json' with { type: 'json' }
import zhCN from './locales/zh-CN.json' with { type: 'json' }

registerProblems('ledger', { 'zh-CN': zhCN.problem, en: en.problem })
