import {
  CopyId,
  FormDrawer,
  ObjectPage,
  Panel,
  OpenFormButton,
  SkeletonLines,
  useOpenForm,
  useText,
  VerbButton,
  type Fact,
} from '@tingzhou/ui'
import { useQuery } from '@tanstack/react-query'
import { Alert } from 'antd'
import { Suspense } from 'react'
import { Link, useParams } from 'react-router'
import { isCalled } from '../source-contract.ts'
import { hasTrend } from '../trend-rule.ts'
import { api, pollMs } from './api.ts'
import { DeviceWhen } from './device-when.tsx'
import { ConfirmItem } from './command-confirm.tsx'
import { CommandForm, useOrderRefusal } from './command-form.tsx'
import { ordersFor, type Order } from './command-orders.ts'
import { DeviceConnect } from './device-connect.tsx'
import { DeviceCommands } from './device-commands.tsx'
import { AddDevice } from './device-form.tsx'
import { DeviceForms, DeviceVerbs } from './device-manage.tsx'
import { DeviceTrail } from './device-trail.tsx'
import { DeviceMedia, useMedia } from './device-media.tsx'
import { KeeperDrawer, useRefusal } from './keeper-drawer.tsx'
import { DevicePoints } from './device-points.tsx'
import { DeviceRevisions } from './device-revisions.tsx'
import { DeviceState, OnlineState } from './device-state.tsx'
import './devices.css'
import { FrameLog } from './frame-log.tsx'
import { MachinePanel } from './machine-panel.tsx'
import { MachinePoints } from './machine-points.tsx'
import { PartLabel } from './part-label.tsx'
import { pollEvery } from './poll-rule.ts'
import { SetValueForm } from './set-value-form.tsx'
import { deviceTabs } from './slots.ts'
import { pointsMax } from './trend-url.ts'
import { writableOf } from './writable.ts'

export type Shown = Awaited<ReturnType<typeof api.device.call>>

/** One device: whether it is heard, what it measures, what it says byte by byte, and what is asked of it. */
export function DevicePage() {
  const t = useText('telemetry')
  const { id = '' } = useParams()
  const query = useQuery({
    ...api.device.queryOptions({ input: { id } }),
    refetchInterval: ({ state }) => pollEvery(state.data, pollMs),
  })
  const shown = query.data
  const moving = shown?.points.find(({ lastFix }) => lastFix !== null)
  return (
    <>
      <ObjectPage
        title={shown?.name ?? t('devices.one')}
        {...(shown ? { id: shown.identity } : {})}
        state={
          shown && (
            <>
              <DeviceState state={shown.state} />
              <OnlineState online={shown.online} />
            </>
          )
        }
        verbs={
          <>
            {shown && <DeviceVerbs shown={shown} />}
            <TrendVerb points={shown?.points ?? []} />
            <VerbButton reason={moving ? null : t('reason.no_fix')} href={`/map?truck=${String(moving?.point ?? '')}`}>
              {t('verb.on_map')}
            </VerbButton>
          </>
        }
        strip={shown && <Notice shown={shown} />}
        loading={query.isPending}
        problem={query.error}
        onRetry={() => void query.refetch()}
        {...(shown ? { facts: factsOf(shown, t) } : {})}
        tabs={shown ? tabsOf(shown, t) : []}
        {...(shown && shown.state !== 'quarantined' ? { trail: <DeviceTrail id={shown.id} /> } : {})}
      />
      {shown && <DeviceForms shown={shown} />}
      {shown && ordersFor(shown.protocol).map((order) => <OrderDrawer key={order} shown={shown} order={order} />)}
      {shown && <ConfirmDrawer shown={shown} />}
      <AddDevice />
    </>
  )
}

/** The way to the trends of what the device measures. */
function TrendVerb({ points }: { readonly points: Shown['points'] }) {
  const t = useText('telemetry')
  const measured = points.filter(hasTrend).slice(0, pointsMax)
  return (
    <VerbButton
      reason={measured.length > 0 ? null : t('reason.no_measured')}
      href={`/trends?points=${measured.map(({ point }) => point).join(',')}`}
    >
      {t('trend.open')}
    </VerbButton>
  )
}

/** Why nothing is taken from a device that nobody made known; what is set in one that never called; how a called one answers. */
function Notice({ shown }: { readonly shown: Shown }) {
  const t = useText('telemetry')
  const refused = useRefusal()
  if (isCalled(shown.protocol)) return <MachinePanel shown={shown} />
  if (shown.state === 'active' && shown.lastSeenAt === null && !shown.online && refused === null)
    return (
      <Panel title={t('connect.title')}>
        <DeviceConnect protocol={shown.protocol} identity={shown.identity} />
      </Panel>
    )
  if (shown.state !== 'quarantined') return null
  return (
    <Alert
      className="tz-problem"
      type="warning"
      showIcon
      title={t('unknown.title')}
      description={t('unknown.text', { refused: shown.refused })}
      action={
        <OpenFormButton name="add" item={shown.id} size="small" reason={refused}>
          {t('verb.know')}
        </OpenFormButton>
      }
    />
  )
}

