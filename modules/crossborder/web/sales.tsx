import { useQuery } from '@tanstack/react-query'
import {
  FormBox,
  FormDrawer,
  formatNumber,
  FormPage,
  inputOf,
  ListPage,
  ObjectPage,
  OpenFormButton,
  useCommand,
  useLive,
  useMe,
  useOpenForm,
  useText,
  VerbButton,
  zoneToday,
  type Fact,
  ChoiceItem,
  DayItem,
  ScaledItem,
  TextItem,
  WholeItem,
  HistoryTrail,
} from '@tingzhou/ui'
import { Link, useNavigate, useParams } from 'react-router'
import { saleContract } from '../supply/supply-contract.ts'
import { currencies, goodsClasses, states } from '../words.ts'
import { api, type SaleDetail, type Saved } from './api.ts'
import { ChangeItems, ExporterItem } from './items.tsx'
import { exportersOf, keepsFor, mayExport } from './rights.ts'
import { moneyScale, priceText } from './scaled.ts'
import { useSurface } from './surface.ts'
import { OpenTag, SyntheticMark } from './tags.tsx'

const schema = inputOf(saleContract.list)

/** The export contracts within reach, and how far shipments have drawn them down. */
export function SaleList() {
  const t = useText('crossborder')
  const me = useMe()
  const at = useSurface()
  const enter = (
    <VerbButton type="primary" href={at.sales.new} reason={mayExport(me) ? null : t('reason.export')}>
      {t('sale.enter')}
    </VerbButton>
  )
  return (
    <ListPage
      name="crossborder.sales"
      title={t('sale.title')}
      schema={schema}
      source={{ key: api.sales.list.key(), load: (input, signal) => api.sales.list.call(input, { signal }) }}
      rowKey={(row) => row.id}
      rowHref={(row) => at.sales.one(row.id)}
      primary={enter}
      searchHint={t('sale.hint')}
      columns={[
        {
          key: 'number',
          title: t('sale.number'),
          card: 'title',
          render: (row) => (
            <>
              <span className="tz-mono">{row.number}</span> <SyntheticMark when={row.synthetic} />
            </>
          ),
        },
        { key: 'goods', title: t('field.goods'), card: 'decides', render: (row) => row.goods },
        { key: 'buyer', title: t('sale.buyer'), render: (row) => `${row.buyer} · ${row.country}` },
        { key: 'exporter', title: t('field.exporter'), render: (row) => row.exporter.name },
        { key: 'pieces', title: t('field.pieces'), align: 'right', render: (row) => formatNumber(row.pieces) },
        {
          key: 'left',
          title: t('sale.left'),
          align: 'right',
          card: 'decides',
          render: (row) => formatNumber(row.left),
        },
        {
          key: 'price',
          title: t('field.price'),
          align: 'right',
          render: (row) => priceText(row.currency, row.priceMinor),
        },
        { key: 'state', title: t('field.state'), card: 'decides', render: (row) => <OpenTag state={row.state} /> },
      ]}
      filters={[
        {
          kind: 'choice',
          key: 'state',
          label: t('field.state'),
          options: states.map((value) => ({ value, label: t(`open.${value}`) })),
        },
      ]}
      live={['export_contract']}
      empty={{ nothing: t('sale.empty'), verb: enter }}
    />
  )
}

type Values = Pick<
  SaleDetail,
  | 'number'
  | 'buyer'
  | 'country'
  | 'goodsClass'
  | 'goods'
  | 'species'
  | 'sku'
  | 'pieces'
  | 'currency'
  | 'priceMinor'
  | 'signedOn'
  | 'validTo'
  | 'remark'
> & { readonly exporterId: string }

const inputFrom = (values: Omit<Values, 'exporterId'>) => ({
  number: values.number,
  buyer: values.buyer,
  country: values.country.trim().toUpperCase(),
  goodsClass: values.goodsClass,
  goods: values.goods,
  species: values.species ?? '',
  sku: values.sku,
  pieces: values.pieces,
  currency: values.currency,
  priceMinor: values.priceMinor,
  signedOn: values.signedOn,
  validTo: values.validTo,
  remark: values.remark ?? '',
})

function SaleItems() {
  const t = useText('crossborder')
  return (
    <>
      <TextItem name="number" label={t('sale.number')} max={35} required />
      <div className="crossborder-pair">
        <TextItem name="buyer" label={t('sale.buyer')} max={120} required />
        <TextItem name="country" label={t('sale.country')} max={2} required extra={t('sale.country_extra')} />
      </div>
      <ChoiceItem
        name="goodsClass"
        label={t('field.goods_class')}
        options={goodsClasses.map((value) => ({ value, label: t(`goods_class.${value}`) }))}
        required
      />
      <div className="crossborder-pair">
        <TextItem name="goods" label={t('field.goods')} max={120} required />
        <TextItem name="species" label={t('field.species')} max={120} />
        <TextItem name="sku" label={t('field.sku')} max={40} required />
        <WholeItem name="pieces" label={t('field.pieces')} required />
        <ChoiceItem
          name="currency"
          label={t('field.currency')}
          options={currencies.map((value) => ({ value, label: value }))}
          required
        />
        <ScaledItem name="priceMinor" label={t('field.price')} scale={moneyScale} required />
        <DayItem name="signedOn" label={t('sale.signed_on')} required />
        <DayItem name="validTo" label={t('sale.valid_to')} required />
      </div>
      <TextItem name="remark" label={t('field.remark')} max={256} rows={2} />
    </>
  )
}

