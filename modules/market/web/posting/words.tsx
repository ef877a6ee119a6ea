import { formatNumber, i18n, unitWord, useText } from '@tingzhou/ui'
import type { PostingState } from '../../words.ts'
import { WordTag, type Look } from '../word-tag.tsx'
import type { Amount, Price, ProductRef } from './types.ts'

const looks: Readonly<Record<PostingState, Look>> = {
  draft: ['attention', 'ring'],
  open: ['busy', 'dot'],
  matched: ['good', 'check'],
  closed: ['plain', 'cross'],
  expired: ['plain', 'diamond'],
  withdrawn: ['plain', 'cross'],
}

export const PostingTag = ({ state }: { readonly state: PostingState }) => (
  <WordTag look={looks[state]} word={`posting.state.${state}`} />
)

/** Yuan of milli-fen. */
const yuan = (milliFen: number): string => formatNumber(milliFen / 100_000, 2)

/** How amounts, prices and products are said in the reader's language. */
export function useWords() {
  const t = useText('market')
  const count = (value: number, base: number): string =>
    formatNumber(value / base, Number.isInteger(value / base) ? 0 : 3)
  const per = (name: string): string => t('posting.per', { unit: unitWord(name) })
  return {
    /** 200 吨每月 */
    amount: (amount: Amount | null): string =>
      amount === null
        ? '–'
        : `${count(amount.value, amount.base)} ${unitWord(amount.unit)}${amount.period === null || amount.period === 'once' ? '' : ` ${t(`posting.each.${amount.period}`)}`}`,
    /** Base units in the unit of an amount. */
    count: (value: number, { base, unit: name }: Pick<Amount, 'base' | 'unit'>): string =>
      `${count(value, base)} ${unitWord(name)}`,
    price: (price: Price | null): string =>
      price === null ? '–' : `¥${yuan(price.low)}${price.high === null ? '' : `–${yuan(price.high)}`}${per(price.per)}`,
    money: (milliFen: number, perUnit: string): string => `¥${yuan(milliFen)}${per(perUnit)}`,
    product: (product: Pick<ProductRef, 'zh' | 'en'>): string => (i18n.language === 'en' ? product.en : product.zh),
    /** 金属 › 钢材 › 螺纹钢 */
    path: ({ path, ...product }: ProductRef): string =>
      [...path, product].map((one) => (i18n.language === 'en' ? one.en : one.zh)).join(' › '),
    axis: (axis: string): string => (i18n.exists(`market:posting.axis.${axis}`) ? t(`posting.axis.${axis}`) : axis),
    rule: (rule: string): string => (i18n.exists(`market:posting.rule.${rule}`) ? t(`posting.rule.${rule}`) : rule),
  }
}

/** Marks invented rows, so that they are never taken for real ones. */
export function Invented({ when }: { readonly when: boolean }) {
  const t = useText('market')
  return when ? <span className="tz-caption">{t('posting.synthetic')}</span> : null
}
