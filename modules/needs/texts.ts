import { registerProblems } from '@tingzhou/http'
import en from './locales/en.json' with { type: 'json' }
import zhCN from './locales/zh-CN.json' with { type: 'json' }

registerProblems('needs', { 'zh-CN': zhCN.problem, en: en.problem })

/** The module's server-side texts. */
export const texts = { 'zh-CN': zhCN, en } as const
