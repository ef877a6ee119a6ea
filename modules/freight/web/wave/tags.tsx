import { StateTag, useText, type Shape, type Tone } from '@tingzhou/ui'
import type { MarkKind, PairState } from '../../wave/words.ts'
import type { WaveRow } from './api.ts'

const looks: Readonly<Record<PairState, readonly [Tone, Shape]>> = {
  proposed: ['busy', 'ring'],
  sent: ['good', 'check'],
  withdrawn: ['plain', 'cross'],
  stale: ['attention', 'triangle'],
}

export function PairTag({ state }: { readonly state: PairState }) {
  const t = useText('freight')
  const [tone, shape] = looks[state]
  return (
    <StateTag tone={tone} shape={shape}>
      {t(`pair_state.${state}`)}
    </StateTag>
  )
}

export function MarkTag({ kind }: { readonly kind: MarkKind }) {
  const t = useText('freight')
  return (
    <StateTag tone={kind === 'pin' ? 'good' : 'bad'} shape={kind === 'pin' ? 'check' : 'cross'}>
      {t(`mark_kind.${kind}`)}
    </StateTag>
  )
}

/** What a wave is: tried, made by the platform itself, or by somebody. */
export function WaveTag({ wave }: { readonly wave: Pick<WaveRow, 'trial' | 'auto'> }) {
  const t = useText('freight')
  if (wave.trial)
    return (
      <StateTag tone="plain" shape="ring">
        {t('wave.trial')}
      </StateTag>
    )
  return (
    <StateTag tone="busy" shape="dot">
      {t(wave.auto ? 'wave.auto' : 'wave.by_hand')}
    </StateTag>
  )
}
