import {
  FormDrawer,
  formatNumber,
  inputOf,
  ListPage,
  OpenFormButton,
  useText,
  When,
  type ListColumn,
} from '@tingzhou/ui'
import { useNavigate } from 'react-router'
import { bridgeContract } from '../../bridge/bridge-contract.ts'
import { api } from '../api.ts'
import { useSharedColumns } from '../columns.tsx'
import { OpenTag, SyntheticMark } from '../tags.tsx'
import { useBridgePaths, useMayEnter, type BridgeDetail } from './api.ts'
import { EnterBridge } from './bridge-form.tsx'

const schema = inputOf(bridgeContract.list)

/** The weighbridges within reach. */
export function BridgeList() {
  const t = useText('freight')
  const { byState } = useSharedColumns()
  const navigate = useNavigate()
  const paths = useBridgePaths()
  const enter = (
    <OpenFormButton name="enter" primary reason={useMayEnter() ? null : t('bridge.reason_enter')}>
      {t('bridge.enter')}
    </OpenFormButton>
  )
  const columns: readonly ListColumn<BridgeDetail>[] = [
    {
      key: 'name',
      title: t('bridge.name'),
      card: 'title',
      render: (row) => (
        <>
          {row.name} <SyntheticMark when={row.synthetic} />
        </>
      ),
    },
    { key: 'place', title: t('bridge.place'), card: 'decides', render: (row) => row.place.name },
    { key: 'owner', title: t('bridge.owner'), render: (row) => row.owner?.name ?? t('place.common') },
    { key: 'state', title: t('field.state'), card: 'decides', render: (row) => <OpenTag state={row.state} /> },
    {
      key: 'max',
      title: t('bridge.max'),
      unit: 'kg',
      align: 'right',
      render: (row) => formatNumber(row.maxKg),
    },
    {
      key: 'heard',
      title: t('bridge.heard'),
      card: 'decides',
      render: (row) => (row.heardAt === null ? t('bridge.never') : <When at={row.heardAt} />),
    },
  ]
  return (
    <>
      <ListPage
        name="freight.bridges"
        title={t('bridge.title')}
        schema={schema}
        source={{ key: api.bridges.list.key(), load: (input, signal) => api.bridges.list.call(input, { signal }) }}
        rowKey={(row) => row.id}
        rowHref={(row) => paths.bridge(row.id)}
        primary={enter}
        searchHint={t('bridge.hint')}
        columns={columns}
        filters={[byState]}
        live={['freight_bridge']}
        empty={{ nothing: t('bridge.empty'), verb: enter }}
      />
      <FormDrawer name="enter" title={t('bridge.enter')}>
        <EnterBridge done={(id) => void navigate(paths.bridge(id))} />
      </FormDrawer>
    </>
  )
}
