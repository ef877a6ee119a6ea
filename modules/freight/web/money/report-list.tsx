import { formatNumber, inputOf, ListPage, StateTag, useText, VerbButton, When } from '@tingzhou/ui'
import { bankContract } from '../../money/money-contract.ts'
import { api } from '../api.ts'
import { placeOf } from './places.ts'
import { TakeMessages } from './report-drop.tsx'

const schema = inputOf(bankContract.reports)

/** What the bank has said, the latest first; and where its files are brought in. */
export function ReportList() {
  const t = useText('freight')
  return (
    <ListPage
      name="freight.bank_reports"
      title={t('bank_report.title')}
      searchable={false}
      schema={schema}
      source={{ key: api.bank.reports.key(), load: (input, signal) => api.bank.reports.call(input, { signal }) }}
      rowKey={(row) => row.id}
      rowHref={(row) => placeOf.report(row.id)}
      verbs={<VerbButton href={placeOf.desk}>{t('money.title')}</VerbButton>}
      columns={[
        {
          key: 'message',
          title: t('bank_report.message'),
          card: 'title',
          render: (row) => <span className="tz-mono">{row.messageId}</span>,
        },
        { key: 'kind', title: t('field.kind'), card: 'decides', render: (row) => t(`bank_kind.${row.kind}`) },
        {
          key: 'refused',
          title: t('bank_report.refused'),
          card: 'decides',
          render: (row) =>
            row.refused === 0 ? (
              <StateTag tone="good">{t('bank_report.all_good')}</StateTag>
            ) : (
              <StateTag tone="bad">{t('bank_report.refused_some', { n: formatNumber(row.refused) })}</StateTag>
            ),
        },
        {
          key: 'entries',
          title: t('bank_report.entries'),
          align: 'right',
          render: (row) => formatNumber(row.entries),
        },
        { key: 'at', title: t('bank_report.at'), card: 'decides', render: (row) => <When at={row.at} /> },
        { key: 'by', title: t('bank_report.by'), render: (row) => row.by },
      ]}
      live={['freight_bank_report']}
      empty={{ nothing: t('bank_report.empty') }}
    >
      <TakeMessages />
    </ListPage>
  )
}
