import { formatAmount, formatNumber, inputOf, ListPage, useText, VerbButton, When } from '@tingzhou/ui'
import { batchContract } from '../../money/money-contract.ts'
import { batchStates } from '../../money/words.ts'
import { api } from '../api.ts'
import { placeOf } from './places.ts'
import { BatchStateTag } from './tags.tsx'

const schema = inputOf(batchContract.list)

/** Batches of payments, the latest first. */
export function BatchList() {
  const t = useText('freight')
  return (
    <ListPage
      name="freight.batches"
      title={t('batch.title')}
      searchable={false}
      schema={schema}
      source={{ key: api.batches.list.key(), load: (input, signal) => api.batches.list.call(input, { signal }) }}
      rowKey={(row) => row.id}
      rowHref={(row) => placeOf.batch(row.id)}
      verbs={<VerbButton href={placeOf.desk}>{t('money.title')}</VerbButton>}
      columns={[
        {
          key: 'number',
          title: t('batch.number'),
          card: 'title',
          render: (row) => <span className="tz-mono">{row.number}</span>,
        },
        { key: 'state', title: t('field.state'), card: 'decides', render: (row) => <BatchStateTag batch={row} /> },
        {
          key: 'sum',
          title: t('payment.sum'),
          unit: t('unit.yuan'),
          align: 'right',
          card: 'decides',
          render: (row) => <span className="tz-number">{formatAmount(row.sumFen, 2)}</span>,
        },
        {
          key: 'payments',
          title: t('payment.count'),
          align: 'right',
          render: (row) => formatNumber(row.payments),
        },
        {
          key: 'done',
          title: t('batch.done'),
          align: 'right',
          render: (row) => `${formatNumber(row.done)}/${formatNumber(row.payments)}`,
        },
        { key: 'prepared', title: t('batch.prepared_by'), card: 'decides', render: (row) => row.preparedBy },
        { key: 'prepared_at', title: t('batch.prepared_at'), render: (row) => <When at={row.preparedAt} /> },
        { key: 'approved', title: t('batch.approved_by'), render: (row) => row.approvedBy ?? '–' },
      ]}
      filters={[
        {
          kind: 'choice',
          key: 'state',
          label: t('field.state'),
          options: batchStates.map((value) => ({ value, label: t(`batch_state.${value}`) })),
        },
      ]}
      views={batchStates.map((state) => ({ key: state, label: t(`batch_state.${state}`), params: { state } }))}
      live={['freight_payment_batch', 'freight_bank_report']}
      empty={{
        nothing: t('batch.empty'),
        verb: <VerbButton href={placeOf.desk}>{t('money.title')}</VerbButton>,
      }}
    />
  )
}
