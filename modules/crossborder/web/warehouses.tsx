import { useQuery } from '@tanstack/react-query'
import {
  FormBox,
  FormDrawer,
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
  DegreeItem,
  FlagItem,
  TagsItem,
  TextItem,
} from '@tingzhou/ui'
import { Link, useNavigate, useParams } from 'react-router'
import { warehouseContract } from '../stock/stock-contract.ts'
import { api, type Saved, type WarehouseDetail } from './api.ts'
import { ChangeItems } from './items.tsx'
import { mayStore } from './rights.ts'
import { useSurface } from './surface.ts'
import { OpenTag, SyntheticMark } from './tags.tsx'

const schema = inputOf(warehouseContract.list)

/** The overseas warehouses. */
export function WarehouseList() {
  const t = useText('crossborder')
  const me = useMe()
  const at = useSurface()
  const enter = (
    <VerbButton type="primary" href={at.warehouses.new} reason={mayStore(me) ? null : t('reason.store')}>
      {t('warehouse.enter')}
    </VerbButton>
  )
  return (
    <ListPage
      name="crossborder.warehouses"
      title={t('warehouse.title')}
      schema={schema}
      source={{ key: api.warehouses.list.key(), load: (input, signal) => api.warehouses.list.call(input, { signal }) }}
      rowKey={(row) => row.id}
      rowHref={(row) => at.warehouses.one(row.id)}
      primary={at.counter ? null : enter}
      columns={[
        {
          key: 'name',
          title: t('warehouse.name'),
          card: 'title',
          render: (row) => (
            <>
              {row.name} <SyntheticMark when={row.synthetic} />
            </>
          ),
        },
        { key: 'city', title: t('warehouse.city'), card: 'decides', render: (row) => `${row.city} · ${row.country}` },
        { key: 'areas', title: t('stock.area'), card: 'decides', render: (row) => row.areas.join(' · ') },
        { key: 'bonded', title: t('stock.bonded'), render: (row) => (row.bonded ? t('yes') : t('no')) },
        { key: 'state', title: t('field.state'), card: 'decides', render: (row) => <OpenTag state={row.state} /> },
      ]}
      live={['overseas_warehouse']}
      empty={{ nothing: t('warehouse.empty') }}
    />
  )
}

type Values = Pick<WarehouseDetail, 'name' | 'country' | 'city' | 'address' | 'lonDeg' | 'latDeg' | 'areas'> & {
  readonly bonded?: boolean
}
const inputFrom = (values: Values) => ({
  name: values.name,
  country: values.country.trim().toUpperCase(),
  city: values.city,
  address: values.address ?? '',
  lonDeg: values.lonDeg,
  latDeg: values.latDeg,
  areas: values.areas,
  bonded: values.bonded ?? false,
})

function WarehouseItems() {
  const t = useText('crossborder')
  return (
    <>
      <TextItem name="name" label={t('warehouse.name')} max={120} required />
      <div className="crossborder-pair">
        <TextItem name="country" label={t('sale.country')} max={2} required extra={t('sale.country_extra')} />
        <TextItem name="city" label={t('warehouse.city')} max={120} required />
        <DegreeItem name="lonDeg" label={t('field.lon')} max={180} required />
        <DegreeItem name="latDeg" label={t('field.lat')} max={90} required />
      </div>
      <TextItem name="address" label={t('field.address')} max={256} />
      <TagsItem name="areas" label={t('stock.area')} extra={t('warehouse.areas_extra')} required />
      <FlagItem name="bonded" label={t('warehouse.bonded')} extra={t('warehouse.bonded_extra')} />
    </>
  )
}

export function WarehouseNew() {
  const t = useText('crossborder')
  const me = useMe()
  const at = useSurface()
  const navigate = useNavigate()
  const command = useCommand({
    run: api.warehouses.create.call,
    invalidate: [api.warehouses.key()],
    success: t('saved'),
  })
  return (
    <FormPage<Values, Parameters<typeof api.warehouses.create.call>[0], Saved>
      title={t('warehouse.enter')}
      initial={{ country: 'KZ', bonded: true }}
      command={command}
      reason={mayStore(me) ? null : t('reason.store')}
      toInput={inputFrom}
      submit={t('warehouse.enter')}
      done={({ id }) => void navigate(at.warehouses.one(id))}
    >
      <WarehouseItems />
    </FormPage>
  )
}

export function WarehousePage() {
  const t = useText('crossborder')
  const me = useMe()
  const at = useSurface()
  const { id = '' } = useParams()
  const query = useQuery(api.warehouses.get.queryOptions({ input: { id } }))
  useLive({ kinds: ['overseas_warehouse'], objectId: id, keys: [api.warehouses.key()] })
  const warehouse = query.data
  if (!warehouse)
    return (
      <ObjectPage
        title={t('warehouse.one')}
        loading={query.isPending}
        problem={query.error}
        onRetry={() => void query.refetch()}
      />
    )
  return (
    <>
      <ObjectPage
        title={warehouse.name}
        state={
          <>
            <OpenTag state={warehouse.state} /> <SyntheticMark when={warehouse.synthetic} />
          </>
        }
        primary={
          <OpenFormButton name="edit" primary reason={mayStore(me) ? null : t('reason.store')}>
            {t('verb.change')}
          </OpenFormButton>
        }
        facts={[
          { label: t('warehouse.city'), value: `${warehouse.city} · ${warehouse.country}` },
          { label: t('field.address'), value: warehouse.address || '–' },
          { label: t('stock.area'), value: warehouse.areas.join(' · ') },
          { label: t('stock.bonded'), value: warehouse.bonded ? t('yes') : t('no') },
          {
            label: t('stock.title'),
            value: <Link to={`${at.stock.list}?warehouseId=${warehouse.id}`}>{t('warehouse.stock')}</Link>,
          },
        ]}
        problem={query.error}
        onRetry={() => void query.refetch()}
      />
      <FormDrawer name="edit" title={t('warehouse.change')}>
        <ChangeWarehouse warehouse={warehouse} />
      </FormDrawer>
    </>
  )
}

function ChangeWarehouse({ warehouse }: { readonly warehouse: WarehouseDetail }) {
  const t = useText('crossborder')
  const { close } = useOpenForm()
  const command = useCommand({
    run: api.warehouses.change.call,
    invalidate: [api.warehouses.key()],
    success: t('saved'),
  })
  return (
    <FormBox<
      Values & Pick<WarehouseDetail, 'state'> & { readonly why: string },
      Parameters<typeof api.warehouses.change.call>[0],
      Saved
    >
      initial={warehouse}
      command={command}
      toInput={({ state, why, ...values }) => ({
        ...inputFrom(values),
        id: warehouse.id,
        rev: warehouse.rev,
        state,
        why,
      })}
      submit={t('verb.save')}
      done={close}
      onCancel={close}
    >
      <WarehouseItems />
      <ChangeItems />
    </FormBox>
  )
}
