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
  ChoiceItem,
  DayItem,
  TextItem,
  WholeItem,
  HistoryTrail,
  unitWord,
  type Fact,
} from '@tingzhou/ui'
import { Form } from 'antd'
import { Link, useNavigate, useParams } from 'react-router'
import { lotContract } from '../supply/supply-contract.ts'
import { goodsClasses, inspections } from '../words.ts'
import { api, type LotDetail, type Saved } from './api.ts'
import { ChangeItems, ExporterItem, PlotItem } from './items.tsx'
import { exportersOf, keepsFor, mayExport } from './rights.ts'
import { useSurface } from './surface.ts'
import { InspectionTag, OpenTag, SyntheticMark } from './tags.tsx'

const schema = inputOf(lotContract.list)

/** The lots within reach: what was lifted where, how it was treated, what is left. */
export function LotList() {
  const t = useText('crossborder')
  const me = useMe()
  const at = useSurface()
  const enter = (
    <VerbButton type="primary" href={at.lots.new} reason={mayExport(me) ? null : t('reason.export')}>
      {t('lot.enter')}
    </VerbButton>
  )
  return (
    <ListPage
      name="crossborder.lots"
      title={t('lot.title')}
      schema={schema}
      source={{ key: api.lots.list.key(), load: (input, signal) => api.lots.list.call(input, { signal }) }}
      rowKey={(row) => row.id}
      rowHref={(row) => at.lots.one(row.id)}
      primary={enter}
      verbs={<VerbButton href={at.nurseries.list}>{t('nursery.title')}</VerbButton>}
      searchHint={t('lot.hint')}
      columns={[
        {
          key: 'number',
          title: t('lot.number'),
          card: 'title',
          render: (row) => (
            <>
              <span className="tz-mono">{row.number}</span> <SyntheticMark when={row.synthetic} />
            </>
          ),
        },
        {
          key: 'goods',
          title: t('field.goods'),
          card: 'decides',
          render: (row) => `${row.goods} ${row.species}`.trim(),
        },
        {
          key: 'plot',
          title: t('plot.one'),
          card: 'decides',
          render: (row) => (row.nursery === null ? '–' : `${row.nursery.name} ${row.plot?.name ?? ''}`),
        },
        { key: 'pieces', title: t('field.pieces'), align: 'right', render: (row) => formatNumber(row.pieces) },
        { key: 'left', title: t('lot.left'), align: 'right', card: 'decides', render: (row) => formatNumber(row.left) },
        {
          key: 'inspection',
          title: t('lot.inspection'),
          render: (row) => <InspectionTag inspection={row.inspection} />,
        },
        { key: 'exporter', title: t('field.exporter'), render: (row) => row.exporter.name },
      ]}
      filters={[
        {
          kind: 'choice',
          key: 'inspection',
          label: t('lot.inspection'),
          options: inspections.map((value) => ({ value, label: t(`inspection.${value}`) })),
        },
      ]}
      live={['export_lot']}
      empty={{ nothing: t('lot.empty'), verb: enter }}
    />
  )
}

type Fields = Parameters<typeof api.lots.change.call>[0]
type Values = Partial<Omit<Fields, 'id' | 'rev' | 'commandId'>> & {
  readonly goodsClass?: LotDetail['goodsClass']
  readonly exporterId?: string
  readonly plotId?: string
}

/** What the contract takes of the form. */
const inputFrom = (values: Values) => ({
  goods: values.goods ?? '',
  species: values.species ?? '',
  sku: values.sku ?? '',
  pieces: values.pieces ?? 0,
  heightCmMin: values.heightCmMin ?? null,
  heightCmMax: values.heightCmMax ?? null,
  diameterMmMin: values.diameterMmMin ?? null,
  diameterMmMax: values.diameterMmMax ?? null,
  liftedOn: values.liftedOn ?? null,
  prunedOn: values.prunedOn ?? null,
  disinfectedOn: values.disinfectedOn ?? null,
  disinfectant: values.disinfectant ?? '',
  bundlePieces: values.bundlePieces ?? null,
  inspection: values.inspection ?? 'pending',
  inspectedOn: values.inspectedOn ?? null,
  inspector: values.inspector ?? '',
  certificate: values.certificate ?? '',
  remark: values.remark ?? '',
})

