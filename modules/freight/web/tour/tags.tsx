import { formatNumber, StateTag, useText, type Shape, type Tone } from '@tingzhou/ui'
import type { TourState } from '../../tour/words.ts'
import { km } from '../wave/km.ts'
import type { PlanRow, TourRow } from './api.ts'

const looks: Readonly<Record<TourState, readonly [Tone, Shape]>> = {
  proposed: ['busy', 'ring'],
  sent: ['good', 'check'],
  withdrawn: ['plain', 'cross'],
  stale: ['attention', 'triangle'],
}

/** What became of a tour; of one that was sent and whose waybills are all refused, expired or cancelled, that. */
export function TourTag({ tour: { state, stops } }: { readonly tour: Pick<TourRow, 'state' | 'stops'> }) {
  const t = useText('freight')
  const [tone, shape] = looks[state]
  if (state === 'sent' && stops.every(({ waybill }) => waybill?.state === 'cancelled'))
    return (
      <StateTag tone="attention" shape="cross">
        {t('tour.all_cancelled')}
      </StateTag>
    )
  return (
    <StateTag tone={tone} shape={shape}>
      {t(`pair_state.${state}`)}
    </StateTag>
  )
}

/** What the tours save against each load by itself, km and percent; the unit stands in the head of a column. */
export function Saved({
  plan: { wayM, aloneM, served },
  unit = '',
}: {
  readonly plan: Pick<PlanRow, 'wayM' | 'aloneM' | 'served'>
  readonly unit?: string
}) {
  const t = useText('freight')
  if (served === 0 || aloneM === 0) return <>–</>
  return (
    <span className="tz-number">
      {km(aloneM - wayM)} {unit}{' '}
      <span className="tz-caption">
        {t('wave.saved_pct', { pct: formatNumber((100 * (aloneM - wayM)) / aloneM, 1) })}
      </span>
    </span>
  )
}
