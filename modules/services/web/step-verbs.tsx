import { useText, VerbButton } from '@tingzhou/ui'
import { useState } from 'react'

/** On, back, and save for later; the verb at the thumb. */
export function StepVerbs(props: {
  readonly onNext: () => void | Promise<void>
  readonly onBack: (() => void) | null
  readonly onSave?: () => void
  readonly next?: string
  readonly reason?: string | null
}) {
  const t = useText('services')
  // Only its own press keeps the verb busy: while a draft is being kept a press waits in line, and a busy verb would swallow it.
  const [going, setGoing] = useState(false)
  const goOn = async () => {
    setGoing(true)
    try {
      await props.onNext()
    } finally {
      setGoing(false)
    }
  }
  return (
    <div className="services-step-verbs">
      <VerbButton type="primary" size="large" loading={going} reason={props.reason} onClick={() => void goOn()}>
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
