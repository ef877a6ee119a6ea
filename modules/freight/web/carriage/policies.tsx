import { useQuery } from '@tanstack/react-query'
import {
  FormBox,
  FormDrawer,
  FormPage,
  formatMoney,
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
  When,
  zoneToday,
  type ListColumn,
  DayItem,
  ScaledItem,
  TextItem,
  HistoryTrail,
} from '@tingzhou/ui'
import { useNavigate, useParams } from 'react-router'
import { policyContract } from '../../policy/policy-contract.ts'
import { api } from '../api.ts'
import { useCodes } from '../codes.ts'
import { useSharedColumns } from '../columns.tsx'
import { CodeItem } from '../fields.tsx'
import { OpenTag, StandTag, SyntheticMark } from '../tags.tsx'
import { ShipperPick } from './pickers.tsx'
import { keepsForShipper, mayDispatch, mayShip, shippersOf } from './rights.ts'
import { useSurface } from './surface.ts'

const schema = inputOf(policyContract.list)
type Row = Awaited<ReturnType<typeof api.policies.list.call>>['rows'][number]

/** Policies that cover goods on the road: the shipper's own, and the platform's for everybody else. */
export function PolicyList() {
  const t = useText('freight')
  const me = useMe()
  const at = useSurface()
  const { byState } = useSharedColumns()
  const insurers = useCodes('insurer')
  const enter = (
    <VerbButton type="primary" href={at.newPolicy} reason={mayShip(me) ? null : t('reason.keep_places')}>
      {t('policy.enter')}
    </VerbButton>
  )
  const columns: readonly ListColumn<Row>[] = [
    {
      key: 'number',
      title: t('policy.number'),
      card: 'title',
      render: (row) => (
        <>
          <span className="tz-mono">{row.number}</span> <SyntheticMark when={row.synthetic} />
        </>
      ),
    },
    { key: 'insurer', title: t('policy.insurer'), render: (row) => insurers.name(row.insurerCode) },
    {
      key: 'shipper',
      title: t('policy.covers'),
      card: 'decides',
      render: (row) => row.shipper?.name ?? t('policy.all'),
    },
    { key: 'sum', title: t('policy.sum'), align: 'right', render: (row) => formatMoney(row.sumFen) },
    { key: 'days', title: t('framework.days'), card: 'decides', render: (row) => `${row.validFrom} – ${row.validTo}` },
    { key: 'state', title: t('field.state'), card: 'decides', render: (row) => <PolicyTag policy={row} /> },
  ]
  return (
    <ListPage
      name="freight.policies"
      title={t('policy.title')}
      schema={schema}
      source={{ key: api.policies.list.key(), load: (input, signal) => api.policies.list.call(input, { signal }) }}
      rowKey={(row) => row.id}
      rowHref={(row) => at.policy(row.id)}
      primary={enter}
      searchHint={t('policy.number')}
      columns={columns}
      filters={[byState]}
      live={['freight_policy']}
      empty={{ nothing: t('policy.empty'), verb: enter }}
    />
  )
}

/** Whether new waybills get it today. */
function PolicyTag({ policy: { state, validFrom, validTo } }: { readonly policy: Row }) {
  const today = zoneToday()
  if (state === 'open' && validTo < today) return <StandTag stand="over" />
  return state === 'open' && today < validFrom ? <StandTag stand="not_yet" /> : <OpenTag state={state} />
}

type Values = {
  readonly shipperId?: string | null
  readonly insurerCode: string
  readonly number: string
  readonly sumFen: number
  readonly validFrom: string
  readonly validTo: string
  readonly remark?: string
}

