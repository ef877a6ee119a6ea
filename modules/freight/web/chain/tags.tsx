import { StateTag, useText, type Shape, type Tone } from '@tingzhou/ui'
import type { NextState, TourState } from '../../chain/words.ts'

const tours: Readonly<Record<TourState, readonly [Tone, Shape]>> = {
  proposed: ['busy', 'ring'],
  sent: ['good', 'check'],
  booked: ['good', 'dot'],
  stale: ['attention', 'triangle'],
}

export function TourTag({ state }: { readonly state: TourState }) {
  const t = useText('freight')
  const [tone, shape] = tours[state]
  return (
    <StateTag tone={tone} shape={shape}>
      {t(`tour_state.${state}`)}
    </StateTag>
  )
}

const nexts: Readonly<Record<NextState, readonly [Tone, Shape]>> = {
  wished: ['attention', 'ring'],
  booked: ['busy', 'dot'],
  taken: ['good', 'check'],
  ended: ['plain', 'cross'],
}

export function NextTag({ state }: { readonly state: NextState }) {
  const t = useText('freight')
  const [tone, shape] = nexts[state]
  return (
    <StateTag tone={tone} shape={shape}>
      {t(`next_state.${state}`)}
    </StateTag>
  )
}
