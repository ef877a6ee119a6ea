import { useQuery } from '@tanstack/react-query'
import { Form } from 'antd'
import {
  FormBox,
  FormDrawer,
  formatNumber,
  instantOfLocalTime,
  ObjectPage,
  OpenFormButton,
  PlainTable,
  useCommand,
  useLive,
  useMe,
  useOpenForm,
  useText,
  When,
  zoneToday,
  ChoiceItem,
  DayItem,
  FlagItem,
  ScaledItem,
  TextItem,
  WholeItem,
  HistoryTrail,
} from '@tingzhou/ui'
import { Link, useParams } from 'react-router'
import { currencies } from '../words.ts'
import { api, type StockDetail } from './api.ts'
import { WarehouseItem } from './items.tsx'
import { mayStore } from './rights.ts'
import { moneyScale, rateScale } from './scaled.ts'
import { MovementsOf } from './stock.tsx'
import { useSurface } from './surface.ts'
import { SyntheticMark } from './tags.tsx'

type Act = 'out' | 'damage' | 'transfer' | 'reserve' | 'release'
const acts = ['out', 'reserve', 'transfer', 'damage'] as const

/** One stock: what it holds, what is set aside, every movement, and where it came from. */
export function StockPage() {
  const t = useText('crossborder')
  const me = useMe()
  const at = useSurface()
  const { id = '' } = useParams()
  const query = useQuery(api.stock.get.queryOptions({ input: { id } }))
  const history = useQuery(api.stock.history.queryOptions({ input: { id } }))
  useLive({ kinds: ['overseas_stock'], objectId: id, keys: [api.stock.key()] })
  const stock = query.data
  if (!stock)
    return (
      <ObjectPage
        title={t('stock.one')}
        loading={query.isPending}
        problem={query.error}
        onRetry={() => void query.refetch()}
      />
    )
  const refused = mayStore(me) ? null : t('reason.store')
  return (
    <>
      <ObjectPage
        title={`${stock.goods} · ${formatNumber(stock.pieces)}`}
        state={
          <>
            {stock.bonded && <span className="tz-caption">{t('stock.bonded')}</span>}{' '}
            <SyntheticMark when={stock.synthetic} />
          </>
        }
        primary={acts.map((act) => (
          <OpenFormButton key={act} name={act} primary={act === 'out'} reason={refused}>
            {t(`act.${act}`)}
          </OpenFormButton>
        ))}
        facts={[
          { label: t('stock.place'), value: `${stock.warehouse.name} · ${stock.area}` },
          { label: t('field.pieces'), value: formatNumber(stock.pieces) },
          { label: t('stock.reserved'), value: formatNumber(stock.reserved) },
          { label: t('stock.available'), value: formatNumber(stock.pieces - stock.reserved) },
          { label: t('stock.received_on'), value: stock.receivedOn },
          { label: t('stock.age'), value: `${formatNumber(stock.ageDays)} ${t('unit.days')}` },
          { label: t('stock.owner'), value: stock.owner.name },
          { label: t('lot.one'), value: <Link to={at.lots.one(stock.lot.id)}>{stock.lot.name}</Link> },
          {
            label: t('shipment.one'),
            value: <Link to={at.shipments.one(stock.shipment.id)}>{stock.shipment.name}</Link>,
          },
          { label: t('trace.title'), value: <Link to={at.trace('stock', stock.id)}>{t('trace.open')}</Link> },
        ]}
        tabs={[
          { key: 'movements', label: t('movement.title'), children: <MovementsOf stockId={stock.id} /> },
          {
            key: 'reservations',
            label: t('stock.reservations'),
            children: <Reservations stock={stock} refused={refused} />,
          },
        ]}
        trail={<HistoryTrail rows={history.data?.rows} did="crossborder:did" />}
        problem={query.error}
        onRetry={() => void query.refetch()}
      />
      {([...acts, 'release'] as const).map((act) => (
        <FormDrawer key={act} name={act} title={t(`act.${act}`)}>
          <ActBox stock={stock} act={act} />
        </FormDrawer>
      ))}
    </>
  )
}

function Reservations({ stock, refused }: { readonly stock: StockDetail; readonly refused: string | null }) {
  const t = useText('crossborder')
  return (
    <PlainTable
      name={t('stock.reservations')}
      empty={t('stock.no_reservation')}
      head={[
        t('field.pieces'),
        t('reserve.for_whom'),
        t('movement.document'),
        t('reserve.until'),
        t('field.state'),
        t('field.verbs'),
      ]}
      rows={stock.reservations.map((one) => ({
        key: one.id,
        cells: [
          formatNumber(one.pieces),
          one.forWhom,
          one.document || '–',
          <When key="until" at={one.until} />,
          t(`reservation.${one.state}`),
          <span key="verbs" className="tz-verbs">
            <OpenFormButton
              name="out"
              item={one.id}
              size="small"
              reason={one.state === 'open' ? refused : t('reservation.gone')}
            >
              {t('act.out')}
            </OpenFormButton>
            <OpenFormButton
              name="release"
              item={one.id}
              size="small"
              reason={one.state === 'open' ? refused : t('reservation.gone')}
            >
              {t('act.release')}
            </OpenFormButton>
          </span>,
        ],
      }))}
    />
  )
}

