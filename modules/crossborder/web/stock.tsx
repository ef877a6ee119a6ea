import { useQuery } from '@tanstack/react-query'
import { Form } from 'antd'
import {
  DateField,
  formatNumber,
  inputOf,
  ListPage,
  PlainTable,
  useText,
  VerbButton,
  zoneToday,
  scaledText,
} from '@tingzhou/ui'
import { useSearchParams } from 'react-router'
import { stockContract } from '../stock/stock-contract.ts'
import { movementKinds } from '../words.ts'
import { api } from './api.ts'
import { priceText, rateScale } from './scaled.ts'
import { useSurface } from './surface.ts'
import { SyntheticMark } from './tags.tsx'

const schema = inputOf(stockContract.list)

const findWarehouses = async (q: string, signal: AbortSignal) => {
  const { rows } = await api.warehouses.list.call({ limit: 50, ...(q === '' ? {} : { q }) }, { signal })
  return rows.map(({ id, name }) => ({ value: id, label: name }))
}
const nameOfWarehouse = async (id: string) => (await api.warehouses.get.call({ id })).name

/** The overseas stock of a day: what lies where, of which lot, and for how long. */
export function StockList() {
  const t = useText('crossborder')
  const at = useSurface()
  const [query] = useSearchParams()
  return (
    <ListPage
      name="crossborder.stock"
      title={t('stock.title')}
      schema={schema}
      source={{ key: api.stock.list.key(), load: (input, signal) => api.stock.list.call(input, { signal }) }}
      fixed={dayOf(query) === null ? {} : { onDay: dayOf(query) ?? '' }}
      rowKey={(row) => row.id}
      rowHref={(row) => at.stock.one(row.id)}
      verbs={
        <>
          <VerbButton href={`${at.stock.list}/movements`}>{t('movement.title')}</VerbButton>
          {!at.counter && <VerbButton href={at.counts.list}>{t('count.title')}</VerbButton>}
          <VerbButton href={at.warehouses.list}>{t('warehouse.title')}</VerbButton>
        </>
      }
      searchHint={t('stock.hint')}
      columns={[
        {
          key: 'goods',
          title: t('field.goods'),
          card: 'title',
          render: (row) => (
            <>
              {row.goods} <SyntheticMark when={row.synthetic} />
            </>
          ),
        },
        {
          key: 'place',
          title: t('stock.place'),
          card: 'decides',
          render: (row) => `${row.warehouse.name} · ${row.area}${row.bonded ? ` · ${t('stock.bonded')}` : ''}`,
        },
        { key: 'lot', title: t('lot.one'), render: (row) => <span className="tz-mono">{row.lot.name}</span> },
        {
          key: 'shipment',
          title: t('shipment.one'),
          render: (row) => <span className="tz-mono">{row.shipment.name}</span>,
        },
        {
          key: 'pieces',
          title: t('field.pieces'),
          align: 'right',
          card: 'decides',
          render: (row) => formatNumber(row.pieces),
        },
        { key: 'reserved', title: t('stock.reserved'), align: 'right', render: (row) => formatNumber(row.reserved) },
        {
          key: 'age',
          title: t('stock.age'),
          unit: t('unit.days'),
          align: 'right',
          card: 'decides',
          render: (row) => formatNumber(row.ageDays),
        },
        { key: 'owner', title: t('stock.owner'), render: (row) => row.owner.name },
      ]}
      filters={[
        { kind: 'lookup', key: 'warehouseId', label: t('warehouse.one'), find: findWarehouses, name: nameOfWarehouse },
        {
          kind: 'choice',
          key: 'empty',
          label: t('stock.empty_rows'),
          options: [{ value: 'show', label: t('stock.empty_show') }],
        },
      ]}
      live={['overseas_stock']}
      empty={{ nothing: t('stock.empty') }}
    >
      <Ageing />
    </ListPage>
  )
}

const dayOf = (query: URLSearchParams): string | null => query.get('onDay')

