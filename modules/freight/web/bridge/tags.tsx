import { StateTag, useText, type Shape, type Tone } from '@tingzhou/ui'
import type { WeighingState } from '../../bridge/words.ts'

const looks: Readonly<Record<WeighingState, readonly [Tone, Shape]>> = {
  first: ['busy', 'ring'],
  kept: ['busy', 'dot'],
  waiting: ['busy', 'ring'],
  unmatched: ['attention', 'triangle'],
  matched: ['good', 'check'],
  typed: ['plain', 'check'],
  refused: ['bad', 'diamond'],
  set_aside: ['plain', 'cross'],
}

export function WeighingTag({ state }: { readonly state: WeighingState }) {
  const t = useText('freight')
  const [tone, shape] = looks[state]
  return (
    <StateTag tone={tone} shape={shape}>
      {t(`weighing_state.${state}`)}
    </StateTag>
  )
}
