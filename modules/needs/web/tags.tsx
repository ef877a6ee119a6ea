import { StateTag, useText } from '@tingzhou/ui'
import { stateLooks, type Class, type State } from './words.ts'

/** State of an appeal: the word and its shape. */
export function AppealStateTag({ state }: { readonly state: State }) {
  const t = useText('needs')
  const { tone, shape } = stateLooks[state]
  return (
    <StateTag tone={tone} shape={shape}>
      {t(`state.${state}`)}
    </StateTag>
  )
}

/** Class of urgency; only the two that endanger life or supply stand out. Short: the code alone, its word on hover. */
export function ClassTag({ value, short = false }: { readonly value: Class; readonly short?: boolean }) {
  const t = useText('needs')
  const tone = value === 'P0' ? 'bad' : value === 'P1' ? 'attention' : 'plain'
  const shape = value === 'P0' ? 'diamond' : value === 'P1' ? 'triangle' : 'ring'
  return (
    <StateTag tone={tone} shape={shape}>
      {short ? <span title={t(`class.${value}`)}>{value}</span> : t(`class.${value}`)}
    </StateTag>
  )
}

/** Level of supervision; nothing when nobody supervises. */
export function SupervisionTag({ level }: { readonly level: number }) {
  const t = useText('needs')
  if (level === 0) return null
  return (
    <StateTag tone={level >= 3 ? 'bad' : 'attention'} shape={level >= 3 ? 'diamond' : 'triangle'}>
      {t('supervision.level', { level })}
    </StateTag>
  )
}

/** Marks invented demo rows, so that they are never taken for real ones. */
export function SyntheticMark({ when }: { readonly when: boolean }) {
  const t = useText('needs')
  return when ? <span className="tz-caption needs-synthetic">{t('synthetic')}</span> : null
}
