import { useQuery } from '@tanstack/react-query'
import { formatMoney, i18n, PlainTable, StateTag, useMe, useText, When } from '@tingzhou/ui'
import { Link } from 'react-router'
import { api } from '../api.ts'
import { isPlatform } from '../carriage/rights.ts'
import { books, type SettlementRow } from './api.ts'
import { placeOf } from './places.ts'
import { readsBooks, readsMoney } from './rights.ts'
import { PaymentStateTag } from './tags.tsx'
import { lineText } from './words.ts'

/** What became of a settlement: its payments, its versions, and where it stands in the books. */
export function WaybillMoney(props: { readonly id: string; readonly settlements: readonly SettlementRow[] }) {
  const me = useMe()
  // Whoever only ships is told nothing of what carriers are paid.
  const carries = props.settlements.some(({ carrier }) => carrier !== null)
  return (
    <>
      {carries && (readsMoney(me) || !isPlatform(me)) && <Payments waybillId={props.id} />}
      <Versions settlements={props.settlements} />
      {readsBooks(me) && <Accounts waybillId={props.id} />}
    </>
  )
}

function Payments({ waybillId }: { readonly waybillId: string }) {
  const t = useText('freight')
  const me = useMe()
  const { data } = useQuery(api.payments.list.queryOptions({ input: { waybillId, limit: 200 } }))
  if (!data) return null
  return (
    <>
      <h3>{t('payment.title')}</h3>
      <PlainTable
        name={t('payment.title')}
        empty={t('payment.none_of_waybill')}
        head={[t('payment.line'), t('sheet.amount'), t('field.state'), t('payment.serial'), t('payment.done_at')]}
        rows={data.rows.map((row) => ({
          key: row.id,
          cells: [
            lineText(t, row.line),
            formatMoney(row.amountFen),
            <span key="state">
              <PaymentStateTag state={row.state} />{' '}
              {row.batchId !== null && readsMoney(me) && <Link to={placeOf.batch(row.batchId)}>{t('batch.one')}</Link>}
            </span>,
            <span key="serial" className="tz-mono">
              {row.bankSerial ?? '–'}
            </span>,
            row.doneAt === null ? '–' : <When key="done" at={row.doneAt} />,
          ],
        }))}
      />
    </>
  )
}

function Versions({ settlements }: { readonly settlements: readonly SettlementRow[] }) {
  const t = useText('freight')
  if (settlements.length < 2) return null
  return (
    <>
      <h3>{t('settlement.versions')}</h3>
      <PlainTable
        name={t('settlement.versions')}
        empty=""
        head={[
          t('settlement.version'),
          t('field.state'),
          t('waybill.due'),
          t('waybill.bill'),
          t('field.why'),
          t('settlement.at'),
        ]}
        rows={settlements.map((row) => ({
          key: String(row.version),
          cells: [
            String(row.version),
            <StateTag key="state" tone={row.isReversed ? 'plain' : 'good'} shape={row.isReversed ? 'cross' : 'check'}>
              {t(row.isReversed ? 'settlement.reversed' : 'settlement.counts')}
            </StateTag>,
            row.carrier === null ? '–' : formatMoney(row.carrier.dueFen),
            row.shipper === null ? '–' : formatMoney(row.shipper.billFen),
            row.why === '' ? '–' : row.why,
            <span key="at">
              {row.by} · <When at={row.at} />
            </span>,
          ],
        }))}
      />
    </>
  )
}

function Accounts({ waybillId }: { readonly waybillId: string }) {
  const t = useText('freight')
  const { data } = useQuery(
    books.accounts.queryOptions({ input: { subjectKind: 'freight_waybill', subjectId: waybillId, limit: 50 } }),
  )
  if (!data || data.rows.length === 0) return null
  return (
    <>
      <h3>{t('settlement.books')}</h3>
      <PlainTable
        name={t('settlement.books')}
        empty=""
        head={[t('settlement.account'), t('settlement.balance')]}
        rows={data.rows.map((row) => ({
          key: row.id,
          cells: [
            <Link key="account" to={`/ledger-accounts/${row.id}`}>
              {i18n.language === 'en' ? row.name.en : row.name.zh}
            </Link>,
            formatMoney(row.balance),
          ],
        }))}
      />
    </>
  )
}
