import { registerProblems, registerWords } from '@tingzhou/http'
import { registerNoticeTexts } from '@tingzhou/notices'
import { rangeRules } from '@tingzhou/records'
import en from './locales/en.json' with { type: 'json' }
import zhCN from './locales/zh-CN.json' with { type: 'json' }
import { dockBounds, numberBounds } from './words.ts'

/** The rules of this folder as problems name them: each number with its bounds. */
const rulesOf = ({ dock_range, ...rules }: typeof zhCN.rule): Readonly<Record<string, string>> => ({
  ...rules,
  ...rangeRules('dock_range', dockBounds, dock_range),
  ...rangeRules('slot_range', numberBounds, dock_range),
})

registerProblems('freight-dock', { 'zh-CN': zhCN.problem, en: en.problem })
registerNoticeTexts('freight-dock', { 'zh-CN': zhCN.notice, en: en.notice })
registerWords('freight', { 'zh-CN': rulesOf(zhCN.rule), en: rulesOf(en.rule) })
