import { StateTag, useText, type Shape, type Tone } from '@tingzhou/ui'
import type { BidState, LoadState, Measure, State } from '../../words.ts'
import { formatPrice, formatQuantity } from './scaled.ts'

const loadLooks: Readonly<Record<LoadState, readonly [Tone, Shape]>> = {
  draft: ['plain', 'ring'],
  published: ['busy', 'dot'],
  closed: ['good', 'check'],
  withdrawn: ['plain', 'cross'],
  expired: ['attention', 'triangle'],
}

export function LoadStateTag({ state }: { readonly state: LoadState }) {
  const t = useText('freight')
  const [tone, shape] = loadLooks[state]
  return (
    <StateTag tone={tone} shape={shape}>
      {t(`load_state.${state}`)}
    </StateTag>
  )
}

const bidLooks: Readonly<Record<BidState, readonly [Tone, Shape]>> = {
  submitted: ['busy', 'dot'],
  awarded: ['good', 'check'],
  lost: ['plain', 'cross'],
  withdrawn: ['plain', 'cross'],
  expired: ['attention', 'triangle'],
}

export function BidStateTag({ state }: { readonly state: BidState }) {
  const t = useText('freight')
  const [tone, shape] = bidLooks[state]
  return (
    <StateTag tone={tone} shape={shape}>
      {t(`bid_state.${state}`)}
    </StateTag>
  )
}

/** `78.00 元/吨`; a dash for a price that the reader may not see. */
export function Price({ value, measure }: { readonly value: number | null; readonly measure: Measure }) {
  const t = useText('freight')
  return value === null ? '–' : <span className="tz-number">{t(`per.${measure}`, { price: formatPrice(value) })}</span>
}

/** How much of a quantity is taken: a bar, and beside it what is left of how much. */
export function Taken(props: { readonly quantity: number; readonly taken: number; readonly measure: Measure }) {
  const t = useText('freight')
  const { quantity, taken, measure } = props
  const left = Math.max(0, quantity - taken)
  return (
    <span className="freight-taken">
      <span className="freight-taken-bar" aria-hidden>
        <span style={{ width: `${Math.min(100, (taken / quantity) * 100)}%` }} />
      </span>
      <span className="tz-number">
        {t('load.left_of', {
          left: formatQuantity(left, measure),
          all: formatQuantity(quantity, measure),
          unit: t(`measure.${measure}`),
        })}
      </span>
    </span>
  )
}

/** Whether more may be dispatched of a share. */
export function ShareTag({ state }: { readonly state: State }) {
  const t = useText('freight')
  return (
    <StateTag tone={state === 'open' ? 'busy' : 'plain'} shape={state === 'open' ? 'dot' : 'cross'}>
      {t(`share_state.${state}`)}
    </StateTag>
  )
}
