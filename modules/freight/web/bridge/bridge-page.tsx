import { useQuery } from '@tanstack/react-query'
import { Select } from 'antd'
import {
  EmptyState,
  FormDrawer,
  OpenFormButton,
  Page,
  Panel,
  ProblemAlert,
  SkeletonLines,
  useLive,
  useText,
  VerbButton,
  When,
} from '@tingzhou/ui'
import { useNavigate, useParams } from 'react-router'
import { api } from '../api.ts'
import { OpenTag, SyntheticMark } from '../tags.tsx'
import { useBridgePaths, type BridgeDetail } from './api.ts'
import { ChangeBridge } from './bridge-form.tsx'
import { Records } from './records.tsx'
import { TrucksExpected, TrucksHere } from './trucks.tsx'
import { WeighForm } from './weigh-form.tsx'

/** What a clerk works with: the weighbridge that the address names, else the first that is open. */
export function BridgePage() {
  const t = useText('freight')
  const { id } = useParams()
  const paths = useBridgePaths()
  const list = useQuery(api.bridges.list.queryOptions({ input: { limit: 200 } }))
  const named = useQuery({ ...api.bridges.get.queryOptions({ input: { id: id ?? '' } }), enabled: id !== undefined })
  useLive({ kinds: ['freight_bridge', 'freight_weighing', 'freight_waybill'], keys: [api.bridges.key()] })
  const query = id === undefined ? list : named
  const rows = list.data?.rows ?? []
  const bridge = id === undefined ? (rows.find(({ state }) => state === 'open') ?? rows[0]) : named.data
  if (bridge) return <Yard key={bridge.id} bridge={bridge} bridges={rows} />
  return (
    <Page title={t('bridge.title')} verbs={<VerbButton href={paths.list}>{t('bridge.all')}</VerbButton>}>
      {query.isPending && <SkeletonLines lines={6} />}
      {query.error && <ProblemAlert problem={query.error} onRetry={() => void query.refetch()} />}
      {query.data && <EmptyState title={t('bridge.none')} text={t('bridge.none_text')} />}
    </Page>
  )
}

type Shown = { readonly bridge: BridgeDetail; readonly bridges: readonly BridgeDetail[] }

function Yard({ bridge, bridges }: Shown) {
  const t = useText('freight')
  const yard = useQuery(api.bridges.yard.queryOptions({ input: { id: bridge.id } }))
  const here = yard.data?.here ?? []
  const count = (n: number | undefined) => (n === undefined ? '' : ` (${n})`)
  return (
    <Page
      title={`${bridge.place.name} · ${bridge.name}`}
      aside={<Aside bridge={bridge} />}
      verbs={<Verbs bridge={bridge} bridges={bridges} />}
    >
      {yard.error && <ProblemAlert problem={yard.error} onRetry={() => void yard.refetch()} />}
      <Panel title={`${t('bridge.here')}${count(yard.data?.here.length)}`}>
        {yard.isPending && <SkeletonLines lines={4} />}
        {yard.data && <TrucksHere bridge={bridge} trucks={here} />}
      </Panel>
      <Panel title={t('bridge.records')}>
        <Records bridge={bridge} trucks={here} />
      </Panel>
      <Panel title={`${t('bridge.expected')}${count(yard.data?.expected.length)}`}>
        {yard.isPending && <SkeletonLines lines={4} />}
        {yard.data && <TrucksExpected trucks={yard.data.expected} />}
      </Panel>
      <FormDrawer name="weigh" title={t('bridge.enter_weighing')}>
        <WeighForm bridge={bridge} trucks={here} />
      </FormDrawer>
      <FormDrawer name="edit" title={t('bridge.change')}>
        <ChangeBridge bridge={bridge} />
      </FormDrawer>
    </Page>
  )
}

function Aside({ bridge }: { readonly bridge: BridgeDetail }) {
  const t = useText('freight')
  return (
    <>
      <OpenTag state={bridge.state} /> <SyntheticMark when={bridge.synthetic} />
      <span className="tz-second">
        {t('bridge.heard')} {bridge.heardAt === null ? t('bridge.never') : <When at={bridge.heardAt} relative />}
      </span>
    </>
  )
}

function Verbs({ bridge, bridges }: Shown) {
  const t = useText('freight')
  const navigate = useNavigate()
  const paths = useBridgePaths()
  return (
    <>
      {bridges.length > 1 && (
        <Select
          aria-label={t('bridge.choose')}
          value={bridge.id}
          onChange={(next) => void navigate(paths.bridge(next))}
          options={bridges.map((one) => ({ value: one.id, label: `${one.place.name} · ${one.name}` }))}
        />
      )}
      <OpenFormButton name="edit" reason={bridge.keeps ? null : t('bridge.reason_enter')}>
        {t('bridge.change')}
      </OpenFormButton>
      <VerbButton href={paths.list}>{t('bridge.all')}</VerbButton>
    </>
  )
}
