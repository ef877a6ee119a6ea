import { StateTag, useText, type Shape, type Tone } from '@tingzhou/ui'
import type { TrackState, UploadState } from '../../upload/words.ts'

const looks: Readonly<Record<UploadState, readonly [Tone, Shape]>> = {
  waiting: ['busy', 'ring'],
  sending: ['busy', 'dot'],
  accepted: ['good', 'check'],
  rejected: ['bad', 'diamond'],
  given_up: ['plain', 'cross'],
  replaced: ['plain', 'ring'],
}

export function UploadStateTag({ state }: { readonly state: UploadState }) {
  const t = useText('freight')
  const [tone, shape] = looks[state]
  return (
    <StateTag tone={tone} shape={shape}>
      {t(`upload_state.${state}`)}
    </StateTag>
  )
}

const trackLooks: Readonly<Record<TrackState, readonly [Tone, Shape]>> = {
  starting: ['busy', 'ring'],
  under_way: ['busy', 'dot'],
  stopping: ['busy', 'ring'],
  stopped: ['good', 'check'],
  given_up: ['bad', 'diamond'],
}

export function TrackStateTag({ state }: { readonly state: TrackState }) {
  const t = useText('freight')
  const [tone, shape] = trackLooks[state]
  return (
    <StateTag tone={tone} shape={shape}>
      {t(`track_state.${state}`)}
    </StateTag>
  )
}
