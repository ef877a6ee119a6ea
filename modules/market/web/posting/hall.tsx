import './posting.css'
import { inputOf, ListPage, useMe, useText, VerbButton } from '@tingzhou/ui'
import { postingContract } from '../../posting/posting-contract.ts'
import { postingKinds, postingStates, subjects } from '../../words.ts'
import { api } from '../api.ts'
import { findProducts, productName } from './finding.ts'
import { firmsOf, mayPost } from './rights.ts'
import { useMarket } from './surface.ts'
import { Invented, PostingTag, useWords } from './words.tsx'

const schema = inputOf(postingContract.list)

/** The hall of the market: what is offered and needed, found in the firm's own words. */
export function MarketHall() {
  const t = useText('market')
  const me = useMe()
  const at = useMarket()
  const say = useWords()
  const post = (
    <VerbButton type="primary" href={at.new} reason={mayPost(me) ? null : t('posting.reason.post')}>
      {t('posting.post')}
    </VerbButton>
  )
  return (
    <ListPage
      name="market.postings"
      title={t('posting.hall')}
      schema={schema}
      source={{ key: api.postings.list.key(), load: (input, signal) => api.postings.list.call(input, { signal }) }}
      rowKey={(row) => row.id}
      rowHref={(row) => at.one(row.id)}
      primary={post}
      searchHint={t('posting.search_hint')}
      columns={[
        {
          key: 'text',
          title: t('posting.field.text'),
          card: 'title',
          render: (row) => (
            <>
              {t(`posting.kind.${row.kind}`)} · {row.text.slice(0, 60)} <Invented when={row.synthetic} />
            </>
          ),
        },
        {
          key: 'product',
          title: t('posting.field.product'),
          render: (row) =>
            row.product
              ? say.product(row.product)
              : t(row.subject === 'talent' ? 'posting.subject.talent' : 'posting.unclassified'),
        },
        {
          key: 'left',
          title: t('posting.field.left'),
          align: 'right',
          card: 'decides',
          render: (row) => (row.quantity && row.left !== null ? say.amount({ ...row.quantity, value: row.left }) : '–'),
        },
        {
          key: 'price',
          title: t('posting.field.price'),
          align: 'right',
          card: 'decides',
          render: (row) => say.price(row.price),
        },
        { key: 'firm', title: t('posting.field.firm'), render: (row) => row.firm.name },
        { key: 'validTo', title: t('posting.field.validTo'), render: (row) => row.validTo },
        {
          key: 'state',
          title: t('posting.field.state'),
          card: 'decides',
          render: (row) => <PostingTag state={row.state} />,
        },
        {
          key: 'number',
          title: t('posting.field.number'),
          hidden: true,
          render: (row) => <span className="tz-mono">{row.number}</span>,
        },
      ]}
      filters={[
        {
          kind: 'choice',
          key: 'kind',
          label: t('posting.field.kind'),
          options: postingKinds.map((value) => ({ value, label: t(`posting.kind.${value}`) })),
        },
        {
          kind: 'choice',
          key: 'subject',
          label: t('posting.field.subject'),
          options: subjects.map((value) => ({ value, label: t(`posting.subject.${value}`) })),
        },
        {
          kind: 'lookup',
          key: 'productCode',
          label: t('posting.field.product'),
          find: findProducts,
          name: productName,
        },
        {
          kind: 'choice',
          key: 'state',
          label: t('posting.field.state'),
          options: postingStates.map((value) => ({ value, label: t(`posting.state.${value}`) })),
        },
      ]}
      views={[
        { key: 'needs', label: t('posting.view.needs'), params: { kind: 'need' } },
        { key: 'offers', label: t('posting.view.offers'), params: { kind: 'offer' } },
        ...(firmsOf(me).length > 0 ? [{ key: 'mine', label: t('posting.view.mine'), params: { mine: 'true' } }] : []),
      ]}
      live={['market_posting']}
      empty={{ nothing: t('posting.empty'), verb: post }}
    />
  )
}
