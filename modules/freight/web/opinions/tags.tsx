import { StateTag, useText, type Shape, type Tone } from '@tingzhou/ui'
import type { ComplaintState } from '../../complaint/words.ts'

const looks: Readonly<Record<ComplaintState, readonly [Tone, Shape]>> = {
  opened: ['attention', 'ring'],
  accepted: ['busy', 'dot'],
  answered: ['attention', 'ring'],
  reviewing: ['busy', 'dot'],
  closed: ['good', 'check'],
  withdrawn: ['plain', 'cross'],
}

export function ComplaintStateTag({ state }: { readonly state: ComplaintState }) {
  const t = useText('freight')
  const [tone, shape] = looks[state]
  return (
    <StateTag tone={tone} shape={shape}>
      {t(`complaint_state.${state}`)}
    </StateTag>
  )
}

/** That the platform is late. */
export function OverdueTag({ when }: { readonly when: boolean }) {
  const t = useText('freight')
  return when ? (
    <StateTag tone="bad" shape="diamond">
      {t('complaint.overdue')}
    </StateTag>
  ) : null
}
