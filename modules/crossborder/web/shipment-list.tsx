import {
  FormPage,
  formatNumber,
  inputOf,
  instantOfLocalTime,
  ListPage,
  useCommand,
  useMe,
  useText,
  VerbButton,
  When,
  zoneToday,
  DayItem,
  DegreeItem,
  TextItem,
  WholeItem,
} from '@tingzhou/ui'
import { useNavigate, useSearchParams } from 'react-router'
import { shipmentContract } from '../shipment/shipment-contract.ts'
import { shipmentStates, type ShipmentState } from '../words.ts'
import { api, type Standing } from './api.ts'
import { SaleItem, WarehouseItem } from './items.tsx'
import { mayExport } from './rights.ts'
import { useSurface } from './surface.ts'
import { ShipmentTag, SyntheticMark } from './tags.tsx'

const schema = inputOf(shipmentContract.list)
const under = (...states: readonly ShipmentState[]) => ({ state: states })

/** The shipments within reach, the latest first. */
export function ShipmentList() {
  const t = useText('crossborder')
  const me = useMe()
  const at = useSurface()
  const book = (
    <VerbButton type="primary" href={at.shipments.new} reason={mayExport(me) ? null : t('reason.export')}>
      {t('shipment.book')}
    </VerbButton>
  )
  return (
    <ListPage
      name="crossborder.shipments"
      title={t('shipment.title')}
      schema={schema}
      source={{ key: api.shipments.list.key(), load: (input, signal) => api.shipments.list.call(input, { signal }) }}
      rowKey={(row) => row.id}
      rowHref={(row) => at.shipments.one(row.id)}
      primary={book}
      verbs={
        <>
          <VerbButton href={at.sales.list}>{t('sale.title')}</VerbButton>
          <VerbButton href={at.nurseries.list}>{t('nav.nurseries')}</VerbButton>
        </>
      }
      searchHint={t('shipment.hint')}
      columns={[
        {
          key: 'number',
          title: t('shipment.number'),
          card: 'title',
          render: (row) => (
            <>
              <span className="tz-mono">{row.number}</span> <SyntheticMark when={row.synthetic} />
            </>
          ),
        },
        { key: 'state', title: t('field.state'), card: 'decides', render: (row) => <ShipmentTag state={row.state} /> },
        { key: 'goods', title: t('field.goods'), card: 'decides', render: (row) => row.goods },
        {
          key: 'pieces',
          title: t('field.pieces'),
          align: 'right',
          card: 'decides',
          render: (row) => formatNumber(row.pieces),
        },
        { key: 'exporter', title: t('field.exporter'), render: (row) => row.exporter.name },
        {
          key: 'contract',
          title: t('sale.one'),
          render: (row) => <span className="tz-mono">{row.contract.name}</span>,
        },
        { key: 'warehouse', title: t('warehouse.one'), render: (row) => row.warehouse.name },
        { key: 'due', title: t('field.due'), render: (row) => (row.dueAt === null ? '–' : <When at={row.dueAt} />) },
      ]}
      filters={[
        {
          kind: 'choice',
          key: 'state',
          label: t('field.state'),
          multiple: true,
          options: shipmentStates.map((value) => ({ value, label: t(`state.${value}`) })),
        },
      ]}
      views={[
        { key: 'held', label: t('shipment.view_held'), params: under('held') },
        {
          key: 'inland',
          label: t('shipment.view_inland'),
          params: under('booked', 'documents', 'declared', 'inspected', 'released'),
        },
        { key: 'abroad', label: t('shipment.view_abroad'), params: under('crossed', 'arrived', 'received') },
      ]}
      live={['export_shipment']}
      empty={{ nothing: t('shipment.empty'), verb: book }}
    />
  )
}

type Values = {
  readonly contractId: string
  readonly warehouseId: string
  readonly pieces: number
  readonly documentsBy: string
  readonly crossBy: string
  readonly from: string
  readonly lonDeg?: number | null
  readonly latDeg?: number | null
  readonly deliverTo: string
}

/** The end of a day of the zone. */
const endOf = (day: string): number => instantOfLocalTime(`${day}T23:59`)

export function ShipmentNew() {
  const t = useText('crossborder')
  const me = useMe()
  const at = useSurface()
  const navigate = useNavigate()
  const [query] = useSearchParams()
  const contractId = query.get('contract')
  const command = useCommand({
    run: api.shipments.book.call,
    invalidate: [api.shipments.key(), api.sales.key()],
    success: t('shipment.booked'),
  })
  return (
    <FormPage<Values, Parameters<typeof api.shipments.book.call>[0], Standing>
      title={t('shipment.book')}
      intro={t('shipment.intro')}
      initial={{ documentsBy: zoneToday(), crossBy: zoneToday(), ...(contractId === null ? {} : { contractId }) }}
      command={command}
      draft="crossborder.shipment"
      reason={mayExport(me) ? null : t('reason.export')}
      toInput={({ from, lonDeg, latDeg, documentsBy, crossBy, contractId, warehouseId, pieces, deliverTo }) => ({
        contractId,
        warehouseId,
        pieces,
        deliverTo,
        documentsBy: endOf(documentsBy),
        crossBy: endOf(crossBy),
        from: {
          name: from,
          position: typeof lonDeg === 'number' && typeof latDeg === 'number' ? { lonDeg, latDeg } : null,
        },
      })}
      fieldNames={{ 'from.name': 'from' }}
      submit={t('shipment.book')}
      done={({ id }) => void navigate(at.shipments.one(id))}
    >
      <SaleItem name="contractId" label={t('sale.one')} required extra={t('shipment.sale_extra')} />
      <WholeItem name="pieces" label={t('field.pieces')} required />
      <WarehouseItem name="warehouseId" label={t('warehouse.one')} required />
      <div className="crossborder-pair">
        <DayItem name="documentsBy" label={t('shipment.documents_by')} required />
        <DayItem name="crossBy" label={t('shipment.cross_by')} required />
      </div>
      <TextItem name="from" label={t('shipment.from')} max={120} required />
      <div className="crossborder-pair">
        <DegreeItem name="lonDeg" label={t('field.lon')} max={180} />
        <DegreeItem name="latDeg" label={t('field.lat')} max={90} />
      </div>
      <TextItem name="deliverTo" label={t('shipment.deliver_to')} max={120} required />
    </FormPage>
  )
}
