import { inputOf, ListPage, useMe, useText, VerbButton, When } from '@tingzhou/ui'
import { rfqContract } from '../../rfq/rfq-contract.ts'
import { rfqStates } from '../../words.ts'
import { api } from '../api.ts'
import { firmsOf } from '../posting/rights.ts'
import { Invented } from '../posting/words.tsx'
import { useDeals } from '../deal/surface.ts'
import { RfqTag } from '../deal/tags.tsx'

const schema = inputOf(rfqContract.list)

/** Requests for quotation: the own ones, and those that the own firm was asked. */
export function RfqList() {
  const t = useText('market')
  const me = useMe()
  const at = useDeals()
  const ask = (
    <VerbButton type="primary" href={at.rfqNew} reason={firmsOf(me).length > 0 ? null : t('rfq.reason.firms')}>
      {t('rfq.ask')}
    </VerbButton>
  )
  return (
    <ListPage
      name="market.rfqs"
      title={t('rfq.title')}
      schema={schema}
      source={{ key: api.rfqs.list.key(), load: (input, signal) => api.rfqs.list.call(input, { signal }) }}
      rowKey={(row) => row.id}
      rowHref={(row) => at.rfq(row.id)}
      primary={ask}
      searchHint={t('rfq.search_hint')}
      columns={[
        {
          key: 'title',
          title: t('rfq.subject'),
          card: 'title',
          render: (row) => (
            <>
              {row.title} <Invented when={row.synthetic} />
            </>
          ),
        },
        { key: 'number', title: t('deal.number'), render: (row) => <span className="tz-mono">{row.number}</span> },
        { key: 'asker', title: t('rfq.asker'), render: (row) => row.asker.name, card: 'decides' },
        { key: 'closes', title: t('rfq.closes'), render: (row) => <When at={row.closesAt} />, card: 'decides' },
        {
          key: 'answered',
          title: t('rfq.answered'),
          align: 'right',
          render: (row) => (row.asked === null ? '–' : `${row.answered ?? 0} / ${row.asked}`),
        },
        { key: 'state', title: t('deal.state_head'), render: (row) => <RfqTag state={row.state} />, card: 'decides' },
      ]}
      filters={[
        {
          kind: 'choice',
          key: 'state',
          label: t('deal.state_head'),
          options: rfqStates.map((value) => ({ value, label: t(`rfq.state.${value}`) })),
        },
        {
          kind: 'choice',
          key: 'side',
          label: t('rfq.side_head'),
          options: (['asker', 'asked'] as const).map((value) => ({ value, label: t(`rfq.side.${value}`) })),
        },
      ]}
      live={['market_rfq']}
      empty={{ nothing: t('rfq.empty'), verb: ask }}
    />
  )
}
