import { useQuery } from '@tanstack/react-query'
import {
  CaseCard,
  CopyId,
  formatMoney,
  formatNumber,
  FormBox,
  FormDrawer,
  inputOf,
  ListPage,
  ObjectPage,
  Panel,
  StateStepper,
  useCommand,
  useLive,
  useOpenRow,
  useText,
  When,
  type Fact,
  TextItem,
  HistoryTrail,
} from '@tingzhou/ui'
import { Link, useParams } from 'react-router'
import { paymentContract } from '../../money/money-contract.ts'
import { api } from '../api.ts'
import { useCodes } from '../codes.ts'
import type { BatchRow } from './api.ts'
import { batchSteps, isAllDone } from './batch-steps.ts'
import { BatchVerb, RejectVerb } from './batch-verbs.tsx'
import { usePaymentColumns } from './payment-list.tsx'
import { placeOf, useMoneyPlaces } from './places.ts'
import { BatchStateTag } from './tags.tsx'

const schema = inputOf(paymentContract.list)

/** One batch: whom it pays, who prepared and approved it, its file, and what the bank has said. */
export function BatchPage() {
  const t = useText('freight')
  const { id = '' } = useParams()
  const query = useQuery(api.batches.get.queryOptions({ input: { id } }))
  const history = useQuery(api.batches.history.queryOptions({ input: { id } }))
  useLive({
    kinds: ['freight_payment_batch', 'freight_bank_report'],
    keys: [api.batches.key(), api.payments.key()],
  })
  const facts = useFacts(query.data)
  const batch = query.data
  if (!batch)
    return (
      <ObjectPage
        title={t('batch.one')}
        loading={query.isPending}
        problem={query.error}
        onRetry={() => void query.refetch()}
      />
    )
  return (
    <>
      <ObjectPage
        title={t('batch.of', { n: formatNumber(batch.payments), sum: formatMoney(batch.sumFen) })}
        id={batch.number}
        state={<BatchStateTag batch={batch} />}
        primary={<BatchVerb batch={batch} />}
        verbs={<RejectVerb batch={batch} />}
        strip={
          isOver(batch) ? undefined : (
            <CaseCard owner={{ name: t('money.by_finance') }} clock={{ state: 'none' }} next={<Next batch={batch} />} />
          )
        }
        steps={<StateStepper steps={batchSteps(batch, t)} />}
        facts={facts}
        trail={<HistoryTrail did="freight:did" rows={history.data?.rows} />}
        problem={query.error}
        onRetry={() => void query.refetch()}
      >
        <Panel title={t('payment.title')}>
          {batch.state === 'rejected' ? (
            <p className="tz-second">
              {t('batch.rejected_means')} <Link to={placeOf.paymentsIn('due')}>{t('money.all_due')}</Link>
            </p>
          ) : (
            <Lines batchId={batch.id} />
          )}
        </Panel>
      </ObjectPage>
      <FormDrawer name="reject" title={t('batch.reject')}>
        <Reject />
      </FormDrawer>
    </>
  )
}

const isOver = (batch: BatchRow): boolean => batch.state === 'rejected' || isAllDone(batch)

function Next({ batch }: { readonly batch: BatchRow }) {
  const t = useText('freight')
  if (batch.state !== 'sent') return <>{t(`batch_next.${batch.state}`)}</>
  return (
    <>
      {t('batch_next.sent')} <Link to={placeOf.reports}>{t('bank_report.title')}</Link>
    </>
  )
}

function useFacts(batch: BatchRow | undefined): readonly Fact[] {
  const t = useText('freight')
  const banks = useCodes('bank')
  if (!batch) return []
  const did = (by: string | null, at: number | null) =>
    by === null || at === null ? (
      '–'
    ) : (
      <>
        {by} · <When at={at} />
      </>
    )
  return [
    { label: t('payment.sum'), value: <b className="tz-money tz-number">{formatMoney(batch.sumFen)}</b> },
    { label: t('payment.count'), value: formatNumber(batch.payments) },
    { label: t('batch.done'), value: `${formatNumber(batch.done)}/${formatNumber(batch.payments)}` },
    {
      label: t('payer.title'),
      value: (
        <>
          {batch.payer.holder} {banks.name(batch.payer.bankCode)} <span className="tz-mono">{batch.payer.account}</span>
        </>
      ),
    },
    { label: t('batch.prepared_by'), value: did(batch.preparedBy, batch.preparedAt) },
    { label: t('batch.approved_by'), value: did(batch.approvedBy, batch.approvedAt) },
    { label: t('batch.sent_by'), value: did(batch.sentBy, batch.sentAt) },
    ...(batch.rejectedWhy === null ? [] : [{ label: t('field.why'), value: batch.rejectedWhy }]),
    ...(batch.fileSha256 === null
      ? []
      : [{ label: t('batch.file_sha256'), value: <CopyId value={batch.fileSha256} short /> }]),
  ]
}

function Lines({ batchId }: { readonly batchId: string }) {
  const t = useText('freight')
  const places = useMoneyPlaces()
  return (
    <ListPage
      name="freight.batch_payments"
      title={t('payment.title')}
      embedded
      searchable={false}
      schema={schema}
      fixed={{ batchId, order: 'asc' }}
      source={{ key: api.payments.list.key(), load: (input, signal) => api.payments.list.call(input, { signal }) }}
      rowKey={(row) => row.id}
      rowHref={(row) => places.waybill(row.waybill.id)}
      columns={usePaymentColumns().filter(({ key }) => key !== 'created')}
      empty={{ nothing: t('payment.empty') }}
    />
  )
}

type Values = { readonly why: string }

function Reject() {
  const t = useText('freight')
  const { id, rev, close } = useOpenRow()
  const command = useCommand({
    run: api.batches.reject.call,
    invalidate: [api.batches.key(), api.payments.key()],
    success: t('batch.was_rejected'),
  })
  return (
    <FormBox<Values, Parameters<typeof api.batches.reject.call>[0], { id: string }>
      command={command}
      toInput={({ why }) => ({ id, rev, why })}
      submit={t('batch.reject')}
      done={close}
      onCancel={close}
    >
      <p className="tz-second">{t('batch.reject_means')}</p>
      <TextItem name="why" label={t('field.why')} max={500} required rows={2} />
    </FormBox>
  )
}
