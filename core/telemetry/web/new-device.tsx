import { useText, VerbButton } from '@tingzhou/ui'
import { Alert } from 'antd'
import type { Protocol } from '../protocol.ts'
import { DeviceConnect } from './device-connect.tsx'
import { FrameLog } from './frame-log.tsx'

type Props = {
  readonly id: string
  readonly protocol: Protocol
  readonly identity: string
  readonly secret: string | null
}

/** What comes after a device was made known: what is set in it, its key this one time, and what it says as soon as it calls. */
export function NewDevice({ id, ...device }: Props) {
  const t = useText('telemetry')
  return (
    <>
      {device.secret !== null && <Alert className="tz-problem" type="warning" showIcon title={t('connect.once')} />}
      <h2>{t('connect.title')}</h2>
      <DeviceConnect {...device} />
      <p className="tz-verbs">
        <VerbButton type="primary" href={`/devices/${id}`}>
          {t('verb.to_device')}
        </VerbButton>
      </p>
      <FrameLog id={id} />
    </>
  )
}
