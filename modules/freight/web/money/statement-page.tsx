import { keepPreviousData, useQuery } from '@tanstack/react-query'
import {
  CaseCard,
  CopyId,
  FormDrawer,
  formatMoney,
  formatNumber,
  ObjectPage,
  OpenFormButton,
  PlainTable,
  useCommand,
  useLive,
  useMe,
  useText,
  VerbButton,
  When,
  type Fact,
} from '@tingzhou/ui'
import { Button } from 'antd'
import { Link, useParams } from 'react-router'
import { shownNumber } from '../../waybill/shown-number.ts'
import { api } from '../api.ts'
import { mayDeal, shippersOf } from '../carriage/rights.ts'
import type { StatementDetail } from './api.ts'
import { AskInvoice, Invoices } from './invoice.tsx'
import { leftToInvoice } from './invoice-lines.ts'
import { PlacePages, usePlace } from './place-pages.tsx'
import { useMoneyPlaces } from './places.ts'
import { StatementStateTag } from './tags.tsx'

/** One statement: what the shipper owed, what was billed, what it owes; confirmed by the shipper, then invoiced. */
export function StatementPage() {
  const t = useText('freight')
  const { id = '' } = useParams()
  const after = usePlace()
  const query = useQuery({
    ...api.statements.get.queryOptions({ input: { id, after } }),
    placeholderData: keepPreviousData,
  })
  useLive({ kinds: ['freight_statement'], objectId: id, keys: [api.statements.key()] })
  const facts = useFacts(query.data)
  const statement = query.data
  if (!statement)
    return (
      <ObjectPage
        title={t('statement.one')}
        loading={query.isPending}
        problem={query.error}
        onRetry={() => void query.refetch()}
      />
    )
  const left = leftToInvoice(statement)
  const isOver = statement.state === 'confirmed' && left.netFen <= 0 && left.taxFen <= 0
  return (
    <>
      <ObjectPage
        title={t('statement.of', {
          shipper: statement.shipper.name,
          from: statement.fromDay,
          until: statement.untilDay,
        })}
        id={statement.number}
        state={<StatementStateTag state={statement.state} />}
        primary={statement.state === 'issued' ? <Confirm statement={statement} /> : <AskVerb statement={statement} />}
        verbs={
          <Button href={`/api/v1/freight-statements/${statement.id}/export.xlsx`} download>
            {t('statement.export')}
          </Button>
        }
        strip={
          isOver ? undefined : (
            <CaseCard
              owner={{ name: statement.shipper.name }}
              clock={{ state: 'none' }}
              next={t(`statement_next.${statement.state}`)}
            />
          )
        }
        facts={facts}
        tabs={[
          {
            key: 'lines',
            label: t('statement.lines'),
            children: (
              <>
                <Lines statement={statement} />
                <PlacePages after={after} next={statement.next} />
              </>
            ),
          },
          { key: 'invoices', label: t('invoice.title'), children: <Invoices statement={statement} /> },
        ]}
        problem={query.error}
        onRetry={() => void query.refetch()}
      />
      <FormDrawer name="invoice" title={t('invoice.ask')}>
        <AskInvoice statement={statement} />
      </FormDrawer>
    </>
  )
}

const isOfShipper = (me: ReturnType<typeof useMe>, { shipper }: StatementDetail): boolean =>
  shippersOf(me).some(({ id }) => id === shipper.id)

function Confirm({ statement }: { readonly statement: StatementDetail }) {
  const t = useText('freight')
  const me = useMe()
  const command = useCommand({
    run: api.statements.confirm.call,
    invalidate: [api.statements.key()],
    success: t('statement.was_confirmed'),
  })
  const { id, rev, number, closingFen } = statement
  return (
    <VerbButton
      type="primary"
      loading={command.pending}
      reason={isOfShipper(me, statement) ? null : t('reason.shipper_confirms')}
      confirm={{
        title: t('statement.confirm_of', { number, sum: formatMoney(closingFen) }),
        text: t('statement.confirm_means'),
        verb: t('statement.confirm'),
        danger: false,
      }}
      onClick={() => void command.run({ id, rev })}
    >
      {t('statement.confirm')}
    </VerbButton>
  )
}

function AskVerb({ statement }: { readonly statement: StatementDetail }) {
  const t = useText('freight')
  const me = useMe()
  return (
    <OpenFormButton
      name="invoice"
      primary
      reason={isOfShipper(me, statement) || mayDeal(me) ? null : t('reason.ask_invoice')}
    >
      {t('invoice.ask')}
    </OpenFormButton>
  )
}

function useFacts(statement: StatementDetail | undefined): readonly Fact[] {
  const t = useText('freight')
  if (!statement) return []
  const { openingFen, billedFen, netFen, taxFen, closingFen } = statement
  return [
    { label: t('field.shipper'), value: statement.shipper.name },
    { label: t('statement.days'), value: `${statement.fromDay} – ${statement.untilDay}` },
    { label: t('statement.opening'), value: formatMoney(openingFen) },
    { label: t('statement.billed'), value: formatMoney(billedFen) },
    { label: t('statement.net_tax'), value: `${formatMoney(netFen)} + ${formatMoney(taxFen)}` },
    { label: t('statement.closing'), value: <b className="tz-money tz-number">{formatMoney(closingFen)}</b> },
    {
      label: t('statement.issued'),
      value: (
        <>
          {statement.issuedBy} · <When at={statement.issuedAt} />
        </>
      ),
    },
    {
      label: t('statement.confirmed'),
      value:
        statement.confirmedAt === null ? (
          '–'
        ) : (
          <>
            {statement.confirmedBy} · <When at={statement.confirmedAt} />
          </>
        ),
    },
    { label: 'SHA-256', value: <CopyId value={statement.sha256} short /> },
  ]
}

function Lines({ statement }: { readonly statement: StatementDetail }) {
  const t = useText('freight')
  const places = useMoneyPlaces()
  return (
    <>
      <PlainTable
        name={t('statement.lines')}
        empty={t('statement.no_lines')}
        head={[
          t('waybill.number'),
          t('statement.day'),
          t('field.kind'),
          t('statement.amount'),
          t('statement.net'),
          t('statement.tax'),
        ]}
        rows={statement.rows.map((line) => ({
          key: String(line.place),
          cells: [
            <Link key="waybill" to={places.waybill(line.waybill.id)}>
              {shownNumber(line.waybill)}
            </Link>,
            line.day,
            t(`statement_line.${line.kind}`, { n: String(line.version) }),
            formatMoney(line.amountFen),
            formatMoney(line.netFen),
            formatMoney(line.taxFen),
          ],
        }))}
      />
      {statement.lines > 0 && (
        <p className="tz-second">
          {t('statement.sum', { n: formatNumber(statement.lines), sum: formatMoney(statement.billedFen) })}
        </p>
      )}
    </>
  )
}
