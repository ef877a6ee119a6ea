import { StateTag, useText, type Shape, type Tone } from '@tingzhou/ui'
import type { CountState, DocumentStand, Inspection, ShipmentState, State } from '../words.ts'

const looks: Readonly<Record<ShipmentState, readonly [Tone, Shape]>> = {
  booked: ['attention', 'ring'],
  documents: ['attention', 'ring'],
  declared: ['busy', 'dot'],
  inspected: ['busy', 'dot'],
  released: ['attention', 'ring'],
  crossed: ['busy', 'dot'],
  arrived: ['attention', 'ring'],
  received: ['good', 'check'],
  delivered: ['good', 'check'],
  held: ['bad', 'triangle'],
  returned: ['plain', 'cross'],
  cancelled: ['plain', 'cross'],
}

export function ShipmentTag({ state }: { readonly state: ShipmentState }) {
  const t = useText('crossborder')
  const [tone, shape] = looks[state]
  return (
    <StateTag tone={tone} shape={shape}>
      {t(`state.${state}`)}
    </StateTag>
  )
}

const stands: Readonly<Record<DocumentStand, readonly [Tone, Shape]>> = {
  missing: ['attention', 'ring'],
  in_hand: ['busy', 'dot'],
  checked: ['good', 'check'],
  refused: ['bad', 'cross'],
  expired: ['bad', 'diamond'],
  not_yet: ['attention', 'triangle'],
}

export function StandTag({ stand }: { readonly stand: DocumentStand }) {
  const t = useText('crossborder')
  const [tone, shape] = stands[stand]
  return (
    <StateTag tone={tone} shape={shape}>
      {t(`stand.${stand}`)}
    </StateTag>
  )
}

export function OpenTag({ state }: { readonly state: State }) {
  const t = useText('crossborder')
  return state === 'open' ? (
    <StateTag tone="good">{t('open.open')}</StateTag>
  ) : (
    <StateTag tone="plain" shape="cross">
      {t('open.closed')}
    </StateTag>
  )
}

const inspectionLooks: Readonly<Record<Inspection, readonly [Tone, Shape]>> = {
  pending: ['attention', 'ring'],
  passed: ['good', 'check'],
  failed: ['bad', 'cross'],
}

export function InspectionTag({ inspection }: { readonly inspection: Inspection }) {
  const t = useText('crossborder')
  const [tone, shape] = inspectionLooks[inspection]
  return (
    <StateTag tone={tone} shape={shape}>
      {t(`inspection.${inspection}`)}
    </StateTag>
  )
}

const countLooks: Readonly<Record<CountState, readonly [Tone, Shape]>> = {
  open: ['attention', 'ring'],
  counted: ['busy', 'dot'],
  closed: ['good', 'check'],
  withdrawn: ['plain', 'cross'],
}

export function CountTag({ state }: { readonly state: CountState }) {
  const t = useText('crossborder')
  const [tone, shape] = countLooks[state]
  return (
    <StateTag tone={tone} shape={shape}>
      {t(`count_state.${state}`)}
    </StateTag>
  )
}

/** Marks invented rows, so that they are never taken for real ones. */
export function SyntheticMark({ when }: { readonly when: boolean }) {
  const t = useText('crossborder')
  return when ? <span className="tz-caption">{t('synthetic')}</span> : null
}