type Values = {
  readonly pieces: number
  readonly document?: string
  readonly counterparty?: string
  readonly reason?: string
  readonly currency: 'CNY' | 'KZT' | 'USD' | 'EUR'
  readonly priceMinor: number
  readonly rateMilli: number
  readonly toWarehouseId: string
  readonly toArea: string
  readonly bonded?: boolean
  readonly forWhom: string
  readonly untilDay: string
  readonly why: string
}
type Input = { readonly values: Values; readonly reservationId: string | null; readonly commandId: string }

function ActBox({ stock, act }: { readonly stock: StockDetail; readonly act: Act }) {
  const t = useText('crossborder')
  const me = useMe()
  const { close, item } = useOpenForm()
  const reserved = stock.reservations.find((one) => one.id === item)
  const command = useCommand({
    run: (input: Input) => run(stock, act, input),
    invalidate: [api.stock.key(), api.warehouses.key(), api.traces.key()],
    success: t('saved'),
  })
  return (
    <FormBox<Values, Input, unknown>
      key={item ?? ''}
      initial={{
        currency: 'USD',
        bonded: stock.bonded,
        toWarehouseId: stock.warehouse.id,
        untilDay: zoneToday(),
        ...(reserved ? { pieces: reserved.pieces, counterparty: reserved.forWhom, document: reserved.document } : {}),
      }}
      command={command}
      toInput={(values) => ({ values, reservationId: item })}
      fieldNames={{ until: 'untilDay' }}
      submit={t(`act.${act}`)}
      done={close}
      onCancel={close}
      reason={mayStore(me) ? null : t('reason.store')}
    >
      <ActItems act={act} />
    </FormBox>
  )
}

function run(stock: StockDetail, act: Act, { values, reservationId, commandId }: Input): Promise<unknown> {
  const { pieces, document = '', counterparty = '', reason = '', currency, priceMinor, rateMilli } = values
  const head = { stockId: stock.id, commandId, pieces }
  if (act === 'release') return api.stock.release.call({ id: reservationId ?? '', commandId, why: values.why })
  if (act === 'reserve') {
    const until = instantOfLocalTime(`${values.untilDay}T23:59`)
    return api.stock.reserve.call({ ...head, forWhom: values.forWhom, document, until })
  }
  const body = { ...head, document, reason, currency, priceMinor, rateMilli }
  if (act === 'out') return api.stock.out.call({ ...body, counterparty, reservationId })
  if (act === 'damage') return api.stock.damage.call(body)
  const { toWarehouseId, toArea, bonded = false } = values
  return api.stock.transfer.call({ ...body, toWarehouseId, toArea, bonded })
}

function ActItems({ act }: { readonly act: Act }) {
  const t = useText('crossborder')
  if (act === 'release') return <TextItem name="why" label={t('field.why')} max={500} rows={2} required />
  if (act === 'reserve')
    return (
      <>
        <WholeItem name="pieces" label={t('field.pieces')} required />
        <TextItem name="forWhom" label={t('reserve.for_whom')} max={120} required />
        <TextItem name="document" label={t('movement.document')} max={60} />
        <DayItem name="untilDay" label={t('reserve.until')} required />
      </>
    )
  return (
    <>
      <WholeItem name="pieces" label={t('field.pieces')} required />
      {act === 'out' && <TextItem name="counterparty" label={t('movement.counterparty')} max={120} required />}
      {act === 'transfer' && (
        <>
          <WarehouseItem name="toWarehouseId" label={t('warehouse.one')} required />
          <TextItem name="toArea" label={t('stock.area')} max={40} required />
          <FlagItem name="bonded" label={t('stock.bonded')} />
        </>
      )}
      <TextItem name="document" label={t('movement.document')} max={60} required />
      <ChoiceItem
        name="currency"
        label={t('field.currency')}
        options={currencies.map((value) => ({ value, label: value }))}
        required
      />
      <Worth />
      <TextItem name="reason" label={t('field.why')} max={500} rows={2} required={act === 'damage'} />
    </>
  )
}

function Worth() {
  const t = useText('crossborder')
  const currency = Form.useWatch<string | undefined>('currency')
  return (
    <div className="crossborder-pair">
      <ScaledItem name="priceMinor" label={t('field.price')} scale={moneyScale} required />
      <ScaledItem
        name="rateMilli"
        label={t('field.rate')}
        scale={rateScale}
        required
        extra={currency === 'CNY' ? t('field.rate_yuan') : undefined}
      />
    </div>
  )
}
