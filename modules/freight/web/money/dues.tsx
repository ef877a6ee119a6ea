import { formatAmount, formatNumber, inputOf, ListPage, StateTag, useText, When, type ListColumn } from '@tingzhou/ui'
import { Link } from 'react-router'
import { paymentContract } from '../../money/money-contract.ts'
import { api } from '../api.ts'
import type { DueRow } from './api.ts'
import { placeOf } from './places.ts'

const schema = inputOf(paymentContract.dues)

/** What is due by carrier, whoever waits longest first; and which carriers cannot be paid yet. */
export function Dues() {
  const t = useText('freight')
  const columns: readonly ListColumn<DueRow>[] = [
    { key: 'carrier', title: t('field.carrier'), card: 'title', render: (row) => row.carrier.name },
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
    { key: 'oldest', title: t('payment.waits_since'), card: 'decides', render: (row) => <When at={row.oldestAt} /> },
    {
      key: 'account',
      title: t('payee.title'),
      card: 'decides',
      render: (row) =>
        row.hasAccount ? (
          <StateTag tone="good">{t('payment.has_account')}</StateTag>
        ) : (
          <>
            <StateTag tone="bad">{t('payment.no_account')}</StateTag>{' '}
            <Link to={`${placeOf.carrier(row.carrier.id)}?do=payee`}>{t('payee.add')}</Link>
          </>
        ),
    },
  ]
  return (
    <ListPage
      name="freight.dues"
      title={t('money.dues')}
      embedded
      searchable={false}
      schema={schema}
      source={{ key: api.payments.dues.key(), load: (input, signal) => api.payments.dues.call(input, { signal }) }}
      rowKey={(row) => row.carrier.id}
      rowHref={(row) => placeOf.dueTo(row.carrier.id)}
      columns={columns}
      empty={{ nothing: t('money.no_dues') }}
    />
  )
}
