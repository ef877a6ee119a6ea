import { formatAmount, inputOf, ListPage, useMe, useText, VerbButton, When, type ListColumn } from '@tingzhou/ui'
import { useSearchParams } from 'react-router'
import { paymentContract } from '../../money/money-contract.ts'
import { paymentStates } from '../../money/words.ts'
import { shownNumber } from '../../waybill/shown-number.ts'
import { api } from '../api.ts'
import { findCarriers } from '../carriage/pickers.tsx'
import { useCodes } from '../codes.ts'
import type { PaymentRow } from './api.ts'
import { placeOf, useMoneyPlaces } from './places.ts'
import { PrepareChosen } from './prepare.tsx'
import { readsMoney } from './rights.ts'
import { PaymentStateTag } from './tags.tsx'
import { bankRuleText, lineText } from './words.ts'

const schema = inputOf(paymentContract.list)

/** Payments of carriers: what is due the oldest first, everything else the latest first. */
export function PaymentList() {
  const t = useText('freight')
  const me = useMe()
  const places = useMoneyPlaces()
  const [params] = useSearchParams()
  const isDesk = readsMoney(me)
  const isDue = params.get('state') === 'due'
  const columns = usePaymentColumns()
  return (
    <ListPage
      name="freight.payments"
      title={t('payment.title')}
      searchable={false}
      schema={schema}
      source={{ key: api.payments.list.key(), load: (input, signal) => api.payments.list.call(input, { signal }) }}
      fixed={isDue ? { order: 'asc' } : {}}
      rowKey={(row) => row.id}
      rowHref={(row) => places.waybill(row.waybill.id)}
      verbs={isDesk ? <VerbButton href={placeOf.desk}>{t('money.title')}</VerbButton> : null}
      // What is due has no account and no booking yet; it has waited since a day.
      columns={columns.filter(({ key }) => (isDue ? !ofBank.has(key) : key !== 'created'))}
      {...(isDesk ? { selection: (rows: readonly PaymentRow[]) => <PrepareChosen rows={rows} /> } : {})}
      filters={[
        {
          kind: 'choice',
          key: 'state',
          label: t('field.state'),
          options: paymentStates.map((value) => ({ value, label: t(`payment_state.${value}`) })),
        },
        {
          kind: 'lookup',
          key: 'carrierId',
          label: t('field.carrier'),
          find: findCarriers,
          name: async (id) => (await api.carriers.get.call({ id })).name,
        },
      ]}
      views={(['due', 'sent', 'failed', 'returned', 'done'] as const).map((state) => ({
        key: state,
        label: t(`payment_state.${state}`),
        params: { state },
      }))}
      live={['freight_payment_batch', 'freight_bank_report', 'freight_waybill']}
      empty={{ nothing: t('payment.empty') }}
    />
  )
}

const ofBank: ReadonlySet<string> = new Set(['payee', 'serial', 'done'])

/** How a payment is shown wherever there are several. */
export function usePaymentColumns(): readonly ListColumn<PaymentRow>[] {
  const t = useText('freight')
  const banks = useCodes('bank')
  return [
    {
      key: 'waybill',
      title: t('waybill.number'),
      card: 'title',
      render: (row) => <span className="tz-mono">{shownNumber(row.waybill)}</span>,
    },
    { key: 'carrier', title: t('field.carrier'), card: 'decides', render: (row) => row.carrier.name },
    {
      key: 'amount',
      title: t('payment.sum'),
      unit: t('unit.yuan'),
      align: 'right',
      card: 'decides',
      render: (row) => <span className="tz-number">{formatAmount(row.amountFen, 2)}</span>,
    },
    {
      key: 'state',
      title: t('field.state'),
      card: 'decides',
      render: (row) => (
        <>
          <PaymentStateTag state={row.state} />
          <Trouble row={row} />
        </>
      ),
    },
    {
      key: 'line',
      title: t('payment.line'),
      render: (row) => (
        <>
          {lineText(t, row.line)}
          {row.attempt > 1 && <span className="tz-caption"> {t('payment.attempt', { n: String(row.attempt) })}</span>}
        </>
      ),
    },
    {
      key: 'payee',
      title: t('payee.title'),
      render: ({ payee }) =>
        payee === null ? (
          '–'
        ) : (
          <>
            {payee.holder} <span className="tz-caption">{banks.name(payee.bankCode)}</span>{' '}
            <span className="tz-mono">{payee.account}</span>
          </>
        ),
    },
    {
      key: 'serial',
      title: t('payment.serial'),
      render: (row) => <span className="tz-mono">{row.bankSerial ?? '–'}</span>,
    },
    {
      key: 'done',
      title: t('payment.done_at'),
      render: (row) => (row.doneAt === null ? '–' : <When at={row.doneAt} />),
    },
    { key: 'created', title: t('payment.waits_since'), render: (row) => <When at={row.createdAt} /> },
  ]
}

/** Why the bank did not pay, or why its word was not taken. */
function Trouble({ row }: { readonly row: PaymentRow }) {
  const t = useText('freight')
  const lines = [
    ...(row.failedWhy === null ? [] : [t('payment.failed_why', { why: row.failedWhy })]),
    ...row.flags.slice(0, 1).map((rule) => t('payment.flag', { why: bankRuleText(t, rule) })),
  ]
  return lines.map((line) => (
    <div key={line} className="tz-caption tz-tone-bad freight-wrap">
      {line}
    </div>
  ))
}