function LotItems() {
  const t = useText('crossborder')
  return (
    <>
      <div className="crossborder-pair">
        <TextItem name="goods" label={t('field.goods')} max={120} required />
        <TextItem name="species" label={t('field.species')} max={120} />
        <TextItem name="sku" label={t('field.sku')} max={40} required />
        <WholeItem name="pieces" label={t('field.pieces')} required />
        <WholeItem name="heightCmMin" label={t('lot.height_min')} unit={unitWord('cm')} max={10_000} />
        <WholeItem name="heightCmMax" label={t('lot.height_max')} unit={unitWord('cm')} max={10_000} />
        <WholeItem name="diameterMmMin" label={t('lot.diameter_min')} unit={unitWord('mm')} max={5_000} />
        <WholeItem name="diameterMmMax" label={t('lot.diameter_max')} unit={unitWord('mm')} max={5_000} />
        <DayItem name="liftedOn" label={t('lot.lifted_on')} />
        <DayItem name="prunedOn" label={t('lot.pruned_on')} />
        <DayItem name="disinfectedOn" label={t('lot.disinfected_on')} />
        <TextItem name="disinfectant" label={t('lot.disinfectant')} max={120} />
        <WholeItem name="bundlePieces" label={t('lot.bundle')} max={10_000} />
        <ChoiceItem
          name="inspection"
          label={t('lot.inspection')}
          options={inspections.map((value) => ({ value, label: t(`inspection.${value}`) }))}
        />
        <DayItem name="inspectedOn" label={t('lot.inspected_on')} />
        <TextItem name="inspector" label={t('lot.inspector')} max={60} />
      </div>
      <TextItem name="certificate" label={t('lot.certificate')} max={60} />
      <TextItem name="remark" label={t('field.remark')} max={256} rows={2} />
    </>
  )
}

function Origin() {
  const t = useText('crossborder')
  const goodsClass = Form.useWatch<string | undefined>('goodsClass')
  return (
    <>
      <ChoiceItem
        name="goodsClass"
        label={t('field.goods_class')}
        options={goodsClasses.map((value) => ({ value, label: t(`goods_class.${value}`) }))}
        required
      />
      <PlotItem name="plotId" label={t('plot.one')} required={goodsClass === 'live_plants'} />
    </>
  )
}

export function LotNew() {
  const t = useText('crossborder')
  const me = useMe()
  const at = useSurface()
  const navigate = useNavigate()
  const [own] = exportersOf(me)
  const command = useCommand({
    run: api.lots.create.call,
    invalidate: [api.lots.key(), api.nurseries.key()],
    success: t('saved'),
  })
  return (
    <FormPage<Values, Parameters<typeof api.lots.create.call>[0], Saved>
      title={t('lot.enter')}
      initial={{ goodsClass: 'live_plants', inspection: 'pending', ...(own ? { exporterId: own.id } : {}) }}
      command={command}
      draft="crossborder.lot"
      reason={mayExport(me) ? null : t('reason.export')}
      toInput={(values) => ({
        ...inputFrom(values),
        goodsClass: values.goodsClass ?? 'live_plants',
        exporterId: values.exporterId ?? '',
        plotId: values.plotId ?? null,
      })}
      submit={t('lot.enter')}
      done={({ id }) => void navigate(at.lots.one(id))}
    >
      <ExporterItem name="exporterId" label={t('field.exporter')} required />
      <Origin />
      <LotItems />
    </FormPage>
  )
}

