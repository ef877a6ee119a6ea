import { registerProblems, registerWords } from '@tingzhou/http'
import { registerNoticeTexts } from '@tingzhou/notices'
import type { Lang } from '@tingzhou/parties'
import en from './locales/en.json' with { type: 'json' }
import zhCN from './locales/zh-CN.json' with { type: 'json' }
import { codeTables } from './words.ts'

const bundles = { 'zh-CN': zhCN, en } satisfies Record<Lang, object>

// Imports name these rules; in problems the words of core/http for them stay.
const ofCells: ReadonlySet<string> = new Set(
  'required number integer date min max one column_missing column_repeated'.split(' '),
)

registerProblems('freight', { 'zh-CN': zhCN.problem, en: en.problem })
registerNoticeTexts('freight', { 'zh-CN': zhCN.notice, en: en.notice })
registerWords('freight', { 'zh-CN': wordsOf(zhCN.rule), en: wordsOf(en.rule) })

/** The rules of this module as problems name them. */
function wordsOf(rules: typeof zhCN.rule): Readonly<Record<string, string>> {
  const codes = codeTables.map((table) => [`known_code ${table}`, rules.known_code.replace('{limit}', table)] as const)
  return Object.fromEntries([...Object.entries(rules).filter(([rule]) => !ofCells.has(rule)), ...codes])
}

/** The texts of this module that the server writes, in a language. */
export const textsOf = (lang: Lang): typeof zhCN => bundles[lang]

/** How a field of the register is called. */
export function labelOf(lang: Lang, field: string): string {
  const labels: Readonly<Record<string, string>> = textsOf(lang).field
  return labels[field] ?? field
}

/** What a rule says to the reader: a key and, after a space, its limit. */
export function ruleWords(lang: Lang, rule: string): string {
  const [key = '', ...limit] = rule.split(' ')
  const words: Readonly<Record<string, string>> = textsOf(lang).rule
  return (words[key] ?? rule).replaceAll('{limit}', limit.join(' ').replace(/^of /, ''))
}
