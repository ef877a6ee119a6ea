import './money.css'
import { useQuery } from '@tanstack/react-query'
import {
  Figure,
  formatMoney,
  formatNumber,
  formatTimeFull,
  Page,
  Panel,
  ProblemAlert,
  SkeletonLines,
  useLate,
  useLive,
  useMe,
  useText,
  VerbButton,
} from '@tingzhou/ui'
import { Link } from 'react-router'
import { api } from '../api.ts'
import { readsMoney } from './rights.ts'
import type { Desk } from './api.ts'
import { Dues } from './dues.tsx'
import { placeOf } from './places.ts'
import { PrepareAll } from './prepare.tsx'

/** The finance desk: how much waits, for whom, and what must be done next. */
export function MoneyDesk() {
  const t = useText('freight')
  const query = useQuery(api.payments.desk.queryOptions())
  const late = useLate(query.isPending)
  useLive({ kinds: ['freight_payment_batch', 'freight_bank_report', 'freight_waybill'], keys: [api.payments.key()] })
  const { data } = query
  return (
    <Page
      title={t('money.title')}
      verbs={
        <>
          <VerbButton href={placeOf.batches}>{t('batch.title')}</VerbButton>
          <VerbButton href={placeOf.reports}>{t('bank_report.title')}</VerbButton>
          <VerbButton href={placeOf.payer}>{t('payer.title')}</VerbButton>
        </>
      }
      primary={data && <PrepareAll desk={data} />}
    >
      {query.error && <ProblemAlert problem={query.error} onRetry={() => void query.refetch()} />}
      {late && <SkeletonLines lines={6} />}
      {data && (
        <>
          <PayerMissing />
          <Next desk={data} />
          <Figures desk={data} at={formatTimeFull(query.dataUpdatedAt)} />
          <Panel title={t('money.dues')} aside={<Link to={placeOf.paymentsIn('due')}>{t('money.all_due')}</Link>}>
            <Dues />
          </Panel>
        </>
      )}
    </Page>
  )
}

function PayerMissing() {
  const t = useText('freight')
  const me = useMe()
  const { data } = useQuery({ ...api.bank.payer.queryOptions(), enabled: readsMoney(me) })
  if (data?.payer !== null) return null
  return (
    <p role="status" className="tz-tone-attention">
      {t('payer.missing')} <Link to={placeOf.payer}>{t('payer.title')}</Link>
    </p>
  )
}

function Figures({ desk, at }: { readonly desk: Desk; readonly at: string }) {
  const t = useText('freight')
  const tiles = [
    { key: 'due', n: desk.due.payments, sumFen: desk.due.sumFen, href: placeOf.paymentsIn('due'), tone: 'attention' },
    {
      key: 'prepared',
      n: desk.prepared.batches,
      sumFen: desk.prepared.sumFen,
      href: placeOf.batchesIn('prepared'),
      tone: 'attention',
    },
    {
      key: 'approved',
      n: desk.approved.batches,
      sumFen: desk.approved.sumFen,
      href: placeOf.batchesIn('approved'),
      tone: 'attention',
    },
    { key: 'sent', n: desk.sent.payments, sumFen: desk.sent.sumFen, href: placeOf.paymentsIn('sent'), tone: 'plain' },
    { key: 'again', n: desk.again.payments, sumFen: desk.again.sumFen, href: placeOf.paymentsIn('due'), tone: 'bad' },
    {
      key: 'refused',
      n: desk.refused.payments,
      sumFen: desk.refused.sumFen,
      href: placeOf.paymentsIn('sent'),
      tone: 'bad',
    },
  ] as const
  return (
    <div className="tz-figures freight-figures">
      {tiles.map(({ key, n, sumFen, href, tone }) => (
        <Figure
          key={key}
          label={t(`money_figure.${key}`)}
          value={n}
          unit={t(key === 'prepared' || key === 'approved' ? 'unit.batches' : 'unit.payments')}
          note={<span className="tz-number">{formatMoney(sumFen)}</span>}
          date={at}
          basis={t(`money_basis.${key}`, { n: formatNumber(desk.batchesMax) })}
          source={t('money.source')}
          href={href}
          tone={n > 0 ? tone : 'plain'}
        />
      ))}
    </div>
  )
}

/** The one thing to do next, and where. What has gone wrong comes first. */
function Next({ desk }: { readonly desk: Desk }) {
  const t = useText('freight')
  const [key, href] = nextOf(desk)
  return (
    <p role="status">
      <strong>{t('money.next')}</strong> {t(`money_next.${key}`)} {href && <Link to={href}>{t('money.go')}</Link>}
    </p>
  )
}

function nextOf({ refused, approved, prepared, without, due, sent }: Desk): readonly [string, string | null] {
  if (refused.payments > 0) return ['refused', placeOf.paymentsIn('sent')]
  if (approved.batches > 0) return ['approved', placeOf.batchesIn('approved')]
  if (prepared.batches > 0) return ['prepared', placeOf.batchesIn('prepared')]
  if (due.payments > without.payments) return ['due', placeOf.paymentsIn('due')]
  if (without.payments > 0) return ['without', null]
  if (sent.payments > 0) return ['sent', placeOf.reports]
  return ['nothing', null]
}
