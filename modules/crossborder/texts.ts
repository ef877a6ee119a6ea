import { fill, registerProblems, registerWords, ruleText } from '@tingzhou/http'
import { registerNoticeTexts } from '@tingzhou/notices'
import type { Lang } from '@tingzhou/parties'
import en from './locales/en.json' with { type: 'json' }
import zhCN from './locales/zh-CN.json' with { type: 'json' }
import type { Finding } from './shipment/finding.ts'

const bundles = { 'zh-CN': zhCN, en } satisfies Record<Lang, object>

registerProblems('crossborder', { 'zh-CN': zhCN.problem, en: en.problem })
registerNoticeTexts('crossborder', { 'zh-CN': noticesOf(zhCN), en: noticesOf(en) })
registerWords('crossborder', { 'zh-CN': zhCN.word, en: en.word })

/** What a finding says to the reader. */
export function findingWords(lang: Lang, { code, kind, field, value, limit }: Finding): string {
  const { finding, document, word } = bundles[lang]
  const words: Readonly<Record<string, string>> = word
  const texts: Readonly<Record<string, string>> = finding
  const names: Readonly<Record<string, string>> = document
  const lot = field.startsWith('lots.') ? (field.split('.')[1] ?? '') : ''
  const values = {
    document: kind === null ? '' : (names[kind] ?? kind),
    value: words[`value.${value}`] ?? value ?? '–',
    limit: limit ?? '–',
    lot,
  }
  const key = code === 'counts_equal' && kind === null ? 'counts_equal_none' : code
  return fill(texts[key] ?? code, values)
}

/** A refusal with its rule in the reader's words: a key, and after a space what limits it. Pure. O(1). */
export function worded<E extends object>(lang: Lang, error: E): E {
  if (!('rule' in error) || typeof error.rule !== 'string') return error
  // Not among the words of every module: another's rule of the same name has no limit.
  const texts: Readonly<Record<string, string>> = bundles[lang].rule
  const [key = '', ...rest] = error.rule.split(' ')
  const limits = rest.join(' ').split(', ')
  const limit = limits.map((one) => ruleText(lang, `value.${one}`) ?? one).join(lang === 'en' ? ', ' : '、')
  return { ...error, ruleWords: fill(texts[key] ?? ruleText(lang, key) ?? error.rule, { limit }) }
}

/** The notices, those about documents once a kind. */
function noticesOf({ notice, document }: typeof zhCN): Record<string, string> {
  const kinds = Object.entries(document)
  const about = (key: 'document_ends' | 'document_over') =>
    kinds.map(([kind, name]) => [`${key}.${kind}`, fill(notice[key], { document: name })] as const)
  return { ...notice, ...Object.fromEntries([...about('document_ends'), ...about('document_over')]) }
}
