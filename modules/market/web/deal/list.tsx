import { inputOf, ListPage, useText, When } from '@tingzhou/ui'
import { dealContract } from '../../deal/deal-contract.ts'
import { dealStates } from '../../words.ts'
import { api } from '../api.ts'
import { Invented, useWords } from '../posting/words.tsx'
import { useDeals } from './surface.ts'
import { DealTag } from './tags.tsx'

const schema = inputOf(dealContract.list)

/** Deals: those of the own firm, or all for officers. */
export function DealList() {
  const t = useText('market')
  const say = useWords()
  const at = useDeals()
  return (
    <ListPage
      name="market.deals"
      title={t('deal.title')}
      schema={schema}
      source={{ key: api.deals.list.key(), load: (input, signal) => api.deals.list.call(input, { signal }) }}
      rowKey={(row) => row.id}
      rowHref={(row) => at.one(row.id)}
      searchHint={t('deal.search_hint')}
      columns={[
        {
          key: 'number',
          title: t('deal.number'),
          card: 'title',
          render: (row) => (
            <>
              <span className="tz-mono">{row.number}</span> <Invented when={row.synthetic} />
            </>
          ),
        },
        { key: 'need', title: t('deal.goods'), render: (row) => row.need.text.slice(0, 60), card: 'decides' },
        {
          key: 'quantity',
          title: t('deal.quantity'),
          align: 'right',
          render: (row) => say.count(row.quantity, { base: row.unitBase, unit: row.unit }),
          card: 'decides',
        },
        {
          key: 'price',
          title: t('deal.price'),
          align: 'right',
          render: (row) => (row.priceMilliFen === null ? '–' : say.money(row.priceMilliFen, row.pricePer ?? '')),
        },
        { key: 'buyer', title: t('deal.side.buyer'), render: (row) => row.buyer.name },
        { key: 'seller', title: t('deal.side.seller'), render: (row) => row.seller.name },
        { key: 'until', title: t('deal.until'), render: (row) => <When at={row.standsUntil} />, hidden: true },
        { key: 'state', title: t('deal.state_head'), render: (row) => <DealTag state={row.state} />, card: 'decides' },
      ]}
      filters={[
        {
          kind: 'choice',
          key: 'state',
          label: t('deal.state_head'),
          options: dealStates.map((value) => ({ value, label: t(`deal.state.${value}`) })),
        },
        { kind: 'flag', key: 'waits', label: t('deal.waits') },
      ]}
      live={['market_deal']}
      empty={{ nothing: t('deal.empty') }}
    />
  )
}
