import { registerProblems, registerWords } from '@tingzhou/http'
import { registerNoticeTexts } from '@tingzhou/notices'
import en from './locales/en.json' with { type: 'json' }
import zhCN from './locales/zh-CN.json' with { type: 'json' }

/** Under which the texts of complaints are kept. */
export const complaintArea = 'freight-complaint'

registerProblems(complaintArea, { 'zh-CN': zhCN.problem, en: en.problem })
registerNoticeTexts(complaintArea, { 'zh-CN': zhCN.notice, en: en.notice })
registerWords('freight', { 'zh-CN': zhCN.words, en: en.words })