export function SaleNew() {
  const t = useText('crossborder')
  const me = useMe()
  const at = useSurface()
  const navigate = useNavigate()
  const [own] = exportersOf(me)
  const command = useCommand({ run: api.sales.create.call, invalidate: [api.sales.key()], success: t('saved') })
  return (
    <FormPage<Values, Parameters<typeof api.sales.create.call>[0], Saved>
      title={t('sale.enter')}
      initial={{
        goodsClass: 'live_plants',
        currency: 'USD',
        signedOn: zoneToday(),
        ...(own ? { exporterId: own.id } : {}),
      }}
      command={command}
      draft="crossborder.sale"
      reason={mayExport(me) ? null : t('reason.export')}
      toInput={(values) => ({ ...inputFrom(values), exporterId: values.exporterId })}
      submit={t('sale.enter')}
      done={({ id }) => void navigate(at.sales.one(id))}
    >
      <ExporterItem name="exporterId" label={t('field.exporter')} required />
      <SaleItems />
    </FormPage>
  )
}

/** One export contract: what was sold, how much is left, who shipped it. */
export function SalePage() {
  const t = useText('crossborder')
  const me = useMe()
  const at = useSurface()
  const { id = '' } = useParams()
  const query = useQuery(api.sales.get.queryOptions({ input: { id } }))
  const history = useQuery(api.sales.history.queryOptions({ input: { id } }))
  const shipments = useQuery(api.shipments.list.queryOptions({ input: { contractId: id, limit: 50 } }))
  useLive({ kinds: ['export_contract', 'export_shipment'], keys: [api.sales.key(), api.shipments.key()] })
  const sale = query.data
  if (!sale)
    return (
      <ObjectPage
        title={t('sale.one')}
        loading={query.isPending}
        problem={query.error}
        onRetry={() => void query.refetch()}
      />
    )
  const refused = keepsFor(me, sale.exporter.id) ? null : t('reason.export')
  const facts: readonly Fact[] = [
    { label: t('field.exporter'), value: sale.exporter.name },
    { label: t('sale.buyer'), value: `${sale.buyer} · ${sale.country}` },
    { label: t('field.goods'), value: `${sale.goods} ${sale.species}`.trim() },
    { label: t('field.sku'), value: sale.sku },
    { label: t('field.goods_class'), value: t(`goods_class.${sale.goodsClass}`) },
    { label: t('field.pieces'), value: formatNumber(sale.pieces) },
    { label: t('sale.drawn'), value: formatNumber(sale.drawn) },
    { label: t('sale.left'), value: formatNumber(sale.left) },
    { label: t('field.price'), value: priceText(sale.currency, sale.priceMinor) },
    { label: t('sale.days'), value: `${sale.signedOn} – ${sale.validTo}` },
    ...(shipments.data?.rows ?? []).map((one) => ({
      label: t('shipment.one'),
      value: <Link to={at.shipments.one(one.id)}>{`${one.number} · ${formatNumber(one.pieces)}`}</Link>,
    })),
  ]
  return (
    <>
      <ObjectPage
        title={`${sale.goods} · ${sale.buyer}`}
        id={sale.number}
        state={
          <>
            <OpenTag state={sale.state} /> <SyntheticMark when={sale.synthetic} />
          </>
        }
        primary={
          <VerbButton type="primary" href={`${at.shipments.new}?contract=${sale.id}`} reason={refused}>
            {t('shipment.book')}
          </VerbButton>
        }
        verbs={
          <OpenFormButton name="edit" reason={refused}>
            {t('verb.change')}
          </OpenFormButton>
        }
        facts={facts}
        trail={<HistoryTrail rows={history.data?.rows} did="crossborder:did" />}
        problem={query.error}
        onRetry={() => void query.refetch()}
      />
      <FormDrawer name="edit" title={t('sale.change')}>
        <ChangeSale sale={sale} />
      </FormDrawer>
    </>
  )
}

type ChangeValues = Values & Pick<SaleDetail, 'state'> & { readonly why: string }

function ChangeSale({ sale }: { readonly sale: SaleDetail }) {
  const t = useText('crossborder')
  const { close } = useOpenForm()
  const command = useCommand({ run: api.sales.change.call, invalidate: [api.sales.key()], success: t('saved') })
  return (
    <FormBox<ChangeValues, Parameters<typeof api.sales.change.call>[0], Saved>
      initial={{ ...sale, exporterId: sale.exporter.id }}
      command={command}
      toInput={({ state, why, ...values }) => ({ ...inputFrom(values), id: sale.id, rev: sale.rev, state, why })}
      submit={t('verb.save')}
      done={close}
      onCancel={close}
    >
      <SaleItems />
      <ChangeItems />
    </FormBox>
  )
}
