import {
  FactList,
  formatBytes,
  formatDate,
  formatNumber,
  FormDrawer,
  holdsRole,
  OpenFormButton,
  Page,
  Panel,
  PlainTable,
  ProblemAlert,
  SkeletonLines,
  useMe,
  useOpenForm,
  useText,
} from '@tingzhou/ui'
import { useQuery } from '@tanstack/react-query'
import { api } from './api.ts'
import { ConfirmationForm } from './confirmation-form.tsx'
import { RetentionForm } from './retention-form.tsx'
import { SettingsTrail } from './settings-trail.tsx'
import './devices.css'

export type Retention = Awaited<ReturnType<typeof api.retention.call>>
export type Room = Awaited<ReturnType<typeof api.room.call>>['rows'][number]

/** How long what devices send is kept and how much room it takes, and how commands are confirmed; who may change it, and who did. */
export function SettingsPage() {
  const t = useText('telemetry')
  return (
    <Page title={t('settings_page.title')} width="reading">
      <RetentionPanel />
      <ConfirmationPanel />
    </Page>
  )
}

/** Why the reader may not change the settings of the zone; null: they may. */
function useAdminRefusal(): string | null {
  const t = useText('telemetry')
  return holdsRole(useMe(), ['admin']) ? null : t('reason.admin')
}

function RetentionPanel() {
  const t = useText('telemetry')
  const { close } = useOpenForm()
  const refused = useAdminRefusal()
  const found = useQuery(api.retention.queryOptions({ input: {} }))
  return (
    <Panel
      title={t('retention.title')}
      aside={
        <OpenFormButton name="retention" size="small" reason={refused}>
          {t('retention.change')}
        </OpenFormButton>
      }
    >
      <ProblemAlert problem={found.error} onRetry={() => void found.refetch()} />
      {found.isPending && <SkeletonLines lines={5} />}
      {found.data && <Kept retention={found.data} />}
      <SettingsTrail object="retention" />
      <FormDrawer name="retention" title={t('retention.change')}>
        {found.data && refused === null ? (
          <RetentionForm retention={found.data} onDone={close} />
        ) : (
          <p className="tz-second">{refused}</p>
        )}
      </FormDrawer>
    </Panel>
  )
}

/** What is kept, how long and in how much room. */
function Kept({ retention }: { readonly retention: Retention }) {
  const t = useText('telemetry')
  const { rev: _, ...wish } = retention
  const room = useQuery(api.room.queryOptions({ input: wish }))
  const days = { readings: wish.rawDays, minutes: wish.minuteDays, tracks: wish.trackDays } as const
  const keptOf = ({ kind, goes }: Room): string => {
    if (kind === 'hours' || kind === 'kept_tracks') return t('retention.for_ever')
    const own = days[kind]
    return goes && goes.keptDays > own
      ? t('retention.longer', { own: formatNumber(own), n: formatNumber(goes.keptDays) })
      : t('retention.days', { n: formatNumber(own) })
  }
  return (
    <>
      <ProblemAlert problem={room.error} onRetry={() => void room.refetch()} />
      {room.isPending && <SkeletonLines lines={5} />}
      {room.data && (
        <PlainTable
          name={t('retention.title')}
          head={[t('retention.what'), t('retention.kept'), t('retention.since'), t('retention.room')]}
          empty={t('retention.empty')}
          rows={room.data.rows.map((one) => ({
            key: one.kind,
            cells: [
              t(`retention.kind.${one.kind}`),
              keptOf(one),
              one.oldest === null ? '–' : formatDate(one.oldest),
              <span key="room" className="tz-number">
                {formatBytes(one.bytes)}
              </span>,
            ],
          }))}
        />
      )}
      <p className="tz-caption tz-settings-note">{t('retention.note', { n: wish.packAfterDays })}</p>
    </>
  )
}

function ConfirmationPanel() {
  const t = useText('telemetry')
  const { close } = useOpenForm()
  const refused = useAdminRefusal()
  const found = useQuery(api.confirmation.queryOptions({ input: {} }))
  return (
    <Panel
      title={t('confirmation.title')}
      aside={
        <OpenFormButton name="confirmation" size="small" reason={refused}>
          {t('confirmation.change')}
        </OpenFormButton>
      }
    >
      <ProblemAlert problem={found.error} onRetry={() => void found.refetch()} />
      {found.isPending && <SkeletonLines lines={2} />}
      <p className="tz-second">{t('confirmation.text')}</p>
      {found.data && (
        <FactList
          facts={[
            { label: t('confirmation.confirmS'), value: t('confirmation.seconds', { n: found.data.confirmS }) },
            {
              label: t('confirmation.who'),
              value: t(found.data.needsOther ? 'confirmation.by_other' : 'confirmation.by_same'),
            },
          ]}
        />
      )}
      <SettingsTrail object="confirmation" />
      <FormDrawer name="confirmation" title={t('confirmation.change')}>
        {found.data && refused === null ? (
          <ConfirmationForm rule={found.data} onDone={close} />
        ) : (
          <p className="tz-second">{refused}</p>
        )}
      </FormDrawer>
    </Panel>
  )
}
