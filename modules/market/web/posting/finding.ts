import { i18n, type Choice, type FindChoices } from '@tingzhou/ui'
import { api, chains } from '../api.ts'
import type { ProductRef } from './types.ts'

const labelOf = ({ zh, en, code }: Pick<ProductRef, 'zh' | 'en' | 'code'>): Choice => ({
  value: code,
  label: i18n.language === 'en' ? en : zh,
})

/** Products by what a person calls them: the reading of postings finds them by all their names. */
export const findProducts: FindChoices = async (q, signal) => {
  if (q.trim() === '') return []
  return (await productsCalled(q, signal)).map(labelOf)
}

export async function productsCalled(q: string, signal?: AbortSignal): Promise<readonly ProductRef[]> {
  const { product, alternatives } = await api.readings.create.call(
    { text: q, kind: 'need' },
    signal === undefined ? {} : { signal },
  )
  return [...(product ? [product] : []), ...alternatives]
}

/** The name of a product that the address holds, by a posting about it. */
export const productName = async (code: string): Promise<string> => {
  const { rows } = await api.postings.list.call({ productCode: code, limit: 1 })
  const product = rows[0]?.product
  return product ? labelOf(product).label : code
}

const wish = (q: string) => ({ limit: 50, ...(q === '' ? {} : { q }) })

const firmsOn =
  (side: 'inside' | 'both'): FindChoices =>
  async (q, signal) =>
    (await chains.firms.list.call({ ...wish(q), side }, { signal })).rows.map(({ id, name }) => ({
      value: id,
      label: name,
    }))

/** Enterprises of the register and firms outside the zone, for officers. */
export const findFirms = firmsOn('both')
/** Enterprises of the register, for officers. */
export const findEnterprises = firmsOn('inside')

/** Firms that post in the market, for firms. */
export const findPosters: FindChoices = async (q, signal) => {
  const { rows } = await api.postings.list.call(wish(q), { signal })
  const firms = new Map(rows.filter(({ firm }) => !firm.isOutside).map(({ firm }) => [firm.id, firm.name]))
  return [...firms].map(([value, label]) => ({ value, label }))
}
