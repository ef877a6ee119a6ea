import { registerWords } from '@tingzhou/http'
import { registerNoticeTexts } from '@tingzhou/notices'
import en from './locales/en.json' with { type: 'json' }
import zhCN from './locales/zh-CN.json' with { type: 'json' }

registerNoticeTexts('chains', { 'zh-CN': zhCN.notice, en: en.notice })
registerWords('chains', { 'zh-CN': zhCN.word, en: en.word })
