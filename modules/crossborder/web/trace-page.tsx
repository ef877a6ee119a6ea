import { useQuery } from '@tanstack/react-query'
import {
  EmptyState,
  formatNumber,
  Page,
  PlainTable,
  ProblemAlert,
  SkeletonLines,
  useLate,
  useText,
  When,
} from '@tingzhou/ui'
import { Link, useSearchParams } from 'react-router'
import { traceSubjects, type TraceSubject } from '../words.ts'
import { api } from './api.ts'
import { useSurface } from './surface.ts'
import { ShipmentTag } from './tags.tsx'

type Trace = Awaited<ReturnType<typeof api.traces.get.call>>

/** From the plot to the warehouse and back: where something grew, how it crossed, where it lies, who got it. */
export function TracePage() {
  const t = useText('crossborder')
  const [query] = useSearchParams()
  const id = query.get('id') ?? ''
  const subject = traceSubjects.find((one) => one === query.get('subject'))
  return (
    <Page title={t('trace.title')}>
      <p className="tz-second">{t('trace.intro')}</p>
      {subject === undefined || id === '' ? (
        <EmptyState title={t('trace.choose')} text={t('trace.choose_text')} />
      ) : (
        <Chain subject={subject} id={id} />
      )}
    </Page>
  )
}

function Chain({ subject, id }: { readonly subject: TraceSubject; readonly id: string }) {
  const query = useQuery(api.traces.get.queryOptions({ input: { subject, id } }))
  const late = useLate(query.isPending)
  if (query.isPending) return late ? <SkeletonLines lines={8} /> : null
  if (!query.data) return <ProblemAlert problem={query.error} onRetry={() => void query.refetch()} />
  return (
    <div className="crossborder-chain">
      <Origins trace={query.data} />
      <Shipments trace={query.data} />
      <Stocks trace={query.data} />
      <Outs trace={query.data} />
    </div>
  )
}

type Props = { readonly trace: Trace }

function Origins({ trace }: Props) {
  const t = useText('crossborder')
  const at = useSurface()
  return (
    <section>
      <h2 className="crossborder-heading">{t('trace.origins')}</h2>
      <PlainTable
        name={t('trace.origins')}
        empty={t('trace.no_lot')}
        head={[
          t('lot.number'),
          t('nursery.one'),
          t('nursery.registration'),
          t('plot.one'),
          t('field.goods'),
          t('field.pieces'),
          t('lot.taken'),
          t('lot.certificate'),
        ]}
        rows={trace.lots.map((lot) => ({
          key: lot.id,
          cells: [
            <Link key="lot" to={at.lots.one(lot.id)}>
              {lot.number}
            </Link>,
            lot.nursery === null ? (
              '–'
            ) : (
              <Link key="n" to={at.trace('nursery', lot.nursery.id)}>
                {lot.nursery.name}
              </Link>
            ),
            lot.nursery?.registration ?? '–',
            lot.plot === null ? (
              '–'
            ) : (
              <Link key="p" to={at.trace('plot', lot.plot.id)}>
                {lot.plot.name}
              </Link>
            ),
            `${lot.goods} ${lot.species}`.trim(),
            formatNumber(lot.pieces),
            formatNumber(lot.taken),
            lot.certificate || '–',
          ],
        }))}
      />
    </section>
  )
}

function Shipments({ trace }: Props) {
  const t = useText('crossborder')
  const at = useSurface()
  return (
    <section>
      <h2 className="crossborder-heading">{t('trace.shipments')}</h2>
      <PlainTable
        name={t('trace.shipments')}
        empty={t('trace.no_shipment')}
        head={[
          t('shipment.number'),
          t('field.state'),
          t('lot.one'),
          t('field.pieces'),
          t('sale.one'),
          t('document.phytosanitary_certificate'),
          t('trace.crossed'),
        ]}
        rows={trace.shipments.map((one) => ({
          key: `${one.id} ${one.lotId}`,
          cells: [
            <Link key="s" to={at.shipments.one(one.id)}>
              {one.number}
            </Link>,
            <ShipmentTag key="state" state={one.state} />,
            lotName(trace, one.lotId),
            formatNumber(one.pieces),
            one.contract.name,
            one.certificate ?? '–',
            one.crossedAt === null ? '–' : <When key="at" at={one.crossedAt} />,
          ],
        }))}
      />
    </section>
  )
}

const lotName = ({ lots }: Trace, id: string): string => lots.find((lot) => lot.id === id)?.number ?? '–'

function Stocks({ trace }: Props) {
  const t = useText('crossborder')
  const at = useSurface()
  return (
    <section>
      <h2 className="crossborder-heading">{t('trace.stocks')}</h2>
      <PlainTable
        name={t('trace.stocks')}
        empty={t('trace.no_stock')}
        head={[t('stock.place'), t('lot.one'), t('field.pieces'), t('stock.received_on')]}
        rows={trace.stocks.map((one) => ({
          key: one.id,
          cells: [
            <Link key="s" to={at.stock.one(one.id)}>
              {`${one.warehouse.name} · ${one.area}`}
            </Link>,
            lotName(trace, one.lotId),
            formatNumber(one.pieces),
            one.receivedOn,
          ],
        }))}
      />
    </section>
  )
}

function Outs({ trace }: Props) {
  const t = useText('crossborder')
  return (
    <section>
      <h2 className="crossborder-heading">{t('trace.outs')}</h2>
      <PlainTable
        name={t('trace.outs')}
        empty={t('trace.no_out')}
        head={[
          t('movement.number'),
          t('movement.kind'),
          t('field.pieces'),
          t('movement.counterparty'),
          t('movement.document'),
          t('field.day'),
        ]}
        rows={trace.outs.map((one) => ({
          key: one.id,
          cells: [
            one.number,
            t(`movement_kind.${one.kind}`),
            formatNumber(one.pieces),
            one.counterparty || '–',
            one.document,
            one.onDay,
          ],
        }))}
      />
    </section>
  )
}
