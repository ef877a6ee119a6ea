import { StateTag, useText, type Shape, type Tone } from '@tingzhou/ui'
import type { BatchState, EntryOutcome, PaymentState, StatementState } from '../../money/words.ts'
import { isAllDone } from './batch-steps.ts'

type Look = readonly [Tone, Shape]

const payments: Readonly<Record<PaymentState, Look>> = {
  due: ['attention', 'ring'],
  prepared: ['busy', 'ring'],
  approved: ['busy', 'dot'],
  sent: ['busy', 'dot'],
  done: ['good', 'check'],
  failed: ['bad', 'diamond'],
  returned: ['bad', 'triangle'],
  cancelled: ['plain', 'cross'],
}

export function PaymentStateTag({ state }: { readonly state: PaymentState }) {
  const t = useText('freight')
  const [tone, shape] = payments[state]
  return (
    <StateTag tone={tone} shape={shape}>
      {t(`payment_state.${state}`)}
    </StateTag>
  )
}

const batches: Readonly<Record<BatchState, Look>> = {
  prepared: ['attention', 'ring'],
  approved: ['attention', 'dot'],
  rejected: ['plain', 'cross'],
  sent: ['busy', 'dot'],
}

type Batch = { readonly state: BatchState; readonly payments: number; readonly done: number; readonly failed: number }

export function BatchStateTag({ batch }: { readonly batch: Batch }) {
  const t = useText('freight')
  if (isAllDone(batch)) return <StateTag tone="good">{t('batch_state.done')}</StateTag>
  const [tone, shape] = batches[batch.state]
  return (
    <>
      <StateTag tone={tone} shape={shape}>
        {t(`batch_state.${batch.state}`)}
      </StateTag>
      {batch.failed > 0 && (
        <>
          {' '}
          <StateTag tone="bad">{t('batch.failed_some', { n: String(batch.failed) })}</StateTag>
        </>
      )}
    </>
  )
}

const outcomes: Readonly<Record<EntryOutcome, Look>> = {
  taken: ['good', 'check'],
  repeated: ['plain', 'ring'],
  refused: ['bad', 'diamond'],
}

export function OutcomeTag({ outcome }: { readonly outcome: EntryOutcome }) {
  const t = useText('freight')
  const [tone, shape] = outcomes[outcome]
  return (
    <StateTag tone={tone} shape={shape}>
      {t(`bank_outcome.${outcome}`)}
    </StateTag>
  )
}

export function StatementStateTag({ state }: { readonly state: StatementState }) {
  const t = useText('freight')
  return (
    <StateTag tone={state === 'confirmed' ? 'good' : 'attention'} shape={state === 'confirmed' ? 'check' : 'ring'}>
      {t(`statement_state.${state}`)}
    </StateTag>
  )
}
