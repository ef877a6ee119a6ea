import { formatNumber, inputOf, ListPage, useText, VerbButton } from '@tingzhou/ui'
import { chainContract } from '../../catalogue/chain-contract.ts'
import { states } from '../../words.ts'
import { api } from '../api.ts'
import { useNamed } from '../map/named.ts'
import { placeOf } from './api.ts'
import { BasisMark, OpenTag, useKeeping } from './parts.tsx'

const schema = inputOf(chainContract.list)

/** The zone's chains as its catalogue has them. */
export function ChainList() {
  const t = useText('chains')
  const named = useNamed()
  const refused = useKeeping()
  const enter = (
    <VerbButton type="primary" href={placeOf.newChain} reason={refused}>
      {t('catalogue.chain.enter')}
    </VerbButton>
  )
  return (
    <ListPage
      name="chains.chains"
      title={t('catalogue.chain.list')}
      schema={schema}
      source={{ key: api.chains.list.key(), load: (input, signal) => api.chains.list.call(input, { signal }) }}
      rowKey={(row) => row.code}
      rowHref={(row) => placeOf.chain(row.code)}
      primary={enter}
      verbs={<VerbButton href={placeOf.clusters}>{t('catalogue.cluster.title')}</VerbButton>}
      searchHint={t('catalogue.chain.hint')}
      columns={[
        { key: 'name', title: t('catalogue.chain.one'), card: 'title', render: named },
        {
          key: 'code',
          title: t('catalogue.column.code'),
          card: 'decides',
          render: (row) => <span className="tz-mono">{row.code}</span>,
        },
        {
          key: 'cluster',
          title: t('catalogue.cluster.one'),
          card: 'decides',
          render: (row) => named(row.cluster),
        },
        {
          key: 'segments',
          title: t('catalogue.segment.title'),
          align: 'right',
          render: (row) => formatNumber(row.segments),
        },
        {
          key: 'products',
          title: t('catalogue.product.title'),
          align: 'right',
          render: (row) => formatNumber(row.products),
        },
        { key: 'basis', title: t('catalogue.column.basis'), render: (row) => <BasisMark basis={row.basis} /> },
        {
          key: 'state',
          title: t('catalogue.column.state'),
          card: 'decides',
          render: (row) => <OpenTag state={row.state} />,
        },
      ]}
      filters={[
        {
          kind: 'choice',
          key: 'state',
          label: t('catalogue.column.state'),
          options: states.map((value) => ({ value, label: t(`catalogue.state.${value}`) })),
        },
      ]}
      live={['chain']}
      empty={{ nothing: t('catalogue.chain.empty'), verb: enter }}
    />
  )
}
