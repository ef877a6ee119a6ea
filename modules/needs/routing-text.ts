import { fill } from '@tingzhou/http'
import type { Lang } from '@tingzhou/parties'
import type { Route } from './routing.ts'
import { texts } from './texts.ts'

/** Why an appeal would go there, in the reader's language; null: no table is published. O(1). */
export function explainRoute(route: Route | null, lang: Lang): string {
  const text = texts[lang].routing
  if (!route) return text.noTable
  const { rule, why, version } = route
  const joint = lang === 'en' ? ', ' : '、'
  const reasons = why.reasons.map((reason) => text.reason[reason]).join(joint) || text.everything
  const main = rule
    ? fill(text.rule, { number: rule.number, version, reasons, specificity: why.specificity })
    : text.queue
  const passed = why.passedOver.length > 0 ? fill(text.passedOver, { numbers: why.passedOver.join(joint) }) : ''
  const watch = why.watchRules.length > 0 ? fill(text.watch, { numbers: why.watchRules.join(joint) }) : ''
  return [main, passed, watch].filter((part) => part !== '').join(lang === 'en' ? ' ' : '')
}
