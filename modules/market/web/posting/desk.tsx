import './posting.css'
import { inputOf, ListPage, useMe, useText, VerbButton } from '@tingzhou/ui'
import { postingContract } from '../../posting/posting-contract.ts'
import { desks } from '../../posting/words.ts'
import { postingKinds } from '../../words.ts'
import { api } from '../api.ts'
import { mayPost } from './rights.ts'
import { useMarket } from './surface.ts'
import { Invented, PostingTag, useWords } from './words.tsx'

const schema = inputOf(postingContract.list)

/** The matching desk of officers: needs that nobody offers, products to classify, what is about to end. */
export function MatchingDesk() {
  const t = useText('market')
  const me = useMe()
  const at = useMarket()
  const say = useWords()
  return (
    <ListPage
      name="market.desk"
      title={t('posting.desk')}
      schema={schema}
      source={{
        key: api.postings.list.key(),
        load: (input, signal) => api.postings.list.call({ desk: 'any', ...input }, { signal }),
      }}
      rowKey={(row) => row.id}
      rowHref={(row) => at.one(row.id)}
      primary={
        <VerbButton type="primary" href={at.new} reason={mayPost(me) ? null : t('posting.reason.post')}>
          {t('posting.post')}
        </VerbButton>
      }
      verbs={<VerbButton href="/market-match-settings">{t('match.settings')}</VerbButton>}
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
          card: 'decides',
          render: (row) => (row.product ? say.product(row.product) : t('posting.unclassified')),
        },
        { key: 'firm', title: t('posting.field.firm'), card: 'decides', render: (row) => row.firm.name },
        {
          key: 'quantity',
          title: t('posting.field.quantity'),
          align: 'right',
          render: (row) => say.amount(row.quantity),
        },
        { key: 'validTo', title: t('posting.field.validTo'), card: 'decides', render: (row) => row.validTo },
        { key: 'state', title: t('posting.field.state'), render: (row) => <PostingTag state={row.state} /> },
      ]}
      filters={[
        {
          kind: 'choice',
          key: 'desk',
          label: t('posting.desk_filter'),
          options: desks.map((value) => ({ value, label: t(`posting.desk_of.${value}`) })),
        },
        {
          kind: 'choice',
          key: 'kind',
          label: t('posting.field.kind'),
          options: postingKinds.map((value) => ({ value, label: t(`posting.kind.${value}`) })),
        },
      ]}
      views={desks.map((desk) => ({ key: desk, label: t(`posting.desk_of.${desk}`), params: { desk } }))}
      live={['market_posting']}
      empty={{ nothing: t('posting.desk_empty') }}
    />
  )
}
