import {
  formatAmount,
  inputOf,
  ListPage,
  useMe,
  useText,
  VerbButton,
  When,
  zoneToday,
  type ListColumn,
} from '@tingzhou/ui'
import { Select } from 'antd'
import { useSearchParams } from 'react-router'
import { incomeContract } from '../../money/statement-contract.ts'
import { shownNumber } from '../../waybill/shown-number.ts'
import { api } from '../api.ts'
import { findCarriers } from '../carriage/pickers.tsx'
import { monthsBefore } from '../uploads/months.ts'
import type { IncomeRow } from './api.ts'
import './money.css'
import { placeOf, useMoneyPlaces } from './places.ts'
import { readsMoney } from './rights.ts'
import { lineText } from './words.ts'

const schema = inputOf(incomeContract.list)
const monthsShown = 24

/** What carriers and drivers got in a month, payment by payment, with what all of it comes to. */
export function IncomeList() {
  const t = useText('freight')
  const me = useMe()
  const places = useMoneyPlaces()
  const [query, setQuery] = useSearchParams()
  const months = monthsBefore(zoneToday(), monthsShown)
  const asked = query.get('month')
  const month = months.find((one) => one === asked) ?? months[0] ?? ''
  const choose = (next: string) =>
    setQuery(
      (now) => {
        const changed = new URLSearchParams(now)
        changed.set('month', next)
        changed.delete('after')
        return changed
      },
      { replace: true },
    )
  return (
    <ListPage
      name="freight.incomes"
      title={t('income.title')}
      searchable={false}
      schema={schema}
      fixed={{ month }}
      source={{
        key: api.incomes.list.key(),
        load: async (input, signal) => {
          const { rows, next, total, sumFen } = await api.incomes.list.call(input, { signal })
          return { rows, next, total, sums: { amount: sumFen } }
        },
      }}
      rowKey={(row) => row.paymentId}
      {...(readsMoney(me) ? { rowHref: (row: IncomeRow) => places.waybill(row.waybill.id) } : {})}
      verbs={<VerbButton href={placeOf.payments}>{t('payment.title')}</VerbButton>}
      exportHref={(asText) => `/api/v1/freight-incomes/export.xlsx?${asText}`}
      columns={useColumns()}
      filters={
        readsMoney(me)
          ? [
              {
                kind: 'lookup',
                key: 'carrierId',
                label: t('field.carrier'),
                find: findCarriers,
                name: async (id) => (await api.carriers.get.call({ id })).name,
              },
            ]
          : []
      }
      live={['freight_bank_report']}
      empty={{ nothing: t('income.empty', { month }) }}
    >
      <div className="freight-month-row">
        <label htmlFor="income-month">{t('month.one')}</label>
        <Select
          id="income-month"
          className="freight-month"
          value={month}
          onChange={choose}
          options={months.map((value) => ({ value, label: value }))}
        />
      </div>
    </ListPage>
  )
}

function useColumns(): readonly ListColumn<IncomeRow>[] {
  const t = useText('freight')
  return [
    {
      key: 'waybill',
      title: t('waybill.number'),
      card: 'title',
      render: (row) => <span className="tz-mono">{shownNumber(row.waybill)}</span>,
    },
    { key: 'carrier', title: t('field.carrier'), card: 'decides', render: (row) => row.carrier.name },
    { key: 'line', title: t('payment.line'), render: (row) => lineText(t, row.line) },
    { key: 'means', title: t('payment.means'), render: (row) => t(`payment_means.${row.means}`) },
    {
      key: 'amount',
      title: t('payment.sum'),
      unit: t('unit.yuan'),
      align: 'right',
      card: 'decides',
      render: (row) => <span className="tz-number">{formatAmount(row.amountFen, 2)}</span>,
      sum: ({ sums }) => <span className="tz-number">{formatAmount(sums?.amount ?? 0, 2)}</span>,
    },
    {
      key: 'serial',
      title: t('payment.serial'),
      render: (row) => <span className="tz-mono">{row.bankSerial ?? '–'}</span>,
    },
    { key: 'done', title: t('payment.done_at'), card: 'decides', render: (row) => <When at={row.doneAt} /> },
  ]
}
