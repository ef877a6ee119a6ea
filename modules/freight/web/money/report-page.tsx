import { keepPreviousData, useQuery } from '@tanstack/react-query'
import {
  formatMoney,
  formatNumber,
  ObjectPage,
  Panel,
  PlainTable,
  StateTag,
  useText,
  VerbButton,
  When,
} from '@tingzhou/ui'
import { Link, useParams } from 'react-router'
import { shownNumber } from '../../waybill/shown-number.ts'
import { api } from '../api.ts'
import type { ReportDetail } from './api.ts'
import { usePlace, PlacePages } from './place-pages.tsx'
import { placeOf, useMoneyPlaces } from './places.ts'
import { OutcomeTag } from './tags.tsx'
import { bankRuleText } from './words.ts'

/** One message of the bank, entry by entry: what was taken, what was refused and why. */
export function ReportPage() {
  const t = useText('freight')
  const { id = '' } = useParams()
  const after = usePlace()
  const query = useQuery({
    ...api.bank.report.queryOptions({ input: { id, after } }),
    placeholderData: keepPreviousData,
  })
  const report = query.data
  if (!report)
    return (
      <ObjectPage
        title={t('bank_report.one')}
        loading={query.isPending}
        problem={query.error}
        onRetry={() => void query.refetch()}
      />
    )
  return (
    <ObjectPage
      title={t(`bank_kind.${report.kind}`)}
      id={report.messageId}
      state={
        report.refused === 0 ? (
          <StateTag tone="good">{t('bank_report.all_good')}</StateTag>
        ) : (
          <StateTag tone="bad">{t('bank_report.refused_some', { n: formatNumber(report.refused) })}</StateTag>
        )
      }
      verbs={<VerbButton href={placeOf.reports}>{t('bank_report.title')}</VerbButton>}
      facts={[
        { label: t('bank_report.entries'), value: formatNumber(report.entries) },
        { label: t('bank_report.at'), value: <When at={report.at} /> },
        { label: t('bank_report.by'), value: report.by },
      ]}
      problem={query.error}
      onRetry={() => void query.refetch()}
    >
      <Panel title={t('bank_report.entries')}>
        {report.refused > 0 && <p className="tz-second">{t('bank_report.refused_means')}</p>}
        <Entries report={report} />
        <PlacePages after={after} next={report.next} />
      </Panel>
    </ObjectPage>
  )
}

function Entries({ report }: { readonly report: ReportDetail }) {
  const t = useText('freight')
  const places = useMoneyPlaces()
  return (
    <PlainTable
      name={t('bank_report.entries')}
      empty={t('bank_report.no_entries')}
      head={[
        t('waybill.number'),
        t('bank_report.says'),
        t('payment.sum'),
        t('bank_report.outcome'),
        t('bank_report.why'),
        t('payment.serial'),
        t('bank_report.reason'),
      ]}
      rows={report.rows.map((entry) => ({
        key: String(entry.place),
        cells: [
          entry.waybill === null ? (
            <span key="name" className="tz-mono freight-wrap">
              {entry.endToEndId}
            </span>
          ) : (
            <Link key="waybill" to={places.waybill(entry.waybill.id)}>
              {shownNumber(entry.waybill)}
            </Link>
          ),
          t(`bank_says.${entry.says}`),
          entry.amountFen === null ? '–' : formatMoney(entry.amountFen),
          <OutcomeTag key="outcome" outcome={entry.outcome} />,
          <span key="why" className="freight-wrap">
            {entry.rule === null ? '–' : bankRuleText(t, entry.rule)}
          </span>,
          <span key="serial" className="tz-mono">
            {entry.bankSerial ?? '–'}
          </span>,
          entry.reason ?? '–',
        ],
      }))}
    />
  )
}
