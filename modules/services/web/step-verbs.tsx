import { useText, VerbButton } from '@tingzhou/ui'

/** On, back, and save for later; the verb at the thumb. */
export function StepVerbs(props: {
  readonly onNext: () => void
  readonly onBack: (() => void) | null
  readonly onSave?: () => void
  readonly pending: boolean
  readonly next?: string
  readonly reason?: string | null
}) {
  const t = useText('services')
  return (
    <div className="services-step-verbs">
      <VerbButton type="primary" size="large" loading={props.pending} reason={props.reason} onClick={props.onNext}>
        {props.next ?? t('verb.next')}
      </VerbButton>
      {props.onBack && (
        <VerbButton size="large" onClick={props.onBack}>
          {t('verb.back')}
        </VerbButton>
      )}
      {props.onSave && (
        <VerbButton size="large" onClick={props.onSave}>
          {t('verb.save')}
        </VerbButton>
      )}
    </div>
  )
}