/** One lot: where it grew, how it was treated, where it went. */
export function LotPage() {
  const t = useText('crossborder')
  const me = useMe()
  const at = useSurface()
  const { id = '' } = useParams()
  const query = useQuery(api.lots.get.queryOptions({ input: { id } }))
  const history = useQuery(api.lots.history.queryOptions({ input: { id } }))
  useLive({ kinds: ['export_lot'], objectId: id, keys: [api.lots.key()] })
  const lot = query.data
  if (!lot)
    return (
      <ObjectPage
        title={t('lot.one')}
        loading={query.isPending}
        problem={query.error}
        onRetry={() => void query.refetch()}
      />
    )
  return (
    <>
      <ObjectPage
        title={`${lot.goods} · ${formatNumber(lot.pieces)}`}
        id={lot.number}
        state={
          <>
            <OpenTag state={lot.state} /> <InspectionTag inspection={lot.inspection} />{' '}
            <SyntheticMark when={lot.synthetic} />
          </>
        }
        primary={
          <OpenFormButton name="edit" primary reason={keepsFor(me, lot.exporter.id) ? null : t('reason.export')}>
            {t('verb.change')}
          </OpenFormButton>
        }
        facts={factsOf(lot, t, at)}
        trail={<HistoryTrail rows={history.data?.rows} did="crossborder:did" />}
        problem={query.error}
        onRetry={() => void query.refetch()}
      />
      <FormDrawer name="edit" title={t('lot.change')}>
        <ChangeLot lot={lot} />
      </FormDrawer>
    </>
  )
}

function factsOf(lot: LotDetail, t: (key: string) => string, at: ReturnType<typeof useSurface>): readonly Fact[] {
  const span = (min: number | null, max: number | null, unit: string) =>
    min === null && max === null ? '–' : `${min ?? ''}–${max ?? ''} ${unitWord(unit)}`
  return [
    { label: t('field.exporter'), value: lot.exporter.name },
    { label: t('field.species'), value: lot.species || '–' },
    { label: t('field.sku'), value: lot.sku },
    {
      label: t('nursery.one'),
      value: lot.nursery === null ? '–' : <Link to={at.nurseries.one(lot.nursery.id)}>{lot.nursery.name}</Link>,
    },
    { label: t('plot.one'), value: lot.plot?.name ?? '–' },
    { label: t('lot.taken'), value: formatNumber(lot.taken) },
    { label: t('lot.left'), value: formatNumber(lot.left) },
    { label: t('lot.height'), value: span(lot.heightCmMin, lot.heightCmMax, 'cm') },
    { label: t('lot.diameter'), value: span(lot.diameterMmMin, lot.diameterMmMax, 'mm') },
    { label: t('lot.lifted_on'), value: lot.liftedOn ?? '–' },
    { label: t('lot.pruned_on'), value: lot.prunedOn ?? '–' },
    { label: t('lot.disinfected_on'), value: `${lot.disinfectedOn ?? '–'} ${lot.disinfectant}` },
    { label: t('lot.bundle'), value: lot.bundlePieces === null ? '–' : formatNumber(lot.bundlePieces) },
    {
      label: t('lot.inspection'),
      value: `${t(`inspection.${lot.inspection}`)} ${lot.inspectedOn ?? ''} ${lot.inspector}`,
    },
    { label: t('lot.certificate'), value: lot.certificate || '–' },
    { label: t('trace.title'), value: <Link to={at.trace('lot', lot.id)}>{t('trace.open')}</Link> },
  ]
}

function ChangeLot({ lot }: { readonly lot: LotDetail }) {
  const t = useText('crossborder')
  const { close } = useOpenForm()
  const command = useCommand({ run: api.lots.change.call, invalidate: [api.lots.key()], success: t('saved') })
  return (
    <FormBox<Values, Fields, Saved>
      initial={lot}
      command={command}
      toInput={({ state, why, ...values }) => ({
        ...inputFrom(values),
        id: lot.id,
        rev: lot.rev,
        state: state ?? 'open',
        why: why ?? '',
      })}
      submit={t('verb.save')}
      done={close}
      onCancel={close}
    >
      <LotItems />
      <ChangeItems />
    </FormBox>
  )
}
