import { Due, StateTag, useText, type CaseClock } from '@tingzhou/ui'
import { applicationLooks, itemLooks, type ApplicationStateName, type ItemStateName } from './words.ts'

export function ApplicationTag({ state }: { readonly state: ApplicationStateName }) {
  const t = useText('services')
  return <StateTag {...applicationLooks[state]}>{t(`state.${state}`)}</StateTag>
}

export function ItemTag({ state }: { readonly state: ItemStateName }) {
  const t = useText('services')
  return <StateTag {...itemLooks[state]}>{t(`item_state.${state}`)}</StateTag>
}

/** Granted, partly granted or not granted; nothing before the end. */
export function ResultTag({ result }: { readonly result: 'granted' | 'partly_granted' | 'not_granted' | null }) {
  const t = useText('services')
  if (result === null) return null
  const tone = result === 'granted' ? 'good' : result === 'partly_granted' ? 'attention' : 'bad'
  return <StateTag tone={tone}>{t(`result.${result}`)}</StateTag>
}

/** Marks invented rows, so that they are never taken for real ones. */
export function SyntheticMark({ when }: { readonly when: boolean }) {
  const t = useText('services')
  return when ? <span className="tz-caption services-mark">{t('synthetic')}</span> : null
}

/** The due time of a case in a list, and what is left by the clock of the zone. */
export function ClockDue({ clock: { dueAt = null, ...clock } }: { readonly clock: CaseClock }) {
  return <Due {...clock} at={dueAt} />
}

/** A short word in a box, such as 可容缺. */
export function Mark({ children }: { readonly children: string }) {
  return <span className="services-mark">{children}</span>
}
