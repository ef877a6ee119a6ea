import { StateTag, useText, type Shape, type Tone } from '@tingzhou/ui'
import type * as z from 'zod'
import type { DeviceRow } from '../contract.ts'

export type Row = z.output<typeof DeviceRow>

const looks: Readonly<Record<Row['state'], readonly [Tone, Shape]>> = {
  active: ['good', 'check'],
  quarantined: ['attention', 'triangle'],
  retired: ['plain', 'cross'],
}

/** Whether a device is known, in a word and a shape. */
export function DeviceState({ state }: { readonly state: Row['state'] }) {
  const t = useText('telemetry')
  const [tone, shape] = looks[state]
  return (
    <StateTag tone={tone} shape={shape}>
      {t(`state.${state}`)}
    </StateTag>
  )
}

/** Whether it is connected now. */
export function OnlineState({ online }: { readonly online: boolean }) {
  const t = useText('telemetry')
  return (
    <StateTag tone={online ? 'busy' : 'plain'} shape={online ? 'dot' : 'ring'}>
      {t(online ? 'online' : 'offline')}
    </StateTag>
  )
}
