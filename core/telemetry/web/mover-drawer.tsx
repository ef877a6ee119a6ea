import { FactList, formatNumber, OpenFormButton, ProblemAlert, useText, VerbButton } from '@tingzhou/ui'
import { useQuery } from '@tanstack/react-query'
import { api } from './api.ts'
import { DeviceWhen } from './device-when.tsx'
import { OnlineState } from './device-state.tsx'
import { alarmName, alarmsIn, useFlags } from './fix-words.tsx'
import type { Mover } from './movers.ts'

/** One truck: where it is, how fast, when that was, and the ways on. */
export function MoverFacts({ mover }: { readonly mover: Mover }) {
  const t = useText('telemetry')
  const flagsOf = useFlags()
  const { deviceId } = mover
  const device = useQuery({
    ...api.device.queryOptions({ input: { id: deviceId ?? '' } }),
    enabled: deviceId !== null,
  })
  return (
    <>
      <ProblemAlert problem={device.error} onRetry={() => void device.refetch()} />
      <FactList
        facts={[
          { label: t('field.online'), value: <OnlineState online={mover.online} /> },
          { label: t('map.speed_now'), value: t('map.speed', { speed: formatNumber(mover.speedKmh) }) },
          { label: t('map.heading'), value: t('map.degrees', { n: mover.headingDeg }) },
          ...(mover.alarm === 0
            ? []
            : [{ label: t('map.alarm'), value: alarmsIn(mover.alarm).map(alarmName).join(t('comma')) }]),
          { label: t('point.at'), value: <DeviceWhen at={mover.at} /> },
          {
            label: t('map.place'),
            value: <span className="tz-number">{`${mover.latDeg.toFixed(6)}, ${mover.lonDeg.toFixed(6)}`}</span>,
          },
          { label: t('point.quality'), value: flagsOf(mover.flags) },
          { label: t('field.address'), value: device.data?.lastAddress ?? '–' },
          { label: t('field.identity'), value: device.data?.identity ?? '–' },
        ]}
      />
      <p className="tz-verbs">
        <VerbButton
          reason={deviceId === null ? t('reason.no_device') : null}
          {...(deviceId === null ? {} : { href: `/devices/${deviceId}` })}
        >
          {t('devices.one')}
        </VerbButton>
        <OpenFormButton name="track">{t('verb.track')}</OpenFormButton>
      </p>
    </>
  )
}
