import { StateTag, useText, type Shape, type Tone } from '@tingzhou/ui'
import type { PaperState, Stand, State } from '../words.ts'

const looks: Readonly<Record<Stand | PaperState, readonly [Tone, Shape]>> = {
  valid: ['good', 'check'],
  ends_soon: ['attention', 'triangle'],
  over: ['bad', 'diamond'],
  missing: ['bad', 'cross'],
  not_yet: ['plain', 'ring'],
  withdrawn: ['plain', 'cross'],
}

/** How a paper, or all of somebody's papers, stand. */
export function StandTag({ stand }: { readonly stand: Stand | PaperState }) {
  const t = useText('freight')
  const [tone, shape] = looks[stand]
  return (
    <StateTag tone={tone} shape={shape}>
      {t(`stand.${stand}`)}
    </StateTag>
  )
}

export function OpenTag({ state }: { readonly state: State }) {
  const t = useText('freight')
  return state === 'open' ? (
    <StateTag tone="good">{t('state.open')}</StateTag>
  ) : (
    <StateTag tone="plain" shape="cross">
      {t('state.closed')}
    </StateTag>
  )
}

/** Marks invented rows, so that they are never taken for real ones. */
export function SyntheticMark({ when }: { readonly when: boolean }) {
  const t = useText('freight')
  return when ? <span className="tz-caption">{t('synthetic')}</span> : null
}