/** The day that is asked for, and how long its stock has lain. */
function Ageing() {
  const t = useText('crossborder')
  const [query, setQuery] = useSearchParams()
  const onDay = dayOf(query)
  const warehouseId = query.get('warehouseId')
  const ages = useQuery(
    api.warehouses.ageing.queryOptions({
      input: { ...(onDay === null ? {} : { onDay }), ...(warehouseId === null ? {} : { warehouseId }) },
    }),
  )
  const pick = (day: string | null) =>
    setQuery((now) => {
      const next = new URLSearchParams(now)
      if (day === null) next.delete('onDay')
      else next.set('onDay', day)
      return next
    })
  return (
    <>
      <Form layout="inline">
        <Form.Item label={t('stock.on_day')} htmlFor="stock-day">
          <DateField id="stock-day" value={onDay ?? zoneToday()} max={zoneToday()} onChange={pick} />
        </Form.Item>
      </Form>
      <dl className="crossborder-figures" aria-label={t('stock.ageing')}>
        <div>
          <dt>{t('stock.all')}</dt>
          <dd>{ages.data ? formatNumber(ages.data.pieces) : '–'}</dd>
        </div>
        {(ages.data?.buckets ?? []).map((one) => (
          <div key={one.fromDays}>
            <dt>
              {one.toDays === null
                ? t('stock.age_above', { days: one.fromDays })
                : t('stock.age_span', { from: one.fromDays, to: one.toDays })}
            </dt>
            <dd>{formatNumber(one.pieces)}</dd>
          </div>
        ))}
      </dl>
    </>
  )
}

const movementSchema = inputOf(stockContract.movements)

/** Every movement of the stock within reach, the latest first. */
export function MovementList() {
  const t = useText('crossborder')
  return (
    <ListPage
      name="crossborder.movements"
      title={t('movement.title')}
      schema={movementSchema}
      source={{ key: api.stock.movements.key(), load: (input, signal) => api.stock.movements.call(input, { signal }) }}
      rowKey={(row) => row.id}
      searchHint={t('movement.hint')}
      columns={[
        {
          key: 'number',
          title: t('movement.number'),
          card: 'title',
          render: (row) => <span className="tz-mono">{row.number}</span>,
        },
        { key: 'kind', title: t('movement.kind'), card: 'decides', render: (row) => t(`movement_kind.${row.kind}`) },
        {
          key: 'delta',
          title: t('movement.delta'),
          align: 'right',
          card: 'decides',
          render: (row) => signed(row.delta),
        },
        {
          key: 'stock',
          title: t('stock.place'),
          card: 'decides',
          render: (row) => (row.toStock === null ? row.stock.name : `${row.stock.name} → ${row.toStock.name}`),
        },
        { key: 'lot', title: t('lot.one'), render: (row) => <span className="tz-mono">{row.lot.name}</span> },
        { key: 'document', title: t('movement.document'), render: (row) => row.document },
        {
          key: 'counterparty',
          title: t('movement.counterparty'),
          render: (row) => row.counterparty || row.reason || '–',
        },
        {
          key: 'price',
          title: t('field.price'),
          align: 'right',
          render: (row) => priceText(row.currency, row.priceMinor),
        },
        { key: 'day', title: t('field.day'), render: (row) => row.onDay },
        { key: 'by', title: t('hand_over.by'), render: (row) => row.by },
      ]}
      filters={[
        {
          kind: 'choice',
          key: 'kind',
          label: t('movement.kind'),
          options: movementKinds.map((value) => ({ value, label: t(`movement_kind.${value}`) })),
        },
        { kind: 'lookup', key: 'warehouseId', label: t('warehouse.one'), find: findWarehouses, name: nameOfWarehouse },
      ]}
      live={['overseas_stock']}
      empty={{ nothing: t('movement.empty') }}
    />
  )
}

export const signed = (pieces: number): string => (pieces > 0 ? `+${formatNumber(pieces)}` : formatNumber(pieces))

/** The movements of one stock. */
export function MovementsOf({ stockId }: { readonly stockId: string }) {
  const t = useText('crossborder')
  const query = useQuery(api.stock.movements.queryOptions({ input: { stockId, limit: 100 } }))
  return (
    <PlainTable
      name={t('movement.title')}
      empty={t('movement.empty')}
      head={[
        t('movement.number'),
        t('movement.kind'),
        t('movement.delta'),
        t('movement.document'),
        t('movement.counterparty'),
        t('field.price'),
        t('field.rate'),
        t('field.day'),
        t('hand_over.by'),
      ]}
      rows={(query.data?.rows ?? []).map((row) => ({
        key: row.id,
        cells: [
          row.number,
          t(`movement_kind.${row.kind}`),
          signed(row.toStock?.id === stockId ? -row.delta : row.delta),
          row.document,
          row.counterparty || row.reason || '–',
          priceText(row.currency, row.priceMinor),
          scaledText(row.rateMilli, rateScale),
          row.onDay,
          row.by,
        ],
      }))}
    />
  )
}
