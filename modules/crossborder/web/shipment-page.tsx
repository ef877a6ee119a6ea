import { useQuery } from '@tanstack/react-query'
import {
  CaseCard,
  CaseDrawing,
  CaseTrail,
  type Fact,
  formatNumber,
  ObjectPage,
  StateStepper,
  type Step,
  useLive,
  useText,
} from '@tingzhou/ui'
import { Link, useParams } from 'react-router'
import { endStates } from '../words.ts'
import { api, type ShipmentDetail } from './api.ts'
import { priceText } from './scaled.ts'
import { MoveForms, ShipmentVerbs } from './shipment-moves.tsx'
import { Blocks, Documents, HandOvers, Legs, Lots } from './shipment-parts.tsx'
import { useSurface } from './surface.ts'
import { ShipmentTag, SyntheticMark } from './tags.tsx'

/** One shipment: where it is, what stands in its way and what to do, what proves it. */
export function ShipmentPage() {
  const t = useText('crossborder')
  const { id = '' } = useParams()
  const query = useQuery(api.shipments.get.queryOptions({ input: { id } }))
  useLive({ kinds: ['export_shipment'], objectId: id, keys: [api.shipments.key()] })
  const facts = useFacts(query.data)
  const shipment = query.data
  if (!shipment)
    return (
      <ObjectPage
        title={t('shipment.one')}
        loading={query.isPending}
        problem={query.error}
        onRetry={() => void query.refetch()}
      />
    )
  const open = !endStates.some((state) => state === shipment.state)
  return (
    <>
      <ObjectPage
        title={t('shipment.of', { goods: shipment.goods, pieces: formatNumber(shipment.pieces) })}
        id={shipment.number}
        state={
          <>
            <ShipmentTag state={shipment.state} /> <SyntheticMark when={shipment.synthetic} />
          </>
        }
        primary={<ShipmentVerbs shipment={shipment} />}
        strip={
          <CaseCard
            owner={open ? { name: t(`owner.${shipment.state}`, { exporter: shipment.exporter.name }) } : null}
            clock={{
              state: shipment.dueAt === null ? 'none' : open ? 'running' : 'done',
              dueAt: shipment.dueAt,
              basis: 'calendar',
            }}
            next={t(`next.${shipment.state}`)}
          />
        }
        facts={facts}
        steps={<StateStepper steps={stepsOf(shipment, t)} />}
        tabs={[
          { key: 'blocks', label: t('tab.blocks'), children: <Blocks shipment={shipment} /> },
          { key: 'documents', label: t('tab.documents'), children: <Documents shipment={shipment} /> },
          { key: 'lots', label: t('tab.lots'), children: <Lots shipment={shipment} /> },
          { key: 'seals', label: t('tab.seals'), children: <HandOvers shipment={shipment} /> },
          { key: 'legs', label: t('tab.legs'), children: <Legs shipment={shipment} /> },
          { key: 'process', label: t('tab.process'), children: <Drawing id={shipment.id} /> },
        ]}
        trail={<ShipmentTrail id={shipment.id} />}
        problem={query.error}
        onRetry={() => void query.refetch()}
      />
      <MoveForms shipment={shipment} />
    </>
  )
}

const path = [
  'booked',
  'documents',
  'declared',
  'inspected',
  'released',
  'crossed',
  'arrived',
  'received',
  'delivered',
] as const

/** The main path with the present state in its place. Pure. */
function stepsOf({ state, heldFrom, times }: ShipmentDetail, t: (key: string) => string): readonly Step[] {
  const timeOf = (step: string) => times.find((one) => one.step === step)?.at ?? null
  const here = path.findIndex((step) => step === (heldFrom ?? state))
  const reached = here === -1 ? path.findLastIndex((step) => timeOf(step) !== null) : here
  const now = state === 'delivered' ? path.length : reached
  const stopped = state === 'held' || state === 'returned' || state === 'cancelled'
  return path.map((key, index) => ({
    key,
    label: index === now && stopped ? t(`state.${state}`) : t(`state.${key}`),
    state: index < now ? 'done' : index > now ? 'later' : stopped ? 'stopped' : 'now',
    at: timeOf(key),
  }))
}

function useFacts(shipment: ShipmentDetail | undefined): readonly Fact[] {
  const t = useText('crossborder')
  const at = useSurface()
  if (!shipment) return []
  const { waybill, holdReason, holdWords } = shipment
  return [
    ...(holdReason === null ? [] : [{ label: t('shipment.held'), value: `${t(`hold.${holdReason}`)} ${holdWords}` }]),
    {
      label: t('sale.one'),
      value: <Link to={at.sales.one(shipment.contract.id)}>{shipment.contract.name}</Link>,
    },
    { label: t('field.exporter'), value: shipment.exporter.name },
    { label: t('field.pieces'), value: formatNumber(shipment.pieces) },
    {
      label: t('shipment.loaded'),
      value: shipment.loadedPieces === null ? '–' : formatNumber(shipment.loadedPieces),
    },
    { label: t('field.price'), value: priceText(shipment.currency, shipment.priceMinor) },
    {
      label: t('warehouse.one'),
      value: <Link to={at.warehouses.one(shipment.warehouse.id)}>{shipment.warehouse.name}</Link>,
    },
    ...(shipment.declaration === ''
      ? []
      : [{ label: t('shipment.declaration'), value: <span className="tz-mono">{shipment.declaration}</span> }]),
    ...(shipment.releaseReference === ''
      ? []
      : [{ label: t('shipment.release_reference'), value: shipment.releaseReference }]),
    ...(waybill === null
      ? []
      : [
          {
            label: t('shipment.waybill'),
            value:
              waybill.number === null ? (
                t('shipment.waybill_far')
              ) : (
                <Link to={at.waybill(waybill.id)}>{waybill.number}</Link>
              ),
          },
        ]),
    ...(shipment.endReason === '' ? [] : [{ label: t('field.why'), value: shipment.endReason }]),
    {
      label: t('trace.title'),
      value: <Link to={at.trace('shipment', shipment.id)}>{t('trace.open')}</Link>,
    },
  ]
}

/** The history of a shipment, the newest on top. */
function ShipmentTrail({ id }: { readonly id: string }) {
  const query = useQuery(api.shipments.history.queryOptions({ input: { id } }))
  return <CaseTrail query={query} module="crossborder" />
}

/** The drawing of the shipment's process with its tokens and the path that was gone. */
function Drawing({ id }: { readonly id: string }) {
  const query = useQuery(api.shipments.process.queryOptions({ input: { id } }))
  return <CaseDrawing query={query} module="crossborder" />
}
