import {
  FormPage,
  inputOf,
  ListPage,
  useCommand,
  useMe,
  useText,
  VerbButton,
  zoneToday,
  type ListColumn,
} from '@tingzhou/ui'
import { useNavigate } from 'react-router'
import { frameworkContract } from '../../terms/framework-contract.ts'
import { api } from '../api.ts'
import { useSharedColumns } from '../columns.tsx'
import { OpenTag, SyntheticMark } from '../tags.tsx'
import { frameworkInput, FrameworkItems, type FrameworkValues } from './framework-form.tsx'
import { ShipperPick } from './pickers.tsx'
import { mayDeal } from './rights.ts'
import { useSurface } from './surface.ts'

const schema = inputOf(frameworkContract.list)
type Row = Awaited<ReturnType<typeof api.contracts.list.call>>['rows'][number]

/** What shippers and the platform agreed on: rules of settlement, and prices by lane. */
export function ContractList() {
  const t = useText('freight')
  const me = useMe()
  const at = useSurface()
  const { byState } = useSharedColumns()
  const enter = (
    <VerbButton type="primary" href="/freight-contracts/new" reason={mayDeal(me) ? null : t('reason.deal')}>
      {t('framework.enter')}
    </VerbButton>
  )
  const columns: readonly ListColumn<Row>[] = [
    {
      key: 'number',
      title: t('framework.number'),
      card: 'title',
      render: (row) => (
        <>
          <span className="tz-mono">{row.number}</span> <SyntheticMark when={row.synthetic} />
        </>
      ),
    },
    { key: 'shipper', title: t('field.shipper'), card: 'decides', render: (row) => row.shipper.name },
    { key: 'terms', title: t('field.terms'), render: (row) => `${row.terms.name} · v${row.terms.version}` },
    { key: 'days', title: t('framework.days'), card: 'decides', render: (row) => `${row.signedOn} – ${row.validTo}` },
    { key: 'state', title: t('field.state'), card: 'decides', render: (row) => <OpenTag state={row.state} /> },
  ]
  return (
    <ListPage
      name="freight.contracts"
      title={t('framework.title')}
      schema={schema}
      source={{ key: api.contracts.list.key(), load: (input, signal) => api.contracts.list.call(input, { signal }) }}
      rowKey={(row) => row.id}
      rowHref={(row) => at.contract(row.id)}
      primary={at.counter ? null : enter}
      searchHint={t('framework.hint')}
      columns={columns}
      filters={[byState]}
      live={['freight_contract']}
      empty={{
        nothing: at.counter ? t('framework.empty_counter') : t('framework.empty'),
        ...(at.counter ? {} : { verb: enter }),
      }}
    />
  )
}

export function ContractNew() {
  const t = useText('freight')
  const me = useMe()
  const navigate = useNavigate()
  const command = useCommand({ run: api.contracts.create.call, invalidate: [api.contracts.key()], success: t('saved') })
  return (
    <FormPage<FrameworkValues, Parameters<typeof api.contracts.create.call>[0], { readonly id: string }>
      title={t('framework.enter')}
      initial={{ signedOn: zoneToday() }}
      command={command}
      draft="freight.contract"
      reason={mayDeal(me) ? null : t('reason.deal')}
      toInput={(values) => ({ ...frameworkInput(values), shipperId: values.shipperId ?? '' })}
      fieldNames={{ termsVersion: 'terms', termsId: 'terms' }}
      submit={t('framework.enter')}
      done={({ id }) => void navigate(`/freight-contracts/${id}`)}
    >
      <ShipperPick name="shipperId" label={t('field.shipper')} required />
      <FrameworkItems />
    </FormPage>
  )
}
