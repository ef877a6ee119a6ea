import { fill, problemText, registerProblems } from '@tingzhou/http'
import type { Lang } from '@tingzhou/parties'
import type { SheetError } from '@tingzhou/sheets'
import type { ImportFault } from './import-contract.ts'
import type { StoredFault } from './import-report.ts'
import en from './locales/en.json' with { type: 'json' }
import zhCN from './locales/zh-CN.json' with { type: 'json' }

const bundles = { 'zh-CN': zhCN, en } satisfies Record<Lang, object>

registerProblems('registry', { 'zh-CN': zhCN.problem, en: en.problem })

/** The server-side texts of this module in a language. */
export const textsOf = (lang: Lang): typeof zhCN => bundles[lang]

/** What a fault or a note of an import says to the reader. A rule is a key and, after a space, its limit. */
export function faultText(lang: Lang, fault: Pick<StoredFault, 'rule' | 'value'>): string {
  const space = fault.rule.indexOf(' ')
  const key = space < 0 ? fault.rule : fault.rule.slice(0, space)
  const limit = space < 0 ? '' : fault.rule.slice(space + 1)
  const faults: Readonly<Record<string, string>> = textsOf(lang).fault
  return fill(faults[key] ?? fault.rule, { limit, value: fault.value })
}

/** A fault as it is shown. */
export const toldFault = (lang: Lang, fault: StoredFault): ImportFault => ({
  ...fault,
  message: faultText(lang, fault),
})

/** Why a file cannot be read, as a sentence. */
export function refusalText(lang: Lang, refusal: SheetError): string {
  const { title, detail } = problemText(lang, refusal.kind, 'registry')
  return fill(detail ?? title, refusal)
}