function OrderDrawer({ shown, order }: { readonly shown: Shown; readonly order: Order }) {
  const t = useText('telemetry')
  const { close } = useOpenForm()
  return (
    <KeeperDrawer name={order} title={t(`order.${order}`)}>
      {order === 'set_value' ? (
        <SetValueForm shown={shown} onDone={close} />
      ) : (
        <CommandForm shown={shown} order={order} onDone={close} />
      )}
    </KeeperDrawer>
  )
}

/** A command of the list that waits for a yes: of the reader, or of a second person. */
function ConfirmDrawer({ shown }: { readonly shown: Shown }) {
  const t = useText('telemetry')
  const { close } = useOpenForm()
  return (
    <FormDrawer name="confirm" title={t('confirm.form')}>
      <ConfirmItem shown={shown} onDone={close} />
    </FormDrawer>
  )
}

function Commands({ shown }: { readonly shown: Shown }) {
  const t = useText('telemetry')
  const refused = useOrderRefusal(shown)
  const media = useMedia(shown.id)
  const reasonOf = (order: Order): string | null =>
    refused ?? (order === 'set_value' && writableOf(shown).length === 0 ? t('reason.no_writable') : null)
  const offline = isCalled(shown.protocol) ? 'command.machine_offline' : 'command.offline'
  return (
    <>
      <p className="tz-verbs">
        {ordersFor(shown.protocol).map((order) => (
          <OpenFormButton key={order} name={order} reason={reasonOf(order)}>
            {t(`order.${order}`)}
          </OpenFormButton>
        ))}
      </p>
      {!shown.online && <p className="tz-second">{t(offline)}</p>}
      <DeviceCommands commands={shown.commands} media={media.data?.rows ?? []} />
    </>
  )
}

function Points({ shown }: { readonly shown: Shown }) {
  const { source } = shown.settings
  return source ? <MachinePoints shown={shown} source={source} /> : <DevicePoints points={shown.points} />
}

const tabsOf = (shown: Shown, t: ReturnType<typeof useText>) => [
  { key: 'points', label: t('tab.points'), children: <Points shown={shown} /> },
  { key: 'frames', label: t('tab.frames'), children: <FrameLog id={shown.id} /> },
  { key: 'commands', label: t('tab.commands'), children: <Commands shown={shown} /> },
  ...(shown.protocol === 'hj212'
    ? [{ key: 'revisions', label: t('tab.revisions'), children: <DeviceRevisions id={shown.id} /> }]
    : []),
  ...(shown.points.some(({ kind }) => kind === 'position')
    ? [
        { key: 'media', label: t('tab.media'), children: <DeviceMedia id={shown.id} /> },
        ...deviceTabs().map(({ key, module, labelKey, Panel: Tab }) => ({
          key,
          label: <PartLabel module={module} labelKey={labelKey} />,
          children: (
            <Suspense fallback={<SkeletonLines lines={3} />}>
              <Tab deviceId={shown.id} />
            </Suspense>
          ),
        })),
      ]
    : []),
]

function factsOf(shown: Shown, t: ReturnType<typeof useText>): readonly Fact[] {
  const { protocol, nodeCode, lastSeenAt, lastAddress, superseded, refused, settings, neighbours } = shown
  return [
    { label: t('field.protocol'), value: t(`protocol.${protocol}`) },
    { label: t('field.code'), value: nodeCode && <CopyId value={nodeCode} /> },
    { label: t('field.last_seen'), value: lastSeenAt === null ? t('never') : <DeviceWhen at={lastSeenAt} /> },
    // One that the platform calls is where it says above, and neither calls twice nor before it is known.
    ...(isCalled(protocol)
      ? []
      : [
          { label: t('field.address'), value: lastAddress && <span className="tz-mono">{lastAddress}</span> },
          { label: t('field.superseded'), value: t('times', { n: superseded }) },
          { label: t('field.refused'), value: t('times', { n: refused }) },
        ]),
    ...(settings.terminal === null ? [] : [{ label: t('settings.terminal'), value: settings.terminal }]),
    ...(settings.coordinates === 'gcj02' ? [{ label: t('settings.coordinates'), value: t('settings.gcj02') }] : []),
    ...(neighbours.length === 0
      ? []
      : [
          {
            label: t('device.neighbours'),
            value: (
              <ul className="tz-plain-list">
                {neighbours.map(({ id, identity, state }) => (
                  <li key={id}>
                    <Link to={`/devices/${id}`}>{identity}</Link> {t(`state.${state}`)}
                  </li>
                ))}
              </ul>
            ),
          },
        ]),
  ]
}
