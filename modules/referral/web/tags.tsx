import { StateTag, useText, type Shape, type Tone } from '@tingzhou/ui'
import type { Direction, OrderState, Urgency } from '../words.ts'

const looks: Readonly<Record<OrderState, readonly [Tone, Shape]>> = {
  offered: ['attention', 'ring'],
  coordinating: ['attention', 'triangle'],
  accepted: ['busy', 'dot'],
  on_the_way: ['busy', 'dot'],
  in_care: ['busy', 'square'],
  returning: ['busy', 'dot'],
  summary: ['attention', 'ring'],
  follow_up: ['attention', 'ring'],
  closed: ['good', 'check'],
  handed_back: ['good', 'check'],
  cancelled: ['plain', 'cross'],
  unplaced: ['bad', 'diamond'],
}

export function OrderStateTag({ state }: { readonly state: OrderState }) {
  const t = useText('referral')
  const [tone, shape] = looks[state]
  return (
    <StateTag tone={tone} shape={shape}>
      {t(`state.${state}`)}
    </StateTag>
  )
}

export function UrgencyTag({ value }: { readonly value: Urgency }) {
  const t = useText('referral')
  const [tone, shape]: readonly [Tone, Shape] =
    value === 'emergency' ? ['bad', 'diamond'] : value === 'urgent' ? ['attention', 'triangle'] : ['plain', 'ring']
  return (
    <StateTag tone={tone} shape={shape}>
      {t(`urgency.${value}`)}
    </StateTag>
  )
}

/** Which way the patient goes; a way back says so. */
export function DirectionText({ direction, isReturn }: { readonly direction: Direction; readonly isReturn: boolean }) {
  const t = useText('referral')
  return (
    <span>
      <span aria-hidden>{direction === 'up' ? '↑' : '↓'}</span> {t(`direction.${direction}`)}
      {isReturn && <span className="tz-second"> · {t('return')}</span>}
    </span>
  )
}

/** Marks invented rows, so that they are never taken for real ones. */
export function SyntheticMark({ when }: { readonly when: boolean }) {
  const t = useText('referral')
  return when ? <span className="tz-caption">{t('synthetic')}</span> : null
}
