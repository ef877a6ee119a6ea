import { formatMoney, i18n } from '@tingzhou/ui'

type Say = (key: string, values?: Record<string, unknown>) => string

/**
 * Why a word of the bank was refused, as a reader says it: sums in yuan, states by their names.
 * @param rule  a key and, after a space, its limit
 */
export function bankRuleText(t: Say, rule: string): string {
  const [key = '', limit = ''] = rule.split(' ')
  if (!i18n.exists(`freight:bank_rule.${key}`)) return rule
  return t(`bank_rule.${key}`, { limit: limitText(t, key, limit) })
}

function limitText(t: Say, key: string, limit: string): string {
  if (key === 'same_sum' && Number.isSafeInteger(Number(limit))) return formatMoney(Number(limit))
  return key === 'with_bank' ? t(`payment_state.${limit}`) : limit
}

/** What a payment is for: the balance, or one of the parts that a settlement is paid in. */
export function lineText(t: Say, line: string): string {
  const [kind = ''] = line.split(':')
  const known = ['payment_line', 'pay'].find((group) => i18n.exists(`freight:${group}.${kind}`))
  return known === undefined ? line : t(`${known}.${kind}`)
}
