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
  PlainTable,
  useCommand,
  useLive,
  useMe,
  useOpenForm,
  useText,
  VerbButton,
  zoneToday,
  DayItem,
  DegreeItem,
  TextItem,
  WholeItem,
  HistoryTrail,
  unitWord,
} from '@tingzhou/ui'
import { Link, useNavigate, useParams } from 'react-router'
import { nurseryContract } from '../supply/supply-contract.ts'
import { states } from '../words.ts'
import { api, type NurseryDetail, type Saved } from './api.ts'
import { ChangeItems, ExporterItem } from './items.tsx'
import { exportersOf, keepsFor, mayExport } from './rights.ts'
import { useSurface } from './surface.ts'
import { OpenTag, SyntheticMark } from './tags.tsx'

const schema = inputOf(nurseryContract.list)

/** The nurseries that are registered with customs. */
export function NurseryList() {
  const t = useText('crossborder')
  const me = useMe()
  const at = useSurface()
  const enter = (
    <VerbButton type="primary" href={at.nurseries.new} reason={mayExport(me) ? null : t('reason.export')}>
      {t('nursery.enter')}
    </VerbButton>
  )
  return (
    <ListPage
      name="crossborder.nurseries"
      title={t('nursery.title')}
      schema={schema}
      source={{ key: api.nurseries.list.key(), load: (input, signal) => api.nurseries.list.call(input, { signal }) }}
      rowKey={(row) => row.id}
      rowHref={(row) => at.nurseries.one(row.id)}
      primary={enter}
      verbs={<VerbButton href={at.lots.list}>{t('lot.title')}</VerbButton>}
      searchHint={t('nursery.hint')}
      columns={[
        {
          key: 'name',
          title: t('nursery.name'),
          card: 'title',
          render: (row) => (
            <>
              {row.name} <SyntheticMark when={row.synthetic} />
            </>
          ),
        },
        {
          key: 'registration',
          title: t('nursery.registration'),
          card: 'decides',
          render: (row) => <span className="tz-mono">{row.registration}</span>,
        },
        {
          key: 'days',
          title: t('nursery.days'),
          card: 'decides',
          render: (row) => `${row.validFrom} – ${row.validTo}`,
        },
        { key: 'enterprise', title: t('nursery.enterprise'), render: (row) => row.enterprise.name },
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
      live={['export_nursery']}
      empty={{ nothing: t('nursery.empty'), verb: enter }}
    />
  )
}

type Values = Pick<NurseryDetail, 'name' | 'registration' | 'validFrom' | 'validTo' | 'address' | 'remark'> & {
  readonly enterpriseId?: string
}
const inputFrom = (values: Values) => ({
  name: values.name,
  registration: values.registration,
  validFrom: values.validFrom,
  validTo: values.validTo,
  address: values.address ?? '',
  remark: values.remark ?? '',
})

function NurseryItems() {
  const t = useText('crossborder')
  return (
    <>
      <TextItem name="name" label={t('nursery.name')} max={120} required />
      <TextItem name="registration" label={t('nursery.registration')} max={40} required />
      <div className="crossborder-pair">
        <DayItem name="validFrom" label={t('doc.from')} required />
        <DayItem name="validTo" label={t('doc.to')} required />
      </div>
      <TextItem name="address" label={t('field.address')} max={256} />
      <TextItem name="remark" label={t('field.remark')} max={256} rows={2} />
    </>
  )
}

export function NurseryNew() {
  const t = useText('crossborder')
  const me = useMe()
  const at = useSurface()
  const navigate = useNavigate()
  const [own] = exportersOf(me)
  const command = useCommand({ run: api.nurseries.create.call, invalidate: [api.nurseries.key()], success: t('saved') })
  return (
    <FormPage<Values, Parameters<typeof api.nurseries.create.call>[0], Saved>
      title={t('nursery.enter')}
      initial={{ validFrom: zoneToday(), ...(own ? { enterpriseId: own.id } : {}) }}
      command={command}
      draft="crossborder.nursery"
      reason={mayExport(me) ? null : t('reason.export')}
      toInput={(values) => ({ ...inputFrom(values), enterpriseId: values.enterpriseId ?? '' })}
      submit={t('nursery.enter')}
      done={({ id }) => void navigate(at.nurseries.one(id))}
    >
      <ExporterItem name="enterpriseId" label={t('nursery.enterprise')} required />
      <NurseryItems />
    </FormPage>
  )
}

/** One nursery: its registration, its plots, and where what grew there went. */
export function NurseryPage() {
  const t = useText('crossborder')
  const me = useMe()
  const at = useSurface()
  const { id = '' } = useParams()
  const query = useQuery(api.nurseries.get.queryOptions({ input: { id } }))
  const history = useQuery(api.nurseries.history.queryOptions({ input: { id } }))
  useLive({ kinds: ['export_nursery'], objectId: id, keys: [api.nurseries.key()] })
  const nursery = query.data
  if (!nursery)
    return (
      <ObjectPage
        title={t('nursery.one')}
        loading={query.isPending}
        problem={query.error}
        onRetry={() => void query.refetch()}
      />
    )
  const refused = keepsFor(me, nursery.enterprise.id) ? null : t('reason.export')
  return (
    <>
      <ObjectPage
        title={nursery.name}
        id={nursery.registration}
        state={
          <>
            <OpenTag state={nursery.state} /> <SyntheticMark when={nursery.synthetic} />
          </>
        }
        primary={
          <OpenFormButton name="plot" primary reason={refused}>
            {t('plot.add')}
          </OpenFormButton>
        }
        verbs={
          <OpenFormButton name="edit" reason={refused}>
            {t('verb.change')}
          </OpenFormButton>
        }
        facts={[
          { label: t('nursery.enterprise'), value: nursery.enterprise.name },
          { label: t('nursery.days'), value: `${nursery.validFrom} – ${nursery.validTo}` },
          { label: t('field.address'), value: nursery.address || '–' },
          { label: t('trace.title'), value: <Link to={at.trace('nursery', nursery.id)}>{t('trace.open')}</Link> },
        ]}
        trail={<HistoryTrail rows={history.data?.rows} did="crossborder:did" />}
        problem={query.error}
        onRetry={() => void query.refetch()}
      >
        <h2 className="crossborder-heading">{t('plot.title')}</h2>
        <PlainTable
          name={t('plot.title')}
          empty={t('plot.empty')}
          head={[t('plot.code'), t('plot.area'), t('plot.lots'), t('plot.pieces'), t('trace.title')]}
          rows={nursery.plots.map((plot) => ({
            key: plot.id,
            cells: [
              plot.code,
              plot.areaM2 === null ? '–' : `${formatNumber(plot.areaM2)} ${unitWord('m2')}`,
              formatNumber(plot.lots),
              formatNumber(plot.pieces),
              <Link key="trace" to={at.trace('plot', plot.id)}>
                {t('trace.where')}
              </Link>,
            ],
          }))}
        />
      </ObjectPage>
      <FormDrawer name="edit" title={t('nursery.change')}>
        <ChangeNursery nursery={nursery} />
      </FormDrawer>
      <FormDrawer name="plot" title={t('plot.add')}>
        <AddPlot id={nursery.id} />
      </FormDrawer>
    </>
  )
}

function ChangeNursery({ nursery }: { readonly nursery: NurseryDetail }) {
  const t = useText('crossborder')
  const { close } = useOpenForm()
  const command = useCommand({ run: api.nurseries.change.call, invalidate: [api.nurseries.key()], success: t('saved') })
  return (
    <FormBox<
      Values & Pick<NurseryDetail, 'state'> & { readonly why: string },
      Parameters<typeof api.nurseries.change.call>[0],
      Saved
    >
      initial={nursery}
      command={command}
      toInput={({ state, why, ...values }) => ({ ...inputFrom(values), id: nursery.id, rev: nursery.rev, state, why })}
      submit={t('verb.save')}
      done={close}
      onCancel={close}
    >
      <NurseryItems />
      <ChangeItems />
    </FormBox>
  )
}

type PlotValues = {
  readonly code: string
  readonly areaM2?: number | null
  readonly lonDeg?: number | null
  readonly latDeg?: number | null
  readonly remark?: string
}

function AddPlot({ id }: { readonly id: string }) {
  const t = useText('crossborder')
  const { close } = useOpenForm()
  const command = useCommand({
    run: api.nurseries.addPlot.call,
    invalidate: [api.nurseries.key()],
    success: t('saved'),
  })
  return (
    <FormBox<PlotValues, Parameters<typeof api.nurseries.addPlot.call>[0], { readonly id: string }>
      command={command}
      toInput={({ code, areaM2, lonDeg, latDeg, remark }) => ({
        id,
        code,
        areaM2: areaM2 ?? null,
        lonDeg: lonDeg ?? null,
        latDeg: latDeg ?? null,
        remark: remark ?? '',
      })}
      submit={t('plot.add')}
      done={close}
      onCancel={close}
    >
      <TextItem name="code" label={t('plot.code')} max={40} required />
      <WholeItem name="areaM2" label={t('plot.area')} unit={unitWord('m2')} max={100_000_000} />
      <div className="crossborder-pair">
        <DegreeItem name="lonDeg" label={t('field.lon')} max={180} />
        <DegreeItem name="latDeg" label={t('field.lat')} max={90} />
      </div>
      <TextItem name="remark" label={t('field.remark')} max={256} rows={2} />
    </FormBox>
  )
}