export function PolicyNew() {
  const t = useText('freight')
  const me = useMe()
  const at = useSurface()
  const navigate = useNavigate()
  const own = shippersOf(me)
  const command = useCommand({ run: api.policies.create.call, invalidate: [api.policies.key()], success: t('saved') })
  return (
    <FormPage<Values, Parameters<typeof api.policies.create.call>[0], { readonly id: string }>
      title={t('policy.enter')}
      initial={{ validFrom: zoneToday(), ...(own[0] && !mayDispatch(me) ? { shipperId: own[0].id } : {}) }}
      command={command}
      draft="freight.policy"
      reason={mayShip(me) ? null : t('reason.keep_places')}
      toInput={({ shipperId, remark, ...values }) => ({
        ...values,
        shipperId: shipperId ?? null,
        remark: remark ?? '',
      })}
      submit={t('policy.enter')}
      done={({ id }) => void navigate(at.policy(id))}
    >
      {(mayDispatch(me) || own.length > 1) && (
        <ShipperPick
          name="shipperId"
          label={t('policy.covers')}
          {...(mayDispatch(me) ? { extra: t('policy.all_extra') } : { required: true })}
        />
      )}
      <CodeItem name="insurerCode" label={t('policy.insurer')} table="insurer" required />
      <TextItem name="number" label={t('policy.number')} max={30} required />
      <ScaledItem
        name="sumFen"
        label={t('policy.sum')}
        scale={2}
        unit={t('unit.yuan')}
        min={1}
        max={Number.MAX_SAFE_INTEGER}
        extra={t('policy.sum_extra')}
        required
      />
      <div className="freight-pair">
        <DayItem name="validFrom" label={t('policy.from')} required />
        <DayItem name="validTo" label={t('policy.to')} required />
      </div>
      <TextItem name="remark" label={t('field.remark')} max={256} rows={2} />
    </FormPage>
  )
}

export function PolicyPage() {
  const t = useText('freight')
  const me = useMe()
  const { id = '' } = useParams()
  const query = useQuery(api.policies.get.queryOptions({ input: { id } }))
  const history = useQuery(api.policies.history.queryOptions({ input: { id } }))
  const insurers = useCodes('insurer')
  useLive({ kinds: ['freight_policy'], objectId: id, keys: [api.policies.key()] })
  const policy = query.data
  if (!policy)
    return (
      <ObjectPage
        title={t('policy.one')}
        loading={query.isPending}
        problem={query.error}
        onRetry={() => void query.refetch()}
      />
    )
  const keeps = keepsForShipper(me, policy.shipper?.id ?? null)
  const refused = keeps ? (policy.state === 'open' ? null : t('policy.closed_already')) : t('reason.keep_places')
  return (
    <>
      <ObjectPage
        title={t('policy.of', { insurer: insurers.name(policy.insurerCode) })}
        id={policy.number}
        state={
          <>
            <PolicyTag policy={policy} /> <SyntheticMark when={policy.synthetic} />
          </>
        }
        primary={
          <OpenFormButton name="close" reason={refused}>
            {t('policy.close')}
          </OpenFormButton>
        }
        facts={[
          { label: t('policy.covers'), value: policy.shipper?.name ?? t('policy.all') },
          { label: t('policy.sum'), value: formatMoney(policy.sumFen) },
          { label: t('framework.days'), value: `${policy.validFrom} – ${policy.validTo}` },
          { label: t('field.remark'), value: policy.remark || '–' },
          { label: t('updated'), value: <When at={policy.updatedAt} /> },
        ]}
        trail={<HistoryTrail did="freight:did" rows={history.data?.rows} />}
        problem={query.error}
      />
      <FormDrawer name="close" title={t('policy.close')}>
        <Close policy={policy} />
      </FormDrawer>
    </>
  )
}

function Close({ policy: { id, rev } }: { readonly policy: Row }) {
  const t = useText('freight')
  const { close } = useOpenForm()
  const command = useCommand({ run: api.policies.close.call, invalidate: [api.policies.key()], success: t('saved') })
  return (
    <FormBox<{ readonly why: string }, Parameters<typeof api.policies.close.call>[0], { readonly id: string }>
      initial={{}}
      command={command}
      toInput={({ why }) => ({ id, rev, why })}
      submit={t('policy.close')}
      done={close}
      onCancel={close}
    >
      <p>{t('policy.close_means')}</p>
      <TextItem name="why" label={t('field.why')} max={500} required rows={2} />
    </FormBox>
  )
}
