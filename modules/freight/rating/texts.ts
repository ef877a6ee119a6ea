import { registerProblems, registerWords } from '@tingzhou/http'
import { registerNoticeTexts } from '@tingzhou/notices'
import en from './locales/en.json' with { type: 'json' }
import zhCN from './locales/zh-CN.json' with { type: 'json' }
import { opinionDays } from './words.ts'

/** Under which the texts of ratings are kept. */
export const ratingArea = 'freight-rating'

registerProblems(ratingArea, { 'zh-CN': zhCN.problem, en: en.problem })
registerNoticeTexts(ratingArea, { 'zh-CN': zhCN.notice, en: en.notice })
registerWords('freight', { 'zh-CN': withDays(zhCN.rule), en: withDays(en.rule) })

function withDays(rules: typeof zhCN.rule): Readonly<Record<string, string>> {
  const fill = (text: string) =>
    text.replaceAll('{until}', String(opinionDays.ratingUntil)).replaceAll('{change}', String(opinionDays.ratingChange))
  return Object.fromEntries(Object.entries(rules).map(([rule, text]) => [rule, fill(text)]))
}
