import { formatNumber, inputOf, ListPage, unitWord, useText, VerbButton } from '@tingzhou/ui'
import { useLocation } from 'react-router'
import { productContract } from '../../catalogue/product-contract.ts'
import { states } from '../../words.ts'
import { api } from '../api.ts'
import { useNamed } from '../map/named.ts'
import { placeOf, type ProductRow } from './api.ts'
import { BasisMark, OpenTag, priceOf, useKeeping } from './parts.tsx'

const schema = inputOf(productContract.list)

/** The zone's products, found by code and by every name; enterprises read them at the counter. */
export function ProductList() {
  const t = useText('chains')
  const named = useNamed()
  const refused = useKeeping()
  const isCounter = useLocation().pathname.startsWith('/counter')
  const enter = (
    <VerbButton type="primary" href={placeOf.newProduct} reason={refused}>
      {t('catalogue.product.enter')}
    </VerbButton>
  )
  return (
    <ListPage<ProductRow, typeof schema>
      name="chains.products"
      title={t('catalogue.product.title')}
      schema={schema}
      source={{ key: api.products.list.key(), load: (input, signal) => api.products.list.call(input, { signal }) }}
      rowKey={(row) => row.code}
      {...(isCounter ? {} : { rowHref: (row) => placeOf.product(row.code), primary: enter })}
      searchHint={t('catalogue.product.hint')}
      columns={[
        {
          key: 'name',
          title: t('catalogue.product.name'),
          card: 'title',
          render: (row) => (
            <>
              {named(row)} {row.matched !== null && <span className="tz-second">({row.matched})</span>}{' '}
              {row.state === 'closed' && <OpenTag state="closed" />}
            </>
          ),
        },
        {
          key: 'code',
          title: t('catalogue.column.code'),
          card: 'decides',
          render: (row) => <span className="tz-mono">{row.code}</span>,
        },
        {
          key: 'price',
          title: t('catalogue.product.price'),
          align: 'right',
          card: 'decides',
          render: (row) => <span className="tz-number">{priceOf(row)}</span>,
        },
        {
          key: 'basis',
          title: t('catalogue.column.basis'),
          card: 'decides',
          render: (row) => <BasisMark basis={row.basis} />,
        },
        {
          key: 'kg',
          title: t('catalogue.column.kg_per_unit'),
          unit: unitWord('kg'),
          align: 'right',
          hidden: true,
          render: (row) => formatNumber(row.kgPerUnit),
        },
        { key: 'family', title: t('catalogue.column.family'), hidden: true, render: (row) => row.family },
        {
          key: 'industry',
          title: t('catalogue.column.industry'),
          hidden: true,
          render: (row) => row.industry ?? '–',
        },
        { key: 'chains', title: t('catalogue.chain.title'), render: (row) => row.chains.join(' ') || '–' },
      ]}
      filters={[
        {
          kind: 'lookup',
          key: 'chain',
          label: t('catalogue.chain.one'),
          find: async (text, signal) =>
            (await api.chains.list.call({ limit: 50, ...(text ? { q: text } : {}) }, { signal })).rows.map((row) => ({
              value: row.code,
              label: `${row.code} ${named(row)}`,
            })),
          name: async (code) => named(await api.chains.get.call({ code })),
        },
        {
          kind: 'choice',
          key: 'state',
          label: t('catalogue.column.state'),
          options: states.map((value) => ({ value, label: t(`catalogue.state.${value}`) })),
        },
      ]}
      live={['chain_product']}
      empty={{ nothing: t('catalogue.product.empty'), ...(isCounter ? {} : { verb: enter }) }}
    />
  )
}
