import { StateTag, useText, type Shape, type Tone } from '@tingzhou/ui'
import type { WaybillState } from '../../words.ts'

const looks: Readonly<Record<WaybillState, readonly [Tone, Shape]>> = {
  offered: ['attention', 'ring'],
  accepted: ['busy', 'dot'],
  at_load: ['busy', 'dot'],
  loaded: ['busy', 'dot'],
  in_transit: ['busy', 'dot'],
  at_unload: ['busy', 'dot'],
  unloaded: ['busy', 'dot'],
  signed: ['attention', 'ring'],
  audited: ['attention', 'ring'],
  settled: ['attention', 'ring'],
  paid: ['good', 'check'],
  reported: ['good', 'check'],
  accident: ['bad', 'diamond'],
  disputed: ['bad', 'triangle'],
  transloaded: ['plain', 'cross'],
  cancelled: ['plain', 'cross'],
}

export function WaybillStateTag({ state }: { readonly state: WaybillState }) {
  const t = useText('freight')
  const [tone, shape] = looks[state]
  return (
    <StateTag tone={tone} shape={shape}>
      {t(`waybill_state.${state}`)}
    </StateTag>
  )
}
